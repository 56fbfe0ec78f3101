"""A study whose every text is a hostile one, with a marker by which it is found again.

The marker stands before the text or after it, in turns, so that beginnings and ends are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import yaml
from matrix_catalogue import STUDIES

ITEMS: Final = 40
"""Items of a further question, so that one study tries many texts."""
LONE: Final = frozenset({"authors", "address", "place", "because"})
"""Keys of plain strings that are printed."""
MARKDOWN: Final = frozenset({"lead", "ask", "intro", "limits", "portrait", "lesson", "texts"})
"""Keys of fields in which Markdown is meant; of recommendations their text too."""
KEPT: Final = frozenset({"forms", "name_of_role"})


@dataclass
class Planted:
    """Which text was planted with which marker, and in which field."""

    texts: Sequence[str]
    first: int = 0
    marks: dict[str, tuple[str, str]] = field(default_factory=dict)

    def plant(self, place: str) -> str:
        """Return the next text with its marker."""
        number = self.first + len(self.marks)
        text = self.texts[number % len(self.texts)]
        if place.startswith("recommendations.yml") and "%" in text:
            text = "H~2~O"  # a share in a recommendation is refused, since it has no source
        mark = f"Zq{_letters(number)}qZ"
        self.marks[mark] = (place, text)
        return f"{mark} {text}" if number % 2 else f"{text} {mark}"


def _letters(number: int) -> str:
    """Return a number in letters: digits would be marked as numbers."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


def hostile_study(
    folder: Path, planted: Planted, documents: Sequence[str] = ("report", "brief")
) -> Path:
    """Write the base of the matrix, with a text of the corpus in each of its fields."""
    STUDIES[0].write(folder)
    data = folder / "data"
    _ask_more(data)
    for path in sorted(data.rglob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.name == "study.yml":
            _shorten(content)
            content["documents"] = list(documents)
        told = _told(content, planted, (path.name,))
        path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def _ask_more(data: Path) -> None:
    """Add a question with many items and one with many options."""
    path = data / "codebook.yml"
    book = yaml.safe_load(path.read_text(encoding="utf-8"))
    names = [f"thing{number}" for number in range(ITEMS)]
    book["questions"].append(
        {
            "code": "things",
            "type": "multiple",
            "text": _both("Was?"),
            "label": _both("Dinge"),
            "items": [{"name": name, "label": _both(name)} for name in names],
        }
    )
    path.write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8")
    rng = np.random.default_rng(5)
    survey = pd.read_csv(data / "survey.csv", dtype=str, keep_default_na=False)
    chosen = (rng.random((len(survey), ITEMS)) < 0.5).astype(int).astype(str)
    more = pd.DataFrame(chosen, columns=[f"things_{name}" for name in names], index=survey.index)
    pd.concat([survey, more], axis=1).to_csv(data / "survey.csv", index=False)


def _both(text: str) -> dict[str, str]:
    return {"de": text, "en": text}


def _shorten(info: dict[str, Any]) -> None:
    """Make one language and few documents of it, with all fields that are printed."""
    info["languages"] = ["de"]
    info["topics"][0]["questions"].append("things")
    for audience in info["audiences"]:
        audience["scope"] = "nation"
    info["publication"] |= {"subtitle": _both("Untertitel"), "licence": _both("Lizenz")}
    info["institute"] |= {"portrait": _both("Wer wir sind"), "address": "Weg"}
    info["commissioner"] |= {"portrait": _both("Wer fragt"), "address": "Gasse"}
    info["limits"] = _both("Grenzen")
    info["region_types"]["description"] = _both("Was ein Typ ist")
    for kind in info["region_types"]["list"]:
        kind["description"] = _both("Beschreibung")


def _told(value: Any, planted: Planted, at: tuple[str, ...]) -> Any:
    """Return YAML with planted texts in place of its own."""
    if isinstance(value, Mapping):
        if set(value) <= {"de", "en"} and "de" in value:
            return value if _is_markdown(at) else {"de": planted.plant(".".join(at))}
        return {key: _told(item, planted, (*at, str(key))) for key, item in value.items()}
    if isinstance(value, list):
        if at[-1] in LONE:
            return [planted.plant(".".join(at)) for _ in value]
        return [_told(item, planted, at) for item in value]
    return planted.plant(".".join(at)) if at[-1] in LONE else value


def _is_markdown(at: tuple[str, ...]) -> bool:
    own_text = at[0] == "recommendations.yml" and at[-1] == "text"
    return own_text or not MARKDOWN.isdisjoint(at)


def plant_author_texts(folder: Path, text: str) -> None:
    """Put a text into every field in which Markdown is meant."""
    for path in sorted((folder / "data").rglob("*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        told = _authored(content, text, (path.name,))
        path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _authored(value: Any, text: str, at: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        if set(value) <= {"de", "en"} and "de" in value:
            return {"de": text} if _is_markdown(at) else value
        return {key: _authored(item, text, (*at, str(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [_authored(item, text, at) for item in value]
    return value


def files_of(folder: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    """Yield the published files with one of the suffixes."""
    for path in sorted((folder / "publications").rglob("*")):
        if path.suffix in suffixes and path.is_file():
            yield path
