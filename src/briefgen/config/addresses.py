"""The addresses in a Quarto document's text: of pictures and of links.

In: the text as its author wrote it. Out: each address with its place: in round brackets, by
reference, in raw HTML. Templates' files are copied by them before anything is rendered, and
formats that show other pictures get the text with other addresses, whichever engine renders it.
Code and comments have none.

References
----------
Pandoc's manual, "Links" and "Images": addresses may hold blanks, and round brackets in pairs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

_PLAIN: Final = r"""(?:\\.|[^()\\<>\s]|[ \t]+(?![\s"')])|\((?:[^()\\\n]|\\.)*\))+"""
_DEFINED: Final = _PLAIN.replace(r"""[\s"')]""", r"""[\s"'(]""")
"""In a definition a title may stand in round brackets too."""
_TITLE: Final = r"""(?:\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))?\s*"""
_DEFINED_TITLE: Final = (
    r"""(?:\s+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?(?:\s*\{[^{}\n]*\})?[ \t]*$"""
)
_TOKEN: Final = re.compile(
    rf"""
    ^[ ]{{0,3}}(?P<fence>`{{3,}}|~{{3,}}).*?^[ ]{{0,3}}(?P=fence)[`~]*[ \t]*$
    |(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)
    |<!--.*?-->
    |\\.
    |(?P<inline>\]\(\s*(?:<(?P<angled>[^<>\n]+)>|(?P<plain>{_PLAIN})){_TITLE}\))
    |^[ ]{{0,3}}\[(?P<label>(?!\^)[^\]\n]+)\]:[ \t]*\n?[ \t]*
      (?:<(?P<defined_angled>[^<>\n]+)>|(?P<defined>{_DEFINED})){_DEFINED_TITLE}
    |<(?P<tag>img|a|source|video|audio)\b(?:[^<>"']|"[^"]*"|'[^']*')*?\s(?:src|href)\s*=\s*
      (?P<quote>["'])(?P<attribute>[^"']+)(?P=quote)
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_ELSEWHERE: Final = re.compile(r"[a-z][a-z\d+.-]*:|//|/", re.IGNORECASE)
"""What begins an address that names no file beside the document: ``https:``, ``mailto:``."""


class Address(NamedTuple):
    """A file beside the document that its text shows or links.

    Attributes
    ----------
    path
        Of the file, as the file system has it.
    rest
        What follows the path: ``#part``, ``?query``.
    shown
        Whether it is a picture, and no link.
    start, end
        Where it is written, with angle brackets if there are any.
    """

    path: str
    rest: str
    shown: bool
    start: int
    end: int


def find_addresses(text: str) -> Iterator[Address]:
    """Yield the files that a text shows or links, in its order."""
    plain = _TOKEN.sub(lambda found: found[0] if _group(found) else " " * len(found[0]), text)
    for found in _TOKEN.finditer(text):
        group = _group(found)
        shown = _is_shown(plain, found)
        if group is None or shown is None or _ELSEWHERE.match(found[group]):
            continue
        written = found[group] if group == "attribute" else _ESCAPED.sub(r"\1", found[group])
        path, rest = _split(html.unescape(written))
        if path.strip():
            angled = group.endswith("angled")
            start, end = found.start(group) - angled, found.end(group) + angled
            yield Address(unquote(path).strip(), rest, shown, start, end)


def replace_addresses(text: str, change: Callable[[Address], str | None]) -> str:
    """Return a text with other addresses.

    Parameters
    ----------
    change
        Gives the new address as an URL, or ``None`` where it stays.
    """
    parts, done = [], 0
    for address in find_addresses(text):
        new = change(address)
        if new is not None:
            parts += [text[done : address.start], new]
            done = address.end
    return "".join([*parts, text[done:]])


def _split(address: str) -> tuple[str, str]:
    end = re.search(r"[#?]|$", address)
    return (address[: end.start()], address[end.start() :]) if end else (address, "")


def _group(found: re.Match[str]) -> str | None:
    names = ("angled", "plain", "defined_angled", "defined", "attribute")
    return next((name for name in names if found[name]), None)


def _is_shown(plain: str, found: re.Match[str]) -> bool | None:
    """Whether it is a picture; ``None`` where no bracket opens."""
    if found["tag"]:
        return found["tag"] != "a"
    if found["inline"]:
        opening = _opening(plain, found.start())
        return None if opening is None else plain[:opening].endswith("!")
    label = re.escape(found["label"] or "")
    pattern = rf"!\[[^\]]*\]\[{label}\]|!\[{label}\](?![(\[])"
    return re.search(pattern, plain, re.IGNORECASE) is not None


def _opening(plain: str, end: int) -> int | None:
    """Return where the bracket opens that ends there; those within are in pairs."""
    depth = 1
    for position in range(end - 1, -1, -1):
        depth += {"]": 1, "[": -1}.get(plain[position], 0)
        if not depth:
            return position
    return None


def lies_in(folder: Path, name: str) -> bool:
    """Whether an address names a file within a folder."""
    path = (folder / name).resolve()
    return path.is_relative_to(folder.resolve()) and path.is_file()
