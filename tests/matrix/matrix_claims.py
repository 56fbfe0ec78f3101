"""What a document may say of a study only where it is so: words in three languages by claim.

A study of the matrix states which claims are true of it. Of a claim that is true the report speaks
in every language; of any other no document does. The words are the reader's, written down here by
themselves; nothing is imported from the templates.
"""

from __future__ import annotations

import re
from typing import Final

CLAIMS: Final = {
    "weights": r"[Gg]ewicht(?:et|ung|e\b|en\b)|\bweights\b|\b[Ww]eighted\b"
    r"|\b[Ll]es poids\b|\bpondér",
    "raking": r"@deming1940",
    "strata": r"\bSchichten\b|\bstrata\b"
    r"|\bstrates\b",
    "clusters": r"zusammen ausgewählt|drawn together"
    r"|tirés ensemble",
    "frame": r"Rücklaufquote|Eingeladen|eingeladen|[Rr]esponse rate|\binvited\b"
    r"|Taux de réponse|invitée?s?\b",
    "regions": r"\bBezirk(?:e|en)?\b|\bdistricts?\b"
    r"|\bquartiers?\b",
    "types": r"\bLagen?\b|\bsettings?\b"
    r"|\bhabitats?\b",
    "tiles": r"\bKarten?\b(?! der Prior)|Kachel|\b[Mm]aps?\b(?! of prior)|\btiles?\b"
    r"|\b[Cc]artes?\b(?! des priorités)|tuiles?",
    "filters": r"nicht alle gefragt wurden, die Basis|an einen Teil der Befragten|"
    r"not all were asked, the base|to a part of the respondents"
    r"|n’a pas été interrogé, la base|qu’à une partie des personnes",
    "holm": r"@holm1979",
    "bh": r"@benjamini1995",
    "no correction": r"keine Korrektur|no correction"
    r"|aucune correction",
    "survey": r"\bBefragung\b|\bsurvey\b"
    r"|\b[Ee]nquête\b",
    "questionnaire": r"Fragebogen|[Qq]uestionnaire",
    "cases": r"\bProjekten?\b|\bprojects?\b"
    r"|\bprojets?\b",
    "interviews": r"\bGespräche?n?\b|[Ii]nterviews?\b"
    r"|\b[Ee]ntretiens?\b",
    "polarity": r"Erfolgsfaktor|Herausforderung|[Ss]uccess factor|as challenge"
    r"|facteurs? de réussite|comme difficulté",
    "roles": r"\bAnleitende|\b[Gg]uides\b",
    "panel": r"\bPanels?\b|Fachleute|[Ee]xperts?\b|\bpanel\b"
    r"|\b[Pp]anel\b|spécialistes?\b",
    "rounds": r"in (?:zwei|mehreren) Runden|in (?:two|several) rounds"
    r"|en (?:deux|plusieurs) tours",
    "half spread": r"mittlere Hälfte der Bewertungen auf der Skala|half of the ratings spans"
    r"|moitié centrale des notes s’étende",
    "share rule": r"am selben Ende der Skala|at the same end of the scale"
    r"|au même bout de l’échelle",
    "rand": r"\bRAND\b",
    "priority": r"wichtig und machbar|important and feasible"
    r"|importantes? et réalisables?",
    "recommendations": r"Empfehlung|[Rr]ecommendation"
    r"|[Rr]ecommandation",
    "field of days": r"lief vom|ran from"
    r"|s’est déroulée",
    "one day": r"fand am .{1,40} statt|was held on"
    r"|a eu lieu le",
    "left out": r"sind nicht einbezogen|named here are left out"
    r"|ne sont pas prises en compte",
    "rows left out": r"Nicht ausgewertet sind Zeilen|Rows of the data are left out"
    r"|lignes des données sont",
    "zero weights": r"mit dem Gewicht 0|with the weight 0|dont le poids est 0",
    "replicates": r"Wiederholungsgewicht|Replikat|replicate weights|poids de réplication",
    "counted in all": r"zählen allein in den Ergebnissen|count in the results for"
    r"|ne comptent que dans les résultats",
    "silent codes": r"in keinem Gespräch vor|in no interview"
    r"|dans aucun entretien",
}
"""Pattern of each claim."""

NEVER: Final = {
    "nothing of nothing": r"\b0\W{1,12}(?:von|of)\W{1,3}0\b|\((?:von|of)\W{0,6}0\s*\)",
    "a value of the program": r"\bNone\b|\bnan\b|\bUndefined\b|\{\{|\{%",
    "words of another study": r"\b[Rr]égions?\b|\b[ÉéEe]tudes? de cas\b|\bRegion(?:en|styp)?\b|"
    r"\bregions?\b|\bLand\b|\bLänder\b|Koordin|"
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
