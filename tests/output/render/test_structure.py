"""Classes and attributes that style sheets and scripts rely on, beyond what readers meet.

The expectations are those of Quarto's filters (``callouts.lua``, ``layout/html.lua``,
``floatreftarget.lua``, ``panel-tabset.lua``, ``table-classes.lua``).
"""

from __future__ import annotations

import pytest
from lxml import html

from briefgen.output.render import RenderJob


@pytest.fixture
def render(pandoc, write, tmp_path):
    """Render a text and return the content."""

    def render(text: str) -> html.HtmlElement:
        job = RenderJob(write(text), tmp_path / "out.html")
        for picture in ("a.png", "b.png"):
            (job.source.parent / picture).touch()
        (outcome,) = pandoc.render([job])
        if outcome.error:
            raise outcome.error
        return html.fragment_fromstring(job.output.read_text(encoding="utf-8"))

    return render


def _classes(node: html.HtmlElement) -> set[str]:
    return set((node.get("class") or "").split())


TABLE = "| a | b |\n|---|---|\n| 1 | 2 |\n"


@pytest.mark.parametrize(
    ("collapse", "header", "body"),
    [("true", {"collapsed"}, set()), ("false", set(), {"show"})],
)
def test_callout_that_folds(render, collapse, header, body):
    main = render(
        f"::: {{.callout-tip}}\nA\n:::\n\n::: {{.callout-note collapse={collapse}}}\nB\n:::"
    )
    (inside,) = main.find_class("callout-collapse")
    assert inside.get("id") == "callout-2"
    assert _classes(inside) == {"callout-2-contents", "callout-collapse", "collapse", *body}
    head = inside.getprevious()
    assert _classes(head) & {"collapsed"} == header
    assert head.get("data-bs-target") == ".callout-2-contents"
    assert head.get("aria-expanded") == ("false" if collapse == "true" else "true")
    assert main.find_class("callout-btn-toggle")


def test_rows_of_a_layout_have_an_alignment_and_room(render):
    main = render('::: {layout="[[30,-10,60]]" layout-valign="bottom"}\nA\n\nB\n:::')
    (row,) = main.find_class("quarto-layout-row")
    assert "quarto-layout-valign-bottom" in _classes(row)
    assert [_classes(cell) for cell in row] == [
        {"quarto-layout-cell"},
        {"quarto-layout-cell", "quarto-figure-spacer"},
        {"quarto-layout-cell"},
    ]
    assert [cell.get("style").split(";")[0] for cell in row] == [
        "flex-basis: 30.0%", "flex-basis: 10.0%", "flex-basis: 60.0%",
    ]  # fmt: skip


def test_div_is_a_cell_itself(render):
    main = render("::: {layout-ncol=2}\n::: {.wide}\nA\n\nB\n:::\n\nC\n:::")
    first, _ = main.find_class("quarto-layout-cell")
    assert _classes(first) == {"wide", "quarto-layout-cell"}
    assert [child.tag for child in first] == ["p", "p"]


def test_inner_layout_alone_is_laid_out(render):
    main = render(":::: {layout-ncol=2}\n::: {layout-ncol=1}\nA\n\nB\n:::\n\nC\n::::")
    (panel,) = main.find_class("quarto-layout-panel")
    assert len(panel.find_class("quarto-layout-row")) == 2


def test_tables_in_layouts_begin_at_the_left(render):
    main = render(f"::: {{layout-ncol=2}}\n{TABLE}\n\nText\n:::\n\n{TABLE}")
    inner, outer = main.iter("table")
    assert [cell.get("style") for cell in inner.iter("td")] == ["text-align: left;"] * 2
    assert [cell.get("style") for cell in outer.iter("td")] == [None] * 2


def test_panel_of_tables_has_an_anchor(render):
    main = render(f"::: {{#tbl-p layout-ncol=2}}\n{TABLE}\n: A\n\n{TABLE}\n: B\n\nBoth\n:::")
    assert _classes(main.get_element_by_id("tbl-p")) == {"quarto-layout-panel", "anchored"}


def test_images_know_their_panel(render):
    main = render("::: {#fig-p}\n![A](a.png){#fig-a}\n\n![B](b.png){#fig-b}\n\nBoth\n:::")
    assert [image.get("data-ref-parent") for image in main.iter("img")] == ["fig-p", "fig-p"]


def test_figure_takes_classes_and_alignment(render):
    main = render("---\nfig-align: right\n---\n\n![A](a.png){#fig-a .wide}\n\n![B](b.png)")
    assert {"wide", "quarto-figure-right"} <= _classes(main.get_element_by_id("fig-a"))
    assert len(main.find_class("quarto-figure-right")) == 2


def test_figure_without_words_is_marked(render):
    main = render("![](a.png){#fig-a}\n\n![B](b.png){#fig-b}")
    first, second = main.iter("figcaption")
    assert "quarto-uncaptioned" in _classes(first)
    assert "quarto-uncaptioned" not in _classes(second)


