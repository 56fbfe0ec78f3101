"""Read what a study has published, as anybody could, and look for what contradicts a dash.

In: a folder of publications. Out: one `Printed` for each value of the sidecars, and a `Slip` for
each place in sidecars, data files, web pages, pictures and PDF that shows more than a dash.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree, html

HIDDEN = ("suppressed (primary)", "suppressed (complementary)")


@dataclass(frozen=True)
class Printed:
    """A value as it stands in print."""

    key: str
    variable: str
    measure: str
    domain: str
    contrast: str
    statistic: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    status: str
    method: str
    edition: str
    at_least: float | None = None
    at_most: float | None = None

    @property
    def is_hidden(self) -> bool:
        return self.value is None


@dataclass(frozen=True)
class Slip:
    """A place that shows what is hidden elsewhere."""

    where: str
    key: str
    what: str


def read_states(folders: Sequence[Path]) -> list[list[Printed]]:
    """Read the sidecars of each state; what stood there before, and older values, are not new."""
    return [
        read_folder(folder, folders[number - 1] if number else None)
        for number, folder in enumerate(folders)
    ]


def read_folder(folder: Path, before: Path | None = None) -> list[Printed]:
    """Read the sidecars that did not stand there before."""
    found: dict[str, Printed] = {}
    for path in sorted(folder.glob("*/**/*.evidence.json")):
        inside = path.relative_to(folder)
        old = before / inside if before else None
        if old and old.is_file() and old.read_bytes() == path.read_bytes():
            continue
        for raw in json.loads(path.read_text(encoding="utf-8"))["evidence"]:
            if not raw["as_of"]:
                item = _printed(raw, inside.parts[0])
                found[repr(item)] = item
    return list(found.values())


def _printed(raw: dict[str, Any], edition: str) -> Printed:
    low, high = raw.get("band") or (None, None)
    names = (
        "key", "variable", "measure", "domain", "contrast", "statistic", "value", "low", "high",
        "n", "status", "method",
    )  # fmt: skip
    return Printed(
        **{name: raw[name] for name in names}, edition=edition, at_least=low, at_most=high
    )


# --- slips ----------------------------------------------------------------------------------


def find_slips(folder: Path) -> list[Slip]:
    """Return every place that tells more of a hidden value than that it is hidden."""
    slips = []
    for sidecar in sorted(folder.glob("*/**/*.evidence.json")):
        content = json.loads(sidecar.read_text(encoding="utf-8"))["evidence"]
        slips += list(_read_sidecar(sidecar.name, content))
        hidden = {raw["key"]: raw for raw in content if raw["value"] is None}
        published = {raw["key"]: raw for raw in content if raw["value"] is not None}
        base = sidecar.name.removesuffix(".evidence.json")
        slips += list(_read_page(sidecar.with_name(base) / "index.html", hidden))
        for data in sorted((sidecar.parent / "data" / base).glob("*.csv")):
            slips += list(_read_data(data, hidden, published))
        slips += list(_read_pictures(sidecar.with_name(base)))
        slips += list(_read_pdf(sidecar.with_name(f"{base}.pdf"), hidden))
    return slips


def _read_sidecar(name: str, content: list[dict[str, Any]]) -> Iterator[Slip]:
    """A hidden value has no number, no verdict, and the reason of its whole table."""
    reasons: dict[tuple[str, str, str, str], set[tuple[str, str]]] = {}
    for raw in content:
        if raw["value"] is not None or raw["text"]:
            continue
        for part in ("low", "high", "n"):
            if raw[part] is not None and not (part == "n" and raw.get("band")):
                yield Slip(name, raw["key"], f"hidden, with {part}")
        if raw["verdict"] != "unknown":
            yield Slip(name, raw["key"], "hidden, with a verdict")
        if raw["status"] == HIDDEN[0] and raw["source"] == "survey" and raw["statistic"] == "share":
            table = (raw["variable"], raw["domain"], raw["contrast"], raw["as_of"])
            reasons.setdefault(table, set()).add((raw["status"], raw["reason"]))
    for table, found in reasons.items():
        if len(found) > 1:
            yield Slip(name, "@".join(table[:2]), f"reasons that differ: {sorted(found)}")


TINY = 1e-9
DIGITS = re.compile(r"\d")


def _read_page(path: Path, hidden: dict[str, Any]) -> Iterator[Slip]:
    if not path.is_file():
        return
    page = html.parse(str(path))
    for span in page.iter("span"):
        key = span.get("data-key")
        if key in hidden and not hidden[key].get("band") and DIGITS.search(span.text_content()):
            yield Slip(str(path), key, f"page says {span.text_content()!r}")


def _read_data(path: Path, hidden: dict[str, Any], published: dict[str, Any]) -> Iterator[Slip]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        key = row.get("key", "")
        parts = (
            () if key not in hidden or hidden[key].get("band") else ("value", "low", "high", "n")
        )
        if any(row.get(part) for part in parts):
            yield Slip(str(path), key, "data file has a number")
        for part in ("value", "low", "high"):
            shown = published.get(key, {}).get(part)
            if (
                row.get(part)
                and key in published
                and (shown is None or abs(float(row[part]) - shown) > 1e-9)
            ):
                yield Slip(str(path), key, f"data file has another {part} than the sidecar")


def _read_pictures(folder: Path) -> Iterator[Slip]:
    """A picture has no words beside those that stand in it, and no number that nobody released."""
    for path in sorted(folder.glob("**/*.svg")):
        tree = etree.parse(str(path))
        for element in tree.iter():
            if isinstance(element.tag, str) and any("data-" in name for name in element.attrib):
                yield Slip(str(path), "", "a picture carries data of its own")


def _read_pdf(path: Path, hidden: dict[str, Any]) -> Iterator[Slip]:
    """No file beside the text: attachments and metadata name no value."""
    if not path.is_file() or not shutil.which("pdftotext"):
        return
    command = ["pdftotext", "-layout", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for key in hidden:
        if key in text:
            yield Slip(str(path), key, "PDF names the key of a hidden value")
