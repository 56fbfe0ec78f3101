"""The attacker from outside: that it finds what stands open, and nothing where it does not."""

from __future__ import annotations

import ast
import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attacker import handmade
from attacker.drawing import Drawn
from attacker.mutants import EQUIVALENT, MUTANTS
from attacker.mutate import SOURCE
from attacker.people import know_state, true_answers
from attacker.publishing import publish_states
from attacker.reading import find_slips, read_states
from attacker.run import attack_states, attack_study, find_claims_of

OPEN = {
    "min_base": 1, "min_cell": 1, "small_base": 1, "min_numeric": 1, "dominance": 1.0,
    "closeness": 0.0, "protection": 1, "median_step": 1.0, "min_changed": 1,
}  # fmt: skip
HERE = Path(__file__).parent


def test_it_imports_nothing_of_disclosure_control():
    for path in sorted(HERE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            assert not [name for name in names if "disclosure" in name], path


@pytest.mark.slow
@pytest.mark.parametrize(
    "states",
    [
        handmade.all_but_one, handmade.giant, handmade.ranked_alike, handmade.index_alike,
        handmade.one_joins, handmade.reclassified, handmade.cell_grows,
    ],
    ids=lambda made: made.__name__,
)  # fmt: skip
def test_it_finds_somebody_where_the_wall_stands_open(
    states: Callable[[], list[Drawn]], tmp_path: Path
):
    made = states()
    opened = [
        replace(state, info={**state.info, "disclosure": OPEN | {"share_step": 0.01}})
        for state in made
    ]
    folders = publish_states(opened, tmp_path, whole=False)
    known = [know_state(state, number) for number, state in enumerate(made)]
    truth = [true_answers(state) for state in made]
    claims = find_claims_of(known, read_states(folders), truth)
    assert any(claim.is_true for claim in claims)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [6, 16, 24])
def test_it_finds_nobody_in_random_studies(seed: int):
    result = attack_study(seed)
    assert result.cells
    assert not result.disclosures


@pytest.mark.slow
def test_documents_are_attacked_too(tmp_path: Path):
    result = attack_states(0, handmade.all_but_one(), tmp_path, whole=True)
    assert list((tmp_path / "published-0").glob("e1/en/report.pdf"))
    assert not result.disclosures


# --- what is read ---------------------------------------------------------------------------


def _item(**given: Any) -> dict[str, Any]:
    usual = {
        "key": "survey:s.o1@R1", "source": "survey", "variable": "s", "measure": "o1",
        "domain": "R1", "contrast": "", "statistic": "share", "value": None, "low": None,
        "high": None, "n": None, "status": "suppressed (primary)", "reason": "cell",
        "method": "wilson", "verdict": "unknown", "text": "", "as_of": "",
    }  # fmt: skip
    return usual | given


def _publish(folder: Path, *items: dict[str, Any]) -> Path:
    place = folder / "e1" / "en"
    (place / "data" / "report").mkdir(parents=True)
    (place / "report").mkdir()
    (place / "report.evidence.json").write_text(json.dumps({"evidence": items}), encoding="utf-8")
    return place


@pytest.mark.parametrize(
    "given",
    [{"n": 12}, {"low": 0.2}, {"verdict": "same"}],
    ids=["base", "limit", "no clear difference"],
)
def test_a_dash_with_a_number_or_a_verdict_is_a_slip(tmp_path: Path, given: dict[str, Any]):
    _publish(tmp_path, _item(**given))
    [slip] = find_slips(tmp_path)
    assert slip.key == "survey:s.o1@R1"


def test_reasons_that_differ_within_a_table_are_a_slip(tmp_path: Path):
    _publish(tmp_path, _item(), _item(key="survey:s.o2@R1", measure="o2", reason="base"))
    [slip] = find_slips(tmp_path)
    assert "reasons" in slip.what


def test_pages_and_data_are_held_against_the_sidecar(tmp_path: Path):
    place = _publish(tmp_path, _item())
    page = '<html><body><span class="ev" data-key="survey:s.o1@R1">17%</span></body></html>'
    (place / "report" / "index.html").write_text(page, encoding="utf-8")
    with (place / "data" / "report" / "fig.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["key", "value", "low", "high", "n"], ["survey:s.o1@R1", 0.17, "", "", 12]]
        )
    assert [slip.what for slip in find_slips(tmp_path)] == [
        "page says '17%'",
        "data file has a number",
    ]


def test_nothing_slips_where_all_is_a_dash(tmp_path: Path):
    _publish(tmp_path, _item(), _item(key="survey:s.o2@R1", measure="o2"))
    assert not find_slips(tmp_path)


# --- mutants --------------------------------------------------------------------------------


@pytest.mark.attack
def test_each_mutant_changes_one_place():
    for mutant in MUTANTS:
        text = (SOURCE / mutant.file).read_text(encoding="utf-8")
        assert text.count(mutant.old) == 1, mutant.name
        compile(text.replace(mutant.old, mutant.new), mutant.file, "exec")
    names = [mutant.name for mutant in MUTANTS]
    assert len(set(names)) == len(names) >= 60
    assert set(EQUIVALENT) <= set(names)
