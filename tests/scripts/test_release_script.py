"""A release sets version, section, commit and tag, or changes nothing."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path

import pytest

import release

DAY = dt.date(2026, 12, 1)
CHANGES = "### Added\n\n- A first thing."


def git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words],  # noqa: S607 - wherever it stands
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository as ours, at version 0.1.0 and with one older release."""
    (tmp_path / release.VERSION_FILE).parent.mkdir(parents=True)
    (tmp_path / release.VERSION_FILE).write_text('"""Doc."""\n\n__version__ = "0.1.0"\n', "utf-8")
    text = f"# Changes\n\n## Unreleased\n\n{CHANGES}\n\n## 0.0.9 – 2026-01-01\n\n- Old.\n"
    (tmp_path / release.CHANGELOG).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.name", "A. Author")
    git(tmp_path, "config", "user.email", "a@example.org")
    git(tmp_path, "config", "commit.gpgsign", "false")
    git(tmp_path, "config", "tag.gpgsign", "false")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "-m", "Begin")
    return tmp_path


@pytest.mark.parametrize("version", ["0.1.0", "0.2.0", "1.0.0"])
def test_a_release_is_a_version_a_section_and_a_tag(repository: Path, version: str):
    release.release(repository, version, DAY)
    assert f'__version__ = "{version}"' in (repository / release.VERSION_FILE).read_text("utf-8")
    assert (repository / release.CHANGELOG).read_text(encoding="utf-8") == (
        f"# Changes\n\n## Unreleased\n\n## {version} – 2026-12-01\n\n{CHANGES}\n\n"
        "## 0.0.9 – 2026-01-01\n\n- Old.\n"
    )
    assert git(repository, "describe", "--exact-match") == f"v{version}"
    assert git(repository, "log", "-1", "--format=%s") == f"Release {version}"
    assert git(repository, "tag", "-l", "--format=%(contents)") == f"{version}\n\n{CHANGES}"
    assert git(repository, "status", "--porcelain") == ""


def spoil_nothing(_root: Path) -> None:
    pass


def leave_a_change(root: Path) -> None:
    (root / "new.txt").touch()


def set_the_tag(root: Path) -> None:
    git(root, "tag", "v0.2.0")


def empty_the_section(root: Path) -> None:
    (root / release.CHANGELOG).write_text("## Unreleased\n\n## 0.0.9\n\n- Old.\n", "utf-8")
    git(root, "commit", "--quiet", "-am", "Empty")


@pytest.mark.parametrize(
    ("version", "spoil", "told"),
    [
        ("0.0.9", spoil_nothing, "0.0.9 comes before 0.1.0"),
        ("0.2", spoil_nothing, "is no version"),
        ("0.2.0", leave_a_change, "not committed"),
        ("0.2.0", set_the_tag, "v0.2.0 is there already"),
        ("0.2.0", empty_the_section, "nothing under"),
    ],
)
def test_what_cannot_be_released_changes_nothing(repository: Path, version, spoil, told):
    spoil(repository)
    before = git(repository, "log", "-1", "--format=%H"), git(repository, "tag")
    files = [repository / release.VERSION_FILE, repository / release.CHANGELOG]
    content = [path.read_bytes() for path in files]
    with pytest.raises(release.ReleaseError, match=told):
        release.release(repository, version, DAY)
    assert (git(repository, "log", "-1", "--format=%H"), git(repository, "tag")) == before
    assert [path.read_bytes() for path in files] == content


def test_our_own_files_are_of_the_form_that_a_release_wants():
    source = (release.ROOT / release.VERSION_FILE).read_text(encoding="utf-8")
    assert '__version__ = "99.0.0"' in release.set_version(source, "99.0.0")
    assert "## Unreleased\n" in (release.ROOT / release.CHANGELOG).read_text(encoding="utf-8")
