"""Pictures of a few pages, compared with a tolerance.

After a wanted change of the design run this file with ``UPDATE_SNAPSHOTS=1`` and look at the
pictures in ``tests/output/pdf/snapshots``.
"""

import os
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

SNAPSHOTS = Path(__file__).parent / "snapshots"
DPI = 48
LARGEST_MEAN = 0.8
"""Mean difference of grey values (0–255) that font rasterisers may make."""
LARGEST_SHARE = 0.004
"""Share of pixels that may differ by more than 48 of 255."""
PAGES = [
    ("brief", "de", 1),
    ("brief", "de", 2),
    ("brief", "en", 1),
    ("report", "de", 1),
    ("report", "de", 3),
    ("report", "de", 7),
    ("report", "en", 12),
    ("summary", "en", 1),
]


def picture_of(path, page):
    document = pypdfium2.PdfDocument(path)
    try:
        return document[page - 1].render(scale=DPI / 72).to_pil().convert("L")
    finally:
        document.close()


@pytest.mark.parametrize(("kind", "language", "page"), PAGES)
def test_page_looks_as_before(samples, tmp_path, kind, language, page):
    name = f"{kind}-{language}-{page}.png"
    actual = picture_of(samples[kind, language], page)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOTS.mkdir(exist_ok=True)
        actual.save(SNAPSHOTS / name, optimize=True)
    with Image.open(SNAPSHOTS / name) as expected:
        assert actual.size == expected.size
        difference = np.abs(np.asarray(actual, float) - np.asarray(expected, float))
    actual.save(tmp_path / name)
    assert difference.mean() < LARGEST_MEAN, f"see {tmp_path / name}"
    assert (difference > 48).mean() < LARGEST_SHARE, f"see {tmp_path / name}"


def test_a_changed_page_is_noticed(samples):
    """The tolerance is small enough that a missing block shows."""
    page = np.asarray(picture_of(samples["brief", "de"], 1), float)
    changed = page.copy()
    height = page.shape[0]
    changed[int(0.43 * height) : int(0.53 * height)] = 255
    difference = np.abs(page - changed)
    assert difference.mean() > LARGEST_MEAN
    assert (difference > 48).mean() > LARGEST_SHARE
