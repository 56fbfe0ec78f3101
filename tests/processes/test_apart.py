"""What crashes in a process of its own is an error in this one."""

from __future__ import annotations

import os

import pytest

from briefgen.processes.apart import ProcessDiedError, call_apart


def tell(number: int, *, more: int) -> tuple[int, int]:
    return os.getpid(), number + more


def refuse() -> None:
    raise ValueError("no")


def test_answers_and_refusals_arrive():
    process, answer = call_apart(tell, 3, more=4)
    assert answer == 7
    assert process != os.getpid()
    with pytest.raises(ValueError, match="no"):
        call_apart(refuse)


def test_a_crash_is_told():
    with pytest.raises(ProcessDiedError):
        call_apart(os.abort)
