"""Compare briefgen's estimates with numbers that others have computed.

Run it with ``make agreement`` or ``python tests/agreement/run.py``. It compares cell by cell with

- the published table of the Masculinity Survey (percentages, weighted),
- the tables that quantipy made from its example data,
- the published output of R's survey package on its API samples,
- what R's survey package gives today (``reference.csv``, made by ``reference.R``),

writes ``docs/agreement.md``, and ends with ``cells N, disagreeing N, largest difference D``.
Differences are relative to the size of the number where that is above 1, else absolute; in
published percentages they are the distance beyond rounding, in percentage points.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

from briefgen.config.settings import ReplicateWeights, Settings, Statistics, load_settings
from briefgen.evidence.load import load_study
from briefgen.evidence.survey import (
    SurveyDesign,
    estimate_survey,
    kish_effective_n,
    measure_association,
)
from briefgen.evidence.survey.analysis import estimate_total
from briefgen.evidence.survey.contrasts import adjust_p, contrast_with_rest
from briefgen.evidence.survey.domains import Membership
from briefgen.evidence.survey.estimate import estimate_ratios
from briefgen.evidence.survey.measures import Measure, stack_measures
from briefgen.evidence.survey.quantiles import estimate_quantiles, list_quantiles
from briefgen.evidence.survey.reliability import cronbach_alpha
from briefgen.evidence.survey.replicates import Replicates, replicate_factors
from briefgen.evidence.survey.weighting import rake

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SHARED = ROOT.parent / "shared" / "data"
DOCUMENT = ROOT / "docs" / "agreement.md"
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Cell:
    """One number of theirs beside ours."""

    source: str
    group: str
    name: str
    ours: float
    theirs: float
    rounding: float = 0.0

    @property
    def difference(self) -> float:
        """Distance beyond rounding, relative where the number is above 1 and not rounded."""
        if np.isnan(self.ours) or np.isnan(self.theirs):
            return 0.0 if np.isnan(self.ours) and np.isnan(self.theirs) else np.inf
        gap = max(abs(self.ours - self.theirs) - self.rounding, 0.0)
        return gap if self.rounding else gap / max(abs(self.theirs), 1.0)

    @property
    def agrees(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference <= TOLERANCE


# --- the published table of the Masculinity Survey -------------------------------------------

PUBLISHED_DOMAINS = (
    "US", "age3:from18", "age3:from35", "age3:from65", "race2:white", "race2:non_white",
    "kids:yes", "kids:no", "orientation:straight", "orientation:gay_bisexual",
)  # fmt: skip
ASIDES = (
    "AMONG EMPLOYED WHO'VE HEARD OF METOO:", "AMONG THOSE WHO TRY TO PAY ON FIRST DATE:",
    "AMONG THOSE WHO DID NOT RESPOND TO HARASSMENT:", "AMONG EMPLOYED:",
)  # fmt: skip


def compare_masculinity() -> Iterator[Cell]:
    """Compare every percentage of the published table."""
    settings = load_settings(ROOT / "tests" / "studies" / "masculinity")
    values = estimate_survey(load_study(settings)).set_index("key")["value"]
    for code, name, cells in published_rows(settings):
        for domain, cell in zip(PUBLISHED_DOMAINS, cells, strict=False):
            if cell.strip():
                key = f"survey:{code}.{name}@{domain}"
                yield Cell(
                    "Masculinity Survey, published table",
                    "percentages, weighted, 10 domains",
                    key,
                    100 * float(values[key]),
                    float(cell.strip().rstrip("%")),
                    rounding=0.5,
                )


def published_rows(settings: Settings) -> Iterator[tuple[str, str, list[str]]]:
    path = SHARED / "masculinity-survey" / "masculinity-survey.csv"
    wordings = {_plain(text): code for code, text in _wordings(settings).items()}
    code = ""
    with path.open(encoding="utf-8", errors="replace", newline="") as stream:
        for row in list(csv.reader(stream))[2:]:
            if row[0]:
                asked = _plain(_without_aside(row[0]))
                code = wordings.get(asked) or next(
                    found for wording, found in wordings.items() if wording[:30] == asked[:30]
                )
            elif row[1].strip():
                yield code, _answers(settings, code)[_plain(row[1])], row[2:]


def _wordings(settings: Settings) -> dict[str, str]:
    return {
        code: "age3" if code == "age3" else str((v.item.label if v.item else v.question.text)[""])
        for code, v in settings.variables.items()
    }


def _answers(settings: Settings, code: str) -> dict[str, str]:
    variable = settings.variables[code]
    return {
        _plain(answer.label[""]): answer.name
        for answer in (variable.options or variable.question.items)
    }


def _without_aside(text: str) -> str:
    for aside in ASIDES:
        text = text.replace(aside, "")
    return text


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


# --- the tables of quantipy ------------------------------------------------------------------

QUANTIPY_Q2 = ("1", "2", "3", "4", "5", "6", "97", "98")
QUANTIPY_Q5 = ("1", "2", "3", "4", "5", "97", "98")
QUANTIPY_DOMAINS = (
    "ALL", "gender:o1", "gender:o2", "gender:o1", "gender:o2", "L1", "L2", "L3", "L4", "L5",
)  # fmt: skip


def compare_quantipy() -> Iterator[Cell]:
    """Compare the counts of a multiple-response question, weighted bases and effective n."""
    with tempfile.TemporaryDirectory() as folder:
        _write_quantipy(Path(folder))
        study = load_study(load_settings(Path(folder)))
        table = estimate_survey(study).set_index("key")
        weights = study.survey["_weight"]
    sheet = _sheet("basic.xlsx", "q2")
    source = "quantipy, example data A"
    for domain, column in zip(QUANTIPY_DOMAINS, range(1, 11), strict=True):
        base = table.loc[f"survey:q2.o1@{domain}", "n"]
        yield Cell(source, "unweighted bases", f"q2 base {domain}", base, _number(sheet[3][column]))
        for row, code in enumerate(QUANTIPY_Q2, 4):
            key = f"survey:q2.o{code}@{domain}"
            theirs = _number(sheet[row][column])
            yield Cell(source, "multiple response, counts", key, table.loc[key, "count"], theirs)
    yield from _compare_weighted(source, table, weights, study.survey)


def _compare_weighted(
    source: str, table: pd.DataFrame, weights: pd.Series, survey: pd.DataFrame
) -> Iterator[Cell]:
    sheet = _sheet("complex_0.xlsx", "Main")
    labels = [str(row[0]).strip() for row in sheet]
    base, effective = labels.index("Base"), labels.index("Effective base")
    first = effective + 1
    groups = ["ALL", *(f"q4:o{q}+gender:o{g}" for q in (1, 2) for g in (1, 2))]
    for column, domain in enumerate(groups, 1):
        key = f"survey:q5.o1@{domain}"
        theirs = _number(sheet[base][column])
        yield Cell(source, "weighted bases", key, table.loc[key, "weighted_n"], theirs)
        here = weights[_members(survey, domain)]
        theirs = _number(sheet[effective][column])
        yield Cell(source, "effective n", domain, kish_effective_n(here), theirs)
        for place, code in enumerate(QUANTIPY_Q5):
            key = f"survey:q5.o{code}@{domain}"
            theirs = _number(sheet[first + 4 * place + 1][column])
            yield Cell(source, "weighted shares", key, table.loc[key, "value"], theirs)
    means = _sheet("complex_0.xlsx", "mean_0")
    for row in means:
        if str(row[0]).strip() == "Surfing":
            ours = table.loc["survey:q5n.mean@ALL", "value"]
            yield Cell(source, "weighted means", "q5_1", ours, _number(row[3]))


def _members(survey: pd.DataFrame, domain: str) -> pd.Series:
    inside = pd.Series(data=True, index=survey.index)
    for part in domain.split("+") if domain != "ALL" else []:
        column, _, name = part.partition(":")
        inside &= survey[column].eq(name)
    return inside


def _number(cell: object) -> float:
    return 0.0 if cell == "-" else float(str(cell))


def _sheet(book: str, name: str) -> list[tuple[object, ...]]:
    path = SHARED / "quantipy" / book
    workbook = openpyxl.load_workbook(path, data_only=True, read_only=True)
    rows = [tuple(row) for row in workbook[name].iter_rows(values_only=True)]
    workbook.close()
    return rows


def _write_quantipy(folder: Path) -> None:
    """Write the configuration that reads quantipy's example data; JSON is YAML."""
    data = folder / "data"
    data.mkdir()
    (data / "study.yml").write_text(_quantipy_study(), encoding="utf-8")
    (data / "codebook.yml").write_text(_quantipy_codebook(), encoding="utf-8")


