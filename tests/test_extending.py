"""An estimator and a kind of document from outside: registered, estimated, released, published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from briefgen.config import document_kinds
from briefgen.config.document_kinds import DocumentKind, StudyLike, register_document_kind
from briefgen.config.measures import (
    OF_QUESTION,
    MeasureKind,
    SubjectMeasure,
    list_kinds,
    register_measure,
    unregister_measure,
)
from briefgen.config.settings import Variable, load_settings
from briefgen.errors import SettingsError, UnknownNameError
from briefgen.evidence.survey.measures import Columns, Data, estimates, mean_of, numbers
from briefgen.pipeline.build import Options, Selection, build
from briefgen.pipeline.check import find_problems
from briefgen.pipeline.publish import read_manifest
from printed import read_pages
from studies import CODEBOOK, small_study

CAP = 100.0
TEMPLATE = """\
---
title: {{ title() | yaml }}
lang: {{ doc.language }}
---

{{ statement("q05_members.capped_mean") }}

{{ figure("q05_members.capped_mean", kind="dots", id="fig-size") }}
"""
GERMAN = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: de\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Factsheet"
msgstr "Faktenblatt"

msgid "Factsheets"
msgstr "Faktenblätter"

msgid "mean of answers up to a hundred"
msgstr "Mittelwert, Antworten bis hundert"

msgid "{Where}, {label} is {value} on average, no answer counting more than a hundred"
msgid_plural "{Where}, {label} is {value} on average, no answer counting more than a hundred"
msgstr[0] "{Where} beträgt {label} im Mittel {value}, wobei keine Antwort mehr als hundert zählt"
msgstr[1] "{Where} beträgt {label} im Mittel {value}, wobei keine Antwort mehr als hundert zählt"
"""
FRAME = "{Where}, {label} is {value} on average, no answer counting more than a hundred"


def each_region(settings: StudyLike) -> Iterator[tuple[str, str]]:
    """Yield each region, for everybody."""
    yield from ((region, "") for region in settings.regions)


def capped(
    data: Data, variable: Variable, _measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    """Yield the numbers, none larger than the cap."""
    yield mean_of(np.minimum(numbers(data, variable), CAP))


@pytest.fixture
def extended() -> Iterator[None]:
    """A new estimator and a new kind of document, from outside of the package."""
    kind = MeasureKind(
        name="capped mean", types=frozenset({"numeric"}), statistic="mean", measure="capped_mean",
        unit=OF_QUESTION, digits=1, may_head=True, frames=((FRAME, FRAME),),
        label="mean of answers up to a hundred", compared=True,
    )  # fmt: skip
    register_measure(kind)
    estimates("capped mean")(capped)
    register_document_kind(
        DocumentKind(
            name="factsheet", template="factsheet.qmd", label="Factsheet",
            file_name="Factsheets", readers=each_region, is_tailored=True, formats=("html",),
            figure_width_mm=140.0, most_words=300, most_pages=1, is_short=True, seconds=120,
        )
    )  # fmt: skip
    yield
    unregister_measure("capped mean")
    document_kinds.unregister_document_kind("factsheet")


def extended_study(folder: Path) -> Path:
    topics = [{"code": "size", "title": "T", "questions": ["q05_members"]}]
    small_study(
        folder,
        study={"documents": ["factsheet"], "topics": topics, "audiences": []},
        questions=[q for q in CODEBOOK["questions"] if q["code"] in ("q01_size", "q05_members")],
        codebook={"indices": []},
    )
    (folder / "reports").mkdir()
    (folder / "reports" / "factsheet.qmd").write_text(TEMPLATE, encoding="utf-8")
    (folder / "locales").mkdir()
    (folder / "locales" / "de.po").write_text(GERMAN, encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("extended")
def test_a_study_is_published_with_an_estimator_and_a_kind_from_outside(tmp_path):
    settings = load_settings(extended_study(tmp_path))
    assert [p for p in find_problems(settings) if p.severity == "error"] == []
    result = build(settings, Selection(), Options(jobs=1))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    folder = tmp_path / "publications" / "2026"
    manifest = read_manifest(folder)
    assert set(manifest.documents) == {
        f"factsheet-{region}-{language}" for region in settings.regions for language in ("de", "en")
    }
    record = manifest.documents["factsheet-DE1-de"]
    assert record.pages == 1
    assert record.files["pdf"].path == "de/faktenblaetter/baden-wuerttemberg.pdf"
    text = " ".join(" ".join(read_pages(folder / record.files["pdf"].path)).split())
    assert "im Mittel" in text
    assert "Faktenblatt" in text
    assert "Faktenblatt, Bayern" in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("extended")
def test_what_is_estimated_from_outside_is_the_mean_of_the_capped_answers(tmp_path):
    from briefgen.evidence.load import load_study  # noqa: PLC0415 - heavy
    from briefgen.evidence.survey import estimate_survey  # noqa: PLC0415

    study = load_study(load_settings(extended_study(tmp_path)))
    table = estimate_survey(study).set_index("key")
    answers = study.survey["q05_members"].dropna()
    assert answers.max() > CAP
    made = table.loc["survey:q05_members.capped_mean@DE"]
    assert made["value"] == pytest.approx(answers.clip(upper=CAP).mean())
    assert "survey:q05_members.capped_mean@DE1~rest" in table.index


def test_without_the_registration_both_names_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="one of report, summary, brief is wanted"):
        load_settings(small_study(tmp_path, study={"documents": ["factsheet"]}))
    with pytest.raises(UnknownNameError, match="no kind of document 'factsheet'"):
        document_kinds.find_document_kind("factsheet")


def test_a_name_is_registered_once():
    with pytest.raises(SettingsError, match="'brief' already"):
        register_document_kind(document_kinds.find_document_kind("brief"))
    with pytest.raises(SettingsError, match="'median' already"):
        register_measure(next(kind for kind in list_kinds() if kind.name == "median"))
