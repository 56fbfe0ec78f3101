"""Survey evidence: estimates with their uncertainty.

In: a `Study`. Out: one tidy table of estimates, `model.ESTIMATE_COLUMNS`. The methods stand in
``docs/methods.md``.
"""

from briefgen.evidence.survey.analysis import estimate_survey, make_design
from briefgen.evidence.survey.association import measure_association
from briefgen.evidence.survey.contrasts import adjust_contrasts, estimate_trend
from briefgen.evidence.survey.design import SurveyDesign, kish_effective_n
from briefgen.evidence.survey.domains import list_members
from briefgen.evidence.survey.measures import make_measures
from briefgen.evidence.survey.response import count_outcomes, count_reasons, estimate_response

__all__ = [
    "SurveyDesign",
    "adjust_contrasts",
    "count_outcomes",
    "count_reasons",
    "estimate_response",
    "estimate_survey",
    "estimate_trend",
    "kish_effective_n",
    "list_members",
    "make_design",
    "make_measures",
    "measure_association",
]
