"""Where the time of a run went, by stage and by document, as a file.

In: a `BuildResult`. Out: JSON, or CSV with one row for each stage, and for each part of the work on
each document. Stages are timed by the clock on the wall; documents by the clock of the worker that
made them, so that with several jobs their sum is more than the stage took.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from briefgen.pipeline.run import BuildResult
from briefgen.pipeline.work.publish import files_can_be_written


def write_profile(result: BuildResult, path: Path) -> None:
    """Write where the time went: as CSV into ``*.csv``, else as JSON.

    Raises
    ------
    PublishError
        If the file cannot be written.
    """
    text = _as_csv(result) if path.suffix.lower() == ".csv" else _as_json(result)
    with files_can_be_written(path):
        path.write_text(text, encoding="utf-8")


def _as_json(result: BuildResult) -> str:
    content: dict[str, Any] = {
        "seconds": round(result.seconds, 4),
        "stages": [
            {"stage": item.stage, "seconds": round(item.seconds, 4), "units": item.units}
            for item in result.stages
        ],
        "documents": [
            {
                "document": outcome.key.name,
                "state": outcome.state,
                "seconds": {part: round(value, 4) for part, value in outcome.times.items()},
            }
            for outcome in result.outcomes
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _as_csv(result: BuildResult) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("stage", "document", "seconds"))
    writer.writerows(_list_rows(result))
    return file.getvalue()


def _list_rows(result: BuildResult) -> Iterator[tuple[str, str, str]]:
    for item in result.stages:
        yield item.stage, "", f"{item.seconds:.4f}"
    for outcome in result.outcomes:
        for part, seconds in outcome.times.items():
            yield part, outcome.key.name, f"{seconds:.4f}"
