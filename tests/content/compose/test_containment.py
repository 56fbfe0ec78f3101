"""A template from a stranger reaches what it is given, and nothing behind that."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings, load_settings
from briefgen.content.compose import Composer, templates
from briefgen.content.compose.drawing import TemplateDrawing
from briefgen.content.compose.scope import Scope
from briefgen.content.compose.templates import Sandbox, template_folders
from briefgen.content.language.locale import fill_places
from briefgen.errors import SettingsError, TemplateError
from briefgen.model import DocumentKey, Kind, Text
from evidence_by_hand import make_evidence, make_released
from studies import small_study

KEY = DocumentKey(Kind.SUMMARY, "", "", "de", "2026")
SECRET = "secret-of-the-user"  # noqa: S105 - a word to look for


@pytest.fixture
def study(tmp_path) -> Path:
    return small_study(tmp_path / "study")


@pytest.fixture
def compose(study, tmp_path):
    """Compose the short version from a body and other files of ``reports``."""

    def run(body: str, front: str = "", **files: str) -> str:
        reports = study / "reports"
        reports.mkdir(exist_ok=True)
        text = f"---\ntitle: Kurz\n{front}---\n\n{body}\n"
        (reports / "summary.qmd").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (reports / name).write_text(content, encoding="utf-8")
        return make_composer(study).compose(KEY, tmp_path / "out").source.read_text("utf-8")

    return run


def make_composer(study: Path) -> Composer:
    released = make_released(make_evidence("survey:q02_steering.frequent@DE", 0.41))
    advice = Recommendation(
        code="r01", title=Text({"": "Rat"}), text=Text({"": "Tun."}), audiences=("smes",),
        evidence=("survey:q02_steering.frequent",), file=SECRET,
    )  # fmt: skip
    return Composer(load_settings(study), released, [advice])


REACHING = {
    "an include in a raw block": "{% raw %}\n{{< include ../../data/survey.csv >}}\n{% endraw %}",
    "an include made of pieces": '{{ "{{" ~ "< include /etc/passwd >" ~ "}}" }}',
    "an include over two lines": "{% raw %}{{< include\n/etc/passwd >}}{% endraw %}",
    "a shortcode in code": "{% raw %}\n```\n{{< include /etc/passwd >}}\n```\n{% endraw %}",
    "an embedded notebook": "{{< embed ../x.ipynb >}}",
    "the environment": "{{< env BRIEFGEN_TEST_SECRET >}}",
    "an include of Jinja": '{% include "../data/survey.csv" %}',
    "a picture elsewhere": "![](../data/survey.csv)",
    "a picture by its whole path": "![](/etc/passwd)",
    "a picture that is none": "![](_quarto.yml)",
    "a picture of the network": "![](https://example.org/a.png)",
    "a cell": "{% raw %}\n```{python}\nprint(1)\n```\n{% endraw %}",
    "hidden Markdown": '<td data-qmd="{{ "x" }}">a</td>',
    "an id as a path": '{{ table("q02_steering", id="tbl-/../../../data/survey") }}',
    "an id with a line end": '{{ table("q02_steering", id="tbl-a\\nb") }}',
    "attributes in a message": '{{ _("{x.__func__.__globals__}", x=value) }}',
    "an item in a message": '{{ _("{x[0]}", x=value) }}',
    "format of a text": '{{ "{0.__class__}".format(value) }}',
    "what a function belongs to": "{{ value.__self__ }}",
    "a filter to an attribute": '{{ value|attr("__globals__") }}',
    "a model's methods": "{{ recommendations(audience='smes')[0].applied.recommendation.file }}",
    "a method of a model": "{{ recommendations(audience='smes')[0].applied.condition.copy() }}",
}


@pytest.mark.parametrize("body", REACHING.values(), ids=REACHING)
def test_what_reaches_beyond_a_document_is_refused(compose, study, monkeypatch, body):
    monkeypatch.setenv("BRIEFGEN_TEST_SECRET", SECRET)
    before = (study / "data" / "survey.csv").read_bytes()
    with pytest.raises(TemplateError) as caught:
        compose(body, **{"_quarto.yml": "project: {pre-render: rm}"})
    assert caught.value.where
    assert SECRET not in str(caught.value)
    assert (study / "data" / "survey.csv").read_bytes() == before


@pytest.mark.parametrize(
    "front",
    [
        "filters: [x.lua]\n",
        "format: {html: {include-in-header: /etc/passwd}}\n",
        "format: {html: {bibliography: /etc/passwd}}\n",
        "bibliography: /etc/passwd\n",
        "bibliography: ../data/survey.csv\n",
        "csl: https://example.org/style.csl\n",
        "engine: knitr\n",
    ],
)
def test_front_matter_names_no_files_and_no_programs(compose, front):
    with pytest.raises(TemplateError):
        compose("Wort.", front)


def test_a_user_may_trust_cells_of_own_templates(compose, monkeypatch):
    monkeypatch.setenv("BRIEFGEN_TRUST_TEMPLATES", "1")
    assert "{python}" in compose("{% raw %}\n```{python}\nprint()\n```\n{% endraw %}")


def test_what_is_shown_and_what_is_meant_for_texts_stays(compose):
    shown = compose("{% raw %}`{{{< include x.qmd >}}}` {{< env BRIEFGEN_TEXT_A b >}}{% endraw %}")
    assert "{{{< include x.qmd >}}}" in shown
    assert "{{< env BRIEFGEN_TEXT_A b >}}" in shown


@pytest.mark.parametrize("body", ['{% include "s.qmd" %}', "![](s.png)", "{{< include s.qmd >}}"])
def test_links_that_lead_out_of_the_templates_are_refused(compose, study, tmp_path, body):
    (tmp_path / "outside").write_text(SECRET, encoding="utf-8")
    (study / "reports").mkdir()
    for name in ("s.qmd", "s.png"):
        (study / "reports" / name).symlink_to(tmp_path / "outside")
    with pytest.raises(TemplateError, match="a link that leads out") as caught:
        compose(body)
    assert SECRET not in str(caught.value)


def test_a_folder_of_templates_that_is_a_link_is_refused(study):
    (study / "reports").symlink_to(study / "data")
    with pytest.raises(TemplateError, match="a link that leads elsewhere"):
        template_folders(load_settings(study))


@pytest.mark.parametrize(
    "drawing",
    [
        "<script>1</script>",
        '<rect onload="x()"/>',
        "<foreignObject/>",
        '<image href="http://example.org/a.png"/>',
        '<a href="javascript:x()"><rect/></a>',
        '<set attributeName="href" to="x"/>',
        "<style>@import 'http://example.org/a.css'</style>",
    ],
)
def test_drawings_of_templates_do_nothing(compose, drawing):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{drawing}</svg>'
    with pytest.raises(TemplateError, match="the drawing holds"):
        compose("![Bild](a.svg)", **{"a.svg": svg})
    plain = '<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>'
    assert "a.svg" in compose("![Bild](a.svg)", **{"a.svg": plain})


def test_a_drawing_of_templates_fetches_no_style_sheet(compose):
    """A browser that opens the drawing by itself would follow the instruction before its root."""
    svg = '<?xml-stylesheet href="http://example.org/a.css"?><svg xmlns="http://www.w3.org/2000/svg"/>'
    with pytest.raises(TemplateError, match="fetches a style sheet"):
        compose("![Bild](a.svg)", **{"a.svg": svg})


def test_no_name_of_a_template_leads_to_a_file_or_a_model(study):
    """Walk over everything that the sandbox lets a template ask for."""
    composer = make_composer(study)
    key = DocumentKey(Kind.BRIEF, "DE", "smes", "de", "2026")
    own = composer.recommendations
    scope = Scope(composer.settings, composer.released, own, key, composer.sentences("de"))
    names = scope.names(TemplateDrawing(scope, composer._exhibits))
    sandbox = Sandbox()
    made = [
        names[name]()
        for name in ("key_messages", "findings", "headline_numbers", "recommendations")
    ]
    assert made[-1][0].applied.recommendation.file == SECRET
    waiting, seen = [*names.values(), *made, *made[0], *made[2], *made[3]], set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        assert not isinstance(thing, (Settings, Path, type(os), Scope, Composer))
        for attribute in sorted({*dir(thing)} - {"__weakref__"}):
            value = getattr(thing, attribute, None)
            if sandbox.is_safe_attribute(thing, attribute, value) and not callable(value):
                waiting += value if isinstance(value, tuple) else [value]
    assert len(seen) > len(names)


def test_places_of_a_message_are_names_alone():
    assert fill_places("{{a}} {b} }}", {"b": "{c}"}) == "{a} {c} }"
    for place in ("{b.real}", "{b[0]}", "{b!r}", "{b:>9}", "{}"):
        with pytest.raises(KeyError):
            fill_places(place, {"b": 1})


@pytest.mark.parametrize("language", ["../../x", "de/../..", "", "DE\n"])
def test_a_language_is_no_path(study, language):
    path = study / "data" / "study.yml"
    text = path.read_text(encoding="utf-8").replace("languages:\n- de\n- en", "languages: [LANG]")
    path.write_text(text.replace("LANG", f'"{language}"'.replace("\n", "\\n")), encoding="utf-8")
    with pytest.raises(SettingsError, match="the code of a language"):
        load_settings(study)


GROWING = {
    "a filter that fills up": '{{ "x"|center(10**9) }}',
    "a method that fills up": '{{ "x".ljust(1000000000) }}',
    "a text that is repeated": '{{ "x" * 1000000000 }}',
    "a list that is repeated": "{{ [1] * 1000000000 }}",
    "a large power": "{{ 9 ** 9 ** 9 }}",
    "a place of a format": '{{ "%1000000000d"|format(1) }}',
    "a place of a text's format": '{{ "{:>1000000000}".format(1) }}',
    "blanks before lines": '{{ "x\ny"|indent(1000000000) }}',
    "text in loops": '{% for i in range(99999) %}{{ "x" * 999 }}{% endfor %}',
    "loops in loops": "{% for i in range(99999) %}{% for j in range(99999) %}"
    "{% endfor %}{% endfor %}",
    "a template that includes itself": '{% include "summary.qmd" %}',
    "a macro that calls itself": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
}


# what includes itself uses the interpreter's depth up, also that which its generators need to close
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("body", GROWING.values(), ids=GROWING)
def test_a_template_without_end_is_stopped(compose, monkeypatch, body):
    monkeypatch.setattr(templates, "SECONDS", 1)
    start = time.monotonic()
    with pytest.raises(TemplateError):
        compose(body)
    assert time.monotonic() - start < 10
