"""The codebook for SPSS: what pyreadstat reads back, and syntax that says the same."""

from __future__ import annotations

import re

import pyreadstat
import pytest
from click.testing import CliRunner
from lxml import html

import survey_files as files
from briefgen.cli import main
from briefgen.config.settings import Settings, load_settings
from briefgen.evidence.drafting import Wishes, make_spss_syntax
from briefgen.evidence.drafting.spss import Column
from briefgen.pipeline import beginning


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("study")
    file = files.labelled_file(folder / "answers.sav")
    wishes = Wishes(language="en")
    list(beginning.write(beginning.begin_from_file(file, None, wishes), folder / "study"))
    return load_settings(folder / "study")


def test_a_file_with_labels_comes_back_as_it_was(settings: Settings, tmp_path):
    beginning.label_data(settings, tmp_path / "made.sav", None)
    made, told = pyreadstat.read_sav(tmp_path / "made.sav", user_missing=True)
    own, _ = pyreadstat.read_sav(settings.folder / "data/answers.sav", user_missing=True)
    assert list(made) == list(own)
    for name in ("q1a", "q2", "age", "q4_1"):
        assert made[name].tolist() == pytest.approx(own[name].tolist(), nan_ok=True)
    assert told.variable_value_labels["q2"] == files.LABELS["q2"]
    assert told.missing_ranges["q2"] == [{"lo": 8.0, "hi": 8.0}]
    assert told.variable_measure["age"] == "scale"
    assert told.column_names_to_labels["q4_1"].endswith("Radio")


def test_syntax_says_what_the_file_says(settings: Settings):
    syntax = make_spss_syntax(settings)
    found = re.search(r"VALUE LABELS q2\n(.*?)\n  \.", syntax, re.DOTALL)
    labels = dict(re.findall(r"(\S+) '((?:[^']|'')*)'", found[1]))
    assert {float(code): text.replace("''", "'") for code, text in labels.items()} == (
        files.LABELS["q2"]
    )
    assert "MISSING VALUES q2 (8)." in syntax
    assert re.search(r"^VARIABLE LEVEL .*\bage\b.* \(SCALE\)\.$", syntax, re.MULTILINE)
    assert all(len(line.split("'")) % 2 for line in syntax.split("\n"))  # no quote stays open


@pytest.mark.parametrize(
    ("labels", "missing", "level", "found"),
    [
        ("123", ("-9", "-8"), "nominal", None),  # three single values are enough
        ("123", ("-9", "-8", "-7", "-6"), "nominal", ("-9", "-6")),
        ("135", ("2", "4", "6", "7"), "nominal", None),  # an answer lies between
        ("ab", ("-9", "-8", "-7", "-6"), "nominal", None),  # texts have no range
        ("", ("95", "96", "97", "98"), "scale", None),  # any number may be an answer
    ],
)
def test_many_missing_codes_are_a_range_where_no_answer_lies_in_it(labels, missing, level, found):
    column = Column("q", "", dict.fromkeys(labels, ""), missing, level)
    assert column.missing_range == found


def count_of(page: str, code: str, name: str) -> str:
    row = html.fromstring(page).xpath(f"//section[@id='{code}']//tr[td[1]='{name}']/td[2]")
    return row[0].text_content()


@pytest.mark.slow
def test_the_questionnaire_says_whether_it_was_released(settings: Settings):
    study = ["--study", str(settings.folder)]
    own = CliRunner().invoke(main, ["codebook", "to-html", "--own", *study])
    data, _ = pyreadstat.read_sav(settings.folder / "data/answers.sav", user_missing=True)
    options = {one.label["en"]: one.name for one in settings.variables["q2"].options}
    assert count_of(own.stdout, "q2", options["Yes"]) == str(int((data["q2"] == 1).sum()))
    assert (
        html.fromstring(own.stdout).xpath("string(//p[@class='mark'])").startswith("NOT RELEASED")
    )
    assert "do not pass it on" in own.stderr
    released = CliRunner().invoke(main, ["codebook", "to-html", *study])
    assert released.exit_code == 0, released.output
    assert not released.stderr
    page = html.fromstring(released.stdout)
    assert page.xpath("string(//p[@class='mark'])").startswith("Frequencies as released")
    shares = page.xpath("//section[@id='q2']//tr[th='Yes']/td/text()")
    valid = data["q2"].isin([1, 2])
    weighted = data.loc[valid, "wgt"][data["q2"] == 1].sum() / data.loc[valid, "wgt"].sum()
    assert shares == [f"{100 * weighted:.0f}%"]
    assert page.xpath("count(//section)") == len(settings.codebook.questions)


def test_a_language_that_the_study_lacks_is_refused(settings: Settings):
    command = ["codebook", "to-spss-syntax", "--language", "fr", "--study", str(settings.folder)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert "there is no language 'fr'" in result.stderr
