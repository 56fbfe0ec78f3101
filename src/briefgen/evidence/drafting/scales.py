"""Scales whose steps are known by their words: order, poles and boxes.

The words are those of rating scales in common use in German, English and French. Bands of numbers
("18–34", "under 25", "65 and over") are ordered by their limits.

References
----------
Rohrmann, B. (2007). Verbal qualifiers for rating scales. Project Report, University of Melbourne.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from briefgen.config.plain_text import single_spaced


@dataclass(frozen=True)
class Family:
    """Steps of a kind of scale, from the low pole to the high one.

    Attributes
    ----------
    diverging
        Whether it has two poles with a middle.
    steps
        A pattern for each step; of those that fit a label the first counts.
    """

    name: str
    diverging: bool
    steps: tuple[tuple[float, str], ...]

    @property
    def width(self) -> float:
        """How far the poles are apart."""
        places = [place for place, _ in self.steps]
        return max(places) - min(places)

    def score(self, label: str) -> float | None:
        """Return the place of a label, ``None`` where it is none of the steps."""
        if self.name == RATES and (place := place_rate(label)) is not None:
            return place
        return next((place for place, words in self.steps if re.fullmatch(words, label)), None)


RATES: Final = "how often"
"""The scale whose steps are times in a day, week, month or year."""
_COUNTS: Final = {
    "once": 1, "twice": 2, "thrice": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "ein": 1, "eins": 1, "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5,
    "several": 3, "a few": 3, "a couple of": 2, "multiple": 3, "many": 5, "mehr": 3, "einige": 3, "ein paar": 3,
    "plusieurs": 3, "quelques": 3,
}  # fmt: skip
_COUNT: Final = rf"(?:\d+|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_YEARLY: Final = {
    r"day|tag|jour": 365, r"week|woche|semaine": 52, r"month|monat|mois": 12,
    r"quarter|quartal|trimestre": 4, r"year|jahr|an(?:née)?": 1,
}  # fmt: skip
_ADVERBS: Final = {
    r"daily|every ?day|each day|täglich|jeden tag|tous les jours|chaque jour|quotidiennement": 365,
    r"weekly|(?:every|each) week|wöchentlich|jede woche|toutes les semaines|chaque semaine": 52,
    r"fortnightly|bi-?weekly|every (?:two|2|other) weeks?|alle (?:zwei|2|14) (?:wochen|tage)|(?:zwei|14-)wöchentlich": 26,
    r"monthly|(?:every|each) month|monatlich|jeden monat|tous les mois|chaque mois|mensuellement": 12,
    r"quarterly|every (?:three|3) months|vierteljährlich|quartalsweise|tous les trimestres": 4,
    r"half-?yearly|every (?:six|6) months|halbjährlich": 2,
    r"yearly|annually|(?:every|each) year|jährlich|jedes jahr|tous les ans|chaque année": 1,
}  # fmt: skip
_TIMES: Final = re.compile(
    rf"(?:an |on )?(?P<low>{_COUNT})(?:[- ]*(?:[-–]|to|or|bis|oder|à|ou|bis zu) ?(?P<high>{_COUNT}))?"
    r" ?(?:x|times?|mals?|fois|days?|tage?n?|jours?)?(?: (?:an|at))? ?"
    rf"(?:a|per|each|every|im|am|pro|die|in der|in einem|par|/) ?(?P<unit>{'|'.join(_YEARLY)})"
)
_TIMES_DAILY: Final = re.compile(rf"(?P<low>{_COUNT}) ?(?:x|times|mal) (?P<adverb>.+)")
_LESS: Final = re.compile(
    r"(?:less (?:often |frequently )?than|seltener als|weniger als|moins (?:souvent )?(?:de |d.|que )) ?"
)
_MORE: Final = re.compile(
    r"(?:more (?:often |frequently )?than|(?:öfter|mehr|häufiger) als|plus (?:souvent )?(?:de |d.|que )) ?"
)
_AT_LEAST: Final = re.compile(
    r"(?:about|around|at least|etwa|ungefähr|rund|circa|ca\.|mindestens|wenigstens|environ|au moins) "
)
_OR_MORE: Final = re.compile(
    r",? (?:or|oder|ou)(?: noch)? (?:more(?: often| frequently)?|mehr|öfters?|häufiger|plus(?: souvent)?)"
)
_OR_LESS: Final = re.compile(
    r",? (?:or|oder|ou) (?:less(?: often)?|rarer|seltener|weniger|moins(?: souvent)?)"
)
_OR_NEARLY: Final = re.compile(
    r"(?:(?P<first>\w+(?: \w+)?) (?:or|oder|ou) )?(?:almost|nearly|fast|beinahe|nahezu|presque) (?P<then>.+)"
)


def place_rate(label: str) -> float | None:
    """Return the place of a label that says how often in a time: ``ein- bis dreimal im Monat``.

    A year, a month, a week and a day are 3, 4, 5 and 6, and between them counts by their logarithm.
    """
    said, shift = label, 0.0
    for pattern, by in (
        (_OR_MORE, 0.05),
        (_OR_LESS, -0.05),
        (_AT_LEAST, 0.0),
        (_LESS, -0.3),
        (_MORE, 0.3),
    ):
        whole, found = pattern.subn("", said, count=1)
        said, shift = (whole.strip(), shift + by) if found else (said, shift)
    nearly = _OR_NEARLY.fullmatch(said)
    if nearly:
        said, shift = nearly["then"], shift - (0.0 if nearly["first"] else 0.02)
    rate = _times_a_year(said)
    return None if rate is None else _place(rate) + shift


def _times_a_year(said: str) -> float | None:
    """Return how many times a year words mean, ``None`` where they mean none."""
    adverb = next((n for words, n in _ADVERBS.items() if re.fullmatch(words, said)), None)
    apart = re.sub(r" *mals?\b", " mal", said)
    several, found = _TIMES_DAILY.fullmatch(apart), _TIMES.fullmatch(apart)
    if several and found is None and (often := _times_a_year(several["adverb"])):
        return often * float(_COUNTS.get(several["low"], several["low"]))
    if adverb is not None or found is None:
        return adverb
    counts = [float(_COUNTS.get(one, one)) for one in (found["low"], found["high"]) if one]
    unit = next(n for words, n in _YEARLY.items() if re.fullmatch(words, found["unit"]))
    return sum(counts) / len(counts) * unit


def _place(rate: float) -> float:
    """Return the place of a number of times a year, on the scale of years, months, weeks, days."""
    marks = (math.log(0.1), 0.0, math.log(12), math.log(52), math.log(365), math.log(365 * 20))
    at = math.log(max(rate, 0.1))
    upper = next((i for i, mark in enumerate(marks) if at <= mark and i), len(marks) - 1)
    low, high = marks[upper - 1], marks[upper]
    return 1 + upper + (at - low) / (high - low)


_MIDDLE: Final = (
    r"neither.*|neutral.*|undecided|teils.*|weder.*|unentschieden|mittel(?:mäßig)?|partly.*|"
    r"no opinion either way|about the same|unverändert|no change|gleich ?geblieben|(?:sowohl als auch)|"
    r"ni .* ni .*|neutre|moyennement.*|mitigée?|partagée?|indécise?|inchangée?|pas de changement"
)
_VERY: Final = r"(?:very|extremely|strongly|completely|totally|fully|definitely|sehr|äußerst|voll und ganz|völlig|vollkommen|absolut|très|tout à fait|totalement|entièrement|complètement|fortement|extrêmement)"
_RATHER: Final = r"(?:somewhat|rather|fairly|mostly|slightly|moderately|tend to|quite|eher|ziemlich|überwiegend|etwas|plutôt|assez|partiellement|un peu)"
_GOOD: Final = (
    r"(?:satisfied|happy|glücklich|heureu(?:x|ses?)|likely|favou?rabl[ey]|agree|approve|support|positive|zufrieden|wahrscheinlich|positiv|"
    r"stimme.*zu|zustimm.*|einverstanden|comfortable|confident|optimistic|optimistisch|easy|leicht|safe|sicher|"
    r"satisfaite?s?|d.accord|probable|favorable|confiante?s?|optimistes?|faciles?|en sécurité|pour)"
)
_BAD: Final = (
    r"(?:dis-?satisfied|un-?satisfied|un-?happy|unglücklich|malheureu(?:x|ses?)|unlikely|unfavou?rabl[ey]|disagree|disapprove|oppose|negative|unzufrieden|"
    r"unwahrscheinlich|negativ|uncomfortable|pessimistic|pessimistisch|difficult|hard|schwer|schwierig|"
    r"unsafe|unsicher|ablehn.*|lehne.*ab|"
    r"insatisfaite?s?|mécontente?s?|(?:pas d|en dés).?accord|improbable|défavorable|opposée?s?|pessimistes?|difficiles?|contre)"
)
_ABOUT: Final = (
    r"(?:(?:about|etwa|ungefähr|rund|circa|ca\.|at least|mindestens|environ|au moins) )?"
)
_ONCE: Final = rf"{_ABOUT}(?:once|einmal|1 ?(?:x|mal)|(?:une|1) fois)(?: or more| oder mehr| oder öfter| ou plus)?"
_SEVERAL: Final = (
    rf"{_ABOUT}(?:twice|(?:\d(?:[-–]\d)?|a few|several) times|(?:mehr|zwei|drei)mals?|einige male|"
    r"(?:[2-9]|\d ?[-–] ?\d|\d bis \d) ?(?:x|mal)|(?:plusieurs|quelques|deux|trois|[2-9]|\d ?(?:[-–]|à|ou) ?\d) fois)(?: or more| oder mehr| oder öfter| ou plus)?"
)
_DONE: Final = r"(?:(?:a|s.est|se sont) )?"
_MUCH: Final = r"(?:beaucoup|nettement|fortement|bien)"
_LITTLE: Final = r"(?:un peu |légèrement |plutôt )?"
_DOWN: Final = r"(?:moins(?: bien| bonne?)?|pire|diminuée?|baissée?|dégradée?s?|détériorée?s?)"
_UP: Final = r"(?:mieux|plus|meilleure?|augmentée?|progressée?|améliorée?s?)"
FAMILIES: Final = (
    Family("two poles", diverging=True, steps=(
        (1, rf"pas du tout {_GOOD}|pas d.accord du tout"),
        (2, rf"(?:(?:plutôt )?pas|peu|pas (?:vraiment|très|tellement)) {_GOOD}"),
        (1, rf"{_VERY} {_BAD}"), (5, rf"{_VERY} {_GOOD}"),
        (1, r"stimme (?:überhaupt|gar) nicht zu|lehne (?:voll und ganz|völlig) ab"),
        (5, r"stimme (?:voll und ganz|völlig|voll|vollkommen|vollständig|sehr) zu"),
        (2, r"stimme eher nicht zu|stimme nicht zu|lehne eher ab"),
        (2, rf"{_RATHER} {_BAD}|{_BAD}"), (4, r"stimme (?:eher )?zu"),
        (4, rf"{_RATHER} {_GOOD}|{_GOOD}"), (3, _MIDDLE),
    )),
    Family("two poles, seven steps", diverging=True, steps=(
        (1, rf"{_VERY} {_BAD}"), (7, rf"{_VERY} {_GOOD}"), (3, rf"{_RATHER} {_BAD}"),
        (5, rf"{_RATHER} {_GOOD}"), (2, _BAD), (6, _GOOD), (4, _MIDDLE),
    )),
    Family("applies", diverging=True, steps=(
        (1, r"ne (?:me |s.)?(?:correspond|applique) pas du tout.*|pas du tout vrai|tout à fait faux"),
        (2, r"ne (?:me |s.)?(?:correspond|applique) (?:plutôt |pas |peu )+.*|(?:plutôt )?pas vrai|plutôt faux"),
        (5, r"(?:me |s.)?(?:correspond|applique) (?:tout à fait|parfaitement|entièrement|très bien).*|tout à fait vrai"),
        (4, r"(?:me |s.)?(?:correspond|applique) (?:plutôt|assez).*|plutôt vrai"),
        (1, r"trifft (?:überhaupt|gar|absolut) nicht zu|does not apply at all|not at all true"),
        (2, r"trifft (?:eher nicht|weniger|kaum) zu|(?:rather|mostly) does not apply"),
        (1, r"trifft nicht zu|does not apply"),
        (5, r"trifft (?:voll und ganz|völlig|voll|genau|vollkommen|sehr) zu|applies (?:fully|completely)|very true"),
        (4, r"trifft (?:eher|ziemlich|überwiegend)? ?zu|(?:rather|mostly) applies|applies"), (3, r"trifft (?:teilweise|teils.*) zu|" + _MIDDLE),
    )),
    Family("certainty", diverging=True, steps=(
        (1, r"(?:definitely|certainly|absolutely) not|auf (?:gar )?keinen fall|(?:ganz )?sicher(?:lich)? nicht|bestimmt nicht|(?:certainement|sûrement) pas|en aucun cas"),
        (2, r"(?:probably|rather) not|(?:eher|wahrscheinlich|vermutlich) nicht|(?:probablement|plutôt) pas"),
        (3, r"(?:perhaps|maybe|possibly|might or might not|may or may not|vielleicht|eventuell|peut-être|unentschieden|undecided)"),
        (4, r"(?:probably|rather)(?: yes)?|(?:eher|wahrscheinlich|vermutlich)(?: ja| schon)?|(?:probablement|plutôt)(?: oui)?"),
        (5, r"(?:definitely|certainly|absolutely)(?: yes)?|auf jeden fall|(?:ganz )?(?:sicher(?:lich)?|bestimmt)(?: ja)?|(?:certainement|sûrement)(?: oui)?"),
    )),
    Family("frequency", diverging=False, steps=(
        (0, r"never,? and not .*"), (1, r"never.*|nie(?:mals)?|not at all|at no time|gar nicht|jamais"),
        (2, r"(?:very )?rarely.*|seldom|hardly ever|(?:sehr )?selten|almost never|fast nie|less often|seltener|(?:très )?rarement|presque jamais|moins souvent"),
        (3, r"sometimes.*|occasionally|manchmal|gelegentlich|hin und wieder|ab und zu|now and then|parfois|quelquefois|de temps en temps|occasionnellement|de temps à autre"),
        (4, r"often.*|frequently|regularly|oft|häufig|regelmäßig|fairly often|(?:assez )?souvent|régulièrement|fréquemment"),
        (5, r"very often|usually|mostly|most of the time|almost always|sehr oft|sehr häufig|meistens?|fast immer|très souvent|(?:le plus|la plupart du) (?:souvent|temps)|presque toujours|généralement"),
        (6, r"always.*|immer|all the time|stets|toujours|tout le temps|systématiquement"),
    )),
    Family("how often", diverging=False, steps=(
        (1, r"never|nie(?:mals)?|jamais"),
        (2, r"less (?:often|than).*|seltener(?: als.*)?|rarely|selten|moins (?:souvent|d.une fois).*|(?:plus )?rarement"),
        (3, rf"{_ONCE} (?:a|per|im|pro|par) (?:year|jahr|an(?:née)?)|yearly|jährlich|every year|jedes jahr|tous les ans|chaque année"),
        (3.5, rf"{_SEVERAL} (?:a|per|im|pro|par) (?:year|jahr|an(?:née)?)"),
        (4, rf"{_ONCE} (?:a|per|im|pro|par) (?:month|monat|mois)|monthly|monatlich|every month|jeden monat|tous les mois|chaque mois"),
        (4.5, rf"{_SEVERAL} (?:a|per|im|pro|par) (?:month|monat|mois)"),
        (5, rf"{_ONCE} (?:a|per|in der|pro|die|par) (?:week|woche|semaine)|weekly|wöchentlich|every week|jede woche|toutes les semaines|chaque semaine"),
        (5.5, rf"{_SEVERAL} (?:a|per|in der|pro|die|par) (?:week|woche|semaine)"),
        (6, r"(?:almost |nearly |fast )?(?:daily|every day|täglich|jeden tag)|(?:presque )?(?:tous les jours|chaque jour|quotidiennement)"),
        (6.5, r"(?:several|many) times a day|mehrmals (?:am tag|täglich|pro tag)|plusieurs fois par jour"),
    )),
    Family("extent", diverging=False, steps=(
        (1, r"(?:not at all|none at all|überhaupt nicht|gar nicht|gar kein.*|none)(?: \w+)?|not (?:important|interested|concerned|satisfied)|unwichtig|very unimportant|unimportant|pas du tout(?: \w+)?|aucun(?:e|ement)?(?: \w+)?|pas importante?|sans importance"),
        (2, r"(?:not (?:very|too|so|that|really)|a little|little|hardly|slightly|only a little|kaum|wenig|weniger|eher nicht|eher un\w+|nicht (?:sehr|so)|un peu|peu|pas (?:très|vraiment|tellement)|légèrement|à peine)(?: \w+)?"),
        (3, r"(?:somewhat|moderately|partly|teilweise|mittel|mäßig|teils.*|some|etwas|moyennement|modérément|partiellement|en partie)(?: \w+)?"),
        (4, r"(?:rather|quite|fairly|mostly|important|ziemlich|eher|eher schon|überwiegend|stark|wichtig|a fair amount|quite a bit|well|gut|plutôt|assez|importante?)(?: \w+)?"),
        (4.5, r"(?:a lot|beaucoup)(?: \w+)?"), (5, r"(?:very|a great deal|sehr|sehr stark|very much|to a great extent|in hohem maße|très|énormément|fortement)(?: \w+)?"),
        (6, r"(?:extremely|completely|totally|fully|äußerst|völlig|voll und ganz|absolutely|essential|extrêmement|tout à fait|totalement|complètement|entièrement|essentiel(?:le)?)(?: \w+)?"),
    )),
    Family("quality", diverging=False, steps=(
        (1, r"very (?:poor|bad)|terrible|awful|sehr schlecht|ungenügend|très (?:mauvaise?|mal)"), (2, r"poor|bad|schlecht|mangelhaft|eher schlecht|(?:plutôt )?(?:mauvaise?|mal)|médiocre|insuffisante?"),
        (3, r"fair|average|okay|ok|acceptable|mittelmäßig|ausreichend|befriedigend|mittel|moyen(?:ne)?|passable|acceptable|correcte?|" + _MIDDLE),
        (4, r"good|gut|eher gut|(?:plutôt |assez )?(?:bon(?:ne)?|bien)|satisfaisante?"), (5, r"very good|sehr gut|très (?:bon(?:ne)?|bien)"),
        (6, r"excellente?|outstanding|ausgezeichnet|hervorragend"),
    )),
    Family("level", diverging=False, steps=(
        (1, r"very (?:low|small)|sehr (?:niedrig|gering|klein)|très (?:faible|bas(?:se)?|petite?)"),
        (2, r"low|small|niedrig|gering|klein|faible|bas(?:se)?|petite?"),
        (3, r"medium|middle|moderate|mittel(?:groß)?|average|moyen(?:ne)?|modérée?"), (4, r"high|large|big|hoch|groß|élevée?|haute?|grande?|forte?"),
        (5, r"very (?:high|large)|sehr (?:hoch|groß)|très (?:élevée?|haute?|grande?|forte?)"),
    )),
    Family("change", diverging=True, steps=(
        (1, rf"(?:much|a lot|considerably) (?:worse|less|lower)|(?:viel|deutlich|stark) (?:schlechter|weniger|gesunken)|decreased? (?:a lot|strongly)|{_DONE}{_MUCH} {_DOWN}"),
        (2, rf"(?:somewhat |slightly |a little |etwas )?(?:worse|less|lower|decreased?|schlechter|weniger|gesunken|abgenommen)|{_DONE}{_LITTLE}{_DOWN}"),
        (3, r"(?:stayed |about )?the same|unchanged|unverändert|gleich.*|no change|(?:est restée? )?(?:stable|identique|inchangée?|pareil(?:le)?)|pas de changement|autant"),
        (4, rf"(?:somewhat |slightly |a little |etwas )?(?:better|more|higher|increased?|besser|mehr|gestiegen|zugenommen)|{_DONE}{_LITTLE}{_UP}"),
        (5, rf"(?:much|a lot|considerably) (?:better|more|higher)|(?:viel|deutlich|stark) (?:besser|mehr|gestiegen)|increased? (?:a lot|strongly)|{_DONE}{_MUCH} {_UP}"),
    )),
)  # fmt: skip
BAND: Final = re.compile(
    r"(?:(?:de|von|from|between|entre|zwischen) )?(?:[£$€]\s*)?(?P<low>\d[\d.,]*)\s*(?:k|years?|jahren?|ans)?\s*(?:[-–—]|to|bis(?: unter)?|à|et|and|und)\s*(?:[£$€]\s*)?\d[\d.,]*.*"
)
BELOW: Final = re.compile(
    r"(?:under|less than|below|up to|unter|weniger als|bis(?: zu)?|moins de|jusqu.à|<)\s*(?:[£$€]\s*)?\d.*",
    re.IGNORECASE,
)
ABOVE: Final = re.compile(
    r"(?:over|more than|above|über|mehr als|ab|from|plus de|à partir de|>)\s*(?:[£$€]\s*)?(?P<a>\d[\d.,]*).*"
    r"|(?:[£$€]\s*)?(?P<b>\d[\d.,]*)\s*(?:\+|(?:\w+ )?(?:and|or|und|oder|et|ou) (?:up|over|older|more|above|mehr|älter|darüber|plus|au-delà)).*",
    re.IGNORECASE,
)
PARTED: Final = {
    "ueber": "über", "aelter": "älter", "juenger": "jünger", "haeufig": "häufig", "woechen": "wöchen",
    "taegl": "tägl", "jaehr": "jähr", "regelmaess": "regelmäß", "maess": "mäß", "mäss": "mäß",
    "voell": "völl", "aeusserst": "äußerst", "aehn": "ähn", "gross": "groß", "weiss": "weiß",
    "vollstaend": "vollständ", "hoeher": "höher", "unverae": "unverä",
}  # fmt: skip
"""Umlauts as they are written without them, in words of scales."""
NUMBER_BEFORE: Final = re.compile(r"^\s*[\[(]?\d+[\])]?\s*(?:[-–=:.)]\s*|\s)(?=[^\W\d])")


MOST_STEPS: Final = 40
"""More labels are no scale."""


@dataclass(frozen=True)
class Order:
    """The order of some labels.

    Attributes
    ----------
    scores
        Place of each label, rising to the high pole; ``None`` for one without a place.
    """

    family: str
    diverging: bool
    scores: tuple[float | None, ...]


def find_order(labels: Sequence[str], *, in_order: bool = False) -> Order | None:
    """Return the order of labels where their words tell it; one of many may have no place.

    Parameters
    ----------
    in_order
        The labels stand in the order of their codes: those without a known word that lie between
        two known ones, from pole to pole, are the steps between.
    """
    if len(labels) > MOST_STEPS:
        return None
    folded = [_fold(label) for label in labels]
    plain = [NUMBER_BEFORE.sub("", label).strip(" .!") for label in folded]
    best: Order | None = None
    for family in FAMILIES:
        scores: tuple[float | None, ...] = tuple(
            _score_either(family, label, whole) for label, whole in zip(plain, folded, strict=True)
        )
        if in_order:
            scores = fill_between(scores, family.width)
        order = Order(family.name, family.diverging, scores)
        if _fits(scores) and (best is None or _placed(order) > _placed(best)):
            best = order
    return best or _bands(folded)


def _score_either(family: Family, plain: str, whole: str) -> float | None:
    """Return the place of a label without a number before it, else with: "2 to 3 times a week"."""
    score = family.score(plain)
    return family.score(whole) if score is None and whole != plain else score


def _fold(label: str) -> str:
    """Return a label in small letters, with the umlauts that capitals and old files part."""
    text = single_spaced(label.casefold())
    for parted, whole in PARTED.items():
        text = text.replace(parted, whole)
    return text


def fill_between(scores: Sequence[float | None], width: float) -> tuple[float | None, ...]:
    """Return scores with a place for steps between known ones, where the known ones tell a scale.

    They do where they rise or fall throughout, and are three, or two poles that lie at least half
    of the scale apart.
    """
    places = [place for place, score in enumerate(scores) if score is not None]
    known = [score for score in scores if score is not None]
    monotone = known in (sorted(set(known)), sorted(set(known), reverse=True))
    if (
        not monotone
        or len(known) < 2
        or (len(known) == 2 and abs(known[1] - known[0]) <= width / 2)
    ):
        return tuple(scores)
    filled = list(scores)
    for low, high in pairwise(places):
        step = (known[places.index(high)] - known[places.index(low)]) / (high - low)
        for place in range(low + 1, high):
            filled[place] = known[places.index(low)] + step * (place - low)
    return tuple(filled)


def _placed(order: Order) -> int:
    return sum(score is not None for score in order.scores)


def _fits(scores: Sequence[float | None]) -> bool:
    """Whether at least three labels have places, no two the same, and at most one has none."""
    placed = [score for score in scores if score is not None]
    return len(placed) >= 3 and len(set(placed)) == len(placed) and len(scores) - len(placed) <= 1


def _bands(labels: Sequence[str]) -> Order | None:
    scores = tuple(map(_limit, labels))
    return Order("bands of numbers", diverging=False, scores=scores) if _fits(scores) else None


def _limit(label: str) -> float | None:
    if BELOW.fullmatch(label):
        return -1.0
    above, band = ABOVE.fullmatch(label), BAND.fullmatch(label)
    found = (above["a"] or above["b"]) if above else band["low"] if band else None
    if found is None:
        return None
    number = float(re.sub(r"[.,](?=\d{3}\b)", "", found).replace(",", ".").rstrip("."))
    return number + (0.5 if above else 0)
