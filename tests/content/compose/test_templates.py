"""What authors may write, and what they are told when they err."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from briefgen.config.settings import Settings, load_settings
from briefgen.content.compose import Composer
from briefgen.errors import TemplateError
from briefgen.model import DocumentKey, Kind
from evidence_by_hand import make_evidence, make_released
from studies import small_study

KEY = DocumentKey(Kind.BRIEF, "DE1", "smes", "en", "2026")


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return load_settings(small_study(tmp_path_factory.mktemp("study")))


@pytest.fixture
def render(settings, tmp_path):
    released = make_released(
        make_evidence("survey:q02_steering.frequent@DE1", 0.41),
        make_evidence("survey:q02_steering.frequent@DE", 0.33),
        make_evidence("survey:q02_steering.frequent@type:rural", 0.2),
        make_evidence("survey:q02_steering.frequent@DE1~rest", 0.12, verdict="higher"),
        make_evidence("survey:q07_smes.yes@DE", 0.5),
    )

    def run(body: str, **parts: str) -> str:
        folder: Path = tmp_path / "reports"
        folder.mkdir()
        (folder / "brief.qmd").write_text(f"---\ntitle: T\n---\n\n{body}\n", encoding="utf-8")
        for name, content in parts.items():
            (folder / f"{name}.qmd").write_text(content, encoding="utf-8")
        composed = Composer(settings, released, templates=folder).compose(KEY, tmp_path / "out")
        return composed.source.read_text(encoding="utf-8").split("---\n", 2)[2].strip()

    return run


STEERING = 'key="survey:q02_steering.frequent@'


@pytest.mark.parametrize(
    ("template", "result"),
    [
        ('{{ value("q02_steering.frequent") }}', f'[41%]{{.ev {STEERING}DE1"}}'),
        ('{{ value("q02_steering") }}', f'[41%]{{.ev {STEERING}DE1"}}'),
        ('{{ value("survey:q02_steering.frequent@DE") }}', f'[33%]{{.ev {STEERING}DE"}}'),
        ('{{ value("q02_steering.frequent", domain="DE") }}', f'[33%]{{.ev {STEERING}DE"}}'),
        ('{{ value("q02_steering.frequent", domain="Germany") }}', f'[33%]{{.ev {STEERING}DE"}}'),
        ('{{ value("q02_steering", domain="rural") }}', f'[20%]{{.ev {STEERING}type:rural"}}'),
        ('{{ value("q02_steering", digits=1) }}', f'[41.0%]{{.ev {STEERING}DE1"}}'),
        ('{{ interval("q02_steering") }}', f'[36 to 46%]{{.ev {STEERING}DE1"}}'),
        ('{{ n("q02_steering") }}', f'[40]{{.ev {STEERING}DE1"}}'),
        ('{{ value("q07_smes.yes") }}', '[not shown]{.ev key="survey:q07_smes.yes@DE1"}'),
        ('{{ plain("2017") }}', "[2017]{.plain}"),
        ('{{ _("Key messages") }}', "Key messages"),
        ("{{ doc.region_name }}, {{ doc.in_region }}", "Baden-Württemberg, in Baden-Württemberg"),
        ("{{ study.institute }} {{ study.institute.short }}", "Example Institute BI"),
        (
            "{% for topic in topics %}{{ topic.title }};{% endfor %}",
            "Work of the networks;Barriers;",
        ),
        ("{% for r in regions %}{{ r.short }} {% endfor %}", "BW BY NI SL"),
        ("{{ topics[1].questions[0].label }}", "Barriers"),
        ("{## a note ##}{#fig-x}", "{#fig-x}"),
        ("{{< pagebreak >}}", "{{< pagebreak >}}"),
        (
            "{{< meta a >}} {{ doc.kind }} {{< env BRIEFGEN_TEXT_A >}}",
            "{{< meta a >}} brief {{< env BRIEFGEN_TEXT_A >}}",
        ),
        ("{% raw %}{{ kept }} {{< pagebreak >}}{% endraw %}", "{{ kept }} {{< pagebreak >}}"),
        ('{{ "{{< meta a >}}" }} {{ doc.kind }}', "{{< meta a >}} brief"),
        ("{{ 'see {{< meta a >}}' }} {{< pagebreak >}}", "see {{< meta a >}} {{< pagebreak >}}"),
    ],
)
def test_what_a_template_writes(render, template, result):
    assert render(template) == result


def test_sentences_and_comparisons(render):
    said = render('{{ statement("q02_steering") }}\n{{ compare("q02_steering") }}')
    assert said.startswith("In Baden-Württemberg, [41%]")
    assert "[higher]{.claim " in said


def test_a_quarto_include_includes(render):
    assert render("{{< include _part.qmd >}}", _part="In {{ doc.region_name }}.") == (
        "In Baden-Württemberg."
    )


@pytest.mark.parametrize(
    "before",
    [
        "{{< pagebreak >}}",
        "{{< meta a >}}",
        "{% raw %}{{< pagebreak >}}{% endraw %}",
        '{{ "{{< pagebreak >}}" }}',
        "{{< include _part.qmd >}}",
    ],
)
@pytest.mark.parametrize("after", ["# Head", "- one\n- two", "> said", "::: {.x}\nText\n:::"])
def test_shortcode_keeps_the_block_behind_it_a_block(render, before, after):
    lines = render(f"{before}\n\n{after}", _part="Part").split("\n", 1)
    assert lines[1] == f"\n{after}"


def test_shortcode_keeps_the_blanks_before_it(render):
    assert render("- one\n\n    {{< meta a >}}\n") == "- one\n\n    {{< meta a >}}"


def test_a_figure_is_a_float_with_alternative_text(render):
    asked = 'figure("q02_steering.frequent", kind="dots", id="fig-a", caption="Mine")'
    made = render(f"{{{{ {asked} }}}}\nSee @fig-a.")
    assert "::: {#fig-a}\n![](exhibits/fig-a.svg){fig-alt=" in made
    assert "\n\nMine\n:::" in made
    assert "See @fig-a." in made


@pytest.mark.parametrize(
    ("template", "message", "hint", "line"),
    [
        ('{{ value("q02_sterring") }}', "there is no variable 'q02_sterring'", "q02_steering", 5),
        (
            'A\n\n{{ value("q02_steering.frequnt") }}',
            "there is no measure of q02_steering 'frequnt'", "frequent", 7,
        ),
        ('{{ value("q09_fields") }}', "no single headline measure", "q09_fields.care", 5),
        ('{{ value("q01_size.mean") }}', "there is no measure of q01_size 'mean'", "small", 5),
        ('{{ value("q02_steering", domain="Bavria") }}', "no domain 'Bavria'", "known: ", 5),
        ("{{ vlue(1) }}", "there is nothing called 'vlue'", "value", 5),
        ("{{ doc.regon }}", "there is no 'regon' here", "region", 5),
        ("{{ study.texts.nothing }}", "there is no 'nothing' here", "known", 5),
        ('{{ findings(topic="wrk") }}', "there is no topic 'wrk'", "work", 5),
        ('{{ _("Key mesages") }}', None, None, None),
        ("{% if %}", "Expected an expression", "needs its end", 5),
        ("{% for x in topics %}", "Unexpected end of template", "needs its end", 5),
        ('{% include "nope.qmd" %}', "there is no template 'nope.qmd'", "", None),
        (f'{{% include "{"n" * 300}" %}}', "there is no template 'nnn", "", None),
        ('{{ figure("q02_steering", id="steering") }}', "does not begin with 'fig-'", "write", 5),
        ('{{ figure("q99") }}', "there is no variable 'q99'", "", 5),
        ("{{ 1 / 0 }}", "division by zero", "docs/templates.md", 5),
        ("{{ doc(id=1, id=2) }}", "keyword argument repeated", "arguments of each call", None),
        ('{{ "{0.__class__.__init__}".format(doc) }}', "'__init__' here", "docs/templates.md", 5),
        ("{{ doc(1e999) }}", "'inf' is not defined", "docs/templates.md", 5),
        ("{{ 2.0 ** 9999 }}", "result out of range", "docs/templates.md", 5),
        ("{{ value() }}", "missing 1 required positional argument", "docs/templates.md", 5),
    ],
)  # fmt: skip
def test_a_mistake_names_template_line_and_the_nearest_name(render, template, message, hint, line):
    if message is None:
        assert render(template) == "Key mesages"  # English is the language of the ids
        return
    with pytest.raises(TemplateError) as caught:
        render(template)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert (caught.value.where or "").startswith("reports/brief.qmd")
    if line is not None:
        assert caught.value.where == f"reports/brief.qmd:{line}"


def test_a_mistake_in_a_part_names_the_part(render):
    with pytest.raises(TemplateError) as caught:
        render('{% include "_part.qmd" %}', _part="fine\n{{ value('q99') }}\n")
    assert caught.value.where == "reports/_part.qmd:2"


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ value.__globals__ }}",
        "{{ value.__self__.released }}",
        "{{ doc.__init__.__globals__ }}",
        '{% include "/etc/passwd" %}',
        '{% include "../../secret.qmd" %}',
        "{{ study.texts.update(a=1) }}",
    ],
)
def test_templates_reach_nothing_but_their_names(render, attack):
    with pytest.raises(TemplateError):
        render(attack)


def test_a_template_can_ask_how_much_of_a_question_is_published(settings, tmp_path):
    values = {"chamber": 0.7, "agency": None, "university": None, "school": 0.2}
    names = [item.name for item in settings.questions["q03_partners"].items]
    released = make_released(
        *(
            make_evidence(f"survey:q03_partners.{name}@DE1", values.get(name, 0.1 * index))
            for index, name in enumerate(names, start=1)
        )
    )
    hidden = sum(values.get(name, 0.0) is None for name in names)
    folder = tmp_path / "reports"
    folder.mkdir()
    body = '{{ plain(published("q03_partners")) }} {{ plain(published("q02_steering")) }}'
    (folder / "brief.qmd").write_text(f"---\ntitle: T\n---\n\n{body}\n", encoding="utf-8")
    composed = Composer(settings, released, templates=folder).compose(KEY, tmp_path / "out")
    said = re.findall(r"\[([\d.]+)\]\{\.plain\}", composed.source.read_text(encoding="utf-8"))
    assert hidden
    assert [float(share) for share in said] == [pytest.approx(1 - hidden / len(names)), 0.0]


def test_a_figure_can_leave_its_headline_to_the_one_beside_it(render):
    with_headline = '{{ figure("q02_steering.frequent", kind="dots") }}'
    assert "exhibit-headline" in render(with_headline)


def test_a_figure_without_its_headline_has_none(render):
    text = render('{{ figure("q02_steering.frequent", kind="dots", headline=false) }}')
    assert "exhibit-headline" not in text
    assert "caption-rest" in text


@pytest.mark.parametrize("title", ["A^[note]", "A[^1]"])
def test_a_title_has_no_notes(settings, tmp_path, title):
    folder = tmp_path / "reports"
    folder.mkdir()
    text = f'---\nlang: en\ntitle: "{title}"\n---\n\nText\n'
    (folder / "brief.qmd").write_text(text, encoding="utf-8")
    composer = Composer(settings, make_released(), templates=folder)
    with pytest.raises(TemplateError, match="the title has a note") as caught:
        composer.compose(KEY, tmp_path / "out")
    assert caught.value.where == "reports/brief.qmd:3"


@pytest.mark.parametrize(
    ("population", "said"), [("those who were asked", False), ("regional networks", True)]
)
def test_drafted_words_about_the_survey_are_not_printed(tmp_path, population, said):
    words = {"population": population, "respondents": "coordinators"}
    settings = load_settings(small_study(tmp_path / "study", study=words))
    released = make_released(make_evidence("survey:q02_steering.frequent@DE", 0.33))
    key = DocumentKey(Kind.SUMMARY, "", "", "en", "2026")
    composed = Composer(settings, released).compose(key, tmp_path / "out")
    text = composed.source.read_text(encoding="utf-8")
    assert ("Those asked were coordinators" in text) == said
    assert population not in text or said
