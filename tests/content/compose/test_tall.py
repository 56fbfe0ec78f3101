"""No row of a chart is lost, however many there are: it is shown in parts that pages hold."""

from __future__ import annotations

import re

import yaml

from briefgen.config.settings import load_settings
from briefgen.content.compose import Composer
from briefgen.content.exhibits.figures import MOST_HEIGHT_MM
from briefgen.model import DocumentKey, Kind
from evidence_by_hand import make_evidence, make_released
from plain_study import plain_study

KEY = DocumentKey(Kind.SUMMARY, "", "", "de", "2026")
POINTS_PER_MM = 72 / 25.4
REGIONS = [f"R{number:02d}" for number in range(96)]


def test_96_regions_and_500_options_are_all_shown(tmp_path):
    study = plain_study(tmp_path / "study", regions=dict.fromkeys(REGIONS, 1 / 96))
    path = study / "data" / "codebook.yml"
    book = yaml.safe_load(path.read_text(encoding="utf-8"))
    items = [{"name": f"i{number}", "label": f"Wahl {number}."} for number in range(500)]
    question = {"code": "q90", "type": "multiple", "text": "Welche?", "label": "Wahl"}
    book["questions"].append(question | {"items": items, "delimiter": ";"})
    path.write_text(yaml.safe_dump(book), encoding="utf-8")
    (study / "reports" / "summary.qmd").write_text(
        '---\ntitle: K\n---\n\n{{ figure("q02_steering.frequent", domains=regions) }}\n\n'
        '{{ figure("q90") }}\n',
        encoding="utf-8",
    )
    values = {f"survey:q02_steering.frequent@{code}": 0.4 for code in (*REGIONS, "DE")}
    values |= {f"survey:q90.i{number}@DE": 0.2 for number in range(500)}
    released = make_released(*(make_evidence(key, value) for key, value in values.items()))
    composed = Composer(load_settings(study), released).compose(KEY, tmp_path / "out")
    drawn = ""
    for name in composed.exhibits:
        svg = (tmp_path / "out" / "exhibits" / f"{name}.svg").read_text(encoding="utf-8")
        height = float(re.search(r'viewBox="0 0 \S+ (\S+)"', svg)[1])
        assert height <= MOST_HEIGHT_MM * POINTS_PER_MM
        drawn += svg
    assert {f"Gebiet {code}" for code in REGIONS} <= set(re.findall(r"Gebiet R\d\d", drawn))
    assert {f"Wahl {number}." for number in range(500)} <= set(re.findall(r"Wahl \d+\.", drawn))
