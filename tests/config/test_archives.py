"""Archives that are damaged, or made for another program, are refused in a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from briefgen.config.textfiles import open_archive, read_member
from briefgen.errors import SourceError

PARTS = {"project.qde": b"<Project/>" * 9, "sources/ä.txt": b"words " * 9}


def pack() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in PARTS.items():
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("value", [0, 101, 255])
def test_a_wrong_byte_anywhere_changes_no_part_without_a_word(tmp_path, value):
    """101 as the version of the format is one that Python's reader does not know."""
    whole, path = pack(), tmp_path / "p.qdpx"
    refused: list[SourceError] = []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([value]) + whole[place + 1 :])
        try:
            with open_archive(path, path.name) as archive:
                for name in archive.namelist():
                    read = read_member(archive, name, path.name)
                    assert read in {*PARTS.values(), b""}
        except SourceError as error:
            refused.append(error)
    assert len(refused) > 50
    assert {error.where for error in refused} == {path.name}
