"""Panel sheets with one row for each expert, beside the same ratings one below another."""

from __future__ import annotations

import io

import pandas as pd

from briefgen.evidence.panel import estimate_panel, read_panel
from qualitative_by_hand import PANEL, qualitative_study, read_study


def widen(panel: str) -> str:
    """Write the same ratings with one row for each expert and round."""
    table = pd.read_csv(io.StringIO(panel), dtype=str, keep_default_na=False)
    table["column"] = table["statement"] + "_" + table["dimension"]
    keys = ["expert", "round"]
    wide = table.pivot_table("rating", keys, "column", "first")
    for language in ("de", "en"):
        told = table[table[f"comment_{language}"] != ""].drop_duplicates([*keys, "statement"])
        comments = told.pivot_table(f"comment_{language}", keys, "statement", "first")
        wide = wide.join(comments.add_suffix(f" Comment_{language}"))
    return wide.fillna("").reset_index().to_csv(index=False)


def test_a_sheet_with_one_row_for_each_expert_says_the_same(tmp_path):
    long, wide = (
        read_study(qualitative_study(tmp_path / name, {"panel.csv": panel}))
        for name, panel in (("long", PANEL), ("wide", widen(PANEL)))
    )
    pd.testing.assert_frame_equal(
        estimate_panel(wide).set_index("key").sort_index(),
        estimate_panel(long).set_index("key").sort_index(),
    )
    assert {comment for _, comment in wide.panel.comments} == {
        comment for _, comment in long.panel.comments
    }


def test_a_wide_sheet_names_its_column_in_messages(tmp_path):
    sheet = "expert,s01_agreement,s02.agreement,s01_agrement\ne1,8,42,7\n"
    settings = qualitative_study(tmp_path, {"panel.csv": sheet})
    _, problems = read_panel(settings)
    assert ("s01_agrement", 1, "warning") in [(p.column, p.row, p.severity) for p in problems]
    assert ("s02.agreement", 2, "error") in [(p.column, p.row, p.severity) for p in problems]
