"""The expert panel: ratings over rounds, their statistics, and the comments for release.

In: a table with one row for each rating, and ``statements.yml``. Out: tidy estimates, and comments
that may be shown. Before it stands `wording`; after it `disclosure`.

"Don't know" and "not rated" enter no statistic; they are counted apart. Quartiles are those of
the default method of NumPy and R (type 7).

References
----------
Fitch, K. et al. (2001). The RAND/UCLA Appropriateness Method User's Manual. RAND, MR-1269,
chapters 5 and 8 (disagreement, and the interpercentile range adjusted for symmetry).
Kendall, M. G. and Babington Smith, B. (1939). The problem of m rankings. Annals of Mathematical
Statistics 10(3), 275-287.
Siegel, S. and Castellan, N. J. (1988). Nonparametric statistics for the behavioral sciences,
2nd ed., section 9.2 (W with ties).
Hyndman, R. J. and Fan, Y. (1996). Sample quantiles in statistical packages. The American
Statistician 50(4), 361-365 (type 7).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Protocol

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from briefgen.config.settings import PanelSettings, Settings
from briefgen.config.textfiles import LONGEST_WORD, longest_word, relative_name
from briefgen.config.wording import Statement, read_statement_file
from briefgen.errors import (
    AnalysisError,
    BriefgenError,
    DisclosureError,
    Problem,
    UnknownNameError,
    group_problems,
)
from briefgen.evidence.cases.analysis import as_estimates
from briefgen.evidence.cases.exports import YES
from briefgen.evidence.cases.hiding import HiddenNames, read_hidden_names
from briefgen.evidence.panel_sheet import COLUMN, unfold_sheet
from briefgen.model import Comment, Text

DONT_KNOW: Final = frozenset({"dk", "wn", "dont_know", "don't know", "weiß nicht", "weiss nicht"})
_REQUIRED: Final = ("expert", "round", "statement", "dimension", "rating")

Consensus = Literal["agreement", "disagreement", "none"]


@dataclass(frozen=True)
class PanelMaterial:
    """What the experts rated and wrote.

    Attributes
    ----------
    ratings
        One row for each rating: ``expert``, ``statement``, ``dimension`` (str), ``round`` (int),
        ``rating`` (float; NaN where not known or not rated), ``dont_know`` (bool).
    statements
        By code, in the order of their file.
    comments
        In the order of the table, with the row that each stands in.
    """

    ratings: pd.DataFrame
    statements: Mapping[str, Statement]
    comments: tuple[tuple[int, Comment], ...]
    hidden: HiddenNames
    files: tuple[str, ...]

    @property
    def rounds(self) -> tuple[int, ...]:
        """The rounds that there were, in order."""
        return tuple(sorted({int(number) for number in self.ratings["round"]}))

    def select(self, statement: str, dimension: str, number: int) -> np.ndarray:
        """Return the valid ratings of a statement on a dimension in a round."""
        frame = self.ratings
        chosen = frame.loc[
            (frame["statement"] == statement)
            & (frame["dimension"] == dimension)
            & (frame["round"] == number),
            "rating",
        ]
        return chosen.dropna().to_numpy(dtype="float64")


# --- reading --------------------------------------------------------------------------------


class HasPanel(Protocol):
    """What these functions need of a study."""

    @property
    def settings(self) -> Settings:
        """The configuration."""

    @property
    def panel(self) -> PanelMaterial | None:
        """The panel's ratings, where the study has some."""


