"""Publish a drawn study with briefgen, state after state, as its makers would.

In: the states of `drawing`. Out: folders of what stood published after each state. Nothing but the
published folder is handed on; the attacker reads nothing else.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import yaml

from attacker.drawing import Drawn
from briefgen.config.settings import load_settings
from briefgen.model import Evidence
from briefgen.notebook import Study
from briefgen.pipeline import publishing as steps
from briefgen.pipeline.build import build
from briefgen.pipeline.editions import create_edition
from briefgen.pipeline.inputs import release_evidence, take_inputs
from briefgen.pipeline.run import Options, Run, Selection
from briefgen.pipeline.state import Store
from briefgen.released_json import evidence_as_dict

HEAD = "---\ntitle: Everything\nlang: en\n---\n\n"


def publish_states(states: list[Drawn], folder: Path, *, whole: bool = True) -> list[Path]:
    """Publish each state and keep what stood there afterwards.

    Parameters
    ----------
    whole
        Print documents; else only their sidecars are written, by the same steps.

    Returns
    -------
    list of Path
        One copy of ``publications`` for each state.
    """
    kept = []
    for number, state in enumerate(states):
        _prepare(state, folder / "study", whole)
        (publish if whole else write_sidecars)(state, folder / "study")
        kept.append(folder / f"published-{number}")
        shutil.copytree(folder / "study" / "publications", kept[-1])
    return kept


def _prepare(state: Drawn, study: Path, whole: bool) -> None:
    if state.how == "edition" and whole:
        create_edition(load_settings(study), state.info["edition"])
    elif state.how == "edition":
        settings = load_settings(study)
        Store.of(settings).write_previous(state.info["edition"], settings.edition)
    if state.forget:
        shutil.rmtree(study / ".briefgen", ignore_errors=True)
    write_study(state, study)


def write_study(state: Drawn, study: Path) -> None:
    """Write the files of a state."""
    data = study / "data"
    data.mkdir(parents=True, exist_ok=True)
    table = state.answers.drop(columns="id") if state.no_ids else state.answers
    table.to_csv(data / "survey.csv", index=False)
    for name, content in (("study.yml", state.info), ("codebook.yml", state.codebook)):
        (data / name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def publish(state: Drawn, study: Path) -> None:
    """Print all that was released: the report everything, a brief what concerns its region."""
    evidence = Study(study).evidence
    keys = list(evidence["key"])
    reports = study / "reports"
    reports.mkdir(exist_ok=True)
    (reports / "report.qmd").write_text(HEAD + _print(keys), encoding="utf-8")
    (reports / "brief.qmd").write_text(HEAD + _print_brief(keys, state), encoding="utf-8")
    if state.how == "brief":
        selection = Selection(kinds=frozenset({"brief"}), regions=frozenset({state.region}))
    else:
        selection = Selection(kinds=frozenset({"report"}))
    result = build(load_settings(study), selection, Options(jobs=1, in_process=True, formats=()))
    for outcome in result.outcomes:
        if outcome.error:
            raise outcome.error


def _print(keys: list[str]) -> str:
    return "\n\n".join(f'{{{{ value("{key}") }}}}' for key in keys) + "\n"


def _print_brief(keys: list[str], state: Drawn) -> str:
    nation = state.info["regions"]["nation"]["code"]
    blocks = [_print([key for key in keys if f"@{nation}" in key])]
    for region in state.info["regions"]["list"]:
        code = region["code"]
        own = [key for key in keys if f"@{code}" in key and f"@{code}+" not in key]
        blocks.append(f'{{% if doc.region == "{code}" %}}\n{_print(own)}\n{{% endif %}}\n')
    return "\n".join(blocks)


# --- sidecars alone -------------------------------------------------------------------------


def write_sidecars(state: Drawn, study: Path) -> None:
    """Release, remember and write what documents would show, without printing them.

    That takes a tenth of the time. The audit does not run: what is found here has to be found in a
    real build as well.
    """
    settings = load_settings(study)
    inputs = take_inputs(settings, None)
    released = release_evidence(inputs)
    folder = study / "publications" / settings.edition / "en"
    store = Store.of(settings)
    run = cast("Run", SimpleNamespace(store=store, inputs=inputs))
    steps._remember_publication(run, released)
    shown = [item for item in released.evidence.values() if _is_shown(item, state)]
    content = {"evidence": list(map(evidence_as_dict, shown))}
    name = f"brief-{state.region}" if state.how == "brief" else "report"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.evidence.json").write_text(json.dumps(content), encoding="utf-8")


def _is_shown(item: Evidence, state: Drawn) -> bool:
    nation = state.info["regions"]["nation"]["code"]
    return state.how != "brief" or item.domain in (nation, state.region)
