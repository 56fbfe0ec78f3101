"""What Quarto leaves behind in a page is found, and nothing that the author wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.output.render.quarto_checks import check_rendering

REFERENCE = Path(__file__).parents[4] / "shared" / "quarto-reference"


@pytest.fixture
def check(write):
    def check(text: str, html: str, *warnings: str):
        page = f'<main class="content" id="quarto-document-content">{html}</main>'
        return check_rendering(write(text), warnings, page)

    return check


@pytest.mark.parametrize(
    ("text", "html", "message"),
    [
        ("See @fig-x.", "<p><strong>?@fig-x</strong></p>", "nothing is called @fig-x"),
        (
            "As in [@a; @b].",
            '<p><span class="citation" data-cites="a b">(A 2020; <strong>b?</strong>)</span></p>',
            "the bibliography has no entry @b",
        ),
        ("{{< meta a.b >}}", "<strong>?meta:a.b</strong>", "there is no 'a.b'"),
        ("# {{< var a >}}", "<h1><strong>?var:a</strong></h1>", "{{< var a >}}: there is no 'a'"),
        (
            "![A](a.png){fig-alt='{{< meta a >}}'}",
            '<img src="a.png" alt="?meta:a">',
            "there is no 'a'",
        ),
        ("{{< kbdd x >}}", "<p>{{&lt; kbdd x &gt;}}</p>", "there is no shortcode 'kbdd'"),
        (
            "[a]({{< site x >}})",
            '<a href="%7B%7B%3C%20site%20x%20%3E%7D%7D">a</a>',
            "there is no shortcode 'site'",
        ),
        ("{{< meta a >}}", "<strong>?invalid meta type:a</strong>", "a has parts"),
    ],
)
def test_leftovers_are_found(check, text, html, message):
    error = check(f"One.\n\n{text}\n", html)
    assert message in error.message
    assert error.where.endswith("document.qmd:3")
    assert error.hint


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "```\n?@fig-x {{< meta a >}}\n```",
            "<pre><code>?@fig-x {{&lt; meta a &gt;}}</code></pre>",
        ),
        ("`?meta:a`", "<p><code>?meta:a</code></p>"),
        ("**?meta:a** is what Quarto prints", "<p><strong>?meta:a</strong></p>"),
        ("Write {{{< meta a >}}}", "<p>Write {{&lt; meta a &gt;}}</p>"),
        ("Write {{{< meta a >}}} for {{< meta a >}}", "<p>Write {{&lt; meta a &gt;}} for A</p>"),
        ("Write {{</* meta a */>}}", "<p>Write {{&lt; meta a &gt;}}</p>"),
        ("**Why?** (**really?**)", "<p><strong>Why?</strong> (<strong>really?</strong>)</p>"),
        (r"**?\@fig-x**", "<p><strong>?@fig-x</strong></p>"),
        ("$?@fig-x$", '<p><span class="math inline">{{&lt; a</span></p>'),
    ],
)
def test_what_the_author_wrote_is_no_leftover(check, text, html):
    assert check(text, html) is None


def test_warning_counts_whatever_the_author_wrote(check):
    text = "```\n@fig-x\n```\n\nSee `@fig-x` and @fig-x.\n"
    error = check(text, "", "Unable to resolve crossref @fig-x")
    assert error.where.endswith("document.qmd:5")


def test_names_that_begin_alike_are_not_mixed_up(check):
    error = check("See @fig-10.\nSee @fig-1.\n", "", "Unable to resolve crossref @fig-1")
    assert error.where.endswith("document.qmd:2")


def test_value_that_no_line_asks_for_is_told_of_the_document(check):
    error = check("Text.\n", "<strong>?var:a</strong>")
    assert error.where.endswith("document.qmd")


@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the renderings of a real Quarto are not here")
def test_of_real_pages_one_lacks_something():
    pages = {path.name.split(".")[0]: path for path in REFERENCE.glob("*.default.html")}
    found = {
        name: check_rendering(REFERENCE / f"{name}.qmd", [], path.read_text(encoding="utf-8"))
        for name, path in pages.items()
    }
    assert len(found) >= 70
    assert [name for name, error in found.items() if error] == ["xref-missing"]


def test_div_that_is_never_closed_is_an_error(check):
    warning = "Div at line 1 column 1 unclosed at line 5 column 1, closing implicitly."
    error = check("::: {.a}\nText.\n", "", warning)
    assert "never closed" in error.message
