"""A few of the kills that ``make kill-test`` does by the hundred, and a check that it can fail."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import run as kill_run

pytestmark = pytest.mark.slow


def test_killed_builds_leave_whole_publications(tmp_path: Path):
    assert kill_run.run(4, 3, tmp_path / "study") == (4, 0)


def test_damage_is_seen(tmp_path: Path):
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "a.pdf").write_bytes(b"%PDF-1.7 cut off")
    found = kill_run.find_damage(tmp_path, [{"de/a.pdf": "0"}])
    assert [line.split(" ")[0] for line in found] == ["de/a.pdf", "a.pdf", "the"]
