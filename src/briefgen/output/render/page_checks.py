"""What a page of either engine leads to, its ids, and raw HTML that would swallow the rest.

In: the HTML that an engine wrote, and the document that it came from. Out: our error with file and
line, or nothing. A picture, a file or an anchor that is not there, and an element that hides what
follows it, are met by readers alone: neither Pandoc nor Quarto says a word.

References
----------
HTML Standard, 13.2.5: after ``<title>``, ``<textarea>``, ``<style>``, ``<script>`` and the like
all is text until the element ends; ``<plaintext>`` never does.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from lxml import html
from lxml.html import HtmlElement

from briefgen.errors import RenderError, suggest
from briefgen.output.render.source import Place, read_lines

_TEXT_ALONE: Final = (
    "title",
    "textarea",
    "style",
    "script",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
)
_NOT_COUNTED: Final = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr
    p li dt dd tr td th thead tbody tfoot colgroup caption option optgroup rt rp
    """.split()  # noqa: SIM905 - names read better as words than as quoted strings
)
"""Elements without content, and those that end by themselves where another begins or ends."""
_TAG: Final = re.compile(
    r"<!--|</?(?P<name>[a-zA-Z][\w:-]*)(?:\"[^\"]*\"|'[^']*'|[^\"'>])*>", re.DOTALL
)
_CLOSING: Final = re.compile(r"-->")
_BLOCK_ENDS: Final = re.compile(r"</(?:p|h[1-6]|div|section|li|td|header|main)\s*>", re.IGNORECASE)
_LONGEST_ADDRESS: Final = 80
_MAIN: Final = re.compile(r"<main\b[^>]*\bid=\"quarto-document-content\"[^>]*>")
_CLOSE_HINT: Final = (
    "close it in the paragraph or block where it opens, or write a backslash before the < where"
    " the text means the sign"
)


class _Link(NamedTuple):
    """An address that the page leads to, and what it is for."""

    address: str
    picture: bool


def check_raw(page: str, document: Path) -> RenderError | None:
    """Return an error if an element in the page is never closed and swallows what follows.

    Parameters
    ----------
    page
        HTML as the engine wrote it, before anybody repairs it by parsing.
    document
        The document that it was made from.
    """
    main = _MAIN.search(page)
    tag = _find_open(page[main.end() :] if main else page, within=main is not None)
    if tag is None:
        return None
    closing = tag.startswith("</")
    fault = "closes nothing" if closing else "is never closed, and would take in what follows it"
    return RenderError(
        f"{tag}{'>' if tag[-1].isalnum() else ''} {fault}",
        where=_place(document, re.compile(rf"{re.escape(tag)}(?![\w-])", re.IGNORECASE)),
        hint="take it out, or write a backslash before the <" if closing else _CLOSE_HINT,
    )


def _find_open(text: str, *, within: bool) -> str | None:
    """Return the start of the first tag that nothing closes, or that closes nothing.

    The text ends with its ``</main>`` where it stands within one.
    """
    if within and len(re.findall(r"</main\b", text, re.IGNORECASE)) > 1:
        return "</main"
    position, opened = 0, Counter[str]()
    while found := _TAG.search(text, position):
        name, position = (found["name"] or "").lower(), found.end()
        closing = found[0][1] == "/"
        if not name:
            end = _CLOSING.search(text, position)
            if end is None:
                return "<!--"
            position = end.end()
        elif name == "main" and closing and within:
            break
        elif name == "plaintext":
            return f"<{name}"
        elif name in _TEXT_ALONE and not closing:
            stop = _end_of_text(text, position, name)
            if stop is None:
                return f"<{name}"
            position = stop
        elif name not in _NOT_COUNTED and not found[0].endswith("/>"):
            opened[name] += -1 if closing else 1
    odd = (name for name in opened if opened[name])
    return next((f"<{'/' if opened[name] < 0 else ''}{name}" for name in odd), None)


def _end_of_text(text: str, start: int, name: str) -> int | None:
    """Return where an element of text alone ends; ``None`` if it took in what is not its own."""
    end = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, start)
    if end is None:
        return None
    inside = text[start : end.start()]
    taken = name not in ("script", "iframe") and _BLOCK_ENDS.search(inside)
    return None if taken or re.search(rf"<{name}\b", inside, re.IGNORECASE) else end.end()


def check_links(content: str, document: Path) -> RenderError | None:
    """Return an error if the page leads to what is not there, or not to one place.

    Files, pictures and anchors have to be there, and no two elements may have the same id.

    Parameters
    ----------
    content
        The ``<main>`` of the page.
    document
        The document that it was made from; files lie beside it.
    """
    main = html.fragment_fromstring(content)
    twice = _find_twice(main, document)
    if twice is not None:
        return twice
    anchors = {str(name) for name in main.xpath(".//@id | .//a/@name")} | {
        "",
        "top",
        main.get("id"),
    }
    for link in _find_links(main):
        fault = _judge(link, anchors, document.parent)
        if fault is not None:
            message, hint = fault
            return RenderError(message, where=_place(document, _asking(link)), hint=hint)
    return None


