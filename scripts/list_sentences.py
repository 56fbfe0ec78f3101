"""Write ``docs/sentences.LANGUAGE.html``: every sentence that briefgen makes, with its branches.

Usage: ``python scripts/list_sentences.py [FOLDER]``, by default ``docs``. For an editor: one page
for each language, to be read in an hour. The first part shows sentences as the functions of
``briefgen.content`` make them, from values made up for the purpose and the codebook of the
demonstration study. The second part lists every other message of the catalogue, by the module or
template that prints it. So no message is left out: what the first part did not use stands in the
second.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, Final, Literal

from babel.messages.pofile import read_po

from briefgen.config.brand import load_brand
from briefgen.config.evidence_sources import kind_of, list_estimable_keys
from briefgen.config.measures import finding_measures
from briefgen.config.settings import Settings, load_settings
from briefgen.content.exhibits import FigureSpec, draw_figure
from briefgen.content.language.catalogue import PACKAGE_FOLDER, SOURCE_LANGUAGE, Catalogue
from briefgen.content.language.comparisons import compare_headline, compare_value
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.findings import make_title, title_too_few
from briefgen.content.language.labels import choose_form, label_headline
from briefgen.content.language.locale import Locale
from briefgen.content.language.markdown import plain_text
from briefgen.content.language.phrases import FRAMES, PANEL_STATISTICS
from briefgen.content.language.sentences import state_finding, state_value
from briefgen.model import SHRUNK, Evidence, EvidenceKey, Released, Status, Verdict

ROOT: Final = Path(__file__).resolve().parents[1]
REGION: Final = "DE2"
VERDICTS: Final[tuple[Verdict, ...]] = ("higher", "lower", "same")
OWN, ELSEWHERE, BEFORE = 0.41, 0.33, 0.35
BY_UNIT: Final = {"share": OWN, "count": 41.0, "rank": 1.7, "score": 3.4}
CODE_PARTS: Final = ("content", "output", "config")
IN_TEMPLATE: Final = re.compile(r"""_n?\(\s*(["'])(.+?)\1""", re.DOTALL)

Row = tuple[str, str]
"""What is the case, and what is said."""


@dataclass(frozen=True)
class NotedCatalogue(Catalogue):
    """A catalogue that remembers which messages were asked for."""

    asked: set[str] = field(default_factory=set)

    def text(self, message: str) -> str:
        """Translate a message, and remember it."""
        self.asked.add(message)
        return super().text(message)

    def plural(self, one: str, many: str, number: int) -> str:
        """Translate the form that goes with a number, and remember it."""
        self.asked.add(one)
        return super().plural(one, many, number)


class NotedLocale(Locale):
    """A locale with a `NotedCatalogue`."""

    def __init__(self, settings: Settings, language: str) -> None:
        super().__init__(settings, language)
        self.noted = NotedCatalogue(**vars(self.catalogue))
        self.catalogue = self.noted


# --- values made up ---------------------------------------------------------------------------


def make_value(settings: Settings, key: str, **changes: Any) -> Evidence:
    """Return a published value of a key, with a number that suits its unit."""
    parsed = EvidenceKey.parse(key)
    evidence = Evidence(
        key=key,
        source=parsed.source,
        variable=parsed.variable,
        measure=parsed.measure,
        domain=parsed.domain,
        contrast=parsed.contrast,
        statistic="share",
        unit="count",
        value=3.0,
        low=None,
        high=None,
        n=120,
        method="",
        status=Status.PUBLISHED,
        reason="",
    )
    kind = kind_of(settings, evidence)
    if kind is not None:
        unit = _unit(settings, evidence)
        value = BY_UNIT.get(unit, 24.0)
        evidence = replace(
            evidence, statistic=kind.statistic, unit=unit, value=value, low=value * 0.9,
            high=value * 1.1,
        )  # fmt: skip
    return replace(evidence, **changes)


def _unit(settings: Settings, evidence: Evidence) -> str:
    kind = kind_of(settings, evidence)
    subject = settings.variables.get(evidence.variable) or settings.composites.get(
        evidence.variable
    )
    if kind is None:
        return "count"
    return kind.unit_of(subject) if subject is not None else kind.unit


def make_contrast(
    settings: Settings, key: str, verdict: Verdict, edition: str = "rest"
) -> Evidence:
    """Return the difference of a value from the rest, or from an edition."""
    base = make_value(settings, key)
    sign = {"higher": 1, "lower": -1}.get(verdict, 0)
    unit = "points" if base.unit == "share" else base.unit
    gap = 0.08 if base.unit == "share" else (base.value or 0.0) / 5
    return make_value(
        settings, f"{key}~{edition}", value=sign * gap, low=sign * gap - 0.02,
        high=sign * gap + 0.02, unit=unit, statistic="difference", verdict=verdict,
    )  # fmt: skip


def release(*evidence: Evidence, previous: Mapping[str, Evidence] | None = None) -> Released:
    """Put values together as the wall does."""
    found = {item.key: item for item in evidence}
    return Released(evidence=found, previous=previous or {})


# --- families of sentences --------------------------------------------------------------------


@dataclass
class Writer:
    """Says things in one language, from values made up."""

    settings: Settings
    language: str

    @cached_property
    def locale(self) -> NotedLocale:
        """The language, which remembers what was asked for."""
        return NotedLocale(self.settings, self.language)

    def say(
        self, what: Callable[..., str], key: str, *evidence: Evidence,
        previous: Mapping[str, Evidence] | None = None, **options: Any,
    ) -> str:  # fmt: skip
        """Return the plain text of what a function says of a key."""
        released = release(*evidence, previous=previous)
        context = SentenceContext(self.settings, released, self.locale)
        asked = released[key] if what in (compare_headline, label_headline) else key
        return plain_text(what(context, asked, **options))

    def headline(self, spec: Mapping[str, Any], *evidence: Evidence) -> str:
        """Return the headline of a figure."""
        figure = FigureSpec(id="fig-x", **spec)
        brand = load_brand(self.settings.folder)
        return draw_figure(figure, release(*evidence), self.settings, self.locale, brand).headline

    def families(self) -> Iterator[tuple[str, list[Row]]]:
        """Yield each family of sentences, with its branches."""
        for form, base in choose_examples(self.settings, "survey", "response").items():
            yield f"Values of the survey: {form}", list(self._of_value(base))
        for form in ("that", "option", "named", "mean", "median"):
            base = choose_examples(self.settings, "survey").get(form)
            if base is not None:
                yield f"Comparisons: {form}", list(self._comparisons(base))
        yield "Titles", list(self._titles())
        yield "Headlines of figures", list(self._headlines())
        yield "Case studies", list(self._other("case"))
        yield "Expert panel", list(self._other("panel"))

    def _of_value(self, base: str) -> Iterator[Row]:
        key, nation = f"{base}@{REGION}", f"{base}@{self.settings.nation}"
        own, whole = make_value(self.settings, key), make_value(self.settings, nation)
        for turn in range(3):
            yield f"wording {turn + 1}", self.say(state_value, key, own, variant=turn)
        if own.unit == "share":
            one = make_value(self.settings, key, value=0.01)
            yield "one per cent", self.say(state_value, key, one)
        for turn in range(3):
            said = self.say(state_value, nation, whole, variant=turn, home=self.settings.nation)
            yield f"of the document's own place, wording {turn + 1}", said
        weak = make_value(self.settings, key, n=12)
        yield "on few answers", self.say(state_value, key, weak)
        for reason in ("base", "sum"):
            hidden = make_value(
                self.settings, key, value=None, status=Status.PRIMARY, reason=reason
            )
            yield f"hidden ({reason})", self.say(state_value, key, hidden)
        yield "under a headline number", self.say(label_headline, key, own)

    def _comparisons(self, base: str) -> Iterator[Row]:
        key, nation = f"{base}@{REGION}", f"{base}@{self.settings.nation}"
        own = make_value(self.settings, key)
        before = (own.value or 0.0) * 0.8
        whole = make_value(self.settings, nation, value=before)
        past = {key: make_value(self.settings, key, value=before)}
        for verdict in VERDICTS:
            rest = make_contrast(self.settings, key, verdict)
            for turn in range(2):
                said = self.say(state_finding, key, own, whole, rest, variant=turn)
                yield f"{verdict}, wording {turn + 1}", said
            shrunk = make_contrast(self.settings, key, verdict, SHRUNK)
            yield f"{verdict}, how much", self.say(state_finding, key, own, whole, rest, shrunk)
            yield f"{verdict}, nation hidden", self.say(state_finding, key, own, rest)
            yield f"{verdict}, by itself", self.say(compare_value, key, own, whole, rest)
            yield f"{verdict}, beside a number", self.say(compare_headline, key, own, whole, rest)
            since = make_contrast(self.settings, key, verdict, "2024")
            yield f"{verdict} since an edition", self.say(compare_value, since.key, own, since)
            said = self.say(compare_value, since.key, own, since, previous=past)
            yield f"{verdict} since an edition whose value is known", said
        yield "no comparison is published", self.say(state_finding, key, own, whole)

    def _titles(self) -> Iterator[Row]:
        for form, base in choose_examples(self.settings, "survey", heads=True).items():
            key = f"{base}@{REGION}"
            own = make_value(self.settings, key)
            for verdict in VERDICTS:
                rest = make_contrast(self.settings, key, verdict)
                shrunk = make_contrast(self.settings, key, verdict, SHRUNK)
                said = self._title(make_title, own, rest, shrunk)
                yield f"{form}, {verdict}", said
        few = make_value(self.settings, f"response:answers@{REGION}", value=4.0)
        yield "too few answers", self._title(title_too_few, few)
        key = f"{choose_examples(self.settings, 'survey')['option']}@{REGION}"
        alone = make_value(self.settings, key, low=None, high=None)
        yield "a sample with one cluster there", self._title(title_too_few, alone)

    def _title(self, what: Callable[[SentenceContext, str], str], *evidence: Evidence) -> str:
        context = SentenceContext(self.settings, release(*evidence), self.locale)
        return plain_text(what(context, REGION))

    def _headlines(self) -> Iterator[Row]:
        for form, base in choose_examples(self.settings, "survey", heads=True).items():
            ref, key = base.removeprefix("survey:"), f"{base}@{REGION}"
            own = make_value(self.settings, key)
            other = make_value(self.settings, f"{base}@DE1", value=(own.value or 0.0) * 0.7)
            whole = make_value(
                self.settings, f"{base}@{self.settings.nation}", value=(own.value or 0.0) * 0.8
            )
            spec = {"kind": "dots", "refs": (ref,), "domain": REGION}
            for verdict in (*VERDICTS, "unknown"):
                rest = make_contrast(self.settings, key, verdict)
                yield f"{form}, region, {verdict}", self.headline(spec, own, whole, rest)
            yield f"{form}, nation", self.headline(spec | {"domain": ""}, own, whole)
            several = spec | {"domain": "", "domains": (REGION, "DE1")}
            yield f"{form}, several places", self.headline(several, own, other, whole)
            hidden = replace(own, value=None, status=Status.PRIMARY, reason="base")
            yield f"{form}, hidden", self.headline(spec, hidden, whole)

    def _other(self, source: Literal["case", "panel"]) -> Iterator[Row]:
        nation = self.settings.nation if source == "case" else ""
        seen: set[str] = set()
        for name in list_estimable_keys(self.settings):
            parsed = EvidenceKey.parse(name)
            if re.search(r"_round[2-9]", parsed.measure):
                continue
            kind = parsed.measure.rpartition(".")[2] if source == "case" else parsed.measure
            form = f"{parsed.variable if kind != parsed.measure else ''} {kind}".strip()
            form = next((end for end in PANEL_STATISTICS if form.endswith(f"_{end}")), form)
            if parsed.source != source or form in seen:
                continue
            seen.add(form)
            key = f"{name}@{nation}" if nation else name
            yield from self._of_other(form or parsed.variable, key)

    def _of_other(self, form: str, key: str) -> Iterator[Row]:
        if key.endswith("_consensus"):
            for text in ("agreement", "disagreement", "none"):
                found = make_value(self.settings, key, statistic="label", text=text)
                yield f"{form}, {text}", self.say(state_value, key, found)
            return
        parsed = EvidenceKey.parse(key)
        if parsed.measure.endswith(("alpha", "kappa", "kendall_w")):
            value = make_value(self.settings, key, unit="coefficient", value=0.8)
            yield form, self.say(state_value, key, value)
            return
        unit, one, many = "count", 1.0, 3.0
        if parsed.measure.endswith(("_share", "_dont_know")):
            unit, one, many = "share", 0.01, 0.8
        for name, number in ((form, many), (f"{form}, one", one)):
            value = make_value(self.settings, key, unit=unit, value=number)
            yield name, self.say(state_value, key, value)


def choose_examples(settings: Settings, *sources: str, heads: bool = False) -> dict[str, str]:
    """Return for each form of sentence the first key that is said in it, in the frames' order.

    Parameters
    ----------
    heads
        Only of measures that may stand in titles.
    """
    context = SentenceContext.of(settings, Released(evidence={}), settings.info.languages[0])
    found: dict[str, str] = {}
    for key in list_estimable_keys(settings):
        if EvidenceKey.parse(key).source in sources:
            evidence = make_value(settings, key)
            variable = settings.variables.get(evidence.variable)
            own = variable is not None and evidence.measure in finding_measures(variable)
            if not heads or own:
                found.setdefault(choose_form(context, evidence), key)
    return {form: found[form] for form in FRAMES if form in found}


# --- all other messages -----------------------------------------------------------------------


def list_messages(language: str) -> Mapping[str, str]:
    """Return the package's messages and what they are in a language."""
    path = PACKAGE_FOLDER / ("de.po" if language == SOURCE_LANGUAGE else f"{language}.po")
    with path.open("rb") as file:
        catalogue = read_po(file)
    messages: dict[str, str] = {}
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            own = message.string if isinstance(message.string, tuple) else (message.string,)
            said = dict.fromkeys(ids if language == SOURCE_LANGUAGE else own)
            messages[ids[0]] = " / ".join(said)
    return messages


def find_places(messages: Mapping[str, str]) -> dict[str, str]:
    """Return the first template or module in which each message stands."""
    places: dict[str, str] = {}
    for path in sorted((ROOT / "reports").rglob("*.qmd")):
        for _, text in IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            places.setdefault(text, path.relative_to(ROOT).as_posix())
    for part in CODE_PARTS:
        for path in sorted((ROOT / "src" / "briefgen" / part).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    name = path.relative_to(ROOT / "src").as_posix()
                    places.setdefault(node.value, name)
    return {message: places.get(message, "elsewhere") for message in messages}


# --- the page ---------------------------------------------------------------------------------

PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sentences: {language} · briefgen</title><style>{style}</style></head>
<body><main>
<h1>All sentences, in {language}</h1>
<p>For an editor: whatever briefgen says by itself, from made-up values and the questions of the
demonstration study. Made by <code>scripts/list_sentences.py</code>. Where a sentence should read
otherwise, mend its message in <code>src/briefgen/content/language/{language}.po</code>, or for one
study in its own <code>locales/{language}.po</code>; rules: <a href="words.md">words</a>.</p>
{parts}
</main></body>
</html>
"""
STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #1c1c1c; margin: 0 auto; max-width: 62rem;
  padding: 1rem 1.5rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #ddd; padding: .3rem .8rem .3rem 0; text-align: left;
  vertical-align: top; font-weight: 400; }
th { color: #555; width: 15rem; }
@media (max-width: 40rem) { td, th { display: block; width: auto; border: 0; padding: .1rem 0; } }
"""


def make_page(language: str) -> str:
    """Return the page of a language."""
    writer = Writer(load_settings(ROOT), language)
    families = list(writer.families())
    parts = [_table(name, rows, language) for name, rows in families]
    messages = list_messages(language)
    rest = {key: text for key, text in messages.items() if key not in writer.locale.noted.asked}
    by_place: dict[str, list[Row]] = {}
    for message, place in find_places(rest).items():
        by_place.setdefault(place, []).append(("", rest[message]))
    parts.append("<h2>All other texts</h2><p>{name} is filled in.</p>")
    parts += [_table(place, rows, language, level=3) for place, rows in sorted(by_place.items())]
    return PAGE.format(language=language, style=STYLE, parts="\n".join(parts))


def _table(name: str, rows: list[Row], language: str, level: int = 2) -> str:
    lines = [f"<h{level}>{escape(name)}</h{level}>", "<table>"]
    first: dict[str, str] = {}
    for case, said in rows:
        first.setdefault(said, case)
    for said, case in first.items():
        head = f'<th scope="row">{escape(case)}</th>' if case else ""
        lines.append(f'<tr>{head}<td lang="{language}">{escape(said)}</td></tr>')
    return "\n".join([*lines, "</table>"])


def languages() -> list[str]:
    """Return the languages that the package speaks."""
    return sorted(path.stem for path in PACKAGE_FOLDER.glob("*.po"))


def main() -> int:
    """Write the page of each language."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    spoken = set(load_settings(ROOT).info.languages)
    for language in languages():
        if language in spoken:
            page = make_page(language)
            (folder / f"sentences.{language}.html").write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
