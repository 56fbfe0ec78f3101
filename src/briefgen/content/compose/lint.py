"""Checks of templates and composed documents: every number has a source.

In: a study's templates and texts, or a composed document. Out: `Problem`s with file and line. A
number in running text has to come from evidence (``{{ value(…) }}``) or be marked by its author as
plain (``{{ plain("2017") }}`` in a template, ``[2017]{.plain}`` in a text).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import jinja2
from jinja2 import nodes

from briefgen.config.settings import Settings
from briefgen.content.compose.refs import check_ref
from briefgen.content.compose.templates import (
    JINJA_NAMES,
    TEMPLATE_NAMES,
    guard_template,
    make_environment,
    template_folders,
)
from briefgen.content.compose.text import FRONT, blank, running_text
from briefgen.content.language import Locale
from briefgen.errors import (
    Problem,
    SettingsError,
    TemplateError,
    UnknownNameError,
    find_line,
    suggest,
)
from briefgen.model import Text

MARKED: Final = re.compile(r"\[((?:[^\[\]\\]|\\.)*)\]\{\.(?:ev|claim|plain)[^{}]*\}")
COMMENT: Final = re.compile(r"\{##.*?##\}", re.DOTALL)
JINJA: Final = re.compile(r"\{\{(?!<).*?\}\}|\{%.*?%\}", re.DOTALL)
LIST_NUMBER: Final = re.compile(
    r"^\s*(?:>\s*)?(?:\(?\d+[.)]|#{1,6}\s+\d+(?:\.\d+)*\.?)\s", re.MULTILINE
)
REFERENCE: Final = re.compile(r"\[?-?@[A-Za-z][\w:.-]*(?:,[^\]]*)?\]?|\[\^[^\]]*\]")
NUMBER: Final = re.compile(
    r"(?<![\w&])[+−-]?\d+(?:[.,:/–-]\d+)*(?:[\s\u00a0\u202f]?%)?|[\u00bc-\u00be\u2150-\u215e]"
)
FORMULA: Final = re.compile(
    r"(?<![\\$])(\$\$.+?\$\$|\$(?=[^\s$])[^$]*?(?<=[^\s\\$])\$(?!\d))", re.DOTALL
)
VARIABLE: Final = re.compile(r"(?<![A-Za-z\\])[A-Za-z]|\\[A-Za-z]+")
"""What makes a formula of digits and signs: a letter that stands for something, or a command."""
SCRIPT: Final = re.compile(r"(?<=[^\W\d_])(~\d+~|\^[+−-]?\d+\^)")
"""A number set low or high behind a letter: H~2~O, km^2^."""
ENTITY: Final = re.compile(r"&#(?:\d+|[xX][\da-fA-F]+);")
CAPTION: Final = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
SAID_IN_ATTRIBUTES: Final = re.compile(
    r"(?:title|fig-alt|fig-cap|tbl-cap|alt)=(\"[^\"]*\"|'[^']*')"
)
SAID_IN_FRONT: Final = re.compile(
    r"^(?:title|subtitle|pagetitle|abstract|description|summary):(.*(?:\n[ \t]+.*)*)", re.MULTILINE
)
REF_FUNCTIONS: Final = frozenset(
    {"value", "interval", "n", "statement", "compare", "tile_map", "figure", "table"}
)
PRINTED: Final = (
    nodes.BinExpr, nodes.UnaryExpr, nodes.Concat, nodes.Filter, nodes.CondExpr,
)  # fmt: skip
"""Expressions that hand on what they are made of."""
REMEDY: Final = 'take it from evidence with {{ value("…") }}, or mark it with {{ plain("…") }}'


# --- numbers --------------------------------------------------------------------------------


def lint_numbers(document: Path | str) -> list[Problem]:
    """Report the numbers in a composed document that come from nowhere.

    Parameters
    ----------
    document
        A composed folder, a ``.qmd`` file, or the text itself.
    """
    if isinstance(document, Path):
        path = document / "document.qmd" if document.is_dir() else document
        return _numbers(path.read_text(encoding="utf-8"), path.name)
    return _numbers(document, "document.qmd")


def _numbers(text: str, file: str, remedy: str = REMEDY) -> list[Problem]:
    body = _unmarked(blank(FRONT, ENTITY.sub(_as_sign, text)))
    return [
        Problem(
            file, find_line(body, match.start()), "",
            f"the number {match[0].strip()!r} stands in the running text without a source", remedy,
        )
        for match in NUMBER.finditer(body)
    ]  # fmt: skip


def _unmarked(text: str) -> str:
    """Return the running text without what is marked; line breaks stay where they are."""
    before = ""
    while before != text:
        before, text = text, blank(MARKED, text)
    text = FORMULA.sub(_blank_formula, running_text(text))
    for pattern in (SCRIPT, REFERENCE, LIST_NUMBER):
        text = blank(pattern, text)
    return text


def _as_sign(entity: re.Match[str]) -> str:
    """Return the sign that an entity prints: its own number is none, but it may be a digit."""
    sign = html.unescape(entity[0])
    return sign if sign.isalnum() else " "


def _blank_formula(found: re.Match[str]) -> str:
    """Blank a formula; what has no letter in it is a number between dollar signs."""
    if not VARIABLE.search(found[0]):
        return found[0]
    return "\n" * found[0].count("\n") or " "


def _template_text(source: str) -> str:
    """Return a template with all that Jinja makes taken out."""
    return blank(JINJA, blank(COMMENT, source))


# --- templates ------------------------------------------------------------------------------


def lint_templates(settings: Settings) -> list[Problem]:
    """Report what is wrong with templates and texts before anything is composed.

    Templates: syntax, names that do not exist, variables and measures that the codebook does not
    have, interface texts without translation, numbers without a source. Texts of ``study.yml``
    and of the recommendations: numbers that are not marked.
    """
    environment = make_environment(template_folders(settings))
    problems = []
    for name in sorted(environment.list_templates()):
        if name.endswith(".qmd"):
            problems += _lint_template(environment, name, settings)
    return [*problems, *_lint_texts(settings)]


def _lint_template(environment: jinja2.Environment, name: str, settings: Settings) -> list[Problem]:
    assert environment.loader is not None  # noqa: S101 - make_environment sets it
    file = f"reports/{name}"
    try:
        source = environment.loader.get_source(environment, name)[0]
    except TemplateError as error:
        return [Problem(error.where or file, None, "", error.message, error.hint or "")]
    problems = _template_numbers(_template_text(source), file)
    try:
        tree = _parse(environment, source, name)
    except TemplateError as error:
        place = (error.where or "").rpartition(":")[2]
        row = int(place) if place.isdigit() else None
        return [*problems, Problem(file, row, "", error.message, error.hint or "")]
    locales = [Locale(settings, language) for language in settings.languages]
    problems += _lint_names(tree, file)
    problems += _lint_literals(tree, file)
    for call in tree.find_all(nodes.Call):
        problems += _lint_call(call, file, settings, locales)
    return problems


def _template_numbers(text: str, file: str) -> list[Problem]:
    """Report numbers in what an author typed: text, captions, titles, alternative texts."""
    said = [_only(pattern, text) for pattern in (CAPTION, SAID_IN_ATTRIBUTES)]
    front = FRONT.match(text)
    if front:
        said.append(_only(SAID_IN_FRONT, front[0]))
    found = [problem for part in (text, *said) for problem in _numbers(part, file)]
    return sorted(found, key=lambda problem: problem.row or 0)


def _only(pattern: re.Pattern[str], text: str) -> str:
    """Return what the first group of a pattern holds, on the lines where it stands."""
    kept: list[str] = []
    done = 0
    for match in pattern.finditer(text):
        kept += ["\n" * text.count("\n", done, match.start(1)), " ", match[1]]
        done = match.end(1)
    return "".join(kept)


def _lint_literals(tree: nodes.Template, file: str) -> Iterator[Problem]:
    """Report numbers that an author typed into what Jinja prints: ``{{ "41 %" }}``."""
    typed = {
        node.target.name: node.node
        for node in tree.find_all(nodes.Assign)
        if isinstance(node.target, nodes.Name)
    }
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            if not isinstance(part, nodes.TemplateData):
                for literal in _printed_literals(part, typed, frozenset()):
                    yield Problem(
                        file, part.lineno, "",
                        f"the number {literal!r} is typed into what the template prints", REMEDY,
                    )  # fmt: skip


def _printed_literals(
    node: nodes.Node, typed: Mapping[str, nodes.Node], seen: frozenset[str]
) -> Iterator[str]:
    """Yield literals with digits that an expression prints; what is called makes its own text."""
    if isinstance(node, nodes.Const):
        if not isinstance(node.value, bool) and NUMBER.search(str(node.value)):
            yield str(node.value)
    elif isinstance(node, nodes.TemplateData):
        if NUMBER.search(_unmarked(node.data)):
            yield node.data
    elif isinstance(node, nodes.Name):
        if node.name in typed and node.name not in seen:
            yield from _printed_literals(typed[node.name], typed, seen | {node.name})
    elif isinstance(node, PRINTED):
        shown = [node.expr1, node.expr2] if isinstance(node, nodes.CondExpr) else [*_parts(node)]
        for part in shown:
            if part is not None:
                yield from _printed_literals(part, typed, seen)


def _parts(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield what an expression is made of; of a filter only what it is applied to."""
    if isinstance(node, nodes.Filter):
        if node.node is not None:
            yield node.node
        return
    yield from node.iter_child_nodes()


