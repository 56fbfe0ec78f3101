"""What stands beside an export is read as its program means it."""

from __future__ import annotations

import pytest

from briefgen.errors import SourceError
from briefgen.evidence.drafting import find_origin
from briefgen.evidence.sources import limesurvey_archive
from briefgen.evidence.sources.dictionaries import read_dictionaries
from briefgen.evidence.sources.exports import read_structures


def test_ranks_of_an_archive_follow_the_number_of_their_question():
    titles = {"4": "prio", "42": "other"}
    assert limesurvey_archive._column("_9X1X41", titles) == "prio[1]"
    assert limesurvey_archive._column("_9X1X42", titles) == "other"
    assert limesurvey_archive._column("_9X1X71", titles) == "_9X1X71"


def test_answers_that_limesurvey_does_not_list_are_in_the_survey_s_language(tmp_path):
    question = "<row><qid>1</qid><parent_qid>0</parent_qid><type>Y</type><title>Q1</title></row>"
    survey = "<row><sid>1</sid><language>fr</language></row>"
    (tmp_path / "s.lss").write_text(
        f"<document><surveys><rows>{survey}</rows></surveys>"
        f"<questions><rows>{question}</rows></questions></document>"
    )
    assert read_structures(tmp_path / "s.lss")[0].answers == {"Q1": {"Y": "Oui", "N": "Non"}}


REDCAP = (
    "Variable / Field Name,Section Header,Field Type,Field Label,Matrix Group Name\n"
    "m_time,How far do you agree?,radio,They took time,m\n"
    "m_listen,,radio,They listened,m\n"
)


def test_lines_of_a_matrix_stand_below_the_question_of_its_first(tmp_path):
    (tmp_path / "d.csv").write_text(REDCAP)
    told = read_dictionaries(tmp_path / "d.csv")[""]
    assert [one.stem for one in told.values()] == ["How far do you agree?"] * 2
    assert told["m_listen"].wording == "They listened"


def test_a_damaged_dictionary_beside_the_file_is_told(tmp_path):
    (tmp_path / "d.csv").write_text(REDCAP + "m_more,,radio\n")
    (tmp_path / "s.csv").write_text("m_time,m_listen\n" + "1,2\n2,1\n" * 9)
    with pytest.raises(SourceError, match=r"d\.csv, row 4"):
        find_origin(tmp_path / "s.csv")
