"""Give a draft the labels of further languages of its file, and the words that `init` adds.

In: questions drafted in one language, and the columns with their labels in others. Out: the same
questions, each text in every language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from briefgen.config.placeholders import POPULATION, RESPONDENTS
from briefgen.evidence.drafting.columns import Column
from briefgen.evidence.drafting.filters import name_base
from briefgen.evidence.drafting.groups import find_stem, name_line
from briefgen.evidence.drafting.names import set_dots, shorten
from briefgen.evidence.drafting.options import name_box, name_poles
from briefgen.evidence.drafting.single import Sketch

WORDS: Final = {
    "de": {
        "results": "Ergebnisse",
        "people": "Wer geantwortet hat",
        "audience": "Interessierte",
        "authors": "Autorinnen und Autoren der Studie",
        "institute": "Institut",
        "contact": "Ansprechperson",
        "population": POPULATION["de"],
        "respondents": RESPONDENTS["de"],
    },
    "en": {
        "results": "Results",
        "people": "Who answered",
        "audience": "Interested readers",
        "authors": "The authors of the study",
        "institute": "The institute",
        "contact": "The contact",
        "population": POPULATION["en"],
        "respondents": RESPONDENTS["en"],
    },
    "fr": {
        "results": "Résultats",
        "people": "Qui a répondu",
        "audience": "Public intéressé",
        "authors": "Les auteurs de l’étude",
        "institute": "L’institut",
        "contact": "La personne à contacter",
        "population": POPULATION["fr"],
        "respondents": RESPONDENTS["fr"],
    },
}
"""What no file says, in the languages of briefgen's own texts."""


def translate(
    sketches: Sequence[Sketch], language: str, others: Mapping[str, Mapping[str, Column]]
) -> list[str]:
    """Make each text of questions one of all languages; return the codes that lack some."""
    if not others:
        return []
    told = [_Texts(sketch, language, others) for sketch in sketches]
    for texts in told:
        texts.apply()
    by_code = {texts.sketch.code: texts for texts in told}
    for texts in told:
        texts.name_base(by_code)
    return [texts.sketch.code for texts in told if texts.lacks]


class _Texts:
    """The texts of one question in all languages."""

    def __init__(
        self, sketch: Sketch, language: str, others: Mapping[str, Mapping[str, Column]]
    ) -> None:
        self.sketch, self.language, self.lacks = sketch, language, False
        self.columns = {
            code: [columns[column.name] for column in sketch.columns]
            for code, columns in others.items()
        }

    def apply(self) -> None:
        spec, answers = self.sketch.spec, self.sketch.answers
        stems = {code: self._stem(columns) for code, columns in self.columns.items()}
        texts = {code: set_dots(text) for code, text in stems.items()}
        spec["text"] = self._join(spec["text"], texts)
        spec["label"] = self._join(
            spec["label"], {code: text and shorten(text) for code, text in texts.items()}
        )
        for item in spec.get("items", ()):
            item["label"] = self._join(item["label"], self._item(item, stems))
        options = answers.options if answers else spec.get("options", [])
        for option in options:
            option["label"] = self._join(option["label"], self._labels(option["code"]))
        for box in answers.boxes if answers else ():
            box["label"] = {
                code: name_box(
                    [_in(o["label"], code) for o in options if o["name"] in box["options"]], code
                )
                for code in (self.language, *self.columns)
            }

    def name_base(self, questions: Mapping[str, _Texts]) -> None:
        """Name who was asked, in each language."""
        asked = self.sketch.spec.get("asked_if")
        if not asked:
            return
        earlier = questions[asked["variable"]].sketch
        options = earlier.answers.options if earlier.answers else []
        chosen = [o["label"] for o in options if o["name"] in asked["options"]]
        asked["label"] = {
            code: name_base(
                [_in(label, code) for label in chosen], _in(earlier.spec["label"], code), code
            )
            for code in (self.language, *self.columns)
        }

    def _join(self, own: Any, told: Mapping[str, str]) -> Any:
        """Return a text in all languages; where the file lacks one, its own stands in."""
        if own == next(iter(told.values()), None) and len(set(told.values())) == 1:
            return own
        if not all(told.values()):
            self.lacks = True
        return {self.language: own, **{code: text or own for code, text in told.items()}}

    def _stem(self, columns: Sequence[Column]) -> str:
        return columns[0].wording if len(columns) == 1 else find_stem(columns)

    def _labels(self, code: str) -> dict[str, str]:
        """Return the label of a code in each other language; a bare code is the same in all."""
        bare = all(code not in column.labels for column in self.sketch.columns)
        return {
            language: next(
                (column.labels[code] for column in columns if code in column.labels),
                self._pole(code, columns[0]) if bare else "",
            )
            for language, columns in self.columns.items()
        }

    @staticmethod
    def _pole(code: str, column: Column) -> str:
        """Return what a heading calls a step, else the step itself."""
        return name_poles(column, column.wording).get(code, code)

    def _item(self, item: Mapping[str, Any], stems: Mapping[str, str]) -> dict[str, str]:
        if "column" not in item:
            return self._labels(str(item["selected"]))
        return {
            code: shorten(name_line(column, stems[code]))
            for code, columns in self.columns.items()
            for column in columns
            if column.name == item["column"]
        }


def _in(label: Any, language: str) -> str:
    return str(label[language] if isinstance(label, dict) else label)