def test_looks_of_tables_are_those_of_bootstrap(render):
    main = render(f"{TABLE}\n: A {{.striped .hover .mine}}")
    (table,) = main.iter("table")
    assert {"table-striped", "table-hover", "mine"} <= _classes(table)
    assert "striped" not in _classes(table)


def test_numbered_table_keeps_its_classes_too(render):
    main = render(f"{TABLE}\n: A {{#tbl-a .striped}}")
    assert "striped" in _classes(main.get_element_by_id("tbl-a"))


@pytest.mark.parametrize("widths", ["[30, 70]", '"[30,70]"'])
def test_widths_of_columns_hold_for_the_document(render, widths):
    main = render(f"---\ntbl-colwidths: {widths}\n---\n\n{TABLE}")
    assert [column.get("style") for column in main.iter("col")] == ["width: 30%", "width: 70%"]


def test_lines_of_code_are_numbered_throughout(render):
    main = render("---\ncode-line-numbers: true\n---\n\n```python\n1\n```")
    assert "numberSource" in _classes(main.find(".//pre"))


def test_listing_has_the_class_of_its_language(render):
    main = render('```{#lst-a .python lst-cap="A"}\n1\n```')
    assert {"listing", "python"} <= _classes(main.get_element_by_id("lst-a"))


def test_tabs_keep_their_looks_and_the_active_one(render):
    main = render('::: {.panel-tabset .nav-pills group="g"}\n## A\na\n\n## B {.active}\nb\n:::')
    (tabset,) = main.find_class("panel-tabset")
    assert "nav-pills" in _classes(tabset)
    assert tabset.get("data-group") == "g"
    panes = main.find_class("tab-pane")
    assert ["active" in _classes(pane) for pane in panes] == [False, True]
    assert [link.get("aria-selected") for link in main.find_class("nav-link")] == ["false", "true"]


def test_tabset_has_room_for_what_stands_in_its_margin(render):
    (tabset,) = render("::: {.panel-tabset}\n## A\na\n:::").find_class("panel-tabset")
    assert _classes(tabset.getprevious()) == {"tabset-margin-container"}


def test_heading_of_an_appendix_has_its_own_classes(render):
    (heading,) = render("# A {.appendix .wide}\n\nText").iter("h2")
    assert _classes(heading) == {"anchored", "quarto-appendix-heading"}


def test_quotations_are_named(render):
    assert _classes(render("> A").find(".//blockquote")) == {"blockquote"}


@pytest.mark.parametrize(
    ("front", "table", "widths"),
    [
        ("", "", []),
        ("tbl-colwidths: [20, 80]", "", ["20%", "80%"]),
        ("tbl-colwidths: [20, 80]", 'tbl-colwidths="[70,10]"', ["70%", "10%"]),
        ("", 'tbl-colwidths="[30]"', ["30%", "30%"]),
        ("", 'tbl-colwidths="60,90"', ["40%", "60%"]),
        ("tbl-colwidths: [20, 80]", "tbl-colwidths=false", []),
        ("tbl-colwidths: auto", "", []),
    ],
)
def test_widths_of_columns(render, front, table, widths):
    caption = f": T {{#tbl-t {table}}}"
    main = render(f"---\ntitle: T\n{front}\n---\n\n{TABLE}\n{caption}")
    assert [col.get("style").removeprefix("width: ") for col in main.iter("col")] == widths


def test_widths_come_from_the_nearest_div(render):
    inner = f'::: {{tbl-colwidths="[10,20]"}}\n{TABLE}\n:::'
    main = render(f':::: {{tbl-colwidths="[50,50]"}}\n{TABLE}\n{inner}\n::::')
    styles = [col.get("style").removeprefix("width: ") for col in main.iter("col")]
    assert styles == ["50%", "50%", "10%", "20%"]


def test_shortcode_in_a_cell_makes_its_line_as_long_as_quarto_does(render):
    short = "| a | b |\n|---|-|\n| 1 | {{< meta title >}} |\n"
    main = render(f"---\ntitle: T\n---\n\n{short}")
    assert [col.get("style") for col in main.iter("col")] == ["width: 75%", "width: 25%"]
    assert main.xpath(".//td/text()") == ["1", "T"]


def test_drawing_has_its_alternative(render):
    main = render('::: {#fig-a fig-alt="Bars"}\n```{=html}\n<svg><rect/></svg>\n```\n\nDrawn\n:::')
    (box,) = main.xpath('.//div[@id="fig-a"]')
    assert box.get("alt") == "Bars"
    (inner,) = box.xpath("./figure/div")
    assert (inner.get("role"), inner.get("aria-label")) == ("img", "Bars")


def test_lines_of_divs_are_told_to_nobody(render):
    main = render('::: {.a}\nA\n\n```\n::: {.b}\n```\n\n::: {layout-ncol="1"}\nB\n:::\n:::')
    assert "bg-line" not in html.tostring(main, encoding="unicode")
