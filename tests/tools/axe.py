"""Check HTML pages with axe-core in a headless Chromium, without a network.

Usage: ``python tests/tools/axe.py page.html [more pages or folders]``; the last line is
``pages N, without violations N``, exit code 1 if any page has one. axe-core comes from npm
(``npm install axe-core``, found by ``AXE_CORE``, in ``node_modules`` or in the cache that this
script fills); without npm or Chromium it ends with exit code 2 and says what is missing.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

VERSION = "4.14.1"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN = """
<script>{axe}</script>
<script>
axe.run(document, {{runOnly: {tags}}}).then(function (result) {{
  var out = document.createElement("pre");
  out.id = "axe-result";
  out.textContent = JSON.stringify(result.violations.map(function (rule) {{
    var nodes = rule.nodes.map(function (node) {{ return node.html; }});
    return {{id: rule.id, help: rule.help, nodes: nodes}};
  }}));
  document.body.appendChild(out);
}});
</script>
"""


class MissingToolError(Exception):
    """axe-core or a browser is not there."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of axe-core that a page breaks."""

    rule: str
    help: str
    elements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule}: {self.help}\n    " + "\n    ".join(self.elements[:5])


def check(page: Path) -> list[Violation]:
    """Return what axe-core finds on a page."""
    text = page.read_text(encoding="utf-8")
    script = _RUN.format(
        axe=find_axe().read_text(encoding="utf-8").replace("</script", "<\\/script"),
        tags=json.dumps(list(_TAGS)),
    )
    # beside the page, so that its pictures load
    handle, name = tempfile.mkstemp(suffix=".html", prefix=".axe-", dir=page.parent)
    copy = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text.replace("</body>", f"{script}</body>"))
        return _read_result(_dump(copy))
    finally:
        copy.unlink()


def find_browser() -> str:
    """Return the path of a Chromium."""
    for name in _BROWSERS:
        path = shutil.which(name)
        if path:
            return path
    raise MissingToolError("no Chromium is installed; install the package chromium")


def find_axe() -> Path:
    """Return axe-core's script; npm fetches it once into the user's cache."""
    cache = Path.home() / ".cache" / "briefgen" / f"axe-core-{VERSION}"
    fetched = cache / "node_modules" / "axe-core"
    named = os.environ.get("AXE_CORE")
    for place in [Path(named)] if named else [Path("node_modules/axe-core"), fetched]:
        if (place / "axe.min.js").is_file():
            return place / "axe.min.js"
    _install(cache)
    return fetched / "axe.min.js"


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise MissingToolError("axe-core is not there and npm is not installed to fetch it")
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix", folder]
    result = subprocess.run([*command, f"axe-core@{VERSION}"], capture_output=True, check=False)
    if result.returncode:
        raise MissingToolError("npm cannot fetch axe-core")


def _dump(page: Path) -> str:
    """Let the browser run the page and return what it made of it."""
    with tempfile.TemporaryDirectory() as profile:
        result = subprocess.run(
            [
                find_browser(), "--headless", "--no-sandbox", "--disable-gpu",
                "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}",
                "--window-size=1280,1600", "--virtual-time-budget=20000", "--dump-dom",
                page.resolve().as_uri(),
            ],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
    return result.stdout


def _read_result(dom: str) -> list[Violation]:
    found = re.search(r'<pre id="axe-result">(.*?)</pre>', dom, re.DOTALL)
    if found is None:
        raise RuntimeError("axe-core gave no result")
    return [
        Violation(item["id"], item["help"], tuple(item["nodes"]))
        for item in json.loads(html.unescape(found[1]))
    ]


def main(arguments: list[str]) -> int:
    """Check and print; return the exit code."""
    pages = [
        path
        for name in arguments
        for path in (sorted(Path(name).rglob("*.html")) if Path(name).is_dir() else [Path(name)])
    ]
    clean = 0
    try:
        for page in pages:
            violations = check(page)
            clean += not violations
            if violations:
                print(page, *(f"  {item}" for item in violations), sep="\n")
    except MissingToolError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"pages {len(pages)}, without violations {clean}")
    return 0 if pages and clean == len(pages) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
