"""What changed since the last edition, from published values alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from briefgen.config.settings import load_settings
from briefgen.content.explain import explain_key
from briefgen.content.language import Locale
from briefgen.disclosure.trend import compare_editions
from briefgen.model import Kind, Status
from briefgen.pipeline.build import build
from briefgen.pipeline.editions import create_edition
from briefgen.pipeline.inputs import release_evidence, take_inputs
from briefgen.pipeline.run import Options, Selection
from briefgen.released_json import read_sidecar
from printed import read_line
from qualitative_by_hand import evidence
from studies import small_study

KEY = "survey:q02_steering.frequent@DE1"


def by_key(*items):
    return {item.key: item for item in items}


@pytest.fixture
def settings(tmp_path):
    return load_settings(small_study(tmp_path))


def test_a_change_is_the_difference_of_what_was_printed(settings):
    now = by_key(evidence(KEY, 0.61, low=0.55, high=0.67, n=250))
    past = by_key(evidence(KEY, 0.41, low=0.35, high=0.47, n=240))
    (change,) = compare_editions(settings, now, past, "2025").values()
    assert (change.key, change.contrast, change.unit) == (f"{KEY}~2025", "2025", "points")
    assert change.value == pytest.approx(0.20)
    # by hand: MOVER's lower limit, 0.20 − √(0.06² + 0.06²)
    assert change.low == pytest.approx(0.20 - np.hypot(0.06, 0.06), abs=1e-6)
    assert (change.n, change.verdict) == (250, "higher")


def test_what_lies_within_the_uncertainty_is_the_same(settings):
    now = by_key(evidence(KEY, 0.45, low=0.35, high=0.55))
    past = by_key(evidence(KEY, 0.41, low=0.31, high=0.51))
    (change,) = compare_editions(settings, now, past, "2025").values()
    assert change.verdict == "same"


@pytest.mark.parametrize(
    "past",
    [
        evidence(KEY, None, n=None, status=Status.PRIMARY, reason="base"),
        evidence(KEY, 0.41, low=0.35, high=0.47, as_of="2024"),
        evidence(KEY + "~rest", 0.41, low=0.35, high=0.47),
        evidence("panel:s01.agreement_median", 8),
    ],
)
def test_only_fresh_values_of_the_survey_are_compared(settings, past):
    now = by_key(
        evidence(KEY, 0.61, low=0.55, high=0.67), evidence("panel:s01.agreement_median", 8)
    )
    assert compare_editions(settings, now, by_key(past), "2025") == {}


def test_what_stayed_from_an_older_edition_is_no_change(settings):
    now = by_key(evidence(KEY, 0.61, low=0.55, high=0.67, as_of="2025"))
    past = by_key(evidence(KEY, 0.41, low=0.35, high=0.47))
    assert compare_editions(settings, now, past, "2025") == {}


@pytest.fixture(scope="module")
def next_edition(tmp_path_factory):
    """A study in its second edition: the steering groups of the first region meet more often."""
    folder = small_study(
        tmp_path_factory.mktemp("trend"), respondents=400, about=("q01_size", "q02_steering")
    )
    chosen = Selection(
        kinds=frozenset({Kind.BRIEF}), regions=frozenset({"DE1"}), languages=frozenset({"en"})
    )
    assert build(load_settings(folder), chosen, Options(formats=())).ok
    create_edition(load_settings(folder), "2027")
    path = folder / "data" / "survey.csv"
    change_answers(path)
    assert build(load_settings(folder), chosen, Options(formats=())).ok
    return folder


def change_answers(path):
    """Let others of the first region answer, as many as did before, most of them often."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    new = frame[frame["region"].eq("BW")].assign(id=lambda rows: "new" + rows["id"])
    new.loc[new["q02_steering"].isin(["1", "2", "3"]), "q02_steering"] = "5"
    pd.concat([frame, new]).to_csv(path, index=False)


@pytest.mark.slow
def test_the_next_edition_says_what_changed(next_edition):
    settings = load_settings(next_edition)
    released = release_evidence(take_inputs(settings, "pandoc"))
    change = released[f"{KEY}~2026"]
    before = released.previous[KEY]
    assert change.value == pytest.approx(released[KEY].value - before.value)
    assert change.verdict == "higher"
    elsewhere = released[f"{KEY.replace('DE1', 'DE9')}~2026"]  # where nobody changed an answer
    assert (elsewhere.value, elsewhere.verdict) == (0, "same")
    lines = explain_key(f"{KEY}~2026", released, settings, ()).lines(Locale(settings, "en"))
    assert "  Compared with: 2026" in lines


@pytest.mark.slow
def test_the_brief_prints_it_with_its_evidence(next_edition):
    folder = next_edition / "publications" / "2027" / "en" / "policy-briefs"
    sidecar = (folder / "baden-wuerttemberg-smes.evidence.json").read_text(encoding="utf-8")
    assert f"{KEY}~2026" in read_sidecar(sidecar)
    assert "since 2026" in read_line(folder / "baden-wuerttemberg-smes.pdf")
