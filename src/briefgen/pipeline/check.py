"""All that ``briefgen check`` looks at: data, texts in all languages, templates, documents.

In: `Settings`. Out: `Problem` after `Problem`. Where nothing else is wrong, every document is
composed from the released evidence, as ``build`` will do, so that what is called clean builds.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from briefgen.config.brand import load_brand
from briefgen.config.document_kinds import (
    SHIPPED,
    document_kinds,
    find_document_kind,
    list_readers,
)
from briefgen.config.measures import UNITS, list_kinds
from briefgen.config.settings import Settings
from briefgen.content import compose, language
from briefgen.content.coverage import Gap, find_gaps
from briefgen.content.exhibits.charts import list_chart_messages
from briefgen.content.language.hints import hint_words
from briefgen.errors import BriefgenError, DisclosureError, Problem, SettingsError
from briefgen.evidence import validate
from briefgen.evidence.load import inspect_study
from briefgen.model import DocumentKey, Evidence, Released
from briefgen.output.render import RenderJob
from briefgen.output.render.pandoc import PandocEngine
from briefgen.pipeline.work.limits import Line, call_limited, run_limited

if TYPE_CHECKING:
    from briefgen.content.compose import Composed, Composer
    from briefgen.evidence.study import Study
    from briefgen.pipeline.inputs import Inputs

SEVERITIES: Final = ("error", "warning", "hint")
NAMED: Final = 10
MOST_DOCUMENTS: Final = 500
"""Of a larger study one brief of each region and of each audience is composed, not every one."""


def find_problems(
    settings: Settings,
    *,
    documents: bool = True,
    report: Callable[[str], None] = lambda _line: None,
) -> list[Problem]:
    """Return every problem of a study, errors first, then by file and row.

    Parameters
    ----------
    documents
        Whether to release the evidence and compose the documents too, which takes longer.
    report
        Called with a line for each table of the study that says how it was read: encoding,
        delimiter or sheet, header rows, filled rows, how many are read and what was left out.
    """
    line = Line(tell=report)
    return call_limited("the check", settings.info.run_limits, line, _find, settings, documents)


def _find(line: Line, settings: Settings, documents: bool) -> list[Problem]:
    study, found = inspect_study(settings, line.tell)
    problems = [
        *found,
        *language.missing_messages(settings, list_declared_messages(), list_frames()),
        *compose.lint_templates(settings),
        *_brand_problems(settings),
        *_declared_problems(settings),
    ]
    if documents and study is not None and not validate.has_errors(problems):
        problems += _document_problems(study)
    return sorted(
        dict.fromkeys(problems),
        key=lambda item: (
            SEVERITIES.index(item.severity),
            item.file,
            item.row or 0,
            in_order(item.column),
            item.rule,
        ),
    )


def list_declared_messages() -> Iterator[str]:
    """Yield what declarations say to readers: kinds of documents, measures and charts.

    Those of the package stand in its catalogues; those that were registered from outside stand in
    the study's, and a build needs all of them.
    """
    for document in document_kinds().values():
        yield from (document.label, document.file_name)
    for measure in list_kinds():
        yield from filter(None, (measure.label, measure.box_label))
    yield from list_chart_messages()


def list_frames() -> Iterator[str]:
    """Yield the sentences of one's own measures, which are said of one and of many."""
    for measure in list_kinds():
        yield from (one for one, _many in measure.frames)


def _declared_problems(settings: Settings) -> Iterator[Problem]:
    """Tell which kinds from outside make no document, and which units nothing knows."""
    for kind in document_kinds().values():
        if kind.name in settings.info.documents and kind.name not in SHIPPED:
            try:
                is_made = bool(list_readers(kind, settings))
            except BriefgenError as error:
                yield _as_problem(error, "data/study.yml")
                continue
            if not is_made:
                rule, remedy = f"no {kind.name} is made: readers yields none", "see its readers"
                yield Problem("data/study.yml", None, "documents", rule, remedy, "warning")
    units = {*UNITS, *settings.codebook.units}
    for measure in list_kinds():
        if measure.unit not in units:
            rule = f"the measure {measure.name!r} has the unit {measure.unit!r}, which is not known"
            remedy = f"one of {', '.join(map(repr, sorted(units)))}; or add it to units:"
            yield Problem("data/codebook.yml", None, "units", rule, remedy)


