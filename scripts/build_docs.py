"""Build the documentation as a small linked site, and check every link.

Usage: ``python scripts/build_docs.py [TARGET]``, by default ``build/docs``. The pages are README,
CONTRIBUTING, CHANGELOG, SECURITY and ``docs/``, made by the Pandoc that comes with briefgen, in the
order in which somebody learns (`MENU`). A link to a file or a heading that is not there, or a page
that the menu does not have, is an error with its place; nothing is written then.
"""

from __future__ import annotations

import fnmatch
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
FIRST: Final = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
MENU: Final = {
    "Begin": ("README", "tutorial", "getting-started", "limits", "beside"),
    "Guides": (
        "study-files", "evidence", "recommendations", "templates", "exhibits", "text", "words",
        "languages", "design", "quarto", "publications", "refresh", "notebooks", "troubleshooting",
    ),
    "Reference": ("cli", "keys", "python", "glossary"),
    "Explanations": ("methods", "agreement", "disclosure", "disclosure-model", "architecture"),
    "The project": ("CONTRIBUTING", "extending", "releasing", "licences", "SECURITY", "CHANGELOG"),
    "Decisions": ("decisions/*",),
}  # fmt: skip
"""Pages by heading, in the order in which they are listed: those of ``docs``, and `FIRST`."""
ADDRESSES: Final = {"a": "href", "img": "src"}
FRAME: Final = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title} · briefgen</title><style>{style}</style></head>
<body><nav aria-label="Pages"><details open><summary>Pages</summary>
{menu}
</details></nav>
<main>
{content}
</main>
<script>if (innerWidth < 880) document.querySelector("nav details").open = false</script>
</body>
</html>
"""
STYLE: Final = """
body { font: 1rem/1.55 system-ui, sans-serif; color: #1c1c1c; margin: 0 auto; max-width: 78rem;
  padding: 1rem 1.5rem; display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 2.5rem; }
nav details { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow-y: auto; }
nav summary { font-weight: 700; } nav h2 { font-size: .85rem; margin: 1rem 0 .2rem; color: #555; }
nav ul { list-style: none; padding: 0; margin: 0; font-size: .95rem; }
h1, h2, h3 { line-height: 1.25; overflow-wrap: anywhere; }
main { min-width: 0; overflow-wrap: break-word; }
nav a[aria-current] { font-weight: 700; color: inherit; }
a { color: #00597c; } img { max-width: 100%; height: auto; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: left;
  vertical-align: top; }
pre { background: #f4f4f2; padding: .8rem; overflow-x: auto; } code { font-size: .9em; }
@media (max-width: 55rem) { body { display: block; }
  nav details { position: static; max-height: none; } }
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


def find_unlisted(pages: Mapping[str, Page]) -> Iterator[str]:
    """Yield each page that the menu does not have."""
    for heading, found in arrange(pages):
        if heading not in MENU:
            yield from (f"{page.name}: name it in MENU of scripts/build_docs.py" for page in found)


def write_site(pages: Mapping[str, Page], target: Path) -> None:
    """Write all pages with links to each other, and the files that they show."""
    for page in pages.values():
        for element, attribute in _list_links(page):
            _point(element, attribute, page, pages, target)
    for page in pages.values():
        path = target / page.address
        path.parent.mkdir(parents=True, exist_ok=True)
        content = html.tostring(page.tree, encoding="unicode")
        frame = FRAME.format(
            title=escape(page.title), style=STYLE, menu=_menu(pages, page), content=content
        )
        path.write_text(frame, encoding="utf-8")


def arrange(pages: Mapping[str, Page]) -> Iterator[tuple[str, list[Page]]]:
    """Yield the headings of the menu with their pages; those that it does not have come last."""
    left = dict(pages)
    for heading, patterns in MENU.items():
        names = [f"{one}.md" if f"{one}.md" in FIRST else f"docs/{one}.md" for one in patterns]
        found = [left.pop(one) for name in names for one in fnmatch.filter(list(left), name)]
        if found:
            yield heading, found
    if left:
        yield "Else", list(left.values())


def _menu(pages: Mapping[str, Page], current: Page) -> str:
    return "\n".join(
        f"<h2>{heading}</h2><ul>{''.join(_menu_item(one, current) for one in found)}</ul>"
        for heading, found in arrange(pages)
    )


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
    broken = [*find_broken(pages), *find_unlisted(pages)]
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
