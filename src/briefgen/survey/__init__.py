"""Survey evidence: estimates with their uncertainty.

In: a `Study`. Out: one tidy table of estimates, `model.ESTIMATE_COLUMNS`. The methods stand in
``docs/methods.md``.
"""

from briefgen.survey.analysis import estimate_survey

__all__ = ["estimate_survey"]
