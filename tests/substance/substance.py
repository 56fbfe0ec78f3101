"""What regional briefs say, measured from their sidecars and the text of their PDFs alone.

`read_briefs` reads a folder of publications, `measure` counts. The measures:

- *advice sets*: different sets of recommendations;
- *boxes without a reason*: recommendations without published evidence as their reason, or whose
  reason on the page says no more than that there is no clear difference;
- *contradicted*: recommendations that act on what the region, or the type that stands in for it,
  does clearly better than elsewhere, and on nothing that it does clearly worse;
- *thin titles*: titles on fewer than `BASE` answers, or an interval wider than `WIDTH`, or about a
  region whose answers bear no comparison;
- *key messages without a difference*: those whose value does not clearly differ from elsewhere;
- *words shared*: distinct words of two briefs that stand in both, among all of both (Jaccard), as a
  mean over all pairs: of two audiences in one region, of two regions of one audience. Numbers are
  left out, and so is the form: sentences and words that stand in `FIXED` of all briefs (method,
  headings, "of respondents", "elsewhere"), the profile that heads page 2, and all from the citation
  on, where the imprint stands.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any, Final

import pypdfium2
from babel.messages.pofile import read_po

BASE: Final = 20
WIDTH: Final = 0.4
FIXED: Final = 0.8
CATALOGUES: Final = Path(__file__).parents[2] / "src/briefgen/content/language"
SIDECAR: Final = ".evidence.json"
ANSWERS: Final = "response:answers@"
"""Keys of how many answered, which each brief prints of its region and of the nation."""
PAGE: Final = " ⁂ "
"""What parts the pages of a text."""
REASON_LETTERS: Final = 400
"""Letters after "Why here" that are looked at."""
AIMS: Final[Mapping[str, float]] = {
    "advice_sets": 25, "without_reason": 0, "contradicted": 0, "thin_titles": 0,
    "no_difference": 0.10, "audiences": 0.25, "regions": 0.30,
}  # fmt: skip
"""At least so many sets of advice, at most so much of everything else."""


@dataclass(frozen=True)
class Phrases:
    """What a language's pages say at the places that are looked for."""

    why: tuple[str, ...]
    same: str
    cite: str
    act: str


@dataclass(frozen=True)
class Brief:
    """A published brief of a region: its facts, the evidence that it shows, its text."""

    facts: Mapping[str, Any]
    evidence: Mapping[str, Mapping[str, Any]]
    text: str

    @property
    def place(self) -> tuple[str, str]:
        """Region and audience."""
        return self.facts["region"], self.facts["audience"]


@dataclass(frozen=True)
class Substance:
    """The measures of one language's regional briefs."""

    briefs: int
    advice_sets: int
    without_reason: int
    contradicted: int
    thin_titles: int
    no_difference: float
    audiences: float
    regions: float
    cases: Sequence[str] = field(default=())  # what was counted, by document

    def line(self) -> str:
        """Return the measures in a line."""
        return (
            f"briefs {self.briefs}, advice sets {self.advice_sets}, "
            f"boxes without a reason {self.without_reason}, contradicted {self.contradicted}, "
            f"thin titles {self.thin_titles}, "
            f"key messages without a difference {self.no_difference:.0%}, "
            f"words shared by audiences {self.audiences:.0%}, by regions {self.regions:.0%}"
        ).replace("%", " %")

    def missed(self) -> list[str]:
        """Return the aims that are missed."""
        wrong = [name for name, most in AIMS.items() if getattr(self, name) > most]
        enough = self.advice_sets >= AIMS["advice_sets"]
        return [name for name in wrong if name != "advice_sets"] + ([] if enough else ["advice"])


def read_phrases(language: str) -> Phrases:
    """Read from the catalogue what pages of a language say."""
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file)

    def say(message: str) -> str:
        found = catalogue.get(message)
        return str(found.string) if found is not None and found.string else message

    same = say("no clear difference from {elsewhere}").partition("{")[0].strip()
    return Phrases((say("Why here"), say("Why")), same, say("How to cite"), say("What you can do"))