def _parse(environment: jinja2.Environment, source: str, name: str) -> nodes.Template:
    parsed: list[nodes.Template] = []

    def parse() -> str:
        parsed.append(environment.parse(source, name))
        return ""

    guard_template(environment, name, parse)
    return parsed[0]


def _lint_names(tree: nodes.Template, file: str) -> Iterator[Problem]:
    stored = {node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param")}
    stored |= {macro.name for macro in tree.find_all(nodes.Macro)}
    known = {*TEMPLATE_NAMES, *stored, *JINJA_NAMES, "loop", "caller", "varargs", "kwargs"}
    for node in tree.find_all(nodes.Name):
        if node.ctx == "load" and node.name not in known:
            yield Problem(
                file, node.lineno, "", f"there is nothing called {node.name!r}",
                suggest(node.name, sorted(known)),
            )  # fmt: skip


def _lint_call(
    call: nodes.Call, file: str, settings: Settings, locales: list[Locale]
) -> Iterator[Problem]:
    if not isinstance(call.node, nodes.Name) or not call.args:
        return
    first = call.args[0]
    if call.node.name == "_" and isinstance(first, nodes.Const):
        yield from _lint_message(str(first.value), file, call.lineno, locales)
    if call.node.name in REF_FUNCTIONS:
        for ref in _constants(first):
            try:
                check_ref(settings, ref)
            except UnknownNameError as error:
                yield Problem(file, call.lineno, "", error.message, error.hint or "")


def _constants(node: nodes.Expr) -> list[str]:
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, (nodes.List, nodes.Tuple)):
        return [ref for item in node.items for ref in _constants(item)]
    return []


