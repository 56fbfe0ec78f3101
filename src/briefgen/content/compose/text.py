"""A composed document taken apart: front matter, running text, words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from briefgen.config.addresses import replace_addresses
from briefgen.config.yaml_text import YamlError, load
from briefgen.errors import TemplateError

FRONT: Final = re.compile(r"\A---\s*\n(.*?\n)(?:---|\.\.\.)\s*\n", re.DOTALL)
OPEN_FRONT: Final = re.compile(r"\A---[ \t]*\n[\w\"'-]+[ \t]*:(?:[ \t]|\n)")
METADATUM: Final = re.compile(r"(?<!\{)\{\{<\s*meta\s+[\"']?([\w.-]+)[\"']?\s*>\}\}(?!\})")
CODE: Final = re.compile(r"^(`{3,}|~{3,}).*?^\1`*~*\s*$", re.DOTALL | re.MULTILINE)
INLINE_CODE: Final = re.compile(r"(?<!`)`[^`\n]+`(?!`)")
COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
SHORTCODE: Final = re.compile(r"\{\{<.*?>\}\}", re.DOTALL)
PICTURE: Final = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
ADDRESS: Final = re.compile(r"<(?:https?:|mailto:)?[^\s<>]*[@/][^\s<>]*>")
TARGET: Final = re.compile(r"\]\([^)]*\)")
ATTRIBUTES: Final = re.compile(r"\{[^{}\n]*(?:\n[^{}\n]*)?\}")
HTML: Final = re.compile(r"</?[a-zA-Z][^<>]*>")
SHOWN_ADDRESS: Final = re.compile(r"\]\([^()\n]*\{\{<[^()\n]*\)")
ENTRIES: Final = {
    ".bib": re.compile(r"^\s*@\w+\s*\{\s*([^,\s]+)", re.MULTILINE),
    ".json": re.compile(r"[\"']id[\"']\s*:\s*[\"']([^\"']+)[\"']"),
    ".yaml": re.compile(r"^[ \t]*-?[ \t]*id:[ \t]*[\"']?([^\s\"']+)", re.MULTILINE),
    ".yml": re.compile(r"^[ \t]*-?[ \t]*id:[ \t]*[\"']?([^\s\"']+)", re.MULTILINE),
    ".ris": re.compile(r"^ID  - (\S+)", re.MULTILINE),
}
"""Where a bibliography's keys stand, by the suffix of its file."""
ESCAPE: Final = re.compile(r"\\[!-/:-@\[-`{-~]")
WORD: Final = re.compile(r"[^\W_]+(?:[-’'.,:/][^\W_]+)*", re.UNICODE)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter of a document, and the rest.

    Raises
    ------
    TemplateError
        If it cannot be read as YAML.
    """
    match = FRONT.match(text)
    if match is None and OPEN_FRONT.match(text):
        raise TemplateError(
            "the front matter that opens here is never closed",
            row=1,
            hint="end it with a line of three dashes (---)",
        )
    if match is None:
        return {}, text
    try:
        front = load(match[1], first_line=2) or {}
    except YamlError as error:
        raise TemplateError(
            f"the front matter cannot be read: {error}",
            row=error.line,
            hint=f"write texts as {{{{ text | yaml }}}}, which quotes them; or {error.remedy}",
        ) from error
    if not isinstance(front, dict):
        raise TemplateError("the front matter is no mapping", row=2, hint="write key: value")
    return front, text[match.end() :]


def set_addresses(text: str) -> str:
    """Return a document with the metadata that its addresses name put in their place.

    Files that a document shows are copied, and set in other formats, by their addresses:
    ``![Map]({{< meta map >}})`` has to have one before it is rendered.
    """
    front, body = split_front_matter(text)
    told = text.removesuffix(body)

    def put(found: re.Match[str]) -> str:
        value: Any = front
        for part in found[1].split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return found[0] if not isinstance(value, str) or "\n" in value else value

    return told + SHOWN_ADDRESS.sub(lambda found: METADATUM.sub(put, found[0]), body)


def set_front_matter(text: str, name: str, value: str | list[str]) -> str:
    """Return a document whose front matter says something else under a name of its top."""
    match = FRONT.match(text)
    if match is None:
        return text
    line = f"{name}: {json.dumps(value, ensure_ascii=False)}\n"
    block = re.compile(rf"^{re.escape(name)}[ \t]*:.*\n(?:[ \t-].*\n)*", re.MULTILINE)
    front = block.sub("", match[1]) + line
    return f"---\n{front}---\n{text[match.end() :]}"


def list_entries(path: Path) -> set[str]:
    """Return the keys of a bibliography: BibTeX, CSL JSON, CSL YAML or RIS, by its suffix.

    Raises
    ------
    TemplateError
        If the file is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateError(
            "the bibliography is not UTF-8", where=path.name, hint="save it as UTF-8"
        ) from None
    if path.suffix.lower() == ".json":
        _check_json(text, path)
    return set(ENTRIES.get(path.suffix.lower(), ENTRIES[".bib"]).findall(text))


def _check_json(text: str, path: Path) -> None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise TemplateError(
            f"the bibliography cannot be read: {error.msg}",
            where=f"reports/{path.name}:{error.lineno}",
            hint="save it as CSL JSON again",
        ) from None


def blank(pattern: re.Pattern[str], text: str) -> str:
    """Replace what a pattern finds with blanks, keeping its line breaks."""
    return pattern.sub(lambda match: "\n" * match[0].count("\n") or " ", text)


def running_text(body: str) -> str:
    """Return the text that readers read line by line; line breaks stay where they are.

    Code, tables in raw HTML, comments, alternative texts, addresses and attributes are left out.
    """
    body = replace_addresses(body, lambda _address: "")
    for pattern in (ESCAPE, CODE, INLINE_CODE, COMMENT, SHORTCODE, PICTURE, ADDRESS, TARGET):
        body = blank(pattern, body)
    body = blank(ATTRIBUTES, body)
    return blank(HTML, body)


def count_words(body: str) -> int:
    """Count the words of the running text."""
    return len(WORD.findall(running_text(body).replace("\\", "")))
