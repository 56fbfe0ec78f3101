"""What a page leads to, and raw HTML that would swallow the rest of it, with either engine."""

from __future__ import annotations

import re

import pytest

from briefgen.output.render import RenderJob
from briefgen.output.render.page_checks import check_alternatives, check_links, check_raw
from briefgen.output.render.quarto import QuartoEngine

OPEN = ["<title>", "<style>", "<textarea>", "<script>", "<xmp>", "<plaintext>", "<template>"]


@pytest.fixture
def refused(pandoc, write, tmp_path):
    """Render a text; return message, line and hint of what is refused."""

    def refused(text: str) -> tuple[str, str, str] | None:
        job = RenderJob(write(text), tmp_path / "out.html")
        (outcome,) = pandoc.render([job])
        error = outcome.error
        line = re.search(r":(\d+)$", error.where or "") if error else None
        return error and (error.message, line[1] if line else "", error.hint or "")

    return refused


@pytest.mark.parametrize("tag", OPEN)
def test_unclosed_elements_are_refused(refused, tag):
    told = refused(f"---\ntitle: T\n---\n\nBefore.\n\nA word {tag} that swallows.\n\nBehind.\n")
    assert told is not None
    assert told[0] == f"{tag} is never closed, and would take in what follows it"
    assert told[1] == "7"


@pytest.mark.parametrize("tag", OPEN[:-1])
def test_closed_elements_pass(tmp_path, tag):
    page = f"<p>Before {tag}x{tag.replace('<', '</')} behind &lt;{tag[1:]}</p>"
    assert (check_raw(page, tmp_path) is None) == (tag != "<plaintext>")


def test_an_unclosed_title_is_refused(refused):
    told = refused("---\ntitle: Votes <title> of all\n---\n\nText.\n")
    assert told is not None
    assert told[:2] == ("<title> is never closed, and would take in what follows it", "2")


def test_an_element_does_not_end_with_another_of_its_kind(tmp_path):
    assert check_raw("<p><style></p><p>x</p><style>p {}</style>", tmp_path) is not None


@pytest.mark.parametrize("comment", ["<!-- a <title> -->", "<p title='<style>'>x</p>"])
def test_what_stands_in_comments_and_attributes_opens_nothing(tmp_path, comment):
    assert check_raw(comment, tmp_path) is None


def test_an_open_comment_is_refused(tmp_path):
    told = check_raw("<p>a</p><!-- b <p>c</p>", tmp_path)
    assert told is not None
    assert told.message.startswith("<!-- is never closed")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[x](notes.pdf)", "there is no file notes.pdf"),
        ("[x](other.qmd)", "there is no file other.qmd"),
        ("[x](../document.qmd)", "there is no file ../document.qmd"),
        ("![x](a%20b.png)", "there is no picture a b.png"),
        ("[x](#nowhere)", "nothing in the document has the id #nowhere"),
        ("[x][y]\n\n[y]: gone.csv", "there is no file gone.csv"),
        ('<img src="gone.png" alt="x">', "there is no picture gone.png"),
    ],
)
def test_what_is_not_there_is_refused(refused, text, message):
    told = refused(f"---\ntitle: T\n---\n\n{text}\n")
    assert told is not None
    assert told[0] == message
    assert told[1] == ("7" if "[y]:" in text else "5")


def test_what_is_there_passes(write):
    document = write("text")
    (document.parent / "a b.pdf").write_bytes(b"")
    (document.parent / "other.qmd").write_bytes(b"")
    links = (
        "a%20b.pdf#page=2",
        "other.html",
        "#here",
        "#",
        "https://example.org/x",
        "mailto:a@b.c",
    )
    content = "".join(f'<a href="{link}">x</a>' for link in links)
    assert check_links(f'<main><p id="here">{content}</p></main>', document) is None


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("<textarea>", "<textarea> is never closed, and would take in what follows it"),
        ('<img/src="gone.png">', "there is no picture gone.png"),
    ],
)
def test_pages_of_quarto_are_read_too(fake_quarto, write, tmp_path, word, message):
    job = RenderJob(write(f"---\ntitle: T\n---\n\nA word {word}"), tmp_path / "out.html")
    fake_quarto()
    with QuartoEngine() as engine:
        (outcome,) = engine.render([job])
    assert outcome.error is not None
    assert (outcome.error.message, outcome.error.where) == (message, f"{job.source}:5")


@pytest.mark.parametrize(
    ("body", "twice"),
    [
        ('<svg><g id="g"></g></svg><svg><g id="g"></g></svg>', None),
        ('<a name="a" id="a"></a>', None),
        ('<a name="a"></a><p id="a">x</p>', "a"),
        ('<p id="a">x</p><p id="b">x</p><p id="b">x</p>', "b"),
    ],
)
def test_ids_are_given_once(tmp_path, body, twice):
    source = tmp_path / "d.qmd"
    source.write_text(f"Text\n\n{body}\n", encoding="utf-8")
    error = check_links(f"<main>{body}</main>", source)
    if twice is None:
        assert error is None
    else:
        assert error.message == f"the id {twice} is given twice"
        assert error.where == f"{source}:3"


def test_every_picture_has_an_alternative(tmp_path):
    source = tmp_path / "d.qmd"
    source.write_text("Text\n\n![](a.png) ![](b.png)\n", encoding="utf-8")
    page = '<main><img src="a.png" alt="A">{}</main>'
    assert check_alternatives(page.format(""), source) is None
    for alternative in ("", ' alt=""', ' alt=" "'):
        error = check_alternatives(page.format(f'<img src="b.png"{alternative}>'), source)
        assert error.message == "the picture b.png has no text alternative"
        assert error.where == f"{source}:3"
