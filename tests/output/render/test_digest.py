"""What a digest sees, and what it leaves out."""

from __future__ import annotations

from briefgen.output.render.digest import compare_digests, digest_content

PAGE = """<html><body><nav>menu</nav><main id="quarto-document-content">
<section id="a" class="level2">
<h2 data-number="1"><span class="header-section-number">1</span> A</h2>
<p>See <a href="#fig-x" class="quarto-xref">Figure&nbsp;1</a>, <a href="https://example.org">out</a>
<a href="#fn1" role="doc-noteref">1</a></p>
<div id="fig-x"><figure><img src="x.svg" alt="Alt">
<figcaption id="u">Figure&nbsp;1: Cap</figcaption></figure></div>
<div id="tbl-x"><figure><figcaption>Table 1: T</figcaption><table><thead><tr><th>H</th></tr></thead>
<tbody><tr><td>1</td></tr></tbody></table></figure></div>
<div id="nte-x" class="callout callout-note"><div class="callout-title-container">
<span class="screen-reader-only">Note</span>Title</div></div><span id="eq-1">e</span>
<section role="doc-endnotes"><ol><li id="fn1">A note ↩︎</li></ol></section><script>no()</script>
</section></main></body></html>"""


def test_everything_that_readers_meet():
    digest = digest_content(PAGE)
    assert digest["headings"] == [{"level": 2, "id": "a", "number": "1", "text": "1 A"}]
    assert digest["floats"] == [
        {"id": "fig-x", "kind": "fig", "caption": "Figure 1: Cap", "position": "bottom",
         "alt": "Alt", "part_of": None},
        {"id": "tbl-x", "kind": "tbl", "caption": "Table 1: T", "position": "top",
         "alt": None, "part_of": None},
    ]  # fmt: skip
    assert digest["references"] == [{"to": "#fig-x", "text": "Figure 1"}]
    assert digest["callouts"] == [{"kind": "note", "id": "nte-x", "title": "Title"}]
    assert digest["notes"] == ["A note"]
    assert digest["tables"] == [{"in": "tbl-x", "caption": None, "head": ["H"], "rows": 1}]
    assert digest["equations"] == ["eq-1"]
    assert digest["images"] == [{"src": "x.svg", "alt": "Alt"}]
    assert digest["links"] == [{"to": "https://example.org", "text": "out"}]
    assert "menu" not in digest["text"]
    assert "no()" not in digest["text"]


def test_comparison_is_of_what_is_expected():
    digest = digest_content(PAGE)
    assert compare_digests({"notes": ["A note"]}, digest) == []
    assert compare_digests({"notes": ["Other"]}, digest) == [
        'notes: ["Other"] is wanted, ["A note"] is there'
    ]
    assert compare_digests(digest, digest) == []
