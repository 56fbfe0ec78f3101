"""From estimates to released evidence: each value published, coarsened or suppressed.

In: `Study`, the estimates of all documents together, earlier publications. Out: `Released`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from briefgen.config.settings import Settings, Variable
from briefgen.disclosure.attack import Proof
from briefgen.disclosure.bands import add_bands
from briefgen.disclosure.behind import are_asked_countable, keys_behind
from briefgen.disclosure.counts import (
    BASE,
    Cell,
    Family,
    Key,
    close_questions,
    count_answers,
    count_asked,
    group_families,
    make_family,
    strip_answers,
    with_group_questions,
)
from briefgen.disclosure.declarations import require_declaration
from briefgen.disclosure.editions import Standing, find_few_raters, weigh_editions
from briefgen.disclosure.kept import (
    Keeper,
    Memory,
    decide_or_recall,
    describe_parts,
    hash_parts,
)
from briefgen.disclosure.membership import (
    Memberships,
    hide_between,
    imagine_members,
    suppress_membership_disclosures,
)
from briefgen.disclosure.numbers import numbers_of, rows_in, stand_for_enough
from briefgen.disclosure.protect import Cost, Protection, make_protection
from briefgen.disclosure.quantities import (
    Quantities,
    is_mean_of_scores,
    is_number,
    is_of_answers,
    is_quantile,
)
from briefgen.disclosure.rounding import coarse_step, round_to, rounded_as, step_of
from briefgen.disclosure.rules import is_sensitive
from briefgen.disclosure.structure import GROUPED, Structure, describe_structure
from briefgen.disclosure.system import Floats
from briefgen.evidence.cases import release_material
from briefgen.evidence.panel import release_comments
from briefgen.evidence.study import Study
from briefgen.model import Evidence, EvidenceKey, Released, Status, Verdict

TableKey = tuple[str, str]
PUBLISHED = (Status.PUBLISHED, "")
HIDDEN_NUMBER = (Status.PRIMARY, "number")
"""Of numbers in the same words whatever the reason: that one answer dominates would be news."""
KIND_COSTS = {"nation": 300.0, "type": 60.0, "region": 20.0, "group": 15.0, "crossing": 4.0}
HEADLINE_FACTOR = 3.0
RECOMMENDED_FACTOR = 5.0
BASE_FACTOR = 40.0

Decision = tuple[Status, str]


@dataclass
class Decisions:
    """What was decided about counts, by variable, measure and domain."""

    cells: dict[Key, Decision] = field(default_factory=dict)
    bases: dict[TableKey, Decision] = field(default_factory=dict)
    means: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def take(self, other: Decisions) -> None:
        """Take over what was decided about counts elsewhere."""
        self.cells |= other.cells
        self.bases |= other.bases

    def dump(self) -> str:
        """Write decisions as text, for a later run."""
        cells = [[*key, *decision] for key, decision in self.cells.items()]
        return json.dumps([cells, [[*table, *decision] for table, decision in self.bases.items()]])

    @classmethod
    def load(cls, text: str) -> Decisions:
        """Read decisions from text.

        Raises
        ------
        ValueError
            If it holds none.
        """
        cells, bases = json.loads(text)
        return cls(
            {(one, two, three): (Status(status), why) for one, two, three, status, why in cells},
            {(one, two): (Status(status), why) for one, two, status, why in bases},
        )

    def published(self) -> set[Key]:
        """Return what is published so far."""
        return {key for key, decision in self.cells.items() if decision == PUBLISHED}

    def of_base(self, variable: str, domain: str) -> Decision:
        """Return whether the base of a table is published."""
        return self.bases.get((variable, domain), (Status.PRIMARY, "base"))


def release_study(
    study: Study,
    estimates: pd.DataFrame,
    previous: Sequence[Mapping[str, Any]] = (),
    *,
    keeper: Keeper | None = None,
) -> Released:
    """Let evidence pass the wall.

    Parameters
    ----------
    study
        The study with its respondents.
    estimates
        All estimates of all documents, columns `model.ESTIMATE_COLUMNS`.
    previous
        What `remember` wrote down at earlier publications, oldest first.
    keeper
        Where decisions about counts are kept for later runs; default: nowhere.

    Returns
    -------
    Released
        Evidence for every estimate, published or not, with quotes, cases and comments.
    """
    study = study.counted
    structure = describe_structure(study.settings, study.survey)
    standing = weigh_editions(study, structure, previous)
    survey = estimates[estimates["source"] == "survey"]
    decisions = decide_beside_editions(study, structure, survey, standing, keeper or Memory())
    quantities = Quantities(study, structure)
    opened = {key for key in decisions.published() if key[::2] not in standing.frozen}
    decide_numbers(quantities, survey, decisions, opened)
    few = find_few_raters(study.settings, estimates, standing.raters)
    release_row = _Releaser(quantities, decisions, standing, opened, few)
    rows = {str(row["key"]): row for row in estimates.to_dict("records")}
    evidence = {key: release_row(row) for key, row in rows.items()}
    evidence = add_bands(study.settings, evidence, rows)
    quotes, cases = release_material(study)
    return Released(evidence, quotes, cases, release_comments(study), standing.last)


# --- counts -----------------------------------------------------------------------------------


def decide_beside_editions(
    study: Study,
    structure: Structure,
    estimates: pd.DataFrame,
    standing: Standing,
    keeper: Keeper,
) -> Decisions:
    """Decide about all counts, until they disclose nothing beside what was published before."""
    cost = make_cost(study, structure)
    while True:
        decisions = decide_counts(study, structure, estimates, standing, keeper)
        derivable = standing.find_derivable(study.settings, structure, decisions.published(), cost)
        if not derivable:
            return decisions
        standing.keep(study.settings, derivable)


def decide_counts(
    study: Study,
    structure: Structure,
    estimates: pd.DataFrame,
    standing: Standing,
    keeper: Keeper,
) -> Decisions:
    """Decide about all counts of answers and their bases, family by family."""
    decisions = Decisions()
    wanted = (_wanted(estimates) | standing.known) - standing.hidden
    protector = _Protector(study, structure, make_cost(study, structure), standing.frozen)
    groups = set(study.settings.info.statistics.subgroups)
    groups |= {name for pair in study.settings.info.statistics.crossings for name in pair}
    families = group_families(study.settings)
    group_questions = [family for family in families if groups.intersection(v.code for v in family)]

    derivable: set[Key] = set()
    while True:
        wanted -= derivable
        made, closed = _protect_group_questions(
            study, structure, protector, group_questions, wanted
        )
        known = {key for protection in made.values() for key in protection.published_keys()}
        members = imagine_members(study, known, standing.frozen)
        derivable = {
            key
            for family in group_questions
            for key in suppress_membership_disclosures(
                study, members, family, known, protector.cost
            )
        }
        if not derivable:
            break
    for protection in made.values():
        decisions.take(_write_down(protection))
    allowed = {key for key in wanted if key[2] not in closed}

    def decide(variables: tuple[Variable, ...]) -> Decisions:
        """Decide about a family, and about what it tells of who belongs to the groups."""
        protection = protector(variables, allowed)
        shown = known | protection.published_keys()
        protection.hide_keys(
            suppress_membership_disclosures(study, members, variables, shown, protector.cost)
        )
        return _write_down(protection)

    shared = _list_shared(study, structure, standing, members, known)

    def list_parts(variables: tuple[Variable, ...]) -> tuple[object, ...]:
        """Return all that the decision about a family rests on."""
        codes = {variable.code for variable in variables}
        together = with_group_questions(study.settings, variables)
        family = make_family(study.settings, members.structure, together)
        truth = count_answers(study.settings, family, study.survey)
        return (*shared, sorted(codes), truth, sorted(key for key in allowed if key[0] in codes))

    others = [family for family in families if family not in group_questions]
    decided = decide_or_recall(
        keeper,
        others,
        list_parts,
        decide,
        dump=Decisions.dump,
        load=Decisions.load,
        atoms=len(structure.sizes),
    )
    for found in decided:
        decisions.take(found)
    return decisions


def _list_shared(
    study: Study,
    structure: Structure,
    standing: Standing,
    members: Memberships,
    known: Collection[Key],
) -> tuple[object, ...]:
    """Return what the decisions about all families rest on beside the counts of each.

    They come down to one hash, since each family's is made from them again.
    """
    settings = study.settings
    memberships = [
        part for sizes, answers in members for part in (sizes, *answers, *answers.values())
    ]
    everything = (
        settings.info.model_dump_json(),
        settings.codebook.model_dump_json(),
        sorted(_find_recommended(study)),
        *describe_parts(structure),
        *describe_parts(members.structure),
        *memberships,
        sorted(standing.frozen),
        sorted(known),
    )
    return (hash_parts(b"", everything),)


def _protect_group_questions(
    study: Study,
    structure: Structure,
    protector: _Protector,
    group_questions: Sequence[tuple[Variable, ...]],
    wanted: set[Key],
) -> tuple[dict[str, Protection], set[str]]:
    """Protect the families that make groups, until none has a table in a group that is closed.

    Returns
    -------
    tuple
        The protections, and the domains that are closed for all.
    """
    closed: set[str] = set()
    while True:
        allowed = {key for key in wanted if key[2] not in closed}
        made = {family[0].code: protector(family, allowed) for family in group_questions}
        shown = {key for protection in made.values() for key in protection.published_keys()}
        between = hide_between(study, shown, protector.cost, protector.frozen)
        if between:
            wanted = wanted - between
            continue
        decisions = Decisions()
        for protection in made.values():
            decisions.take(_write_down(protection))
        closed |= closed_domains(study.settings, structure, decisions)
        if not any(domain in closed for _, _, domain in decisions.published()):
            return made, closed


def closed_domains(settings: Settings, structure: Structure, decisions: Decisions) -> set[str]:
    """Return the groups and crossings whose size is an answer that is hidden.

    The base of any table in a group tells how many belong to it, which is a count of answers to
    the question that makes the group.
    """
    closed = set()
    for domain, kind in structure.kinds.items():
        if kind not in GROUPED:
            continue
        parts = domain.split("+")
        for part in parts:
            variable, _, option = part.partition(":")
            if variable not in settings.variables:
                continue
            others = [other for other in parts if other != part] or [settings.nation]
            decision = decisions.cells.get((variable, option, others[0]), PUBLISHED)
            if decision != PUBLISHED:
                closed.add(domain)
    return closed


@dataclass
class _Protector:
    """Protect the families of a study one after the other."""

    study: Study
    structure: Structure
    cost: Cost
    frozen: set[TableKey]

    def __call__(self, variables: tuple[Variable, ...], wanted: set[Key]) -> Protection:
        """Return the protection of a family, question by question at first.

        By itself each filtered question is protected against an attacker who even knows how many
        were asked it. So what the questions tell together can endanger the opener alone, and the
        large program has little left to do.
        """
        family = make_family(self.study.settings, self.structure, variables)
        if len(variables) == 1:
            return self._protect(family, wanted)
        truth = count_answers(self.study.settings, family, self.study.survey)
        asked = count_asked(self.study.settings, family, truth)
        openers = {v.question.asked_if.variable for v in variables if v.question.asked_if}
        proofs: dict[Key, Proof] = {}
        for variable in variables:
            alone = make_family(self.study.settings, self.structure, (variable,), asked)
            protection = self._protect(alone, wanted)
            wanted = wanted - protection.lost()
            if variable.code not in openers:
                proofs |= protection.proved()
        stripped = strip_answers(self.study.settings, family, truth, openers)
        hidden = self._protect(stripped[0], wanted, stripped[1]).hidden_tables()
        wanted = {key for key in wanted if (key[0], key[2]) not in hidden}
        return self._protect(family, wanted, truth, proofs)

    def _protect(
        self,
        family: Family,
        wanted: set[Key],
        truth: Floats | None = None,
        proofs: dict[Key, Proof] | None = None,
    ) -> Protection:
        if truth is None:
            truth = count_answers(self.study.settings, family, self.study.survey)
        close_questions(family, truth)
        rules = self.study.settings.info.disclosure
        protection = make_protection(rules, family, truth, wanted, self.cost, frozen=self.frozen)
        protection.proofs = proofs or {}
        protection.protect()
        return protection


def _wanted(estimates: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Return what would be published; a base is printed beside every value of its table."""
    plain = estimates[estimates["contrast"] == ""]
    keys = set(zip(plain["variable"], plain["measure"], plain["domain"], strict=True))
    return keys | {(variable, BASE, domain) for variable, _, domain in keys}


