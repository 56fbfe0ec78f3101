"""Gettext catalogues: read from ``.po`` files and compiled in memory.

In: ``<language>.po`` of this package and of the study. Out: a `Catalogue`, which translates a
message or says that it cannot. No compiled file is written anywhere.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from briefgen.config.settings import Settings, place_in_study
from briefgen.errors import Problem, SettingsError, suggest_near

SOURCE_LANGUAGE: Final = "en"
"""The language that the messages' ids are written in."""
PACKAGE_FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True)
class Catalogue:
    """The messages of one language.

    Attributes
    ----------
    language
        Code as in ``study.yml``.
    locale
        Identifier of the CLDR locale for numbers and dates: the catalogue's header ``Language``.
    known
        Ids of all messages that have a translation.
    counted
        Those of them that have one for one and for many (``msgid_plural``).
    """

    language: str
    locale: str
    known: frozenset[str]
    counted: frozenset[str]
    translations: GNUTranslations

    def text(self, message: str) -> str:
        """Translate a message (`SettingsError` where there is no translation)."""
        self._require(message)
        return self.translations.gettext(message)

    def plural(self, one: str, many: str, number: int) -> str:
        """Translate the form of a message that goes with ``number``."""
        self._require(one)
        if one not in self.counted and self.language != SOURCE_LANGUAGE:
            problem = _lack_of_many(one, self.language)
            raise SettingsError(problem.rule, where=problem.file, hint=problem.remedy)
        return self.translations.ngettext(one, many, number)

    def _require(self, message: str) -> None:
        if message in self.known or self.language == SOURCE_LANGUAGE:
            return
        near = suggest_near(message, sorted(self.known))
        raise SettingsError(
            f"the message {message!r} has no translation to {self.language!r}",
            where=f"locales/{self.language}.po",
            hint=f"add it to the study's locales/{self.language}.po" + (near and f"; or {near}"),
        )


def load_catalogue(settings: Settings, language: str) -> Catalogue:
    """Read the catalogues of a language, the study's before the package's.

    Raises
    ------
    SettingsError
        If there is no catalogue for the language, or one cannot be read.
    """
    paths = [folder / f"{language}.po" for folder in _folders(settings)]
    found = [path for path in paths if path.is_file()]
    if not found:
        raise SettingsError(
            f"there is no catalogue for the language {language!r}",
            where=place_in_study(settings, "languages", settings.languages.index(language))
            if language in settings.languages
            else "data/study.yml",
            hint=f"briefgen has {_list_own()}; for another language write locales/{language}.po in"
            " the study's folder (docs/languages.md says how)",
        )
    return _load(language, tuple((path, path.stat().st_mtime_ns) for path in found))


def missing_messages(
    settings: Settings, wanted: Iterable[str] = (), counted: Iterable[str] = ()
) -> list[Problem]:
    """List the messages that lack a translation to a language of the study.

    Parameters
    ----------
    wanted
        Ids of further messages, such as those that a study's templates use.
    counted
        Those of further messages that are said of one and of many: each wants both forms.
    """
    of_many = _package_messages(counted=True) | set(counted)
    required = sorted(_package_messages() | set(wanted) | of_many)
    problems = []
    for language in settings.languages:
        if language == SOURCE_LANGUAGE:
            continue
        file = f"locales/{language}.po"
        try:
            catalogue = load_catalogue(settings, language)
        except SettingsError as error:
            problems.append(Problem(file, None, "", error.message, error.hint or ""))
            continue
        problems += [
            Problem(
                file, None, "", f"{message!r} has no translation to {language!r}",
                f"add the message to locales/{language}.po in the study's folder",
            )
            for message in required
            if message not in catalogue.known
        ]  # fmt: skip
        single = sorted(of_many & catalogue.known - catalogue.counted)
        problems += [_lack_of_many(message, language) for message in single]
    return problems


def _lack_of_many(message: str, language: str) -> Problem:
    """Return what is wrong with a message that gettext would say in English."""
    return Problem(
        f"locales/{language}.po", None, "",
        f"{message!r} is said of one and of many, and has one translation to {language!r}",
        "give it msgid_plural, and msgstr[0], msgstr[1] in place of msgstr",
    )  # fmt: skip


def _list_own() -> str:
    return " and ".join(sorted(path.stem for path in PACKAGE_FOLDER.glob("*.po")))


def _folders(settings: Settings) -> tuple[Path, Path]:
    return settings.folder / "locales", PACKAGE_FOLDER


@lru_cache(maxsize=64)
def _load(language: str, versions: tuple[tuple[Path, int], ...]) -> Catalogue:
    """Lay catalogues over one another, the first on top; file times are part of the cache's key."""
    catalogs = [_read(path, language) for path, _ in versions]
    merged = catalogs[-1]
    for catalog in reversed(catalogs[:-1]):
        for message in catalog:
            if message.id and _is_translated(message.string):
                merged.delete(_first(message.id))
                merged[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Catalogue(
        language=language,
        locale=catalogs[0].locale_identifier or language,
        known=frozenset(_first(message.id) for message in _translated(merged)),
        counted=frozenset(_first(m.id) for m in _translated(merged) if m.pluralizable),
        translations=GNUTranslations(compiled),
    )


@lru_cache(maxsize=2)
def _package_messages(*, counted: bool = False) -> frozenset[str]:
    """Ids of all messages that the package's own code and templates use: those of ``de.po``."""
    path = PACKAGE_FOLDER / "de.po"
    used = (message for message in _read(path, path.stem) if message.id)
    return frozenset(_first(m.id) for m in used if m.pluralizable or not counted)


def _read(path: Path, language: str) -> Catalog:
    where = f"locales/{path.name}"
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise SettingsError(
            f"the catalogue for {language!r} cannot be read: {error}", where=where
        ) from error


def _translated(catalog: Catalog) -> Iterable[Message]:
    return (
        message
        for message in catalog
        if message.id and _is_translated(message.string) and not message.fuzzy
    )


def _is_translated(string: str | Iterable[str] | None) -> bool:
    if string is None or isinstance(string, str):
        return bool(string)
    return all(string)


def _first(message: str | list[str] | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]
