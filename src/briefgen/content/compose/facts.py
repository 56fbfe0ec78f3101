"""What a brief tells and advises, as plain values: for its sidecar and for ``briefgen review``.

In: the `Scope` of a brief, after its template was filled in. Out: a mapping that a program reads
without the page: tier and base, title, messages and recommendations with the keys that they rest
on, and what of the region is hidden and why.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from briefgen.config.document_kinds import find_document_kind
from briefgen.content.compose.scope import Scope
from briefgen.content.language.context import Finding
from briefgen.content.language.markdown import plain_text
from briefgen.content.recommendations import AppliedRecommendation
from briefgen.content.tiers import find_base
from briefgen.model import Evidence


def describe_brief(scope: Scope) -> dict[str, Any]:
    """Return what a brief tells; ``{}`` for documents that are made for nobody in particular."""
    if not find_document_kind(scope.key.kind).is_tailored:
        return {}
    return {
        "tier": scope.tier,
        "base": find_base(scope.released, scope.region),
        "profile": scope.profile,
        "region_type": scope.doc.region_type,
        "headline": next(iter(scope.headline), "") if scope.tells_something else "",
        "messages": [_message(scope, item) for item in scope.told],
        "advice": [_advice(scope, item) for item in scope.advice],
        "note": plain_text(scope.advice_note()),
        "hidden": _count_hidden(scope),
    }


def _message(scope: Scope, item: Finding) -> dict[str, Any]:
    evidence = scope.released[item.key]
    return {
        "text": item.text,
        "key": item.key,
        "contrast": item.contrast,
        "verdict": item.verdict,
        "n": evidence.n,
        "width": _width(evidence),
    }


def _width(evidence: Evidence) -> float | None:
    if evidence.unit != "share" or evidence.low is None or evidence.high is None:
        return None
    return round(evidence.high - evidence.low, 4)


def _advice(scope: Scope, item: AppliedRecommendation) -> dict[str, Any]:
    one = item.recommendation
    return {
        "code": one.code,
        "title": plain_text(one.title[scope.language]),
        "place": item.why_kind,
        "key": item.why_key,
        "answers": list(item.answers),
        "acts_on": [{"measure": aim.measure, "better": aim.better} for aim in one.acts_on],
    }


def _count_hidden(scope: Scope) -> dict[str, int]:
    """Return how many of the region's results are not shown, by the reason of the wall."""
    found = [
        scope.released.evidence.get(f"survey:{name}@{scope.region}")
        for names in scope.sentences.headlines.values()
        for name in names
    ]
    reasons = Counter(
        item.reason or "other" for item in found if item is not None and not item.is_published
    )
    return dict(sorted(reasons.items()))