def make_cost(study: Study, structure: Structure) -> Cost:
    """Return what hiding a cell costs readers: most in the nation and in large regions."""
    settings = study.settings
    recommended = _find_recommended(study)
    total = max(1, sum(structure.sizes[a] for a in structure.domains[settings.nation]))

    def cost_of(cell: Cell) -> float:
        if not cell.publishable:
            return 0.0
        cost = KIND_COSTS[structure.kinds[cell.domain]] * (1.0 + 4.0 * cell.size / total)
        if cell.kind == "base":
            return cost * BASE_FACTOR
        question = settings.variables[cell.variable].question
        cost *= HEADLINE_FACTOR if cell.measure == question.headline else 1.0
        cost *= RECOMMENDED_FACTOR if (cell.variable, cell.measure) in recommended else 1.0
        return cost / max(abs(cell.form.values), default=1.0)

    return cost_of


def _find_recommended(study: Study) -> set[tuple[str, str]]:
    """Return the variables and measures that recommendations rest on."""
    return {
        (parts.variable, parts.measure)
        for recommendation in study.recommendations
        for parts in map(EvidenceKey.parse, getattr(recommendation, "evidence", ()))
        if parts.source == "survey"
    }


def _write_down(protection: Protection) -> Decisions:
    decisions = Decisions()
    for place, cell in enumerate(protection.cells):
        if not cell.publishable:
            continue
        base = _decide_base(protection, cell)
        if cell.kind == "base":
            decisions.bases[cell.table] = base
            decisions.cells[cell.key] = base
        elif protection.published[place]:
            decisions.cells[cell.key] = PUBLISHED
        else:
            # which cell was the small one would tell its count: all are given the same reason
            decisions.cells[cell.key] = base if base != PUBLISHED else (Status.PRIMARY, "cell")
    return decisions


