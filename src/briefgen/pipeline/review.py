"""What an author looks at before publishing: every brief in a line or two, most doubtful first.

In: `Settings`. Out: a `Review` of each document for a certain reader: its title, messages, advice,
tier and base, the text that it shares with its nearest like, what of its region is hidden and why,
and what is doubtful about it. The documents are composed from the released evidence and not
printed. ``cli`` shows it as text, JSON or a page.
"""

from __future__ import annotations

import html
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.settings import Settings
from briefgen.content.compose import Composer
from briefgen.content.compose.composer import Composed
from briefgen.content.compose.text import running_text, split_front_matter
from briefgen.content.language.locale import REASONS
from briefgen.content.language.markdown import plain_text
from briefgen.model import DocumentKey
from briefgen.pipeline.inputs import read_own_recommendations, release_evidence, take_inputs
from briefgen.pipeline.state import Store
from briefgen.pipeline.work.documents import dated

FORM: Final = 0.5
"""A word that more of the briefs have belongs to their form."""
ALIKE: Final = 0.6
"""Share of words in common with another brief from which on a brief is doubtful."""
CLEAR: Final = ("higher", "lower")
PLACES: Final = {
    "region": "the region is behind",
    "peers": "behind its own type",
    "type": "its type is behind",
    "strength": "builds on a strength",
    "level": "much to gain here",
    "type level": "much to gain in its type",
    "nation": "holds everywhere",
    "condition": "its condition holds",
    "regions": "names the region",
    "case": "from a case study",
    "panel": "from the panel",
    "none": "without a reason",
}
"""Why a recommendation is given here (`content.levers`), in words."""
TIERS: Final = {
    "full": "enough for comparisons",
    "weak": "values in brackets",
    "none": "no values of its own",
}


