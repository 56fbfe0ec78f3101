"""Inputs → hashes, and the reasons why a document has to be made again.

In: the files that a study is made of, and the parts of a composed document. Out: a `Snapshot` of
all inputs, the `Parts` of a document, and typed `Reason` values that say what moved between two
states. ``build`` compares, ``publish`` stores. Time stamps never count: a touched file is the same
file.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import briefgen
from briefgen.config.data_formats import data_formats
from briefgen.config.document_kinds import document_kinds, find_document_kind
from briefgen.config.extensions import describe_declaration, list_outside_files
from briefgen.config.input_files import hash_file, list_input_files, list_survey_files, walk_files
from briefgen.config.measures import list_kinds
from briefgen.config.settings import Settings
from briefgen.output.render.formats import output_formats

ReasonKind = Literal[
    "new", "missing", "evidence", "template", "text", "exhibit", "style", "font", "engine",
    "version", "format", "forced",
]  # fmt: skip
CODE = frozenset({".py", ".lua", ".po", ".css", ".yml", ".html", ".jinja", ".dic"})
"""Suffixes of the package's own files that decide what is printed."""
LIBRARIES = (
    "weasyprint",
    "pydyf",
    "matplotlib",
    "great_tables",
    "pandas",
    "pypandoc_binary",
    "uharfbuzz",
)
"""Libraries whose version can change what is printed."""
FONT_SUFFIXES = {".ttf", ".otf", ".woff", ".woff2"}
SHOWN_REASONS = 3
MOST_DECIMALS = 4
EDITION_LINE = re.compile(
    r"^(?P<key>edition:[ \t]*)(?P<quote>[\"']?)[^\s#\"']+(?P=quote)", re.MULTILINE
)
PROGRAMS_AND_FILES: dict[str, ReasonKind] = {
    "style": "style",
    "font": "font",
    "engine": "engine",
    "version": "version",
}


@dataclass(frozen=True, order=True, slots=True)
class Reason:
    """Why a document is made again.

    Attributes
    ----------
    kind
        ``new``: there is none yet; ``missing``: a published file is gone or damaged; ``evidence``:
        a value moved; ``template``, ``text`` (study, codebook, recommendations, catalogues),
        ``style``, ``font``: a file changed; ``exhibit``: a chart or table is drawn differently;
        ``engine``, ``version``: a program changed; ``format``: another format is asked for;
        ``forced``: asked for by name.
    subject
        The evidence key, file or program.
    before, after
        What it was and is, as text; empty where that says nothing.
    """

    kind: ReasonKind
    subject: str = ""
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        change = f" {self.before or '–'} → {self.after or '–'}" if self.before or self.after else ""
        words = {"new": "not made yet", "forced": "asked for"}.get(self.kind)
        if words:
            return words
        verbs = {"missing": " is missing", "format": " is asked for"}
        verb = "" if change else verbs.get(self.kind, " changed")
        name = "" if self.kind in {"evidence", "missing"} else f"{self.kind} "
        return f"{name}{self.subject}{change}{verb}"

    def as_dict(self) -> dict[str, str]:
        """Return the reason for ``--json``."""
        return {key: value for key, value in asdict(self).items() if value}


def summarise_reasons(reasons: Iterable[Reason]) -> str:
    """Put reasons into one line: the first few and how many more there are."""
    listed = [str(reason) for reason in reasons]
    more = len(listed) - SHOWN_REASONS
    return "; ".join(listed[:SHOWN_REASONS]) + (f"; and {more} more" if more > 0 else "")


def hash_bytes(data: bytes) -> str:
    """Return the SHA-256 of ``data`` in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def hash_mapping(mapping: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a mapping that JSON can write, whatever its order."""
    return hash_bytes(json.dumps(mapping, sort_keys=True, ensure_ascii=False).encode())


# --- all inputs -----------------------------------------------------------------------------


def walk_layers(folders: Iterable[Path]) -> dict[str, Path]:
    """Return the files of folders laid over one another, by path relative to their folder.

    Parameters
    ----------
    folders
        The uppermost first: what stands in several is taken from the first.
    """
    found: dict[str, Path] = {}
    for folder in folders:
        for path in walk_files(folder):
            found.setdefault(path.relative_to(folder).as_posix(), path)
    return dict(sorted(found.items()))


def hash_inputs(settings: Settings, layout: Mapping[str, Path]) -> dict[str, str]:
    """Hash all that publications are made of, except programs.

    Parameters
    ----------
    layout
        Templates, styles and catalogues by their name as an input: ``reports/brief.qmd``.

    Returns
    -------
    dict
        ``data/survey.csv`` → SHA-256, in a stable order. Files outside of the study's data folder
        are named by the path that ``study.yml`` gives. A file that is gone has no entry.
    """
    named = {_name_in_study(settings, path): path for path in list_input_files(settings)}
    hashes = {name: _hash_if_there(path) for name, path in (named | dict(layout)).items()}
    return {name: sha for name, sha in hashes.items() if sha is not None}


