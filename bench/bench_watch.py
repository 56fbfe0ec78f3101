"""Measure the way from save to new PDF while ``briefgen watch`` runs.

    python bench/bench_watch.py STUDY REGION AUDIENCE [--language de] [--file reports/brief.qmd]

Starts the watch on one brief of a study, saves the file again and again with a little more in it,
and waits each time until the PDF is another one. The file is put back at the end. Prints seconds
on the clock and processor seconds of the watching process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from briefgen.config.settings import Settings, load_settings
from briefgen.model import DocumentKey, Kind
from briefgen.pipeline.work.publish import require_manifest

POLL_SECONDS = 0.005
PAUSE_SECONDS = 0.7
LONGEST_SECONDS = 120.0


def cpu_seconds(process: int) -> float:
    """Return the processor seconds that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def find_pdf(settings: Settings, region: str, audience: str, language: str) -> Path:
    """Return where the brief is published."""
    key = DocumentKey(Kind.BRIEF, region, audience, language, settings.edition)
    output = settings.folder / "publications"
    record = require_manifest(output, settings.edition).documents[key.name]
    return output / settings.edition / record.files["pdf"].path


def add_to(file: Path, text: str, number: int) -> None:
    """Save the file with a little more in it."""
    more = f"p {{ orphans: {number + 2} }}" if file.suffix == ".css" else "x" * (number + 1)
    file.write_text(f"{text}\n\n{more}\n", encoding="utf-8")


def wait_for_change(pdf: Path, before: int) -> float:
    """Return the seconds until the PDF is another one."""
    start = time.perf_counter()
    while pdf.stat().st_mtime_ns == before:
        time.sleep(POLL_SECONDS)
        if time.perf_counter() - start > LONGEST_SECONDS:
            raise SystemExit("no new PDF came")
    return time.perf_counter() - start


def main() -> None:
    """Print each round and the medians."""
    parser = argparse.ArgumentParser(description="Measure from save to new PDF.")
    parser.add_argument("study", type=Path)
    parser.add_argument("region")
    parser.add_argument("audience")
    parser.add_argument("--language", default="de")
    parser.add_argument("--file", default="reports/brief.qmd")
    parser.add_argument("--rounds", type=int, default=10)
    given = parser.parse_args()
    settings = load_settings(given.study)
    choice = ["--region", given.region, "--audience", given.audience, "--language", given.language]
    command = [sys.executable, "-u", "-m", "briefgen.cli", "watch", "briefs", *choice]
    file = settings.folder / given.file
    text = file.read_text(encoding="utf-8")
    seconds, cpu = [], []
    with subprocess.Popen(command, cwd=settings.folder, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None  # noqa: S101 - for the type checker
        print(run.stdout.readline().strip())
        region, audience = (
            settings.find_region(given.region),
            settings.find_audience(given.audience),
        )
        pdf = find_pdf(settings, region, audience, given.language)
        try:
            for number in range(given.rounds):
                time.sleep(PAUSE_SECONDS)
                before, used = pdf.stat().st_mtime_ns, cpu_seconds(run.pid)
                add_to(file, text, number)
                seconds.append(wait_for_change(pdf, before))
                print(f"{seconds[-1]:.2f} s  {run.stdout.readline().strip()}", flush=True)
                cpu.append(cpu_seconds(run.pid) - used)
        finally:
            file.write_text(text, encoding="utf-8")
            run.terminate()
    median, most = statistics.median(seconds), max(seconds)
    print(f"from save to PDF: median {median:.2f} s, at most {most:.2f} s")
    print(f"processor: median {statistics.median(cpu):.2f} s")


if __name__ == "__main__":
    main()
