"""The wheel has all that it needs, and works where the repository is unknown."""

from __future__ import annotations

import zipfile

import pytest

import try_package


@pytest.mark.slow
def test_the_tutorial_works_with_the_wheel_in_an_empty_environment(tmp_path, capsys):
    assert try_package.main([str(tmp_path)]) == 0
    told = capsys.readouterr().out
    assert [line for line in told.split("\n") if line.startswith("ok")] == [
        f"ok   {trial}" for trial in try_package.list_trials()
    ]
    assert any("briefgen brief" in line for line in told.split("\n"))


def test_what_the_wheel_lacks_is_found(tmp_path):
    wheel = tmp_path / "empty.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("briefgen/__init__.py", "")
    lacking = set(try_package.find_lacking(wheel))
    assert {"src/briefgen/py.typed", "reports/brief.qmd", "styles/_brand.yml"} <= lacking
    assert "src/briefgen/__init__.py" not in lacking