def _decide_base(protection: Protection, cell: Cell) -> Decision:
    if protection.base_published(cell):
        return PUBLISHED
    # whether it is small itself or its neighbours are would tell more about it
    return Status.PRIMARY, "base"


# --- numbers ----------------------------------------------------------------------------------


def decide_numbers(
    quantities: Quantities, estimates: pd.DataFrame, decisions: Decisions, opened: Collection[Key]
) -> None:
    """Decide in which domains numbers are published that are no function of counts.

    Parameters
    ----------
    opened
        Counts that are published from the data at hand.
    """
    settings, domains = quantities.settings, quantities.structure.domains
    plain = estimates[estimates["contrast"] == ""]
    for (variable, measure), rows in plain.groupby(["variable", "measure"], sort=False):
        name = str(variable), str(measure)
        if not is_number(settings, *name):
            continue
        known = variable in settings.variables
        allowed = {
            domain
            for domain in rows["domain"]
            if domain in domains
            and (not known or decisions.of_base(str(variable), domain) == PUBLISHED)
        }
        closed = {domain for domain in domains if not is_open(settings, *name, domain, opened)}
        decisions.means[name] = quantities.publish(*name, allowed, closed)


def is_open(
    settings: Settings, variable: str, measure: str, domain: str, opened: Collection[Key]
) -> bool:
    """Tell whether the shares of all answers behind a number are published in a domain."""
    return all(key in opened for key in keys_behind(settings, variable, measure, domain))


