"""The full story of each document that failed, in ``.briefgen/logs``; its error names the file.

In: the outcomes of a run. Out: the same, where errors know their file. A document's file is gone
when the document is made again. No story holds an answer: documents are made behind the wall.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefgen.errors import BriefgenError
from briefgen.pipeline.run import DocumentOutcome, Run
from briefgen.pipeline.work.failures import format_traceback


def keep_logs(run: Run, outcomes: Sequence[DocumentOutcome]) -> Iterator[DocumentOutcome]:
    """Write the full story of each failed document; drop those that are over."""
    for outcome in outcomes:
        if outcome.error is None:
            run.store.drop_log(outcome.key.name)
        else:
            story = _tell_story(run, outcome, outcome.error)
            outcome.error.log = run.store.write_log(outcome.key.name, story)
        yield outcome


def _tell_story(run: Run, outcome: DocumentOutcome, error: BriefgenError) -> str:
    versions = [f"{name} {version}" for name, version in sorted(run.inputs.versions.items())]
    return "\n".join(
        [
            f"{outcome.key.name}, edition {run.settings.edition}: {run.options.command} failed",
            *(str(reason) for reason in outcome.reasons),
            "",
            str(error),
            "",
            format_traceback(error),
            "\n".join(versions),
            "",
        ]
    )
