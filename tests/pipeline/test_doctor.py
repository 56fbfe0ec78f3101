"""The doctor tells what lacks, with the command of this system that installs it."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from briefgen.config.extras import EXTRAS
from briefgen.errors import SettingsError
from briefgen.pipeline import doctor

ROOT = Path(__file__).resolve().parents[2]


def find(what: str) -> doctor.Diagnosis:
    return next(one for one in doctor.examine_machine() if what in one.what)


@pytest.mark.parametrize(
    ("program", "command"),
    [
        ("apt-get", "apt-get install libpango-1.0-0"),
        ("dnf", "dnf install pango"),
        ("brew", "brew install pango"),
        (None, "apt-get install libpango-1.0-0"),
    ],
)
def test_a_library_that_lacks_is_installed_as_the_system_does_it(program, command, monkeypatch):
    monkeypatch.setattr(doctor.ctypes.util, "find_library", lambda _name: None)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: name if name == program else None)
    lacks = find("libpango-1.0")
    assert (lacks.ok, lacks.needed) == (False, True)
    assert lacks.remedy.startswith(command)


def test_packages_that_lack_or_are_too_old_are_told_one_by_one(monkeypatch):
    versions = {"click": "8.0.9", "jinja2": "3.1.10"}

    def version(name: str) -> str:
        if name not in versions:
            raise importlib.metadata.PackageNotFoundError(name)
        return versions[name]

    wanted = ["click>=8.1", "jinja2>=3.1.6", "none>=2", 'far>=1; extra == "docs"']
    monkeypatch.setattr(doctor.importlib.metadata, "requires", lambda _name: wanted)
    monkeypatch.setattr(doctor.importlib.metadata, "version", version)
    told = {one.what: one for one in doctor.examine_machine() if one.what.startswith("Python")}
    assert list(told) == ["Python package click", "Python package none"]
    assert told["Python package none"].remedy == f"{sys.executable} -m pip install 'none>=2'"
    assert told["Python package click"].found == "8.0.9"


def test_an_installation_without_templates_is_told(monkeypatch):
    def lack(_name: str) -> None:
        raise SettingsError("the default reports are missing from this installation")

    monkeypatch.setattr(doctor, "defaults_folder", lack)
    assert not find("templates").ok


@pytest.mark.slow  # starts a program
def test_the_doctor_comes_where_packages_lack():
    lacks = "import sys; sys.modules |= dict.fromkeys(('weasyprint', 'pypandoc', 'lxml', 'pandas'))"
    code = f"{lacks}; from briefgen.cli import main; main(['doctor'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "Python packages" in done.stdout
    assert not done.stderr


def test_extras_are_those_of_the_package_and_can_be_done_without(monkeypatch):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = project["optional-dependencies"]
    assert {name: re.match(r"[\w-]+", texts[0])[0] for name, texts in declared.items()} == {
        name: extra.package for name, extra in EXTRAS.items()
    }
    monkeypatch.setattr(doctor, "has_extra", lambda name: name == "office")
    assert find("extra office").ok
    lacks = find("extra desk (briefgen watch)")
    assert (lacks.ok, lacks.needed) == (False, False)
    assert lacks.remedy.endswith("-m pip install 'briefgen[desk]'")
