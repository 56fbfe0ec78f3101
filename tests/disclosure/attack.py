"""An attacker against the wall, on random small studies.

``python tests/disclosure/attack.py --studies 2000 --seed 1`` draws studies, a tenth of them with
two questions that make groups and a twentieth with known weights, and a tenth more with numbers,
rankings, indices and filters (``told_studies``), releases them and attacks what was released; it
ends with
``studies N, cells N, disclosures N, broken rules caught K/K`` and exits with 1 if anything was
disclosed or a broken rule went unnoticed.

The attacker shares no code with the release. It writes the counts of the study down from the
estimates' definitions and solves for them with `scipy.optimize.milp`: exactly whole numbers, where
the release computes with ranges of real ones. Very small studies are attacked by brute force over
all tables in ``test_brute_force.py``. An insider is one respondent, who knows the own answers.
Every study is released in two editions, which the attacker sets against each other.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

sys.path.insert(0, str(Path(__file__).parent))
import told_rules
from patching import patched
from random_studies import CODES, Draw, _domains, draw_study, tabulate, weights_of

from briefgen import disclosure
from briefgen.config.settings import DisclosureRules, Settings, Variable
from briefgen.disclosure import bands
from briefgen.disclosure.counts import group_questions_of
from briefgen.disclosure.editions import Standing
from briefgen.disclosure.release import PUBLISHED
from briefgen.evidence.study import Study
from briefgen.model import Evidence, Released

Place = tuple[str, str, float]
Inside = dict[str, np.ndarray]
"""The respondents of each domain."""


@dataclass
class Outcome:
    """What an attack on one study gave."""

    cells: int = 0
    disclosures: list[str] = field(default_factory=list)


# --- the attacker's own arithmetic ----------------------------------------------------------------


class Puzzle:
    """The counts of question ``a`` with its filtered questions, as an attacker writes them down.

    Everybody knows who took part and where: a person has a place (region, type, weight). Unknown is
    how many persons of a place gave each combination of answers to ``a``, ``f``, ``h`` and ``g``.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        survey = study.survey
        has = [code for code in CODES if code in survey]
        kinds = survey["_type"] if "_type" in survey else survey["_region"].map(lambda _: "")
        where = list(zip(survey["_region"], kinds, weights_of(study), strict=True))
        self.places = sorted(set(where))
        values = {code: self._values(code) for code in has}
        self.profiles = [
            dict(zip(has, combination, strict=True))
            for combination in itertools.product(*values.values())
        ]
        self.profiles = [p for p in self.profiles if self._is_possible(p)]
        self.unknowns = list(itertools.product(self.places, self.profiles))
        sizes = dict.fromkeys(self.places, 0)
        for place in where:
            sizes[place] += 1
        self.weights = np.array([place[2] for place, _ in self.unknowns])
        self.weighted = len(set(self.weights)) > 1
        self.floor = np.zeros(len(self.unknowns))
        self.tables = np.empty((0, len(self.unknowns)))
        self.rows: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []
        for place, size in sizes.items():
            self.know(np.array([float(p == place) for p, _ in self.unknowns]), size, size)

    def _values(self, code: str) -> list[str | None]:
        return [None, *(option.name for option in self.study.settings.variables[code].answers)]

    def _is_possible(self, profile: dict[str, str | None]) -> bool:
        asked = profile["a"] in ("o0", "o2")
        asked_then = profile.get("f") == "o0"
        return (asked or profile.get("f") is None) and (asked_then or profile.get("h") is None)

    def know(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def row_of(self, domain: str, chosen: Callable[[dict[str, str | None]], bool]) -> np.ndarray:
        return np.array(
            [
                float(self._inside(domain, place, profile) and chosen(profile))
                for place, profile in self.unknowns
            ]
        )

    def _inside(self, domain: str, place: Place, profile: dict[str, str | None]) -> bool:
        if domain.startswith("~"):
            return self._outside(domain.removeprefix("~"), place, profile)
        return all(self._inside_part(part, place, profile) for part in domain.split("+"))

    def _outside(self, domain: str, place: Place, profile: dict[str, str | None]) -> bool:
        """Tell who is compared with a domain: of a group only those who say where they belong."""
        variable = "" if "+" in domain else domain.partition(":")[0]
        placed = profile.get(variable, "") is not None
        return placed and not self._inside(domain, place, profile)

    def _inside_part(self, part: str, place: Place, profile: dict[str, str | None]) -> bool:
        if part == self.study.settings.nation:
            return True
        if part.startswith("weight:"):
            return place[2] == float(part.removeprefix("weight:"))
        if part.startswith("type:"):
            return place[1] == part.removeprefix("type:")
        if ":" in part:
            code, option = part.split(":")
            return profile[code] == option
        return place[0] == part

    def count_row(self, code: str, measure: str, domain: str) -> np.ndarray:
        if measure == "answers":
            return self.row_of(domain, lambda profile: profile[code] is not None)
        if measure == "top":
            return self.row_of(domain, lambda profile: profile[code] in ("o0", "o1"))
        if measure == "mean":
            names = self._values(code)
            rows = [
                rank * self.row_of(domain, lambda profile, name=name: profile[code] == name)
                for rank, name in enumerate(names)
                if name is not None
            ]
            return np.sum(rows, axis=0)
        return self.row_of(domain, lambda profile: profile[code] == measure)

    def read(self, released: Released) -> None:
        """Take in every published number, with the interval that rounding leaves.

        Where weights differ, the attacker is given the counts behind the shares as well.
        """
        known: set[tuple[str, str]] = set()
        step = self.study.settings.info.disclosure.share_step
        for item in released.evidence.values():
            if item.variable not in CODES or item.n is None:
                continue
            if item.band is not None:
                self.read_band(item)
            if not item.is_published:
                continue
            if item.contrast:
                self.read_difference(item, released.evidence[item.key.partition("~")[0]])
                continue
            if (item.variable, item.domain) not in known:
                known.add((item.variable, item.domain))
                base = self.count_row(item.variable, "answers", item.domain)
                self.know(base, item.n, item.n)
            if item.measure == "answers":
                continue
            half = (0.1 if item.statistic == "mean" else step) / 2 + 1e-9
            row = self.count_row(item.variable, item.measure, item.domain)
            if not self.weighted:
                self.know(row, item.n * (item.value - half), item.n * (item.value + half))
                continue
            base = self.count_row(item.variable, "answers", item.domain)
            self.know_share(row, base, item.value - half, item.value + half)
            if item.statistic == "share":
                inside = _domains(self.study)[item.domain]
                count, _ = _count_true(self.study, inside, item)
                self.know(row, count, count)

    def read_band(self, item: Evidence) -> None:
        """Take in a band, which holds for unweighted respondents as well."""
        low, high = item.band[0] or 0.0, 1.0 if item.band[1] is None else item.band[1]
        row = self.count_row(item.variable, item.measure, item.domain)
        base = self.count_row(item.variable, "answers", item.domain)
        self.know(base, item.n, item.n)
        self.know(row, item.n * low - 1e-6, item.n * high + 1e-6)
        self.know_share(row, base, low - 1e-9, high + 1e-9)

    def know_share(self, count: np.ndarray, base: np.ndarray, low: float, high: float) -> None:
        """Take in the limits of a share."""
        self.know(self.weights * (count - low * base), 0, np.inf)
        self.know(self.weights * (count - high * base), -np.inf, 0)

    def read_difference(self, item: Evidence, own: Evidence) -> None:
        """Take in a difference: with the domain's share it gives that of the rest."""
        if own.value is None:
            return
        half = self.study.settings.info.disclosure.share_step + 1e-9  # of two rounded numbers
        share = own.value - item.value
        count = self.count_row(item.variable, item.measure, f"~{item.domain}")
        base = self.count_row(item.variable, "answers", f"~{item.domain}")
        self.know_share(count, base, share - half, share + half)

    def range(self, row: np.ndarray, enough: float = np.inf) -> tuple[int, int] | None:
        """Return the smallest and largest whole number of persons; ``None`` if there is none.

        Every table that was found for another row fits too: where such tables differ by enough
        already, theirs is the range that is returned.
        """
        seen = self.tables @ row
        if len(seen) and seen.max() - seen.min() >= enough:
            return round(seen.min()), round(seen.max())
        constraint = LinearConstraint(sparse.csr_array(np.array(self.rows)), self.low, self.high)
        found = []
        for sign in (1, -1):
            solved = milp(
                sign * row, constraints=constraint, integrality=np.ones(len(row)),
                bounds=Bounds(self.floor, np.inf), options={"mip_rel_gap": 0.0},
            )  # fmt: skip
            if solved.x is None:
                return None
            self.tables = np.vstack([self.tables, np.rint(solved.x)])
            found.append(round(sign * solved.fun))
        return found[0], found[1]


def attack(study: Study, released: Released, *, insider: bool = False) -> Outcome:
    """Attack every hidden count of the questions a, f, h and g."""
    rules = study.settings.info.disclosure
    puzzle = Puzzle(study)
    puzzle.read(released)
    if insider:
        puzzle.floor = _knowledge_of_insider(puzzle)
    outcome = _attack_places(study, released, puzzle, insider=insider)
    domains = _domains(study)
    for item in released.evidence.values():
        if item.is_published or item.variable not in CODES or item.statistic != "share":
            continue
        inside = puzzle.row_of(item.domain, lambda _: True)
        if not inside.any() or _is_never_asked(item):
            continue
        size = int(domains[item.domain].sum())
        outcome.cells += 1
        row = puzzle.count_row(item.variable, item.measure, item.domain)
        need = min(rules.protection, size)
        is_harmful = _is_harmful(rules, study, domains[item.domain], item)
        text = _look(puzzle, row, need, insider=insider, is_harmful=is_harmful)
        outcome.disclosures += [f"{item.key}: {text} of {size}"] if text else []
    return outcome


def _look(puzzle: Puzzle, row: np.ndarray, need: int, *, insider: bool, is_harmful: bool) -> str:
    """Attack one count, and say what is disclosed of it; nothing if its range is wide enough."""
    rules = puzzle.study.settings.info.disclosure
    found = puzzle.range(row, 1 if insider else need)
    if found is None:
        return "nothing fits"
    if insider:
        is_told = found[0] == found[1] and _tells_insider(rules, puzzle, row, found[0])
        return f"insider knows {found[0]}" if is_told else ""
    return str(found) if found[1] - found[0] < need and is_harmful else ""


def _attack_places(
    study: Study, released: Released, puzzle: Puzzle, *, insider: bool = False
) -> Outcome:
    """Attack the counts of those alike in region and type, of whom no table is made."""
    rules, domains, outcome = study.settings.info.disclosure, _domains(study), Outcome()
    shares = [
        item
        for item in released.evidence.values()
        if item.variable in CODES and item.statistic == "share" and not item.contrast
    ]
    whole = [item for item in shares if item.domain == study.settings.nation]
    for name, inside in _find_places(study, domains).items():
        size = int(inside.sum())
        for item in whole:
            full = min(rules.protection, size)
            need = min((full, *_told_by_whole(study, shares, domains, item, inside)))
            if need <= 0 or (insider and need < full):
                continue
            outcome.cells += 1
            row = puzzle.count_row(item.variable, item.measure, name)
            is_harmful = _is_harmful(rules, study, inside, item)
            text = _look(puzzle, row, need, insider=insider, is_harmful=is_harmful)
            key = f"{item.key.partition('@')[0]}@{name}"
            outcome.disclosures += [f"{key}: {text} of {size}"] if text else []
    return outcome


def _find_places(study: Study, domains: Inside) -> Inside:
    """Return those alike in region and type, or in weight as well, who are no domain."""
    regions = [code for code, d in study.settings.domains.items() if d.kind == "region"]
    types = [code for code in domains if code.startswith("type:") and "+" not in code]
    declared = {inside.tobytes() for inside in domains.values()}
    places = {f"{r}+{t}": domains[r] & domains[t] for r in regions for t in types}
    weights = weights_of(study).to_numpy()
    if len(set(weights)) > 1:
        alike = places or {region: domains[region] for region in regions}
        places |= {
            f"{name}+weight:{weight}": inside & (weights == weight)
            for name, inside in alike.items()
            for weight in set(weights[inside])
        }
    return {
        name: inside
        for name, inside in places.items()
        if inside.any() and inside.tobytes() not in declared
    }


def _told_by_whole(
    study: Study, shares: list[Evidence], domains: Inside, item: Evidence, inside: np.ndarray
) -> Iterator[int]:
    """Tell how wide the range of a part is by each published share that holds it all."""
    for other in shares:
        around = domains[other.domain]
        same = (other.variable, other.measure) == (item.variable, item.measure)
        if same and other.is_published and not (inside & ~around).any():
            count, base = _count_true(study, around, item)
            yield min(count, base - count, int(around.sum() - inside.sum()))


def _is_never_asked(item: Evidence) -> bool:
    """Whether a group's own answer opens no way to the question: everybody knows it is empty."""
    code, _, option = item.domain.partition(":")
    opens = {"a": ("o0", "o2"), "f": ("o0",)}
    after = {"a": ("f", "h"), "f": ("h",)}
    return item.variable in after.get(code, ()) and option not in opens[code]


def _is_harmful(rules: DisclosureRules, study: Study, inside: np.ndarray, item: Evidence) -> bool:
    """Whether the rules hide the true count for its own sake, and not for the sake of others."""
    count, base = _count_true(study, inside, item)
    return base < rules.min_base or _is_sensitive(rules, count, base)


def _count_true(study: Study, inside: np.ndarray, item: Evidence) -> tuple[int, int]:
    """Return the true count and its base among some respondents."""
    answers = study.survey.loc[inside, item.variable].dropna()
    variable = study.settings.variables[item.variable]
    boxes = {box.name: box.options for box in variable.boxes}
    return int(answers.isin(boxes.get(item.measure, (item.measure,))).sum()), len(answers)


def _tells_insider(rules: DisclosureRules, puzzle: Puzzle, row: np.ndarray, count: int) -> bool:
    """An insider must not learn a small count exactly; that of the own answer alone is no news."""
    own = round(float(row @ puzzle.floor))
    return own < count < rules.min_cell


def _is_sensitive(rules: DisclosureRules, count: int, base: int) -> bool:
    least = min(count, base - count)
    return 0 < least < rules.min_cell or (least == 0 and base < rules.small_base)


def _knowledge_of_insider(puzzle: Puzzle) -> np.ndarray:
    """The first respondent knows that one person like that is there."""
    first = puzzle.study.survey.iloc[0]
    kind = first.get("_type", "")
    own = {code: (first[code] or None) for code in CODES if code in first}
    place = (first["_region"], kind, first.get("_weight", 1.0))
    return np.array([float(p == place and q == own) for p, q in puzzle.unknowns])


# --- editions -------------------------------------------------------------------------------------


def attack_editions(before: Study, now: Study, old: Released, new: Released) -> list[str]:
    """Set two editions against each other: whose answers can be seen in what has changed?"""
    fewest = now.settings.info.disclosure.min_changed
    fresh_then = {(i.variable, i.domain) for i in old.evidence.values() if i.is_published}
    fresh_now = {
        (i.variable, i.domain)
        for i in new.evidence.values()
        if i.is_published and not i.as_of and i.n is not None
    }
    found = []
    inside = (_domains(before), _domains(now))
    for variable in (*CODES, "z"):
        changed = {
            domain: _changed((before, now), inside, variable, domain)
            for code, domain in fresh_then & fresh_now
            if code == variable
        }
        for domain, people in changed.items():
            parts = [other for other in changed if _is_part(inside[1], other, domain)]
            for chosen in ([], *([part] for part in parts), parts):
                left = people.difference(*(changed[part] for part in chosen))
                if 0 < len(left) < fewest:
                    found.append(f"survey:{variable}@{domain} less {chosen}: {len(left)} changed")
    return found


def _changed(
    studies: tuple[Study, Study], inside: tuple[Inside, Inside], variable: str, domain: str
) -> set[str]:
    if variable not in studies[1].survey:
        return set()
    then, now = (
        study.survey.loc[members[domain], variable].astype(object).dropna().to_dict()
        for study, members in zip(studies, inside, strict=True)
    )
    return {person for person in then.keys() | now.keys() if then.get(person) != now.get(person)}


def _is_part(inside: Inside, part: str, whole: str) -> bool:
    return part != whole and not (inside[part] & ~inside[whole]).any()


def two_editions(seed: int, folder: Path) -> tuple[Study, Study]:
    """Return a study and the same with a few more respondents."""
    draw = choose(seed)
    now = draw_study(draw, folder)
    new = 1 + seed % 5
    before = replace(now, survey=now.survey.iloc[new:])
    return before, now


# --- broken rules ---------------------------------------------------------------------------------


def _hide_alone(protection: Any, place: int) -> None:
    protection.published[place] = False


def _forget_openers(settings: Settings) -> list[tuple[Variable, ...]]:
    return [(variable,) for variable in settings.variables.values()]


def _ignore_few(rules: DisclosureRules, count: float, base: float) -> bool:
    return min(count, base - count) <= 0 and 0 < base < rules.small_base


def _ignore_nobody(rules: DisclosureRules, count: float, base: float) -> bool:
    return 0 < min(count, base - count) < rules.min_cell


def _ignore_unplaced(releaser: Any, _domain: str) -> tuple[str, ...]:
    return (releaser.settings.nation,)


def _tell_true(
    settings: Settings, evidence: dict[str, Evidence], rows: dict[str, Any]
) -> dict[str, Evidence]:
    """Make bands of true shares rather than of what published ones leave."""
    rules, found = settings.info.disclosure, dict(evidence)
    for key, item in evidence.items():
        count, base = rows[key]["count"], rows[key]["n"]
        if item.contrast or not count >= 0 or item.is_published:
            continue
        if item.measure != "answers" and base >= rules.min_base:
            variable = settings.variables[item.variable]
            scale = bands.make_scale(rules, base, variable, item.measure)
            band = bands.widen(scale, (count / base, count / base))
            found[key] = replace(item, band=band, n=int(base)) if band else item
    return found


def _tell_small(
    _settings: Settings, evidence: dict[str, Evidence], rows: dict[str, Any]
) -> dict[str, Evidence]:
    """Make bands in tables of which nothing may be published."""
    found = dict(evidence)
    for key, item in evidence.items():
        if item.statistic == "share" and not item.contrast and not item.is_published:
            found[key] = replace(item, band=(None, 0.5), n=int(rows[key]["n"]))
    return found


BROKEN = {
    "smallest base": ("protect", "is_small_base", lambda *_: False),
    "smallest count": ("protect", "is_sensitive", _ignore_few),
    "nobody and everybody": ("protect", "is_sensitive", _ignore_nobody),
    "complementary suppression": ("protect", "Protection.protect", lambda _: None),
    "base with its table": ("protect", "Protection.hide", _hide_alone),
    "width of ranges": ("protect", "needed_in_part", lambda *_: 1.0),
    "regions within types": ("protect", "list_place_cells", lambda _: []),
    "filters and what they open": ("release", "group_families", _forget_openers),
    "groups of hidden size": ("release", "closed_domains", lambda *_: set()),
    "groups beside one another": ("release", "hide_between", lambda *_: set()),
    "what group_questions of groups open": (
        "membership",
        "linked_group_questions",
        group_questions_of,
    ),
    "who belongs to groups": ("release", "suppress_membership_disclosures", lambda *_: set()),
    "known weights": ("protect", "list_weighted_cells", lambda *_: []),
    "smallest n of numbers": ("release", "_Releaser._judge_number", lambda *_: PUBLISHED),
    "differences of hidden rests": ("release", "_Releaser._find_implying", _ignore_unplaced),
    "dominance and rests": ("quantities", "publish_sums", lambda _, allowed, *__: set(allowed)),
    "coarse medians": ("release", "coarse_step", lambda *_: 0.0),
    "bands of published values": ("release", "add_bands", _tell_true),
    "bands of published tables": ("release", "add_bands", _tell_small),
    "grid of bands": ("bands", "widen", lambda _scale, limits: limits),
    "rounding": ("release", "step_of", lambda *_: 1e-6),
    "changes between editions": ("release", "weigh_editions", lambda *_: Standing()),
    "hidden stays hidden": ("editions", "find_changed", lambda *_: {}),
    "few who differ between editions": ("editions", "freeze_tables", lambda *_: set()),
    "what editions tell together": ("editions", "find_disclosed", lambda *_, **__: set()),
}
"""Each rule of the release, and what it is replaced by to take it out."""
COVERED = {"groups of hidden size": "who belongs to groups"}
"""Rules of which another one does the work too, and is taken out with them."""
PAIRED = 1_000_000
"""From this seed on, two questions make groups."""
WEIGHTED = 2_000_000
"""From this seed on, everybody knows weights that differ."""
RARE = {
    "base with its table": (33,),
    "differences of hidden rests": (53,),
    "groups of hidden size": (9,),
    "regions within types": (670,),
    "what group_questions of groups open": (PAIRED + 3069,),
    "who belongs to groups": (12570,),
    "groups beside one another": range(PAIRED, PAIRED + 10),
    "known weights": range(WEIGHTED, WEIGHTED + 10),
}
"""Studies to look at first: few others need the rule."""
ABOUT_EDITIONS = frozenset(
    {
        "changes between editions",
        "hidden stays hidden",
        "few who differ between editions",
        "what editions tell together",
    }
)


@contextmanager
def broken(name: str) -> Iterator[None]:
    """Take a rule out of the release."""
    names = [name, COVERED[name]] if name in COVERED else [name]
    with ExitStack() as stack:
        for each in names:
            stack.enter_context(patched(*BROKEN[each]))
        yield


def is_caught(name: str, seeds: Iterable[int], folder: Path) -> bool:
    """Tell whether the audit notices, on one of some studies, that a rule was taken out."""
    for seed in (*RARE.get(name, ()), *seeds):
        before, study = two_editions(seed, folder)
        previous = []
        if name in ABOUT_EDITIONS:
            previous = [
                disclosure.remember(before, disclosure.release_study(before, tabulate(before)))
            ]
        with broken(name):
            released = disclosure.release_study(study, tabulate(study), previous)
        report = disclosure.audit_evidence(
            [released.evidence], study.settings, study, previous=previous
        )
        if not report.ok:
            return True
    return False


# --- many studies ---------------------------------------------------------------------------------


def choose(seed: int) -> Draw:
    """Return what the study of a seed is like."""
    rng = np.random.default_rng([seed, 77])
    return Draw(
        seed=seed,
        respondents=int(rng.integers(12, 80)),
        regions=int(rng.integers(2, 5)),
        types=int(rng.integers(0, 3)),
        options=int(rng.integers(3, 5)),
        filtered=bool(rng.random() < 0.6),
        group=bool(rng.random() < 0.25) or PAIRED <= seed < WEIGHTED,
        pair=PAIRED <= seed < WEIGHTED,
        nested=bool(rng.random() < 0.3),
        chained=bool(rng.random() < 0.4),
        weighted=seed >= WEIGHTED,
        rules=(("min_base", int(rng.integers(4, 11))), ("min_cell", int(rng.integers(2, 4)))),
    )


def run_one(seed: int) -> tuple[int, int, list[str]]:
    """Release a study in two editions, and attack each and both together."""
    with tempfile.TemporaryDirectory() as folder:
        before, study = two_editions(seed, Path(folder))
        old = disclosure.release_study(before, tabulate(before))
        previous = [disclosure.remember(before, old)]
        estimates = tabulate(study)
        released = disclosure.release_study(study, estimates)
        outcome = attack(study, released)
        inside = attack(study, released, insider=True)
        new = disclosure.release_study(study, estimates, previous)
        found = outcome.disclosures + inside.disclosures + attack_editions(before, study, old, new)
        for evidence, earlier in ((released, ()), (new, previous)):
            report = disclosure.audit_evidence(
                [evidence.evidence], study.settings, study, previous=earlier
            )
            found += [f"audit: {finding}" for finding in report.findings]
    return seed, outcome.cells, [f"study {seed}: {text}" for text in found]


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--studies", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paired", type=int, help="default: a tenth of the studies")
    parser.add_argument("--weighted", type=int, help="default: a twentieth of the studies")
    parser.add_argument("--told", type=int, help="with numbers; default: a tenth of the studies")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    start = time.perf_counter()
    some = {
        PAIRED: options.studies // 10 if options.paired is None else options.paired,
        WEIGHTED: options.studies // 20 if options.weighted is None else options.weighted,
    }
    seeds = [*range(options.seed, options.seed + options.studies - sum(some.values()))]
    for first, studies in some.items():
        seeds += range(first + options.seed, first + options.seed + studies)
    told = options.studies // 10 if options.told is None else options.told
    with_numbers = range(options.seed, options.seed + told)
    cells, disclosures = 0, []
    with ProcessPoolExecutor(options.jobs) as pool:
        results = itertools.chain(
            pool.map(run_one, reversed(seeds), chunksize=10),  # the dearest first
            pool.map(told_rules.run_one, with_numbers, chunksize=10),
        )
        for done, (_, count, found) in enumerate(results, 1):
            cells += count
            if done % 500 == 0:
                print(f"{done} studies, {time.perf_counter() - start:.0f} seconds", flush=True)
            disclosures += found
            for line in found:
                print(line, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        caught = [name for name in BROKEN if is_caught(name, seeds, Path(folder))]
        caught += [
            name for name in told_rules.BROKEN if told_rules.is_told(name, range(300), Path(folder))
        ]
    rules = [*BROKEN, *told_rules.BROKEN]
    for name in sorted(set(rules).difference(caught)):
        print(f"not caught: {name}")
    print(f"{time.perf_counter() - start:.0f} seconds")
    print(
        f"studies {options.studies + told}, cells {cells}, disclosures {len(disclosures)}, "
        f"broken rules caught {len(caught)}/{len(rules)}"
    )
    return int(bool(disclosures) or len(caught) < len(rules))


if __name__ == "__main__":
    sys.exit(main())
