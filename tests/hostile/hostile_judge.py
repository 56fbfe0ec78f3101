"""Build a hostile study and compare every text that was published with what was put in."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, Final

import openpyxl
from hostile_corpus import QUOTED
from hostile_study import Planted, files_of, hostile_study
from lxml import etree, html

from briefgen.config.settings import load_settings
from briefgen.pipeline.build import Options, build
from printed import read_pages

UNSEEN: Final = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufffe]+")
MARK: Final = re.compile(r"zq[a-j]{4}qz")
AROUND: Final = 200


@dataclass
class Judged:
    """What was found: texts tried, places where another text stands, what leaked."""

    texts: int = 0
    fields: int = 0
    found: int = 0
    wrong: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)


def judge_texts(
    folder: Path,
    planted: Planted,
    documents: Sequence[str] = ("report", "brief"),
    formats: tuple[str, ...] | None = None,
) -> Judged:
    """Build the study and look each planted text up in all that was published."""
    settings = load_settings(hostile_study(folder, planted, documents))
    result = build(settings, options=Options(engine="pandoc", jobs=1, formats=formats))
    judged = Judged(texts=len(set(planted.texts)), fields=len(planted.marks))
    judged.wrong += [f"{one.key.name}: {one.error}" for one in result.outcomes if one.error]
    seen: set[str] = set()
    for name, text in published_texts(folder):
        for mark, before, after in _occurrences(fold(text)):
            place, planted_text = planted.marks[_as_planted(mark)]
            seen.add(_as_planted(mark))
            judged.found += 1
            if place.startswith("statements"):  # charts show a sentence without its full stop
                planted_text = planted_text.removesuffix(".")
            if not _agrees(planted_text, before, after, name):
                found = f"{before[-60:]} {mark} {after[:60]}"
                judged.wrong.append(f"{name}: {place}: {planted_text!r} is {found!r}")
    judged.unseen = [planted.marks[mark][0] for mark in planted.marks if mark not in seen]
    judged.leaked = list(find_leaks(folder))
    return judged


def _as_planted(mark: str) -> str:
    return f"Zq{mark[2:-2]}qZ"


def _occurrences(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield each marker with what stands before and after it."""
    for found in MARK.finditer(text):
        before = text[max(0, found.start() - AROUND) : found.start()]
        yield found[0], before, text[found.end() :][:AROUND]


def _agrees(text: str, before: str, after: str, name: str) -> bool:
    """Whether the text stands before its marker, or after it, and no second full stop."""
    wanted = fold(QUOTED.get(text, text))
    if not name.endswith((".csv", ".json")) and text in QUOTED:  # data files keep straight quotes
        return before.endswith(wanted) or after.startswith(wanted)
    before, wanted, after = _alike(before), _alike(wanted), _alike(after)
    if not (before.endswith(wanted) or after.startswith(wanted)):
        return False
    rest = after.removeprefix(wanted)
    return not (after.startswith(wanted) and wanted.endswith(".") and rest.startswith("."))


def _alike(text: str) -> str:
    """Return a text in which all quotation marks are straight."""
    return re.sub("[‘’‚‹›]", "'", re.sub("[“”„«»]", '"', text))


def fold(text: str) -> str:
    """Return a text without blanks, line breaks and signs that nobody sees, in small letters."""
    text = unicodedata.normalize("NFC", text)
    return UNSEEN.sub("", text).casefold()


def published_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of what was published, as a reader's program reads it."""
    for path in files_of(folder, (".html", ".pdf", ".csv", ".json", ".docx", ".pptx", ".xlsx")):
        for part, text in _READERS[path.suffix](path):
            yield f"{path.name}{part}", text


def _read_html(path: Path) -> Iterator[tuple[str, str]]:
    tree = html.document_fromstring(path.read_bytes())
    for script in tree.xpath("//style"):
        script.drop_tree()
    yield "", tree.text_content()
    for element in tree.iter():
        for name in ("alt", "aria-label", "title", "content"):
            if isinstance(element.tag, str) and element.get(name):
                yield f" [{name}]", element.get(name)


def _read_pdf(path: Path) -> Iterator[tuple[str, str]]:
    for number, page in enumerate(read_pages(path), 1):
        yield f" p. {number}", re.sub(r"-?\ufffe|(?<=\w)-\r?\n(?=[a-zäöü])", "", page)


def _read_csv(path: Path) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                yield "", cell


def _read_json(path: Path) -> Iterator[tuple[str, str]]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if path.name == "manifest.json":  # all else in it are names of files
        content = [one["title"] for one in content["documents"].values()]
    for text in _strings(content):
        yield "", text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _read_docx(path: Path) -> Iterator[tuple[str, str]]:
    with zipfile.ZipFile(path) as archive:
        for name in ("word/document.xml", "word/footnotes.xml", "docProps/core.xml"):
            if name in archive.namelist():
                tree = etree.fromstring(archive.read(name))
                yield f" {name}", "".join(str(text) for text in tree.itertext())
                for item in tree.iter():
                    if item.get("descr"):
                        yield " [descr]", str(item.get("descr"))


def _read_pptx(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each paragraph of the slides, and the texts of their pictures."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not re.fullmatch(r"ppt/(slides|notesSlides)/\w+\.xml|docProps/core\.xml", name):
                continue
            tree = etree.fromstring(archive.read(name))
            for item in tree.iter("{*}p") if name.startswith("ppt") else [tree]:
                yield f" {name}", "".join(str(text) for text in item.itertext())
            for item in tree.iter():
                if item.get("descr"):
                    yield f" {name} [descr]", str(item.get("descr"))


def _read_xlsx(path: Path) -> Iterator[tuple[str, str]]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows(values_only=True):
            yield from ((f" {sheet.title}", str(cell)) for cell in row if cell is not None)


_READERS: Final = {
    ".html": _read_html, ".pdf": _read_pdf, ".csv": _read_csv, ".json": _read_json,
    ".docx": _read_docx, ".pptx": _read_pptx, ".xlsx": _read_xlsx,
}  # fmt: skip


def find_leaks(folder: Path) -> Iterator[str]:
    """Yield what a published file holds that only a shortcode or a script could have put there."""
    ids = re.compile(r"\br0\d{3}\b")
    for name, text in published_texts(folder):
        if ids.search(text):
            yield f"{name}: an id of a respondent"
        if "/root" in text or str(Path.home()) in text:
            yield f"{name}: the environment"
    for path in files_of(folder, (".html",)):
        page = path.read_text(encoding="utf-8")
        if re.search(
            r"<script[^>]*>\s*alert|\son\w+=[\"']?alert|javascript:alert", unescape_tags(page)
        ):
            yield f"{path.name}: a script"


def unescape_tags(page: str) -> str:
    """Return a page's markup without its texts."""
    return " ".join(re.findall(r"<[^<>]*>(?:\s*alert)?", page)) if unescape(page) else ""
