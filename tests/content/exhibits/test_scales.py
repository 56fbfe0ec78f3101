"""Axes end, and are divided, at round numbers."""

import pytest

from briefgen.content.exhibits.bars import scale_end
from briefgen.content.exhibits.lookup import Datum
from evidence_by_hand import make_evidence


@pytest.mark.parametrize(
    ("most", "end"),
    [
        (0.31, 0.4),
        (0.97, 1.0),
        (27.4, 32.0),
        (49.2, 60.0),
        (55.0, 60.0),
        (4.0, 4.0),
        (410.0, 600.0),
    ],
)
def test_a_scale_reaches_the_largest_value_and_its_quarters_are_round(most, end):
    evidence = make_evidence("survey:q05_members.median@DE", most, low=None, high=None)
    found = scale_end([Datum(evidence.key, "", "", "DE", evidence)])
    assert found == pytest.approx(end)
    assert most <= found
