"""What `briefgen init` drafts from panel sheets and coded interviews passes check."""

from __future__ import annotations

import numpy as np
import pytest

import survey_files as files
from briefgen.config.settings import load_settings
from briefgen.errors import SourceError
from briefgen.evidence.cases import estimate_cases
from briefgen.evidence.drafting import Wishes
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.panel import estimate_panel
from briefgen.pipeline import beginning

EXPERTS = 12
TEXTS = ("Steering needs firms.", "Small firms need help.", "Money is short.")
HEADS = {
    "codes": [f"s{place}_{kind}" for place in (1, 2, 3) for kind in ("agreement", "urgency")],
    "brackets": [f"{text} [{kind}]" for text in TEXTS for kind in ("Agreement", "Urgency")],
    "before": [f"{kind}: {text}" for kind in ("Agreement", "Urgency") for text in TEXTS],
    "one dimension": list(TEXTS),
    "numbers": [f"q1_{place}" for place in (1, 2, 3)],
}


def begin(folder, **stated):
    list(
        beginning.write(
            beginning.begin_from_file(None, None, Wishes(language="en"), **stated), folder
        )
    )
    settings = load_settings(folder)
    told = ("drafted", "composed")
    odd = [p for p in check_study(settings) if not f"{p.column} {p.rule}".strip().startswith(told)]
    assert odd == []
    return settings


@pytest.mark.parametrize("heads", HEADS)
def test_a_wide_sheet_gives_statements_dimensions_and_scale(tmp_path, heads):
    draw = np.random.default_rng(4)
    ratings = draw.integers(1, 8, (EXPERTS, len(HEADS[heads])))
    ratings[0, 0], ratings[1, 0] = 7, 99
    rows = [["Experte", "Bemerkung", *HEADS[heads]]]
    rows += [[f"e{place}", "so so", *map(int, row)] for place, row in enumerate(ratings)]
    settings = begin(
        tmp_path / "study", panel=files.write_book(tmp_path / "delphi.xlsx", Ratings=rows)
    )
    panel = settings.info.panel
    assert (panel.scale_low, panel.scale_high, panel.agree_from) == (1, 7, 5)
    twofold = len(HEADS[heads]) == 6
    assert panel.dimensions == (("agreement", "urgency") if twofold else ("agreement",))
    study = load_study(settings)
    texts = [one.text[""] for one in study.panel.statements.values()]
    assert texts == (
        list(TEXTS)
        if " " in HEADS[heads][0]
        else HEADS[heads]
        if not twofold
        else ["s1", "s2", "s3"]
    )
    found = estimate_panel(study).set_index("key")["value"]
    first = next(iter(study.panel.statements))
    assert found[f"panel:{first}.agreement_median"] == np.median(ratings[ratings[:, 0] < 99, 0])
    assert found["panel:experts"] == EXPERTS
    told = {(entry.guess, at) for entry in settings.info.drafted for at in entry.at}
    assert {("order", "panel"), ("missing", "panel"), ("left_out", "Bemerkung")} <= told


@pytest.mark.parametrize("head", ["r{0}_{1}", "Runde {0}: {1}", "{1} (Runde {0})", "{1}_R{0}"])
def test_rounds_in_the_names_of_columns_are_rounds(tmp_path, head):
    lines = [f"s{place}_{kind}" for place in (1, 2, 3) for kind in ("importance", "effort")]
    ratings = np.random.default_rng(6).integers(1, 8, (EXPERTS, 2, len(lines)))
    names = [head.format(number, line) for number in (1, 2) for line in lines]
    rows = [["expert", "office", *names]]
    rows += [[f"e{n}", "north", *map(int, both.ravel())] for n, both in enumerate(ratings)]
    rows[1][8:] = [""] * len(lines)  # did not come to the second round
    settings = begin(tmp_path / "study", panel=files.write_rows(tmp_path / "delphi.csv", rows))
    assert settings.info.panel.dimensions == ("importance", "effort")
    found = estimate_panel(load_study(settings)).set_index("key")["value"]
    assert found["panel:s2.effort_round1_median"] == np.median(ratings[:, 0, 3])
    assert found["panel:s2.effort_median"] == np.median(ratings[1:, 1, 3])
    (guess,) = (entry for entry in settings.info.drafted if entry.guess == "rows")
    assert guess.because == "names of columns tell the round: 1, 2"


def test_statements_that_are_called_r1_to_r3_are_no_rounds(tmp_path):
    names = [f"r{place}_{kind}" for place in (1, 2, 3) for kind in ("importance", "effort")]
    rows = [["expert", *names], *([f"e{n}", *[1 + n % 5] * 6] for n in range(EXPERTS))]
    settings = begin(tmp_path / "study", panel=files.write_rows(tmp_path / "delphi.csv", rows))
    assert len(load_study(settings).panel.statements) == 3


def test_a_sheet_without_ratings_says_so(tmp_path):
    file = files.write_rows(
        tmp_path / "p.csv", [["expert", "text"], ["e1", "words"], ["e2", "more"]]
    )
    with pytest.raises(SourceError, match="no columns that look like ratings"):
        beginning.begin_from_file(None, None, Wishes(), panel=file)


def test_a_table_of_segments_gives_codes_roles_and_regions(tmp_path):
    rows = [
        ["Document", "Code", "Segment", "role", "region"],
        ["d1", "People > Trust", "They know us.", "Guide 1", "North"],
        ["d1", "People > Time", "There was none.", "Guide 1", "North"],
        ["d2", "People > Trust", "We know them.", "Firm", "South"],
        ["d3", "Money", "Too little.", "Guide 2", "South"],
    ]
    settings = begin(tmp_path / "study", cases=files.write_rows(tmp_path / "coded.csv", rows))
    study = load_study(settings)
    assert {factor.code: factor.parents for factor in study.cases.codes} == {
        "people": (), "trust": ("people",), "time": ("people",), "money": (),
    }  # fmt: skip
    assert [role.code for role in settings.info.case_studies.roles] == ["guide", "firm"]
    assert [region.name[""] for region in settings.info.regions.list] == ["North", "South"]
    found = estimate_cases(study).set_index("key")["value"]
    assert found["case:factor.trust.cases@ALL"] == 2
    assert found["case:factor.people.cases@south"] == 1
    words = (tmp_path / "study" / "data" / "codes.yml").read_text(encoding="utf-8")
    assert "They know us" not in words


def test_a_survey_a_panel_and_cases_make_one_study(tmp_path):
    panel = [["expert", *HEADS["codes"]], *([f"e{n}", *[1 + n % 5] * 6] for n in range(EXPERTS))]
    coded = [["Document", "Code", "Segment", "region"], ["d1", "Trust", "They know us.", "Bayern"]]
    begun = beginning.begin_from_file(
        files.labelled_file(tmp_path / "answers.sav"), None, Wishes(),
        panel=files.write_rows(tmp_path / "panel.csv", panel),
        cases=files.write_rows(tmp_path / "coded.csv", coded),
    )  # fmt: skip
    list(beginning.write(begun, tmp_path / "study"))
    settings = load_settings(tmp_path / "study")
    assert [p for p in check_study(settings) if p.severity == "error"] == []
    study = load_study(settings)
    assert study.survey is not None
    assert [case.region for case in study.cases.cases] == ["BY"]
    assert len(study.panel.statements) == len(TEXTS)
