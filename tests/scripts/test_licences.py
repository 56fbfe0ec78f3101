"""The page of licences is of what is installed, and a package without a licence stops it."""

from __future__ import annotations

from importlib.metadata import distribution

import pytest

import list_licences


def test_the_page_is_current():
    assert list_licences.PAGE.read_text(encoding="utf-8") == list_licences.make_page(), (
        "run make licences"
    )


@pytest.mark.parametrize(
    ("name", "licence"),
    [("pydantic", "MIT"), ("lxml", "BSD-3-Clause"), ("weasyprint", "BSD License")],
)
def test_licences_are_those_that_packages_state(name, licence):
    assert list_licences.name_licence(distribution(name)) == licence


def test_what_needs_what_is_followed_to_its_end():
    names = {found.metadata["Name"].lower() for found in list_licences.list_needed(iter(["rich"]))}
    assert {"rich", "markdown-it-py", "mdurl"} <= names
    assert "pytest" not in names


def test_a_package_without_a_licence_stops_the_page(monkeypatch):
    monkeypatch.setattr(list_licences, "name_licence", lambda _package: "")
    with pytest.raises(SystemExit, match="no licence in the metadata of"):
        list_licences.make_page()
