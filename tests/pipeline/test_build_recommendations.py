"""From a rating of the panel to the order of recommendations in a brief, end to end."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from briefgen.config.settings import load_settings
from briefgen.content.language import Locale
from briefgen.errors import UnknownNameError
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.run import BuildResult, Options, Selection
from briefgen.pipeline.tracing import trace_document
from briefgen.pipeline.work.publish import read_manifest
from briefgen.released_json import read_sidecar
from printed import read_line
from qualitative_by_hand import CODES, case, dump
from studies import small_study, text

pytestmark = pytest.mark.slow
CHOSEN = Selection(kinds=frozenset({Kind.BRIEF}), languages=frozenset({"en"}))
LET, GO, ASK = "Let them steer", "Go there in person", "Ask the chambers"
KEY = "survey:q02_steering.frequent"
STATEMENTS = {
    "statements": [
        {"code": code, "text": text(f"Satz {code}", f"Sentence {code}")} for code in ("a", "b", "c")
    ]
}


def recommendation(code: str, title: str, statement: str, **more: object) -> dict:
    return {
        "code": code, "title": title, "text": f"{title}.", "audiences": ["smes"],
        "evidence": [KEY, f"panel:{statement}.agreement"], "statement": statement,
    } | more  # fmt: skip


RECOMMENDATIONS = {
    "recommendations": [
        recommendation("r01", LET, "a"),
        recommendation("r02", GO, "b", condition="region == DE1 or region == DE9"),
        recommendation("r03", ASK, "c", audiences=["chambers"]),
    ]
}


def panel(last: int) -> str:
    """Seven experts; on the importance of the first statement the last one decides."""
    rows = ["expert,round,statement,dimension,rating"]
    first = [6, 6, 6, 8, 8, 8, last]
    for number in range(7):
        for code in ("a", "b", "c"):
            important = first[number] if code == "a" else 7
            values = {"agreement": 8, "importance": important, "feasibility": 7}
            rows += [f"e{number},1,{code},{name},{value}" for name, value in values.items()]
    return "\n".join(rows) + "\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {
        "cases": "cases", "codes": "codes.yml", "panel": "panel.csv",
        "statements": "statements.yml", "recommendations": "recommendations.yml",
    }  # fmt: skip
    folder = small_study(
        tmp_path_factory.mktemp("rated"),
        respondents=240,
        study={"files": files},
        files={
            "codes.yml": dump(CODES), "cases/c01.yml": dump(case("c01")), "panel.csv": panel(9),
            "statements.yml": dump(STATEMENTS), "recommendations.yml": dump(RECOMMENDATIONS),
        },
    )  # fmt: skip
    make(folder)
    return folder


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "study"))


def make(folder: Path) -> BuildResult:
    result = build(load_settings(folder), CHOSEN, Options(formats=()))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    return result


def pdfs(folder: Path) -> dict[str, Path]:
    settings = load_settings(folder)
    root = folder / "publications" / settings.edition
    manifest = read_manifest(root)
    assert manifest is not None
    return {name: root / item.files["pdf"].path for name, item in manifest.documents.items()}


def order(pdf: Path) -> list[str]:
    """Return the titles of recommendations in the order in which a brief prints them."""
    said = read_line(pdf)
    shown = [title for title in (LET, GO, ASK) if title in said]
    return sorted(shown, key=said.index)


BOTH = {"brief-DE1-smes-en", "brief-DE9-smes-en"}


def test_briefs_show_what_applies_to_region_and_audience_by_priority(study: Path):
    shown = {name: order(pdf) for name, pdf in pdfs(study).items()}
    assert shown == {
        **{key: [LET, GO] for key in BOTH},
        **{key: [LET] for key in ("brief-DE2-smes-en", "brief-DEC-smes-en")},
        **{f"brief-{region}-chambers-en": [ASK] for region in ("DE1", "DE2", "DE9", "DEC")},
        "brief-DE-ministry-en": [],
    }


def test_a_changed_rating_changes_the_order_in_the_briefs_that_show_it_and_in_no_others(
    study: Path,
):
    before = {name: pdf.read_bytes() for name, pdf in pdfs(study).items()}
    (study / "data" / "panel.csv").write_text(panel(1), encoding="utf-8")
    result = make(study)
    assert {item.key.name for item in result.outcomes if item.state == "made"} == BOTH
    after = pdfs(study)
    assert {name: order(after[name]) for name in BOTH} == {key: [GO, LET] for key in BOTH}
    changed = {name for name, pdf in after.items() if pdf.read_bytes() != before[name]}
    assert changed == BOTH


def test_a_rating_that_moves_no_median_changes_no_brief(study: Path):
    (study / "data" / "panel.csv").write_text(panel(8), encoding="utf-8")
    assert {item.state for item in make(study).outcomes} == {"current"}


def test_each_brief_has_a_sidecar_with_why_here(study: Path):
    for name, pdf in pdfs(study).items():
        sidecar = json.loads(pdf.with_suffix(".evidence.json").read_text(encoding="utf-8"))
        keys = {item["key"] for item in sidecar["evidence"]}
        assert sidecar["document"]["name"] == name
        if "smes" in name:
            assert {f"{KEY}@{name.split('-')[1]}", f"{KEY}@DE"} & keys


# --- every number leads down to what it rests on --------------------------------------------


def test_every_number_of_every_brief_is_explained(built: Path):
    settings = load_settings(built)
    for name in pdfs(built):
        explanation = trace_document(settings, name)
        assert (explanation.kind, explanation.key) == ("document", name)
        assert explanation.rests_on
        for part in explanation.rests_on:
            facts = {fact.name: fact for fact in part.facts}
            assert facts["method"].raw
            assert facts["files"].raw
            assert all((built / path).exists() for path in facts["files"].raw), part.key
            assert "n" in facts or facts["status"].raw.startswith("suppressed")
        assert json.loads(json.dumps(explanation.as_dict()))["rests_on"]


def test_a_number_is_found_as_it_is_printed(built: Path):
    settings = load_settings(built)
    name = "brief-DE1-smes-en"
    sidecar = read_sidecar(pdfs(built)[name].with_suffix(".evidence.json").read_text("utf-8"))
    share = sidecar[f"{KEY}@DE1"].value
    written = f"{share * 100:.0f} %"
    assert f"{share * 100:.0f}%" in read_line(pdfs(built)[name])
    explanation = trace_document(settings, name, written)
    (part,) = [part for part in explanation.rests_on if part.key == f"{KEY}@DE1"]
    lines = part.lines(Locale(settings, "en"))
    assert "  Question: How often does your steering group meet?" in lines
    assert f"  n: {sidecar[f'{KEY}@DE1'].n}" in lines
    assert "  Files: data/survey.csv" in lines


def test_what_a_document_does_not_print_is_said(built: Path):
    settings = load_settings(built)
    with pytest.raises(UnknownNameError, match=r"no number in brief-DE1-smes-en '99\.9'"):
        trace_document(settings, "brief-DE1-smes-en", "99.9")
    with pytest.raises(UnknownNameError, match="no published document 'brief-DE1-smes'"):
        trace_document(settings, "brief-DE1-smes")


def test_a_recommendation_in_a_document_is_explained_by_its_code(built: Path):
    explanation = trace_document(load_settings(built), "brief-DE1-smes-en", "r02@DE1")
    assert explanation.kind == "recommendation"
