"""What Pandoc and Quarto read in a template: refused without a cause by nobody, lost by nobody."""

from __future__ import annotations

import pytest

from briefgen.config.settings import Settings, load_settings
from briefgen.content.compose import Composer, lint_templates
from briefgen.errors import TemplateError
from briefgen.model import DocumentKey
from evidence_by_hand import make_released
from studies import small_study

FRONT = "---\ntitle: T\n---\n\n"
FIGURE = '![C](map.svg){#fig-a fig-alt="x"}\n\n'
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"/>'


@pytest.fixture
def settings(tmp_path) -> Settings:
    folder = small_study(tmp_path / "study")
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / "map.svg").write_text(DRAWING)
    return load_settings(folder)


@pytest.fixture
def compose(settings, tmp_path):
    def run(source: str | bytes, **files: str) -> str:
        reports = settings.folder / "reports"
        written = source if isinstance(source, bytes) else source.encode()
        (reports / "brief.qmd").write_bytes(written)
        for name, content in files.items():
            (reports / name.replace("__", ".")).write_text(content, encoding="utf-8")
        key = DocumentKey("brief", "DE1", "smes", "en", settings.edition)
        composed = Composer(settings, make_released()).compose(key, tmp_path / "out")
        return composed.source.read_text(encoding="utf-8")

    return run


@pytest.mark.parametrize(
    "text",
    [
        "As @fig-a: so.",
        "As @fig-a---so, @fig-a/@fig-a; @fig-a... and (@fig-a)",
        "@Fig-a says, and @{fig-a} too.",
        "(@good) One.\n\nAs in (@good).",
        "A &#8211; B",
        "```{{python}}\n1+1\n```",
        "{{{< meta x >}}} and {{{{< include x.qmd >}}}}",
    ],
)
def test_what_pandoc_reads_is_composed_as_it_stands(compose, text):
    assert compose(f"{FRONT}{FIGURE}{text}\n") == f"{FRONT}{FIGURE}{text}\n"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("@fig-b: so", "fig-b"),
        ("@Tbl-a", "Tbl-a"),
        ("@Knuth", "Knuth"),
        ("(@bad)", "bad"),
    ],
)
def test_what_is_not_there_is_told_by_the_name_that_pandoc_reads(compose, written, name):
    with pytest.raises(TemplateError) as caught:
        compose(f"{FRONT}{FIGURE}(@good) One.\n\nSee {written}.\n")
    assert caught.value.message == f"nothing is called @{name}"


def test_a_digit_written_as_an_entity_is_a_number(compose):
    with pytest.raises(TemplateError, match="the number '41'"):
        compose(f"{FRONT}It is &#52;&#x31; of all.\n")


def test_entries_in_the_front_matter_may_be_cited(compose):
    compose("---\ntitle: T\nreferences:\n- id: smith\n  title: X\n---\n\nSee @smith.\n")


def test_a_mark_before_utf_8_is_no_text(compose):
    assert compose(b"\xef\xbb\xbf---\ntitle: T\n---\n\nx\n") == f"{FRONT}x\n"


def test_a_picture_that_metadata_name_is_copied(compose, tmp_path):
    written = compose("---\ntitle: T\np: map.svg\n---\n\n![C]({{< meta p >}})\n")
    assert written.endswith("![C](map.svg)\n")
    assert (tmp_path / "out" / "map.svg").is_file()


def test_variables_lie_in_the_folder_of_templates(compose, tmp_path):
    with pytest.raises(TemplateError, match=r"reports/_variables.yml") as caught:
        compose(f"{FRONT}{{{{< var a >}}}}\n")
    assert caught.value.where == "reports/brief.qmd:5"
    compose(f"{FRONT}{{{{< var a >}}}}\n", _variables__yml="a: A\n")
    assert (tmp_path / "out" / "_variables.yml").read_text() == "a: A\n"


@pytest.mark.parametrize(
    ("source", "said", "line"),
    [
        ("---\ntitle: T\n\nText.\n", "never closed", 1),
        (f"{FRONT}![C](bad.svg)\n", "bad.svg: the drawing cannot be read", 5),
        (f"{FRONT}x\n\n{{{{< meta y\n\nz", r"{{< meta y is never closed", 7),
        (f"{FRONT}x\0y\n", "NUL", 5),
        (f"{FRONT}Grün\n".encode("latin-1"), "not UTF-8", 5),
        ("---\ntitle: T\nformat:\n  html:\n    subtitle: S\n---\n\nx\n", "`subtitle` under", 5),
        (f'{FRONT}::: {{.content-visible when-format="pdf"}}\nx\n:::\n', "a PDF is made of", 5),
    ],
)
def test_what_would_be_lost_or_garbled_is_refused_with_its_line(compose, source, said, line):
    with pytest.raises(TemplateError, match=said) as caught:
        compose(source, bad__svg="<svg")
    assert caught.value.where == f"reports/brief.qmd:{line}"


def test_a_bibliography_that_is_no_json_is_told(compose):
    with pytest.raises(TemplateError, match="cannot be read"):
        compose("---\ntitle: T\nbibliography: refs.json\n---\n\n@a\n", refs__json="[{")


def test_a_template_that_nobody_uses_and_nobody_can_read_is_one_problem(settings):
    (settings.folder / "reports" / "old.qmd").write_bytes("Grüße\n".encode("latin-1"))
    assert [problem.file for problem in lint_templates(settings)] == ["reports/old.qmd:1"]


def test_a_template_that_includes_itself_is_told_where_it_does(compose):
    with pytest.raises(TemplateError, match="without end") as caught:
        compose(
            f"{FRONT}{{{{< include again.qmd >}}}}\n", again__qmd="A\n\n{{< include again.qmd >}}\n"
        )
    assert caught.value.where == "reports/again.qmd:3"