def _lint_message(message: str, file: str, row: int, locales: list[Locale]) -> Iterator[Problem]:
    for locale in locales:
        try:
            locale.catalogue.text(message)
        except SettingsError as error:
            yield Problem(file, row, "", error.message, error.hint or "")


# --- texts of the study ---------------------------------------------------------------------


def _lint_texts(settings: Settings) -> list[Problem]:
    """Report unmarked numbers in the running texts of the study and its recommendations."""
    info = settings.info
    texts: list[tuple[str, Text | None]] = [("limits", info.limits)]
    texts += [(f"texts.{name}", text) for name, text in info.texts.items()]
    for audience in info.audiences:
        texts += [(f"audiences.{audience.code}.lead", audience.lead)]
        texts += [(f"audiences.{audience.code}.ask", audience.ask)]
    texts += [(f"topics.{topic.code}.intro", topic.intro) for topic in info.topics]
    texts += [(f"topics.{topic.code}.conclusion", topic.conclusion) for topic in info.topics]
    texts += [(f"messages.{place}.text", one.text) for place, one in enumerate(info.messages)]
    for name, organisation in (("institute", info.institute), ("commissioner", info.commissioner)):
        texts.append((f"{name}.portrait", organisation.portrait if organisation else None))
    problems = [
        problem
        for column, text in texts
        if text is not None
        for problem in _lint_text(text, "data/study.yml", None, column)
    ]
    return [*problems, *_lint_recommendations(settings)]


def _lint_recommendations(settings: Settings) -> Iterator[Problem]:
    from briefgen.config.recommendations import read_recommendations  # noqa: PLC0415

    for one in read_recommendations(settings)[0]:
        yield from _lint_text(one.text, one.file, one.line, f"{one.code}.text")


def _lint_text(text: Text, file: str, row: int | None, column: str) -> Iterator[Problem]:
    for language in text:
        for problem in _numbers(text[language], file, "mark it as the author's: [2017]{.plain}"):
            place = f"{column}.{language}" if language else column
            yield Problem(file, row, place, problem.rule, problem.remedy)