def _quantipy_study() -> str:
    places = ", ".join(f"{{code: L{n}, name: L{n}, data: ['{n}']}}" for n in range(1, 6))
    path = SHARED / "quantipy" / "Example Data (A).csv"
    return f"""
id: quantipy
edition: "1"
languages: [en]
publication: {{title: T, short_title: T, authors: [A], date: 2020-01-01}}
institute: {{name: I}}
contact: {{name: C}}
population: people
respondents: people
files: {{survey: {{path: "{path}"}}}}
regions:
  variable: locality
  nation: {{code: ALL, name: All}}
  singular: place
  plural: places
  list: [{places}]
audiences: []
topics: []
design: {{weight: weight_a}}
statistics: {{subgroups: [gender, q4], crossings: [[q4, gender]]}}
"""


def _quantipy_codebook() -> str:
    def options(codes: Iterable[str]) -> str:
        return ", ".join(f"{{code: '{code}', name: o{code}, label: '{code}'}}" for code in codes)

    items = ", ".join(
        f"{{name: o{code}, label: '{code}', selected: '{code}'}}" for code in QUANTIPY_Q2
    )
    return f"""
questions:
  - {{code: gender, type: single, text: G, label: G, options: [{options("12")}]}}
  - {{code: q4, type: single, text: Q, label: Q, options: [{options("12")}]}}
  - {{code: q2, type: multiple, delimiter: ";", text: Q, label: Q, items: [{items}]}}
  - {{code: q5, column: q5_1, type: single, text: Q, label: Q, options: [{options(QUANTIPY_Q5)}]}}
  - {{code: q5n, column: q5_1, type: numeric, maximum: 98, text: Q, label: Q}}
"""


