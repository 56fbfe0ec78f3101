"""Jinja2 for Quarto documents: delimiters, loading, and errors that name their place.

In: template files, the study's before the defaults. Out: rendered Markdown, or a `TemplateError`
with template, line, what was asked for and what there is.

Three things differ from plain Jinja2: comments are ``{## … ##}``, since ``{#`` begins an
identifier in Pandoc's Markdown; Quarto's shortcodes ``{{< … >}}`` pass through untouched, save for
``{{< include … >}}``, which includes the file; and whatever is not there is an error.

Templates are not trusted. They see the views that they are given and nothing behind them
(`Sandbox`), and other templates, whose real path lies in a folder of templates (`ConfinedLoader`).
"""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import singledispatch
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import jinja2
from jinja2.ext import Extension
from jinja2.filters import do_format, do_indent
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from briefgen.config.defaults import defaults_folder
from briefgen.config.settings import Settings
from briefgen.content.compose.origins import Origins, Tracer
from briefgen.content.language.context import Finding
from briefgen.errors import BriefgenError, TemplateError, find_line, suggest

SHORTCODE: Final = re.compile(
    r"\{\{\{+<.*?>\}\}\}+"  # one that is shown, not run
    r"|^[ \t]*(?:`{3,}|~{3,})[ \t]*\{\{+(?:python|r|julia|ojs|mermaid|dot|bash|sql)\b[^{}\n]*\}\}+"
    r"|\{\{<\s*(?P<body>.*?)\s*>\}\}",
    re.DOTALL | re.MULTILINE,
)
"""What Jinja2 has to leave alone: shortcodes, and the first lines of cells that are shown."""
COMMENT: Final = re.compile(r"\{##.*?##\}", re.DOTALL)
OPEN_SHORTCODE: Final = re.compile(r"(?<![\"'])\{\{<(?:(?!>\}\}).)*?(?=\n\s*\n|\Z)", re.DOTALL)
INCLUDE: Final = re.compile(r"include\s+[\"']?([^\"']+?)[\"']?")
LITERAL: Final = re.compile(
    r"""\{\{-?\s*(["'])((?:(?!\1).)*?\{\{<(?:(?!\1).)*?>\}\}(?:(?!\1).)*?)\1\s*-?\}\}""", re.DOTALL
)
"""An expression that is a text with a shortcode in it, which is printed as it stands."""
RAW: Final = re.compile(r"(\{%[-+]?\s*raw\s*-?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\})", re.DOTALL)
RAW_END: Final = re.compile(r"(?<=[^\s])([ \t]*\{%\s*endraw)\s*%\}\Z")
"""The end of a raw block on a line with other text."""


class Shortcodes(Extension):
    """Keep Quarto's shortcodes out of Jinja's hands."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Protect shortcodes, outside of raw blocks; line numbers stay."""
        del filename
        source = LITERAL.sub(r"{%+ raw %}\2{% endraw +%}", source)
        parts = RAW.split(source)
        for number, part in enumerate(parts[::2]):
            before = "".join(parts[: 2 * number])
            _refuse_open(part, name, find_line(before, len(before)))
        parts[::2] = [SHORTCODE.sub(_protect, part) for part in parts[::2]]
        parts[1::2] = [RAW_END.sub(r"\1 +%}", part) for part in parts[1::2]]
        return "".join(parts)


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _refuse_open(part: str, name: str | None, first: int) -> None:
    """Raise `TemplateSyntaxError` if a shortcode does not end in its paragraph."""
    found = OPEN_SHORTCODE.search(COMMENT.sub(_blank, part))
    if found:
        raise jinja2.TemplateSyntaxError(
            f"the shortcode {found[0].splitlines()[0][:40]} is never closed|end it with >}}}}",
            first + find_line(part, found.start()) - 1,
            name,
        )


def _protect(match: re.Match[str]) -> str:
    # the signs of plus keep the blanks before it and the line's end: `trim_blocks` takes those;
    # behind an included text its last line ends, as Quarto has it
    include = INCLUDE.fullmatch(match["body"] or "")
    if include:
        return f'{{% include "{include[1]}" %}}{{{{ "\\n" }}}}'
    return f"{{%+ raw %}}{match[0]}{{% endraw +%}}"