def read_panel(
    settings: Settings, report: Callable[[str], None] = lambda _line: None
) -> tuple[PanelMaterial | None, list[Problem]]:
    """Read ratings, comments and statements of the panel, with all problems in them.

    Parameters
    ----------
    report
        Called with a line that says how the table was read.
    """
    source = settings.info.files.panel
    if source is None:
        return None, []
    from briefgen.evidence import sources  # noqa: PLC0415 - readers of tables are heavy

    name = relative_name(settings.data_folder / source.path, settings)
    statements, dont_know, problems = read_statement_file(settings)
    hidden, wrong = read_hidden_names(settings)
    problems += wrong
    try:
        table = sources.read_table(source, settings.data_folder)
    except BriefgenError as error:
        remedy = error.hint or "save the panel as CSV or Excel"
        return None, [
            *problems,
            Problem(name, error.row, "", error.message, remedy, traceback=error.traceback),
        ]
    report(f"{name}: {table.describe()}")
    problems += [replace(problem, file=name) for problem in table.problems]
    frame = table.frame.rename(columns=lambda column: str(column).strip().casefold())
    ratings, wrong = _find_ratings(frame, statements, settings, name)
    problems += wrong
    if ratings is None:
        return None, problems
    reader = _RowReader(settings, statements, DONT_KNOW | {str(code) for code in dont_know}, name)
    material = _read_rows(ratings, reader)
    if not reader.ratings:
        rule = "the panel has no ratings"
        found = [*group_problems(reader.problems), Problem(name, None, "", rule, "add them")]
        return None, [*problems, *found]
    files = [name]
    if settings.info.files.statements:
        path = settings.data_folder / settings.info.files.statements
        files.append(relative_name(path, settings))
    made = PanelMaterial(material, statements, tuple(reader.comments), hidden, tuple(files))
    found = [*group_problems(reader.problems), *_warn_of_unrated(made, name), *_warn_of_names(made)]
    return made, [*problems, *found]