# --- what R published with its survey package ------------------------------------------------

ROUT = "R survey, published output (api.Rout.saved)"
PUBLISHED_R = (
    # design, variable, mean or total, value, SE, as printed
    ("strat", "api00", "mean", "662.29", "9.4089"),
    ("strat", "enroll", "total", "3687178", "114642"),
    ("clus1", "api00", "mean", "644.17", "23.542"),
    ("clus1", "enroll", "total", "3404940", "932235"),
    ("poststrat", "api00", "mean", "642.31", "23.921"),
    ("poststrat", "enroll", "total", "3680893", "406293"),
)


def compare_published_r() -> Iterator[Cell]:
    """Compare with the values that the package prints in its own tests, within their rounding."""
    samples = make_samples(read_reference())
    for name, variable, statistic, value, se in PUBLISHED_R:
        sample = samples[name]
        if statistic == "total":
            ours, variance = estimate_total(sample.design, sample.numbers(variable))
        else:
            found = sample.estimate([sample.mean(variable)], "all", Statistics())
            ours, variance = float(found.value[0]), float(found.variance[0])
        for part, mine, theirs in (("value", ours, value), ("SE", variance**0.5, se)):
            label = f"{name} {statistic} {variable} {part}"
            yield Cell(
                ROUT, f"{statistic}s", label, mine, float(theirs), rounding=_last_digit(theirs)
            )


def _last_digit(printed: str) -> float:
    """Return one unit of the last digit: R prints 23.92049 as 23.921."""
    return 10.0 ** -len(printed.partition(".")[2]) + 1e-9


