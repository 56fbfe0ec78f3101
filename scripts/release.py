"""Make a release: version, section of the changelog, commit and tag.

Usage: ``python scripts/release.py VERSION`` (``make release VERSION=…`` tests first). What stands
under "Unreleased" in ``CHANGELOG.md`` becomes the section of the version and the text of the tag.
Nothing is pushed. ``docs/releasing.md`` tells the whole way.
"""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
VERSION_FILE: Final = "src/briefgen/__init__.py"
CHANGELOG: Final = "CHANGELOG.md"
_VERSION: Final = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
_NUMBERS: Final = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_UNRELEASED: Final = re.compile(
    r"^## Unreleased\n(?P<changes>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE
)


class ReleaseError(Exception):
    """Why there can be no release now; the text says what to do."""


def read_version(text: str) -> tuple[int, int, int]:
    """Read ``MAJOR.MINOR.PATCH``."""
    found = _NUMBERS.fullmatch(text)
    if found is None:
        raise ReleaseError(f"{text!r} is no version: write MAJOR.MINOR.PATCH, such as 0.2.0")
    major, minor, patch = map(int, found.groups())
    return major, minor, patch


def set_version(source: str, version: str) -> str:
    """Return the package's ``__init__`` with a new version, which may not be an earlier one."""
    found = _VERSION.search(source)
    if found is None:
        raise ReleaseError(f'{VERSION_FILE} has no line __version__ = "…"')
    if read_version(version) < read_version(found["version"]):
        raise ReleaseError(f"{version} comes before {found['version']}")
    return _VERSION.sub(f'__version__ = "{version}"', source)


def close_section(changelog: str, version: str, date: dt.date) -> tuple[str, str]:
    """Give what is unreleased the version's name; return the changelog and these changes."""
    found = _UNRELEASED.search(changelog)
    changes = found["changes"].strip() if found else ""
    if found is None or not changes:
        raise ReleaseError(f'{CHANGELOG} has nothing under "## Unreleased": write what changed')
    section = f"## Unreleased\n\n## {version} – {date.isoformat()}\n\n{changes}\n"
    rest = changelog[found.end() :]
    return changelog[: found.start()] + section + ("\n" + rest if rest else ""), changes


def release(root: Path, version: str, date: dt.date) -> None:
    """Write version and changelog, commit both and tag the commit."""
    if _git(root, "status", "--porcelain"):
        raise ReleaseError("there are changes that are not committed: commit or remove them")
    if _git(root, "tag", "--list", f"v{version}"):
        raise ReleaseError(f"the tag v{version} is there already")
    source = set_version((root / VERSION_FILE).read_text(encoding="utf-8"), version)
    changelog, changes = close_section(
        (root / CHANGELOG).read_text(encoding="utf-8"), version, date
    )
    (root / VERSION_FILE).write_text(source, encoding="utf-8")
    (root / CHANGELOG).write_text(changelog, encoding="utf-8")
    _git(root, "commit", "--quiet", "-m", f"Release {version}", VERSION_FILE, CHANGELOG)
    # Markdown's headings begin with #, which Git takes for comments unless it keeps all
    _git(root, "tag", "-a", f"v{version}", "--cleanup=verbatim", "-m", f"{version}\n\n{changes}\n")


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(root), *words],  # noqa: S607 - wherever it stands
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise ReleaseError(f"git {words[0]} failed: {done.stderr.strip()}")
    return done.stdout.strip()


def main(arguments: list[str]) -> int:
    """Release the version that is named; return the exit code."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    try:
        release(ROOT, arguments[0], dt.datetime.now(tz=dt.UTC).date())
    except ReleaseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"released {arguments[0]}; to publish it: git push --follow-tags")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