# --- one value --------------------------------------------------------------------------------


class _Releaser:
    """Release one estimate after the other."""

    def __init__(
        self,
        quantities: Quantities,
        decisions: Decisions,
        standing: Standing,
        opened: Collection[Key],
        few_raters: Collection[TableKey] = (),
    ) -> None:
        self.standing, self.few_raters = standing, few_raters
        self.quantities, self.opened = quantities, opened
        self.study, self.structure = quantities.study, quantities.structure
        self.settings, self.rules = quantities.settings, quantities.rules
        self.decisions = decisions
        self.implying = {domain: self._find_implying(domain) for domain in self.structure.domains}

    def __call__(self, row: Mapping[Any, Any]) -> Evidence:
        """Return the evidence of an estimate."""
        require_declaration(self.settings, row)
        is_frozen = {"survey": self._is_frozen, "panel": self._is_frozen_rating}
        if row["source"] in is_frozen and is_frozen[row["source"]](row):
            return self._keep(row)
        judges = {
            "survey": self._judge_survey,
            "response": self._judge_response,
            "panel": self._judge_panel,
            "case": self._judge_case,
        }
        status, reason = judges[row["source"]](row)
        if status in (Status.PRIMARY, Status.COMPLEMENTARY):
            return make_evidence(self.settings, row, status, reason, hidden=True)
        if not _is_finite(row["value"]):
            return self._without_value(row)
        return self._publish(row, status, reason)

    def _is_frozen(self, row: Mapping[Any, Any]) -> bool:
        domains = [row["domain"], *([self.settings.nation] if row["contrast"] else [])]
        return any((row["variable"], domain) in self.standing.frozen for domain in domains)

    def _is_frozen_rating(self, row: Mapping[Any, Any]) -> bool:
        return any(
            (row["variable"], dimension) in self.few_raters
            for dimension in self.settings.info.panel.dimensions
            if str(row["measure"]).startswith(f"{dimension}_")
        )

    def _keep(self, row: Mapping[Any, Any]) -> Evidence:
        """Let the old value stay, with its date; what was hidden stays hidden."""
        kept = self.standing.latest.get(str(row["key"]))
        if kept is not None:
            return kept
        return make_evidence(self.settings, row, Status.COMPLEMENTARY, "edition", hidden=True)

    def _without_value(self, row: Mapping[Any, Any]) -> Evidence:
        """Return a label, which is words; any other estimate without a value rests on nobody."""
        if row["statistic"] == "label":
            return make_evidence(self.settings, row, *PUBLISHED, step=1.0)
        return make_evidence(self.settings, row, Status.PRIMARY, "base", hidden=True)

    def _publish(self, row: Mapping[Any, Any], status: Status, reason: str) -> Evidence:
        statistic = rounded_as(row["statistic"], row["measure"])
        step = step_of(self.rules, statistic, row["unit"], float(row["value"]))
        is_order = is_quantile(self.settings, row["variable"], row["measure"])
        if is_order and not row["contrast"]:
            return self._publish_quantile(row, step)
        item = make_evidence(self.settings, row, status, reason, step=step)
        return item if self._is_spread_open(row) else replace(item, low=None, high=None)

    def _is_spread_open(self, row: Mapping[Any, Any]) -> bool:
        """Tell whether the interval of a mean of scores may be derivable beside its value.

        Its width tells a second sum of the answers, which the system of counts does not know.
        """
        variable, measure = row["variable"], row["measure"]
        if row["source"] != "survey" or not is_mean_of_scores(self.settings, variable, measure):
            return True
        domains = [row["domain"], *([self.settings.nation] if row["contrast"] else [])]
        return all(
            is_open(self.settings, variable, measure, domain, self.opened) for domain in domains
        )

    def _publish_quantile(self, row: Mapping[Any, Any], least: float) -> Evidence:
        """Publish a quantile as coarse as it must be, and its limits where both can be known."""
        answers = numbers_of(self.settings, self.study.survey, row["variable"], row["measure"])
        inside = rows_in(self.structure, self.structure.domains[row["domain"]])
        values = answers[inside].dropna().to_numpy(dtype=float)
        coarse = self.rules.median_step
        if coarse is None:
            coarse = coarse_step(values.tolist(), float(row["value"]), self.rules.min_cell)
        decision = (Status.COARSENED, "median") if coarse > least else PUBLISHED
        item = make_evidence(self.settings, row, *decision, step=max(coarse, least))
        limits = [limit for limit in (item.low, item.high) if limit is not None]
        if item.value is not None and stand_for_enough(
            self.rules, values, item.value, limits, least
        ):
            return item
        return replace(item, low=None, high=None)

    # --- survey ---

    def _judge_survey(self, row: Mapping[Any, Any]) -> Decision:
        if row["contrast"] == "rest":
            return self._judge_rest(row)
        return self._judge_value(row["variable"], row["measure"], row["domain"])

    def _judge_value(self, variable: str, measure: str, domain: str) -> Decision:
        if domain not in self.structure.domains:
            return Status.PRIMARY, "base"
        if not is_number(self.settings, variable, measure):
            return self._judge_count(variable, measure, domain)
        if variable in self.settings.variables:
            base = self.decisions.of_base(variable, domain)
            if base != PUBLISHED:
                return base
        return self._judge_number(variable, measure, domain)

    def _judge_count(self, variable: str, measure: str, domain: str) -> Decision:
        """Judge what follows from how many gave each answer."""
        if measure == "missing":
            return self._judge_missing(variable, domain)
        if is_of_answers(self.settings, variable, measure):
            return self._judge_answers(variable, measure, domain)
        if measure == "mean" and (variable, measure, domain) not in self.decisions.cells:
            return self._judge_gaps(variable, domain)
        return self.decisions.cells.get((variable, measure, domain), (Status.PRIMARY, "base"))

    def _judge_answers(self, variable: str, measure: str, domain: str) -> Decision:
        """Publish a sum over answers beside the shares of all of them, which tell it."""
        base = self.decisions.of_base(variable, domain)
        if base != PUBLISHED:
            return base
        is_told = is_open(self.settings, variable, measure, domain, self.opened)
        is_sum = self.quantities.is_sum_of_answers(variable, measure)
        return PUBLISHED if is_told and is_sum else HIDDEN_NUMBER

    def _judge_gaps(self, variable: str, domain: str) -> Decision:
        """Publish a mean over some answers alone only beside the shares of all of them."""
        options = [option.name for option in self.settings.variables[variable].answers]
        base = self.decisions.of_base(variable, domain)
        shares = [self.decisions.cells.get((variable, name, domain), base) for name in options]
        return next((share for share in shares if share != PUBLISHED), base)

    def _judge_number(self, variable: str, measure: str, domain: str) -> Decision:
        if not self.quantities.has_enough(variable, measure, domain):
            return Status.PRIMARY, "base"
        if (variable, measure, domain) in self.standing.hidden:
            return HIDDEN_NUMBER  # as at first: data that did not change keep their reasons
        is_told = domain in self.decisions.means.get((variable, measure), ())
        return PUBLISHED if is_told else HIDDEN_NUMBER

    def _judge_missing(self, variable: str, domain: str) -> Decision:
        """Publish missing answers where their base, those who were asked, is no secret."""
        base = self.decisions.of_base(variable, domain)
        if base != PUBLISHED:
            return base
        is_told = is_open(self.settings, variable, "missing", domain, self.opened)
        is_sum = are_asked_countable(self.settings, variable)
        return PUBLISHED if is_told and is_sum else HIDDEN_NUMBER

    def _judge_rest(self, row: Mapping[Any, Any]) -> Decision:
        """Judge a difference from the rest, a function of published values or hidden itself."""
        variable, measure = row["variable"], row["measure"]
        own = self._judge_value(variable, measure, row["domain"])
        if own != PUBLISHED:
            return own if own[1] == "base" else (Status.COMPLEMENTARY, "difference")
        implying = self.implying[row["domain"]]
        is_implied = all(self._is_shown(variable, measure, other) for other in implying)
        if is_implied and self._is_rest_open(variable, measure, row["domain"]):
            return PUBLISHED
        return Status.COMPLEMENTARY, "difference"

    def _is_rest_open(self, variable: str, measure: str, domain: str) -> bool:
        """Tell whether the number of what a domain is compared with may be known."""
        if not is_number(self.settings, variable, measure):
            return True
        return self.quantities.is_rest_open(variable, measure, domain)

    def _find_implying(self, domain: str) -> tuple[str, ...]:
        """Return the domains whose values, with the domain's own, imply those of the rest.

        The rest is the nation without the domain. Where some have no place of this kind it is less
        than that, and only all domains of the kind together imply it.
        """
        if not self.structure.unplaced[domain]:
            return (self.settings.nation,)
        kin = self.structure.kin[domain]
        return (self.settings.nation, *(code for code in kin if self.structure.domains[code]))

    def _is_shown(self, variable: str, measure: str, domain: str) -> bool:
        """Tell whether a value from the data at hand is published."""
        if (variable, domain) in self.standing.frozen:
            return False
        return self._judge_value(variable, measure, domain) == PUBLISHED

    # --- other sources ---

    def _judge_response(self, row: Mapping[Any, Any]) -> Decision:
        """Who was invited is public; that very few answered is not."""
        if row["variable"] in ("invited", "frame_share"):
            return PUBLISHED
        answered = row["value"] if row["statistic"] == "count" else row["count"]
        if _is_finite(answered) and 0 < float(answered) < self.rules.min_cell:
            return Status.PRIMARY, "base"
        return PUBLISHED

    def _judge_panel(self, row: Mapping[Any, Any]) -> Decision:
        """No rating of a single expert: enough raters, and no share of very few."""
        raters, count = row["n"], row["count"]
        if row["statistic"] in ("count", "kendall_w", "label"):
            return PUBLISHED
        if _is_finite(raters) and float(raters) < 2 * self.rules.min_cell:
            return Status.PRIMARY, "base"
        is_share = row["statistic"] == "share" and _is_finite(count)
        if is_share and is_sensitive(self.rules, float(count), float(raters)):
            return Status.PRIMARY, "cell"
        return PUBLISHED

    @staticmethod
    def _judge_case(_row: Mapping[Any, Any]) -> Decision:
        """Cases are published as such, with consent; counts of them tell nothing more."""
        return PUBLISHED


