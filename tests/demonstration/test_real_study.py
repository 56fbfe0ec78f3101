"""Somebody else's study, from configuration alone: built, and its published percentages found.

The data is read from where it lies beside the repository, see ``tests/studies/masculinity``.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from agreement.run import SHARED, published_rows
from briefgen.config.settings import Settings, load_settings
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.run import BuildResult, Options
from printed import read_line

STUDY = Path(__file__).parents[1] / "studies" / "masculinity"
SURVEY = SHARED / "masculinity-survey" / "raw-responses.csv"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.dear,
    pytest.mark.skipif(not SURVEY.is_file(), reason=f"the study's data is not here: {SURVEY}"),
]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(["age3"], id="one subgroup"),
        # twice as long to release and to print: `make attack` has it
        pytest.param(None, id="all subgroups", marks=pytest.mark.attack),
    ],
)
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("real")
    (folder / "data").mkdir()
    (folder / "data" / "codebook.yml").write_bytes((STUDY / "data/codebook.yml").read_bytes())
    info = yaml.safe_load((STUDY / "data/study.yml").read_text("utf-8"))
    info["files"]["survey"] = str(SURVEY)
    if request.param:
        info["statistics"]["subgroups"] = request.param
    (folder / "data" / "study.yml").write_text(yaml.safe_dump(info), "utf-8")
    return load_settings(folder)


@pytest.fixture(scope="module")
def built(settings: Settings) -> BuildResult:
    return build(settings, options=Options(formats=("pdf",)))


@pytest.fixture(scope="module")
def report(settings: Settings, built: BuildResult) -> Path:
    return _find(settings, built, Kind.REPORT)


def _find(settings: Settings, built: BuildResult, kind: Kind, region: str = "") -> Path:
    [record] = [
        outcome.record
        for outcome in built.outcomes
        if outcome.record is not None and (outcome.key.kind, outcome.key.region) == (kind, region)
    ]
    return settings.folder / "publications" / settings.edition / record.files["pdf"].path


def _printed_shares(pdf: Path) -> dict[str, int]:
    """Return the percentages that a document shows, by evidence key."""
    sidecar = pdf.with_name(f"{pdf.stem}.evidence.json")
    return {
        item["key"]: round(100 * item["value"])
        for item in json.loads(sidecar.read_text("utf-8"))["evidence"]
        if item["status"] == "published" and item["unit"] == "share" and not item["contrast"]
    }


def test_a_report_and_one_brief_for_each_region_are_made(settings: Settings, built: BuildResult):
    assert built.ok, [str(outcome.error) for outcome in built.outcomes if outcome.error]
    made = {(outcome.key.kind, outcome.key.region) for outcome in built.outcomes}
    briefs = {(Kind.BRIEF, region) for region in settings.regions}
    assert len(briefs) == 9
    assert made == {(Kind.REPORT, ""), (Kind.SUMMARY, ""), *briefs}


def test_the_report_prints_the_published_percentages(settings: Settings, report: Path):
    shares = _printed_shares(report)
    text = read_line(report).replace("’", "'")  # the file's labels have straight marks
    compared = 0
    for code, name, cells in published_rows(settings):
        key = f"survey:{code}.{name}@{settings.nation}"
        if key not in shares or not cells[0].strip():
            continue
        published = int(cells[0].strip().rstrip("%"))
        assert shares[key] == published, key
        compared += 1
        variable = settings.variables[code]
        if variable.type != "scale" and not variable.item:  # others are columns of one table
            options = variable.options or variable.question.items
            [label] = [str(option.label["en"]) for option in options if option.name == name]
            assert f"{label} {published}%".replace("’", "'") in text, (key, label)
    assert compared > 100


@pytest.mark.parametrize("region", ["NE", "SA", "PAC"])
def test_a_regions_brief_says_what_the_report_does(
    settings: Settings, built: BuildResult, report: Path, region: str
):
    brief = _find(settings, built, Kind.BRIEF, region)
    shares, of_report = _printed_shares(brief), _printed_shares(report)
    own = {key: share for key, share in shares.items() if key.endswith(f"@{region}")}
    both = own.keys() & of_report.keys()
    assert len(both) > 3
    assert {key: own[key] for key in both} == {key: of_report[key] for key in both}
    text = read_line(brief)
    assert settings.regions[region].name["en"] in text
    assert sum(f"{share}%" in text for share in own.values()) > len(own) / 2
