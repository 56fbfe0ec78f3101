"""What ``briefgen check`` reads, and that it judges by the engine that a build would take."""

from __future__ import annotations

from collections import Counter

from briefgen.config.settings import load_settings
from briefgen.evidence.sources import read
from briefgen.pipeline.check import find_problems
from plain_study import plain_study


def test_a_table_is_read_once_for_reading_validation_and_release(tmp_path, monkeypatch):
    seen: Counter[str] = Counter()
    read_csv = read._READERS["csv"]

    def count(path, source, folder):
        seen[path.name] += 1
        return read_csv(path, source, folder)

    monkeypatch.setitem(read._READERS, "csv", count)
    lines: list[str] = []
    found = find_problems(load_settings(plain_study(tmp_path)), report=lines.append)
    assert [str(problem) for problem in found if problem.severity == "error"] == []
    assert seen == {"survey.csv": 1}
    assert [line.partition(":")[0] for line in lines] == ["data/survey.csv"]


def test_an_engine_that_is_not_here_is_a_problem_as_it_is_for_a_build(tmp_path, monkeypatch):
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = load_settings(plain_study(tmp_path))
    info = settings.info.model_copy(update={"engine": "quarto"})
    found = find_problems(settings.model_copy(update={"info": info}))
    [error] = [problem for problem in found if problem.severity == "error"]
    assert "Quarto" in error.rule
