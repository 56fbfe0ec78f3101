"""Studies made so that one rule alone stands between a reader and somebody's answer.

Each is a function that returns the states of a study, as `drawing.draw_study` does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from attacker.drawing import Drawn, Kinds, make_codebook, make_info


def make(
    regions: Sequence[str],
    questions: list[str],
    cells: dict[str, Sequence[object]],
    *,
    types: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
    crossing: bool = False,
    rules: dict[str, float] | None = None,
) -> Drawn:
    """Return a study of these respondents."""
    names = sorted(set(regions))
    kinds = Kinds(
        regions=len(names),
        types=len(set(types or ())),
        questions=questions,
        subgroup=groups is not None,
        crossing=crossing,
        weighted=False,
        known_weights=False,
        rules=rules or {},
    )
    table = pd.DataFrame({"id": [f"p{n:04d}" for n in range(len(regions))], "region": regions})
    if types is not None:
        table["type"] = list(types)
    if groups is not None:
        table["g"] = list(groups)
    for column, values in cells.items():
        table[column] = [str(value) for value in values]
    return Drawn(table, make_info(kinds, names), make_codebook(kinds))


def _places(*sizes: int) -> list[str]:
    return [f"R{number}" for number, size in enumerate(sizes, 1) for _ in range(size)]


def _spread(options: int, size: int) -> list[str]:
    return [str(1 + place % options) for place in range(size)]


def all_but_one() -> list[Drawn]:
    """In one region all but one say the same; the others are large."""
    cells = ["1"] * 17 + ["2"] + _spread(3, 60)
    return [make(_places(18, 20, 20, 20), ["single"], {"s": cells})]


def nobody() -> list[Drawn]:
    """In a small region nobody gives one of the answers, in another everybody the same."""
    cells = ["1", "2"] * 6 + ["3"] * 12 + _spread(3, 60)
    return [make(_places(12, 12, 20, 20, 20), ["single"], {"s": cells})]


def item_of_nearly_all() -> list[Drawn]:
    """In a region all but one choose an item of a multiple choice."""
    columns = {
        f"m_{item}": ["1"] * (18 - rare) + ["0"] * rare + ["1", "0"] * 30
        for item, rare in (("a", 1), ("b", 9), ("c", 8))
    }
    return [make(_places(18, 20, 20, 20), ["multiple"], columns)]


def item_of_all() -> list[Drawn]:
    """In a small region everybody chooses an item of a multiple choice."""
    columns = {
        f"m_{item}": ["1"] * (12 - rare) + ["0"] * rare + ["1", "0"] * 30
        for item, rare in (("a", 0), ("b", 6), ("c", 5))
    }
    return [make(_places(12, 20, 20, 20), ["multiple"], columns)]


def small_base() -> list[Drawn]:
    """Two regions of nine, whose answers are all frequent enough to be shown."""
    cells = ["1", "2", "3"] * 6 + _spread(3, 60)
    return [make(_places(9, 9, 20, 20, 20), ["single"], {"s": cells})]


def two_of_three() -> list[Drawn]:
    """Two regions with two of an answer each; nation and all others are shown."""
    region = ["1"] * 2 + ["2"] * 9 + ["3"] * 9
    cells = region + _spread(3, 60) + region
    return [make(_places(20, 20, 20, 20, 20), ["single"], {"s": cells})]


def zeros() -> list[Drawn]:
    """All twelve of a region count nothing; elsewhere they differ."""
    counts = ["0"] * 12 + [str(place % 6) for place in range(60)]
    return [make(_places(12, 20, 20, 20), ["count"], {"c": counts})]


def giant() -> list[Drawn]:
    """One firm of a region is larger than all others together."""
    sizes = [500, *range(1, 20)] + [5 + place % 70 for place in range(60)]
    return [make(_places(20, 20, 20, 20), ["amount"], {"a": sizes})]


def two_giants() -> list[Drawn]:
    """Two firms leave little to all others of their region."""
    sizes = [480, 500, *([1, 2, 3] * 6)] + [5 + place % 70 for place in range(60)]
    return [make(_places(20, 20, 20, 20), ["amount"], {"a": sizes})]


def ranked_alike() -> list[Drawn]:
    """All of a region rank alike but one, who puts another item last."""
    orders = ["123"] * 17 + ["132"] + ["123", "231", "312", "213", "132", "321"] * 10
    columns = {f"r_{item}": [order[place] for order in orders] for place, item in enumerate("xyz")}
    return [make(_places(18, 20, 20, 20), ["ranking"], columns)]


def index_alike() -> list[Drawn]:
    """All of a region give the highest answer to both items of an index."""
    one = ["3"] * 14 + _spread(3, 60)
    other = ["3"] * 13 + ["2"] + _spread(3, 60)[::-1]
    return [make(_places(14, 20, 20, 20), ["battery"], {"b_u": one, "b_v": other})]


def opener() -> list[Drawn]:
    """All but one of a region are asked a filtered question, which few leave open."""
    opens = ["1"] * 39 + ["2"] + ["1", "2"] * 30
    follow = ["1", "2", "3"] * 12 + [""] * 4 + ["1", "", "2", "", "3", ""] * 10
    return [make(_places(40, 20, 20, 20), ["filter"], {"f": opens, "h": follow})]


def parts_of_types() -> list[Drawn]:
    """Two of a region lie in another type; type and other regions tell of them."""
    regions = _places(20, 20, 20, 20)
    types = ["t1"] * 18 + ["t2"] * 2 + ["t1"] * 20 + ["t2"] * 40
    cells = [*_spread(3, 18), "1", "1", *_spread(3, 60)]
    return [make(regions, ["single"], {"s": cells}, types=types)]


def straddling() -> list[Drawn]:
    """Two of each region lie in the type of the other: regions and types together tell of both."""
    types = ["t1"] * 18 + ["t2"] * 2 + ["t1"] * 2 + ["t2"] * 18
    own = ["1"] * 8 + ["2"] * 5 + ["3"] * 5
    cells = [*own, "1", "1", "2", "3", *_spread(3, 18)]
    return [make(_places(20, 20), ["single"], {"s": cells}, types=types)]


def joined(extra: Sequence[str]) -> list[Drawn]:
    """A region of fourteen, which some join before the next edition."""
    regions, cells = _places(16, 20, 20, 20), ["1", "2"] * 5 + ["3"] * 6 + _spread(3, 60)
    first = make(regions, ["single"], {"s": cells})
    new = pd.DataFrame(
        {"id": [f"q{n}" for n in range(len(extra))], "region": "R1", "s": list(extra)}
    )
    second = Drawn(
        pd.concat([first.answers, new], ignore_index=True),
        {**first.info, "edition": "e2"},
        first.codebook,
        event="join",
        how="edition",
    )
    return [first, second]


def one_joins() -> list[Drawn]:
    """One joins a region."""
    return joined(["1"])


def three_join_alike() -> list[Drawn]:
    """Twelve join a region and give the same answer."""
    return joined(["2"] * 12)


def reclassified() -> list[Drawn]:
    """A region of five moves from one type to the other."""
    regions = _places(5, 25, 25, 25)
    types = ["t1"] * 30 + ["t2"] * 50
    rng = np.random.default_rng(3)
    cells = ["1"] * 4 + ["2"] + [str(one) for one in rng.choice(["1", "2", "3"], 75)]
    first = make(regions, ["single"], {"s": cells}, types=types)
    table = first.answers.copy()
    table.loc[table["region"] == "R1", "type"] = "t2"
    second = Drawn(table, {**first.info, "edition": "e2"}, first.codebook, "reclassify", "edition")
    return [first, second]


def cell_grows() -> list[Drawn]:
    """Nine of a region lie in the type of another; twelve more join them in the next edition.

    Then type and region may both be shown; that nobody of the region gives an answer, now or then,
    must not tell of the nine beside the type's earlier value.
    """
    regions = _places(21, 34, 25, 25)
    types = ["t1"] * 30 + ["t2"] * 75
    cells = ["2", "3"] * 10 + ["2"] + ["1", "2", "3"] * 3 + _spread(3, 75)
    first = make(regions, ["single"], {"s": cells}, types=types)
    new = pd.DataFrame(
        {
            "id": [f"q{n}" for n in range(22)],
            "region": ["R1"] * 10 + ["R2"] * 12,
            "type": ["t1"] * 22,
            "s": ["2", "3"] * 5 + _spread(3, 12),
        }
    )
    table = pd.concat([first.answers, new], ignore_index=True)
    second = Drawn(table, {**first.info, "edition": "e2"}, first.codebook, "join", "edition")
    return [first, second]


STUDIES: list[Callable[[], list[Drawn]]] = [
    all_but_one, nobody, item_of_nearly_all, item_of_all, small_base, two_of_three, zeros, giant,
    two_giants, ranked_alike, index_alike, opener, parts_of_types, straddling, one_joins,
    three_join_alike, reclassified, cell_grows,
]  # fmt: skip
