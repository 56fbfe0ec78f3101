"""A study's own messages: told beside their values, and only while these bear them out."""

from __future__ import annotations

import pytest

from briefgen.config.settings import Message
from briefgen.content.compose.messages import list_message_problems, may_tell
from briefgen.model import Status
from qualitative_by_hand import evidence, qualitative_study, released

STEER = "survey:q02_steering.often@DE"
CLAIM = "survey:q02_steering.often < 50%"


def ask(tmp_path, *items, **message):
    """Return whether a message is told, and what is wrong with it."""
    entry = {"text": "They seldom steer.", "evidence": ["q02_steering.often"]} | message
    settings = qualitative_study(tmp_path)
    info = settings.info.model_copy(update={"messages": (Message.model_validate(entry),)})
    settings = settings.model_copy(update={"info": info})
    problems = list(list_message_problems(settings, released(*items)))
    found = [(problem.column, problem.severity) for problem in problems]
    if ("messages.0", "error") in found:
        return False, found
    return may_tell(info.messages[0], released(*items), settings.nation), found


FEW = evidence(STEER, 0.3, low=0.2, high=0.4)
UNSURE = evidence(STEER, 0.45, low=0.35, high=0.55)
HIDDEN = evidence(STEER, None, n=None, status=Status.PRIMARY)


@pytest.mark.parametrize(
    ("item", "condition", "expected"),
    [
        (FEW, CLAIM, (True, [])),
        (FEW, None, (True, [])),
        (UNSURE, CLAIM, (False, [("messages.0.condition", "warning")])),
        (HIDDEN, None, (False, [("messages.0.evidence", "warning")])),
    ],
)
def test_a_message_is_told_while_its_values_bear_it_out(tmp_path, item, condition, expected):
    assert ask(tmp_path, item, condition=condition) == expected


@pytest.mark.parametrize(
    "wrong", [{"evidence": ["q99.often"]}, {"condition": "survey:q02_steering.often <"}]
)
def test_a_message_with_a_mistake_is_an_error(tmp_path, wrong):
    assert ask(tmp_path, FEW, **wrong) == (False, [("messages.0", "error")])
