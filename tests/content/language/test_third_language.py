"""A third language needs files and no code."""

# ruff: noqa: E501 - whole sentences stand on one line

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from briefgen.config.settings import Settings, load_settings
from briefgen.content.compose import Composer, lint_templates
from briefgen.content.language import Locale, missing_messages
from briefgen.content.language.catalogue import PACKAGE_FOLDER
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.markdown import plain_text
from briefgen.content.language.sentences import state_finding
from briefgen.model import DocumentKey, Kind
from evidence_by_hand import make_evidence, make_released
from studies import small_study

FRENCH = {
    "{Where}, {value} {asked} answer {option} on {label}": "{Where}, {value} {asked} répondent {option} pour {label}",
    "of respondents": "des personnes interrogées",
    "“{quoted}”": "«\u202f{quoted}\u202f»",
    "{nation} as a whole": "{nation} dans son ensemble",
    "elsewhere {nation}": "ailleurs {nation}",
    "more than {elsewhere}": "plus qu’{elsewhere}",
    "Key messages": "L’essentiel",
}


def add_french(value: Any) -> Any:
    """Put a French text beside every German one."""
    if isinstance(value, dict):
        if set(value) == {"de", "en"}:
            return {**value, "fr": f"{value['en']} (fr)"}
        return {name: add_french(item) for name, item in value.items()}
    return [add_french(item) for item in value] if isinstance(value, list) else value


def write_catalogue(folder: Path) -> None:
    """Translate every message of the package: some into French, the others into themselves."""
    with (PACKAGE_FOLDER / "de.po").open("rb") as file:
        german = read_po(file)
    french = Catalog(locale="fr_FR", charset="utf-8")
    for message in german:
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            made = tuple(FRENCH.get(item, FRENCH.get(ids[-1], item)) for item in ids)
            french.add(message.id, made[0] if isinstance(message.id, str) else made)
    folder.mkdir()
    with (folder / "fr.po").open("wb") as file:
        write_po(file, french)


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = small_study(tmp_path_factory.mktemp("french"))
    for name in ("study.yml", "codebook.yml"):
        path = folder / "data" / name
        raw = add_french(yaml.safe_load(path.read_text(encoding="utf-8")))
        if name == "study.yml":
            raw["languages"] = ["de", "en", "fr"]
        path.write_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), encoding="utf-8")
    write_catalogue(folder / "locales")
    return load_settings(folder)


def released():
    key = "survey:q02_steering.frequent@DE1"
    return make_released(
        make_evidence(key, 0.41),
        make_evidence("survey:q02_steering.frequent@DE", 0.33),
        make_evidence(f"{key}~rest", 0.12, verdict="higher"),
    )


def test_numbers_and_dates_follow_the_language(settings):
    locale = Locale(settings, "fr")
    assert locale.percent(0.412, 1) == "41,2\u00a0%"
    assert locale.date(settings.info.publication.date) == "2 novembre 2026"


def test_sentences_follow_the_catalogue(settings):
    said = state_finding(
        SentenceContext.of(settings, released(), "fr"), "survey:q02_steering.frequent@DE1"
    )
    assert plain_text(said) == (
        "In Baden-Württemberg (fr), 41\u00a0% des personnes interrogées répondent "
        "«\u202foften or always (fr)\u202f» pour «\u202fMeetings of the steering group (fr)\u202f» – "
        "plus qu’ailleurs in Germany (fr) (Germany (fr) dans son ensemble: 33\u00a0%)."
    )


def test_nothing_is_missing(settings):
    assert missing_messages(settings) == []
    assert lint_templates(settings) == []


def test_a_document_is_made_in_it(settings, tmp_path):
    key = DocumentKey(Kind.BRIEF, "DE1", "smes", "fr", settings.edition)
    composed = Composer(settings, released()).compose(key, tmp_path)
    text = composed.source.read_text(encoding="utf-8")
    assert "lang: fr" in text
    assert "## L’essentiel" in text
    assert "répondent" in text


def test_a_message_that_the_catalogue_lacks_is_reported(tmp_path):
    folder = small_study(tmp_path, study={"languages": ["de", "fr"]})
    (folder / "locales").mkdir()
    header = 'msgid ""\nmsgstr "Language: fr\\nContent-Type: text/plain; charset=utf-8\\n"\n'
    (folder / "locales" / "fr.po").write_text(header, encoding="utf-8")
    rules = [problem.rule for problem in missing_messages(load_settings(folder))]
    assert "'Key messages' has no translation to 'fr'" in rules