# --- reading --------------------------------------------------------------------------------


def read_briefs(folder: Path, language: str) -> tuple[list[Brief], dict[str, Any]]:
    """Return the regional briefs of a language, and all evidence that the folder publishes."""
    briefs, pool = [], {}
    for path in _list_sidecars(folder):
        content = json.loads(path.read_text(encoding="utf-8"))
        evidence = {item["key"]: item for item in content["evidence"]}
        pool.update(evidence)
        facts = content["document"]
        if facts["kind"] == "brief" and facts["language"] == language and "advice" in facts:
            pdf = path.with_name(path.name.removesuffix(SIDECAR) + ".pdf")
            briefs.append(Brief(facts, evidence, read_text(pdf)))
    nations = {brief.facts["region"] for brief in briefs if brief.facts["region_type"] == ""}
    regional = [b for b in briefs if b.facts["region"] not in nations or _is_region(b, briefs)]
    return regional, pool


def _list_sidecars(folder: Path) -> list[Path]:
    """Return the sidecars below a folder; what is being made stands in hidden folders."""
    found = sorted(folder.rglob(f"*{SIDECAR}"))
    return [p for p in found if not any(n.startswith(".") for n in p.relative_to(folder).parts)]


def _is_region(brief: Brief, briefs: Sequence[Brief]) -> bool:
    """Tell whether several audiences have a brief of this place, as those of regions have."""
    return sum(other.facts["region"] == brief.facts["region"] for other in briefs) > 1


def read_text(pdf: Path) -> str:
    """Return what a PDF says, words put together that a line's end parts."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    text = PAGE.join(pages).replace("\r", "").replace("\ufffe", "")
    return re.sub(r"\s+", " ", text)


# --- measuring ------------------------------------------------------------------------------


def measure(briefs: Sequence[Brief], pool: Mapping[str, Any], phrases: Phrases) -> Substance:
    """Count everything, and say in which documents."""
    unreasoned = list(_find_unreasoned(briefs, phrases))
    contradicted = list(_find_contradicted(briefs, pool))
    thin = [brief.facts["name"] for brief in briefs if _is_thin(brief)]
    messages = [message for brief in briefs for message in brief.facts["messages"]]
    same = [m for m in messages if m["verdict"] not in ("higher", "lower")]
    words = {
        brief.place: found for brief, found in zip(briefs, own_words(briefs, phrases), strict=True)
    }
    return Substance(
        briefs=len(briefs),
        advice_sets=len({tuple(sorted(_codes(brief))) for brief in briefs}),
        without_reason=len(unreasoned),
        contradicted=len(contradicted),
        thin_titles=len(thin),
        no_difference=len(same) / len(messages) if messages else 1.0,
        audiences=_mean_shared(words, same_place=0),
        regions=_mean_shared(words, same_place=1),
        cases=[
            *(f"no reason: {case}" for case in unreasoned),
            *(f"contradicted: {case}" for case in contradicted),
            *(f"thin title: {case}" for case in thin),
        ],
    )


def _codes(brief: Brief) -> list[str]:
    return [item["code"] for item in brief.facts["advice"]]


def _find_unreasoned(briefs: Iterable[Brief], phrases: Phrases) -> Iterator[str]:
    for brief in briefs:
        for item in brief.facts["advice"]:
            shown = brief.evidence.get(item["key"], {})
            told = _reason_on_page(brief, item["title"], phrases)
            if not str(shown.get("status", "")).startswith(("published", "coarsened")):
                yield f"{brief.facts['name']} {item['code']} rests on no published value"
            elif not told or phrases.same in told:
                yield f"{brief.facts['name']} {item['code']}: {told[:60]!r}"


def _reason_on_page(brief: Brief, title: str, phrases: Phrases) -> str:
    """Return the beginning of what the page says after a recommendation's title and "Why here"."""
    why = "|".join(re.escape(f"{word}:") for word in phrases.why)
    found = re.search(rf"{re.escape(title)} (?:{why}) (.*)", brief.text)
    if found is None:
        return ""
    return re.split(why, found[1][:REASON_LETTERS])[0].partition(". ")[0]


