"""Print HTML pages with WeasyPrint: warm, confined, tagged, and the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import pikepdf

from briefgen.config.document_kinds import document_kinds
from briefgen.config.hyphenation import use_current_patterns
from briefgen.errors import BriefgenError, PrintError
from briefgen.output.pages import styles_folder
from briefgen.output.pdf.fonts import use_fonts
from briefgen.output.pdf.guard import check_page
from briefgen.output.pdf.inspect import measure_fill
from briefgen.output.pdf.log import refuse_errors

DEFAULT_STYLES: Final = ("tokens.css", "base.css", "brief.css", "report.css")
"""Style sheets of `pages.styles_folder` for print, in the order of the cascade."""
_BODY: Final = re.compile(r'<body class="kind-([\w-]+)')
_FIGURE: Final = "fig-"
_VARIANT: Final = "pdf/ua-1"
_NOT_FOR_PRINT: Final = ("web.css",)


@dataclass(frozen=True, slots=True)
class Printed:
    """What came out of the printer."""

    target: Path
    pages: int
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class _Seal:
    """What a PDF's metadata say, however often it is laid out."""

    identifier: bytes
    date: dt.datetime
    name: str


@dataclass(frozen=True)
class _Laid:
    """A page that is laid out: its HTML, WeasyPrint's document, the PDF."""

    html: str
    document: Any
    content: bytes

    @cached_property
    def fill(self) -> list[float]:
        """How far down each page is filled (share 0–1)."""
        return measure_fill(self.content)

    def waste(self) -> tuple[int, int, int]:
        """Count the pages that are less than half full, those with a gap, and all."""
        from briefgen.output.pdf.gaps import count_gaps, find_short  # noqa: PLC0415 - only reports need it

        return len(find_short(self.fill)), count_gaps(self.fill), len(self.fill)


class Printer:
    """A warm printer: fonts are found and style sheets are parsed once, for all documents.

    Make one for each worker process. Not safe for several threads at once; a lock makes them wait.

    Parameters
    ----------
    styles
        A folder of style sheets, or a list of files in the order of the cascade. In a folder, a
        file named like one of `DEFAULT_STYLES` takes its place, others are added after them.
    fonts
        Folders of further fonts, such as a brand's. The sub-folder ``fonts`` of a folder of
        styles is one of them.
    """

    def __init__(self, styles: Path | Sequence[Path] = (), fonts: Sequence[Path] = ()) -> None:
        use_current_patterns()
        paths, found = find_styles(styles)
        use_fonts([*fonts, *found])
        weasyprint = _weasyprint()
        self._lock = threading.Lock()
        self._fonts = weasyprint.text.fonts.FontConfiguration()
        self._styles = [self._parse(path) for path in paths]

    def _parse(self, path: Path) -> Any:
        from briefgen.output.pdf.fetch import ConfinedFetcher  # noqa: PLC0415 - after the fonts are set

        with refuse_errors(str(path)), _stop_at_refusal(str(path)):
            return _weasyprint().CSS(
                filename=str(path),
                font_config=self._fonts,
                url_fetcher=ConfinedFetcher([path.parent, styles_folder()]),
            )

    def print(
        self,
        html: str,
        base: Path,
        target: Path,
        *,
        allowed: Sequence[Path] = (),
        identifier: bytes = b"",
        date: dt.datetime,
    ) -> Printed:
        """Print one page to a PDF file.

        Parameters
        ----------
        html
            The whole page.
        base
            Folder that addresses in the page are relative to; it may be read.
        target
            The file to write. It appears whole or not at all.
        allowed
            Further folders whose files the page may show.
        identifier
            Identity of the document, for the PDF's ``/ID``; the same input should give the same.
        date
            Date of creation and change in the PDF's metadata.

        Raises
        ------
        PrintError
            If WeasyPrint reports any error, or the page asks for what it may not see.
        """
        check_page(html, target.name)
        with self._lock, _guarded(target.name):
            document = self._fit(html, base, allowed)
            _set_metadata(document, date, target.name)
            content = _write_pdf(document, identifier)
            if not _most_pages(html):
                seal = _Seal(identifier, date, target.name)
                content = self._fill(_Laid(html, document, content), base, allowed, seal)
        _write(content, target)
        return Printed(target, _count_pages(content), len(content))

    def _fit(self, html: str, base: Path, allowed: Sequence[Path]) -> Any:
        """Lay a page out; one that may have few pages and runs over is tried again, set tighter."""
        document = self._lay_out(html, base, allowed)
        most = _most_pages(html)
        if most and len(document.pages) == most + 1:
            compact = _BODY.sub(r'<body class="is-compact kind-\1', html, count=1)
            tighter = self._lay_out(compact, base, allowed)
            if len(tighter.pages) == most:
                return tighter
        return document

    def _fill(self, laid: _Laid, base: Path, allowed: Sequence[Path], seal: _Seal) -> bytes:
        """Lay chapters out once more where that leaves fewer pages half empty."""
        for change in (_tighten, _fill_gaps):
            html = change(laid)
            if html != laid.html:
                document = self._lay_out(html, base, allowed)
                _set_metadata(document, seal.date, seal.name)
                tried = _Laid(html, document, _write_pdf(document, seal.identifier))
                laid = min(laid, tried, key=_Laid.waste)
        return laid.content

    def _lay_out(self, html: str, base: Path, allowed: Sequence[Path]) -> Any:
        from briefgen.output.pdf.fetch import ConfinedFetcher  # noqa: PLC0415 - after the fonts are set

        page = _weasyprint().HTML(
            string=html,
            base_url=f"{base.resolve().as_uri()}/",
            url_fetcher=ConfinedFetcher([base, styles_folder(), *allowed]),
        )
        document = page.render(
            font_config=self._fonts, stylesheets=self._styles, pdf_variant=_VARIANT
        )
        _keep_links_relative(document, f"{base.resolve().as_uri()}/")
        return document


