"""Batteries: what names their lines where these stand alone, and the hint that asks for words."""

from __future__ import annotations

import pytest

from briefgen.config.settings import load_settings
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.hints import hint_words
from briefgen.model import Evidence, Released, Status
from studies import CODEBOOK, merge, small_study, text

KEY = "survey:q04_barriers_time.agreeing@DE"
BATTERY = next(item for item in CODEBOOK["questions"] if item["code"] == "q04_barriers")


def make_context(folder, changes, language="en") -> SentenceContext:
    """Return what sentences are made of, with one released value of a line of the battery."""
    small_study(folder, questions=[
        merge(BATTERY, changes) if item["code"] == "q04_barriers" else item
        for item in CODEBOOK["questions"]
    ])  # fmt: skip
    value = Evidence(
        key=KEY, source="survey", variable="q04_barriers_time", measure="agreeing", domain="DE",
        contrast="", statistic="share", unit="share", value=0.7, low=0.6, high=0.8, n=100,
        method="wilson", status=Status.PUBLISHED,
    )  # fmt: skip
    return SentenceContext.of(load_settings(folder), Released({KEY: value}), language)


@pytest.mark.parametrize(
    ("stem", "named"),
    [
        (None, "Barriers: too little time"),
        ("What hinders your work?", "What hinders your work? too little time"),
        ("Our work is hindered by …", "Our work is hindered by … too little time"),
        ({"de": "Es hindert", "en": "It hinders"}, "It hinders: too little time"),
    ],
)
def test_check_shows_a_sentence_of_a_battery_without_words(tmp_path, stem, named):
    context = make_context(tmp_path, {"stem": stem} if stem else {})
    (hint,) = hint_words(context)
    assert (hint.severity, hint.column) == ("hint", "q04_barriers")
    assert hint.rule == (
        f"sentences about its lines read so: In Germany, 70% of respondents answer “agree” on"
        f" “{named}”."
    )


def test_a_battery_with_words_gets_no_hint(tmp_path):
    words = {"that": text("es an Zeit fehlt", "time is short")}
    items = [{**item, "words": words} for item in BATTERY["items"]]
    assert list(hint_words(make_context(tmp_path, {"items": items}))) == []
