"""What a document may say of a study only where it is so: words in German and English by claim.

A study of the matrix states which claims are true of it. Of a claim that is true the report speaks
in every language; of any other no document does. The words are the reader's, written down here by
themselves; nothing is imported from the templates.
"""

from __future__ import annotations

import re
from typing import Final

CLAIMS: Final = {
    "weights": r"[Gg]ewicht(?:et|ung|e\b|en\b)|\bweights\b|\b[Ww]eighted\b",
    "raking": r"@deming1940",
    "strata": r"\bSchichten\b|\bstrata\b",
    "clusters": r"zusammen ausgewählt|drawn together",
    "frame": r"Rücklaufquote|Eingeladen|eingeladen|[Rr]esponse rate|\binvited\b",
    "regions": r"\bBezirk(?:e|en)?\b|\bdistricts?\b",
    "types": r"\bLagen?\b|\bsettings?\b",
    "tiles": r"\bKarten?\b(?! der Prior)|Kachel|\b[Mm]aps?\b(?! of prior)|\btiles?\b",
    "filters": r"nicht alle gefragt wurden, die Basis|an einen Teil der Befragten|"
    r"not all were asked, the base|to a part of the respondents",
    "holm": r"@holm1979",
    "bh": r"@benjamini1995",
    "no correction": r"keine Korrektur|no correction",
    "survey": r"\bBefragung\b|\bsurvey\b",
    "questionnaire": r"Fragebogen|[Qq]uestionnaire",
    "cases": r"\bProjekten?\b|\bprojects?\b",
    "interviews": r"\bGespräche?n?\b|[Ii]nterviews?\b",
    "polarity": r"Erfolgsfaktor|Herausforderung|[Ss]uccess factor|as challenge",
    "roles": r"\bAnleitende|\b[Gg]uides\b",
    "panel": r"\bPanels?\b|Fachleute|[Ee]xperts?\b|\bpanel\b",
    "rounds": r"in mehreren Runden|in several rounds",
    "half spread": r"mittlere Hälfte der Bewertungen beieinander|half of the ratings lies",
    "share rule": r"am selben Ende der Skala|at the same end of the scale",
    "rand": r"\bRAND\b",
    "priority": r"wichtig und machbar|important and feasible",
    "recommendations": r"Empfehlung|[Rr]ecommendation",
    "field of days": r"lief vom|ran from",
    "one day": r"fand am .{1,40} statt|was held on",
    "left out": r"sind nicht einbezogen|are left out",
    "counted in all": r"zählen allein in den Ergebnissen|count in the results for",
    "silent codes": r"in keinem Gespräch vor|in no interview",
}
"""Pattern of each claim."""

NEVER: Final = {
    "nothing of nothing": r"\b0\W{1,12}(?:von|of)\W{1,3}0\b|\((?:von|of)\W{0,6}0\s*\)",
    "a value of the program": r"\bNone\b|\bnan\b|\bUndefined\b|\{\{|\{%",
    "words of another study": r"\bRegion(?:en|styp)?\b|\bregions?\b|\bLand\b|\bLänder\b|Koordin|"
    r"coordinator|\bBetriebe?\b|\bfirms?\b|ganzes? Land|country|Fallstudie|[Cc]ase stud",
}
"""What no document of the matrix may say."""

FENCES: Final = re.compile(r"^(?:`{3,}\{=html\}|`{3,}|:{3,}.*)$", re.MULTILINE)
ALTERNATIVE: Final = re.compile(r'!\[\]\([^)]*\)\{fig-alt="((?:[^"\\]|\\.)*)"[^}]*\}')
TAG: Final = re.compile(r"<[^>]+>")
ATTRIBUTES: Final = re.compile(r"\{[^{}]*\}")
REFERENCE: Final = re.compile(r"@(?:fig|tbl|sec)-[\w-]+")
TARGET: Final = re.compile(r"\]\([^)]*\)")


def visible(text: str) -> str:
    """Return what readers of a composed document see or hear, citations among it."""
    text = ALTERNATIVE.sub(r"\1", text)
    for pattern in (FENCES, TAG, ATTRIBUTES, REFERENCE, TARGET):
        text = pattern.sub(" ", text)
    return text.replace("[", "").replace("]", "").replace("\\", "").replace("&nbsp;", " ")


def find_false(text: str, true: frozenset[str]) -> list[str]:
    """Return what a document says and may not, with the words around it."""
    read = visible(text)
    wrong = {name: CLAIMS[name] for name in CLAIMS if name not in true} | NEVER
    return [
        f"{name}: …{read[max(0, found.start() - 60) : found.end() + 30]!r}…"
        for name, pattern in wrong.items()
        if (found := re.search(pattern, read))
    ]


def find_unsaid(text: str, true: frozenset[str]) -> list[str]:
    """Return the true claims that a report does not speak of."""
    read = visible(text)
    return [name for name in sorted(true) if not re.search(CLAIMS[name], read)]