# --- what R gives today ----------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One of R's API samples with its design."""

    table: pd.DataFrame
    design: SurveyDesign

    def numbers(self, column: str) -> np.ndarray:
        """Return a column as numbers; yes is 1."""
        values = self.table[column]
        if values.isin(["Yes", "No", ""]).all():
            return values.eq("Yes").to_numpy(dtype=float)
        return pd.to_numeric(values, errors="coerce").to_numpy(dtype=float)

    def rows(self, domain: str) -> np.ndarray:
        """Return the positions of a school type, or of all."""
        inside = self.table["stype"].eq(domain) if domain != "all" else self.table["stype"].ne("")
        return np.flatnonzero(inside.to_numpy())

    def mean(self, column: str) -> Measure:
        """Return the measure of a mean."""
        values = self.numbers(column)
        present = np.isfinite(values)
        return Measure(column, "mean", "mean", "", np.where(present, values, 0), present)

    def share(self, column: str) -> Measure:
        """Return the measure of the share of yes."""
        values = self.numbers(column)
        return Measure(column, "yes", "share", "share", values, np.isfinite(values))

    def estimate(self, measures: list[Measure], domain: str, statistics: Statistics):
        """Estimate measures in a domain."""
        stacked = stack_measures(measures, self.design.n)
        return estimate_ratios(self.design, stacked, self.rows(domain), statistics)


def read_reference() -> pd.DataFrame:
    """Return R's numbers."""
    table = pd.read_csv(
        HERE / "reference.csv", comment="#", na_values=["NaN"], keep_default_na=False
    )
    return table.assign(domain=table["domain"].astype(str))


def make_samples(reference: pd.DataFrame) -> dict[str, Sample]:
    """Read the samples and make the same designs as ``reference.R``."""
    srs, strat, clus1 = (_read_sample(name) for name in ("apisrs", "apistrat", "apiclus1"))
    sizes = {"E": 4421.0, "H": 755.0, "M": 1018.0}

    def design(table: pd.DataFrame, **options: object) -> Sample:
        weights = pd.to_numeric(table["pw"]).to_numpy()
        return Sample(table, SurveyDesign.make(weights, **options))  # type: ignore[arg-type]

    clustered = design(clus1, clusters=clus1["dnum"], population=757.0)
    return {
        "srs": design(srs, population=6194.0),
        "weighted": design(strat),
        "strat": design(strat, strata=strat["stype"], population=sizes),
        "strat_nofpc": design(strat, strata=strat["stype"]),
        "clus1": clustered,
        "poststrat": _raked(clustered, reference, ["stype"]),
        "raked": _raked(clustered, reference, ["stype", "sch.wide"]),
        **_replicated_samples(strat, clus1, reference),
    }


def _replicated_samples(
    strat: pd.DataFrame, clus1: pd.DataFrame, reference: pd.DataFrame
) -> dict[str, Sample]:
    """Make the designs with replicate weights; the rules of the weights are the script's."""
    stated: dict[str, tuple[pd.DataFrame, str, dict[str, object]]] = {
        "jk1": (clus1, "JK1", {}),
        "jk1_mse": (clus1, "JK1", {"mse": True}),
        "jkn": (strat, "JKn", {"rscales": [0.9] * 30}),
        "brr": (strat, "BRR", {}),
        "fay": (strat, "Fay", {"rho": 0.5}),
        "bootstrap": (strat, "bootstrap", {}),
    }
    made = {}
    for name, (table, method, options) in stated.items():
        weights = _replicate_weights(table, method)
        asked = {"columns": "*", "method": method, **options}
        parts = ReplicateWeights.model_validate(asked)
        factors = replicate_factors(parts, weights.shape[1])
        found = Replicates(weights, factors, about_estimate=parts.mse)
        made[name] = Sample(table, replace(SurveyDesign.make(_weights(table)), replicates=found))
    return made | {"jk1_raked": _raked_again(made["jk1"], reference)}


