"""The frames that sentences are filled into: ids of messages, by what is said.

Frames come in pairs, for one and for many, since "1% says" and "1 % gibt an" stand in the
singular. Where a frame has several wordings, sentences that follow one another take turns.
Translations stand in the catalogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Pair = tuple[str, str]

FRAMES: Final[Mapping[str, tuple[Pair, ...]]] = {
    "that": (
        ("{Where}, {value} {asked} says that {that}", "{Where}, {value} {asked} say that {that}"),
        (
            "{value} {asked} {where} says that {that}",
            "{value} {asked} {where} say that {that}",
        ),
        (
            "{Where}, {value} {asked} states that {that}",
            "{Where}, {value} {asked} state that {that}",
        ),
    ),
    "title that": (("{Where}, {value} says that {that}", "{Where}, {value} say that {that}"),),
    "option": (
        (
            "{Where}, {value} {asked} answers {option} on {label}",
            "{Where}, {value} {asked} answer {option} on {label}",
        ),
        (
            "On {label}, {value} {asked} {where} answers {option}",
            "On {label}, {value} {asked} {where} answer {option}",
        ),
    ),
    "named": (
        (
            "{Where}, {value} {asked} names {option} ({question})",
            "{Where}, {value} {asked} name {option} ({question})",
        ),
        (
            "{value} {asked} {where} mentions {option} ({question})",
            "{value} {asked} {where} mention {option} ({question})",
        ),
    ),
    "class": (
        (
            "{Where}, {value} {asked} is in the class {option} ({question})",
            "{Where}, {value} {asked} are in the class {option} ({question})",
        ),
    ),
    "ranked": (
        (
            "{Where}, {value} {asked} ranks {option} first ({question})",
            "{Where}, {value} {asked} rank {option} first ({question})",
        ),
    ),
    "mean": (
        (
            "{Where}, the average for {label} is {value}",
            "{Where}, the average for {label} is {value}",
        ),
    ),
    "score": (
        (
            "{Where}, the average for {label} is {value} on a scale from {lowest} to {highest}",
            "{Where}, the average for {label} is {value} on a scale from {lowest} to {highest}",
        ),
    ),
    "median": (
        (
            "{Where}, the median for {label} is {value}",
            "{Where}, the median for {label} is {value}",
        ),
    ),
    "p25": (
        (
            "{Where}, a quarter of the answers on {label} are at {value} or below",
            "{Where}, a quarter of the answers on {label} are at {value} or below",
        ),
    ),
    "p75": (
        (
            "{Where}, three quarters of the answers on {label} are at {value} or below",
            "{Where}, three quarters of the answers on {label} are at {value} or below",
        ),
    ),
    "total": (
        (
            "{Where}, the answers on {label} add up to {value}",
            "{Where}, the answers on {label} add up to {value}",
        ),
    ),
    "rank": (
        (
            "{Where}, {option} is at rank {value} on average ({question})",
            "{Where}, {option} is at rank {value} on average ({question})",
        ),
    ),
    "answers": (
        (
            "{Where}, there is {value} answer on {label}",
            "{Where}, there are {value} answers on {label}",
        ),
    ),
    "missing": (
        (
            "{Where}, {value} of those asked gives no answer on {label}",
            "{Where}, {value} of those asked give no answer on {label}",
        ),
    ),
    "rate": (
        (
            "{Where}, {value} of those invited took part",
            "{Where}, {value} of those invited took part",
        ),
    ),
    "invited": (
        ("{Where}, {value} was invited to take part", "{Where}, {value} were invited to take part"),
    ),
    "took part": (("{Where}, {value} took part", "{Where}, {value} took part"),),
    "other": (("{Where}, {label} is {value}", "{Where}, {label} is {value}"),),
}

HOME_FRAMES: Final[Mapping[str, tuple[Pair, ...]]] = {
    "that": (
        ("{value} {asked} says that {that}", "{value} {asked} say that {that}"),
        ("{value} {asked} states that {that}", "{value} {asked} state that {that}"),
    ),
    "option": (
        (
            "{value} {asked} answers {option} on {label}",
            "{value} {asked} answer {option} on {label}",
        ),
    ),
    "named": (
        (
            "{value} {asked} names {option} ({question})",
            "{value} {asked} name {option} ({question})",
        ),
        (
            "{value} {asked} mentions {option} ({question})",
            "{value} {asked} mention {option} ({question})",
        ),
    ),
    "ranked": (
        (
            "{value} {asked} ranks {option} first ({question})",
            "{value} {asked} rank {option} first ({question})",
        ),
    ),
    "mean": (("The average for {label} is {value}", "The average for {label} is {value}"),),
    "score": (
        (
            "The average for {label} is {value} on a scale from {lowest} to {highest}",
            "The average for {label} is {value} on a scale from {lowest} to {highest}",
        ),
    ),
    "median": (("The median for {label} is {value}", "The median for {label} is {value}"),),
    "rate": (("{value} of those invited took part", "{value} of those invited took part"),),
    "took part": (("{value} respondent took part", "{value} respondents took part"),),
}
"""Frames for values of the place that the whole document is about: they need not name it."""

CASE_FRAMES: Final[Mapping[str, Pair]] = {
    "factor cases": (
        "{factor} is a subject in {value} {in_cases}",
        "{factor} is a subject in {value} {in_cases}",
    ),
    "factor interviews": (
        "{factor} is a subject in {value} interview",
        "{factor} is a subject in {value} interviews",
    ),
    "factor success": (
        "{factor} is a factor of success in {value} interview",
        "{factor} is a factor of success in {value} interviews",
    ),
    "factor challenge": (
        "{factor} is a challenge in {value} interview",
        "{factor} is a challenge in {value} interviews",
    ),
    "factor role": (
        "{factor} is a subject in {value} interview with {role}",
        "{factor} is a subject in {value} interviews with {role}",
    ),
    "all cooccurrence": (
        "{factor} and {other} come up together in {value} interview",
        "{factor} and {other} come up together in {value} interviews",
    ),
    "in cases": ("in {value} {in_cases}", "in {value} {in_cases}"),
    "in interviews": ("in {value} interview", "in {value} interviews"),
    "all cases": ("The study covers {value} {cases}", "The study covers {value} {cases}"),
    "all interviews": ("{value} interview was held", "{value} interviews were held"),
    "other": ("{label}: {value}", "{label}: {value}"),
}

CODING: Final[Mapping[str, str]] = {
    "alpha": (
        "Independently of one another, coders assigned factors to {n} passages;"
        " Krippendorff’s alpha is {value}"
    ),
    "kappa": (
        "Independently of one another, coders assigned factors to {n} passages; Cohen’s kappa is"
        " {value}"
    ),
}

PANEL_FRAMES: Final[Mapping[str, Pair]] = {
    "agreement share": (
        "{value} of the experts agrees with {statement}",
        "{value} of the experts agree with {statement}",
    ),
    "importance share": (
        "{value} of the experts thinks important: {statement}",
        "{value} of the experts think important: {statement}",
    ),
    "feasibility share": (
        "{value} of the experts thinks feasible: {statement}",
        "{value} of the experts think feasible: {statement}",
    ),
    "median": (
        "The experts rate {statement} at {value} on a scale from {low} to {high} ({dimension})",
        "The experts rate {statement} at {value} on a scale from {low} to {high} ({dimension})",
    ),
    "consensus agreement": (
        "The experts are agreed on {statement} and support it",
        "The experts are agreed on {statement} and support it",
    ),
    "consensus disagreement": (
        "The experts are agreed on {statement} and reject it",
        "The experts are agreed on {statement} and reject it",
    ),
    "consensus agreement else": (
        "The experts are agreed and rate {statement} high ({dimension})",
        "The experts are agreed and rate {statement} high ({dimension})",
    ),
    "consensus disagreement else": (
        "The experts are agreed and rate {statement} low ({dimension})",
        "The experts are agreed and rate {statement} low ({dimension})",
    ),
    "consensus none": (
        "The experts are not agreed on {statement}",
        "The experts are not agreed on {statement}",
    ),
    "statistic": (
        "{statistic}, ratings of {statement} ({dimension}): {value}",
        "{statistic}, ratings of {statement} ({dimension}): {value}",
    ),
    "kendall_w": (
        "Agreement among the experts ({dimension}): Kendall’s W is {value}",
        "Agreement among the experts ({dimension}): Kendall’s W is {value}",
    ),
    "experts": ("{value} expert took part", "{value} experts took part"),
    "other": ("{label}: {value}", "{label}: {value}"),
}

PANEL_STATISTICS: Final[Mapping[str, str]] = {
    "q1": "Lower quartile",
    "q3": "Upper quartile",
    "iqr": "Interquartile range",
    "n": "Number of experts",
    "dont_know": "Share of “don’t know”",
    "change": "Median change since the first round",
    "iqr_change": "Change of the interquartile range since the first round",
}
"""What a statistic of the panel is called at the head of a sentence."""

TAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "count higher": ("more than {elsewhere}", "a larger share than {elsewhere}"),
    "count lower": ("fewer than {elsewhere}", "a smaller share than {elsewhere}"),
    "count same": ("no clear difference from {elsewhere}",),
    "size higher": ("higher than {elsewhere}",),
    "size lower": ("lower than {elsewhere}",),
    "size same": ("no clear difference from {elsewhere}",),
}

COMPARISONS: Final[Mapping[str, str]] = {
    "different": "{Where}, {what} is {more} than {elsewhere}",
    "same": "{Where}, {what} is {more} from {elsewhere}",
    "with nation": "{head}: {value} against {other} {whole}",
    "alone": "{head}: {value}",
    "since higher": "{Where}, {what} has risen by {points} since {edition}, to {value}",
    "since higher from": "{Where}, {what} has risen from {before} to {value} since {edition}",
    "since lower": "{Where}, {what} has fallen by {points} since {edition}, to {value}",
    "since lower from": "{Where}, {what} has fallen from {before} to {value} since {edition}",
    "since same": "{Where}, {what} has not clearly changed since {edition}: {value}",
}

TITLES: Final[Mapping[str, str]] = {
    "own": "{Where}, {rest}",
    "that": "{Where}, {more} than elsewhere say that {that}",
    "option": "{Where}, {more} than elsewhere answer {option} on {label}",
    "named": "{Where}, {more} than elsewhere name {option}",
    "class": "{Where}, {more} than elsewhere are in the class {option} ({question})",
    "ranked": "{Where}, {more} than elsewhere rank {option} first",
    "value": "{Where}, {label} is {more} than elsewhere",
    "imprecise": "{Where}, the answers are too uncertain for findings of its own",
    "too few": "{Where}, there are too few answers for findings of its own",
}

MORE_WORD: Final[Mapping[str, str]] = {
    "higher": "higher",
    "lower": "lower",
    "same": "not clearly different",
}
MORE_RESPONDENTS: Final[Mapping[str, str]] = {
    "higher": "more respondents",
    "lower": "fewer respondents",
}
