"""What counts as an empty page."""

from __future__ import annotations

import pytest
from emptiness import find_empty


@pytest.mark.parametrize(
    ("fill", "front", "found"),
    [
        ([0.9, 0.72, 0.9], 0, []),
        ([0.9, 0.69, 0.9], 0, [2]),
        ([0.3, 0.3, 0.9, 0.9], 2, []),
        ([0.9, 0.9, 0.52], 0, []),
        ([0.9, 0.9, 0.45], 0, [3]),
    ],
    ids=["a quarter", "more", "cover and imprint", "half of the last page", "less of it"],
)
def test_a_page_may_be_a_quarter_empty_and_the_last_one_half(fill, front, found):
    assert find_empty(fill, front) == found
