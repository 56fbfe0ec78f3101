"""A study in a notebook gives released values, shows itself, and nothing else unless asked."""

from __future__ import annotations

import inspect
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

import briefgen
from briefgen import Study
from briefgen.config.settings import load_settings
from briefgen.content.language import Locale
from briefgen.errors import DisclosureError, UnknownNameError
from briefgen.pipeline import tracing
from plain_study import VARIABLE, plain_study

pytestmark = pytest.mark.slow
KEY = f"survey:{VARIABLE}.frequent@DE2"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return plain_study(tmp_path_factory.mktemp("study"), languages=("de", "en"))


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return Study(folder)


def test_evidence_is_what_was_released_one_row_a_value(study: Study, folder: Path):
    frame = study.evidence
    assert list(frame["key"]) == list(study.released.evidence)
    row = frame.set_index("key").loc[KEY]
    answers = pd.read_csv(folder / "data/survey.csv", dtype=str)
    mine = answers.loc[answers["region"] == "BY", VARIABLE]
    valid = mine[mine.isin(list("12345"))]
    assert row["n"] == len(valid)
    assert row["value"] == pytest.approx(valid.isin(["4", "5"]).mean(), abs=0.005)
    assert (row["place"], row["question"]) == ("Bayern", "Treffen der Steuerungsgruppe")
    hidden = frame[frame["status"].str.startswith("suppressed")]
    assert len(hidden)
    assert hidden[["value", "low", "high"]].isna().all(axis=None)
    # beside a band the base is no secret
    assert hidden.loc[hidden["band"].isna(), "n"].isna().all()
    assert (hidden["reason"] != "").all()


def test_a_figure_and_a_table_show_themselves(study: Study):
    figure = study.figure(VARIABLE, domain="Bayern")
    assert figure._repr_svg_().startswith("<svg")
    shown = html.fromstring(figure._repr_html_())
    assert shown.xpath("string(//figcaption/b)") == figure.exhibit.headline
    assert shown.xpath("//div[@role='img']/@aria-label") == [figure.alt]
    assert KEY in set(figure.data["key"])
    table = study.table(VARIABLE, domains=["Bayern", "DE1"])
    assert table._repr_svg_() is None
    assert "Bayern" in html.fromstring(table._repr_html_()).xpath("//table//th//text()")


def test_an_explanation_says_what_the_command_says(study: Study, folder: Path):
    explained = study.explain(KEY)
    settings = load_settings(folder)
    told = tracing.explain(settings, KEY).lines(Locale(settings, "de"))
    assert repr(explained).split("\n") == told
    assert "Wie oft trifft sich Ihre Steuerungsgruppe?" in explained._repr_html_()


def test_another_language_and_names_that_do_not_exist(folder: Path):
    english = Study(folder, language="en")
    assert set(english.evidence["question"]) == {"Meetings of the steering group"}
    assert english.figure(VARIABLE, domain="Bavaria").alt != ""
    for wrong in (
        lambda: Study(folder, language="fr"),
        lambda: english.figure("q99"),
        lambda: english.figure(VARIABLE, domain="Bavria"),
        lambda: english.explain("survey:q99.a"),
    ):
        with pytest.raises(UnknownNameError):
            wrong()


def test_what_is_not_released_needs_a_word_and_carries_it(study: Study, folder: Path):
    for name in ("respondents", "estimates"):
        with pytest.raises(DisclosureError, match="are not released") as error:
            getattr(study, name)
        assert "unreleased=True" in (error.value.hint or "")
    own = Study(folder, unreleased=True)
    assert "not released" in repr(own)
    assert len(own.respondents) == 120
    assert own.estimates.attrs["briefgen"].startswith("not released")
    assert len(own.evidence) == len(study.evidence)


def test_the_package_offers_what_it_names():
    assert [getattr(briefgen, name) for name in briefgen.__all__] == [Study, briefgen.__version__]
    with pytest.raises(AttributeError):
        _ = briefgen.Stduy
    public = [one for name, one in vars(Study).items() if not name.startswith("_")]
    assert all(inspect.getdoc(one) for one in public)
