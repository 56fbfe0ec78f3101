"""Which of the regions' differences are clear, and what is told of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from briefgen.config.settings import load_settings
from briefgen.disclosure.selection import shrink_differences
from briefgen.model import Evidence, Status
from studies import small_study


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(small_study(tmp_path_factory.mktemp("study")))


def differ(domain: str, value: float, verdict="same", **changes) -> Evidence:
    item = Evidence(
        key=f"survey:q02_steering.frequent@{domain}~rest", source="survey",
        variable="q02_steering", measure="frequent", domain=domain, contrast="rest",
        statistic="share", unit="points", value=value, low=value - 0.1, high=value + 0.1, n=40,
        method="changed_cell", status=Status.PUBLISHED, verdict=verdict,
    )  # fmt: skip
    return replace(item, **changes)


def judged(settings, items) -> dict[str, Evidence]:
    found = shrink_differences(settings, {item.key: item for item in items})
    return {item.domain: item for item in found.values() if item.contrast == "shrunk"}


def test_a_large_difference_is_clear_and_told_smaller(settings):
    codes = list(settings.regions)
    others = [differ(code, 0.01 * (-1) ** place) for place, code in enumerate(codes[1:])]
    found = judged(settings, [differ(codes[0], 0.4, "higher"), *others])
    assert set(found) == set(codes)
    assert found[codes[0]].verdict == "higher"
    assert 0.3 < found[codes[0]].value < 0.4
    assert found[codes[0]].key.endswith("~shrunk")
    assert all(abs(found[code].value) < 0.01 for code in codes[1:])


def test_what_its_own_test_does_not_bear_is_not_clear(settings):
    codes = list(settings.regions)
    found = judged(settings, [differ(code, 0.4, "same") for code in codes])
    assert {item.verdict for item in found.values()} == {"same"}


def test_what_stands_out_among_many_by_chance_alone_is_not_clear(settings):
    """Its own test lets one of twenty pass; among all that were looked at it is nothing."""
    codes = list(settings.regions)
    others = [differ(code, 0.01) for code in codes[1:]]
    items = [differ(codes[0], 0.101, "higher"), *others]
    assert judged(settings, items)[codes[0]].verdict == "same"
    found = shrink_differences(settings, {item.key: item for item in items})
    assert [item for item in found.values() if item.contrast == "rest"] == [
        replace(items[0], verdict="same")
    ], "what one place calls clear, no other may call unclear"


def test_hidden_differences_and_those_of_types_take_no_part(settings):
    region = next(iter(settings.regions))
    nothing = {"value": None, "low": None, "high": None}
    hidden = replace(differ(region, 0.4), **nothing, status=Status.PRIMARY)
    kind = next(d.code for d in settings.domains.values() if d.kind == "type")
    assert judged(settings, [hidden, differ(kind, 0.4, "higher")]) == {}