@dataclass(frozen=True, slots=True)
class Review:
    """One brief as its author has to judge it.

    Attributes
    ----------
    base
        Answers of its region; ``None`` where nothing tells it.
    profile
        Name of the domain whose findings it tells.
    messages, advice
        What it prints, as texts.
    shared, nearest
        Share of distinct words (0–1) in common with the brief that is most like it of those for
        the same region or audience, and that brief's name.
    hidden
        How many results of the region are not shown, by the reason in words.
    doubts
        What an editor should look at; the more, the earlier it stands.
    """

    name: str
    title: str
    tier: str
    base: float | None
    profile: str
    messages: tuple[str, ...]
    advice: tuple[str, ...]
    note: str
    shared: float
    nearest: str
    hidden: Mapping[str, int]
    doubts: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield it as text."""
        base = "?" if self.base is None else f"{self.base:.0f}"
        yield f"{self.name}: {self.title}"
        yield f"  {base} answers ({TIERS[self.tier]}), tells of {self.profile}"
        yield from (f"  - {text}" for text in self.messages)
        yield from (f"  > {text}" for text in self.advice)
        if self.note:
            yield f"  > {self.note}"
        if self.nearest:
            yield f"  {self.shared:.0%} of words shared with {self.nearest}"
        if self.hidden:
            yield f"  results not shown: {_count(self.hidden)}"
        yield from (f"  ! {doubt}" for doubt in self.doubts)


def review_briefs(settings: Settings, languages: Sequence[str] = ()) -> list[Review]:
    """Compose all documents that are made for a certain reader, and judge them.

    Parameters
    ----------
    languages
        Default: the study's leading language.
    """
    wanted = languages or settings.languages[:1]
    keys = [
        key
        for key in settings.documents()
        if key.language in wanted and find_document_kind(key.kind).is_tailored
    ]
    with dated(settings), tempfile.TemporaryDirectory() as folder:
        composer = _make_composer(settings)
        composed = [composer.compose(key, Path(folder) / key.name) for key in keys]
        words = _leave_form_out({one.key: _read_words(one.source) for one in composed})
    reviews = [_review(one, words, settings) for one in composed]
    return sorted(reviews, key=lambda item: (-len(item.doubts), item.base or 0.0, item.name))


def _make_composer(settings: Settings) -> Composer:
    inputs = take_inputs(settings, None)
    return Composer(
        settings,
        release_evidence(inputs),
        read_own_recommendations(settings),
        store=Store.of(settings).exhibit_cache(inputs.drawing_digest),
    )


def _read_words(source: Path) -> frozenset[str]:
    """Return the distinct words of a composed document, without numbers."""
    _, body = split_front_matter(source.read_text(encoding="utf-8"))
    return frozenset(re.findall(r"[^\W\d_]{2,}", running_text(plain_text(body)).casefold()))


def _review(
    one: Composed, words: Mapping[DocumentKey, frozenset[str]], settings: Settings
) -> Review:
    facts = one.facts
    shared, nearest = _find_nearest(one.key, words)
    return Review(
        name=one.key.name,
        title=one.title,
        tier=facts["tier"],
        base=facts["base"],
        profile=settings.domains[facts["profile"]].name[one.key.language],
        messages=tuple(message["text"] for message in facts["messages"]),
        advice=tuple(f"{item['title']} ({_why(item['place'])})" for item in facts["advice"]),
        note=facts["note"],
        shared=shared,
        nearest=nearest,
        hidden=_name_reasons(facts["hidden"]),
        doubts=tuple(_find_doubts(facts, shared, nearest)),
    )


def _leave_form_out(
    words: Mapping[DocumentKey, frozenset[str]],
) -> dict[DocumentKey, frozenset[str]]:
    """Take away what most briefs of a language say: method, imprint, labels."""
    own = {}
    for key, found in words.items():
        alike = [others for other, others in words.items() if other.language == key.language]
        said = Counter(word for others in alike for word in others)
        form = {word for word, count in said.items() if count > len(alike) * FORM}
        own[key] = found - form if len(alike) > 2 else found
    return own


def _why(place: str) -> str:
    return PLACES.get(place, "no measure named")


def _name_reasons(hidden: Mapping[str, int]) -> dict[str, int]:
    """Return counts by reason in words; two reasons of the wall may be one for its readers."""
    named: Counter[str] = Counter()
    for why, count in hidden.items():
        named[REASONS.get(why, why)] += count
    return dict(named)


def _count(hidden: Mapping[str, int]) -> str:
    return ", ".join(f"{count} ({reason})" for reason, count in hidden.items())


def _find_nearest(
    key: DocumentKey, words: Mapping[DocumentKey, frozenset[str]]
) -> tuple[float, str]:
    """Return the largest share of words in common with a brief of the same region or audience."""
    shares = [
        (len(words[key] & own) / max(1, len(words[key] | own)), other.name)
        for other, own in words.items()
        if other != key
        and other.language == key.language
        and (other.region == key.region or other.audience == key.audience)
    ]
    return max(shares, default=(0.0, ""))


def _find_doubts(facts: Mapping[str, Any], shared: float, nearest: str) -> Iterator[str]:
    """Yield what an editor should look at."""
    if not facts["headline"]:
        yield "its title tells no result"
    if not facts["messages"]:
        yield "it has no key messages"
    same = sum(message["verdict"] not in CLEAR for message in facts["messages"])
    if same:
        yield f"{same} of its messages tell no clear difference"
    if not facts["advice"]:
        yield "it gives no advice"
    if facts["note"]:
        yield "no advice is about its first finding"
    for item in facts["advice"]:
        if item["place"] in ("nation", "none"):
            yield f"“{item['title']}” has no reason of the region's or its type's own"
    if facts["tier"] == "none":
        yield "it has no values of the region's own"
    if shared > ALIKE:
        yield f"{shared:.0%} of its words stand in {nearest} too"


# --- as a page ------------------------------------------------------------------------------

PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Review: {title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
article {{ border-top: 1px solid #777; padding: .5rem 0 }}
h2 {{ font-size: 1.1rem; margin: .3rem 0 }}
.doubts {{ color: #8a1c00 }} .facts {{ color: #555 }}</style></head>
<body><h1>Review: {title}</h1><p>{count} briefs, most doubtful first.</p>
{articles}
</body></html>
"""


def write_page(reviews: Sequence[Review], settings: Settings) -> str:
    """Return the reviews as a page of its own, without anything from elsewhere."""
    title = settings.info.publication.short_title[settings.languages[0]]
    articles = "\n".join(_write_article(item) for item in reviews)
    return PAGE.format(title=html.escape(title), count=len(reviews), articles=articles)


def _write_article(item: Review) -> str:
    base = "?" if item.base is None else f"{item.base:.0f}"
    facts = f"{base} answers ({TIERS[item.tier]}) · tells of {item.profile}"
    if item.nearest:
        facts += f" · {item.shared:.0%} of words shared with {item.nearest}"
    if item.hidden:
        facts += f" · results not shown: {_count(item.hidden)}"
    return (
        f'<article id="{html.escape(item.name)}"><h2>{html.escape(item.title)}</h2>'
        f'<p class="facts">{html.escape(item.name)} · {html.escape(facts)}</p>'
        f"{_write_list(item.messages)}{_write_list((*item.advice, *filter(None, [item.note])))}"
        f'<div class="doubts">{_write_list(item.doubts)}</div></article>'
    )


def _write_list(texts: Sequence[str]) -> str:
    points = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
    return f"<ul>{points}</ul>" if points else ""