def make_evidence(
    settings: Settings,
    row: Mapping[Any, Any],
    status: Status,
    reason: str,
    *,
    step: float = 0.0,
    hidden: bool = False,
) -> Evidence:
    """Return the evidence of an estimate, rounded to a step, or without any number."""
    names = ("key", "source", "variable", "measure", "domain", "contrast", "statistic", "unit")
    fixed: dict[str, Any] = {name: str(row[name]) for name in names}

    def rounded(name: str) -> float | None:
        return round_to(float(row[name]), step) if not hidden and _is_finite(row[name]) else None

    return Evidence(
        **fixed,
        value=rounded("value"),
        low=rounded("low"),
        high=rounded("high"),
        n=round(float(row["n"])) if not hidden and _is_finite(row["n"]) else None,
        method=str(row["method"]),
        status=status,
        reason=reason,
        verdict="unknown" if hidden else verdict_of(row, 1 - settings.info.statistics.confidence),
        text=_text_of(row),
        files=_files_of(settings, str(row["source"])),
    )


def _text_of(row: Mapping[Any, Any]) -> str:
    text = row.get("text")
    return text if isinstance(text, str) else ""


def verdict_of(row: Mapping[Any, Any], level: float) -> Verdict:
    """Return what the interval of a contrast bears, tested at a level such as 0.05."""
    if row["contrast"] == "" or not (_is_finite(row["low"]) and _is_finite(row["high"])):
        return "unknown"
    p_value = row.get("p_adjusted", math.nan)
    if _is_finite(p_value) and float(p_value) > level:
        return "same"
    if float(row["low"]) > 0:
        return "higher"
    return "lower" if float(row["high"]) < 0 else "same"


def _files_of(settings: Settings, source: str) -> tuple[str, ...]:
    files = settings.info.files
    names = {
        "survey": (files.survey.path if files.survey else "",),
        "response": tuple(source.path for source in (files.frame, files.survey) if source),
        "case": (files.cases or "", files.codes or ""),
        "panel": (files.panel.path if files.panel else "", files.statements or ""),
    }
    return tuple(name for name in names[source] if name)


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False
