"""Every engine that is there gives the structure of Quarto's rules."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

_SPEC = importlib.util.spec_from_file_location("contract_run", Path(__file__).with_name("run.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
run = importlib.util.module_from_spec(_SPEC)
sys.modules["contract_run"] = run
_SPEC.loader.exec_module(run)

CASES = run.collect_cases()


@pytest.fixture(scope="module")
def results():
    return {(result.case.name, result.engine): result for result in run.run_cases(CASES)}


@pytest.mark.parametrize(
    "case", [case for case in CASES if "pandoc" in case.engines], ids=lambda case: case.name
)
def test_embedded_engine_keeps_to_the_rule(case, results):
    assert results[case.name, "pandoc"].failures == ()


@pytest.mark.quarto
def test_quarto_keeps_to_the_rules(results):
    if run.find_quarto() is None:
        pytest.skip(
            "there is no Quarto on PATH or in QUARTO_PATH; what one made of the documents of "
            "../shared/quarto-reference is compared in test_reference.py, where it is there"
        )
    failures = {
        name: result.failures for (name, engine), result in results.items() if engine == "quarto"
    }
    assert failures
    assert {name: found for name, found in failures.items() if found} == {}


def test_suite_has_cases_of_its_own():
    own = [case for case in CASES if not case.name.startswith("reference/")]
    assert len(own) >= 80
    assert all(case.wanted["rule"] for case in own)


def test_judge_sees_what_differs(tmp_path):
    case = next(case for case in CASES if case.name == "heading-levels")
    job = run.RenderJob(case.source, tmp_path / "x.html")
    job.output.write_text('<main id="quarto-document-content"><h1 id="a">B</h1></main>')
    assert run.judge(case, run.RenderOutcome(job, None, 0.0)) != []


def test_judge_wants_the_error(tmp_path):
    case = next(case for case in CASES if case.name == "refused-cell")
    job = run.RenderJob(case.source, tmp_path / "x.html")
    assert run.judge(case, run.RenderOutcome(job, None, 0.0)) == [
        "an error is wanted: runs no {python} cells"
    ]


def test_command_says_what_is_missing(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(run, "REFERENCE", tmp_path / "none")
    monkeypatch.setattr(run, "find_quarto", lambda: None)
    assert run.main(["heading-levels"]) == 0
    *skipped, last = capsys.readouterr().out.splitlines()
    assert last == "1 passed, 0 failed"
    assert [line.split(", since")[0] for line in skipped] == [
        "skipped: the renderings of a real Quarto",
        "skipped: the engine quarto",
    ]


def test_command_counts_and_fails(capsys, monkeypatch):
    good = next(case for case in CASES if case.name == "heading-levels")
    bad = run.Case("bad", good.source, {"expect": {"headings": []}})
    monkeypatch.setattr(run, "collect_cases", lambda: [good, bad])
    assert run.main([]) == 1
    assert capsys.readouterr().out.splitlines()[-1].endswith("1 failed")
    assert run.main(["heading-levels"]) == 0
