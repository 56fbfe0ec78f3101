"""Begin a study: from a data file, or from nothing.

In: a data file and what its user states, or a folder. Out: ``data/study.yml``,
``data/codebook.yml`` and a copy of the data file, which pass ``check``; and ``schemas/``, by which
editors complete and check what is written there.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefgen.config.defaults import defaults_folder
from briefgen.config.settings import Drafted, Settings
from briefgen.config.yaml_text import dump, load
from briefgen.errors import SettingsError, SourceError, UnknownNameError
from briefgen.evidence.drafting import (
    Difference,
    Draft,
    Origin,
    Wishes,
    codebook_text,
    compare_file,
    copy_files,
    draft_cases,
    draft_new,
    draft_panel,
    draft_study,
    draft_without_survey,
    empty_study,
    file_names,
    find_origin,
    region_names,
    study_text,
    write_sav,
)
from briefgen.evidence.file_schemas import name_schemas
from briefgen.evidence.sources import DataTable, read_table

DEMONSTRATION: Final = "demonstration"
"""The example that is the study with which briefgen shows itself."""


@dataclass(frozen=True)
class Beginning:
    """A study that is not written yet."""

    file: Path | None
    origin: Origin | None
    draft: Draft
    study: str
    codebook: str | None

    @property
    def reading(self) -> str:
        """How the file was read."""
        if self.file is None or self.origin is None:
            return file_names(self.draft)
        table = self.origin.table
        return f"{self.file.name}: {table.reading.describe(len(table.frame))}"

    @property
    def open(self) -> list[str]:
        """What is to be confirmed, one line each."""
        entries = load(self.study).get("drafted") or []
        return [describe_drafted(Drafted.model_validate(entry)) for entry in entries]


def describe_drafted(entry: Drafted) -> str:
    """Return a guess or a question in one line."""
    at = ", ".join(entry.at[:4]) + (f" and {len(entry.at) - 4} more" if len(entry.at) > 4 else "")
    if entry.question:
        return f"{entry.question} ({at})" if at else entry.question
    return f"{entry.guess} of {at}, {entry.confidence}: {entry.because}"


def begin_from_file(
    file: Path | None,
    structure: Path | None,
    wishes: Wishes,
    *,
    panel: Path | None = None,
    cases: Path | None = None,
) -> Beginning:
    """Draft a study from its data: a survey, a panel, cases, or several of them.

    Raises
    ------
    SourceError
        If a file cannot be read.
    """  # fmt: skip
    named = file or panel or cases
    if named is None:
        raise SettingsError("no file is named", hint="name one: --from, --panel or --cases")
    origin = find_origin(file, structure) if file else None
    draft = draft_study(origin, wishes) if origin else draft_without_survey(named, wishes)
    if panel:
        draft.parts.append(draft_panel(existing(panel)))
    if cases:
        draft.parts.append(draft_cases(existing(cases), region_names(draft)))
    codebook = codebook_text(draft) if draft.sketches else None
    return Beginning(file, origin, draft, study_text(draft, today()), codebook)


def existing(path: Path) -> Path:
    """Return a path where there is a file (`SourceError` where there is none)."""
    if not path.is_file():
        raise SourceError("there is no such file", where=str(path))
    return path


def write(begun: Beginning, folder: Path) -> Iterator[Path]:
    """Write a begun study into a folder that has none; yield each file.

    Raises
    ------
    SettingsError
        If there is a study already.
    """
    data = folder / "data"
    _refuse_existing(data)
    data.mkdir(parents=True, exist_ok=True)
    if begun.origin and begun.file:
        copy_files(begun.origin, begun.file, data)
    texts = {"study.yml": begun.study}
    texts |= {"codebook.yml": begun.codebook} if begun.codebook else {}
    for part in begun.draft.parts:
        texts |= part.texts | {name: dump(value) for name, value in part.yaml.items()}
        for path in part.copies:
            shutil.copyfile(path, data / path.name)
            yield data / path.name
    for name, text in texts.items():
        (data / name).write_text(text, encoding="utf-8")
        yield data / name
    yield from name_schemas(folder)


def _refuse_existing(data: Path) -> None:
    for name in ("study.yml", "codebook.yml"):
        if (data / name).exists():
            raise SettingsError(
                "there is a study already", where=str(data / name),
                hint="name another folder, or move the file away",
            )  # fmt: skip


def begin_empty(folder: Path, *, language: str, title: str | None) -> Iterator[Path]:
    """Write a small study to fill in; yield each file (`SettingsError` where there is one)."""
    data = folder / "data"
    _refuse_existing(data)
    data.mkdir(parents=True, exist_ok=True)
    named = title or folder.resolve().name.replace("-", " ").replace("_", " ").capitalize()
    for name, text in empty_study(language, named, today()).items():
        (data / name).write_text(text, encoding="utf-8")
        yield data / name
    yield from name_schemas(folder)


def begin_from_example(folder: Path, name: str) -> Iterator[Path]:
    """Copy an example; yield each file.

    Raises
    ------
    UnknownNameError
        If there is no such example.
    """
    known = list_examples()
    if name not in known:
        raise UnknownNameError.among("example", name, known)
    _refuse_existing(folder / "data")
    for path in sorted(known[name].rglob("*")):
        inside = path.relative_to(known[name])
        if path.is_file() and "__pycache__" not in inside.parts:
            target = folder / "data" / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            yield target
    yield from name_schemas(folder)


def compare(settings: Settings, file: Path | None) -> list[Difference]:
    """Return how a file differs from the codebook; default: the study's own."""
    now, before = _tables(settings, file)
    return compare_file(settings, now, before)


def draft_new_questions(settings: Settings, file: Path | None) -> str:
    """Return the questions of columns that the codebook lacks, as YAML."""
    now, before = _tables(settings, file)
    return draft_new(settings, now, before)


def _tables(settings: Settings, file: Path | None) -> tuple[DataTable, DataTable | None]:
    """Read the new file, as the study reads its own, and the study's own where it is another."""
    source = settings.info.files.survey
    if source is None:
        raise SettingsError("the study has no survey", hint="name its file: files.survey")
    if file is None:
        return read_table(source, settings.data_folder), None
    own = settings.data_folder / source.path
    before = read_table(source, settings.data_folder) if own.is_file() else None
    same = file.suffix.lower() == own.suffix.lower()
    new = source.model_copy(update={"path": str(file.resolve())}) if same else None
    return (read_table(new, settings.data_folder) if new else find_origin(file).table), before


def label_data(settings: Settings, target: Path, language: str | None) -> None:
    """Write the study's survey as ``.sav`` with the codebook's labels."""
    table, _ = _tables(settings, None)
    write_sav(settings, table, target, language)


def list_examples() -> dict[str, Path]:
    """Return the ``data`` folder of each example by name, and of the demonstration study.

    They stand beside ``reports``; that of the demonstration study is the repository's own.

    Raises
    ------
    SettingsError
        If there are none.
    """
    beside = defaults_folder("reports").parent
    found = {path.parent.name: path for path in sorted((beside / "examples").glob("*/data"))}
    if (beside / "data").is_dir():
        found[DEMONSTRATION] = beside / "data"
    if not found:
        raise SettingsError("this installation has no examples", hint="leave --example out")
    return found


def today() -> dt.date:
    """Return the day on which a study is begun."""
    return dt.datetime.now(tz=dt.UTC).date()
