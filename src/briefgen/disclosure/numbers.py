"""The rules for numeric values: means, totals, medians and quartiles.

In: the answers as numbers, `Structure`, `DisclosureRules`. Out: in which domains a mean or a
total is published, and how far a median is coarsened. Means are sums in disguise: with the mean
of a whole and of all its parts but a few, the mean of those few can be reckoned. So what is left
over must itself be publishable. Sums of domains that cross one another can tell more: what is a
linear combination of published ones must be publishable too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefgen.config.settings import DisclosureRules, Settings
from briefgen.disclosure.structure import Parent, Structure
from briefgen.disclosure.system import Floats
from briefgen.evidence.survey.measures import index_score

Rows = npt.NDArray[np.bool_]
DUST = 1e-8
"""How far a sum may be from a linear combination, by rounding in the machine."""


def is_number_publishable(
    rules: DisclosureRules, values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> bool:
    """Tell whether a mean or total of these answers may be published: enough, none dominant."""
    if len(values) < rules.min_numeric:
        return False
    parts = np.abs(values * weights)
    total = parts.sum()
    return bool(total == 0 or parts.max() <= rules.dominance * total)


def publish_means(
    rules: DisclosureRules,
    structure: Structure,
    values: pd.Series,
    weights: pd.Series,
    allowed: Collection[str],
) -> set[str]:
    """Return the domains whose mean may be published.

    Parameters
    ----------
    values
        One number a respondent; missing where there is no answer.
    weights
        One weight a respondent.
    allowed
        Domains whose base may be published.
    """
    judge = make_judge(rules, structure, values, weights)
    published = {d for d in allowed if structure.domains[d] and judge(structure.domains[d])}
    answered = structure.count(values.notna().to_numpy()) > 0
    secret = _find_secret(structure, answered, judge)
    while loser := (
        _find_loser(structure, published, judge)
        or _find_telling(structure, published, answered, secret)
    ):
        published.discard(loser)
    return published


def make_judge(
    rules: DisclosureRules, structure: Structure, values: pd.Series, weights: pd.Series
) -> Callable[[Iterable[int]], bool]:
    """Return what tells whether a mean over some atoms may be known; one of nobody may."""
    numbers, weight = values.to_numpy(float, na_value=np.nan), weights.to_numpy(float)
    valid = np.isfinite(numbers)

    def judge(atoms: Iterable[int]) -> bool:
        rows = valid & rows_in(structure, atoms)
        return is_number_publishable(rules, numbers[rows], weight[rows])

    def judge_or_empty(atoms: Iterable[int]) -> bool:
        atoms = list(atoms)
        return not (valid & rows_in(structure, atoms)).any() or judge(atoms)

    return judge_or_empty


def rows_in(structure: Structure, atoms: Iterable[int]) -> Rows:
    """Return which respondents are in one of the atoms."""
    return np.isin(structure.member, list(atoms))


def _find_loser(
    structure: Structure, published: set[str], judge: Callable[[Iterable[int]], bool]
) -> str | None:
    """Return a domain to hide, since the rest of its parent could be reckoned; the smallest."""
    for parent in structure.parents:
        if parent.code not in published or judge(_left_over(structure, parent, published)):
            continue
        shown = [child for child in parent.children if child in published]
        return min(shown or [parent.code], key=structure.size)
    return None


def _find_secret(
    structure: Structure, answered: Rows, judge: Callable[[Iterable[int]], bool]
) -> Floats:
    """Return the domains and places whose mean must not be known, one column each over atoms."""
    groups = [*structure.domains.values(), *structure.undeclared.values()]
    return _indicate(answered, [atoms for atoms in groups if not judge(atoms)])


def _indicate(answered: Rows, groups: Sequence[Sequence[int]]) -> Floats:
    """Return which atoms are in some groups; those without an answer add nothing to any sum."""
    found = np.zeros((len(answered), len(groups)))
    for column, atoms in enumerate(groups):
        found[list(atoms), column] = 1.0
    return found * answered[:, None]


def _find_telling(
    structure: Structure, published: set[str], answered: Rows, secret: Floats
) -> str | None:
    """Return a domain to hide, since published ones together tell a secret mean; the smallest.

    The sum over some atoms is told where they are a linear combination of published domains.
    """
    names = sorted(published, key=lambda name: (structure.size(name), name))
    parts = _indicate(answered, [structure.domains[name] for name in names])
    weights, *_ = np.linalg.lstsq(parts, secret, rcond=None)
    gaps = np.abs(parts @ weights - secret).max(axis=0, initial=0.0)
    told = np.flatnonzero(gaps < DUST)
    if not told.size:
        return None
    used = np.abs(weights[:, told[0]]) > DUST
    needed = used & ~_is_replaceable(parts)
    return names[int(np.flatnonzero(needed if needed.any() else used)[0])]


def _is_replaceable(parts: Floats) -> Rows:
    """Tell of each column whether it is a linear combination of the others."""
    sizes, directions = np.linalg.eigh(parts.T @ parts)
    free = directions[:, sizes < DUST * max(1.0, float(sizes.max(initial=0.0)))]
    return np.asarray(np.abs(free).max(axis=1, initial=0.0) > DUST)


def _left_over(structure: Structure, parent: Parent, published: set[str]) -> list[int]:
    hidden = [child for child in parent.children if child not in published]
    return [*parent.rest, *(atom for child in hidden for atom in structure.domains[child])]


def numbers_of(settings: Settings, survey: pd.DataFrame, variable: str, measure: str) -> pd.Series:
    """Return the numbers that a measure is made from; all missing where it is not known.

    A numeric question's answers, the ranks of an item, the scores of an index, or of a ratio what
    is divided.
    """
    return all_numbers_of(settings, survey, variable, measure)[0]


def all_numbers_of(
    settings: Settings, survey: pd.DataFrame, variable: str, measure: str
) -> list[pd.Series]:
    """Return the numbers that a measure is made from; of a ratio both."""
    indices = {index.code: index for index in settings.codebook.indices}
    ratios = {ratio.code: ratio for ratio in settings.codebook.ratios}
    if variable in ratios:
        ratio = ratios[variable]
        both = survey[[ratio.numerator, ratio.denominator]].astype(float)
        both = both.where(both.notna().all(axis=1))
        return [both[ratio.numerator], both[ratio.denominator]]
    if variable in indices:
        return [pd.Series(index_score(settings, survey, indices[variable]), index=survey.index)]
    known = settings.variables.get(variable)
    if known is not None and known.type == "ranking":
        column = f"{variable}.{measure.removesuffix('_mean')}"
        if column in survey:
            return [survey[column].astype(float)]
    elif known is not None and known.type == "numeric":
        return [survey[variable].astype(float)]
    return [pd.Series(np.nan, index=survey.index)]


def weights_of(survey: pd.DataFrame) -> pd.Series:
    """Return the weights, one where there are none."""
    if "_weight" in survey:
        return survey["_weight"].astype(float)
    return pd.Series(1.0, index=survey.index)
