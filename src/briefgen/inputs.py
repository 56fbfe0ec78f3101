"""What a run starts from, by hash, and the released evidence that follows from it.

In: a study's settings. Out: `Inputs`, and `Released` from the analysis or from the cache of an
earlier one. Before it stands ``settings``, after it ``build``.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from briefgen import released_json
from briefgen.brand import find_brand_files
from briefgen.defaults import defaults_folder
from briefgen.errors import DataError
from briefgen.fingerprint import collect_versions, hash_file, hash_inputs, hash_mapping, walk_files
from briefgen.model import Released
from briefgen.recommendations import Recommendation, read_recommendations
from briefgen.render import engine_versions, find_engine
from briefgen.settings import Settings
from briefgen.state import Store


@dataclass(frozen=True)
class Inputs:
    """Everything a run starts from, by hash."""

    settings: Settings
    folders: dict[str, Path]
    hashes: dict[str, str]
    engine: str
    versions: dict[str, str]

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
        """Id of the data and of the programs that analyse it."""
        data = {name: sha for name, sha in self.hashes.items() if not is_layout(name)}
        what = {"data": data, "versions": self.versions, "edition": self.settings.edition}
        return hash_mapping(what)[:32]

    @cached_property
    def history(self) -> tuple[dict[str, Any], ...]:
        """What was published before from other data: an attacker knows it."""
        entries = Store.of(self.settings).read_history()
        return tuple(entry for entry in entries if entry["inputs"] != self.data_digest)

    @cached_property
    def analysis_digest(self) -> str:
        """Id of what evidence is made from: data, programs and history."""
        earlier = [entry["inputs"] for entry in self.history]
        return hash_mapping({"data": self.data_digest, "history": earlier})[:32]

    @property
    def styles(self) -> tuple[Path, ...]:
        """Files of the stylesheet folder, and those of a brand at the top of the study."""
        top = find_brand_files(self.settings.folder)
        return (*walk_files(self.folders["styles"]), *top)


def is_layout(name: str) -> bool:
    """Tell whether an input shapes documents and not the evidence in them."""
    return name.startswith(("reports/", "styles/", "locales/"))


def input_folders(settings: Settings) -> dict[str, Path]:
    """Return the folders of templates, styles and catalogues: own ones before the defaults."""
    found = {}
    for name in ("reports", "styles"):
        own = settings.folder / name
        found[name] = own if own.is_dir() else defaults_folder(name)
    if (settings.folder / "locales").is_dir():
        found["locales"] = settings.folder / "locales"
    return found


def take_inputs(settings: Settings, engine: str | None) -> Inputs:
    """Look at all inputs and hash them."""
    folders = input_folders(settings)
    name, version = _choose_engine(engine)
    return Inputs(
        settings=settings,
        folders=folders,
        hashes=hash_inputs(settings, folders) | _hash_brand(settings),
        engine=name,
        versions=collect_versions(name, version),
    )


def _hash_brand(settings: Settings) -> dict[str, str]:
    """Hash the files of a brand that stands at the top of the study, as part of the styles."""
    files = find_brand_files(settings.folder)
    return {f"styles/{path.name}": hash_file(path) for path in files}


def _choose_engine(name: str | None) -> tuple[str, str]:
    versions = engine_versions()
    wanted = name or ("quarto" if versions.get("quarto") else "pandoc")
    version = versions.get(wanted)
    if version is None:
        with find_engine(wanted) as engine:  # raises with the way to install it
            return engine.name, engine.version
    return wanted, version


def release_evidence(inputs: Inputs, *, strict: bool = False) -> Released:
    """Analyse the study and let its evidence pass the wall, or read that from the cache.

    Raises
    ------
    DataError
        With all problems of the data.
    """
    store = Store.of(inputs.settings)
    cached = store.read_analysis(inputs.analysis_digest)
    if cached is not None and not strict:
        return released_json.load_released(cached)
    released = _add_previous(inputs, _analyse(inputs, strict=strict))
    store.write_analysis(inputs.analysis_digest, released_json.dump_released(released))
    return released


def _analyse(inputs: Inputs, *, strict: bool) -> Released:
    # the analysis needs libraries that a run with nothing to do does not
    import pandas as pd  # noqa: PLC0415

    from briefgen import cases, disclosure, panel, study, survey  # noqa: PLC0415

    loaded = study.load_study(inputs.settings, strict=strict)
    estimates = pd.concat(
        [
            survey.estimate_survey(loaded),
            cases.estimate_cases(loaded),
            panel.estimate_panel(loaded),
        ],
        ignore_index=True,
    )
    return disclosure.release(loaded, estimates, previous=inputs.history)


def _add_previous(inputs: Inputs, released: Released) -> Released:
    """Lay the last edition's evidence beside this one's, for "what changed"."""
    name = Store.of(inputs.settings).read_previous(inputs.settings.edition)
    entries = [entry for entry in inputs.history if name and entry["edition"] == name]
    if not entries:
        return released
    items = map(released_json.evidence_from_dict, entries[-1]["evidence"])
    return dataclasses.replace(released, previous={item.key: item for item in items})


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
