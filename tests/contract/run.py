"""Hold every engine that is there to the structure that Quarto's rules give.

    python tests/contract/run.py [NAME ...]

Each case is a ``.qmd`` of one feature and a ``.json`` beside it: the rule it rests on, and the
parts of the structural digest that the rule settles, or the words and line of the error that is
wanted. Where the folder with renderings of a real Quarto is there, its documents are cases too.
The last line is ``N passed, N failed``; the exit status is 1 where anything failed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from briefgen.output.render import RenderJob, RenderOutcome, find_engine
from briefgen.output.render.digest import compare_digests, digest_content
from briefgen.output.render.quarto import find_quarto

CASES = Path(__file__).parent / "cases"
REFERENCE = Path(__file__).parents[3] / "shared" / "quarto-reference"
BETTER = {
    # what we do better than Quarto, where readers gain: the words of our error, its line
    "xref-missing": {"error": "nothing is called @fig-nowhere", "line": 5},
}


@dataclass(frozen=True)
class Case:
    """A document and what is wanted of it."""

    name: str
    source: Path
    wanted: dict[str, Any]

    @property
    def engines(self) -> Sequence[str]:
        """The engines that the case binds."""
        return tuple(self.wanted.get("engines", ("pandoc", "quarto")))


class Result(NamedTuple):
    """What a case came to in one engine; no failures means that it passed."""

    case: Case
    engine: str
    failures: tuple[str, ...]


def collect_cases() -> list[Case]:
    """Return our own cases, then those of the reference folder where it is there."""
    own = [
        Case(path.stem, path.with_suffix(".qmd"), json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(CASES.glob("*.json"))
    ]
    return [*own, *_reference_cases()]


def _reference_cases() -> Iterator[Case]:
    for path in sorted(REFERENCE.glob("*.json")):
        expected = json.loads(path.read_text(encoding="utf-8"))
        wanted = BETTER.get(path.stem, {"expect": expected})
        yield Case(f"reference/{path.stem}", path.with_suffix(".qmd"), wanted)


def run_cases(cases: Iterable[Case]) -> Iterator[Result]:
    """Render the cases with every engine that is there and compare."""
    cases = list(cases)
    engines = ["pandoc", *(["quarto"] if find_quarto() else [])]
    for name in engines:
        bound = [case for case in cases if name in case.engines]
        with tempfile.TemporaryDirectory() as folder:
            jobs = [
                RenderJob(case.source, Path(folder) / f"{number}.html")
                for number, case in enumerate(bound)
            ]
            with find_engine(name) as engine:
                outcomes = engine.render(jobs)
            for case, outcome in zip(bound, outcomes, strict=True):
                yield Result(case, name, tuple(judge(case, outcome)))


def judge(case: Case, outcome: RenderOutcome) -> list[str]:
    """Return what is wrong with the outcome of a case."""
    if "error" in case.wanted:
        return _judge_error(case, outcome)
    if outcome.error:
        return [f"error: {outcome.error}"]
    digest = digest_content(outcome.job.output.read_text(encoding="utf-8"))
    return compare_digests(case.wanted["expect"], digest)


def _judge_error(case: Case, outcome: RenderOutcome) -> list[str]:
    if outcome.error is None:
        return [f"an error is wanted: {case.wanted['error']}"]
    said = str(outcome.error)
    line = case.wanted.get("line")
    place = f"{case.source}:{line}:" if line else str(case.source)
    missing = [text for text in (case.wanted["error"], place) if text not in said]
    return [f"the error lacks {text!r}: {said}" for text in missing]


def _missing() -> Iterator[str]:
    """Say what could not be compared with on this machine."""
    if not REFERENCE.is_dir():
        yield f"the renderings of a real Quarto, since there is no folder {REFERENCE}"
    if find_quarto() is None:
        yield "the engine quarto, since there is no Quarto on PATH or in QUARTO_PATH"


def main(names: Sequence[str]) -> int:
    """Run the suite, or the cases named."""
    cases = [case for case in collect_cases() if not names or case.name in names]
    passed = failed = 0
    for result in run_cases(cases):
        if result.failures:
            failed += 1
            for failure in result.failures:
                sys.stdout.write(f"{result.engine}: {result.case.name}: {failure}\n")
        else:
            passed += 1
    for line in _missing():
        sys.stdout.write(f"skipped: {line}\n")
    sys.stdout.write(f"{passed} passed, {failed} failed\n")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
