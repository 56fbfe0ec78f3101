"""A program that behaves like Quarto's command line, for tests without Quarto.

It keeps to the facts of Quarto's sources that the engine relies on: the version alone on a line;
address space reserved by the hundred gigabytes, as Deno does; a session folder in TMPDIR; includes
read before any document is named; documents in an order of Quarto's own, each named on the console
before it is rendered unless it is the only one; errors as records of the log, what Pandoc and the
Lua filters say on the console alone; the end at the first document that fails, with the finished
ones moved to output-dir; the extension of a format from its settings; what cannot be resolved left
in the page, with a warning.

References
----------
quarto-cli, ``src/resources/filters/common/log.lua``, ``crossref/refs.lua``,
``quarto-pre/shortcodes-handlers.lua``, ``customnodes/shortcodes.lua`` (words of the warnings),
``src/core/handlers/include-standalone.ts``, ``src/execute/engine.ts`` (includes),
``src/core/log.ts``; Pandoc, ``Text.Pandoc.Logging`` (citations).
"""

from __future__ import annotations

import html
import json
import mmap
import os
import re
import resource
import signal
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
import yaml

RESERVED_BYTES = 100 * 1024**3
# quarto-cli, src/format/formats.ts and the files it calls: the suffix of each format.
QUARTO_SUFFIXES = {
    "html": "html", "html4": "html", "html5": "html", "latex": "tex", "beamer": "pdf",
    "typst": "pdf", "context": "tex", "docx": "docx", "odt": "odt", "pptx": "pptx", "rtf": "rtf",
    "epub": "epub", "epub2": "epub", "epub3": "epub", "fb2": "fb2", "asciidoc": "adoc",
    "asciidoctor": "adoc", "jats": "xml", "jats_archiving": "xml",
    "jats_articleauthoring": "xml", "jats_publishing": "xml", "docbook": "xml", "gfm": "md",
    "markdown": "md", "commonmark": "md", "ipynb": "ipynb", "plain": "txt",
}  # fmt: skip
OUT_OF_MEMORY = """

#
# Fatal process out of memory: Oilpan: CagedHeap reservation.
#
#
#
#FailureMessage Object: 0x7ffd5a1c
==== C stack trace ===============================

    /opt/quarto/bin/tools/x86_64/deno(+0x2e8e6b3) [0x55d0a3f896b3]
    /opt/quarto/bin/tools/x86_64/deno(+0x2e8c60b) [0x55d0a3f8760b]
    /opt/quarto/bin/tools/x86_64/deno(+0x2e86d25) [0x55d0a3f81d25]
    /opt/quarto/bin/tools/x86_64/deno(+0x5b1f9a6) [0x55d0a6c1a9a6]
    /opt/quarto/bin/tools/x86_64/deno(+0x5b1f6d2) [0x55d0a6c1a6d2]
"""
FILTER_STACK = """\
\x1b[31mFATAL (/opt/quarto/share/filters/main.lua:2511) An error occurred:
the layout wants a number
\x1b[39mError running filter /opt/quarto/share/filters/main.lua:
FATAL QUARTO ERROR
stack traceback:
\t/opt/quarto/share/filters/main.lua:2511: in function 'fatal'
\t/opt/quarto/share/filters/main.lua:2518: in function 'fail'
\t/opt/quarto/share/filters/main.lua:9071: in field 'Div'
\t[C]: in ?
\t/opt/quarto/share/filters/main.lua:511: in function 'run_emulated_filter'
\t/opt/quarto/share/filters/main.lua:988: in local 'callback'
"""
CELL = """\
\x1b[91mERROR: \x1b[39m

An error occurred while executing the following cell:
------------------
shares.loc["Bremen"]
------------------

---------------------------------------------------------------------------
KeyError                                  Traceback (most recent call last)
Cell In[1], line 1
----> 1 shares.loc["Bremen"]

File frame.py:1191, in __getitem__(self, key)
   1189 return self._getitem_axis(key, axis=axis)

KeyError: 'Bremen'
"""
ROOT_LUA = "/opt/quarto/share/filters/main.lua"
_CODE = re.compile(r"^```.*?^```[ \t]*$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_INCLUDE = re.compile(r"^\{\{< include (\S+) >\}\}$", re.MULTILINE)
_NOTE = re.compile(r"\[\^[^\]\s]+\]")
_ESCAPED = re.compile(r"\{\{\{<(.*?)>\}\}\}")
_LEFT = re.compile(
    r"@(?P<ref>(?:fig|tbl|sec)-\w*none)|@(?P<key>nobody\d+)|\{\{< (?P<call>\S+) (?P<name>\S+) >\}\}"
)


def install(folder: Path, version: str = "1.11.0") -> tuple[Path, Path]:
    """Put the program into a folder; return it and the log of its calls."""
    program, calls = folder / "quarto", folder / "calls.jsonl"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"import fake_quarto\nfake_quarto.main({version!r}, {str(calls)!r})\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program, calls


@pytest.fixture
def fake_quarto(tmp_path, monkeypatch) -> Callable[..., Path]:
    """Put the program in QUARTO_PATH; return its log of calls."""

    def give(version: str = "1.11.0") -> Path:
        program, calls = install(tmp_path, version)
        monkeypatch.setenv("QUARTO_PATH", str(program))
        return calls

    return give


def main(version: str, calls: str) -> None:
    """Answer a command line."""
    if "--version" in sys.argv:
        print(version)
        return
    _reserve_address_space()
    _Run(Path(calls)).render()


def _reserve_address_space() -> None:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0x4000)
    try:
        mmap.mmap(-1, RESERVED_BYTES, flags=flags, prot=0)
    except OSError:
        print(OUT_OF_MEMORY, file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGTRAP)