def _weights(table: pd.DataFrame) -> np.ndarray:
    return pd.to_numeric(table["pw"]).to_numpy(dtype=float)


def _replicate_weights(table: pd.DataFrame, method: str) -> np.ndarray:
    """Return n × R replicate weights by the rules of ``reference.R``."""
    w, unit = _weights(table)[:, None], np.arange(1, len(table) + 1)
    if method == "JK1":
        clusters = table["dnum"].to_numpy()
        names = np.unique(clusters)
        return np.where(clusters[:, None] == names, 0, w * len(names) / (len(names) - 1))
    if method == "JKn":
        kind = table["stype"].to_numpy()
        group = (table.groupby("stype").cumcount() + 1).to_numpy() % 10
        parts = [
            np.where(kind != one, w[:, 0], np.where(group == left, 0, w[:, 0] * 10 / 9))
            for one in "EHM"
            for left in range(10)
        ]
        return np.column_stack(parts)
    if method == "bootstrap":
        return w * ((unit[:, None] * np.arange(1, 41) * 7919) % 101 % 3)
    hadamard = np.ones((1, 1))
    for _ in range(4):
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    half = hadamard[:, unit % 8 + 1].T
    side = np.where(unit // 8 % 2 == 0, 1, -1)[:, None]
    return w * (1 + (1 if method == "BRR" else 0.5) * half * side)


def _raked_again(sample: Sample, reference: pd.DataFrame) -> Sample:
    """Rake weights and every replicate to the population's margins."""
    margins = ["stype", "sch.wide"]
    targets = [_population_of(reference, name) for name in margins]
    labels = [sample.table[name].to_numpy(dtype=object) for name in margins]
    shares = [(target / target.sum()).to_dict() for target in targets]

    def fit(weights: np.ndarray) -> np.ndarray:
        raked = rake(weights, labels, shares)
        return raked * (targets[0].sum() / raked.sum())

    old = sample.design.replicates
    assert old is not None
    again = replace(old, weights=np.column_stack([fit(one) for one in old.weights.T]))
    design = SurveyDesign.make(fit(sample.design.weights))
    return Sample(sample.table, replace(design, replicates=again))


def _population_of(reference: pd.DataFrame, name: str) -> pd.Series:
    population = reference[reference["design"].eq("population")]
    return population[population["variable"].eq(name)].set_index("domain")["value"]


def _read_sample(name: str) -> pd.DataFrame:
    path = SHARED / "rsurvey-api" / f"{name}.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _raked(sample: Sample, reference: pd.DataFrame, margins: list[str]) -> Sample:
    targets = [_population_of(reference, name) for name in margins]
    labels = [sample.table[name] for name in margins]
    shares = [(target / target.sum()).to_dict() for target in targets]
    weights = rake(
        sample.design.weights, [label.to_numpy(dtype=object) for label in labels], shares
    )
    weights *= targets[0].sum() / weights.sum()
    raked = SurveyDesign.make(weights, clusters=sample.table["dnum"], population=757.0)
    return Sample(sample.table, raked.calibrate(labels, sample.design.weights))


def compare_r() -> Iterator[Cell]:
    """Compare with every number of ``reference.csv``."""
    reference = read_reference()
    samples = make_samples(reference)
    groups = reference.groupby(["design", "statistic", "variable", "domain"], sort=False)
    for (design, statistic, variable, domain), rows in groups:
        if design == "population" or statistic == "p":
            continue
        compute = COMPUTE.get(str(statistic), _quantile)
        ours = compute(samples[str(design)], str(statistic), str(variable), str(domain))
        for part, theirs in zip(rows["part"], rows["value"], strict=True):
            name = f"{design} {statistic} {variable}@{domain} {part}"
            label = GROUPS.get(str(statistic), str(statistic))
            if samples[str(design)].design.replicates is not None:
                label = f"by replicate weights: {label}"
            yield Cell(_r_source(), label, name, ours[part], float(theirs))
    yield from _compare_adjusted(reference)


def _compare_adjusted(reference: pd.DataFrame) -> Iterator[Cell]:
    table = reference[reference["statistic"].eq("p")].pivot_table(
        index="domain", columns="variable", values="value"
    )
    families = np.zeros(len(table), dtype=int)
    for method in ("holm", "bh"):
        ours = adjust_p(table["raw"].to_numpy(), families, method)  # type: ignore[arg-type]
        for mine, theirs in zip(ours, table[method], strict=True):
            yield Cell(_r_source(), "adjusted p-values", method, float(mine), float(theirs))


def _r_source() -> str:
    lines = (HERE / "reference.csv").read_text(encoding="utf-8").splitlines()[:2]
    return "R survey, computed: " + ", ".join(line.lstrip("# ") for line in lines)


def _mean(sample: Sample, _statistic: str, variable: str, domain: str) -> dict[str, float]:
    found = sample.estimate([sample.mean(variable)], domain, Statistics())
    return {
        "value": float(found.value[0]), "se": float(found.variance[0]) ** 0.5,
        "low": float(found.limits.low[0]), "high": float(found.limits.high[0]),
        "deff": float(found.deff[0]),
    }  # fmt: skip


def _share(sample: Sample, statistic: str, variable: str, domain: str) -> dict[str, float]:
    method = {"beta": "korn-graubard", "logit": "logit"}.get(statistic, "wilson")
    chosen = Statistics(share_interval=method)  # type: ignore[arg-type]
    found = sample.estimate([sample.share(variable)], domain, chosen)
    return {
        "value": float(found.value[0]), "se": float(found.variance[0]) ** 0.5,
        "low": float(found.limits.low[0]), "high": float(found.limits.high[0]),
    }  # fmt: skip


def _quantile(sample: Sample, statistic: str, variable: str, domain: str) -> dict[str, float]:
    found = estimate_quantiles(
        sample.design, sample.numbers(variable), [sample.rows(domain)], Statistics()
    )
    place = [kind.measure for kind in list_quantiles()].index(statistic)
    return {
        "value": float(found.value[0, place]), "low": float(found.low[0, place]),
        "high": float(found.high[0, place]),
    }  # fmt: skip


def _total(sample: Sample, _statistic: str, variable: str, domain: str) -> dict[str, float]:
    rows = sample.rows(domain)
    value, variance = estimate_total(sample.design, sample.numbers(variable), rows=rows)
    return {"value": value, "se": variance**0.5}


def _ratio(sample: Sample, _statistic: str, variable: str, domain: str) -> dict[str, float]:
    above, below = (sample.numbers(name) for name in variable.split("/"))
    base = np.isfinite(above) & np.isfinite(below)
    measure = Measure(variable, "ratio", "ratio", "", above, base, x=below)
    found = sample.estimate([measure], domain, Statistics())
    return {"value": float(found.value[0]), "se": float(found.variance[0]) ** 0.5}


def _difference(sample: Sample, _statistic: str, variable: str, domain: str) -> dict[str, float]:
    inside = sample.rows(domain)
    outside = np.setdiff1d(np.arange(sample.design.n), inside)
    measure = sample.share(variable) if variable == "awards" else sample.mean(variable)
    measures = stack_measures([measure], sample.design.n)
    statistics = Statistics()
    parts = [
        estimate_ratios(sample.design, measures, rows, statistics) for rows in (inside, outside)
    ]
    member = Membership(domain, "type", inside, outside)
    table = contrast_with_rest(
        sample.design, measures, member, inside=parts[0], outside=parts[1], statistics=statistics
    )
    return {"value": float(table["value"].iloc[0]), "se": float(table["se"].iloc[0])}


def _association(sample: Sample, _statistic: str, variable: str, domain: str) -> dict[str, float]:
    return measure_association(
        sample.design, sample.table[variable], sample.table[domain]
    )._asdict()


def _alpha(sample: Sample, _statistic: str, variable: str, _domain: str) -> dict[str, float]:
    items = np.column_stack([sample.numbers(name) for name in variable.split("+")])
    complete = np.isfinite(items).all(axis=1)
    return {"value": cronbach_alpha(items[complete], sample.design.weights[complete])}


COMPUTE: dict[str, Callable[[Sample, str, str, str], dict[str, float]]] = {
    "mean": _mean, "share": _share, "logit": _share, "beta": _share, "wilson": _share,
    "total": _total, "ratio": _ratio, "difference": _difference, "association": _association,
    "alpha": _alpha,
}  # fmt: skip
GROUPS = {
    "mean": "means with SE, limits, design effect", "share": "shares with SE",
    "logit": "logit limits of shares", "beta": "Korn–Graubard limits of shares",
    "wilson": "Wilson limits of shares (prop.test)", "total": "totals with SE",
    "p25": "quartiles with Woodruff limits", "median": "quartiles with Woodruff limits",
    "p75": "quartiles with Woodruff limits", "ratio": "ratios with SE",
    "difference": "differences of domain and rest with SE",
    "association": "Rao–Scott tests", "alpha": "Cronbach's alpha",
}  # fmt: skip


# --- the table -------------------------------------------------------------------------------


def compare_all() -> list[Cell]:
    """Return all cells of all sources."""
    return [
        *compare_masculinity(), *compare_quantipy(), *compare_published_r(), *compare_r(),
    ]  # fmt: skip


def summarise(cells: list[Cell]) -> list[str]:
    """Return the table of agreements as Markdown, one row for each source and group."""
    table = pd.DataFrame(
        {
            "source": [cell.source for cell in cells],
            "group": [cell.group for cell in cells],
            "bad": [not cell.agrees for cell in cells],
            "difference": [cell.difference for cell in cells],
        }
    )
    lines = [
        "| source | what | cells | disagreeing | largest difference |",
        "|---|---|---:|---:|---:|",
    ]
    for (source, group), part in table.groupby(["source", "group"], sort=False):
        worst = part["difference"].max()
        lines.append(f"| {source} | {group} | {len(part)} | {part['bad'].sum()} | {worst:.1e} |")
    return lines


def last_line(cells: list[Cell]) -> str:
    """Return the sum of all: ``cells N, disagreeing N, largest difference D``."""
    bad = sum(not cell.agrees for cell in cells)
    worst = max(cell.difference for cell in cells)
    return f"cells {len(cells)}, disagreeing {bad}, largest difference {worst:.1e}"


def write_document(cells: list[Cell]) -> None:
    """Write ``docs/agreement.md``."""
    head = [
        "# Agreement with others' numbers",
        "",
        "Written by `make agreement` (`tests/agreement/run.py`). Each cell is a number that",
        "somebody else computed or published, beside ours from the same data. A difference is",
        "relative where the number is above 1, else absolute; where numbers are published",
        f"rounded, it is what rounding does not explain. A cell agrees within {TOLERANCE:g}.",
        "",
        "Not compared: after calibration, the Korn–Graubard and Woodruff limits of domains, where",
        "R takes the number of all respondents for that of the domain. R's `school` rule of",
        "quantiles is replaced in the script by the definition that it names (Hyndman and Fan's",
        "second): it misses ties between sums of raked weights, and never returns the smallest",
        "value. What R prints is compared within one unit of the last digit, since it prints",
        "23.92049 as 23.921.",
        "",
    ]
    text = "\n".join([*head, *summarise(cells), "", f"In all: {last_line(cells)}.", ""])
    DOCUMENT.write_text(text, encoding="utf-8")


def main() -> int:
    """Compare, write the document, print the table; 1 where a cell disagrees."""
    if not SHARED.is_dir():
        print("the data of others are not here: ../shared/data is missing")  # noqa: T201
        return 2
    cells = compare_all()
    write_document(cells)
    for cell in cells:
        if not cell.agrees:
            print(f"{cell.name}: ours {cell.ours!r}, theirs {cell.theirs!r}")  # noqa: T201
    print("\n".join(summarise(cells)))  # noqa: T201
    print(last_line(cells))  # noqa: T201
    return int(any(not cell.agrees for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
