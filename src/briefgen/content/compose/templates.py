"""Jinja2 for Quarto documents: delimiters, loading, and errors that name their place.

In: template files, the study's before the defaults. Out: rendered Markdown, or a `TemplateError`
with template, line, what was asked for and what there is.

Three things differ from plain Jinja2: comments are ``{## … ##}``, since ``{#`` begins an
identifier in Pandoc's Markdown; Quarto's shortcodes ``{{< … >}}`` pass through untouched, save for
``{{< include … >}}``, which includes the file; and whatever is not there is an error.

Templates may come from strangers. They see the views that they are given and nothing behind them
(`Sandbox`), and other templates, whose real path lies in a folder of templates (`ConfinedLoader`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import jinja2
from jinja2.ext import Extension
from jinja2.loaders import split_template_path
from jinja2.sandbox import ImmutableSandboxedEnvironment

from briefgen.config.defaults import defaults_folder
from briefgen.config.settings import Settings
from briefgen.content.language.sentences import Finding
from briefgen.errors import BriefgenError, TemplateError, suggest

SHORTCODE: Final = re.compile(r"\{\{<\s*(.*?)\s*>\}\}", re.DOTALL)
INCLUDE: Final = re.compile(r"include\s+[\"']?([^\"']+?)[\"']?")
LITERAL: Final = re.compile(
    r"""\{\{-?\s*(["'])((?:(?!\1).)*?\{\{<(?:(?!\1).)*?>\}\}(?:(?!\1).)*?)\1\s*-?\}\}""", re.DOTALL
)
"""An expression that is a text with a shortcode in it, which is printed as it stands."""
RAW: Final = re.compile(r"(\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\})", re.DOTALL)


class Shortcodes(Extension):
    """Keep Quarto's shortcodes out of Jinja's hands."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Protect shortcodes, outside of raw blocks; line numbers stay."""
        del name, filename
        source = LITERAL.sub(r"{% raw %}\2{% endraw %}", source)
        parts = RAW.split(source)
        parts[::2] = [SHORTCODE.sub(_protect, part) for part in parts[::2]]
        return "".join(parts)


def _protect(match: re.Match[str]) -> str:
    include = INCLUDE.fullmatch(match[1])
    if include:
        return f'{{% include "{include[1]}" %}}'
    return f"{{% raw %}}{match[0]}{{% endraw %}}"


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


class ConfinedLoader(jinja2.FileSystemLoader):
    """Load templates whose real path lies in their folder; links that lead out are refused."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        """Return a template's text, or raise `TemplateError` if it lies elsewhere or is huge."""
        for root in self.searchpath:
            path = Path(root).joinpath(*split_template_path(template))
            if path.is_file():
                check_inside(path, Path(root), f"reports/{template}")
                break
        return super().get_source(environment, template)


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
    "factor_matrix", "consensus_plot", "priority_map", "tile_map", "changes", "about_evidence",
    "how_to_cite", "has", "question_of", "count", "panel_findings", "case_findings",
    "list_words", "_", "plain",
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
        loader=ConfinedLoader([str(folder) for folder in folders]),
        undefined=Unknown,
        extensions=[Shortcodes, "jinja2.ext.do", "jinja2.ext.loopcontrols"],
        comment_start_string="{##",
        comment_end_string="##}",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    for name in set(environment.globals) - set(JINJA_NAMES):
        del environment.globals[name]
    return environment


def render_template(environment: jinja2.Environment, name: str, names: Mapping[str, Any]) -> str:
    """Render a template.

    Raises
    ------
    TemplateError
        With template and line, whatever went wrong in it.
    """
    return guard_template(
        environment, name, lambda: environment.get_template(name).render(dict(names))
    )


def guard_template(environment: jinja2.Environment, name: str, action: Callable[[], str]) -> str:
    """Run an action and turn every error of a template into one with its place."""
    try:
        return action()
    except jinja2.TemplateNotFound as error:
        known = [item for item in environment.list_templates() if item.endswith(".qmd")]
        raise TemplateError(
            f"there is no template {error.name!r}",
            where=None if error.name == name else f"reports/{name}",
            hint=suggest(str(error.name), known),
        ) from error
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(
            error.message or "the template cannot be read",
            where=f"reports/{error.name or name}:{error.lineno}",
            hint="each {% if %} and {% for %} needs its end, each {{ its }}",
        ) from error
    except jinja2.UndefinedError as error:
        message, _, hint = str(error.message).partition("|")
        where = _place(error.__traceback__, environment, name)
        raise TemplateError(message, where=where, hint=hint or None) from error
    except BriefgenError as error:
        if isinstance(error, TemplateError) and error.where:
            raise
        where = _place(error.__traceback__, environment, name)
        raise TemplateError(_with_place(error), where=where, hint=error.hint) from error
    except (
        TypeError, ValueError, LookupError, AttributeError, ZeroDivisionError, jinja2.TemplateError
    ) as error:  # fmt: skip
        where = _place(error.__traceback__, environment, name)
        raise TemplateError(str(error), where=where, hint="see docs/templates.md") from error


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
