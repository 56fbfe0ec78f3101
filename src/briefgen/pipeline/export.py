"""Write composed documents for Quarto, which renders and previews them as they are."""

from __future__ import annotations

from pathlib import Path

from briefgen.config.settings import Settings
from briefgen.pipeline.inputs import (
    layout_folders,
    read_own_recommendations,
    release_evidence,
    take_inputs,
)
from briefgen.pipeline.run import Selection, output_folder
from briefgen.pipeline.state import Store
from briefgen.pipeline.work.documents import BuildContext
from briefgen.pipeline.work.stages import Progress, Stages, no_progress


def compose_documents(
    settings: Settings, selection: Selection, target: Path, progress: Progress = no_progress
) -> list[Path]:
    """Compose documents into ``target/<language>/<name>/document.qmd``.

    Raises
    ------
    BriefgenError
        Of the first document that cannot be composed.
    """
    from briefgen.pipeline.work.composing import compose_document  # noqa: PLC0415 - heavy
    from briefgen.pipeline.work.workers import Worker  # noqa: PLC0415 - heavy

    stages = Stages(progress)
    with Store.of(settings).lock("briefgen compose"):
        worker = Worker(_make_context(settings, target, stages))
        paths: list[Path] = []
        keys = selection.keys(settings)
        with stages.begin("compose", len(keys)) as show:
            for key in keys:
                paths.append(compose_document(worker, key).folder / "document.qmd")
                show(len(paths))
    return paths


def _make_context(settings: Settings, target: Path, stages: Stages) -> BuildContext:
    with stages.begin("inputs"):
        inputs = take_inputs(settings, "pandoc")
    return BuildContext(
        settings=settings,
        released=release_evidence(inputs, stages=stages),
        recommendations=read_own_recommendations(settings),
        styles=layout_folders(settings)["styles"],
        hashes=inputs.hashes,
        engine=inputs.engine,
        versions=inputs.versions,
        snapshot=inputs.snapshot,
        output=output_folder(settings, None),
        composed=target,
    )
