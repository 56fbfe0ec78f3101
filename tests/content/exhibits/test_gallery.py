"""Every chart, in both languages and at both widths: nothing is clipped or printed over."""

from __future__ import annotations

import re

import pytest

from briefgen.config.settings import load_settings
from briefgen.content.exhibits import CHARTS, FigureSpec, draw_figure
from exhibits_by_hand import HIDDEN_REGION, REPOSITORY, picture_size, text_boxes

SETTINGS = load_settings(REPOSITORY)
QUESTIONS = [q.code for q in SETTINGS.codebook.questions if q.type != "open"]
BATTERY = next(q.code for q in SETTINGS.codebook.questions if q.type == "battery")
SHARE = next(v for v in SETTINGS.variables.values() if v.boxes)
REF = f"{SHARE.code}.{SHARE.boxes[0].name}"
NATION = SETTINGS.nation
REGIONS = tuple(SETTINGS.regions)
LONG = max(SETTINGS.regions.values(), key=lambda region: len(region.name["de"])).code

SPECS = {
    **{f"question {code}": {"refs": (code,)} for code in QUESTIONS},
    "dots of a battery": {"kind": "dots", "refs": (BATTERY,)},
    "dots of regions": {"kind": "dots", "refs": (REF,), "domains": REGIONS},
    "stacked regions": {"kind": "stacked", "refs": (SHARE.code,), "domains": REGIONS},
    "one measure": {"refs": (REF,)},
    "map": {"kind": "tile_map", "refs": (REF,)},
    "multiples": {"kind": "multiples", "refs": (BATTERY,)},
    "factors": {"kind": "factor_matrix"},
    "consensus": {"kind": "consensus"},
    "priority": {"kind": "priority"},
    "response": {"kind": "response"},
    "spine, part 1": {"kind": "spine", "options": {"part": 1}},
    "spine, part 2": {"kind": "spine", "options": {"part": 2}},
}


CASES = [
    pytest.param(name, width, domain, id=f"{name}, {width:.0f} mm, {domain}")
    for name in SPECS
    for width, domain in ((85.0, LONG), (170.0, LONG), (85.0, HIDDEN_REGION), (170.0, NATION))
]


@pytest.mark.parametrize(("name", "width", "domain"), CASES)
def test_texts_stand_inside_the_picture_and_beside_each_other(name, width, domain, draw):
    exhibit = draw(FigureSpec(id="fig-x", width_mm=width, domain=domain, **SPECS[name]))
    boxes = text_boxes(exhibit.svg)
    right, bottom = picture_size(exhibit.svg)
    outside = [
        box.text
        for box in boxes
        if box.left < -0.5 or box.top < -0.5 or box.right > right + 0.5 or box.bottom > bottom + 0.5
    ]
    over = [
        (box.text, other.text)
        for index, box in enumerate(boxes)
        for other in boxes[index + 1 :]
        if box.overlaps(other)
    ]
    assert (outside, over) == ([], [])
    assert boxes
    assert_flat(exhibit.svg)
    assert_told(exhibit)


def assert_flat(svg):
    assert set(re.findall(r"<(\w+)", svg)) <= {"svg", "path", "circle", "text"}
    assert not re.search(r"\d\.\d{3}", svg)
    assert min(float(size) for size in re.findall(r'font-size="([\d.]+)"', svg)) >= 8


def assert_told(exhibit):
    assert exhibit.headline
    assert exhibit.subtitle
    assert exhibit.note
    assert exhibit.headline.rstrip(".") not in exhibit.alt  # both are read one after the other
    shown = [row["key"] for row in exhibit.data if row["status"] != "not available"]
    assert exhibit.keys == tuple(dict.fromkeys(shown))
    assert "{" not in exhibit.headline + exhibit.subtitle + exhibit.note + exhibit.alt


@pytest.fixture
def draw(released, settings, locale, brand):
    return lambda spec: draw_figure(spec, released, settings, locale, brand)


def test_every_chart_is_in_the_gallery():
    drawn = {spec.get("kind") for spec in SPECS.values()}
    assert set(CHARTS) - drawn == {"bars", "diverging"}  # chosen by the questions' types


@pytest.mark.parametrize("kind", ["bars", "stacked", "tile_map", "multiples", "consensus"])
def test_the_same_drawing_gives_the_same_bytes(kind, released, settings, german, brand):
    refs = () if kind == "consensus" else (REF,) if kind == "tile_map" else (BATTERY,)
    spec = FigureSpec(id="fig-x", kind=kind, refs=refs, domain=LONG)
    first, second = (draw_figure(spec, released, settings, german, brand) for _ in range(2))
    assert first == second
