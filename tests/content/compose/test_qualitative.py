"""Cases and panel in templates: comments, what comes together, agreement; studies with less."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from briefgen.config.settings import load_settings
from briefgen.content.compose import Composer, lint_numbers
from briefgen.content.language.markdown import plain_text
from briefgen.errors import TemplateError
from briefgen.model import Comment, DocumentKey, Kind, Text
from briefgen.pipeline.export import compose_documents
from briefgen.pipeline.run import Selection
from qualitative_by_hand import (
    CODES,
    PANEL,
    RECOMMENDATIONS,
    STATEMENTS,
    case,
    dump,
    evidence,
    qualitative_study,
    released,
)
from studies import CODEBOOK, small_study, study_info

REPORT = DocumentKey(Kind.REPORT, "", "", "en", "2026")
COUNT = {"unit": "interviews", "statistic": "count"}


def compose(settings, template: str, *items, **more) -> str:
    """Compose a report of one line and return its body."""
    reports = settings.folder / "reports"
    reports.mkdir(exist_ok=True)
    (reports / "report.qmd").write_text(f"---\ntitle: T\n---\n\n{template}\n", encoding="utf-8")
    folder = settings.folder / "composed"
    Composer(settings, released(*items, **more)).compose(REPORT, folder)
    return (folder / "document.qmd").read_text(encoding="utf-8").split("---\n", 2)[2].strip()


@pytest.fixture
def settings(tmp_path):
    return qualitative_study(tmp_path)


COMMENTS = (
    Comment("s01", 1, Text({"de": "Früher.", "en": "Earlier, by 2."})),
    Comment("s02", 2, Text({"de": "Anders.", "en": "Different."})),
    Comment("s01", 2, Text({"de": "Später.", "en": "Later."})),
)


def test_comments_of_the_last_round_come_first(settings):
    made = compose(settings, "{{ comments('s01') }}", comments=COMMENTS)
    assert plain_text(made) == "> “Later.”\n\n> “Earlier, by 2.”"
    assert compose(settings, "{{ comments(limit=1) }}", comments=COMMENTS) == "> “Different.”"
    assert compose(settings, "{{ comments('s03') }}", comments=COMMENTS) == ""


def test_what_comes_together_most_often_comes_first(settings):
    pairs = {"contact+trust": 2, "contact+time": 5, "trust+time": 1}
    items = [
        evidence(f"case:cooccurrence.{pair}.interviews@DE", count, **COUNT)
        for pair, count in pairs.items()
    ]
    assert plain_text(compose(settings, "{{ cooccurrences(least=2) }}", *items)) == (
        "- “Personal contact” and “Time” come up together in 5 interviews.\n"
        "- “Personal contact” and “Trust” come up together in 2 interviews."
    )
    assert compose(settings, "{{ cooccurrences(least=9) }}", *items) == ""


def test_the_agreement_of_coders_is_told_where_there_is_one(settings):
    alpha = evidence("case:coding.alpha", 0.8, unit="coefficient", statistic="alpha", n=12)
    said = plain_text(compose(settings, "{{ coding_agreement() }}", alpha))
    assert said.endswith("to 12 passages; Krippendorff’s alpha is 0.80.")
    assert compose(settings, "{{ coding_agreement() }}") == ""


def test_a_number_that_comes_from_nowhere_stops_the_document(settings):
    with pytest.raises(TemplateError, match="'41 %' stands in the running text") as caught:
        compose(settings, "{% set x = '4' %}{{ x }}1 % agree.")
    assert caught.value.where == "reports/report.qmd:5"


# --- studies that have less, and names with digits -------------------------------------------


def write(folder: Path, files: dict[str, str], stated: dict[str, str], **study: Any):
    info = {"files": stated, **study}
    return load_settings(
        small_study(folder, respondents=160, about=("q02_steering",), study=info, files=files)
    )


def composed(settings) -> str:
    chosen = Selection(kinds=frozenset({Kind.REPORT}), languages=frozenset({"en"}))
    (path,) = compose_documents(settings, chosen, settings.folder / "composed")
    return path.read_text(encoding="utf-8")


def panel_alternative(text: str) -> str:
    """The text alternative of the panel's ratings."""
    return re.search(r'fig-consensus\.svg\)\{fig-alt="([^"]*)"', text)[1]


