"""Explanations: what a number, a statement or a recommendation rests on."""

from briefgen.content.explain.explanation import LABELS, Explanation, Fact
from briefgen.content.explain.keys import explain_key

__all__ = ["LABELS", "Explanation", "Fact", "explain_key"]
