"""The study's own messages: what it answers, beside the values that bear it out.

In: ``messages`` of ``study.yml`` and released evidence. Out: which of them may be told, and what
keeps the others back. The claim is the author's; whether it still holds is asked of the evidence
each time, so that no message outlives its data.
"""

from __future__ import annotations

from collections.abc import Iterator

from briefgen.config.conditions import evaluate, parse_condition
from briefgen.config.settings import Message, Settings
from briefgen.content.compose.refs import check_ref, locate_ref
from briefgen.errors import BriefgenError, Problem
from briefgen.model import Released

REMEDY = "it is not printed: say it otherwise, or leave it out"


def may_tell(message: Message, released: Released, nation: str) -> bool:
    """Whether a message's values are published and bear out what it claims.

    Raises
    ------
    SettingsError
        If its condition is none.
    """
    return not _list_hidden(message, released, nation) and _holds(message, released, nation)


def list_message_problems(settings: Settings, released: Released) -> Iterator[Problem]:
    """Yield which messages are wrong, and which are not printed and why."""
    for place, message in enumerate(settings.info.messages):
        column = f"messages.{place}"
        try:
            for ref in message.evidence:
                check_ref(settings, ref)
            holding = _holds(message, released, settings.nation)
        except BriefgenError as error:
            yield Problem("data/study.yml", None, column, error.message, error.hint or "")
            continue
        hidden = _list_hidden(message, released, settings.nation)
        if hidden:
            rule = f"no value is published of {', '.join(hidden)}"
            yield Problem("data/study.yml", None, f"{column}.evidence", rule, REMEDY, "warning")
        if not holding:
            rule = f"released values do not bear out {message.condition!r}"
            yield Problem("data/study.yml", None, f"{column}.condition", rule, REMEDY, "warning")


def _holds(message: Message, released: Released, nation: str) -> bool:
    if message.condition is None:
        return True
    return evaluate(parse_condition(message.condition), released, nation, nation)[0] is True


def _list_hidden(message: Message, released: Released, nation: str) -> list[str]:
    """Return the references without a published value of the nation."""
    keys = {ref: locate_ref(ref, nation, nation) for ref in message.evidence}
    found = {ref: released.evidence.get(key) for ref, key in keys.items()}
    return [ref for ref, item in found.items() if item is None or not item.is_published]
