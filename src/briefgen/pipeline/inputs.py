"""What a run starts from, by hash, and the released evidence that follows from it.

In: a study's settings. Out: `Inputs`, and `Released` from the analysis or from the cache of an
earlier one. Before it stands ``settings``, after it ``build``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from briefgen import released_json
from briefgen.config.brand import load_brand
from briefgen.config.defaults import defaults_folder
from briefgen.config.recommendations import Recommendation, read_recommendations
from briefgen.config.settings import Settings
from briefgen.errors import (
    DataError,
    DisclosureError,
    RenderError,
    SettingsError,
    SourceError,
)
from briefgen.model import Released
from briefgen.output.render import INSTALL_HINT, engine_versions, find_engine, find_quarto
from briefgen.pipeline.state import Store
from briefgen.pipeline.work.fingerprint import (
    collect_versions,
    hash_inputs,
    hash_mapping,
    is_layout,
    walk_layers,
)
from briefgen.pipeline.work.limits import Line, call_limited
from briefgen.pipeline.work.publish import Manifest, list_editions
from briefgen.pipeline.work.stages import Stages, StageTime, stage_logger

if TYPE_CHECKING:  # a run with nothing to do needs neither
    import pandas as pd

    from briefgen.evidence.study import Study

PRINTING: Final = (
    "engine ", "weasyprint", "pydyf", "matplotlib", "great_tables", "pypandoc_binary", "pango",
)  # fmt: skip
"""Programs (by how their name begins) that print evidence and have no part in its making."""


@dataclass(frozen=True)
class Inputs:
    """Everything a run starts from, by hash.

    Attributes
    ----------
    output
        Where publications go; default: the study's own folder of them.
    layout
        Templates, styles and catalogues by name: ``reports/brief.qmd``. What a study does not
        have of its own comes from the defaults.
    hashes
        SHA-256 of data and layout by name.
    checked
        The study, where somebody has read and validated it before.
    """

    settings: Settings
    layout: dict[str, Path]
    hashes: dict[str, str]
    engine: str
    versions: dict[str, str]
    output: Path | None = None
    checked: Study | None = None

    @cached_property
    def publications(self) -> Path:
        """Where publications go."""
        return (self.output or self.settings.folder / "publications").resolve()

    @cached_property
    def snapshot(self) -> str:
        """Id of the state of all inputs and programs."""
        everything = {
            "inputs": self.hashes,
            "versions": self.versions,
            "edition": self.settings.edition,
        }
        return hash_mapping(everything)[:16]

    @cached_property
    def data_digest(self) -> str:
        """Id of the data and of the programs that analyse it.

        Of the recommendations only what the analysis looks at counts: a typo in one of their
        texts is no new data.
        """
        data = {name: sha for name, sha in self.hashes.items() if not is_layout(name)}
        name = f"data/{self.settings.info.files.recommendations}"
        if name in data:
            data[name] = _digest_recommendations(self.settings) or data[name]
        versions = {
            name: version
            for name, version in self.versions.items()
            if not name.startswith(PRINTING)
        }
        return hash_mapping({"data": data, "versions": versions, "edition": self.settings.edition})[
            :32
        ]

    @cached_property
    def earlier(self) -> tuple[str, ...]:
        """Ids of the data of earlier publications, oldest first."""
        known = Store.of(self.settings).list_history()
        return tuple(digest for digest in known if digest != self.data_digest)

    @cached_property
    def study(self) -> Study:
        """The data, read and validated once, when they are first asked for.

        Raises
        ------
        DataError
            With all problems of the data.
        """
        if self.checked is not None:
            return self.checked
        from briefgen.evidence.load import load_study  # noqa: PLC0415 - heavy

        return load_study(self.settings)

    def find_changes(self) -> list[str]:
        """Return which inputs have changed since they were looked at."""
        now = hash_inputs(self.settings, self.layout)
        names = sorted(now.keys() | self.hashes.keys())
        return [name for name in names if now.get(name) != self.hashes.get(name)]

    @cached_property
    def history(self) -> tuple[dict[str, Any], ...]:
        """What was published before from other data: an attacker knows it."""
        from briefgen.pipeline.recall import read_history  # noqa: PLC0415 - heavy

        entries = read_history(self.settings, self.publications)
        return tuple(entry for entry in entries if entry["inputs"] != self.data_digest)

    @cached_property
    def analysis_digest(self) -> str:
        """Id of what evidence is made from: data, programs and history."""
        store = Store.of(self.settings)
        made_from: dict[str, Any] = {
            "data": self.data_digest,
            "history": self.earlier,
            "previous": store.read_previous(self.settings.edition),
        }
        if list_editions(self.publications) and not store.list_history():
            made_from["lost"] = list_editions(self.publications)
        return hash_mapping(made_from)[:32]

    @cached_property
    def drawing_digest(self) -> str:
        """Id of what exhibits are drawn from: evidence, brand, fonts, catalogues, programs."""
        drawn = {
            name: sha
            for name, sha in self.hashes.items()
            if is_layout(name) and not name.startswith("reports/") and not name.endswith(".css")
        }
        made_from = {"analysis": self.analysis_digest, "layout": drawn, "versions": self.versions}
        return hash_mapping(made_from)[:32]


def _digest_recommendations(settings: Settings) -> str:
    """Return an id of what recommendations rest on; ``""`` where they cannot be read."""
    recommendations, problems = read_recommendations(settings)
    if problems:
        return ""
    bases = [
        [one.code, one.evidence, one.condition, one.otherwise, one.statement]
        for one in recommendations
    ]
    return hash_mapping({"recommendations": bases})


def layout_folders(settings: Settings) -> dict[str, tuple[Path, ...]]:
    """Return the folders of templates, styles and catalogues, each study's own before defaults.

    Raises
    ------
    SettingsError
        If one of them is a link that leads elsewhere: what lies in them may be shown.
    """
    folders = {
        "reports": (_own_folder(settings, "reports"), defaults_folder("reports")),
        "styles": (_own_folder(settings, "styles"), defaults_folder("styles")),
        "locales": (_own_folder(settings, "locales"),),
    }
    return {
        name: tuple(folder for folder in layers if folder.is_dir())
        for name, layers in folders.items()
    }


def _own_folder(settings: Settings, name: str) -> Path:
    folder = settings.folder / name
    if folder.is_dir() and folder.resolve() != settings.folder.resolve() / name:
        raise SettingsError(
            "the folder is a link that leads elsewhere",
            where=name,
            hint="put a copy of the folder in its place",
        )
    return folder


def find_layout(settings: Settings) -> dict[str, Path]:
    """Return the files of templates, styles and catalogues that count, by name."""
    found = {
        f"{name}/{relative}": path
        for name, layers in layout_folders(settings).items()
        for relative, path in walk_layers(layers).items()
    }
    return found | _brand_files(settings, set(found.values()))


def _brand_files(settings: Settings, known: set[Path]) -> dict[str, Path]:
    """Return what the brand names and what stands elsewhere: its file, logo and fonts."""
    brand = load_brand(settings.folder)
    files = [brand.file, *brand.font_files, *([brand.logo] if brand.logo else [])]
    return {
        path.relative_to(settings.folder).as_posix()
        if path.is_relative_to(settings.folder)
        else f"styles/{path.name}": path
        for path in files
        if path not in known
    }


def choose_engine(settings: Settings, named: str | None, manifest: Manifest | None) -> str | None:
    """Return the engine that renders: the first that somebody chose.

    That is the one named on the command line, that of ``study.yml``, or the one that made most
    of what stands there: a brief on demand does not switch it. ``None`` leaves it to what is
    installed.

    Raises
    ------
    RenderError
        If nobody named one and the one that made what stands there is not here.
    """
    chosen = named or settings.info.engine
    made_with = manifest.main_engine() if manifest else ""
    if chosen is None and made_with == "quarto" and find_quarto() is None:
        raise RenderError(
            "the publications that stand there were made with Quarto, which is not here",
            hint=f"{INSTALL_HINT}; or name another engine: `--engine pandoc`, or `engine: pandoc` "
            "in study.yml",
        )
    return chosen or made_with or None


def take_inputs(
    settings: Settings,
    engine: str | None,
    output: Path | None = None,
    checked: Study | None = None,
) -> Inputs:
    """Look at all inputs and hash them.

    Parameters
    ----------
    checked
        The study, where it was read and validated just now.
    """
    layout = find_layout(settings)
    name, version = _choose_engine(engine)
    return Inputs(
        settings=settings,
        layout=layout,
        hashes=hash_inputs(settings, layout),
        engine=name,
        versions=collect_versions(name, version),
        output=output,
        checked=checked,
    )


def _choose_engine(name: str | None) -> tuple[str, str]:
    versions = engine_versions()
    wanted = name or ("quarto" if versions.get("quarto") else "pandoc")
    version = versions.get(wanted)
    if version is None:
        with find_engine(wanted) as engine:  # raises with the way to install it
            return engine.name, engine.version
    return wanted, version


def release_evidence(
    inputs: Inputs,
    *,
    strict: bool = False,
    stages: Stages | None = None,
    tell: Callable[[str], None] = lambda _sentence: None,
) -> Released:
    """Analyse the study and let its evidence pass the wall, or read that from the cache.

    Parameters
    ----------
    strict
        Whether warnings in the data are errors.
    stages
        Who wants to see reading, estimating and release.
    tell
        Called with a sentence where of earlier publications nothing but the documents is left. The
        history is read for a release alone: what is kept was released beside it.

    Raises
    ------
    DataError
        With all problems of the data.
    SourceError
        If somebody changed a file meanwhile: nobody could say what the evidence is made from.
    """
    store = Store.of(inputs.settings)
    if strict and inputs.study.problems:
        raise DataError(inputs.study.problems)
    kept = _read_kept(store, inputs.analysis_digest)
    if kept is not None:
        stage_logger("release").info("the evidence was released before, from the same data")
        return kept
    released = _add_trend(inputs, _analyse_limited(inputs, stages or Stages(), tell))
    released = _shrink_differences(inputs, released)
    for name in inputs.find_changes():
        if not is_layout(name):
            raise SourceError(
                "changed while it was analysed", where=name, hint="run the command again"
            )
    store.write_analysis(inputs.analysis_digest, released_json.dump_released(released))
    _read_kept.cache_clear()
    return released


@lru_cache(maxsize=1)
def _read_kept(store: Store, digest: str) -> Released | None:
    """Read the evidence of an earlier analysis; a process that stays keeps the last."""
    text = store.read_analysis(digest)
    try:
        return None if text is None else released_json.load_released(text)
    except DisclosureError:  # of another version, or damaged: it can be made again
        return None


def _analyse_limited(inputs: Inputs, stages: Stages, tell: Callable[[str], None]) -> Released:
    """Read, estimate and release in a process that can be ended; this one gets the study too."""
    # loaded here once, and not again in each of the two processes
    from briefgen import disclosure  # noqa: F401, PLC0415
    from briefgen.evidence import load, survey  # noqa: F401, PLC0415

    limits = inputs.settings.info.run_limits
    line = Line(stages.progress, tell)
    study, released, times = call_limited("the analysis", limits, line, _analyse_apart, inputs)
    vars(inputs)["study"] = study  # what is cached there
    stages.times.extend(times)
    return released


def _analyse_apart(line: Line, inputs: Inputs) -> tuple[Study, Released, list[StageTime]]:
    stages = Stages(line.progress)
    released = _analyse(inputs, stages, line.tell)
    return inputs.study, released, stages.times


def _analyse(inputs: Inputs, stages: Stages, tell: Callable[[str], None]) -> Released:
    with stages.begin("read"):
        # the analysis needs libraries that a run with nothing to do does not
        from briefgen import disclosure  # noqa: PLC0415
        from briefgen.disclosure.records import (  # noqa: PLC0415
            derive_key,
            describe_lost,
            read_salts,
        )

        study = inputs.study
    stage_logger("read").info("%d respondents, %d files", len(study.survey), len(study.hashes))
    with stages.begin("estimate", 3) as done:
        estimates = estimate_all(study, done)
    with stages.begin("release"):
        if sentence := describe_lost(inputs.history):
            tell(sentence)
        key = derive_key(read_salts(inputs.settings)[0])
        released = disclosure.release_study(
            study,
            estimates,
            previous=inputs.history,
            keeper=Store.of(inputs.settings).decisions(key),
        )
    published = sum(item.is_published for item in released.evidence.values())
    stage_logger("release").info(
        "%d values released, %d of them with a number", len(released.evidence), published
    )
    for rare in disclosure.find_rare_options(study):
        stage_logger("release").info(
            "%s: few answered %r; `briefgen check` says what that hides", rare.variable, rare.option
        )
    return released


def estimate_all(study: Study, done: Callable[[int], None] = lambda _units: None) -> pd.DataFrame:
    """Return the estimates of all sources, as they are before the wall."""
    import pandas as pd  # noqa: PLC0415 - heavy

    from briefgen.evidence import cases, panel, survey  # noqa: PLC0415

    tables = []
    for estimate in (survey.estimate_survey, cases.estimate_cases, panel.estimate_panel):
        tables.append(estimate(study))
        done(len(tables))
    estimates = pd.concat(tables, ignore_index=True)
    stage_logger("estimate").info("%d estimates", len(estimates))
    return estimates


def _add_trend(inputs: Inputs, released: Released) -> Released:
    """Lay the last edition's evidence beside this one's, with what changed between them."""
    name = Store.of(inputs.settings).read_previous(inputs.settings.edition)
    entries = [entry for entry in inputs.history if name and entry["edition"] == name]
    if not entries:
        return dataclasses.replace(released, previous={})
    from briefgen.disclosure.trend import compare_editions  # noqa: PLC0415 - slow to import

    items = map(released_json.evidence_from_dict, entries[-1]["evidence"])
    previous = {item.key: item for item in items}
    changes = compare_editions(inputs.settings, released.evidence, previous, name)
    evidence = {**released.evidence, **changes}
    return dataclasses.replace(released, evidence=evidence, previous=previous)


def _shrink_differences(inputs: Inputs, released: Released) -> Released:
    """Lay beside each region's difference from the rest what remains of it after selection."""
    from briefgen.disclosure.selection import shrink_differences  # noqa: PLC0415 - slow to import

    shrunken = shrink_differences(inputs.settings, released.evidence)
    return dataclasses.replace(released, evidence={**released.evidence, **shrunken})


def read_own_recommendations(settings: Settings) -> tuple[Recommendation, ...]:
    """Read the recommendations.

    Raises
    ------
    DataError
        With all problems of their file.
    """
    recommendations, problems = read_recommendations(settings)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DataError(errors)
    return tuple(recommendations)
