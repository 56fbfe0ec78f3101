from __future__ import annotations

from pathlib import Path

import pytest
from random_studies import Draw, draw_study

from briefgen.evidence.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return draw_study(Draw(seed=3, respondents=60, regions=4, options=4), tmp_path)
