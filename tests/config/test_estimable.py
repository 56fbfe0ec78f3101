from __future__ import annotations

import pytest

from briefgen.config.evidence_sources import list_estimable_keys
from briefgen.config.settings import load_settings
from briefgen.content.compose.refs import check_ref
from briefgen.errors import UnknownNameError
from briefgen.evidence.cases import estimate_cases
from briefgen.evidence.load import load_study
from briefgen.evidence.panel import estimate_panel
from briefgen.evidence.survey import estimate_survey
from briefgen.model import EvidenceKey
from qualitative_by_hand import qualitative_study, read_study
from studies import CODEBOOK, small_study


def bare(keys):
    return {str(EvidenceKey.parse(key)._replace(domain="", contrast="")) for key in keys}


def test_all_that_cases_and_panel_estimate_is_told_beforehand(tmp_path):
    settings = qualitative_study(tmp_path)
    study = read_study(settings)
    made = bare([*estimate_cases(study)["key"], *estimate_panel(study)["key"]])
    assert made - set(list_estimable_keys(settings)) == set()


def test_all_that_the_survey_estimates_is_told_beforehand(tmp_path):
    settings = qualitative_study(tmp_path)
    made = bare(estimate_survey(load_study(settings))["key"])
    told = set(list_estimable_keys(settings))
    assert made - told == set()
    # a factor of 20 respondents may lack an answer, never a question
    surveyed = {EvidenceKey.parse(key).variable for key in told if key.startswith("survey:")}
    assert surveyed == {
        EvidenceKey.parse(key).variable for key in made if key.startswith("survey:")
    }


def test_indices_and_ratios_are_told_beforehand_and_known_to_templates(tmp_path):
    sizes = {"code": "size", "type": "numeric", "text": "T", "label": "L", "column": "q01_size"}
    ratio = {"code": "per", "label": "P", "numerator": "q05_members", "denominator": "size"}
    settings = load_settings(
        small_study(
            tmp_path, questions=[*CODEBOOK["questions"], sizes], codebook={"ratios": [ratio]}
        )
    )
    told = set(list_estimable_keys(settings))
    assert bare(estimate_survey(load_study(settings))["key"]) - told == set()
    assert {"survey:per.ratio", "survey:barriers.mean", "survey:barriers.alpha"} <= told
    for ref in ("per.ratio", "barriers.mean", "survey:barriers.alpha@DE1"):
        check_ref(settings, ref)
    with pytest.raises(UnknownNameError, match="no measure of per 'mean'"):
        check_ref(settings, "per.mean")


def test_without_cases_and_panel_there_are_no_such_keys(tmp_path):
    keys = list_estimable_keys(qualitative_study(tmp_path, cases=None, panel=None))
    assert {key.partition(":")[0] for key in keys} == {"survey", "response"}
