"""Write, check and compose a study of the matrix, and read what its documents say."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matrix_catalogue import MatrixStudy
from matrix_claims import find_false, find_unsaid

from briefgen.config.settings import Settings, load_settings
from briefgen.content.compose import Composer
from briefgen.model import Kind
from briefgen.pipeline.build import Options, build
from briefgen.pipeline.check import find_problems
from briefgen.pipeline.inputs import read_own_recommendations, release_evidence, take_inputs


@dataclass(frozen=True)
class Findings:
    """What became of a study; ``unclean`` is why ``briefgen check`` did not let it build."""

    name: str
    built: bool
    false: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    unclean: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it was built and says what is so, and nothing else."""
        return self.built and not (self.false or self.unsaid or self.errors)


def judge(one: MatrixStudy, folder: Path, *, pdf: bool = False) -> Findings:
    """Write, check and compose a study, and read its documents."""
    settings = load_settings(one.write(folder / one.name.replace(" ", "-")))
    errors = [str(item) for item in find_problems(settings) if item.severity == "error"]
    if errors:
        return Findings(one.name, built=False, errors=tuple(errors))
    false, unsaid = [], []
    for name, kind, text in compose_texts(settings):
        false += [f"{name}: {found}" for found in find_false(text, one.true)]
        if kind is Kind.REPORT:
            unsaid += [f"{name}: {found}" for found in find_unsaid(text, one.true)]
    built = not pdf or build(settings, options=Options(engine="pandoc", jobs=1)).ok
    return Findings(one.name, built, tuple(false), tuple(unsaid))


def compose_texts(settings: Settings) -> Iterator[tuple[str, Kind, str]]:
    """Yield name, kind and text of every document."""
    released = release_evidence(take_inputs(settings, "pandoc"))
    composer = Composer(settings, released, read_own_recommendations(settings))
    with tempfile.TemporaryDirectory() as folder:
        for key in settings.documents():
            composed = composer.compose(key, Path(folder) / key.name)
            yield key.name, key.kind, composed.source.read_text(encoding="utf-8")


def builds_if_clean(one: MatrixStudy, folder: Path) -> Findings:
    """Return whether a study that is called clean builds, with every document printed."""
    settings = load_settings(one.write(folder / one.name.replace(" ", "-")))
    errors = [str(item) for item in find_problems(settings) if item.severity == "error"]
    if errors:
        return Findings(one.name, built=True, unclean=tuple(errors))
    result = build(settings, options=Options(engine="pandoc", jobs=1))
    failed = [f"{item.key.name}: {item.error}" for item in result.outcomes if item.error]
    return Findings(one.name, result.ok, errors=tuple(failed))