def _find_ratings(
    frame: pd.DataFrame, statements: Mapping[str, Statement], settings: Settings, file: str
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Return the ratings one below another: the table itself, or a wide sheet unfolded."""
    lacks = [column for column in _REQUIRED if column not in frame.columns]
    if not lacks:
        return frame, []
    dimensions = settings.info.panel.dimensions
    sheet = unfold_sheet(frame, tuple(statements), dimensions)
    if sheet is None:
        rule = f"a column is missing: {', '.join(lacks)} is not there"
        example = f"{next(iter(statements), 's01')}_{dimensions[0]}"
        remedy = (
            f"give one row for each rating, with {', '.join(_REQUIRED)}; or one for each expert,"
            f" with expert, round and a column for each statement and dimension, such as {example}"
            " (docs/evidence.md)"
        )
        return None, [Problem(file, 1, "", rule, remedy)]
    rule = "the column names no statement and dimension, and is not read"
    return sheet.frame, [
        Problem(file, 1, column, rule, hint, "warning") for column, hint in sheet.strays
    ]


def _warn_of_unrated(material: PanelMaterial, file: str) -> list[Problem]:
    rated = set(material.ratings.dropna(subset=["rating"])["statement"])
    remedy = "add the ratings, or take the statement out: nothing can be said about it"
    return [
        Problem(file, None, "statement", f"nobody rated {code!r}", remedy, "warning")
        for code in material.statements
        if code not in rated
    ]


def _read_rows(frame: pd.DataFrame, reader: _RowReader) -> pd.DataFrame:
    for row, record in zip(frame.index, frame.to_dict("records"), strict=True):
        cells = {str(column): str(cell).strip() for column, cell in record.items()}
        reader.read(int(row), cells)
    columns = ["expert", "round", "statement", "dimension", "rating", "dont_know"]
    return pd.DataFrame(reader.ratings, columns=columns)


class _RowReader:
    """Reads rows one after another, and keeps ratings, comments and problems."""

    def __init__(
        self,
        settings: Settings,
        statements: Mapping[str, Statement],
        dont_know: frozenset[str],
        file: str,
    ) -> None:
        self.settings = settings
        self.statements = statements
        self.dont_know = frozenset(code.casefold() for code in dont_know)
        self.file = file
        self.ratings: list[tuple[str, int, str, str, float, bool]] = []
        self.comments: list[tuple[int, Comment]] = []
        self.problems: list[Problem] = []
        self._seen: set[tuple[str, str, str, str]] = set()
        self._column = "rating"  # of a wide sheet, the column of statement and dimension

    def read(self, row: int, cells: Mapping[str, str]) -> None:
        """Read one row."""
        self._column = cells.get(COLUMN, "rating")
        if not self._is_sound(row, cells):
            return
        statement = self.statements[cells["statement"]]
        rating = self._read_rating(row, cells["rating"], statement)
        if rating is not None:
            dont_know = cells["rating"].casefold() in self.dont_know
            self.ratings.append(
                (
                    cells["expert"], int(cells["round"]), statement.code, cells["dimension"],
                    rating, dont_know,
                )
            )  # fmt: skip
        self._read_comment(row, cells, statement)

    def _is_sound(self, row: int, cells: Mapping[str, str]) -> bool:
        before = len(self.problems)
        if not cells["expert"]:
            self._add(row, "expert", "each rating has an expert", "give each expert an id")
        if not re.fullmatch(r"[1-9]\d?", cells["round"]):
            self._add(row, "round", "a round is a number from 1", "write 1, 2, …")
        self._check_name(row, "statement", cells["statement"], self.statements)
        self._check_name(row, "dimension", cells["dimension"], self.settings.info.panel.dimensions)
        key = (cells["expert"], cells["round"], cells["statement"], cells["dimension"])
        if key in self._seen:
            rule = "an expert rates a statement once in each round and dimension"
            self._add(row, self._column, rule, "keep one of the two rows")
        self._seen.add(key)
        return len(self.problems) == before

    def _check_name(
        self, row: int, column: str, name: str, known: Mapping[str, object] | Sequence[str]
    ) -> None:
        if name not in known:
            error = UnknownNameError.among(column, name, known)
            where = "statements.yml" if column == "statement" else "panel.dimensions in study.yml"
            self._add(row, column, error.message, f"{error.hint or ''} (declared in {where})")

    def _read_rating(self, row: int, written: str, statement: Statement) -> float | None:
        if not written or written.casefold() in self.dont_know:
            return math.nan
        if re.fullmatch(r"[+-]?\d+(?:[.,]0+)?", written):
            value = int(float(written.replace(",", ".")))
            if statement.low <= value <= statement.high:
                return float(value)
        rule = f"a rating is a whole number from {statement.low} to {statement.high}"
        self._add(
            row, self._column, rule, "correct it; write dk for “don't know”, nothing for no rating"
        )
        return None

    def _read_comment(self, row: int, cells: Mapping[str, str], statement: Statement) -> None:
        text = self._comment_text(cells)
        released = cells.get("comment_release", "")
        if not len(text) or (released and released.casefold() not in YES):
            return
        missing = text.missing(self.settings.languages)
        if missing:
            rule = f"the comment is not there in {', '.join(missing)} and is not shown"
            remedy = "translate it, or write no under comment_release"
            self.problems.append(Problem(self.file, row, "comment", rule, remedy, "warning"))
            return
        if longest_word(text.values()) > LONGEST_WORD:
            rule = f"a word of more than {LONGEST_WORD} letters cannot be printed: it is not shown"
            remedy = "put blanks, or write no under comment_release"
            self.problems.append(Problem(self.file, row, "comment", rule, remedy, "warning"))
            return
        self.comments.append((row, Comment(statement.code, int(cells["round"]), text)))

    def _comment_text(self, cells: Mapping[str, str]) -> Text:
        written = {
            language: cells[f"comment_{language}"]
            for language in self.settings.languages
            if cells.get(f"comment_{language}")
        }
        if not written and cells.get("comment"):
            languages = self.settings.languages
            only = languages[0] if len(languages) == 1 else "und"
            written = {cells.get("language") or only: cells["comment"]}
        return Text(written)

    def _add(self, row: int, column: str, rule: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, row, column, rule, remedy))


# --- statistics -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RatingSummary:
    """The statistics of one statement on one dimension in one round.

    Attributes
    ----------
    median, q1, q3, iqr
        On the scale of the ratings; NaN without ratings.
    share
        Experts who rate from ``agree_from`` on, 0–1; NaN without ratings.
    agree, n, dont_know
        Experts who agree, who rated, who did not know.
    base
        Experts that the share is of: those who rated, and where the study says so those who did
        not know.
    """

    median: float
    q1: float
    q3: float
    iqr: float
    share: float
    agree: int
    n: int
    dont_know: int
    consensus: Consensus
    base: int


def summarise_ratings(
    ratings: np.ndarray, statement: Statement, rules: PanelSettings, dont_know: int = 0
) -> RatingSummary:
    """Return the statistics of the valid ratings (1-d array on the statement's scale)."""
    n = len(ratings)
    base = n + dont_know if rules.dont_know_counts else n
    if n == 0:
        nan = math.nan
        return RatingSummary(nan, nan, nan, nan, nan, 0, 0, dont_know, "none", base)
    q1, median, q3 = (float(value) for value in np.quantile(ratings, [0.25, 0.5, 0.75]))
    agree = int((ratings >= agreement_point(statement, rules)).sum())
    return RatingSummary(
        median, q1, q3, q3 - q1, agree / base, agree, n, dont_know,
        find_consensus(ratings, statement, rules, base), base,
    )  # fmt: skip


def agreement_point(statement: Statement, rules: PanelSettings) -> float:
    """Return the rating from which on an expert agrees, on the statement's own scale.

    ``agree_from`` of ``study.yml`` is on the common scale; on another scale it keeps its place.
    """
    if (statement.low, statement.high) == (rules.scale_low, rules.scale_high):
        return float(rules.agree_from)
    place = (rules.agree_from - rules.scale_low) / (rules.scale_high - rules.scale_low)
    return statement.low + place * (statement.high - statement.low)


def find_consensus(
    ratings: np.ndarray, statement: Statement, rules: PanelSettings, base: int | None = None
) -> Consensus:
    """Return what the panel agrees on, by the rule that the study chose.

    ``agreement`` and ``disagreement`` are consensus for and against the statement; ``none`` is no
    consensus. Under all rules a consensus needs two ratings at least.

    - ``iqr``: the interquartile range is at most ``consensus_iqr``, and the median lies in the
      region of agreement (from ``agree_from``), or in the mirrored region at the lower end.
    - ``share``: at least ``consensus_share`` of the ``base`` (default: of the ratings) lie in one
      of these regions.
    - ``rand-ucla``: the median lies in the upper or lower third of the scale, and there is no
      disagreement: the interpercentile range (30th to 70th) does not exceed the one adjusted for
      symmetry, IPRAS = 2.35 + 1.5 · |mid-scale − centre of the range|, scaled from 1–9.
    """
    if len(ratings) < 2:
        return "none"
    upper = agreement_point(statement, rules)
    lower = statement.low + statement.high - upper
    median = float(np.median(ratings))
    if rules.consensus == "share":
        of = base or len(ratings)
        if int((ratings >= upper).sum()) / of >= rules.consensus_share:
            return "agreement"
        against = int((ratings <= lower).sum()) / of >= rules.consensus_share
        return "disagreement" if against else "none"
    if rules.consensus == "rand-ucla":
        third = (statement.high - statement.low + 1) / 3
        upper, lower = statement.high - third + 1, statement.low + third - 1
        united = not is_disputed(ratings, statement)
    else:
        q1, q3 = np.quantile(ratings, [0.25, 0.75])
        united = float(q3 - q1) <= rules.consensus_iqr
    if not united:
        return "none"
    if median >= upper:
        return "agreement"
    return "disagreement" if median <= lower else "none"


def is_disputed(ratings: np.ndarray, statement: Statement) -> bool:
    """Return whether ratings show disagreement in the sense of RAND/UCLA (IPR > IPRAS)."""
    scale = (statement.high - statement.low) / 8  # the method is stated for 1–9
    low, high = (float(value) for value in np.quantile(ratings, [0.3, 0.7]))
    asymmetry = abs((statement.low + statement.high) / 2 - (low + high) / 2) / scale
    return (high - low) / scale > 2.35 + 1.5 * asymmetry


def kendall_w(ratings: np.ndarray) -> float:
    """Return Kendall's coefficient of concordance, corrected for ties.

    Parameters
    ----------
    ratings
        Raters × objects, without missing values; at least 2 × 2.

    Returns
    -------
    float
        0 (no concordance) to 1 (all rank alike); NaN where every rater ties all objects.

    Raises
    ------
    AnalysisError
        If there are fewer than two raters or objects.

    Notes
    -----
    ``W = 12 S / (m² (n³ − n) − m Σ T)`` with ``S`` the sum of squared deviations of the rank sums
    and ``T`` the sum of ``t³ − t`` over a rater's groups of ``t`` tied objects.
    """
    if ratings.ndim != 2 or min(ratings.shape) < 2:
        raise AnalysisError(
            "Kendall's W needs at least two raters and two objects",
            hint="rate more statements, or leave W out",
        )
    raters, objects = ratings.shape
    ranks = rankdata(ratings, axis=1)
    sums = ranks.sum(axis=0)
    deviation = float(((sums - sums.mean()) ** 2).sum())
    ties = sum(_tie_term(row) for row in ratings)
    largest = raters**2 * (objects**3 - objects) - raters * ties
    return 12 * deviation / largest if largest > 0 else math.nan


def _tie_term(row: np.ndarray) -> int:
    counts = np.unique(row, return_counts=True)[1]
    return int((counts**3 - counts).sum())


def complete_ratings(material: PanelMaterial, dimension: str, number: int) -> pd.DataFrame:
    """Return experts × statements of one round, without experts who left one out.

    Statements that fewer than two experts rated on this dimension are no objects of comparison.
    """
    frame = material.ratings
    chosen = frame[(frame["dimension"] == dimension) & (frame["round"] == number)]
    chosen = chosen.dropna(subset=["rating"])
    table = chosen.pivot_table(index="expert", columns="statement", values="rating")
    table = table.loc[:, table.notna().sum() >= 2]
    order = [code for code in material.statements if code in table.columns]
    return table[order].dropna()


# --- the tidy table -------------------------------------------------------------------------


def estimate_panel(study: HasPanel) -> pd.DataFrame:
    """Return the statistics of all statements and dimensions as tidy estimates.

    Keys are ``panel:STATEMENT.DIMENSION_median`` and so on; values are of the last round in which
    the statement was rated on the dimension. ``_round1_median`` stands for the first round (with
    ``_round1_iqr``, ``_round1_n``), and likewise for rounds between. ``_change`` is the median of
    the last minus that of the first round, ``_iqr_change`` the same of the range.

    Parameters
    ----------
    study
        With ``settings`` and ``panel``.

    Returns
    -------
    DataFrame
        Columns of `model.ESTIMATE_COLUMNS`, and ``text`` with the label of a consensus.
    """
    material = study.panel
    rules = study.settings.info.panel
    rows = [] if material is None else list(_estimate_rows(material, rules))
    estimates = as_estimates(rows)
    estimates["text"] = pd.Series([str(row.get("text", "")) for row in rows], dtype="str")
    return estimates


def _estimate_rows(material: PanelMaterial, rules: PanelSettings) -> Iterator[dict[str, Any]]:
    for statement in material.statements.values():
        for dimension in rules.dimensions:
            yield from _statement_rows(material, statement, dimension, rules)
    for dimension in rules.dimensions:
        yield from _concordance_rows(material, dimension)
    yield from _expert_rows(material)


def _expert_rows(material: PanelMaterial) -> Iterator[dict[str, Any]]:
    """Count the experts, and where there were several rounds those of each."""

    def row(measure: str, experts: int) -> dict[str, Any]:
        return _row("experts", measure, "count", experts, experts, "experts", "count of experts")

    ratings = material.ratings
    yield row("", ratings["expert"].nunique())
    if len(material.rounds) > 1:
        by_round = ratings.dropna(subset="rating").groupby("round")["expert"].nunique()
        yield from (row(f"round{number}", int(count)) for number, count in by_round.items())


def _statement_rows(
    material: PanelMaterial, statement: Statement, dimension: str, rules: PanelSettings
) -> Iterator[dict[str, Any]]:
    by_round = {
        number: summary
        for number in material.rounds
        if (summary := _summarise(material, statement, dimension, number, rules)).n
    }
    if not by_round:
        return
    first, last = by_round[min(by_round)], by_round[max(by_round)]
    yield from _summary_rows(statement.code, dimension, last, rules)
    for number in sorted(by_round)[:-1]:
        yield from _round_rows(statement.code, f"{dimension}_round{number}", by_round[number])
    if len(by_round) > 1:
        yield from _change_rows(statement.code, dimension, first, last)


def _summarise(
    material: PanelMaterial,
    statement: Statement,
    dimension: str,
    number: int,
    rules: PanelSettings,
) -> RatingSummary:
    frame = material.ratings
    unsure = frame[
        (frame["statement"] == statement.code)
        & (frame["dimension"] == dimension)
        & (frame["round"] == number)
    ]["dont_know"]
    ratings = material.select(statement.code, dimension, number)
    return summarise_ratings(ratings, statement, rules, int(unsure.sum()))


def _summary_rows(
    code: str, dimension: str, summary: RatingSummary, rules: PanelSettings
) -> Iterator[dict[str, Any]]:
    def row(measure: str, statistic: str, value: float, unit: str, method: str) -> dict[str, Any]:
        return _row(code, f"{dimension}_{measure}", statistic, value, summary.n, unit, method)

    yield row("median", "median", summary.median, "rating", "median")
    yield row("q1", "quantile", summary.q1, "rating", "quartile (type 7)")
    yield row("q3", "quantile", summary.q3, "rating", "quartile (type 7)")
    yield row("iqr", "iqr", summary.iqr, "rating", "interquartile range (type 7)")
    of = "share of ratings, don't know included" if rules.dont_know_counts else "share of ratings"
    share = row("share", "share", summary.share, "share", of)
    yield share | {"count": summary.agree, "n": summary.base}
    yield row("n", "count", summary.n, "experts", "count of ratings")
    yield row("dont_know", "count", summary.dont_know, "experts", "count of don't know")
    label = row("consensus", "label", math.nan, "", f"consensus ({rules.consensus})")
    yield label | {"text": summary.consensus}


def _round_rows(code: str, prefix: str, summary: RatingSummary) -> Iterator[dict[str, Any]]:
    n = summary.n
    yield _row(code, f"{prefix}_median", "median", summary.median, n, "rating", "median")
    yield _row(
        code, f"{prefix}_iqr", "iqr", summary.iqr, n, "rating", "interquartile range (type 7)"
    )
    yield _row(code, f"{prefix}_n", "count", n, n, "experts", "count of ratings")


def _change_rows(
    code: str, dimension: str, first: RatingSummary, last: RatingSummary
) -> Iterator[dict[str, Any]]:
    n = min(first.n, last.n)
    for measure, statistic, value in (
        ("change", "difference", last.median - first.median),
        ("iqr_change", "difference", last.iqr - first.iqr),
    ):
        method = "last minus first round"
        yield _row(code, f"{dimension}_{measure}", statistic, value, n, "rating", method)


def _concordance_rows(material: PanelMaterial, dimension: str) -> Iterator[dict[str, Any]]:
    table = complete_ratings(material, dimension, material.rounds[-1])
    if min(table.shape) < 2:
        return
    value = kendall_w(table.to_numpy(dtype="float64"))
    method = f"Kendall's W, ties corrected, {table.shape[1]} statements"
    yield _row(dimension, "kendall_w", "kendall_w", value, len(table), "coefficient", method)


def _row(  # noqa: PLR0917 - the parts of a key in its order
    variable: str, measure: str, statistic: str, value: float, n: int, unit: str, method: str
) -> dict[str, Any]:
    name = f"{variable}.{measure}" if measure else variable
    return {
        "key": f"panel:{name}", "source": "panel", "variable": variable, "measure": measure,
        "statistic": statistic, "unit": unit, "value": value, "n": n, "method": method,
        "count": value if statistic == "count" else math.nan,
    }  # fmt: skip


# --- release --------------------------------------------------------------------------------


def release_comments(study: HasPanel) -> tuple[Comment, ...]:
    """Return the comments that may be shown, in the order of the statements and rounds.

    They carry no expert's id. Each stands once.

    Raises
    ------
    DisclosureError
        If a name to hide stands in one of them; the error names the file and the row alone.
    """
    material = study.panel
    if material is None:
        return ()
    rows = _identifying_rows(material)
    if rows:
        raise DisclosureError(
            "a name to hide stands in a comment, row " + ", ".join(str(row) for row in rows),
            where=material.files[0],
            hint="put a pseudonym in its place, or write no under comment_release",
        )
    order = {code: index for index, code in enumerate(material.statements)}
    unique = dict.fromkeys(comment for _, comment in material.comments)
    return tuple(
        sorted(
            unique,
            key=lambda comment: (
                order[comment.statement],
                comment.round,
                sorted(comment.text.items()),
            ),
        )
    )


def _identifying_rows(material: PanelMaterial) -> list[int]:
    return [row for row, comment in material.comments if material.hidden.occur_in(comment.text)]


def _warn_of_names(material: PanelMaterial) -> list[Problem]:
    rule = "a name to hide stands in a comment for publication"
    remedy = "put a pseudonym in its place; otherwise the release will be refused"
    return [
        Problem(material.files[0], row, "comment", rule, remedy, "warning")
        for row in _identifying_rows(material)
    ]