class Unknown(jinja2.StrictUndefined):
    """What a template asked for and is not there; every use of it is an error."""

    @property
    def _undefined_message(self) -> str:
        name = str(self._undefined_name)
        if self._undefined_obj is jinja2.utils.missing:
            return f"there is nothing called {name!r}|{suggest(name, TEMPLATE_NAMES)}"
        known = [item for item in _attributes(self._undefined_obj) if not item.startswith("_")]
        return f"there is no {name!r} here|{suggest(name, known)}"


OPEN_MODULES: Final = frozenset(
    {
        "builtins", "datetime", "jinja2.runtime", "jinja2.utils", "markupsafe",
        "briefgen.content.compose.lines", "briefgen.content.compose.method",
        "briefgen.content.compose.views",
    }
)  # fmt: skip
"""Where the types of values live whose attributes a template may ask for."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Let templates ask for parts of plain values and of views, and of nothing else.

    Jinja's own sandbox closes what begins with ``_``; a model of the settings has public methods
    that read files or unpickle what they are given.
    """

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may read an attribute."""
        is_open = isinstance(obj, Finding) or type(obj).__module__ in OPEN_MODULES
        return is_open and super().is_safe_attribute(obj, attr, value)

    def call(self, context: Any, obj: Any, *arguments: Any, **named: Any) -> Any:
        """Call what a template calls, unless it would only make a text long."""
        if getattr(obj, "__name__", "") in PADDING:
            for argument in (*arguments, *named.values()):
                refuse_long(argument)
        return super().call(context, obj, *arguments, **named)

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Multiply numbers, and repeat texts and lists within limits."""
        sizes = [len(part) for part in (left, right) if isinstance(part, (str, list, tuple))]
        numbers = [abs(part) for part in (left, right) if isinstance(part, (int, float))]
        if sizes and numbers:
            refuse_long(max(sizes) * max(numbers))
        if operator == "**" and len(numbers) == len((left, right)):
            refuse_long(numbers[1])
        return super().call_binop(context, operator, left, right)


PADDING: Final = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "do_center"})
"""Methods of texts that fill them up to a length."""
MOST_LETTERS: Final = 1_000_000
"""Longest text that one expression of a template may make by filling or repeating."""
LONGEST_DOCUMENT: Final = 20_000_000
"""Most letters of a composed document."""
SECONDS: Final = 300
"""Most that a template may take; a report of 80 pages takes about ten, on a busy machine more."""


def refuse_long(length: Any) -> None:
    """Raise `TemplateError` if a template asks for more than any document needs."""
    if isinstance(length, (int, float)) and length > MOST_LETTERS:
        raise TemplateError(
            f"this would make a text of {length:.0f} letters",
            hint=f"at most {MOST_LETTERS} are made at once",
        )


def _center(value: str, width: int = 80) -> str:
    refuse_long(width)
    return str(value).center(width)


