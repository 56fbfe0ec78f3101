"""Raw HTML of templates on web pages: an allow-list, and nothing lost that pages need."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from briefgen.output.pages.content import Content
from briefgen.output.pages.sanitise import sanitise_content

SAMPLES = Path(__file__).parent / "samples"
MAIN = '<main id="quarto-document-content">{}</main>'

ACTING = {
    "script": "<script>act()</script>",
    "handler": '<p onclick="act()">a</p>',
    "image handler": '<img src="x" onerror="act()">',
    "address": '<a href="javascript:act()">a</a>',
    "address with a gap": '<a href="java\nscript:act()">a</a>',
    "document": '<a href="data:text/html,<script>act()</script>">a</a>',
    "drawing": '<img src="data:image/svg+xml,<svg onload=act()>">',
    "frame": '<iframe srcdoc="<script>act()</script>"></iframe>',
    "form": '<form action="https://example.org/act()"><button>act()</button></form>',
    "drawn script": "<svg><script>act()</script></svg>",
    "drawn handler": '<svg onload="act()"></svg>',
    "foreign object": "<svg><foreignObject><body onload='act()'></body></foreignObject></svg>",
    "animation": '<svg><a><animate attributeName="href" values="javascript:act()"/></a></svg>',
    "namespaces": "<math><mtext><table><mglyph><style><img src=x onerror=act()></style></table>",
    "style": '<p style="background-image: url(https://example.org/act())">a</p>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://example.org/act()">',
    "base": '<base href="https://example.org/act()">',
}


@pytest.mark.parametrize("html", ACTING.values(), ids=ACTING)
def test_what_acts_is_taken_out(html):
    clean = sanitise_content(MAIN.format(html))
    for sign in ("script", "onerror", "onload", "onclick", "srcdoc", "example.org", "<form"):
        assert sign not in clean


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.html")), ids=lambda path: path.name)
def test_pages_of_the_engines_lose_nothing(path):
    content = Content.parse(path.read_text(encoding="utf-8"))
    content.repair(back_label="back")
    cleaned = Content.parse(sanitise_content(content.html()))
    assert _describe(cleaned) == _describe(content)


def test_formulas_stay():
    formula = (
        '<math display="inline" xmlns="http://www.w3.org/1998/Math/MathML"><semantics><msup>'
        '<mi>x</mi><mn>2</mn></msup><annotation encoding="application/x-tex">x^2</annotation>'
        "</semantics></math>"
    )
    assert sanitise_content(formula) == formula


def _describe(content: Content) -> list[tuple[str, dict[str, str], str]]:
    """List elements with attributes and text; declarations of styles without their blanks."""
    return [
        (item.tag, {k: v.replace(" ", "").rstrip(";") for k, v in item.attrib.items()}, item.text)
        for item in content.main.iter(etree.Element)
    ]