def check_alternatives(content: str, document: Path) -> RenderError | None:
    """Return an error if a picture has no text alternative: print and readers' programs want one.

    Parameters
    ----------
    content
        The ``<main>`` of the page.
    document
        The document that it was made from.
    """
    for image in html.fragment_fromstring(content).iter("img"):
        hidden = image.xpath("ancestor::*[@id='title-block-header']")
        if not (image.get("alt") or "").strip() and not hidden:
            address = str(image.get("src") or "")
            return RenderError(
                f"the picture {address[:_LONGEST_ADDRESS]} has no text alternative",
                where=_place(document, _asking(_Link(address, picture=True))),
                hint='say what it shows: ![Caption](file.svg){fig-alt="…"}, or alt="…" in HTML',
            )
    return None


def _find_twice(main: HtmlElement, document: Path) -> RenderError | None:
    """Return an error if two elements have the same id, whoever gave it to them.

    Parts of drawings are no anchors; a link's old ``name`` is one.
    """
    named = ".//@id[not(ancestor::svg)] | .//a[not(@id=@name)]/@name"
    counts = Counter(str(name) for name in main.xpath(named))
    twice = next((name for name, count in counts.items() if count > 1), None)
    if twice is None:
        return None
    places = _places(document, _giving(twice))
    hint = "give one of the two another id"
    if len(places) < counts[twice]:
        hint += "; a heading without one has an id that is made from its words"
        heads = main.xpath(".//*[@id=$name]/*[1]", name=twice)
        own = [str(head.text_content()).split() for head in heads]
        words = "|".join(r"\W+".join(map(re.escape, said[:4])) for said in own if said)
        places = places or _places(document, re.compile(rf"^\s*#+\s.*(?:{words})"))
    where = str(places[min(1, len(places) - 1)] if places else document)
    return RenderError(f"the id {twice} is given twice", where=where, hint=hint)


def linked_files(content: str, folder: Path, *, shown: bool = True) -> list[str]:
    """Return the files that a page links, by their paths in the document's folder.

    Parameters
    ----------
    shown
        With those that it shows.
    """
    links = _find_links(html.fragment_fromstring(content))
    names = dict.fromkeys(_file_name(link.address) for link in links if shown or not link.picture)
    return [name for name in names if name and (folder / name).is_file()]


def move_links(content: str, folder: Path, below: str) -> str:
    """Return a page that stands beside the folder to which its linked files were moved."""
    if not linked_files(content, folder):
        return content
    main = html.fragment_fromstring(content)
    for node in main.iter("a"):
        name = _file_name(node.get("href") or "")
        if name and (folder / name).is_file():
            node.set("href", f"{quote(below)}/{node.get('href')}")
    return str(html.tostring(main, encoding="unicode"))


def _file_name(address: str) -> str:
    """Return the file that an address names; ``""`` for addresses elsewhere and anchors."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc or parts.path[:1] == "/" else unquote(parts.path)


def _find_links(main: HtmlElement) -> Iterator[_Link]:
    for node in main.iter("img", "source", "video", "audio", "a"):
        address = node.get("href" if node.tag == "a" else "src")
        if address:
            yield _Link(address.strip(), node.tag != "a")


def _judge(link: _Link, anchors: set[str | None], folder: Path) -> tuple[str, str] | None:
    """Return what is wrong with an address and what to do; ``None`` where it leads somewhere."""
    try:
        parts = urlsplit(link.address)
    except ValueError as error:
        return f"the address {link.address} cannot be read: {error}", "correct the address"
    if parts.scheme or parts.netloc or parts.path.startswith("/"):
        return None
    if not parts.path:
        name = unquote(parts.fragment)
        if parts.query or name in anchors or parts.fragment in anchors:
            return None
        known = sorted(str(one) for one in anchors if one)
        return f"nothing in the document has the id #{name}", suggest(name, known)
    name = unquote(parts.path)
    if _is_there(folder, name):
        return None
    kind = "picture" if link.picture else "file"
    return f"there is no {kind} {name}", "put it into reports/, or correct its name in the link"


def _is_there(folder: Path, name: str) -> bool:
    """Whether a file lies in the document's folder; a page stands for the document it shows."""
    path = (folder / name).resolve()
    page = path.with_suffix(".qmd") if path.suffix == ".html" else path
    inside = path.is_relative_to(folder.resolve())
    return inside and (path.is_file() or page.is_file())


def _asking(link: _Link) -> re.Pattern[str]:
    """Return a pattern for an address as somebody may have written it."""
    plain = unquote(link.address)
    forms = dict.fromkeys([link.address, plain, quote(plain, safe="/#?=&.-_~")])
    return re.compile("|".join(rf"{re.escape(form)}(?![\w-])" for form in forms))


def _giving(name: str) -> re.Pattern[str]:
    """Return a pattern for what gives an element an id: in braces, or in raw HTML."""
    own = re.escape(name)
    return re.compile(rf"\{{[^{{}}]*#{own}(?=[\s}}])|\bid\s*=\s*[\"']?{own}(?![\w-])")


def _place(document: Path, pattern: re.Pattern[str]) -> str:
    """Return the first line that asks for it; what stands in code asks last."""
    return str(next(iter(_places(document, pattern)), document))


def _places(document: Path, pattern: re.Pattern[str]) -> list[Place]:
    """Return the lines that ask for it, as often as they do; what stands in code comes last."""
    lines: Sequence[tuple[str, Place, bool]] = ()
    with contextlib.suppress(RenderError):
        lines = list(read_lines(document))
    asking = [(code, place) for text, place, code in lines for _ in pattern.finditer(text)]
    return [place for _, place in sorted(asking, key=lambda one: one[0])]
