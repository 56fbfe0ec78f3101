"""The lint: numbers without a source, names that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.config.settings import load_settings
from briefgen.content.compose import lint_numbers, lint_templates
from studies import small_study, text


@pytest.mark.parametrize(
    "line",
    [
        "In Bavaria 41 % agree.",
        "In Bayern stimmen 41\u00a0% zu.",
        "About 1,234 firms.",
        "A plus of +5 points.",
        "In 2017 it began.",
        "> Quoted: 7 of them.",
        "- An item with 3 parts",
        "## Half of 12 firms",
        r"A share of $41\,\%$ agree.",
        r"A share of $41$ agree.",
        "It costs $5.",
        "The year ^2017^ and more",
    ],
)
def test_a_number_typed_by_hand_is_found(line):
    (problem,) = lint_numbers(f"---\ntitle: T\n---\n\nText.\n{line}\n")
    assert problem.file == "document.qmd"
    assert problem.row == 6
    assert "without a source" in problem.rule


@pytest.mark.parametrize(
    "line",
    [
        '[41 %]{.ev key="survey:a.b@DE1"} agree.',
        '[more than [2]{.plain} others]{.claim key="survey:a.b@DE1~rest"}',
        "In [2017]{.plain} it began.",
        "1. First\n2. Second",
        "## 1.2 Numbered heading",
        "See @fig-1, [@tbl-2] and [@smith2017, p. 3].",
        "A note.[^1]\n\n[^1]: Its text.",
        '![](exhibits/fig-1.svg){fig-alt="41 %" width="50%"}',
        "<https://example.org/2017/41> and [a link](https://example.org/41)",
        "```{=html}\n<td>41 %</td>\n```",
        "`code 41`",
        '::: {.column width="40%"}\ntext\n:::',
        "<!-- 41 % -->",
        "{{< pagebreak 2 >}}",
        "The variable q07 and CO2.",
        "The square $x^2$ and $\\frac{1}{2}$.",
        "$$\ny = 2x + 1\n$$ {#eq-line}",
        "H~2~O",
        "km^2^, s^-1^ and CO~2~",
    ],
)
def test_what_is_marked_or_no_running_text_passes(line):
    assert lint_numbers(f"---\ntitle: 41 %\n---\n\n{line}\n") == []


def lint(folder: Path, template: str, **study) -> list:
    small_study(folder, study=study)
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / "own.qmd").write_text(template, encoding="utf-8")
    return lint_templates(load_settings(folder))


def test_the_default_templates_and_the_small_study_are_clean(tmp_path):
    assert lint(tmp_path, "Text.\n") == []


@pytest.mark.parametrize(
    ("template", "row", "rule"),
    [
        ("Text\n\nIn Bavaria 41 % agree.\n", 3, "'41 %' stands in the running text"),
        ("---\ntitle: 41 % of all\n---\n", 2, "'41 %' stands in the running text"),
        ("---\nabstract: |\n  Of all\n  41 %\n---\n", 4, "'41 %' stands in"),
        ("\n![Share of 41 %](map.png)\n", 2, "'41 %' stands in"),
        ('::: {.callout-note title="41 % agree"}\n:::\n', 1, "'41 %' stands in"),
        ('\n![](map.png){fig-alt="A bar of 41 %"}\n', 2, "'41 %' stands in"),
        ("About ½ agree.\n", 1, "'½' stands in"),
        ("a\n{{ 41 }} % agree.\n", 2, "'41' is typed into what the template prints"),
        ("{{ '41 %' }}", 1, "'41 %' is typed into"),
        ("{{ 'about ' ~ 41 }}", 1, "'41' is typed into"),
        ("{{ ('41 %' if doc.is_national else '') | upper }}", 1, "'41 %' is typed into"),
        ("{% set share = 41 %}\n{{ share }} %", 2, "'41' is typed into"),
        ("{{ value('q99.yes') }}", 1, "there is no variable 'q99'"),
        ("\n{{ value('q07_smes.yess') }}", 2, "there is no measure of q07_smes 'yess'"),
        ("{{ value('q01_size.mean') }}", 1, "there is no measure of q01_size 'mean'"),
        ("{{ table(['q07_smes', 'q98']) }}", 1, "there is no variable 'q98'"),
        ("{{ regoins }}", 1, "there is nothing called 'regoins'"),
        ("a\n{% if %}\n", 2, "Expected an expression"),
        ("{{ _('Unheard of') }}", 1, "'Unheard of' has no translation to 'de'"),
    ],
)
def test_a_mistake_is_found_before_anything_is_composed(tmp_path, template, row, rule):
    (problem,) = lint(tmp_path, template)
    assert (problem.file, problem.row) == ("reports/own.qmd", row)
    assert rule in problem.rule


@pytest.mark.parametrize(
    "template",
    [
        "{{ value('q07_smes.yes', digits=1) }} and {{ plain('2017') }}",
        "{## 41 % ##}{% set most = 3 %}{{ key_messages(most) }}",
        "{% set share = value('q07_smes.yes', digits=1) %}{{ share }}",
        "{% set year = plain('2017') %}{{ year }}",
        "---\ntitle: T\ntoc-depth: 2\n---\n![](a.png){fig-alt='no number' width=80%}",
        "{{ 'yes' if n('q07_smes.yes') == 12 else 'no' }}",
        "{{ topics[0].title }}{{ topics | length }}",
        "{% for topic in topics %}{{ topic.title }} {{ loop.index }}{% endfor %}",
        "{% macro twice(x) %}{{ x }}{{ x }}{% endmacro %}{{ twice('a') }}",
        "{{ figure('q04_barriers') }} {{ value('panel:s01.agreement') }}",
    ],
)
def test_sound_templates_pass(tmp_path, template):
    assert lint(tmp_path, template) == []


def test_numbers_in_the_texts_of_the_study_have_to_be_marked(tmp_path):
    problems = lint(
        tmp_path, "", limits=text("Nur 12 Antworten.", "Only [12]{.plain} answers."),
        texts={"background": "Since 1999."},
    )  # fmt: skip
    assert [(problem.file, problem.column) for problem in problems] == [
        ("data/study.yml", "limits.de"),
        ("data/study.yml", "texts.background"),
    ]


def test_numbers_in_recommendations_have_to_be_marked(tmp_path):
    folder = small_study(
        tmp_path,
        study={"files": {"recommendations": "recommendations.yml"}},
        files={
            "recommendations.yml": "recommendations:\n  - code: r01\n    title: Ask\n"
            "    text: Ask 3 times.\n    audiences: [smes]\n    evidence: [survey:q07_smes.yes]\n"
        },
    )
    (problem,) = lint_templates(load_settings(folder))
    assert (problem.file, problem.row, problem.column) == (
        "data/recommendations.yml",
        2,
        "r01.text",
    )
