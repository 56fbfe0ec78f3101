"""Temporary folders are removed, those of killed processes by whoever comes next."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from briefgen.output.scratch import remove_abandoned, scratch_folder

HOLD = """
import sys, time
from briefgen.output.scratch import scratch_folder
with scratch_folder("test") as folder:
    (folder / "file").touch()
    print(folder, flush=True)
    time.sleep(60)
"""


def test_what_a_killed_process_leaves_is_removed_and_what_is_used_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with (
        subprocess.Popen(
            [sys.executable, "-c", HOLD],
            stdout=subprocess.PIPE,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        ) as process,
        scratch_folder("own") as own,
    ):
        assert process.stdout.readline()
        hours_ago = time.time() - 3600
        for folder in tmp_path.iterdir():
            os.utime(folder, (hours_ago, hours_ago))
        remove_abandoned(tmp_path)
        assert len(list(tmp_path.iterdir())) == 2
        process.kill()
        process.wait()
        remove_abandoned(tmp_path)
        assert list(tmp_path.iterdir()) == [own.parent]
    assert list(tmp_path.iterdir()) == []