def many_experts() -> str:
    """Ratings by enough experts for medians to be shown; nobody rates the third statement."""
    rows = [
        f"e{n},1,{statement},agreement,{7 + n % 3}"
        for n in range(8)
        for statement in ("s01", "s02")
    ]
    return "\n".join(["expert,round,statement,dimension,rating", *rows]) + "\n"


@pytest.mark.slow
def test_a_panel_of_two_has_no_empty_chart(tmp_path):
    settings = write(
        tmp_path,
        {"panel.csv": PANEL, "statements.yml": dump(STATEMENTS)},
        {"panel": "panel.csv", "statements": "statements.yml"},
    )
    text = composed(settings)
    assert "fig-consensus" not in text
    assert "fig-priority" not in text
    assert "{#tbl-panel}" in text


@pytest.mark.slow
def test_a_statement_that_nobody_rated_is_left_out_of_the_report(tmp_path):
    settings = write(
        tmp_path,
        {"panel.csv": many_experts(), "statements.yml": dump(STATEMENTS)},
        {"panel": "panel.csv", "statements": "statements.yml"},
    )
    told = panel_alternative(composed(settings))
    assert "One: " in told
    assert "One: no data" not in told
    assert "Three: no data" in told


@pytest.mark.slow
def test_a_panel_may_rate_what_it_likes(tmp_path):
    rows = [f"e{n},1,s01,urgency,{7 + n % 3}" for n in range(8)]
    settings = write(
        tmp_path,
        {
            "panel.csv": "\n".join(["expert,round,statement,dimension,rating", *rows]) + "\n",
            "statements.yml": dump(STATEMENTS),
        },
        {"panel": "panel.csv", "statements": "statements.yml"},
        panel={"dimensions": ["urgency"], "priority": ["urgency", "urgency"]},
    )
    text = composed(settings)
    assert "reach consensus on [1]{.plain} of [1]{.plain} statements\n" in text
    assert re.search(r">One</th>(\s*<td[^>]*>[\d.]+</td>)+\s*<td[^>]*>agreed: high</td>", text)


EXPORT = (
    "Document group,Document name,Code,Segment,Modified by\n"
    "A,Interview 1,People > Personal contact,Ich gehe hin.,X\n"
    "A,Interview 2,Trust,Wir kennen uns.,X\n"
    "B,Interview 3,Personal contact,Sie kam.,X\n"
)


@pytest.mark.slow
def test_a_study_with_an_export_alone_counts_factors_without_portraits(tmp_path):
    settings = write(
        tmp_path,
        {"codes.yml": dump(CODES), "export.csv": EXPORT},
        {"cases": "export.csv", "codes": "codes.yml"},
    )
    text = plain_text(composed(settings))
    assert "A subject in 2 case studies" in text
    assert "| Personal contact | 2 |\n" in text
    assert "Case studies {.part-cases" not in text


def with_digits(part: Any) -> Any:
    """Write a number after every text of a configuration."""
    if isinstance(part, dict):
        if set(part) == {"de", "en"}:
            return {language: f"{said} 77" for language, said in part.items()}
        return {name: with_digits(value) for name, value in part.items()}
    return [with_digits(item) for item in part] if isinstance(part, list) else part


@pytest.mark.slow
def test_digits_in_names_are_their_authors_own(tmp_path):
    book = with_digits(copy.deepcopy(CODEBOOK))
    info = with_digits(study_info()) | {
        "files": {
            "survey": "survey.csv", "cases": "cases", "codes": "codes.yml", "panel": "panel.csv",
            "statements": "statements.yml", "recommendations": "recommendations.yml",
        }
    }  # fmt: skip
    folder = small_study(
        tmp_path, respondents=200, frame=True, study=info, questions=book.pop("questions"),
        codebook=book,
        files={
            "codes.yml": dump(with_digits(CODES)), "cases/c01.yml": dump(with_digits(case("c01"))),
            "panel.csv": PANEL, "statements.yml": dump(with_digits(STATEMENTS)),
            "recommendations.yml": dump(RECOMMENDATIONS),
        },
    )  # fmt: skip
    paths = compose_documents(load_settings(folder), Selection(), tmp_path / "out")
    assert len(paths) == 22
    assert [problem for path in paths for problem in lint_numbers(path)] == []
