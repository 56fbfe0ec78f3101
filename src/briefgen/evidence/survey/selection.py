"""What remains of differences that are told because they stand out.

Whoever picks the largest of many estimated differences picks lucky errors with them: what is told
overstates what is so. Here all differences of a family are judged together, by adaptive shrinkage:
true differences are taken to come from a mixture of normal distributions around zero, whose weights
the data estimate. Each difference then has a posterior mean, which does not overstate however it
was selected, an interval, and the chance that its sign is wrong.

References
----------
Stephens, M. (2017). False discovery rates: a new deal. Biostatistics, 18(2), 275-294.
Senn, S. (2008). A note concerning a selection "paradox" of Dawid's. The American Statistician, 62.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

Floats = NDArray[np.float64]

NULL_PENALTY: Final = 10.0
"""Pseudo-count on "no difference at all", as Stephens proposes: caution with small families."""
GRID_STEP: Final = 2.0**0.5
MOST_STEPS: Final = 2000
CLOSE: Final = 1e-8
"""The weights have settled once none moves more than this in one step."""
HALVINGS: Final = 60


@dataclass(frozen=True)
class Shrunken:
    """A family of differences after shrinkage; arrays of one length, in the family's order.

    Attributes
    ----------
    mean, low, high
        Posterior mean and limits, in the unit of the differences.
    wrong_sign
        Local false sign rate: the chance that the difference is zero or of the other sign.
    expected_error
        The mean of ``wrong_sign`` over this difference and all clearer ones (the s-value):
        selecting what is below 0.05 keeps the share of wrong signs below 5 %.
    """

    mean: Floats
    low: Floats
    high: Floats
    wrong_sign: Floats
    expected_error: Floats


def shrink(differences: Floats, errors: Floats, *, confidence: float = 0.95) -> Shrunken:
    """Shrink a family of differences toward zero, as far as the family itself tells.

    Parameters
    ----------
    differences, errors
        Estimates and their standard errors, which are positive; one for each difference.

    Raises
    ------
    ValueError
        If the arrays differ in length, or an error is not positive.
    """
    if differences.shape != errors.shape or np.any(errors <= 0):
        raise ValueError("each difference needs a positive standard error")
    if not differences.size:
        return Shrunken(*(np.empty(0) for _ in range(5)))
    spreads = _grid(differences, errors)
    parts = _estimate_weights(differences, errors, spreads)
    return _posterior(differences, errors, spreads, parts, confidence)


def _grid(differences: Floats, errors: Floats) -> Floats:
    """Return the standard deviations of the mixture's parts; the first is no difference at all."""
    least = errors.min() / 10
    excess = np.max(differences**2 - errors**2)
    largest = 2 * np.sqrt(excess) if excess > 0 else 8 * least
    steps = int(np.ceil(np.log(max(largest / least, GRID_STEP)) / np.log(GRID_STEP)))
    return np.concatenate([[0.0], least * GRID_STEP ** np.arange(steps + 1)])


def _estimate_weights(differences: Floats, errors: Floats, spreads: Floats) -> Floats:
    """Return each difference's chance to come from each part (EM; one row a difference)."""
    total = np.sqrt(errors[:, None] ** 2 + spreads[None, :] ** 2)
    density = np.asarray(norm.logpdf(differences[:, None], scale=total))
    density = np.exp(density - density.max(axis=1, keepdims=True))
    prior = np.zeros(len(spreads))
    prior[0] = NULL_PENALTY - 1
    weights = np.full(len(spreads), 1 / len(spreads))
    for _ in range(MOST_STEPS):
        parts = weights * density
        parts /= parts.sum(axis=1, keepdims=True)
        updated = parts.sum(axis=0) + prior
        updated /= updated.sum()
        settled = np.max(np.abs(updated - weights)) < CLOSE
        weights = updated
        if settled:
            break
    parts = weights * density
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def _posterior(
    differences: Floats, errors: Floats, spreads: Floats, parts: Floats, confidence: float
) -> Shrunken:
    kept = spreads[None, :] ** 2 / (spreads[None, :] ** 2 + errors[:, None] ** 2)
    centres = kept * differences[:, None]
    widths = np.sqrt(kept) * errors[:, None]
    below = _chance_below(np.zeros_like(differences), centres, widths, parts)
    zero = parts[:, 0]
    wrong = np.where(centres.sum(axis=1) >= 0, below, 1 - below + zero)
    tail = (1 - confidence) / 2
    return Shrunken(
        mean=(parts * centres).sum(axis=1),
        low=_quantile(tail, centres, widths, parts),
        high=_quantile(1 - tail, centres, widths, parts),
        wrong_sign=np.clip(wrong, 0, 1),
        expected_error=_running_mean(np.clip(wrong, 0, 1)),
    )


def _chance_below(at: Floats, centres: Floats, widths: Floats, parts: Floats) -> Floats:
    """Return the posterior chance to be at or below a point; the first part is a mass at zero."""
    normal = norm.cdf(at[:, None], loc=centres[:, 1:], scale=widths[:, 1:])
    below = (parts[:, 1:] * normal).sum(axis=1) + parts[:, 0] * (at >= 0)
    return np.asarray(below)


def _quantile(chance: float, centres: Floats, widths: Floats, parts: Floats) -> Floats:
    """Return posterior quantiles by halving an interval that surely holds them."""
    reach = np.abs(centres).max() + 10 * widths.max() + 1e-12
    low, high = np.full(len(parts), -reach), np.full(len(parts), reach)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        under = _chance_below(middle, centres, widths, parts) < chance
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    return np.asarray((low + high) / 2)


def _running_mean(wrong: Floats) -> Floats:
    """Return for each the mean over itself and all that are clearer; equal ones share theirs."""
    order = np.argsort(wrong, kind="stable")
    running = np.cumsum(wrong[order]) / np.arange(1, len(wrong) + 1)
    means = np.empty_like(running)
    means[order] = running
    return means
