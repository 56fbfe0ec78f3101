"""Documents to render, and a program that behaves like Quarto's command line."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from briefgen.output.render.pandoc import PandocEngine

FAKE = """#!{python}
# The facts of Quarto's sources that the engine relies on: the version alone on a line; a session
# folder in TMPDIR; documents in an order of Quarto's own, each named on the console before it is
# rendered unless it is the only one; errors as records of the log, what Pandoc says on the console
# alone; the end at the first document that fails, with the finished ones moved to output-dir; the
# extension of a format from its settings.
import json, os, pathlib, sys, tempfile, time
import yaml
if "--version" in sys.argv:
    print("{version}")
    sys.exit()
option = lambda name: sys.argv[sys.argv.index(name) + 1]
root, to = pathlib.Path(sys.argv[2]), option("--to")
session = pathlib.Path(tempfile.mkdtemp(prefix="quarto-session"))
log = open(option("--log"), "w")
calls = pathlib.Path("{calls}")
settings = yaml.safe_load((root / "_quarto.yml").read_text())
names = settings["project"]["render"]
suffix = {{"typst": "pdf", "latex": "tex", "gfm": "md"}}.get(to, to)
suffix = settings.get("format", {{}}).get(to, {{}}).get("output-ext", suffix)
with calls.open("a") as book:
    extra = [path.read_text() for path in sorted(root.glob("*/_metadata.yml"))]
    book.write(json.dumps([str(root), to, settings, extra, sys.argv[1:]]) + "\\n")

def record(level, text):
    levels = {{"WARN": 30, "ERROR": 40}}
    print(json.dumps({{"msg": text, "level": levels[level], "levelName": level,
                      "loggerName": "default"}}), file=log, flush=True)
    if "--quiet" not in sys.argv:
        print(level + ": " + text, file=sys.stderr)

def end(status):
    for name in names:  # what is done is moved at the end, also when a document failed
        done = (root / name).with_suffix("." + suffix)
        if done.exists():
            target = root / settings["project"]["output-dir"] / done.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            done.rename(target)
    session.rmdir()
    sys.exit(status)

for number, name in enumerate(reversed(names), start=1):
    if len(names) > 1 and "--quiet" not in sys.argv:
        print(f"\\x1b[1m\\x1b[34m\\r[{{number}}/{{len(names)}}] {{name}}\\x1b[39m\\x1b[22m",
              file=sys.stderr)
    text = (root / name).read_text()
    if "SLEEP" in text:
        time.sleep(60)
    if "FAIL" in text:
        record("WARN", "some warning")
        print("not json", file=log)
        record("ERROR", "\\x1b[31mbad things in " + name + " (line 7)\\x1b[0m")
        end(1)
    if "INVALID" in text:
        record("ERROR", "Validation of YAML front matter failed.")
        record("ERROR", "In file " + name + "\\n(line 2, columns 6--7) Field toc has value 12")
        record("ERROR", "Render failed due to invalid YAML.")
        end(1)
    if "PANDOC" in text:
        print("Error running filter: out of cheese", file=sys.stderr)
        end(1)
    if "NOTHING" in text:
        continue
    out = (root / name).with_suffix("." + suffix)
    main = "section" if "NOMAIN" in text else "main"
    start = "<" + main + ' class="content" id="quarto-document-content">'
    body = "<script>1</script><p>" + text.split()[-1] + "</p>"
    out.write_text("<html><body><nav>menu</nav>" + start + body + "</" + main + "></body></html>")
end(0)
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

    def install(version: str = "1.11.0") -> Path:
        calls = tmp_path / "calls.jsonl"
        program = tmp_path / "quarto"
        program.write_text(FAKE.format(python=sys.executable, version=version, calls=calls))
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("QUARTO_PATH", str(program))
        return calls

    return install
