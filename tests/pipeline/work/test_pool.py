"""Workers that hang, die or take all memory are ended, also where there is one."""

from __future__ import annotations

import os
import pickle
import time

import pytest
from lxml import html

from briefgen.errors import PrintError, portable_error
from briefgen.pipeline.work import pool, workers
from briefgen.pipeline.work.pool import IN_PROCESS, Pool


def hang(_number: int) -> list[object]:
    while True:
        pass


def die(_number: int) -> list[object]:
    os._exit(9)


def occupy(_number: int) -> list[object]:
    kept = [bytearray(1 << 20) for _ in range(600)]
    time.sleep(20)
    return list(kept)


def tell(_number: int) -> list[object]:
    return [os.getpid()]


class OfTwoError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def parse_nothing(_number: int) -> list[object]:
    return [html.fragment_fromstring("<p>a</p><p>b</p>")]  # lxml's error cannot be pickled


def raise_of_two(_number: int) -> list[object]:
    raise OfTwoError("this", "that")  # pickled, but not to be made again


@pytest.fixture
def run(monkeypatch):
    def start(function, seconds=20):
        monkeypatch.delenv(IN_PROCESS, raising=False)
        with Pool(None, 1) as workers:
            results = list(workers._run(function, [(1,)], seconds))
            results += workers._run(tell, [(2,)], seconds)
        (_, first), (_, second) = results
        assert second != [os.getpid()]  # another process, and one that still works
        return first

    return start


def test_one_that_hangs_is_ended(run):
    error = run(hang, 1)
    assert isinstance(error, PrintError)
    assert "took longer than 1 s and was stopped" in error.message


def test_one_that_dies_fails_alone(run):
    error = run(die)
    assert "the worker process died (exit code 9)" in error.message


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (parse_nothing, "ParserError: Multiple elements found"),
        (raise_of_two, "OfTwoError: this that"),
    ],
)
def test_every_exception_of_a_worker_arrives_with_its_traceback(run, function, told):
    error = run(function)
    assert isinstance(error, PrintError)
    assert error.message.startswith(told)
    assert f"in {function.__name__}" in error.traceback


@pytest.mark.parametrize("function", [parse_nothing, raise_of_two])
def test_an_error_that_cannot_be_sent_becomes_one_that_can(function):
    with pytest.raises(Exception, match=r".") as caught:
        function(1)
    sent = pickle.loads(pickle.dumps(portable_error(caught.value)))  # noqa: S301 - our own
    assert str(sent) == f"{caught.typename}: {caught.value}"
    known = ValueError("known")
    assert portable_error(known) is known


def test_one_that_takes_all_memory_is_ended(run, monkeypatch):
    monkeypatch.setattr(pool, "MEMORY_LIMIT_BYTES", 200 << 20)
    error = run(occupy)
    assert "of memory and was stopped" in error.message


@pytest.mark.parametrize("asked", [True, False])
def test_one_job_may_stay_in_this_process(monkeypatch, asked):
    monkeypatch.setattr(workers, "_workers", [])  # what other tests left warm
    monkeypatch.setenv(IN_PROCESS, "0" if asked else "1")
    with Pool(None, 1, in_process=asked) as started:
        assert list(started._run(tell, [(1,)], 9)) == [((1,), [os.getpid()])]
    assert not Pool(None, 2, in_process=True).in_process
