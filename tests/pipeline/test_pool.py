"""Workers that hang, die or take all memory are ended, also where there is one."""

from __future__ import annotations

import os
import time

import pytest

from briefgen.errors import PrintError
from briefgen.pipeline import pool, workers
from briefgen.pipeline.pool import IN_PROCESS, Pool


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
