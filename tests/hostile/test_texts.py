"""Texts are printed as they are, whatever they look like; ``make hostile`` tries more of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pypandoc
import pytest
from hostile_corpus import PICKED, QUOTED, make_corpus
from hostile_judge import fold, judge_texts, published_texts
from hostile_study import Planted, hostile_study, plant_author_texts
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.plain_text import one_line
from briefgen.config.settings import MarkdownText, Part, load_settings
from briefgen.config.yaml_text import quote
from briefgen.content.compose.floats import write_csv
from briefgen.content.compose.text import split_front_matter
from briefgen.content.language.author import authored
from briefgen.content.language.markdown import attribute, escape, plain_text, safe
from briefgen.content.language.quotes import Marks, set_document, set_page
from briefgen.errors import SettingsError
from briefgen.evidence.cases.files import CaseEntry
from briefgen.pipeline.build import Options, build
from studies import small_study

TEXTS = make_corpus(400)
QUOTED_NAME = "Peter's Hof"
PLACES = {
    "paragraph": "{text}",
    "heading": "## {text} {{#sec-x}}",
    "emphasis": "A *{text}* b",
    "list": "- {text}",
    "title in a list": "- **{text}.** And.",
    "quote": "> {text}",
    "after a line": "A line\n{text}",
    "between quotation marks": "With “{text}” said",
    "span": "A [{text}]{{.caption-rest}} b",
    "cell": "| a | b |\n|---|---|\n| {text} | x |",
    "definition": "Word\n: {text}",
}


def read_blocks(markdown: str) -> list[object]:
    """Return the blocks that Pandoc reads."""
    written = pypandoc.convert_text(markdown, "json", format="markdown", extra_args=["--wrap=none"])
    blocks: list[object] = json.loads(written)["blocks"]
    return blocks


def words_of(value: object) -> Iterator[str]:
    """Yield the words of Pandoc's elements, nothing that would be markup."""
    if isinstance(value, list):
        for item in value:
            yield from words_of(item)
    elif isinstance(value, dict):
        kind = value.get("t")
        assert kind not in ("RawInline", "RawBlock", "Note", "Math", "Code", "CodeBlock"), value
        assert kind not in ("Link", "Image", "Cite", "Superscript", "Subscript", "Strikeout"), value
        if kind == "Str":
            yield str(value["c"])
        elif kind in ("Space", "SoftBreak"):
            yield " "
        elif "c" in value:
            yield from words_of(value["c"])


@pytest.mark.parametrize("place", PLACES)
def test_pandoc_reads_a_text_as_the_text_that_it_is(place):
    """Each text in a div of its own: what it would open or close must not reach the next."""
    written = "\n\n".join(
        f":::: {{.t}}\n{PLACES[place].format(text=safe(text))}\n::::" for text in TEXTS
    )
    blocks = read_blocks(written)
    assert [block["t"] for block in blocks] == ["Div"] * len(TEXTS)
    frame = PLACES[place].replace("{{#sec-x}}", "").replace("|---|---|", "")
    for block, text in zip(blocks, TEXTS, strict=True):
        told = fold("".join(words_of(block["c"][1])))
        assert fold(one_line(text)).replace("'", "’") in told.replace("'", "’"), (text, written)
        extra = len(told) - len(fold(one_line(text)))
        assert extra <= len(fold(frame)), text


def test_pandoc_reads_an_attribute_as_the_text_that_it_is():
    pictures = [f'![](x.svg){{fig-alt="{attribute(text)}" width="5mm"}}' for text in TEXTS]
    blocks = read_blocks("\n\n".join(pictures))
    assert len(blocks) == len(TEXTS)
    found = [dict(block["c"][0]["c"][0][2])["fig-alt"] for block in blocks]
    assert found == [re.sub(r"(?<=\w)'(?=\w)", "’", one_line(text)) for text in TEXTS]


@given(st.text(max_size=40))
def test_the_way_back_is_the_text(text):
    assert plain_text(safe(text)) == one_line(text)
    assert plain_text(escape(text)) == one_line(text)


@pytest.mark.parametrize(("written", "printed"), QUOTED.items())
def test_straight_quotes_become_those_of_the_language(written, printed):
    marks = Marks("„", "“")
    assert plain_text(set_document(safe(written), marks)).replace("'", "’") == printed
    front = set_document(f"---\ntitle: {quote(escape(written))}\n---\n\nText", marks)
    title = split_front_matter(front)[0]["title"]
    assert plain_text(title).replace("'", "’") == printed


def test_an_apostrophe_within_a_word_ends_no_quotation():
    marks = Marks("„", "“")
    written = f"{safe('; DROP')} {safe(chr(39) + 'x')}; {safe(QUOTED_NAME)} {safe('y' + chr(39))}."
    told = plain_text(set_document(written, marks)).replace("'", "’")
    assert told == "; DROP ‚x; Peter’s Hof y‘."
    assert attribute(QUOTED_NAME) == "Peter’s Hof"


