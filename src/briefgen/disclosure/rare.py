"""Which rare answers take others along: what hiding them costs, and what to do.

In: a `Study`, what was released of it. Out: a `RareOption` for each answer that few gave, and the
number of values that would be shown if it were no answer: the release is made again without it, so
that no rule has to be guessed at. It is for the project's own eyes, in ``briefgen check``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from briefgen.config.settings import Codebook, Settings, Variable
from briefgen.disclosure.release import release_study
from briefgen.evidence.study import Study
from briefgen.model import Released

TRIED: Final = 5
"""For so many rare answers the release is made again, those that the fewest gave first."""
MOST_VALUES: Final = 10_000
"""In a study with more values the rare answers are named without their cost, which takes long."""
Estimate = Callable[[Study], pd.DataFrame]


@dataclass(frozen=True, slots=True)
class RareOption:
    """An answer that few gave: fewer than a cell or, of a subgroup, than a base needs."""

    variable: str
    option: str
    is_subgroup: bool


def find_rare_options(study: Study) -> list[RareOption]:
    """Return the answers that somebody gave, but few, those that the fewest gave first."""
    rules = study.settings.info.disclosure
    groups = set(study.settings.info.statistics.subgroups)
    counted = [
        (count, RareOption(code, option, code in groups))
        for code, variable in study.settings.variables.items()
        for option, count in _count_answers(study, variable).items()
        if 0 < count < (rules.min_base if code in groups else rules.min_cell)
    ]
    return [rare for _, rare in sorted(counted, key=lambda item: (item[0], item[1].variable))]


def _count_answers(study: Study, variable: Variable) -> Mapping[str, int]:
    if not variable.options or variable.code not in study.survey:
        return {}
    counts = study.survey[variable.code].value_counts()
    return {option.name: int(counts.get(option.name, 0)) for option in variable.answers}


def price_rare_options(
    study: Study,
    released: Released,
    estimate: Estimate,
    previous: Sequence[Mapping[str, Any]] = (),
) -> Iterator[tuple[RareOption, int, int]]:
    """Yield rare answers, with how many values are hidden because of each, of how many.

    Parameters
    ----------
    released
        Of the study as it is.
    estimate
        Makes the estimates of the survey.
    previous
        As of `release`.
    """
    if len(released.evidence) > MOST_VALUES:
        return
    for rare in find_rare_options(study)[:TRIED]:
        other = without_option(study, rare)
        found = release_study(other, estimate(other), previous)
        both = [key for key in found.evidence if key in released.evidence]
        lost = sum(found[key].is_published and not released[key].is_published for key in both)
        yield rare, lost, len(both)


def without_option(study: Study, rare: RareOption) -> Study:
    """Return the study as if the answer were none."""
    survey = study.survey.copy()
    gave = survey[rare.variable] == rare.option
    survey[rare.variable] = survey[rare.variable].mask(gave)
    survey.loc[gave, f"{rare.variable}!"] = "no_answer"
    settings = study.settings
    book = _book_without(settings, rare)
    return replace(
        study,
        survey=survey,
        settings=Settings(folder=settings.folder, info=settings.info, codebook=book),
    )


def _book_without(settings: Settings, rare: RareOption) -> Codebook:
    variable = settings.variables[rare.variable]
    options = tuple(
        option.model_copy(update={"missing": "no_answer"}) if option.name == rare.option else option
        for option in variable.options
    )
    boxes = tuple(
        box.model_copy(update={"options": kept})
        for box in variable.boxes
        if (kept := tuple(name for name in box.options if name != rare.option))
    )
    questions = tuple(
        question.model_copy(update={"options": options, "boxes": boxes})
        if question.code == variable.question.code
        else question
        for question in settings.codebook.questions
    )
    return settings.codebook.model_copy(update={"questions": questions})


def tell_rare_option(rare: RareOption, lost: int, of: int) -> str:
    """Say what a rare answer costs."""
    return f"few answered {rare.option!r}; because of it {lost} of {of} values are hidden"