def _option(name: str) -> str:
    return sys.argv[sys.argv.index(name) + 1]


class _Run:
    def __init__(self, calls: Path) -> None:
        self.root, self.to = Path(sys.argv[2]), _option("--to")
        self.session = Path(tempfile.mkdtemp(prefix="quarto-session"))
        self.log = Path(_option("--log")).open("w")  # noqa: SIM115 - open as long as the program
        self.settings = yaml.safe_load((self.root / "_quarto.yml").read_text())
        self.names = self.settings["project"]["render"]
        suffix = QUARTO_SUFFIXES[self.to]
        formats = self.settings.get("format", {})
        self.suffix = formats.get(self.to, {}).get("output-ext", suffix)
        self._note(calls)

    def _note(self, calls: Path) -> None:
        extra = [path.read_text() for path in sorted(self.root.glob("*/_metadata.yml"))]
        surroundings = {
            "fonts": os.environ.get("FONTCONFIG_FILE"),
            "address space": resource.getrlimit(resource.RLIMIT_AS)[0],
            "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
            "session": os.getsid(0) == os.getpid(),
        }
        call = [str(self.root), self.to, self.settings, extra, sys.argv[1:], surroundings]
        with calls.open("a") as book:
            book.write(json.dumps(call) + "\n")

    def record(self, level: str, text: str) -> None:
        """Say something as Quarto itself does."""
        levels = {"WARN": 30, "ERROR": 40}
        entry = {"msg": text, "level": levels[level], "levelName": level, "loggerName": "default"}
        print(json.dumps(entry), file=self.log, flush=True)
        self.say(f"{level}: {text}")

    def say(self, text: str) -> None:
        """Say something on the console alone, as Pandoc and its filters do."""
        if "--quiet" not in sys.argv:
            print(text, file=sys.stderr, flush=True)

    def warn(self, text: str) -> None:
        """Warn as a Lua filter does."""
        if "FAKE_QUARTO_SILENT" not in os.environ:
            self.say(f"\x1b[33mWARNING ({ROOT_LUA}:1234) {text}\n\x1b[39m")

    def end(self, status: int) -> NoReturn:
        """Move what is done, also when a document failed."""
        for name in self.names:
            done = (self.root / name).with_suffix("." + self.suffix)
            if done.exists():
                output = self.root / self.settings["project"]["output-dir"]
                target = output / done.relative_to(self.root)
                target.parent.mkdir(parents=True, exist_ok=True)
                done.rename(target)
        self.session.rmdir()
        sys.exit(status)

    def render(self) -> None:
        """Render the documents one after the other."""
        texts = {name: self._include(self.root / name) for name in self.names}
        for number, name in enumerate(reversed(self.names), start=1):
            if len(self.names) > 1:
                place = f"[{number}/{len(self.names)}] {name}"
                self.say(f"\x1b[1m\x1b[34m\r{place}\x1b[39m\x1b[22m")
            self._render(name, texts[name])
        self.end(0)

    def _include(self, path: Path, *above: Path) -> str:
        """Put includes in: all documents' before the first is rendered."""
        text = path.read_text()
        for found in _INCLUDE.finditer(_CODE.sub("", text)):
            part = path.parent / found[1]
            if not part.is_file():
                self._miss(part, *above, path)
            text = text.replace(found[0], self._include(part, *above, path))
        return text

    def _miss(self, part: Path, *files: Path) -> NoReturn:
        places = "".join(f"  in file {file}, \n" for file in files)
        self.record(
            "ERROR",
            f"Include directive failed.\n{places}  could not find file {part}.\n\nStack trace:\n"
            "    at retrieveInclude (file:///opt/quarto/bin/quarto.js:125373:23)\n"
            "    at standaloneInclude (file:///opt/quarto/bin/quarto.js:125413:11)",
        )
        self.end(1)

    def _render(self, name: str, text: str) -> None:
        if "SLEEP" in text:
            time.sleep(60)
        self._fail(name, text)
        if "NOTHING" in text:
            return
        if "NOTICE" in text:
            self.say("[WARNING] This document format requires a nonempty <title> element.")
        body = f"<script>1</script>{self._body(text)}<p>{text.rsplit(maxsplit=1)[-1]}</p>"
        main = "section" if "NOMAIN" in text else "main"
        page = f'<{main} class="content" id="quarto-document-content">{body}</{main}>'
        out = (self.root / name).with_suffix("." + self.suffix)
        out.write_text(f"<html><body><nav>menu</nav>{page}</body></html>")

    def _fail(self, name: str, text: str) -> None:
        if "FAIL" in text:
            self.record("WARN", "some warning")
            print("not json", file=self.log)
            self.record("ERROR", f"\x1b[31mbad things in {name} (line 7)\x1b[0m")
            self.end(1)
        if "INVALID" in text:
            self.record("ERROR", "Validation of YAML front matter failed.")
            place = f"In file {name}\n(line 2, columns 6--7)"
            self.record("ERROR", f"{place} Field toc has value 12")
            self.record("ERROR", "Render failed due to invalid YAML.")
            self.end(1)
        for word, words in {
            "PANDOC": "Error running filter: out of cheese", "STACK": FILTER_STACK, "CELL": CELL,
        }.items():  # fmt: skip
            if word in text:
                self.say("Starting something first\n" + words)
                self.end(1)

    def _body(self, text: str) -> str:
        """Return what is left of what cannot be resolved; code stays as it is written."""
        parts, at = [], 0
        for code in _CODE.finditer(text):
            parts += [self._leave(text[at : code.start()]), f"<code>{html.escape(code[0])}</code>"]
            at = code.end()
        return "".join([*parts, self._leave(text[at:])])

    def _leave(self, text: str) -> str:
        literal = "".join(f"<p>{{{{&lt;{body}&gt;}}}}</p>" for body in _ESCAPED.findall(text))
        found = _LEFT.finditer(_ESCAPED.sub("", text))
        notes = "".join(f"<p>{note}</p>" for note in _NOTE.findall(text))  # escaped or not
        return literal + notes + "".join(f"<p>{self._left(item)}</p>" for item in found)

    def _left(self, found: re.Match[str]) -> str:
        if found["ref"]:
            self.warn(f"Unable to resolve crossref @{found['ref']}")
            return f"<strong>?@{found['ref']}</strong>"
        if found["key"]:
            if "FAKE_QUARTO_SILENT" not in os.environ:
                self.say(f"[WARNING] Citeproc: citation {found['key']} not found")
            key = found["key"]
            return f'<span class="citation" data-cites="{key}">(<strong>{key}?</strong>)</span>'
        return self._left_shortcode(found["call"], found["name"])

    def _left_shortcode(self, call: str, name: str) -> str:
        kinds = {"meta": "meta key", "var": "var", "env": "variable"}
        specified = {"meta": "a metadata Shortcode", "var": "a var shortcode"}
        if call not in kinds:
            self.warn(f"Shortcode '{call}' not found")
            return f"{{{{&lt; {call} {name} &gt;}}}}"
        where = specified.get(call, "an env Shortcode")
        self.warn(f"Unknown {kinds[call]} {name} specified in {where}.")
        return f"<strong>?{call}:{name}</strong>"
