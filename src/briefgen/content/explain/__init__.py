"""Explanations: what a number, a statement or a recommendation rests on."""

from briefgen.content.explain.explanation import Explanation, Fact, name_fact
from briefgen.content.explain.keys import explain_key

__all__ = ["Explanation", "Fact", "explain_key", "name_fact"]
