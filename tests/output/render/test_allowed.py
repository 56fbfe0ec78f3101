"""What of metadata the embedded engine honours: every name of Quarto's, and every place."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.config.quarto_files import NAMING_FILES
from briefgen.errors import RenderError
from briefgen.output.render.allowed import (
    CROSSREF,
    FREE,
    KINDS,
    LIMITED,
    REFUSED,
    find_setting,
    refuse_settings,
)
from briefgen.output.render.metadata import read_metadata
from briefgen.output.render.words import WORDS

# the names that Quarto 1.11 documents for HTML, from its schema
NAMES = (Path(__file__).parent / "quarto_names.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_quarto_stands_in_one_list(name):
    assert [name in names for names in (FREE, LIMITED, REFUSED)].count(True) == 1


@pytest.fixture
def fail(write):
    """Judge a document with files beside it and return its error, without the folder."""

    def fail(text: str, **files: str) -> str | None:
        path = write(text)
        for name, content in files.items():
            (path.parent / f"_{name}.yml").write_text(content, encoding="utf-8")
        try:
            refuse_settings(read_metadata(path), path, "html")
        except RenderError as error:
            return str(error).replace(f"{path.parent}/", "")
        return None

    return fail


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused_has_its_name_and_line(fail, name):
    assert fail(f"---\ntitle: T\n{name}: 1\n---\n\nA").startswith("document.qmd:3: the embedded")


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_switched_off_is_not_refused(fail, name):
    assert fail(f"---\ntitle: T\n{name}: false\n---\n\nA") is None


@pytest.mark.parametrize("name", sorted(LIMITED))
def test_other_values_are_refused(fail, name):
    assert f"(`{name}: other`)" in fail(f"---\ntitle: T\n{name}: other\n---\n\nA")


PRINTED = {
    *("title", "subtitle", "abstract", "description", "keywords", "nocite"),
    *("author", "authors", "institute", "institutes", "affiliations", "reference-section-title"),
    *(f"{name}-title" for name in ("abstract", "author", "affiliation", "published", "keywords")),
}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("title: [a, b]", "`title` has to be a text, and a list stands there"),
        ("title: {a: b}", "`title` has to be a text, and a mapping stands there"),
        ("subtitle: true", "`subtitle` has to be a text, and true stands there"),
        ("keywords: [a, [b]]", "`keywords` has to be a text, and a list stands there"),
        ("author: {name: true}", "`author` has to be a text, and true stands there"),
        ("author: [{name: A, affiliation: false}]", "`author` has to be a text, and false"),
    ],
)
def test_what_no_title_block_can_print_is_refused(fail, line, told):
    error = fail(f"---\npagetitle: T\n{line}\n---\n\nA")
    assert f"document.qmd:3: {told}" in error


WRITTEN = {"flag": "true", "number": "1.5", "text": "words", "list": "[cosmo]", "mapping": "{}"}
JUDGED = {"date", "format", "lang", "html-math-method", "theme"}
JUDGED |= {"highlight-style", "syntax-highlighting", "fontsize", "linestretch"}


@pytest.mark.parametrize("name", sorted(FREE - PRINTED - JUDGED - {*NAMING_FILES}))
def test_what_has_no_effect_is_left_alone(fail, name):
    for kind in KINDS.get(name, ("mapping",)):
        assert fail(f"---\ntitle: T\n{name}: {WRITTEN.get(kind, kind)}\n---\n\nA") is None


@pytest.mark.parametrize("name", sorted(KINDS))
def test_values_of_another_kind_are_refused(fail, name):
    kinds = KINDS[name]
    wrong = "{a: b}" if "mapping" not in kinds else "nosuch" if "text" not in kinds else "[a]"
    error = fail(f"---\ntitle: T\n{name}: {wrong}\n---\n\nA")
    assert error.startswith(f"document.qmd:3: `{name}` has to be ")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("link-citations: maybe", "`link-citations` has to be true or false, and maybe stands"),
        ("toc-depth: 9", "`toc-depth` has to be 1, 2, 3, 4, 5 or 6, and 9 stands there"),
        ("highlight-style: nosuch", "there is no `highlight-style` called nosuch"),
        ("highlight-style: {light: github, dark: nosuch}", "`highlight-style` called nosuch"),
        ("highlight-style: github-dark", None),
        ("theme: cosmos", "there is no `theme` called cosmos"),
        ("theme: [cosmo, own.scss]", None),
        ("theme: {light: flatly, dark: darkly}", None),
        ("format: {html+foo: {toc: true}}", "there is no format html+foo (`format`)"),
        ("format: htlm", "there is no format htlm (`format`)"),
        ("format: {html: yes}", "`format: html` has to be a mapping, and yes stands"),
        ("format: {html: default, pdf: {toc: true}, revealjs: {}}", None),
        ("reader: gfm", "the embedded engine has no other reader (`reader`)"),
        ("project: {type: website}", "no settings of a project within a document (`project`)"),
        ("header-includes: <b>", "no text put into the head of the page (`header-includes`)"),
    ],
)
def test_values_are_judged_with_their_names(fail, line, told):
    error = fail(f"---\ntitle: T\n{line}\n---\n\nA")
    if told is None:
        assert error is None
    else:
        assert error.startswith("document.qmd:3: ")
        assert told in error


@pytest.mark.parametrize(
    ("project", "message"),
    [
        ("project:\n  type: book\nbook:\n  title: B\n", "3: the embedded engine has no projects"),
        ("project:\n  type: manuscript\n", "2: the embedded engine has no projects of this kind"),
        ("lang: en\nbook:\n  title: B\n", "2: the embedded engine has no books (`book`)"),
        ("profile:\n  default: a\n", "1: the embedded engine has no project profiles"),
        ("website:\n  body-header: x\n", "2: the embedded engine has no text put before"),
        ("lang: en\nmetadata-files: [a.yml]\n", "2: the embedded engine has no metadata from"),
        ("format:\n  html:\n    theme: none\n", "3: the embedded engine has no pages without"),
        ("format:\n  html:\n    theme: [cosmo, none]\n", None),
        ("project:\n  type: website\nwebsite:\n  title: W\n", None),
    ],
)
def test_projects(fail, project, message):
    project = project.replace("type: book", "output-dir: x\n  type: book")
    error = fail("---\ntitle: T\n---\n\nA", quarto=project)
    assert error is None if message is None else error.startswith(f"_quarto.yml:{message}")


def test_folder_and_format_are_found(fail):
    error = fail("---\ntitle: T\n---\n\nA", metadata="format:\n  html:\n    minimal: true\n")
    assert error.startswith("_metadata.yml:3: ")


def test_setting_of_a_list_of_crossref(fail):
    for name in sorted(CROSSREF - {"chapters", "ref-hyperlink"}):
        assert fail(f"---\ntitle: T\ncrossref:\n  {name}: arabic\n---\n\nA") is None


def test_setting_that_stands_nowhere(write):
    path = write("---\ntitle: T\n---\n\nminimal: true")
    assert find_setting(path, "html", ["minimal"]) == str(path)


def test_language_with_all_its_words(fail):
    words = "".join(f"  {word}: x\n" for word in WORDS["en"])
    assert fail(f"---\nlang: it\nlanguage:\n{words}---\n\nA") is None
    error = fail("---\nlang: it\nlanguage:\n  callout-note-title: x\n---\n\nA")
    assert error.startswith("document.qmd:2: the embedded engine speaks no 'it'")
    assert "callout-tip-title" in error
    assert "callout-note-title" not in error


def test_lists_of_project_and_document_are_joined(write):
    path = write("---\nauthor: [Ada]\nbibliography: b.bib\ntbl-colwidths: [1]\n---\n\nA")
    (path.parent / "_quarto.yml").write_text(
        "author: Ben\nbibliography: [a.bib, b.bib]\ntbl-colwidths: [2]\n", encoding="utf-8"
    )
    metadata = read_metadata(path)
    assert metadata["author"] == ["Ben", "Ada"]
    assert metadata["bibliography"] == ["a.bib", "b.bib"]
    assert metadata["tbl-colwidths"] == [1]


@pytest.mark.parametrize("setting", ["css", "csl", "bibliography", "syntax-definition", "image"])
def test_files_that_settings_name_have_to_be_there(fail, setting):
    for value in ("gone.x", "[gone.x]", "[{file: gone.x}]"):
        error = fail(f"---\ntitle: T\n{setting}: {value}\n---\n\nA")
        assert error.startswith(f"document.qmd:3: there is no file gone.x (`{setting}`)")


@pytest.mark.parametrize(
    "size", ["11pt", "1.2em", "16px", "larger", "clamp(1rem, 2vw, 2rem)", "1.5"]
)
def test_sizes_that_browsers_know_are_left_alone(fail, size):
    assert fail(f"---\ntitle: T\nfontsize: {size}\n---\n\nA") is None
