"""The Quarto engine, held against a program that behaves like Quarto."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path

import pytest
import yaml

from briefgen.errors import RenderError
from briefgen.output.pdf.fonts import use_fonts
from briefgen.output.render import RenderJob, compare_engines, engine_versions, find_engine
from briefgen.output.render.bibliographies import bibliography_error
from briefgen.output.render.formats import output_formats
from briefgen.output.render.quarto import QuartoEngine, find_quarto
from briefgen.processes import programs


def _calls(log: Path) -> list[list]:
    return [json.loads(line) for line in log.read_text().splitlines()]


def _jobs(write, tmp_path, *texts: str) -> list[RenderJob]:
    return [
        RenderJob(write(text, f"d{number}"), tmp_path / "out" / f"{number}.html")
        for number, text in enumerate(texts)
    ]


def test_absent_quarto_says_how_to_install_it(monkeypatch):
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", "")
    assert engine_versions()["quarto"] is None
    with pytest.raises(RenderError, match="Quarto is not installed") as caught:
        find_engine("quarto")
    assert "https://quarto.org/docs/get-started/" in str(caught.value)
    assert find_engine().name == "pandoc"


def test_named_program_must_exist(monkeypatch, tmp_path):
    monkeypatch.setenv("QUARTO_PATH", str(tmp_path / "nowhere"))
    with pytest.raises(RenderError, match=r"QUARTO_PATH names .*nowhere"):
        find_engine("quarto")


def test_named_folder_holds_the_program(fake_quarto, monkeypatch, tmp_path):
    fake_quarto()
    monkeypatch.setenv("QUARTO_PATH", str(tmp_path))
    assert find_quarto() == tmp_path / "quarto"


@pytest.mark.slow
def test_quarto_is_taken_where_it_is(fake_quarto):
    fake_quarto()
    with find_engine() as engine:
        assert (engine.name, engine.version) == ("quarto", "1.11.0")
    assert engine_versions()["quarto"] == "1.11.0"


def test_old_version_is_refused(fake_quarto):
    fake_quarto("1.2.475")
    with pytest.raises(RenderError, match=r"Quarto 1\.2\.475 is too old, 1\.4\.0 or newer"):
        find_engine("quarto")


def test_program_without_version_is_refused(fake_quarto):
    fake_quarto("no version")
    with pytest.raises(RenderError, match="does not tell its version"):
        find_engine("quarto")


@pytest.mark.slow
def test_many_documents_in_one_call(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    jobs = _jobs(write, tmp_path, "one", "two", "three")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert [outcome.error for outcome in outcomes] == [None] * 3
    assert "<p>two</p>" in jobs[1].output.read_text()
    (call,) = _calls(calls)
    assert call[2]["engine"] == "markdown"
    assert call[2]["project"]["render"] == [f"d{n:05d}/document.qmd" for n in range(3)]


@pytest.mark.slow
def test_a_project_is_handed_on_with_the_values_that_its_author_meant(fake_quarto, write, tmp_path):
    """The fake Quarto reads YAML 1.1, where NO, 12:30 and 0123 mean something else."""
    calls = fake_quarto()
    (job,) = _jobs(write, tmp_path, "one")
    text = "lang: no\nregion: NO\ntime: 12:30\ncode: 0123\ndate: 2026-05-01\nlimit: 1e3\n"
    (job.source.parent / "_quarto.yml").write_text(text, encoding="utf-8")
    with find_engine("quarto") as engine:
        engine.render([job])
    (call,) = _calls(calls)
    wanted = {"lang": "no", "region": "NO", "time": "12:30", "code": 123, "date": "2026-05-01"}
    assert wanted.items() <= call[2].items()
    assert call[2]["limit"] == 1000


@pytest.mark.slow
def test_composed_documents_bring_mathml_and_words_of_callouts(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    jobs = _jobs(write, tmp_path, "---\nlang: de\n---\n\none", "two")
    (jobs[0].source.parent / "evidence.json").write_text("{}")
    with find_engine("quarto") as engine:
        engine.render(jobs)
    (call,) = _calls(calls)
    (added,) = map(yaml.safe_load, call[3])
    assert added["html-math-method"] == "mathml"
    assert added["language"]["crossref-nte-prefix"] == "Hinweis"


@pytest.mark.slow
def test_content_alone_is_kept(fake_quarto, write, tmp_path):
    fake_quarto()
    (job,) = _jobs(write, tmp_path, "word")
    with find_engine("quarto") as engine:
        engine.render([job])
    content = job.output.read_text()
    assert content.startswith("<main")
    assert "nav" not in content
    assert "script" not in content


@pytest.mark.slow
def test_failing_document_does_not_stop_the_others(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    jobs = _jobs(write, tmp_path, "one", "FAIL here", "three", "FAIL too", "five")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert [outcome.error is None for outcome in outcomes] == [True, False, True, False, True]
    # Quarto renders in an order of its own: the culprit is the document it named last
    assert [len(call[2]["project"]["render"]) for call in _calls(calls)] == [5, 3, 1]
    error = outcomes[1].error
    assert error.where == f"{jobs[1].source}:7"
    assert error.message == "bad things in document.qmd (line 7)"


@pytest.mark.slow
def test_every_error_of_invalid_metadata_is_told(fake_quarto, write, tmp_path):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "one", "INVALID")
    with find_engine("quarto") as engine:
        good, bad = engine.render(jobs)
    assert good.error is None
    assert bad.error.message == (
        "Validation of YAML front matter failed. "
        "In file document.qmd (line 2, columns 6--7) Field toc has value 12"
    )
    assert bad.error.where == f"{jobs[1].source}:2"


@pytest.mark.slow
def test_errors_of_pandoc_come_from_the_console(fake_quarto, write, tmp_path):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "one", "PANDOC", "three")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    assert outcomes[1].error.message == "Error running filter: out of cheese"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("STACK", "An error occurred: the layout wants a number"),
        (
            "CELL",
            "An error occurred while executing the following cell: KeyError: 'Bremen'",
        ),
    ],
)
def test_error_is_told_and_not_the_way_to_it(fake_quarto, write, tmp_path, word, told):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "one", word, "three")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    assert outcomes[1].error.message == told


@pytest.mark.slow
def test_missing_include_blames_its_own_document(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    text = (
        "---\ntitle: A\n---\n\n```\n{{{< include _none.qmd >}}}\n```\n\n{{< include _none.qmd >}}"
    )
    jobs = _jobs(write, tmp_path, "one", "two", text, "four")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert [outcome.error is None for outcome in outcomes] == [True, True, False, True]
    assert [len(call[2]["project"]["render"]) for call in _calls(calls)] == [4, 3]
    error = outcomes[2].error
    assert error.message == "there is no file _none.qmd"
    assert error.where == f"{jobs[2].source}:9"


@pytest.mark.slow
def test_missing_include_of_an_include_names_the_part(fake_quarto, write, tmp_path):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "one", "{{< include _part.qmd >}}")
    part = jobs[1].source.parent / "_part.qmd"
    part.write_text("Words.\n\n{{< include _none.qmd >}}\n")
    with find_engine("quarto") as engine:
        good, bad = engine.render(jobs)
    assert good.error is None
    assert (bad.error.message, bad.error.where) == ("there is no file _none.qmd", f"{part}:3")


FAULTS = {
    "Text.\n\nSee @fig-none.": ("nothing is called @fig-none", 3),
    "One.\nAs @nobody2020 found.": ("the bibliography has no entry @nobody2020", 2),
    "One.\n\n{{< meta no.such >}}": ("{{< meta no.such >}}: there is no 'no.such'", 3),
    "{{< var firm >}}": ("{{< var firm >}}: there is no 'firm'", 1),
    "{{< env NO_SUCH_NAME >}}": ("the environment has no variable 'NO_SUCH_NAME'", 1),
    "One.\n\nTwo[^none] words.": ("there is no note [^none]", 3),
    "One.\n\n{{< video x.mp4 >}}": ("there is no shortcode 'video'", 3),
}


@pytest.fixture(params=["with a warning", "in silence"])
def leaving_quarto(request, fake_quarto, monkeypatch):
    fake_quarto()
    if request.param == "in silence":
        monkeypatch.setenv("FAKE_QUARTO_SILENT", "1")


@pytest.mark.slow
@pytest.mark.usefixtures("leaving_quarto")
@pytest.mark.parametrize("text", FAULTS)
def test_what_quarto_leaves_behind_is_an_error(write, tmp_path, text):
    jobs = _jobs(write, tmp_path, "one", text, "three")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    message, line = FAULTS[text]
    assert outcomes[1].error.message == message
    assert outcomes[1].error.where == f"{jobs[1].source}:{line}"
    assert not jobs[1].output.exists()


def test_escaped_marks_of_notes_are_text(fake_quarto, write, tmp_path):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "Two\\[^none] words.")
    with find_engine("quarto") as engine:
        assert [outcome.error for outcome in engine.render(jobs)] == [None]


def test_files_that_metadata_name_have_to_be_there(fake_quarto, write, tmp_path):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "---\ntitle: T\ncss: none.css\n---\n\nText.", "two")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert outcomes[0].error.message == "there is no file none.css (`css`)"
    assert outcomes[0].error.where == f"{jobs[0].source}:3"
    assert outcomes[1].error is None


def test_a_broken_bibliography_is_named_with_its_line(tmp_path):
    said = "Error reading bibliography file b.bib:\n(line 9, column 1):\nunexpected end of input"
    error = bibliography_error(said, tmp_path)
    assert error.where == f"{tmp_path / 'b.bib'}:9"
    assert error.message == "the bibliography cannot be read: unexpected end of input"
    assert bibliography_error("Error reading something else", tmp_path) is None


def test_warnings_count_in_other_formats(fake_quarto, write, tmp_path):
    fake_quarto()
    job = RenderJob(write("See @fig-none."), tmp_path / "out.docx", "docx")
    with find_engine("quarto") as engine:
        (outcome,) = engine.render([job])
    assert outcome.error.message == "nothing is called @fig-none"
    assert not job.output.exists()


def test_place_is_that_of_the_included_file(fake_quarto, write, tmp_path):
    fake_quarto()
    (job,) = _jobs(write, tmp_path, "One.\n\n{{< include _part.qmd >}}")
    part = job.source.parent / "_part.qmd"
    part.write_text("Two.\n\nSee @fig-none.\n")
    with find_engine("quarto") as engine:
        (outcome,) = engine.render([job])
    assert outcome.error.where == f"{part}:3"


def test_what_the_author_wrote_literally_is_kept(fake_quarto, write, tmp_path):
    fake_quarto()
    text = (
        "Quarto leaves `?@fig-none` and `(nobody2020?)`.\n\n"
        "```\nSee @fig-none.\n{{< meta no.such >}}\n```\n\nWrite {{{< video x.mp4 >}}} so."
    )
    jobs = _jobs(write, tmp_path, text, "two")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert "video x.mp4" in jobs[0].output.read_text()


def test_other_warnings_are_no_errors(fake_quarto, write, tmp_path):
    fake_quarto()
    with find_engine("quarto") as engine:
        (outcome,) = engine.render(_jobs(write, tmp_path, "NOTICE word"))
    assert outcome.error is None


def test_quarto_knows_nothing_of_what_is_ours(fake_quarto, write, tmp_path, monkeypatch):
    monkeypatch.setattr(programs, "_ours", {})
    monkeypatch.setenv("FONTCONFIG_FILE", "the user's")
    calls = fake_quarto()
    use_fonts()
    assert os.environ["FONTCONFIG_FILE"] != "the user's"
    with find_engine("quarto") as engine:
        engine.render(_jobs(write, tmp_path, "one"))
    (call,) = _calls(calls)
    assert call[5]["fonts"] == "the user's"
    assert call[5]["session"]


def test_missing_output_is_an_error(fake_quarto, write, tmp_path):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "NOTHING", "two")
    with find_engine("quarto") as engine:
        first, second = engine.render(jobs)
    assert "Quarto wrote no output" in str(first.error)
    assert second.error is None


def test_page_without_main_is_an_error(fake_quarto, write, tmp_path):
    fake_quarto()
    with find_engine("quarto") as engine:
        (outcome,) = engine.render(_jobs(write, tmp_path, "NOMAIN"))
    assert "has no <main" in str(outcome.error)


@pytest.mark.slow
def test_time_limit(fake_quarto, write, tmp_path):
    fake_quarto()
    with QuartoEngine(start_seconds=1, document_seconds=0.2) as engine:
        (outcome,) = engine.render(_jobs(write, tmp_path, "SLEEP"))
    assert "took longer than 1.2 seconds" in str(outcome.error)


@pytest.mark.slow
def test_endless_document_does_not_take_the_others_along(fake_quarto, write, tmp_path):
    fake_quarto()
    with QuartoEngine(start_seconds=1, document_seconds=0.2) as engine:
        outcomes = engine.render(_jobs(write, tmp_path, "one", "SLEEP", "three"))
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    assert "took longer" in str(outcomes[1].error)


@pytest.mark.slow
def test_close_cancels(fake_quarto, write, tmp_path):
    fake_quarto()
    engine = find_engine("quarto")
    timer = threading.Timer(1.0, engine.close)
    timer.start()
    start = time.perf_counter()
    outcomes = engine.render(_jobs(write, tmp_path, "one", "SLEEP"))
    timer.join()
    assert time.perf_counter() - start < 20
    assert all("cancelled" in str(outcome.error) for outcome in outcomes)


@pytest.mark.slow
def test_killed_run_leaves_nothing(fake_quarto, write, tmp_path, monkeypatch):
    fake_quarto()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with QuartoEngine(start_seconds=1, document_seconds=0.2) as engine:
        engine.render(_jobs(write, tmp_path, "SLEEP"))
    assert list(scratch.iterdir()) == []


@pytest.mark.slow
def test_nothing_is_left_behind(fake_quarto, write, tmp_path, monkeypatch):
    fake_quarto()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    jobs = _jobs(write, tmp_path, "one", "FAIL")
    with find_engine("quarto") as engine:
        engine.render(jobs)
    assert list(scratch.iterdir()) == []
    assert [path.name for path in jobs[0].source.parent.iterdir()] == ["document.qmd"]


@pytest.mark.slow
def test_document_for_quarto_alone_may_bring_cells(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    text = "---\nengine: quarto\n---\n\n```{python}\n1\n```\n\nword"
    with find_engine("quarto") as engine:
        (outcome,) = engine.render(_jobs(write, tmp_path, text))
    assert outcome.error is None
    (call,) = _calls(calls)
    assert "engine" not in call[2]


@pytest.mark.slow
def test_own_variables_make_an_own_project(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    jobs = _jobs(write, tmp_path, "one", "two")
    (jobs[0].source.parent / "_variables.yml").write_text("a: 1\n")
    with find_engine("quarto") as engine:
        engine.render(jobs)
    assert sorted(call[2]["project"]["render"] for call in _calls(calls)) == [
        ["d00000/document.qmd"],
        ["document.qmd"],
    ]


@pytest.mark.slow
def test_unreadable_metadata_is_an_outcome(fake_quarto, write, tmp_path):
    fake_quarto()
    jobs = _jobs(write, tmp_path, "---\na: [\n---\n", "two")
    with find_engine("quarto") as engine:
        first, second = engine.render(jobs)
    assert "the metadata cannot be read" in str(first.error)
    assert second.error is None


def test_other_formats_are_copied(fake_quarto, write, tmp_path):
    fake_quarto()
    job = RenderJob(write("word"), tmp_path / "out.docx", "docx")
    with find_engine("quarto") as engine:
        (outcome,) = engine.render([job])
    assert outcome.error is None
    assert job.output.is_file()


def test_typst_is_asked_for_as_text(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    job = RenderJob(write("word"), tmp_path / "out.typ", "typst")
    with find_engine("quarto") as engine:
        (outcome,) = engine.render([job])
    assert outcome.error is None
    assert job.output.is_file()
    (call,) = _calls(calls)
    assert call[2]["format"]["typst"]["output-ext"] == "typ"
    assert call[2]["format"]["typst"]["citeproc"] is True  # a bibliography's file is not published


@pytest.mark.slow
@pytest.mark.parametrize("to", [form.name for form in output_formats().values() if form.quarto])
def test_what_quarto_wrote_is_found_whatever_its_suffix(fake_quarto, write, tmp_path, to):
    fake_quarto()
    job = RenderJob(write("word"), tmp_path / "out", to)
    with find_engine("quarto") as engine:
        (outcome,) = engine.render([job])
    assert outcome.error is None
    assert "word" in job.output.read_text(encoding="utf-8")


def test_settings_of_the_folder_for_other_formats_stay(fake_quarto, write, tmp_path):
    calls = fake_quarto()
    job = RenderJob(write("word"), tmp_path / "out.typ", "typst")
    own = "format:\n  typst:\n    papersize: a5\n  html: default\n"
    (job.source.parent / "_quarto.yml").write_text(own, encoding="utf-8")
    with find_engine("quarto") as engine:
        engine.render([job])
    (call,) = _calls(calls)
    assert call[2]["format"]["html"] == "default"
    assert call[2]["format"]["typst"]["papersize"] == "a5"
    assert call[2]["format"]["typst"]["output-ext"] == "typ"


@pytest.mark.parametrize("to", ["rst", "org", "markdown", "commonmark", "pptx"])
def test_formats_that_lose_captions_in_quarto_are_refused(fake_quarto, write, tmp_path, to):
    calls = fake_quarto()
    job = RenderJob(write("word"), tmp_path / "out", to)
    with find_engine("quarto") as engine:
        (outcome,) = engine.render([job])
    assert outcome.error.message == f"Quarto leaves out captions of figures and tables in {to}"
    assert "`--engine pandoc`" in outcome.error.hint
    assert not calls.exists()


@pytest.mark.slow
def test_comparison_says_what_differs(fake_quarto, write):
    fake_quarto()
    (line,) = compare_engines([write("Some words")])
    assert line.endswith('text: "words" is wanted, "Some words" is there')
    assert compare_engines([write("words")]) == []


def test_comparison_needs_quarto(monkeypatch, write):
    monkeypatch.delenv("QUARTO_PATH", raising=False)
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(RenderError, match="no Quarto to compare with"):
        compare_engines([write("words")])


@pytest.mark.quarto
def test_real_quarto_renders(write, tmp_path):
    if find_quarto() is None:
        pytest.skip("there is no Quarto on PATH or in QUARTO_PATH")
    jobs = _jobs(write, tmp_path, "# One\n\nText.", "See @fig-none.", "# Two")
    with find_engine("quarto") as engine:
        outcomes = engine.render(jobs)
    assert outcomes[0].error is None
    assert 'id="one"' in jobs[0].output.read_text()
    assert outcomes[1].error.message == "nothing is called @fig-none"
    assert shutil.which("pandoc") or compare_engines([jobs[0].source]) == []
