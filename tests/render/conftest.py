"""Documents to render, and a program that behaves like Quarto's command line."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from briefgen.render.pandoc import PandocEngine

FAKE = """#!{python}
import json, pathlib, sys, time
import yaml
if "--version" in sys.argv:
    print("{version}")
    sys.exit()
option = lambda name: sys.argv[sys.argv.index(name) + 1]
root, to = pathlib.Path(sys.argv[2]), option("--to")
log = open(option("--log"), "w")
calls = pathlib.Path("{calls}")
settings = yaml.safe_load((root / "_quarto.yml").read_text())
with calls.open("a") as book:
    extra = [path.read_text() for path in sorted(root.glob("*/_metadata.yml"))]
    book.write(json.dumps([str(root), to, settings, extra]) + "\\n")
for name in settings["project"]["render"]:
    text = (root / name).read_text()
    if "SLEEP" in text:
        time.sleep(60)
    if "FAIL" in text:
        print(json.dumps({{"levelName": "WARN", "msg": "some warning"}}), file=log)
        print("not json", file=log)
        print(json.dumps({{"levelName": "ERROR",
                          "msg": "\\x1b[31mbad things in " + name
                                 + " (line 7)\\x1b[0m"}}), file=log)
        sys.exit(1)
    if "NOTHING" in text:
        continue
    out = root / settings["project"]["output-dir"] / pathlib.Path(name).with_suffix("." + to)
    out.parent.mkdir(parents=True, exist_ok=True)
    main = "section" if "NOMAIN" in text else "main"
    start = "<" + main + ' class="content" id="quarto-document-content">'
    body = "<script>1</script><p>" + text.split()[-1] + "</p>"
    out.write_text("<html><body><nav>menu</nav>" + start + body + "</" + main + "></body></html>")
"""


@pytest.fixture
def write(tmp_path):
    """Write a document into a folder of its own and return its path."""

    def write(text: str, name: str = "doc") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        path = folder / "document.qmd"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def pandoc():
    with PandocEngine() as engine:
        yield engine


@pytest.fixture
def fake_quarto(tmp_path, monkeypatch):
    """Put a program in QUARTO_PATH that answers as Quarto does; return its log of calls."""

    def install(version: str = "1.7.32") -> Path:
        calls = tmp_path / "calls.jsonl"
        program = tmp_path / "quarto"
        program.write_text(FAKE.format(python=sys.executable, version=version, calls=calls))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("QUARTO_PATH", str(program))
        return calls

    return install
