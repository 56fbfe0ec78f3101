"""Build the source archive and the wheel, and try the wheel in an empty environment elsewhere.

Usage: ``python scripts/try_package.py [TARGET]``, by default ``dist``. The wheel is built from the
unpacked source archive, so that both are whole. The environment knows the wheel alone, and the
dependencies of the one that runs this (nothing is downloaded). In it, outside of the repository,
the commands of ``docs/tutorial.md`` are run: a study begun from a file, checked, a brief printed;
and a brief of the demonstration study.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CARRIED: Final = {
    "src/briefgen": "briefgen",
    "reports": "briefgen/defaults/reports",
    "styles": "briefgen/defaults/styles",
    "examples": "briefgen/defaults/examples",
    "data": "briefgen/defaults/examples/demonstration/data",
}
"""Folders of the repository, and where the wheel has what they hold."""
MADE: Final = {"__pycache__", "publications", ".briefgen"}
TUTORIAL: Final = ROOT / "docs" / "tutorial.md"
BESIDE: Final = (
    "briefgen --version",
    "briefgen doctor",
    "briefgen schema study",
    "briefgen init empty",
    "briefgen init demonstration --example demonstration",
    "briefgen brief Bayern KMU --language de --study demonstration",
)
"""What is tried beside the commands of the tutorial."""


def build(target: Path) -> Path:
    """Build both into ``target``; return the wheel."""
    made = _hatch(ROOT, "sdist", target)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(made) as archive:
            archive.extractall(folder)  # noqa: S202 - our own; filters came with Python 3.11.4
        return _hatch(Path(folder) / made.name.removesuffix(".tar.gz"), "wheel", target)


def _hatch(source: Path, kind: str, target: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return max(target.glob({"sdist": "*.tar.gz", "wheel": "*.whl"}[kind]), key=os.path.getmtime)


def find_lacking(wheel: Path) -> Iterator[str]:
    """Yield each file of the repository that the wheel should carry and does not."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for folder, inside in CARRIED.items():
        for path in sorted((ROOT / folder).rglob("*")):
            name = path.relative_to(ROOT / folder)
            if path.is_file() and not MADE & set(name.parts) and f"{inside}/{name}" not in names:
                yield f"{folder}/{name}"


def make_environment(folder: Path, wheel: Path) -> Path:
    """Make an environment with the wheel and our dependencies; return its ``briefgen``."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet"]
    subprocess.run([*command, "--no-index", "--no-deps", str(wheel)], check=True)
    site = next(folder.glob("lib/python*/site-packages"))
    # a line in a .pth file adds a folder behind the environment's own; it does not read that
    # folder's .pth files, so the repository stays unknown
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder / "bin" / "briefgen"


def list_trials() -> list[str]:
    """Return the commands to try in their order; each has to end well."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```$", TUTORIAL.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    lines = "".join(blocks).replace("\\\n", "").splitlines()
    return [*BESIDE, *(" ".join(line.split()) for line in lines if line)]


def try_out(program: Path, folder: Path) -> None:
    """Run all trials in ``folder``, as somebody would who types them."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PATH"] = f"{program.parent}{os.pathsep}{environment.get('PATH', '')}"
    for trial in list_trials():
        done = subprocess.run(
            ["/bin/bash", "-c", trial],
            cwd=folder,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"error: {trial}\n{done.stdout}{done.stderr}")
        print(f"ok   {trial}")


def main(arguments: list[str]) -> int:
    """Build, look and try; return the exit code."""
    target = Path(arguments[0]) if arguments else ROOT / "dist"
    wheel = build(target)
    lacking = list(find_lacking(wheel))
    for name in lacking:
        print(f"error: the wheel lacks {name}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        program = make_environment(Path(folder) / "environment", wheel)
        elsewhere = Path(folder) / "elsewhere"
        elsewhere.mkdir()
        try_out(program, elsewhere)
    print(wheel)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