def replace_edition(text: str, name: str) -> str:
    """Return ``study.yml`` as it is with another edition; the same text if it names none."""
    return EDITION_LINE.sub(rf"\g<key>\g<quote>{name}\g<quote>", text, count=1)


def hash_survey(settings: Settings, edition: str) -> dict[str, str]:
    """Hash what the survey's figures are made of, as it would be in another edition."""
    named = {_name_in_study(settings, path): path for path in list_survey_files(settings)}
    hashes = {name: _hash_if_there(path) or "" for name, path in named.items()}
    study = settings.data_folder / "study.yml"
    text = replace_edition(study.read_text(encoding="utf-8"), edition)
    return hashes | {_name_in_study(settings, study): hash_bytes(text.encode())}


def _hash_if_there(path: Path) -> str | None:
    try:
        return hash_file(path)
    except (FileNotFoundError, IsADirectoryError):
        return None


def is_layout(name: str) -> bool:
    """Tell whether an input shapes documents and not the evidence in them."""
    return not name.startswith(("data/", "/"))


def select_styles(hashes: Mapping[str, str]) -> dict[str, str]:
    """Return, of the inputs, stylesheets, fonts and what the brand names, by path in ``styles``."""
    return {
        name.removeprefix("styles/"): sha
        for name, sha in hashes.items()
        if is_layout(name) and not name.startswith(("reports/", "locales/"))
    }


def _name_in_study(settings: Settings, path: Path) -> str:
    try:
        return path.relative_to(settings.folder).as_posix()
    except ValueError:
        return path.as_posix()


def collect_versions(engine_name: str, engine_version: str) -> dict[str, str]:
    """Return the versions of all programs that can change what is printed."""
    found = {"briefgen": briefgen.__version__, f"engine {engine_name}": engine_version}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pragma: no cover - all are dependencies
            continue
    return found | _text_layout_versions() | {"briefgen code": hash_code()[:12]}


def _text_layout_versions() -> dict[str, str]:
    # Pango shapes the text: its version is part of what makes the same bytes. It is asked
    # directly, since importing WeasyPrint would load fonts before anybody needs them.
    name = ctypes.util.find_library("pango-1.0")
    if name is None:
        return {}
    pango = ctypes.CDLL(name)
    pango.pango_version_string.restype = ctypes.c_char_p
    return {"pango": pango.pango_version_string().decode()}


def hash_code() -> str:
    """Return one hash over the program's source, so that a new version counts as a change.

    What is registered from outside belongs to it: its files (`config.extensions`), and what its
    declarations say.
    """
    folder = Path(briefgen.__file__).parent
    digest = hashlib.sha256()
    for path in walk_files(folder):
        if path.suffix in CODE:
            digest.update(f"{path.relative_to(folder).as_posix()}\0{hash_file(path)}\n".encode())
    for path in list_outside_files():
        digest.update(f"{path.name}\0{hash_file(path)}\n".encode())
    declared = (*list_kinds(), *document_kinds().values(), data_formats(), output_formats())
    for item in declared:
        digest.update(f"{describe_declaration(item)}\n".encode())
    return digest.hexdigest()


# --- one document ---------------------------------------------------------------------------


def list_parts(
    folder: Path,
    kind: str,
    styles: Mapping[str, str],
    versions: Mapping[str, str],
    page: Mapping[str, Any],
) -> dict[str, str]:
    """Take a composed document apart into named hashes: its fingerprint is the hash of these.

    Parameters
    ----------
    folder
        The composed folder: ``document.qmd``, ``evidence.json``, ``exhibits/``, ``data/``.
    kind
        Styles for other kinds of documents do not count.
    styles
        SHA-256 of the files of the stylesheet folder (CSS, brand, fonts, logos) by path in it.
    page
        What the page says beside the composed document: institute, date, authors, ….
    """
    parts = {
        _part_name(path.relative_to(folder).as_posix()): hash_file(path)
        for path in walk_files(folder)
    }
    parts["text:page"] = hash_mapping(page)
    for name, sha in styles.items():
        if concerns_kind(Path(name), kind):
            label = "font" if Path(name).suffix in FONT_SUFFIXES else "style"
            parts[f"{label}:{name}"] = sha
    return parts | {_version_name(name): number for name, number in versions.items()}


def _part_name(path: str) -> str:
    named = {"document.qmd": "text:document", "evidence.json": "evidence:all"}
    if path.startswith(("exhibits/", "data/")):
        return f"exhibit:{path}"
    return named.get(path, f"text:{path}")