def find_styles(styles: Path | Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the style sheets for print in the order of the cascade, and folders of fonts."""
    default = styles_folder()
    if not isinstance(styles, Path):
        return list(styles) or [default / name for name in DEFAULT_STYLES], []
    own = {
        path.name: path for path in sorted(styles.glob("*.css")) if path.name not in _NOT_FOR_PRINT
    }
    sheets = [own.pop(name, default / name) for name in DEFAULT_STYLES]
    fonts = styles / "fonts"
    return [*sheets, *own.values()], [fonts] if fonts.is_dir() else []


def print_pdf(
    html: str,
    base: Path,
    target: Path,
    *,
    allowed: Sequence[Path] = (),
    identifier: bytes = b"",
    date: dt.datetime,
) -> Printed:
    """Print one page with the default styles and fonts; see `Printer.print`."""
    return _default_printer().print(
        html, base, target, allowed=allowed, identifier=identifier, date=date
    )


@cache
def _default_printer() -> Printer:
    return Printer()


def _weasyprint() -> Any:
    """Import WeasyPrint late, since it looks for fonts when it is imported."""
    try:
        import weasyprint  # noqa: PLC0415
        import weasyprint.text.fonts  # noqa: PLC0415
    except OSError as error:
        raise PrintError(
            f"WeasyPrint does not find a system library: {error}",
            hint="apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        ) from None
    return weasyprint


def _tighten(laid: _Laid) -> str:
    """Return the page with chapters set tighter that end with a few lines."""
    from briefgen.output.pdf.gaps import find_short  # noqa: PLC0415 - only reports need it
    from briefgen.output.pdf.tighten import tighten_chapters  # noqa: PLC0415

    starts: dict[str, int] = {}
    for number, page in enumerate(laid.document.pages, start=1):
        for name in page.anchors:
            starts.setdefault(name, number)
    return tighten_chapters(laid.html, starts, find_short(laid.fill))


def _fill_gaps(laid: _Laid) -> str:
    """Return the page with text moved before figures that left a gap."""
    from briefgen.output.pdf.gaps import fill_gaps, find_moved_to_next_page  # noqa: PLC0415 - only reports need it

    tops = [
        {
            name: place[1] / page.height
            for name, place in page.anchors.items()
            if name.startswith(_FIGURE)
        }
        for page in laid.document.pages
    ]
    return fill_gaps(laid.html, find_moved_to_next_page(laid.fill, tops))


def _keep_links_relative(document: Any, base: str) -> None:
    """Let links to files lead to where the PDF lies, not to where it was printed."""
    for page in document.pages:
        page.links = [(kind, to.removeprefix(base), *rest) for kind, to, *rest in page.links]


def _count_pages(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def _set_metadata(document: Any, date: dt.datetime, name: str) -> None:
    """Set the dates, and refuse files that the page would attach."""
    if document.metadata.attachments:
        raise PrintError("the page attaches a file to the PDF", where=name)
    moment = date if date.tzinfo is None else date.astimezone(dt.UTC)
    document.metadata.created = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.modified = document.metadata.created


def _write_pdf(document: Any, identifier: bytes) -> bytes:
    from briefgen.output.pdf.tags import repair_tags  # noqa: PLC0415 - after the fonts are set

    buffer = io.BytesIO()
    document.write_pdf(
        buffer, finisher=repair_tags, pdf_variant=_VARIANT, pdf_identifier=identifier or None
    )
    return buffer.getvalue()


@contextmanager
def _guarded(name: str) -> Iterator[None]:
    """Turn all that goes wrong while a page is printed into `PrintError`."""
    try:
        with refuse_errors(name), _stop_at_refusal(name):
            yield
    except BriefgenError:
        raise
    except Exception as error:
        raise PrintError(
            f"the page breaks the printer: {type(error).__name__}: {error}",
            where=name,
            hint="look for a damaged picture or broken markup in the document",
        ) from error


@contextmanager
def _stop_at_refusal(name: str) -> Iterator[None]:
    """Turn what the fetcher refused into our own error."""
    from briefgen.output.pdf.fetch import ForbiddenFetchError  # noqa: PLC0415 - after the fonts are set

    try:
        yield
    except ForbiddenFetchError as error:
        error.problem.where = name
        raise error.problem from None


def _write(content: bytes, target: Path) -> None:
    """Write beside the target and put it in place at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _most_pages(html: str) -> int:
    """Return how many pages a document of this kind may have; 0: as many as it takes."""
    found = _BODY.search(html)
    kind = document_kinds().get(found[1]) if found else None
    return (kind.most_pages or 0) if kind else 0
