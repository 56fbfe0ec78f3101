"""Template functions that give exhibits, and the cache that makes each exhibit once.

In: what a template asks for. Out: Markdown floats; the exhibits are collected to be written with
the document. An exhibit that is the same in several documents is made once in a process.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.settings import Settings
from briefgen.content.compose.exhibit_store import ExhibitStore
from briefgen.content.compose.floats import Collected, exhibit_name, figure_float, table_float
from briefgen.content.compose.lines import SpineView, div
from briefgen.content.compose.parts import split_figure
from briefgen.content.compose.scope import Scope
from briefgen.content.exhibits.spec import Exhibit, FigureSpec, TableSpec
from briefgen.content.language import Locale
from briefgen.content.language.markdown import plain_text, safe
from briefgen.errors import ExhibitSizeError, TemplateError
from briefgen.model import Released

LONGEST_ID: Final = 120
EXHIBIT_ID: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_ID}}}")
"""An exhibit's id names its files, too."""
SPINE_ROWS: Final = 16
"""Up to how many results a spine chart is one figure."""
KEPT_EXHIBITS: Final = 512
"""How many exhibits a process keeps for further documents."""


class ExhibitCache:
    """Makes exhibits, and keeps them for further documents."""

    def __init__(
        self, settings: Settings, released: Released, store: ExhibitStore | None = None
    ) -> None:
        self._settings = settings
        self._released = released
        self._store = store or ExhibitStore(None)
        self._kept: OrderedDict[str, Exhibit] = OrderedDict()

    @cached_property
    def _brand(self) -> Any:
        from briefgen.config.brand import load_brand  # noqa: PLC0415

        return load_brand(self._settings.folder)

    def figure(self, spec: FigureSpec, locale: Locale) -> Exhibit:
        """Return a figure, drawn now or before."""
        from briefgen.content.exhibits import draw_figure  # noqa: PLC0415

        return self._make(spec, locale, draw_figure)

    def table(self, spec: TableSpec, locale: Locale) -> Exhibit:
        """Return a table, made now or before."""
        from briefgen.content.exhibits import make_table  # noqa: PLC0415

        return self._make(spec, locale, make_table)

    def _make(
        self, spec: FigureSpec | TableSpec, locale: Locale, make: Callable[..., Exhibit]
    ) -> Exhibit:
        name = _fingerprint(spec, locale.language)
        if name not in self._kept:
            self._kept[name] = self._find_or_make(spec, locale, make)
            if len(self._kept) > KEPT_EXHIBITS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]

    def _find_or_make(
        self, spec: FigureSpec | TableSpec, locale: Locale, make: Callable[..., Exhibit]
    ) -> Exhibit:
        found = self._store.find(spec, locale.language)
        if found is not None:
            return found
        made = make(spec, self._released, self._settings, locale, self._brand)
        self._store.put(spec, locale.language, made)
        return made


def _fingerprint(spec: FigureSpec | TableSpec, language: str) -> str:
    fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__ if name != "options"}
    parts = [type(spec).__name__, language, fields, dict(spec.options)]
    return json.dumps(parts, sort_keys=True, default=str)