def _find_contradicted(briefs: Iterable[Brief], pool: Mapping[str, Any]) -> Iterator[str]:
    for brief in briefs:
        for item in brief.facts["advice"]:
            verdicts = [
                (pool.get(f"{aim['measure']}@{place}~rest", {}).get("verdict"), aim["better"])
                for aim in item["acts_on"]
                for place in _list_places(brief, aim)
            ]
            better = any(verdict == wanted for verdict, wanted in verdicts)
            worse = any(v in ("higher", "lower") and v != wanted for v, wanted in verdicts)
            if better and not worse:
                yield f"{brief.facts['name']} {item['code']}"


def _list_places(brief: Brief, aim: Mapping[str, str]) -> list[str]:
    """Return the region, and the type that is told unless a value of the region denies it.

    It does where it lies on the wrong side of the nation's, which stands beside it on the page.
    """
    region, profile = brief.facts["region"], brief.facts["profile"]
    values = {
        key.partition("@")[2]: item["value"]
        for key, item in brief.evidence.items()
        if key.partition("@")[0] == aim["measure"] and item["value"] is not None
    }
    answers = [key.partition("@")[2] for key in brief.evidence if key.startswith(ANSWERS)]
    own = values.get(region)
    nation = next((values[one] for one in answers if one != region and one in values), None)
    if own is None or nation is None:
        return list(dict.fromkeys((region, profile)))
    denied = own <= nation if aim["better"] == "higher" else own >= nation
    return [region] if denied else list(dict.fromkeys((region, profile)))


def _is_thin(brief: Brief) -> bool:
    facts, key = brief.facts, brief.facts["headline"]
    if not key:
        return False
    item = brief.evidence[key]
    wide = (
        item["unit"] == "share" and item["low"] is not None and item["high"] - item["low"] > WIDTH
    )
    own = item["domain"] == facts["region"]
    return (item["n"] or 0) < BASE or wide or (own and (facts["base"] or 0) < BASE)


def own_words(briefs: Sequence[Brief], phrases: Phrases) -> list[frozenset[str]]:
    """Return the distinct words of each brief outside of its fixed parts."""
    sentences = [list(split_sentences(_take_prose(b.text, phrases))) for b in briefs]
    common = Counter(mask for found in sentences for mask in {_mask(text) for text in found})
    fixed = {mask for mask, times in common.items() if times >= FIXED * len(briefs)}
    own = [
        {
            word
            for sentence in found
            if _mask(sentence) not in fixed
            for word in re.findall(r"[^\W\d_]{2,}", sentence.casefold())
        }
        for found in sentences
    ]
    times_said = Counter(word for words in own for word in words)
    form = {word for word, times in times_said.items() if times >= FIXED * len(briefs)}
    return [frozenset(words - form) for words in own]


def _take_prose(text: str, phrases: Phrases) -> str:
    """Return a brief without its profile, which heads page 2, and what follows the citation.

    The rows of the profile are the region's for all audiences; where a PDF gives them, before the
    advice or after the citation, is no difference between briefs.
    """
    first, _, second = text.partition(phrases.cite)[0].partition(PAGE)
    return f"{first} {phrases.act} {second.partition(phrases.act)[2] or second}"


def split_sentences(text: str) -> Iterator[str]:
    """Yield sentences, and headings and labels that end with a colon."""
    yield from (part for part in re.split(r"(?<=[.!?:]) ", text) if part.strip())


def _mask(text: str) -> str:
    return re.sub(r"\d+", "#", text.strip())


def _mean_shared(words: Mapping[tuple[str, str], frozenset[str]], *, same_place: int) -> float:
    pairs = [
        (words[one], words[other])
        for one, other in itertools.combinations(words, 2)
        if one[same_place] == other[same_place]
    ]
    shares = [len(a & b) / len(a | b) for a, b in pairs if a | b]
    return mean(shares) if shares else 0.0