def _indent(value: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
    refuse_long(width if isinstance(width, int) else len(width))
    return do_indent(value, width, first, blank)


def _format(value: str, *arguments: Any, **named: Any) -> str:
    for digits in re.findall(r"\d+", value):
        refuse_long(int(digits[:9]))
    return do_format(value, *arguments, **named)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End what takes too long, where the system can: in the main thread, not on Windows.

    A worker that hangs in a library is ended from outside (`pipeline.work.pool`).
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer") or signal.getitimer(signal.ITIMER_REAL)[0]:
        yield
        return

    def stop(_number: int, _frame: object) -> None:
        raise TemplateError(
            f"the template took longer than {seconds:g} s and was stopped",
            hint="look for loops in loops, and for very long lists",
        )

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class ConfinedLoader(jinja2.FileSystemLoader):
    """Load templates whose real path lies in their folder; links that lead out are refused."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, or raise `TemplateError` if it lies elsewhere or is huge."""
        for root in self.searchpath:
            path = Path(root).joinpath(*split_template_path(template))
            if _is_there(path):
                check_inside(path, Path(root), f"reports/{template}")
                _check_text(path.read_bytes(), f"reports/{template}")
                break
        return super().get_source(environment, template)


def _check_text(content: bytes, where: str) -> None:
    """Raise `TemplateError`, with the line, if a template is no text in UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TemplateError(
            "the template is not UTF-8", where=f"{where}:{line}", hint="save it as UTF-8"
        ) from None
    zero = content.find(b"\0")
    if zero >= 0:
        line = content.count(b"\n", 0, zero) + 1
        raise TemplateError(
            "a character that no text has (NUL) stands in the template",
            where=f"{where}:{line}",
            hint="take it out; was the file cut off, or saved as UTF-16?",
        )


def _is_there(path: Path) -> bool:
    """Whether a template's file is there; what no file can be called is not."""
    try:
        return path.is_file()
    except OSError:
        return False


def check_inside(path: Path, root: Path, where: str) -> None:
    """Raise `TemplateError` if the real path of a template's file does not lie in its folder."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise TemplateError(
            "the file is a link that leads out of the folder of templates",
            where=where,
            hint="put a copy of the file in its place",
        )
    if path.stat().st_size > LARGEST_FILE:
        raise TemplateError(
            f"the file has more than {LARGEST_FILE // 1_000_000} MB",
            where=where,
            hint="templates carry text and pictures; publish the rest as data",
        )


LARGEST_FILE: Final = 20_000_000
"""Largest file that templates carry, in bytes."""

TEMPLATE_NAMES: Final = (
    "doc", "study", "called", "method", "regions", "region_types", "topics", "audiences",
    "statements", "cases",
    "factors", "value", "interval", "n", "statement", "compare", "coverage", "published", "title",
    "key_messages", "findings", "headline_numbers", "figure", "table", "quotes", "case_box",
    "comments", "cooccurrences", "coding_agreement", "recommendations", "has_advice", "panel_table",
    "factor_matrix", "consensus_plot", "priority_map", "tile_map", "spine_chart", "changes",
    "about_evidence", "how_to_cite", "has", "question_of", "count", "pair", "regions_shown",
    "panel_findings", "case_findings", "list_words", "_", "plain", "weak_numbers", "self_checks",
    "advice_note", "advice_titles", "synthesis", "tier_of", "messages",
)  # fmt: skip
"""All names that a template may use; docs/templates.md describes them."""

JINJA_NAMES: Final = ("range", "dict", "namespace")
"""What Jinja2 itself offers to templates."""


def _attributes(thing: object) -> list[str]:
    if isinstance(thing, Mapping):
        return [str(key) for key in thing]
    return [name for name in dir(thing) if not callable(getattr(type(thing), name, None))]


def template_folders(settings: Settings, templates: Path | None = None) -> tuple[Path, ...]:
    """Return the folders that templates are looked for in, the study's first.

    Raises
    ------
    TemplateError
        If ``reports`` is a link that leads elsewhere, such as to ``data``.
    """
    own = templates or settings.folder / "reports"
    if (
        templates is None
        and own.is_dir()
        and own.resolve() != settings.folder.resolve() / "reports"
    ):
        raise TemplateError(
            "the folder is a link that leads elsewhere",
            where="reports",
            hint="put a copy of the templates in its place",
        )
    return tuple(dict.fromkeys(path for path in (own, default_templates()) if path.is_dir()))


def default_templates() -> Path:
    """Return the folder of the templates that come with briefgen."""
    return defaults_folder("reports")


def make_environment(folders: Sequence[Path]) -> jinja2.Environment:
    """Make the environment that all templates of a study share."""
    environment = Sandbox(
        # with or without the mark that editors on Windows put before UTF-8
        loader=ConfinedLoader([str(folder) for folder in folders], encoding="utf-8-sig"),
        undefined=Unknown,
        extensions=[Shortcodes, "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        comment_start_string="{##",
        comment_end_string="##}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= {"center": _center, "indent": _indent, "format": _format}
    for name in set(environment.globals) - set(JINJA_NAMES):
        del environment.globals[name]
    return environment


def render_template(
    environment: jinja2.Environment, name: str, names: Mapping[str, Any]
) -> tuple[str, Origins]:
    """Render a template; return its text, and where each of its lines comes from.

    Raises
    ------
    TemplateError
        With template and line, whatever went wrong in it.
    """
    tracer = Tracer(environment, name)

    def render() -> str:
        with time_limit(SECONDS):
            pieces = environment.get_template(name).generate(dict(names))
            return _join(tracer.follow(pieces))

    text = guard_template(environment, name, render)
    return text, tracer.origins()


def _join(parts: Iterable[str]) -> str:
    """Put the parts of a document together as long as they are no more than any document has."""
    kept, letters = [], 0
    for part in parts:
        kept.append(part)
        letters += len(part)
        if letters > LONGEST_DOCUMENT:
            raise TemplateError(
                f"the document has more than {LONGEST_DOCUMENT} letters",
                hint="look for loops in loops; publish long tables as data",
            )
    return "".join(kept)


FAILURES: Final = (
    BriefgenError, jinja2.TemplateError, TypeError, ValueError, LookupError, AttributeError,
    ArithmeticError, NameError, RecursionError, SyntaxError,
)  # fmt: skip
"""What a mistake in a template raises."""


def guard_template(environment: jinja2.Environment, name: str, action: Callable[[], str]) -> str:
    """Run an action and turn every error of a template into one with its place."""
    try:
        return action()
    except FAILURES as error:
        if isinstance(error, TemplateError) and error.where:
            raise
        raise _explain_failure(error, environment, name) from error


@singledispatch
def _explain_failure(error: Exception, environment: jinja2.Environment, name: str) -> TemplateError:
    """Return an error with its place in a template and what to do."""
    message = str(error).partition("|")[0]  # behind it stand the names that there are
    where = _place(error.__traceback__, environment, name)
    return TemplateError(message, where=where, hint="see docs/templates.md")


@_explain_failure.register
def _(error: jinja2.TemplateNotFound, environment: jinja2.Environment, name: str) -> TemplateError:
    known = [item for item in environment.list_templates() if item.endswith(".qmd")]
    return TemplateError(
        f"there is no template {error.name!r}",
        where=None if error.name == name else _place(error.__traceback__, environment, name),
        hint=suggest(str(error.name), known),
    )


@_explain_failure.register
def _(
    error: jinja2.TemplateSyntaxError, _environment: jinja2.Environment, name: str
) -> TemplateError:
    message, _, hint = (error.message or "the template cannot be read").partition("|")
    return TemplateError(
        message,
        where=f"reports/{error.name or name}:{error.lineno}",
        hint=hint or "each {% if %} and {% for %} needs its end, each {{ its }}",
    )


@_explain_failure.register
def _(error: jinja2.UndefinedError, environment: jinja2.Environment, name: str) -> TemplateError:
    message, _, hint = str(error.message).partition("|")
    where = _place(error.__traceback__, environment, name)
    return TemplateError(message, where=where, hint=hint or None)


@_explain_failure.register
def _(error: RecursionError, environment: jinja2.Environment, name: str) -> TemplateError:
    return TemplateError(
        "the template calls or includes itself without end",
        where=_place(error.__traceback__, environment, name),
        hint="take one of its includes or calls out",
    )


@_explain_failure.register
def _(error: BriefgenError, environment: jinja2.Environment, name: str) -> TemplateError:
    where = _place(error.__traceback__, environment, name)
    return TemplateError(_with_place(error), where=where, hint=error.hint)


@_explain_failure.register
def _(error: SyntaxError, _environment: jinja2.Environment, name: str) -> TemplateError:
    """Explain what is wrong with the Python that Jinja2 makes: a name given twice."""
    hint = "see the arguments of each call, and docs/templates.md"
    return TemplateError(error.msg, where=f"reports/{name}", hint=hint)


def _with_place(error: BriefgenError) -> str:
    return f"{error.message} ({error.where})" if error.where else error.message


def _place(trace: TracebackType | None, environment: jinja2.Environment, name: str) -> str:
    """Return template and line of the innermost frame of a template."""
    place = f"reports/{name}"
    roots = getattr(environment.loader, "searchpath", [])
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        for root in roots:
            if file.startswith(f"{root}/"):
                place = f"reports/{file[len(root) + 1 :]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