class TemplateDrawing:
    """The functions ``figure``, ``table`` and their kin for one document."""

    def __init__(self, scope: Scope, cache: ExhibitCache) -> None:
        self.collected = Collected()
        self._scope = scope
        self._cache = cache

    def names(self) -> Mapping[str, Callable[..., object]]:
        """Return the functions by the names that templates use."""
        return {
            "figure": self.figure,
            "table": self.table,
            "tile_map": self.tile_map,
            "spine_chart": self.spine_chart,
            "panel_table": self.panel_table,
            "factor_matrix": self.factor_matrix,
            "consensus_plot": self.consensus_plot,
            "priority_map": self.priority_map,
        }

    def figure(  # noqa: PLR0917 - as templates call it
        self,
        ref: object = (),
        kind: str | None = None,
        id: str | None = None,  # noqa: A002 - the name that templates use
        caption: str | None = None,
        width: float | str | None = None,
        domain: str | None = None,
        domains: Iterable[object] | None = None,
        headline: str | bool | None = None,
        **options: Any,
    ) -> str:
        """Draw what ``ref`` names: a question, a variable, a measure, or several.

        ``headline=False`` leaves the headline out, where a figure beside it has said it.
        """
        refs = _refs(ref)
        self._check_refs(refs)
        stated = id is not None
        name = id or exhibit_name("fig", "-".join(refs) or kind or "")
        _check_prefix(name, "fig-")
        spec = FigureSpec(
            id=name,
            kind=kind or "auto",
            refs=refs,
            domain=self._domain(domain),
            domains=self._domains(domains),
            width_mm=self._width_mm(width),
            caption=_plain(caption),
            headline=_plain(headline) if isinstance(headline, str) else "",
            options=options,
        )
        size = width if isinstance(width, str) else f"{width}mm" if width else ""
        try:
            exhibit = self._cache.figure(spec, self._scope.locale)
        except ExhibitSizeError as error:
            return self._in_parts(spec, error, size)
        name = self.collected.add(exhibit, name, stated=stated)
        shown = exhibit if headline is not False else replace(exhibit, headline="")
        return figure_float(shown, name, _caption(exhibit, caption), size)

    def _in_parts(self, spec: FigureSpec, error: ExhibitSizeError, size: str) -> str:
        """Show a figure that is too tall for a page in parts; the first alone has a headline.

        Raises
        ------
        ExhibitSizeError
            If one of its rows is too tall by itself.
        """
        made = self._fitting_parts(spec, error)
        floats = []
        for place, exhibit in enumerate(made, 1):
            caption = self._scope.locale.text(
                "{caption}, part {part} of {parts}",
                caption=_caption(exhibit, spec.caption or None), part=place, parts=len(made),
            )  # fmt: skip
            name = self.collected.add(exhibit, exhibit.id, stated=True)
            shown = exhibit if place == 1 else replace(exhibit, headline="")
            floats.append(figure_float(replace(shown, subtitle=""), name, caption, size))
        return "\n".join(floats)

    def _fitting_parts(self, spec: FigureSpec, error: ExhibitSizeError) -> list[Exhibit]:
        parts = error.parts
        while True:
            specs = split_figure(self._scope, spec, parts)
            if len(specs) < parts and len(specs) == 1:
                raise error
            try:
                return [self._cache.figure(part, self._scope.locale) for part in specs]
            except ExhibitSizeError as taller:
                if len(specs) < parts:  # every row stands alone
                    raise taller from error
                parts += 1

    def table(  # noqa: PLR0917 - as templates call it
        self,
        refs: object = (),
        id: str | None = None,  # noqa: A002 - the name that templates use
        caption: str | None = None,
        domains: Iterable[object] | None = None,
        kind: str | None = None,
        domain: str | None = None,
        headline: str | None = None,
        **options: Any,
    ) -> str:
        """Set a table of what ``refs`` names, by domains."""
        names = _refs(refs)
        self._check_refs(names)
        stated = id is not None
        name = id or exhibit_name("tbl", "-".join(names) or kind or "")
        _check_prefix(name, "tbl-")
        spec = TableSpec(
            id=name,
            kind=kind or "auto",
            refs=names,
            domain=self._domain(domain),
            domains=self._domains(domains),
            caption=_plain(caption),
            headline=_plain(headline),
            options=options,
        )
        exhibit = self._cache.table(spec, self._scope.locale)
        name = self.collected.add(exhibit, name, stated=stated)
        return table_float(exhibit, name, _caption(exhibit, caption))

    def tile_map(self, ref: object, **asked: Any) -> str:
        """Draw a tile for each region, the reader's own marked."""
        return self.figure(ref, **{"kind": "tile_map", **asked})

    def spine_chart(
        self,
        domain: str | None = None,
        id: str = "fig-spine",  # noqa: A002 - as for figures
        wide: float | None = None,
        **asked: Any,
    ) -> SpineView:
        """Draw all headline measures by topic beside nation, type and range of regions.

        Topics of the audience come first. Which way is better is what recommendations aim at,
        else what the codebook says. Many results stand in two figures under one ``.headline``,
        few in one (``.is_single``), as wide as ``wide`` says (mm).
        Nothing, where nothing is published.
        """
        count = self._scope.count_results(domain)
        options = {"topics": self._scope.first_topics, "better": self._scope.directions, **asked}
        whole = {id: 0} if count else {}
        wanted = whole if count <= SPINE_ROWS else {id: 1, f"{id}-2": 2}
        if wanted == whole:
            options.setdefault("width", wide)
        floats = [
            self.figure(kind="spine", id=name, domain=domain, part=part, headline=False, **options)
            for name, part in wanted.items()
        ]
        headline = self.collected.exhibits[id].headline if wanted else ""
        parts = "\n".join(div("spine", one, colons=5) for one in floats)
        return SpineView(parts, safe(headline), is_single=wanted == whole)

    def panel_table(self, refs: object = (), **asked: Any) -> str:
        """Set the panel's ratings of all statements, or of some."""
        return self.table(refs, **{"kind": "panel", "id": "tbl-panel", **asked})

    def factor_matrix(self, refs: object = (), **asked: Any) -> str:
        """Draw factors by cases."""
        return self.figure(refs, **{"kind": "factor_matrix", "id": "fig-factors", **asked})

    def consensus_plot(self, refs: object = (), **asked: Any) -> str:
        """Draw the panel's ratings with their spread."""
        return self.figure(refs, **{"kind": "consensus", "id": "fig-consensus", **asked})

    def priority_map(self, refs: object = (), **asked: Any) -> str:
        """Draw importance against feasibility."""
        return self.figure(refs, **{"kind": "priority", "id": "fig-priority", **asked})

    # --- pieces ----------------------------------------------------------------------------

    def _check_refs(self, refs: Iterable[str]) -> None:
        for ref in refs:
            self._scope.check_ref(ref)

    def _domain(self, domain: str | None) -> str:
        return self._scope.domain(None if domain is None else str(domain))

    def _domains(self, domains: Iterable[object] | None) -> tuple[str, ...]:
        listed = [domains] if isinstance(domains, str) else domains or ()
        return tuple(self._scope.domain(_code(item)) for item in listed)

    def _width_mm(self, width: float | str | None) -> float:
        if isinstance(width, (int, float)):
            return float(width)
        return find_document_kind(self._scope.key.kind).figure_width_mm


def _code(item: object) -> str:
    return str(getattr(item, "code", item))


def _refs(ref: object) -> tuple[str, ...]:
    if isinstance(ref, (list, tuple)):
        return tuple(_code(item) for item in ref)
    return (_code(ref),)


def _check_prefix(name: str, prefix: str) -> None:
    if not EXHIBIT_ID.fullmatch(str(name)):
        raise TemplateError(
            f"{name!r} is no id",
            hint=f"write {prefix} and then letters (a–z), digits, - and _ alone, at most"
            f" {LONGEST_ID} signs",
        )
    if not name.startswith(prefix):
        raise TemplateError(
            f"the id {name!r} does not begin with {prefix!r}",
            hint=f"write {prefix}{name}, so that @{prefix}{name} refers to it",
        )


def _caption(exhibit: Exhibit, stated: str | None) -> str:
    return _plain(stated) or exhibit.subtitle or exhibit.headline or exhibit.alt


def _plain(text: str | None) -> str:
    """Return what a template says of an exhibit: its texts are plain, those of names Markdown."""
    return plain_text(str(text)) if text else ""
