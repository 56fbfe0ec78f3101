"""What becomes of a study: who joins, leaves, moves or corrects an answer, and how it is published.

In: the last state. Out: the next one, published in a new edition, again in the same one, or as a
brief on demand for one region.
"""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd

from attacker.drawing import DRAW, Drawn, Draws, Kinds

EVENTS = (
    "join", "join_alike", "leave", "correct", "reclassify", "merge_regions", "merge_options",
    "rename_options", "reweigh", "join_reweigh", "head_row", "nothing",
)  # fmt: skip


def draw_next(rng: np.random.Generator, kinds: Kinds, last: Drawn, number: int) -> Drawn:
    """Draw the state that follows."""
    state = Drawn(
        last.answers.copy(), copy.deepcopy(last.info), copy.deepcopy(last.codebook),
        event=str(rng.choice(EVENTS)),
        how=str(rng.choice(["build", "edition", "brief"], p=[0.3, 0.5, 0.2])),
        no_ids=last.no_ids,
    )  # fmt: skip
    if state.how == "edition":
        state.info["edition"] = f"e{number + 1}"
        state.forget = bool(rng.random() < 0.15)
    HAPPENS[state.event](rng, kinds, state)
    regions = [region["code"] for region in state.info["regions"]["list"]]
    state.region = str(rng.choice(regions))
    return state


def _join(rng: np.random.Generator, kinds: Kinds, state: Drawn, alike: bool = False) -> None:
    size = int(rng.integers(1, 7)) if rng.random() < 0.7 else int(rng.integers(8, 20))
    region = str(rng.choice(sorted(set(state.answers["region"]))))
    like = state.answers.sample(size, replace=True, random_state=int(rng.integers(1 << 30)))
    new = like.reset_index(drop=True)
    new["id"] = [f"q{rng.integers(1 << 40):012d}" for _ in range(size)]
    if rng.random() < 0.8:
        new["region"] = region
        if kinds.types:
            new["type"] = _own_type(rng, state.answers, region)
    if alike:
        new.loc[:, _columns(new)] = new.loc[[0] * size, _columns(new)].to_numpy()
    else:
        for name in kinds.questions:
            for column, cells in DRAW[name](Draws(rng, new)).items():
                new[column] = cells
    state.answers = pd.concat([state.answers, new], ignore_index=True)


def _own_type(rng: np.random.Generator, answers: pd.DataFrame, region: str) -> str:
    return str(rng.choice(answers.loc[answers["region"] == region, "type"].to_numpy()))


def _columns(table: pd.DataFrame) -> list[str]:
    return [name for name in table if name not in ("id", "region", "type", "weight", "g")]


def _join_alike(rng: np.random.Generator, kinds: Kinds, state: Drawn) -> None:
    _join(rng, kinds, state, alike=True)


def _leave(rng: np.random.Generator, _kinds: Kinds, state: Drawn) -> None:
    region = rng.choice(sorted(set(state.answers["region"])))
    own = state.answers.index[state.answers["region"] == region]
    gone = rng.choice(own, min(len(own) - 1, int(rng.integers(1, 6))), replace=False)
    state.answers = state.answers.drop(index=gone).reset_index(drop=True)


def _correct(rng: np.random.Generator, kinds: Kinds, state: Drawn) -> None:
    region = rng.choice(sorted(set(state.answers["region"])))
    own = state.answers.index[state.answers["region"] == region]
    rows = rng.choice(own, min(len(own), int(rng.integers(1, 5))), replace=False)
    name = str(rng.choice(kinds.questions))
    part = state.answers.loc[rows].copy()
    for column, cells in DRAW[name](Draws(rng, part)).items():
        state.answers.loc[rows, column] = cells


def _reclassify(rng: np.random.Generator, kinds: Kinds, state: Drawn) -> None:
    if kinds.types:
        region = rng.choice(sorted(set(state.answers["region"])))
        own = state.answers["region"] == region
        state.answers.loc[own, "type"] = f"t{rng.integers(1, kinds.types + 1)}"


def _merge_regions(rng: np.random.Generator, _kinds: Kinds, state: Drawn) -> None:
    regions = state.info["regions"]["list"]
    if len(regions) < 3:
        return
    one, two = rng.choice(len(regions), 2, replace=False)
    regions[one]["data"] = [*regions[one]["data"], *regions[two]["data"]]
    if rng.random() < 0.5:
        regions[one]["code"] = f"{regions[one]['code']}x"
    del regions[two]


def _merge_options(rng: np.random.Generator, _kinds: Kinds, state: Drawn) -> None:
    for question in state.codebook["questions"]:
        if question["code"] == "s" and "merge" not in question:
            names = [option["name"] for option in question["options"]]
            pair = [str(name) for name in rng.choice(names, 2, replace=False)]
            question["merge"] = [{"name": "joint", "label": "Joint", "options": pair}]


def _rename_options(_rng: np.random.Generator, _kinds: Kinds, state: Drawn) -> None:
    for question in state.codebook["questions"]:
        if question["code"] == "s" and "merge" not in question:
            for option in question["options"]:
                option["name"] = f"n{option['name']}"


def _reweigh(rng: np.random.Generator, kinds: Kinds, state: Drawn) -> None:
    if kinds.weighted and not kinds.known_weights:
        weights = state.answers["weight"].astype(float)
        state.answers["weight"] = (weights * rng.uniform(0.98, 1.02, len(weights))).round(3)


def _join_reweigh(rng: np.random.Generator, kinds: Kinds, state: Drawn) -> None:
    _join(rng, kinds, state)
    _reweigh(rng, kinds, state)


def _head_row(rng: np.random.Generator, kinds: Kinds, state: Drawn) -> None:
    _join(rng, kinds, state)
    state.answers = state.answers.iloc[::-1].reset_index(drop=True)


def _nothing(_rng: np.random.Generator, _kinds: Kinds, _state: Drawn) -> None:
    return


HAPPENS = {
    "join": _join, "join_alike": _join_alike, "leave": _leave, "correct": _correct,
    "reclassify": _reclassify, "merge_regions": _merge_regions, "merge_options": _merge_options,
    "rename_options": _rename_options, "reweigh": _reweigh, "join_reweigh": _join_reweigh,
    "head_row": _head_row, "nothing": _nothing,
}  # fmt: skip
