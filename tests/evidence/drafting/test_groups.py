"""Which columns are drafted as one question, and that no column is lost."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from briefgen.evidence.drafting.columns import Column, list_columns
from briefgen.evidence.drafting.draft import Draft, draft_questions
from briefgen.evidence.drafting.options import draft_answers
from briefgen.evidence.drafting.roles import Roles, Wishes, find_roles
from briefgen.evidence.drafting.single import mark_unlabelled
from briefgen.evidence.drafting.writing import study_text
from briefgen.evidence.sources.table import DataTable

TODAY = dt.date(2026, 11, 28)
ITEMS = ("Radio", "Papers", "Friends")


def column(name, *cells, **told) -> Column:
    return Column(name, pd.Series(list(cells), dtype=object), **told)


def columns(names, *, wordings=None, labels=None, cells=("0", "1")) -> list[Column]:
    draw = np.random.default_rng(1)
    return [
        Column(
            name,
            pd.Series(draw.choice(cells, 80), dtype=object),
            wording=wordings[place] if wordings else "",
            labels=labels or {},
        )
        for place, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    "labels",
    [
        {"0": "not mentioned", "1": "mentioned"},
        {"0": "Not quoted", "1": "Quoted"},
        {"0": "nicht genannt", "1": "genannt", "-9": "keine Angabe"},
        {"0": "0 - Not selected", "1": "1 - Selected"},
        {"0": "non cité", "1": "cité"},
        {"1": "Yes", "0": "No"},
    ],
)
@pytest.mark.parametrize(
    "wording", ["Q5: Which of these do you use: {}", "{} - Q5. Which of these do you use?"]
)
def test_options_in_columns_of_their_own_are_one_question(labels, wording):
    others = columns(
        ["v104"], labels={"1": "young", "2": "middle", "3": "old"}, cells=("1", "2", "3")
    )
    asked = columns(
        ["v101", "v102", "v103"], wordings=[wording.format(item) for item in ITEMS], labels=labels
    )
    first, last = draft_questions([*asked, *others], "en")
    assert (first.spec["type"], last.spec["type"]) == ("multiple", "single")
    assert [item["label"] for item in first.spec["items"]] == list(ITEMS)
    assert "Which of these do you use" in first.spec["text"]
    assert [item["selected"] for item in first.spec["items"]] == ["1"] * 3
    assert first.spec["not_selected"] == ["0", ""]


@pytest.mark.parametrize(
    ("names", "cells"),
    [
        ([f"q5_{item}" for item in ITEMS], ("0", "1")),
        ([f"q5_{number}" for number in range(1, 10)], ("", "1")),
        ([f"Which do you use? [{item}]" for item in ITEMS], ("TRUE", "FALSE")),
        ([f"Which of them do you use - {item}" for item in ITEMS], ("Yes", "No")),
    ],
)
def test_names_tell_options_where_the_file_has_no_wordings(names, cells):
    (made,) = draft_questions(columns(names, cells=cells), "en")
    assert made.spec["type"] == "multiple"
    assert [guess for guess in made.guesses if guess.about == "multiple"]


def test_where_only_ticks_are_marked_who_ticked_nothing_has_answered():
    names = [f"Which of them do you use - {item}" for item in ITEMS]
    (made,) = draft_questions(columns(names, cells=("", "x")), "en")
    assert made.spec["not_selected"] == [""]
    assert any("delete not_selected" in guess.because for guess in made.guesses)


def test_questions_of_their_own_stay_apart():
    made = draft_questions(
        [
            *columns(["q1", "q2", "q3"]),
            *columns(
                ["x_1", "x_2", "x_3"],
                wordings=["Do you own a car?", "Have you a cat?", "Are you at work?"],
                labels={"1": "Yes", "0": "No"},
            ),
        ],
        "en",
    )
    assert [sketch.spec["type"] for sketch in made] == ["single"] * 6


@pytest.mark.parametrize(
    ("labels", "scored"),
    [
        (["very bad", "bad", "geht so", "good", "very good"], [None] * 5),
        (["very bad", "not my taste", "so so", "I like it", "very good"], [None] * 5),
        (
            ["very bad", "bad", "good", "very good", "was not there"],
            [None, None, None, None, False],
        ),
    ],
)
def test_steps_between_known_poles_belong_to_the_scale(labels, scored):
    told = {str(place): label for place, label in enumerate(labels, 1)}
    (column,) = columns(["q1"], labels=told, cells=tuple(told))
    made = draft_answers([column], "en")
    assert made.ordered
    assert [option.get("scored") for option in made.options] == scored
    assert made.boxes[0]["options"] == [
        option["name"] for option in made.options[3 - (scored[4] is False) :][:2]
    ]
    unplaced = ["low"] if False in scored else []
    assert [guess.confidence for guess in made.guesses] == ["medium", *unplaced]


def test_labels_make_a_question_whatever_its_name():
    labelled = columns(
        ["mode", "status", "name"], labels={"1": "web", "2": "phone"}, cells=("1", "2")
    )
    bare = columns(["progress", "finished"])
    roles = find_roles([*labelled, *bare], Wishes())
    assert set(roles.left_out) == {"progress", "finished"}
    drafted = draft_questions(labelled, "en")
    assert [column.name for sketch in drafted for column in sketch.columns] == [
        "mode",
        "status",
        "name",
    ]


def test_labels_that_a_program_gives_its_own_columns_make_none():
    names = ["ResponseId", "RecordedDate", "Status"]
    roles = find_roles(columns(names, labels={"0": "IP Address", "1": "Preview"}), Wishes())
    assert "Status" in roles.left_out


def asked(*cells: str, labels=None, **told) -> dict:
    (made,) = draft_questions(
        [Column("q", pd.Series([*cells] * 8, dtype=object), labels=labels or {}, **told)], "en"
    )
    return made.spec


@pytest.mark.parametrize(
    ("labels", "by_code"),
    [
        ({"0": "not at all", "10": "extremely", "99": "No answer"}, True),
        ({"0": "never", "1": "sometimes", "2": "often", "3": "always"}, True),
        ({"1": "never", "2": "sometimes", "3": "often", "4": "always"}, False),
        ({"0": "never", "2": "sometimes", "3": "often", "4": "always"}, False),
        ({"1": "1", "2": "2", "3": "3"}, True),
    ],
)
def test_codes_that_are_a_scales_numbers_are_its_scores(labels, by_code):
    ends = len(labels) == 3 and "10" in labels
    cells = [*map(str, range(11)), "99"] if ends else list(labels)
    made = asked(*cells, labels=labels, declared=("99",), kind="ordinal" if "1" in labels else "")
    assert (made["type"], made.get("scores")) == ("scale", "codes" if by_code else None)


@pytest.mark.parametrize(
    ("wording", "cells", "codes"),
    [
        ("Zufriedenheit Wohnung (0-10)", "1 2 3 5 6 7 8 9 10", range(11)),
        ("On a scale from 0 to 10, how likely is it?", "2 3 4 6 8 9 10", range(11)),
        ("Would you recommend us?", "0 1 2 3 4 5 6 8 9 10", range(11)),
        ("Satisfaction", "1 2 4 5", range(1, 6)),
        ("Hours on 1-2 days", "1 2 3 4", range(1, 5)),
        ("Satisfaction", "1 2 3 4 10", (1, 2, 3, 4, 10)),  # too much is missing
    ],
)
def test_steps_that_nobody_chose_belong_to_the_scale(wording, cells, codes):
    made = asked(*cells.split(), wording=wording, kind="single")
    assert sorted(int(option["code"]) for option in made["options"]) == [*codes]
    assert made.get("scores") == ("codes" if 0 in codes else None)


@pytest.mark.parametrize(
    ("name", "wording", "cells", "kind"),
    [
        ("Anything else?", "", ["no", "More buses please", ""], "open"),
        ("Q8_5_TXT", "Q8 other, please specify", ["too noisy", "childcare"], "open"),
        ("G01Q01[other]", "", ["Luxemburg", ""], "open"),
        ("s4", "Sonstiges, und zwar", ["Roller", "Boot"], "open"),
        ("Any comments left?", "", ["yes", "no"], "single"),
        ("Transport", "", ["Bus", "Car"], "single"),
    ],
)
def test_what_people_wrote_is_open_though_few_words_differ(name, wording, cells, kind):
    column = Column(name, pd.Series(cells * 20, dtype=object), wording=wording)
    (made,) = draft_questions([column], "en")
    assert made.spec["type"] == kind
    assert [guess.about for guess in made.guesses if guess.about == "type"] == (
        ["type"] if kind == "open" else []
    )


@pytest.mark.parametrize("label", ["It varies", "kommt darauf an", "Home office only"])
def test_an_answer_beside_the_steps_has_no_score(label):
    labels = {"1": "1 day", "2": "2 days", "3": "3 days", "97": label}
    made = asked(*labels, labels=labels, kind="ordinal")
    assert [option.get("scored") for option in made["options"]] == [None, None, None, False]


def test_words_without_labels_are_marked_where_others_have_labels():
    words = Column("q2", pd.Series(["Bus", "Car"] * 20, dtype=object))
    labelled = columns(["q1"], labels={"0": "No", "1": "Yes"})
    sketches = draft_questions([*labelled, words], "en")
    mark_unlabelled(sketches)
    assert ["type" in {g.about for g in one.guesses} for one in sketches] == [False, True]


def test_numbered_columns_that_never_say_the_same_are_ranks():
    draw = np.random.default_rng(2)
    rows = [[*draw.permutation(ITEMS)] for _ in range(40)] + [["N/A"] * 3, ["", "", ""]]
    ranks = [
        Column(f"G03Q07[{place + 1}]", pd.Series([row[place] for row in rows], dtype=object))
        for place in range(3)
    ]
    (made,) = draft_questions(ranks, "en")
    assert (made.spec["type"], made.spec["columns"]) == ("ranking", [one.name for one in ranks])
    assert {item["selected"] for item in made.spec["items"]} == set(ITEMS)
    assert made.spec["missing"] == {"N/A": "no_answer"}
    free = columns([one.name for one in ranks], cells=ITEMS)
    assert "ranking" not in {one.spec["type"] for one in draft_questions(free, "en")}


@pytest.mark.parametrize(
    ("cells", "kind"), [("x", "multiple"), ("1", "multiple"), ("More of it!", "open")]
)
def test_one_value_alone_is_no_closed_question(cells, kind):
    made = asked(cells, "", wording="Car")
    assert made["type"] == kind
    assert made.get("not_selected") == ([""] if kind == "multiple" else None)


def test_the_meaning_of_codes_is_asked_for_each_question():
    sketches = draft_questions(columns(["family", "status"], cells=("1", "2", "3")), "en")
    draft = Draft({}, "en", {}, Roles(), sketches, "T")
    asked_at = re.findall(
        r"What do the codes mean.*\n  at:\n((?:  - .*\n)+)", study_text(draft, TODAY)
    )
    assert asked_at == ["  - family\n", "  - status\n"]


def test_lines_that_a_program_joins_to_the_question_are_a_battery():
    steps = ["Sehr zufrieden", "Zufrieden", "Unzufrieden", "Sehr unzufrieden"]
    made = [
        column(f"Wie zufrieden sind Sie mit ....{line}", *(steps[place:] + steps) * 3)
        for place, line in enumerate(("Parkplätzen", "Fahrradständern", "der Haltestelle"))
    ]
    (battery,) = draft_questions(made, "de")
    assert battery.spec["type"] == "battery"
    assert battery.spec["text"].startswith("Wie zufrieden sind Sie mit")
    assert [item["label"] for item in battery.spec["items"]] == [
        "Parkplätzen",
        "Fahrradständern",
        "der Haltestelle",
    ]


def test_one_question_with_a_field_for_words_is_no_battery():
    source = column(
        "water/source",
        *["tap", "well", "other"] * 5,
        labels={"tap": "Tap", "well": "Well", "other": "Other"},
    )
    words = column("water/source_other", *["rain", "pond", "", "", ""] * 3)
    kinds = [made.spec["type"] for made in draft_questions([source, words], "en")]
    assert kinds[0] == "single"


@pytest.mark.parametrize("words", [["Instagram"], ["Instagram", "TikTok", "my aunt"]])
def test_words_that_limesurvey_keeps_apart_are_no_options(words):
    ticks = {f"ways[{n}]": ["Y", "", "Y"] * 6 for n in (1, 2)}
    frame = pd.DataFrame(
        {**ticks, "ways[other]": [*words, *[""] * (18 - len(words))],
         "kind": ["A1", "A2", "-oth-"] * 6, "kind[other]": ["", "", "zoo"] * 6}
    )  # fmt: skip
    kinds = dict.fromkeys([*ticks, "ways[other]"], "multiple") | dict.fromkeys(
        ["kind", "kind[other]"], "single"
    )
    labels = {"A1": "Crafts", "A2": "Trade"}
    told = {"kind": labels, "kind[other]": labels}
    table = DataTable(frame, Path("x.csv"), "", value_labels=told, kinds=kinds)
    made = draft_questions(list_columns(table, "en"), "en")
    ways, kind, written = (sketch.spec for sketch in made)
    assert ways["items"][-1]["other"] is True
    assert [option["label"] for option in kind["options"]] == ["Crafts", "Trade", "other"]
    assert written["type"] == "open"
    assert not any(word in str(ways["items"]) for word in words)
