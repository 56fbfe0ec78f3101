"""What a chapter concludes: majorities by interval, differences by type, what is open."""

from __future__ import annotations

import pytest

from briefgen.config.settings import load_settings
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.findings import choose_findings
from briefgen.content.language.markdown import plain_text
from briefgen.content.language.synthesis import (
    conclude_clear,
    conclude_few,
    conclude_open,
    conclude_places,
    conclude_types,
)
from evidence_by_hand import make_evidence, make_released
from studies import CODEBOOK, merge, small_study, text

OFTEN = "survey:q02_steering.frequent"
WORDS = {"that": text("ihre Steuerung oft tagt", "their steering group meets often")}
CHOSEN = ("q02_steering.frequent",)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    questions = [
        merge(question, {"words": WORDS}) if question["code"] == "q02_steering" else question
        for question in CODEBOOK["questions"]
    ]
    return load_settings(small_study(tmp_path_factory.mktemp("study"), questions=questions))


def share(domain, value, half, *, rest=None, n=40):
    """A share with its interval, and its verdict against the rest where it has one."""
    found = [make_evidence(f"{OFTEN}@{domain}", value, low=value - half, high=value + half, n=n)]
    if rest is not None:
        found.append(make_evidence(f"{OFTEN}@{domain}~rest", 0.2, verdict=rest, n=n))
    return found


def say(settings, what, items, *arguments, language="de"):
    context = SentenceContext.of(settings, make_released(*items), language)
    return plain_text(what(context, *arguments))


@pytest.mark.parametrize(
    ("value", "clear", "open_"),
    [
        (0.6, "Die Mehrheit sagt, dass ihre Steuerung oft tagt.", ""),
        (0.4, "Nur eine Minderheit sagt, dass ihre Steuerung oft tagt.", ""),
        (0.52, "", "Ob die Mehrheit sagt, dass ihre Steuerung oft tagt, ist ungewiss"),
    ],
)
def test_the_interval_decides_what_is_clear_and_what_is_open(settings, value, clear, open_):
    items = share("DE", value, 0.05)
    assert say(settings, conclude_clear, items, "work", CHOSEN) == clear
    told = say(settings, conclude_open, items, "work", CHOSEN)
    assert told.startswith(open_)
    assert bool(told) == bool(open_)
    assert say(settings, conclude_clear, items, "barriers", CHOSEN) == ""


def test_minorities_and_doubts_are_told_of_what_matters_alone(settings):
    assert say(settings, conclude_clear, share("DE", 0.1, 0.05), "work", ()) == ""
    assert say(settings, conclude_open, share("DE", 0.5, 0.05), "work", ()) == ""


def test_differences_name_the_types_that_bear_them(settings):
    first, second = "type:metro", "type:rural"
    items = [
        *share("DE", 0.5, 0.05),
        *share(first, 0.7, 0.05, rest="higher"),
        *share(second, 0.5, 0.05, rest="same"),
    ]
    name = "Großstädtische Räume"
    assert say(settings, conclude_types, items, "work") == (
        f"Klar verschieden viele sagen, dass ihre Steuerung oft tagt (mehr in {name})."
    )
    assert say(settings, conclude_places, items, "type") == (
        f"Klar anders als anderswo sind in {name} 1 von 1 Ergebnissen."
    )
    alike = [*share("DE", 0.5, 0.05), *share(first, 0.5, 0.05, rest="same")]
    assert say(settings, conclude_types, alike, "work") == "Kein Ergebnis unterscheidet sich klar."
    assert say(settings, conclude_places, alike, "type") == ""


def test_what_is_not_compared_gets_no_sentence(settings):
    """Neither a study without types, nor values on too few answers, nor hidden contrasts."""
    first = "type:metro"
    few = [*share("DE", 0.5, 0.05), *share(first, 0.9, 0.05, rest="higher", n=9)]
    for items in (share("DE", 0.5, 0.05), few):
        assert say(settings, conclude_types, items, "work") == ""
        assert say(settings, conclude_places, items, "type") == ""


def test_a_value_in_brackets_counts_as_no_difference(settings):
    """It comes after a smaller difference on enough answers, since no sentence compares it."""
    found = {
        n: choose_findings(
            SentenceContext.of(
                settings, make_released(*share("DE1", 0.9, 0.05, rest="higher", n=n)), "de"
            ),
            "DE1",
        )[0].verdict
        for n in (40, 12)
    }
    assert found == {40: "higher", 12: "unknown"}


def test_regions_whose_answers_are_few_are_counted(settings):
    codes = list(settings.regions)
    enough = [make_evidence(f"response:answers@{code}", 30.0, unit="count") for code in codes]
    assert say(settings, conclude_few, enough) == ""
    assert say(settings, conclude_few, enough[1:]).startswith(
        f"In {len(codes) - 1} von {len(codes)} "
    )
