"""What ``briefgen check`` reads, and that it judges by the engine that a build would take."""

from __future__ import annotations

from collections import Counter

from briefgen.config.settings import load_settings
from briefgen.evidence.sources import read
from briefgen.pipeline.check import find_problems, in_order
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


def test_what_the_embedded_engine_refuses_is_a_problem_with_template_and_line(tmp_path):
    study = plain_study(tmp_path)
    reports = study / "reports"
    reports.mkdir(exist_ok=True)
    for kind in ("brief", "report", "summary"):
        (reports / f"{kind}.qmd").write_text(f"---\ntitle: T\n---\n\n{{% include '{kind}.md' %}}\n")
        (reports / f"{kind}.md").write_text("One.\n\nA \\textbf{word}.\n")
    found = find_problems(load_settings(study))
    errors = [problem for problem in found if problem.severity == "error"]
    assert errors
    assert all("TeX stands in the text" in problem.rule for problem in errors)
    assert {problem.file for problem in errors} <= {
        f"reports/{kind}.md:3" for kind in ("brief", "report", "summary")
    }


def test_places_are_ordered_by_number():
    places = ["drafted.10", "drafted.2", "design", "drafted.1"]
    assert sorted(places, key=in_order) == ["design", "drafted.1", "drafted.2", "drafted.10"]
