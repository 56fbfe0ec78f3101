"""Kill builds at random moments, many times, and look for damage.

``python tests/kill/run.py --kills 100`` builds a small study, then changes it again and again (new
answers and another template, and back), starts a build and kills the whole process group after a
random time: during analysis, composing, printing or publishing. After each kill every published
PDF has to open and every file has to be one that a finished build has published, old or new; now
and then a build runs to its end and has to give what an undisturbed build gives. The last line is
``kills N, damaged N``; the exit code is 1 if anything was damaged.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pypdfium2

sys.path.insert(0, str(Path(__file__).parents[1]))
from briefgen.config.input_files import hash_file
from briefgen.pipeline.work.publish import Manifest, read_manifest
from plain_study import BRIEF, add_answers, plain_study

BUILD = [sys.executable, "-m", "briefgen.cli", "build", "--jobs", "2"]
EDITION = "2026"
FINISH_EVERY = 10
FIGURE = '\n\n{{ figure("q02_steering") }}\n'
VERSIONS = (BRIEF + FIGURE, f"{BRIEF}{FIGURE}\nEin Satz mehr.\n")


def prepare(folder: Path) -> Path:
    """Write the study; what its survey is in the two versions stands beside it."""
    study = plain_study(folder)
    for version in (0, 1):
        if version:
            add_answers(study, "BY", ["5"] * 23)
        shutil.copyfile(study / "data" / "survey.csv", _survey(study, version))
    return study


def _survey(study: Path, version: int) -> Path:
    return study.with_name(f"survey-{version}.csv")


def set_version(study: Path, version: int) -> None:
    """Put answers and template into one of two states."""
    (study / "reports" / "brief.qmd").write_text(VERSIONS[version], encoding="utf-8")
    shutil.copyfile(_survey(study, version), study / "data" / "survey.csv")


def build_fully(study: Path) -> float:
    """Build to the end; return the seconds."""
    start = time.perf_counter()
    subprocess.run(BUILD, cwd=study, check=True, capture_output=True)
    return time.perf_counter() - start


def build_and_kill(study: Path, seconds: float) -> bool:
    """Start a build and kill it and all its workers; tell whether it was still running."""
    process = subprocess.Popen(
        BUILD,
        cwd=study,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    running = process.poll() is None
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        running = False
    process.wait()
    return running


def known_hashes(manifest: Manifest) -> dict[str, str]:
    """Return path → SHA-256 of every file that a manifest names."""
    return {record.path: record.sha256 for record in manifest.all_files()}


def find_damage(folder: Path, references: list[dict[str, str]]) -> list[str]:
    """Return what is wrong with the published files as they stand."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name == "manifest.json":
            continue
        if hash_file(path) not in {known.get(name) for known in references}:
            found.append(f"{name} is no file that a finished build published")
        if path.suffix == ".pdf":
            found += _open_pdf(path)
    if read_manifest(folder) is None:
        found.append("the manifest is gone")
    return found


def _open_pdf(path: Path) -> list[str]:
    try:
        pypdfium2.PdfDocument(path).close()
    except pypdfium2.PdfiumError as error:
        return [f"{path.name} cannot be opened: {error}"]
    return []


def run(kills: int, seed: int, folder: Path) -> tuple[int, int]:
    """Kill builds of a study in ``folder``; return kills and damaged states."""
    moment = random.Random(seed)  # noqa: S311 - moments, not secrets
    study, published = prepare(folder), folder / "publications" / EDITION
    references: list[dict[str, str]] = []
    longest = 0.0
    for version in (1, 0):  # ends as the first change begins
        set_version(study, version)
        longest = max(longest, build_fully(study))
        manifest = read_manifest(published)
        assert manifest is not None
        references.append(known_hashes(manifest))
    done = damaged = attempts = 0
    while done < kills:
        attempts += 1
        set_version(study, attempts % 2)
        done += build_and_kill(study, moment.uniform(0.0, longest * 1.05))
        problems = find_damage(published, references)
        if attempts % FINISH_EVERY == 0 or done == kills:
            build_fully(study)
            manifest = read_manifest(published)
            expected = references[(attempts + 1) % 2]
            if manifest is None or known_hashes(manifest) != expected:
                problems.append("a finished build differs from an undisturbed one")
        for problem in problems:
            print(f"kill {done}: {problem}", flush=True)
        damaged += bool(problems)
    return done, damaged


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kills, damaged = run(arguments.kills, arguments.seed, Path(folder) / "study")
    print(f"kills {kills}, damaged {damaged}")
    return 1 if damaged else 0


if __name__ == "__main__":
    sys.exit(main())
