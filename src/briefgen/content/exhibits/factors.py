"""Factors and cases: which case shows which factor, and how many cases mention it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from briefgen.config.wording import Factor, read_codes
from briefgen.content.exhibits.canvas import LINE, SIZE, SMALL
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.layout import GAP, Plan, Sign, draw_key
from briefgen.content.exhibits.lookup import Datum, Lookup, Target
from briefgen.content.exhibits.words import Drawing, hidden_note, tell
from briefgen.errors import TemplateError
from briefgen.model import CaseStudy

MOST: Final = 16
"""Up to how many factors are drawn where a template says nothing."""

MOST_NAMED: Final = 3
"""How many factors at the top a headline names."""


@dataclass(frozen=True)
class FactorRow:
    """A factor, the number of cases that mention it, and the cases that show it."""

    factor: Factor
    total: Datum
    cases: Sequence[bool]


@chart("factor_matrix")
def draw_factor_matrix(plan: Plan) -> Drawing:
    """Draw factors as rows and released cases as columns, the most mentioned factor first."""
    lookup, canvas = plan.lookup, plan.canvas
    cases = lookup.released.cases
    every = collect_factors(plan)
    rows = choose_rows(every, int(plan.spec.options.get("most", MOST)))
    if not cases or not rows:
        raise TemplateError("there are no released cases to show factors of")
    step = min(17.0, (canvas.width * 0.5) / len(cases))
    left = canvas.width - 24.0 - step * len(cases)
    top = _draw_heads(plan, cases, left, step)
    y = top
    for row in rows:
        lines = canvas.wrap(row.factor.name[lookup.language], left - 8)
        height = len(lines) * SIZE * LINE + GAP - 1
        _draw_row(plan, row, lines, (left, y, step, height))
        y += height
    return Drawing(
        height=y + 1,
        chart=lookup.locale.text("Matrix of factors and cases"),
        headline=_headline(rows, lookup),
        subtitle=lookup.locale.text(
            "Factors in the {in_cases}, number of {cases} that mention them"
            if has_polarity(lookup)
            else "Subjects in the {in_cases}, number of {cases} that mention them",
            in_cases=_called(lookup),
            cases=_called_many(lookup),
        ),
        cells=[row.total for row in rows],
        notes=[
            _names(plan, cases),
            _cases_note(plan),
            hidden_note([row.total for row in rows], lookup),
            _left_out(len(every) - len(rows), lookup),
        ],
    )


def collect_factors(plan: Plan) -> list[FactorRow]:
    """Return the factors asked for, or all that a case shows, the most mentioned first."""
    lookup = plan.lookup
    codes, _ = read_codes(lookup.settings)
    asked = [_factor_code(ref) for ref in plan.spec.refs]
    shown = {code for case in lookup.released.cases for code in case.factors}
    factors = [codes[code] for code in asked] or [f for f in codes.leaves if f.code in shown]
    rows = [
        FactorRow(
            factor,
            lookup.cell(
                Target("case", "factor", f"{factor.code}.cases"), plan.nation,
                factor.name[lookup.language],
            ),
            [factor.code in case.factors for case in lookup.released.cases],
        )
        for factor in factors
    ]  # fmt: skip
    polarity = {"success": 0, "challenge": 1}
    return sorted(rows, key=lambda row: (polarity[row.factor.polarity], -(row.total.value or 0.0)))


def choose_rows(rows: Sequence[FactorRow], most: int) -> list[FactorRow]:
    """Return the most mentioned factors, as many obstacles as successes where both have enough."""
    successes = [row for row in rows if row.factor.polarity == "success"]
    obstacles = [row for row in rows if row.factor.polarity != "success"]
    half = max(most // 2, most - len(successes))
    obstacles = obstacles[:half]
    return [*successes[: most - len(obstacles)], *obstacles]


def _left_out(count: int, lookup: Lookup) -> str:
    """Say how many factors are mentioned less and not drawn; ``""`` for none."""
    if not count:
        return ""
    return lookup.locale.text("Mentioned less and not drawn: {n}", n=lookup.locale.number(count, 0))


def _factor_code(ref: str) -> str:
    name = ref.rpartition(":")[2].split("@", maxsplit=1)[0]
    return name.removeprefix("factor.").split(".", maxsplit=1)[0]


def _draw_heads(plan: Plan, cases: Sequence[CaseStudy], left: float, step: float) -> float:
    """Write the key, and the numbers of the cases above their columns."""
    canvas, palette, locale = plan.canvas, plan.canvas.palette, plan.lookup.locale
    signs: list[tuple[Sign, str, str]] = [
        ("dot", palette.third, locale.text("success factor")),
        ("ring", palette.low, locale.text("challenge")),
    ]
    top = draw_key(canvas, signs if has_polarity(plan.lookup) else [])
    for index, case in enumerate(cases):
        own = case.region == plan.domain
        canvas.text(
            left + (index + 0.5) * step, top + 7, str(index + 1), size=SMALL,
            weight=600 if own else 400, color=palette.own if own else palette.muted,
            align="center",
        )  # fmt: skip
    canvas.text(
        canvas.width - 1, top + 7, locale.text("number"), size=SMALL,
        color=palette.muted, align="right",
    )  # fmt: skip
    canvas.line(0, top + 11, canvas.width, top + 11, palette.muted)
    return top + 15


def _draw_row(
    plan: Plan, row: FactorRow, lines: list[str], place: tuple[float, float, float, float]
) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    left, y, step, height = place
    middle = y + (height - GAP + 1) / 2
    canvas.lines(0, middle, lines)
    canvas.line(0, y + height - 2, canvas.width, y + height - 2, palette.rule, width=0.3)
    for index, shown in enumerate(row.cases):
        x = left + (index + 0.5) * step
        if not shown:
            canvas.dot(x, middle, 0.8, palette.other)
        elif row.factor.polarity == "success":
            canvas.dot(x, middle, 3.6, palette.third)
        else:
            canvas.dot(x, middle, 3.2, palette.paper, palette.low)
    text = tell(row.total, plan.lookup) if row.total.is_published else "–"
    canvas.text(
        canvas.width - 1, middle + 3, _number(row.total, text, plan), weight=600, align="right"
    )


def _number(cell: Datum, text: str, plan: Plan) -> str:
    """Write a count without its unit: the column's head names it."""
    return plan.lookup.locale.number(cell.value, 0) if cell.value is not None else text