def _version_name(name: str) -> str:
    return f"engine:{name[7:]}" if name.startswith("engine ") else f"version:{name}"


def concerns_kind(style: Path, kind: str) -> bool:
    """Tell whether a stylesheet is used for a kind of document: ``brief.css`` for briefs alone."""
    named = (declared.styles for declared in document_kinds().values())
    others = frozenset().union(*named) - find_document_kind(kind).styles
    return style.suffix != ".css" or style.stem not in others


def explain_change(
    before: Mapping[str, str],
    after: Mapping[str, str],
    evidence: Iterable[Reason],
    inputs: Iterable[Reason],
) -> list[Reason]:
    """Say why a document with the parts ``before`` has to be made again with ``after``.

    Parameters
    ----------
    evidence
        What moved in the evidence that the document prints (`compare_evidence`).
    inputs
        Templates and texts of the study that changed since (`compare_inputs`).

    Returns
    -------
    list
        Never empty where the parts differ: where neither evidence nor an input accounts for
        changed text, the text itself is the reason.
    """
    changed = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    if not changed:
        return []
    reasons = list(evidence) if "evidence:all" in changed else []
    if any(name.startswith("text:") for name in changed):
        reasons += inputs
    for name in changed:
        label, _, subject = name.partition(":")
        kind = PROGRAMS_AND_FILES.get(label)
        if kind:
            known = kind in ("engine", "version")  # a file's hashes would say nothing to a reader
            change = (before.get(name, ""), after.get(name, "")) if known else ()
            reasons.append(Reason(kind, subject, *change))
    if not reasons:
        reasons = [Reason(_residual_kind(name), name.partition(":")[2]) for name in changed]
    return reasons


def _residual_kind(name: str) -> ReasonKind:
    return "exhibit" if name.startswith("exhibit:") else "text"


def compare_evidence(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Reason]:
    """Compare two evidence sidecars (parsed JSON): which values moved, appeared or went.

    Values are compared as published; a value that is not published reads as its status. Decimals
    are shown only as far as they tell the two apart. Values that moved come first.
    """
    old, new = _by_key(before), _by_key(after)
    changed = [key for key in old.keys() | new.keys() if old.get(key) != new.get(key)]
    changed.sort(key=lambda key: (_rank_move(old.get(key), new.get(key)), key))
    return [Reason("evidence", key, *_show_move(old.get(key), new.get(key))) for key in changed]


def _rank_move(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> int:
    """Order changes for readers: moved values, then other numbers of theirs, new ones, gone."""
    if old is None or new is None:
        return 2 if old is None else 3
    return 0 if old.get("value") != new.get("value") else 1


def _by_key(sidecar: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {item["key"]: item for item in sidecar.get("evidence", ())}


def _show_move(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> tuple[str, str]:
    for digits in range(MOST_DECIMALS + 1):
        before, after = (show_value(item, digits) if item else "" for item in (old, new))
        if before != after:
            return before, after
    return _show_details(old or {}, new or {})


def _show_details(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str]:
    """Show what differs where the value itself does not: limits, verdict, method, …."""
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    before, after = (
        ", ".join(f"{name} {item.get(name, '–')}" for name in changed) for item in (old, new)
    )
    return before, after


def show_value(item: Mapping[str, Any], decimals: int = 0) -> str:
    """Write an item of a sidecar for a list of changes: ``41 %``, ``3.2``, ``suppressed …``."""
    value = item.get("value")
    if item.get("text"):
        return str(item["text"])
    if value is None:
        return str(item.get("status", ""))
    n = f" (n = {item['n']})" if item.get("n") is not None else ""
    if item.get("unit") in ("share", "points"):
        return f"{100 * float(value):.{decimals}f} %{n}"
    return f"{float(value):g}{n}"


def compare_inputs(
    before: Mapping[str, str], after: Mapping[str, str], kind: str
) -> Iterator[Reason]:
    """Yield which templates and texts of the study changed that a kind of document may use."""
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) == after.get(name):
            continue
        if name.startswith("reports/") and _concerns_template(name, kind):
            yield Reason("template", name)
        elif name.startswith("locales/") or _is_text(name):
            yield Reason("text", name)


def _concerns_template(name: str, kind: str) -> bool:
    """Tell whether a template is the kind's own, or no other kind's."""
    own = {name: Path(declared.template).stem for name, declared in document_kinds().items()}
    stem = name.split("/")[1].partition(".")[0]
    return stem == own[kind] or stem not in own.values()


def _is_text(name: str) -> bool:
    return name.startswith("data/") and name.endswith((".yml", ".yaml", ".md", ".bib"))