def test_a_name_that_ends_with_a_full_stop_gets_no_second_one():
    marks = Marks("“", "”")
    assert set_document(f"By {safe('Verein e.V.')}. Next.\n", marks) == "By Verein e.V. Next.\n"
    assert set_document(f"What {safe('Wait...')}.\n", marks) == "What Wait\\.\\.\\.\n"
    assert set_document("Wait... for ../x/y.png\n", marks) == "Wait... for ../x/y.png\n"


AUTHORED = (
    "{{< include ../../data/survey.csv >}}",
    "{{< env HOME >}} und `{{< env HOME >}}`",
    "<script>alert(x)</script> <img src=x onerror=alert(x)>",
    "[x](javascript:alert(x)) [y]: javascript:alert(y)",
    "[x]{onclick=alert(x)} `<b>`{=html}",
    "```{=html}\n<script>alert(x)</script>\n```",
    "~~~ {.python}\nx\n~~~",
    "\\input{/etc/passwd} $\\input{x}$",
    "Text\n\n---\nfilters: [x.lua]\n---\n\n:::\n\nMehr",
    "<https://a.b/`><script>alert(x)</script>`",
)


@pytest.mark.parametrize("text", AUTHORED)
def test_markdown_of_authors_does_nothing_beyond_its_text(text):
    written = authored(text)
    html = pypandoc.convert_text(f"::: {{.t}}\n{written}\n:::\n", "html", format="markdown")
    for forbidden in ("<script", "<img", "<[^>]*onclick=", "<b>", 'href="javascript', "<math"):
        assert not re.search(forbidden, html)
    assert html.count("<div") == html.count("</div") == 1
    tex = pypandoc.convert_text(written, "latex", format="markdown")
    assert "\\input" not in tex
    assert "{{<" not in written.replace("{{{<", "")


def test_markdown_of_authors_keeps_what_is_meant():
    text = "Ein **Wort** und [ein Ort](https://example.org), <https://example.org>, [2017]{.plain}."
    assert authored(text) == text
    assert authored("- eins\n- zwei\n\nNote[^1]\n\n[^1]: So [@key].") == (
        "- eins\n- zwei\n\nNote[^1]\n\n[^1]: So [@key]."
    )


def test_no_cell_of_a_data_file_is_a_formula():
    cells = ["=1+1", "+1+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "+3 points", "-3", "Label"]
    lines = write_csv([{"label": cell, "value": -0.5} for cell in cells]).splitlines()[1:]
    shown = [line.rpartition(",")[0].strip('"') for line in lines]
    assert shown == ["'=1+1", "'+1+cmd|' /C calc'!A0", "'@SUM(A1)", "'-2+3", "'\t=1",
                     "+3 points", "-3", "Label"]  # fmt: skip


@pytest.mark.slow
def test_a_brief_prints_the_texts_that_were_put_in(tmp_path):
    """Briefs with their PDF; reports and the other texts are tried by ``make hostile``."""
    planted = Planted(PICKED[:60])
    judged = judge_texts(tmp_path, planted, documents=["brief"])
    assert judged.wrong == []
    assert judged.leaked == []
    assert judged.found > 100


@pytest.mark.slow
def test_texts_of_authors_leak_nothing(tmp_path):
    folder = hostile_study(tmp_path, Planted(["Text"]), documents=["brief"])
    plant_author_texts(folder, "\n\n".join(AUTHORED[:6]))
    result = build(load_settings(folder), options=Options(engine="pandoc", jobs=1))
    assert [one.error for one in result.outcomes] == [None] * len(result.outcomes)
    said = " ".join(text for _, text in published_texts(folder))
    assert "{{< include ../../data/survey.csv >}}" in " ".join(said.split())
    assert "r0001" not in said


def test_the_docs_name_the_fields_in_which_markdown_is_meant():
    """Fields by the names under which they stand in the files; the table is in docs/text.md."""
    found = {name for part in {CaseEntry, *Part.__subclasses__()} for name in markdown_fields(part)}
    table = (Path(__file__).parents[2] / "docs" / "text.md").read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line.startswith("| `") or "| cases" in line]
    named = {name for row in rows for name in re.findall(r"`(?:[a-z\[\]]+\.)?(\w+)`", row)}
    assert found <= {name.replace("NAME", "texts") for name in named}
    known = {"lead", "ask", "intro", "limits", "portrait", "lesson", "text", "texts", "conclusion"}
    assert found == known


def markdown_fields(part: type[Part]) -> Iterator[str]:
    """Yield the fields of a part that are Markdown."""
    for name, hint in get_type_hints(part, include_extras=True).items():
        if MarkdownText in {hint, *get_args(hint)}:
            yield name


def test_an_address_is_one(tmp_path):
    small_study(tmp_path, study={"publication": {"url": "javascript:alert(x)"}})
    with pytest.raises(SettingsError, match="https://"):
        load_settings(tmp_path)


def test_the_texts_of_a_page_get_quotation_marks_and_its_styles_none():
    page = (
        '<html lang="de"><style>a { content: "x" }</style><p>Das "Netz"</p><script>f("y")</script>'
    )
    shown = set_page(page, Marks("„", "“"))
    assert shown == page.replace('"Netz"', "„Netz“")
