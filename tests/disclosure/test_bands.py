"""Bands: true, no narrower than the grid, and nothing that published values do not tell already."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest
from attack import choose, two_editions
from random_studies import draw_study, tabulate

from briefgen import disclosure
from briefgen.config.settings import DisclosureRules, Settings, Variable
from briefgen.disclosure.artefacts import Artefacts
from briefgen.disclosure.bands import Scale, make_bands, make_scale, widen
from briefgen.evidence.study import Study
from briefgen.model import Evidence, Status
from briefgen.released_json import evidence_as_dict, evidence_from_dict

RULES = DisclosureRules()


def make_table(counts: dict[str, int], shown: set[str], shares: dict[str, float] | None = None):
    """Return the evidence of one table in which some answers are published."""
    base = sum(counts.values())
    for measure, count in counts.items():
        share = (shares or {}).get(measure, count / base)
        hidden = measure not in shown
        yield Evidence(
            key=f"survey:q.{measure}@R", source="survey", variable="q", measure=measure, domain="R",
            contrast="", statistic="share", unit="share", value=None if hidden else round(share, 2),
            low=None, high=None, n=None if hidden else base, method="",
            status=Status.PRIMARY if hidden else Status.PUBLISHED, reason="cell" if hidden else "",
        )  # fmt: skip


def band_table(variable: Variable, counts: dict[str, int], shown: set[str], **shares: float):
    table = list(make_table(counts, shown, shares))
    return {item.measure: item for item in make_bands(RULES, variable, table, counts)}


@pytest.fixture
def variable() -> Variable:
    """Return a scale of four answers."""
    return draw_study(dataclasses.replace(choose(100), options=4)).settings.variables["a"]


def tables_that_agree(counts: dict[str, int], shown: set[str]) -> Iterator[dict[str, int]]:
    """Yield all tables of whole respondents that agree with base and published counts."""
    names, base = list(counts), sum(counts.values())

    def fill(left: int, rest: list[str]) -> Iterator[dict[str, int]]:
        if not rest:
            if left == 0:
                yield {}
            return
        choices = [counts[rest[0]]] if rest[0] in shown else range(left + 1)
        for count in choices:
            for others in fill(left - count, rest[1:]):
                yield {rest[0]: count} | others

    yield from fill(base, names)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [((9, 2, 1, 0), {"o0"}), ((7, 4, 1, 0), {"o0", "o1"}), ((20, 3, 1, 0), {"o0"})],
)
def test_a_band_is_the_narrowest_of_the_grid_that_all_tables_fit(variable, counts, shown):
    table = dict(zip(("o0", "o1", "o2", "o3"), counts, strict=True))
    base = sum(counts)
    found = band_table(variable, table, shown)
    fitting = list(tables_that_agree(table, shown))
    for measure in table.keys() - shown:
        most = max(one[measure] for one in fitting) / base
        loosest = most + 0.005 * len(shown)  # what the rounding of the others leaves open
        band = found[measure].band
        assert band is not None
        assert band[0] is None
        assert most <= band[1] < loosest + make_scale(RULES, base, variable, measure).step
    assert all(item.n == base and item.value is None for item in found.values())


def test_the_example_of_the_docs(variable):
    found = band_table(variable, {"o0": 9, "o1": 2, "o2": 1, "o3": 0}, {"o0"})
    assert {item.band for item in found.values()} == {(None, 0.3)}


def test_a_band_holds_for_the_weighted_share_and_for_the_unweighted_one(variable):
    counts = {"o0": 12, "o1": 5, "o2": 2, "o3": 1}
    light = band_table(variable, counts, {"o0"}, o0=0.80, o1=0.15, o2=0.04, o3=0.01)
    heavy = band_table(variable, counts, {"o0"}, o0=0.55, o1=0.3, o2=0.1, o3=0.05)
    assert light["o1"].band == (None, 0.4)  # 8 of 20, by counts
    assert heavy["o1"].band == (None, 0.5)  # 0.455, by weights


def test_where_nothing_follows_there_is_silence(variable):
    assert band_table(variable, {"o0": 11, "o1": 1, "o2": 0, "o3": 0}, set()) == {}
    assert "o1" not in band_table(variable, {"o0": 4, "o1": 7, "o2": 1, "o3": 0}, {"o0"})


@pytest.mark.parametrize(
    ("limits", "band"),
    [
        ((0.0, 0.21), (None, 0.3)),
        ((0.72, 1.0), (0.7, None)),
        ((0.31, 0.49), (0.3, 0.5)),
        ((0.0, 0.0), (None, 0.1)),
        ((1.0, 1.0), (0.9, None)),
        ((0.2, 0.75), None),
        ((0.2, 0.2), (0.2, 0.3)),
    ],
)
def test_limits_are_rounded_outwards(limits, band):
    assert widen(Scale(0.1, (0.0, 1.0), 0.5), limits) == band


def test_the_mean_of_scores_has_a_band_too(variable):
    table = {"o0": 9, "o1": 4, "o2": 2, "o3": 0}
    shares = list(make_table(table, {"o0", "o1"}))
    mean = dataclasses.replace(shares[-1], key="survey:q.mean@R", measure="mean", statistic="mean")
    found = {item.measure: item for item in make_bands(RULES, variable, [*shares, mean], table)}
    fitting = tables_that_agree(table, {"o0", "o1"})
    means = [sum(one[f"o{i}"] * (i + 1) for i in range(4)) / 15 for one in fitting]
    low, high = found["mean"].band
    assert (low, high) == (1.5, 2.0)
    assert low <= min(means) <= max(means) <= high


@pytest.mark.slow
@pytest.mark.parametrize("seed", [100, 104, 2_000_002])
def test_bands_are_true_and_change_nothing_else(seed: int, tmp_path):
    study = two_editions(seed, tmp_path)[1]
    estimates = tabulate(study)
    released = disclosure.release_study(study, estimates).evidence
    silent = disclosure.release_study(without_bands(study), estimates).evidence
    rows = estimates.set_index("key")
    banded = [item for item in released.values() if item.band is not None]
    assert banded
    for item in banded:
        low, high = item.band[0] or 0.0, item.band[1] or 1.0
        row = rows.loc[item.key]
        assert low - 1e-9 <= row["value"] <= high + 1e-9
        if item.statistic == "share":
            assert low - 1e-9 <= row["count"] / item.n <= high + 1e-9
    for key, item in released.items():
        same = item if item.band is None else dataclasses.replace(item, band=None, n=None)
        assert silent[key] == same


def without_bands(study: Study) -> Study:
    settings = study.settings
    rules = settings.info.disclosure.model_copy(update={"bands": False})
    info = settings.info.model_copy(update={"disclosure": rules})
    settings = Settings(folder=settings.folder, info=info, codebook=settings.codebook)
    return dataclasses.replace(study, settings=settings)


def test_the_audit_takes_a_band_as_known(tmp_path):
    study = two_editions(104, tmp_path)[1]
    released = disclosure.release_study(study, tabulate(study)).evidence
    key = next(key for key, item in released.items() if item.band is not None)
    for band, kind in (((None, 0.017), "exact"), ((None, 0.5), "")):
        told = released | {key: dataclasses.replace(released[key], band=band)}
        report = disclosure.audit_evidence([told], study.settings, study)
        assert (kind in {finding.kind for finding in report.findings}) == bool(kind)


def test_documents_with_different_bands_contradict_one_another(tmp_path):
    study = two_editions(104, tmp_path)[1]
    released = disclosure.release_study(study, tabulate(study)).evidence
    key = next(key for key, item in released.items() if item.band is not None)
    other = {key: dataclasses.replace(released[key], band=None, n=None)}
    report = disclosure.audit_evidence([released, other], study.settings, study)
    assert "contradiction" in {finding.kind for finding in report.findings}


def test_a_band_survives_json():
    [item, *_] = make_table({"o0": 3}, set())
    item = dataclasses.replace(item, band=(None, 0.2), n=15)
    raw = json.loads(json.dumps(evidence_as_dict(item)))
    assert evidence_from_dict(raw) == item
    del raw["band"]  # of an older version
    assert evidence_from_dict(raw).band is None


@pytest.mark.slow
def test_an_earlier_band_stays_where_the_table_stays(tmp_path):
    for seed in (104, 106):
        before, now = two_editions(seed, tmp_path)
        old = disclosure.release_study(before, tabulate(before))
        previous = [disclosure.remember(before, old)]
        new = disclosure.release_study(now, tabulate(now), previous).evidence
        kept = [item for item in new.values() if item.as_of and item.band]
        assert all(item.band == old[item.key].band for item in kept)
        if kept:
            return
    pytest.fail("no table with a band stayed")


def test_a_page_may_print_the_numbers_of_a_band_and_no_others(tmp_path):
    [item, *_] = make_table({"o0": 3}, set())
    item = dataclasses.replace(item, band=(None, 0.2), n=15)
    artefacts = Artefacts("2026", {"brief": {item.key: item}})
    for number, (text, is_stray) in enumerate(
        [("at most 20 %", False), ("≤ 20 % (n = 15)", False), ("13 %", True), ("at most 2 %", True)]
    ):
        page = tmp_path / f"{number}.html"
        page.write_text(f'<p><span data-key="{item.key}">{text}</span></p>', encoding="utf-8")
        artefacts.pages = {"page": page}
        assert bool(list(artefacts.find_strays())) == is_stray


def test_a_data_file_may_hold_the_base_of_a_band_and_no_value(tmp_path):
    [item, *_] = make_table({"o0": 3}, set())
    item = dataclasses.replace(item, band=(None, 0.2), n=15)
    table = tmp_path / "fig.csv"
    artefacts = Artefacts("2026", {"brief": {item.key: item}}, tables={"fig.csv": table})
    for value, is_stray in (("", False), ("0.13", True)):
        lines = ["key,value,n,band_low,band_high", f"{item.key},{value},15,,0.2"]
        table.write_text("\n".join(lines), encoding="utf-8")
        assert bool(list(artefacts.find_strays())) == is_stray


def test_the_loss_tells_bands_from_what_is_silent(tmp_path):
    study = two_editions(104, tmp_path)[1]
    released = disclosure.release_study(study, tabulate(study))
    kinds = {code: domain.kind for code, domain in study.settings.domains.items()}
    loss = disclosure.measure_loss(released, kinds)
    assert loss.bands == sum(item.band is not None for item in released.evidence.values()) > 0
    told = loss.as_dict()["by_kind"]
    assert sum(sum(counts.values()) for counts in told.values()) == loss.total
    assert set(told) <= {"nation", "region", "type", "group", "crossing"}
    assert f"with them {loss.hidden - loss.bands}" in loss.lines()[1]
