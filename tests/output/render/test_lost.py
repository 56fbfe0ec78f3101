"""What single formats lost without a word: it is kept, in another place where it has to be."""

from __future__ import annotations

import re
import zipfile

import pytest

from briefgen.output.render import RenderJob

TABLE = "| A |\n|---|\n| cell |\n"
PANEL = f"""::: {{#fig-m layout-ncol=2}}
![One](bar.png){{#fig-m-a fig-alt="x"}}

{TABLE}

Main caption
:::

See @fig-m.
"""


@pytest.fixture
def convert(pandoc, write, tmp_path):
    def run(text: str, to: str) -> str:
        job = RenderJob(write(f"---\ntitle: T\n---\n\n{text}"), tmp_path / f"out.{to}", to)
        (outcome,) = pandoc.render([job])
        if outcome.error:
            raise outcome.error
        if to != "pptx":
            return job.output.read_text(encoding="utf-8")
        with zipfile.ZipFile(job.output) as archive:
            names = [name for name in archive.namelist() if re.match(r"ppt/slides/s", name)]
            return "".join(archive.read(name).decode() for name in names)

    return run


def test_latex_keeps_the_caption_of_a_panel_with_a_table(convert):
    text = convert(PANEL, "latex")
    assert "Main caption" in text
    assert r"\label{fig-m}" in text


@pytest.mark.parametrize("to", ["asciidoc", "asciidoctor"])
def test_asciidoc_keeps_notes_of_several_blocks(convert, to):
    text = convert("x[^n]\n\n[^n]: First.\n\n    Second.\n\n    - item\n\n        code\n", to)
    assert re.search(r"footnote:\[First\..*Second\..*item.*\]", text, re.DOTALL)
    assert "omitted" not in text


@pytest.mark.parametrize(
    "holder",
    [
        "> Said.\n>\n> {}",
        "::: {{.callout-note}}\nSaid.\n\n{}\n:::\n",
        "3. Said.\n\n   {}\n\n4. Next\n",
        "- Said.\n\n  - Inner\n\n    {}\n",
        "Said\n:   x\n\n    {}\n",
    ],
)
def test_slides_keep_tables_wherever_they_stand(convert, holder):
    before = re.search(r"(?:\n|^)([ >]*)\{\}", holder)
    table = TABLE.replace("\n|", f"\n{before[1]}|")
    slides = convert(holder.format(table), "pptx")
    assert "<a:tbl>" in slides
    assert "Said" in slides
    assert "cell" in slides


def test_links_to_headings_lead_somewhere(convert):
    text = "# Head {#own}\n\n# Next one\n\n[a](#own) [b](#next-one)\n"
    for to in ("asciidoc", "asciidoctor"):
        written = convert(text, to)
        assert "[[own]]" in written
        assert "[[next-one]]" in written
    assert '<a id="own"></a>Head' in convert(text, "gfm")


@pytest.mark.parametrize("to", ["latex", "gfm", "plain"])
def test_what_is_hidden_is_in_no_format_and_its_macros_hold(convert, to):
    hidden = (
        "::: {.hidden}\nSecret $$\\def\\RR{\\mathbb{R}}$$\n:::\n\n[secret]{.hidden} $x \\in \\RR$\n"
    )
    text = convert(hidden, to)
    assert "ecret" not in text
    assert "\\RR" not in text


@pytest.mark.parametrize("to", ["latex", "typst", "asciidoc", "docbook", "plain"])
def test_text_that_is_set_as_it_is_typed_is_in_every_format(convert, to):
    assert "a  typed" in convert("<pre>a  typed</pre>\n", to)
