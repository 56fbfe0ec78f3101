"""The examples: their files are what their scripts write, they are in order, and they build.

Numbers are compared with what pandas makes of the same files, apart from briefgen's estimates.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from briefgen.cli import main
from briefgen.config.settings import load_settings
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.run import Options, Selection
from printed import read_line

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).parents[2] / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir() if (path / "data" / "study.yml").is_file())


@pytest.fixture
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a copy of the example that the test names, without what was built in it."""
    folder = tmp_path / request.param
    shutil.copytree(EXAMPLES / request.param / "data", folder / "data")
    return folder


each = pytest.mark.parametrize("example", NAMES, indirect=True)


@each
def test_an_examples_files_are_what_its_script_writes(example: Path):
    before = {path: path.read_bytes() for path in example.rglob("*.*") if path.is_file()}
    subprocess.run([sys.executable, example / "data" / "generate.py"], check=True)
    changed = [path.name for path, content in before.items() if path.read_bytes() != content]
    assert changed == []


@each
def test_an_example_is_in_order_and_composes(example: Path):
    result = CliRunner().invoke(main, ["--study", str(example), "check"])
    assert result.exit_code == 0, result.output
    assert "0 errors, 0 warnings" in result.output


@each
def test_the_short_version_of_an_example_is_printed(example: Path):
    settings = load_settings(example)
    summary = Selection(kinds=frozenset({Kind.SUMMARY}))
    result = build(settings, summary, Options(formats=(), jobs=1))
    assert result.ok
    printed = (example / "publications").rglob("*.pdf")
    pdf = max(printed)  # of two languages, the other: fr after en
    said = read_line(pdf)
    for sentence in EXPECTED[example.name](example / "data"):
        assert sentence in said


def _weighted(answers: pd.DataFrame, column: str, code: int, weight: str) -> int:
    asked = answers[answers[column].isin([1, 2, 3, 4, 5])]
    share = asked.loc[asked[column] == code, weight].sum() / asked[weight].sum()
    return round(100 * share)


def _poll(data: Path) -> list[str]:
    answers = pd.read_csv(data / "survey.csv")
    car = _weighted(answers, "mode", 1, "weight")
    return [f"{car}% of respondents say that they usually go to work by car"]


def _households(data: Path) -> list[str]:
    answers = pd.read_csv(data / "survey.csv")
    gas = _weighted(answers, "heizung", 1, "gewicht")
    return [f"{gas} % der Befragten", "mit Gas heizen"]


def _delphi(data: Path) -> list[str]:
    ratings = pd.read_csv(data / "panel.csv")
    return [f"{ratings.expert.nunique()} experts took part"]


def _cases(data: Path) -> list[str]:
    return [f"The study covers {len(list((data / 'cases').glob('*.yml')))} cafés"]


def _staff(data: Path) -> list[str]:
    answers = pd.read_csv(data / "survey.csv")
    often = round(100 * answers["pace"].isin([4, 5]).mean())
    rate = round(100 * len(answers) / len(pd.read_csv(data / "staff.csv")))
    return [
        f"{often} % des personnes interrogées",
        "qu’ils ou elles doivent souvent travailler trop vite",
        f"{len(answers)} personnes ont participé. Cela représente {rate} % des personnes",
    ]


EXPECTED = {
    "poll": _poll, "haushalte": _households, "delphi": _delphi, "cases": _cases, "staff": _staff,
}  # fmt: skip


def _composed(example: Path) -> str:
    result = CliRunner().invoke(main, ["--study", str(example), "compose", "briefs"])
    assert result.exit_code == 0, result.output
    return "\n".join(path.read_text("utf-8") for path in example.rglob("document.qmd"))


@pytest.mark.parametrize(
    ("example", "title"),
    [
        (
            "delphi",
            "The experts are agreed and rate “Water costs more in dry months",
        ),
        ("cases", "“A room of its own” is a subject in 4 cafés"),
    ],
    indirect=["example"],
)
def test_a_brief_without_a_survey_has_a_title_of_what_was_found(example: Path, title: str):
    """Nobody was asked in a survey: nothing may be said of too few answers, or of approval."""
    said = _composed(example)
    assert f"pagetitle: {title}" in said.replace("'", "").replace('"', "")
    assert "too few" not in said.lower()
    assert "support it" not in said


def test_no_english_stays_on_french_pages(tmp_path: Path):
    """Texts of the study are French, so that a word of another language is of briefgen."""
    folder = tmp_path / "staff"
    shutil.copytree(EXAMPLES / "staff" / "data", folder / "data")
    result = CliRunner().invoke(main, ["--study", str(folder), "compose"])
    assert result.exit_code == 0, result.output
    french = {path for path in folder.rglob("document.qmd") if "/fr/" in path.as_posix()}
    assert len(french) == 4
    for path in sorted(french):
        words = _words_of(path)
        assert words & {"les", "des", "une"}, path
        assert words & ENGLISH_OR_GERMAN == set(), path


ENGLISH_OR_GERMAN = frozenset(
    re.findall(
        r"\w+",
        "the of and with from than which what how who say says answers answer share all are was"
        " were by der das und mit von als wie wer sagen antworten anteil alle sind nicht bei für",
    )
)
MARKS = re.compile(r"key=\"[^\"]*\"|<[^>]*>|\]\([^)]*\)|[@#.][A-Za-z][\w-]*|fig-alt|bibliography")


def _words_of(path: Path) -> set[str]:
    """Return the words of a document's text, its alternative texts, captions and front matter."""
    text = re.sub(r"^```.*?^```", " ", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return set(re.findall(r"[^\W\d_]+", MARKS.sub(" ", text)))
