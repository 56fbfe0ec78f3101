"""Build the documentation as a small linked site, and check every link.

Usage: ``python scripts/build_docs.py [TARGET]``, by default ``build/docs``. The pages are README,
CONTRIBUTING, CHANGELOG and ``docs/``, made by the Pandoc that comes with briefgen. A link to a file
or a heading that is not there is an error with its place; nothing is written then.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import pypandoc
from lxml import html

ROOT: Final = Path(__file__).resolve().parents[1]
FIRST: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
ADDRESSES: Final = {"a": "href", "img": "src"}
FRAME: Final = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · briefgen</title><style>{style}</style></head>
<body><nav aria-label="Pages"><ul>
{menu}
</ul></nav>
<main>
{content}
</main></body>
</html>
"""
STYLE: Final = """
body { font: 1rem/1.55 system-ui, sans-serif; color: #1c1c1c; margin: 0 auto; max-width: 78rem;
  padding: 1rem 1.5rem; display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 2.5rem; }
nav ul { list-style: none; padding: 0; position: sticky; top: 1rem; }
nav a[aria-current] { font-weight: 700; color: inherit; }
a { color: #00597c; } img { max-width: 100%; height: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left;
  vertical-align: top; }
pre { background: #f4f4f2; padding: .8rem; overflow-x: auto; } code { font-size: .9em; }
@media (max-width: 55rem) { body { display: block; } nav ul { position: static; } }
"""


@dataclass(frozen=True)
class Page:
    """One Markdown file and what Pandoc makes of it; ``name`` is its path in the repository."""

    root: Path
    name: str

    @cached_property
    def tree(self) -> html.HtmlElement:
        """The content, as HTML."""
        made = pypandoc.convert_file(self.root / self.name, "html", format="gfm")
        return html.fragment_fromstring(made, create_parent="div")

    @cached_property
    def anchors(self) -> frozenset[str]:
        """Everything that a link may point to."""
        return frozenset(self.tree.xpath("//@id"))

    @property
    def title(self) -> str:
        """The first heading, else the file's name."""
        found = self.tree.xpath("//h1")
        return found[0].text_content() if found else PurePosixPath(self.name).stem

    @property
    def address(self) -> str:
        """Where the page stands in the site."""
        if self.name == FIRST[0]:
            return "index.html"
        return str(PurePosixPath(self.name).with_suffix(".html"))


def collect_pages(root: Path) -> dict[str, Page]:
    """Return all pages by name, those that newcomers read first before the others."""
    found = [
        *FIRST,
        *sorted(path.relative_to(root).as_posix() for path in root.glob("docs/**/*.md")),
    ]
    return {name: Page(root, name) for name in found if (root / name).is_file()}


def find_broken(pages: Mapping[str, Page]) -> Iterator[str]:
    """Yield each link to a file or heading that is not there, with the page that has it."""
    for page in pages.values():
        for element, attribute in _list_links(page):
            address = element.get(attribute)
            name, anchor = _resolve(page, address)
            if not (page.root / name).exists():
                yield f"{page.name}: there is no file for the link {address}"
            elif anchor and name in pages and anchor not in pages[name].anchors:
                yield f"{page.name}: {name} has no heading #{anchor}"


def write_site(pages: Mapping[str, Page], target: Path) -> None:
    """Write all pages with links to each other, and the files that they show."""
    for page in pages.values():
        for element, attribute in _list_links(page):
            _point(element, attribute, page, pages, target)
    for page in pages.values():
        path = target / page.address
        path.parent.mkdir(parents=True, exist_ok=True)
        content = html.tostring(page.tree, encoding="unicode")
        menu = "\n".join(_menu_item(other, page) for other in pages.values())
        frame = FRAME.format(title=escape(page.title), style=STYLE, menu=menu, content=content)
        path.write_text(frame, encoding="utf-8")


def _menu_item(page: Page, current: Page) -> str:
    here = ' aria-current="page"' if page is current else ""
    return f'<li><a href="{_relative(page.address, current)}"{here}>{escape(page.title)}</a></li>'


def _list_links(page: Page) -> Iterator[tuple[html.HtmlElement, str]]:
    """Yield the elements that point into the repository, with the attribute that says where."""
    for element in page.tree.iter(*ADDRESSES):
        attribute = ADDRESSES[element.tag]
        parts = urlsplit(element.get(attribute, ""))
        if not (parts.scheme or parts.netloc) and (parts.path or parts.fragment):
            yield element, attribute


def _resolve(page: Page, address: str) -> tuple[str, str]:
    """Return the path in the repository and the anchor that a link points to."""
    parts = urlsplit(address)
    if not parts.path:
        return page.name, unquote(parts.fragment)
    path = os.path.normpath(PurePosixPath(page.name).parent / unquote(parts.path))
    return PurePosixPath(path).as_posix(), unquote(parts.fragment)


def _point(
    element: html.HtmlElement, attribute: str, page: Page, pages: Mapping[str, Page], target: Path
) -> None:
    """Let a link point into the site; a folder of the repository is named without a link."""
    name, anchor = _resolve(page, element.get(attribute))
    source = page.root / name
    if name in pages:
        name = pages[name].address
    elif source.is_file():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / name)
    else:
        element.attrib.pop(attribute)
        return
    element.set(attribute, _relative(name, page) + (f"#{anchor}" if anchor else ""))


def _relative(address: str, page: Page) -> str:
    path = PurePosixPath(os.path.relpath(address, PurePosixPath(page.address).parent))
    return quote(path.as_posix())


def main(arguments: list[str]) -> int:
    """Check and write the site; return the exit code."""
    target = Path(arguments[0]) if arguments else ROOT / "build" / "docs"
    pages = collect_pages(ROOT)
    broken = list(find_broken(pages))
    for line in broken:
        print(f"error: {line}", file=sys.stderr)
    if broken:
        return 1
    shutil.rmtree(target, ignore_errors=True)
    write_site(pages, target)
    print(f"{len(pages)} pages · {target / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