def in_order(place: str) -> list[tuple[int, str]]:
    """Return what puts ``drafted.2`` before ``drafted.10``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in place.split(".")]


def _brand_problems(settings: Settings) -> list[Problem]:
    try:
        return load_brand(settings.folder).problems()
    except SettingsError as error:
        file = error.where or "_brand.yml"
        whole = Problem(file, None, "", error.message, error.hint or "see docs/exhibits.md")
        return list(error.problems) or [whole]


def _document_problems(study: Study) -> list[Problem]:
    """Release the evidence and compose the documents; each kind of problem is named once."""
    # the analysis is heavy, and a study with errors has no need of it
    from briefgen.pipeline.inputs import choose_engine, take_inputs  # noqa: PLC0415
    from briefgen.pipeline.run import output_folder  # noqa: PLC0415
    from briefgen.pipeline.work.documents import dated  # noqa: PLC0415
    from briefgen.pipeline.work.publish import read_manifest  # noqa: PLC0415

    settings = study.settings
    try:
        with dated(settings):
            published = read_manifest(output_folder(settings, None) / settings.edition)
            engine = choose_engine(settings, None, published)
            return _released_problems(take_inputs(settings, engine, checked=study))
    except BriefgenError as error:
        return [_as_problem(error, "data/study.yml")]


def _released_problems(inputs: Inputs) -> list[Problem]:
    """Return what the evidence lacks, what stops documents, and hints, in this order."""
    from briefgen.pipeline.inputs import read_own_recommendations, release_evidence  # noqa: PLC0415
    from briefgen.pipeline.state import Store  # noqa: PLC0415

    settings = inputs.settings
    released = release_evidence(inputs)
    recommendations = read_own_recommendations(settings)
    store = Store.of(settings).exhibit_cache(inputs.drawing_digest)
    composer = compose.Composer(settings, released, recommendations, store=store)
    shown: dict[str, Mapping[str, Evidence]] = {}
    stops = _stopping_problems(composer, settings, inputs.engine, shown)
    return [
        *(_as_warning(gap, settings) for gap in find_gaps(recommendations, released, settings)),
        *compose.list_message_problems(settings, released),
        *_hidden_keys(settings, released),
        *_audit(inputs, released, shown),
        *stops,
        *hint_words(composer.sentences(settings.languages[0])),
        *_rare_options(inputs, composer.released),
    ]


def _stopping_problems(
    composer: Composer,
    settings: Settings,
    engine: str,
    shown: dict[str, Mapping[str, Evidence]],
) -> list[Problem]:
    """Compose the documents; return each problem once, with the documents that it stops.

    Parameters
    ----------
    shown
        Filled with what each document shows.
    """
    found: dict[tuple[str, str], tuple[Problem, list[str]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for key, problem in _compose_all(composer, settings, Path(folder), engine, shown):
            found.setdefault((problem.file, problem.rule), (problem, []))[1].append(key.name)
    return [_with_documents(problem, names) for problem, names in found.values()]


def _audit(
    inputs: Inputs, released: Released, shown: Mapping[str, Mapping[str, Evidence]]
) -> Iterator[Problem]:
    """Yield what the audit would stop; of a large study, where it takes long, ``build`` tells."""
    from briefgen import disclosure  # noqa: PLC0415
    from briefgen.pipeline.auditing import audit_shown  # noqa: PLC0415 - it needs the analysis

    if len(released.evidence) > disclosure.MOST_VALUES:
        return
    limits, study = inputs.settings.info.run_limits, inputs.study
    try:
        run_limited("the audit", limits, audit_shown, shown, study, inputs.history)
    except DisclosureError as error:
        yield _as_problem(error, "data/study.yml")


def _hidden_keys(settings: Settings, released: Released) -> Iterator[Problem]:
    """Tell which values are to open a topic, and cannot."""
    for topic in settings.info.topics:
        for key in compose.hidden_keys(settings, released, topic):
            rule = f"{key} is to open the topic, and is hidden to protect respondents"
            remedy = "name another value, or merge rare answers (merge:); till then others open it"
            at = f"topics.{topic.code}.key"
            yield Problem("data/study.yml", None, at, rule, remedy, "warning")


def _rare_options(inputs: Inputs, released: Released) -> Iterator[Problem]:
    """Yield a hint for each answer that takes values along since few gave it."""
    from briefgen import disclosure  # noqa: PLC0415
    from briefgen.evidence.survey import estimate_survey  # noqa: PLC0415

    if inputs.settings.info.files.survey is None:
        return
    if len(released.evidence) > disclosure.MOST_VALUES:
        yield from _name_rare_options(inputs)
        return
    priced = disclosure.price_rare_options(
        inputs.study, released, estimate_survey, previous=inputs.history
    )
    for rare, lost, of in priced:
        if lost:
            yield Problem(
                "data/codebook.yml",
                None,
                rare.variable,
                disclosure.tell_rare_option(rare, lost, of),
                "merge it with another answer (merge:) or declare it missing (missing: refused);"
                " of classes of numbers, let the last be open; see docs/disclosure.md",
                "hint",
            )


def _name_rare_options(inputs: Inputs) -> Iterator[Problem]:
    """Name the rare answers of a large study, of which the release is not made again."""
    from briefgen.disclosure import find_rare_options  # noqa: PLC0415

    rare = find_rare_options(inputs.study)
    if rare:
        named = ", ".join(f"{item.variable}.{item.option}" for item in rare[:NAMED])
        yield Problem(
            "data/codebook.yml", None, "", f"few answered so, which may hide much else: {named}",
            "merge them with others (merge:) or declare them missing; see docs/disclosure.md",
            "hint",
        )  # fmt: skip


def _as_warning(gap: Gap, settings: Settings) -> Problem:
    file = f"data/{settings.info.files.recommendations}"
    return Problem(file, gap.line, gap.column, gap.rule, gap.remedy, "warning")


def _compose_all(
    composer: Composer,
    settings: Settings,
    folder: Path,
    engine: str,
    shown: dict[str, Mapping[str, Evidence]],
) -> Iterator[tuple[DocumentKey, Problem]]:
    """Compose the documents; one of each kind, language and audience is rendered too.

    What each shows is put into ``shown``, by its name.

    Rendering tells what composing does not: what the embedded engine refuses. With Quarto, which
    takes seconds for each document, nothing is rendered.
    """
    rendered: set[tuple[str, str, str]] = set()
    with PandocEngine() as pandoc:
        for key in choose_documents(settings):
            try:
                composed = composer.compose(key, folder / "document")
                shown[key.name] = {name: composer.released[name] for name in composed.evidence}
                shape = (key.kind, key.language, key.audience)
                if engine == pandoc.name and shape not in rendered:
                    rendered.add(shape)
                    _render(pandoc, composer, composed, folder / "content.html")
            except BriefgenError as error:
                yield key, _as_problem(error, f"reports/{find_document_kind(key.kind).template}")


def _render(engine: PandocEngine, composer: Composer, composed: Composed, output: Path) -> None:
    """Render a composed document, and raise what is wrong with its place in the templates."""
    (outcome,) = engine.render([RenderJob(composed.source, output)])
    if outcome.error is not None:
        raise composer.name_template(outcome.error, composed.key, composed.source)


def choose_documents(settings: Settings) -> list[DocumentKey]:
    """Return the documents that are composed: all, or of a large study some of each kind."""
    keys = settings.documents()
    if len(keys) <= MOST_DOCUMENTS:
        return keys
    seen: set[tuple[str, ...]] = set()
    chosen = []
    for key in keys:
        kinds = {(key.kind, key.language, key.region), (key.kind, key.language, "", key.audience)}
        if kinds - seen:
            seen |= kinds
            chosen.append(key)
    return chosen


def _as_problem(error: BriefgenError, file: str) -> Problem:
    from briefgen.pipeline.work.failures import format_traceback  # noqa: PLC0415

    return Problem(
        error.where or file, None, "", error.message, error.hint or "see the message",
        traceback=format_traceback(error),
    )  # fmt: skip


def _with_documents(problem: Problem, names: list[str]) -> Problem:
    """Say which documents a problem stops."""
    others = f" and {len(names) - 1} more" if len(names) > 1 else ""
    stops = f"{problem.rule} (stops {names[0]}{others})"
    return replace(problem, rule=stops)
