"""What the system refuses is told in a sentence, without a traceback."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from briefgen.config.settings import DataSource, load_settings
from briefgen.errors import BriefgenError, PublishError, SourceError
from briefgen.evidence.load import load_study
from briefgen.evidence.sources import read_table
from briefgen.pipeline.work.publish import read_manifest
from studies import small_study

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [["--help"], ["list"], ["list", "--json"]])
def test_a_full_disk_behind_standard_output_is_told(tmp_path, command):
    study = small_study(tmp_path)
    with FULL.open("wb") as full:
        run = subprocess.run(
            [sys.executable, "-m", "briefgen.cli", "--study", str(study), *command],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert run.returncode == 1
    assert "standard output: No space left on device" in run.stderr
    assert "Traceback" not in run.stderr
    assert "mistake of briefgen" not in run.stderr


def test_a_file_in_place_of_the_publications_is_told(tmp_path):
    (tmp_path / "publications").write_text("", encoding="utf-8")
    with pytest.raises(
        PublishError, match="a file stands where the folder of publications"
    ) as told:
        read_manifest(tmp_path / "publications" / "2026")
    assert told.value.where == str(tmp_path / "publications")


def test_a_data_file_that_is_none_or_closed_is_told(tmp_path, monkeypatch):
    settings = load_settings(small_study(tmp_path))
    (settings.data_folder / "folder.csv").mkdir()
    with pytest.raises(SourceError, match="is a folder, and a file is wanted"):
        read_table(DataSource(path="folder.csv"), settings.data_folder)

    def refuse(*_arguments: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:  # root may read everything
        patch.setattr(Path, "open", refuse)
        with pytest.raises(SourceError, match="cannot be read: Permission denied"):
            read_table(DataSource(path="survey.csv"), settings.data_folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes")
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((kind, name) for kind in ("pipe", "device") for name in ("study.yml", "survey.csv")),
        ("large", "codebook.yml"),
    ],
)
def test_what_would_be_read_for_ever_is_refused(tmp_path, kind, name):
    path = small_study(tmp_path) / "data" / name
    path.unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(60 << 20)
    with pytest.raises(BriefgenError) as caught:
        load_study(load_settings(tmp_path))
    assert re.search(
        "a pipe or a device|larger than 50 MB|Invalid argument|too large", str(caught.value)
    )
