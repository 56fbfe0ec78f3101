"""The rules for numeric values: means, totals, medians and quartiles.

In: the answers as numbers, `Structure`, `DisclosureRules`. Out: in which domains a mean or a
total is published, and how far a quantile is coarsened. Means are sums in disguise: with the mean
of a whole and of all its parts but a few, the mean of those few can be computed. So what is left
over must itself be publishable. Sums of domains that cross one another can tell more: what is a
linear combination of published ones must be publishable too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefgen.config.measures import score_of
from briefgen.config.settings import DisclosureRules, Index, Settings
from briefgen.disclosure.rounding import round_step_up
from briefgen.disclosure.rules import is_sensitive, is_too_telling
from briefgen.disclosure.structure import Parent, Structure
from briefgen.disclosure.system import Floats
from briefgen.evidence.survey.measures import index_score

Rows = npt.NDArray[np.bool_]
SMALLEST = 1e-9
DUST = 1e-8
"""How far a sum may be from a linear combination, by rounding in the machine."""


@dataclass(frozen=True)
class Range:
    """What everybody knows of the answers to a question, or of the scores of an index.

    Attributes
    ----------
    low, high
        The smallest and the largest that are possible.
    spread
        Standard deviation in the whole study.
    """

    low: float = -np.inf
    high: float = np.inf
    spread: float = 0.0


ANYTHING = Range()
Closed = Callable[[Iterable[int]], bool]


def never_closed(_atoms: Iterable[int]) -> bool:
    """Tell that no answer behind a number has to be hidden."""
    return False


def is_number_publishable(
    rules: DisclosureRules, values: Floats, weights: Floats, known: Range = ANYTHING
) -> bool:
    """Tell whether a mean or total of these answers may be published.

    Enough of them, none dominant, no two that leave little to the others, and not (nearly) all
    alike. Who knows the smallest or largest possible answer knows a sum of distances from it too,
    and who sees the interval the sum of squares.

    References
    ----------
    Hundepool et al. (2012), Statistical Disclosure Control, chapter 4: dominance and p% rule.
    """
    if len(values) < rules.min_numeric or are_alike(rules, values, known):
        return False
    if is_spread_dominated(rules, values) or is_too_telling(rules, values, weights):
        return False
    distances = [limit - values for limit in (known.low, known.high) if np.isfinite(limit)]
    return not any(
        _is_dominated(rules, np.abs(parts * weights), among)
        for parts, among in ((values, rules.dominance), *((d, 1.0) for d in distances))
    )


def _is_dominated(rules: DisclosureRules, parts: Floats, most: float) -> bool:
    """Tell whether one has more than a part of a sum, or two nearly all of it.

    By the p% rule the second largest, who knows the own part, must not be able to work out the
    largest more closely than by `DisclosureRules.closeness`.
    """
    total = float(parts.sum())
    second, first = np.sort(parts)[-2:].tolist() if len(parts) > 1 else (0.0, float(parts.sum()))
    if total <= 0:
        return False
    left = total - first - second
    return first > most * total or left < rules.closeness * first - SMALLEST


def are_alike(rules: DisclosureRules, values: Floats, known: Range = ANYTHING) -> bool:
    """Tell whether (nearly) all answers are the same, as a rule for counts would hide it.

    Few who answered otherwise; nobody, in a small group; and in a small group answers so near one
    another that what separates them is nothing beside the differences in the whole study.
    """
    if not len(values):
        return False
    if is_few_otherwise(rules, values):
        return True
    near = rules.closeness * known.spread
    apart = int((np.abs(values - np.median(values)) > near).sum())
    return len(values) < rules.small_base and apart < rules.min_cell


def is_few_otherwise(rules: DisclosureRules, values: Floats) -> bool:
    """Tell whether few answered otherwise than most did, or in a small group nobody."""
    _, counts = np.unique(values, return_counts=True)
    most = int(counts.max(initial=0))
    return 2 * most >= len(values) and is_sensitive(rules, len(values) - most, len(values))


def _range_of_index(settings: Settings, index: Index, spread: float) -> Range:
    """Return the lowest and highest score of an index, where all of its items are scales."""
    known = [score_of(settings.variables[item]).values() for item in index.items]
    if not all(known):
        return Range(spread=spread)
    return Range(min(map(min, known)), max(map(max, known)), spread)


def range_of(settings: Settings, variable: str, values: pd.Series) -> Range:
    """Return what everybody knows of the answers that a measure is made from."""
    spread = float(np.nan_to_num(values.std(ddof=0)))
    known = settings.variables.get(variable)
    indices = {index.code: index for index in settings.codebook.indices}
    if variable in indices:
        return _range_of_index(settings, indices[variable], spread)
    if known is None:
        return Range(spread=spread)
    if known.type == "ranking":
        return Range(1.0, float(len(known.question.items)), spread)
    low, high = known.question.minimum, known.question.maximum
    return Range(-np.inf if low is None else low, np.inf if high is None else high, spread)


def is_spread_dominated(rules: DisclosureRules, values: Floats) -> bool:
    """Tell whether one answer, or two, make most of the spread that an interval tells.

    The width of a mean's interval tells the sum of squared distances from the mean. No distance is
    larger than its root, so the p% rule is applied to the squares: the second furthest must not
    know the furthest more closely than by `DisclosureRules.closeness`.
    """
    squares = np.sort((values - values.mean()) ** 2) if len(values) else values
    total = float(squares.sum())
    if total <= SMALLEST * max(1.0, float(np.abs(values).max(initial=0.0))):
        return False  # all are alike, which is judged elsewhere
    left = float(squares[:-2].sum())
    return left < ((1 + rules.closeness) ** 2 - 1) * float(squares[-1]) - SMALLEST


# --- quantiles --------------------------------------------------------------------------------


def stand_for_enough(
    rules: DisclosureRules, values: Floats, value: float, limits: Sequence[float], least: float
) -> bool:
    """Tell whether the limits of a printed quantile may be printed too.

    Limits of a quantile are order statistics: somebody's answer. By the n-rule for order
    statistics each has to stand for as many answers as the smallest cell, and these have to lie
    within half the step that the value is rounded to. That at or beyond a limit lie enough would
    not do: beyond the limit 500 of 480 and 500 and smaller ones there may be nobody.

    Parameters
    ----------
    values
        The answers, in the unit.
    value, limits
        As printed.
    least
        The smallest step of the value.

    Notes
    -----
    The step follows from the printed value: the smallest at which it stands for enough itself. It
    is never larger than the one that was used, so that the audit need not know that one.
    """
    near = np.sort(np.abs(values - value))
    if len(near) < rules.min_cell:
        return False
    own = float(near[rules.min_cell - 1])
    step = rules.median_step or round_step_up(max(least, 2 * own))
    half = step / 2 + SMALLEST * max(1.0, step)
    return all(int((np.abs(values - one) <= half).sum()) >= rules.min_cell for one in limits)


# --- means ------------------------------------------------------------------------------------


def publish_sums(
    structure: Structure,
    allowed: Collection[str],
    answered: Rows,
    judge: Callable[[Iterable[int]], bool],
    closed: Collection[str] = (),
) -> set[str]:
    """Return the domains whose sum may be published beside those of the others.

    Parameters
    ----------
    answered
        Atoms in which somebody gave a number.
    judge
        Tells of atoms whether their sum may be known.
    closed
        Domains whose sum must not be derivable for another reason.
    """
    published = {d for d in allowed if structure.domains[d] and judge(structure.domains[d])}
    secret = _find_secret(structure, answered, judge, closed)
    while loser := (
        _find_loser(structure, published, judge)
        or _find_telling(structure, published, answered, secret)
    ):
        published.discard(loser)
    return published


def make_judge(
    rules: DisclosureRules,
    structure: Structure,
    values: pd.Series,
    weights: pd.Series,
    *,
    known: Range = ANYTHING,
    is_closed: Closed = never_closed,
) -> Callable[[Iterable[int]], bool]:
    """Return what tells whether a mean over some atoms may be known; one of nobody may."""
    numbers, weight = values.to_numpy(float, na_value=np.nan), weights.to_numpy(float)
    valid = np.isfinite(numbers)

    def judge(atoms: Iterable[int]) -> bool:
        rows = valid & rows_in(structure, atoms)
        return is_number_publishable(rules, numbers[rows], weight[rows], known)

    def judge_or_empty(atoms: Iterable[int]) -> bool:
        atoms = list(atoms)
        if not (valid & rows_in(structure, atoms)).any():
            return True
        return not is_closed(atoms) and judge(atoms)

    return judge_or_empty


def rows_in(structure: Structure, atoms: Iterable[int]) -> Rows:
    """Return which respondents are in one of the atoms."""
    return np.isin(structure.member, list(atoms))


def _find_loser(
    structure: Structure, published: set[str], judge: Callable[[Iterable[int]], bool]
) -> str | None:
    """Return a domain to hide, since the rest of its parent could be computed; the smallest."""
    for parent in structure.parents:
        if parent.code not in published or judge(_left_over(structure, parent, published)):
            continue
        shown = [child for child in parent.children if child in published]
        return min(shown or [parent.code], key=structure.size)
    return None


def _find_secret(
    structure: Structure,
    answered: Rows,
    judge: Callable[[Iterable[int]], bool],
    closed: Collection[str] = (),
) -> Floats:
    """Return the domains and places whose mean must not be known, one column each over atoms."""
    groups = [*structure.domains.items(), *structure.undeclared.items()]
    secret = [atoms for name, atoms in groups if name in closed or not judge(atoms)]
    found = _indicate(answered, secret)
    return found[:, found.any(axis=0)]  # a sum over nobody is no secret


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

    The sum over some atoms is derivable where they are a linear combination of published domains.
    """
    names = sorted(published, key=lambda name: (structure.size(name), name))
    parts = _indicate(answered, [structure.domains[name] for name in names])
    weights, *_ = np.linalg.lstsq(parts, secret, rcond=None)
    gaps = np.abs(parts @ weights - secret).max(axis=0, initial=0.0)
    derivable = np.flatnonzero(gaps < DUST)
    if not derivable.size:
        return None
    used = np.abs(weights[:, derivable[0]]) > DUST
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
    """Return the numbers that a measure is made from; of a ratio both, of an index its items'."""
    indices = {index.code: index for index in settings.codebook.indices}
    ratios = {ratio.code: ratio for ratio in settings.codebook.ratios}
    if variable in ratios:
        ratio = ratios[variable]
        both = survey[[ratio.numerator, ratio.denominator]].astype(float)
        both = both.where(both.notna().all(axis=1))
        return [both[ratio.numerator], both[ratio.denominator]]
    if variable in indices:
        index = indices[variable]
        score = pd.Series(index_score(settings, survey, index), index=survey.index)
        numeric = [item for item in index.items if settings.variables[item].type == "numeric"]
        return [score, *(survey[item].astype(float) for item in numeric)]
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
