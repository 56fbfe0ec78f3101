"""References of templates to evidence, checked against the codebook."""

from __future__ import annotations

from briefgen.config.settings import Settings, Variable
from briefgen.content.language.sentences import headline_measures
from briefgen.errors import UnknownNameError


def check_ref(settings: Settings, ref: str) -> None:
    """Raise `UnknownNameError` if a reference names a variable or measure that there is not.

    Keys of cases, the panel and the response are looked up when a document is composed.
    """
    if ref.startswith(("response:", "case:", "panel:")):
        return
    bare = ref.removeprefix("survey:").partition("@")[0].partition("~")[0]
    name, dot, measure = bare.partition(".")
    if name in settings.questions and not dot:
        return
    made = _made_measures(settings)
    variable = settings.variables.get(name)
    if variable is None and name not in made:
        known = sorted({*settings.variables, *settings.questions, *made})
        raise UnknownNameError.among("variable", name, known)
    measures = measures_of(variable) if variable else made[name]
    if dot and measure not in measures:
        raise UnknownNameError.among(f"measure of {name}", measure, measures)


def _made_measures(settings: Settings) -> dict[str, list[str]]:
    """Return the measures of what is made of several questions: indices and ratios."""
    book = settings.codebook
    indices = {index.code: ["mean", "alpha"] for index in book.indices}
    return indices | {ratio.code: ["ratio"] for ratio in book.ratios}


def measures_of(variable: Variable) -> list[str]:
    """Return all measures that are made for a variable (see docs/architecture.md)."""
    question = variable.question
    found = [*headline_measures(variable), "answers", "missing"]
    if variable.type in ("single", "scale"):
        found += [option.name for option in variable.answers]
        found += [box.name for box in variable.boxes]
        found += ["mean"] if variable.ordered or variable.type == "scale" else []
    if variable.type == "numeric":
        found += ["mean", "median", "p25", "p75", "total", *(c.name for c in question.classes)]
    if variable.type in ("multiple", "ranking"):
        found += [item.name for item in question.items]
    if variable.type == "ranking":
        found += [f"{item.name}_mean" for item in question.items]
    return list(dict.fromkeys(found))