def has_polarity(lookup: Lookup) -> bool:
    """Return whether anything was coded as a challenge: else the codes know no success either."""
    return any(
        item.measure.endswith(".challenge") and item.value
        for item in lookup.released.select(source="case", variable="factor")
    )


def _called(lookup: Lookup) -> str:
    return lookup.settings.info.case_studies.called.dative(lookup.language)


def _called_many(lookup: Lookup) -> str:
    return lookup.settings.info.case_studies.called.many[lookup.language]


def _headline(rows: Sequence[FactorRow], lookup: Lookup) -> str:
    known = [row for row in rows if row.total.value is not None]
    if len(known) < len(rows):
        return lookup.locale.text("Factors in the {in_cases}", in_cases=_called(lookup))
    most = max((row.total.value or 0.0 for row in known), default=0.0)
    quote = lookup.locale.quote
    top = [quote(r.factor.name[lookup.language]) for r in known if r.total.value == most]
    if len(top) > MOST_NAMED:
        return lookup.locale.text("Factors in the {in_cases}", in_cases=_called(lookup))
    return lookup.locale.text(
        "Most frequent subjects of the {in_cases}: {factors} ({count} each)"
        if len(top) > 1
        else "Most frequent subject of the {in_cases}: {factors} ({count})",
        in_cases=_called(lookup),
        factors=lookup.locale.join(top),
        count=lookup.locale.number(most, 0),
    )


def _names(plan: Plan, cases: Sequence[CaseStudy]) -> str:
    """Say which number is which case."""
    language = plan.lookup.language
    return "; ".join(f"{index} {case.name[language]}" for index, case in enumerate(cases, 1))


def _cases_note(plan: Plan) -> str:
    """Say how many cases there are, and that counts of cases are no shares."""
    total = plan.lookup.released.evidence.get(f"case:cases@{plan.nation}")
    if total is None or total.value is None:
        return plan.lookup.locale.text("Cases show how things are connected, not how often")
    return plan.lookup.locale.text(
        "{count} {cases}; they show how things are connected, not how often",
        cases=_called_many(plan.lookup),
        count=plan.lookup.locale.number(total.value, 0),
    )
