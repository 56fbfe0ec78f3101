"""A language that briefgen does not bring needs files and no code."""

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

ITALIAN = {
    "{Where}, {value} {asked} answer {option} on {label}": "{Where}, il {value} {asked} risponde {option} per {label}",
    "of respondents": "delle persone intervistate",
    "“{quoted}”": "«{quoted}»",
    "{nation} as a whole": "{nation} nel complesso",
    "elsewhere {nation}": "altrove {nation}",
    "more than {elsewhere}": "più che {elsewhere}",
    "Key messages": "L’essenziale",
}


def add_italian(value: Any) -> Any:
    """Put an Italian text beside every German one."""
    if isinstance(value, dict):
        if set(value) == {"de", "en"}:
            return {**value, "it": f"{value['en']} (it)"}
        return {name: add_italian(item) for name, item in value.items()}
    return [add_italian(item) for item in value] if isinstance(value, list) else value


def write_catalogue(folder: Path) -> None:
    """Translate every message of the package: some into Italian, the others into themselves."""
    with (PACKAGE_FOLDER / "de.po").open("rb") as file:
        german = read_po(file)
    italian = Catalog(locale="it_IT", charset="utf-8")
    for message in german:
        if message.id:
            ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            made = tuple(ITALIAN.get(item, ITALIAN.get(ids[-1], item)) for item in ids)
            italian.add(message.id, made[0] if isinstance(message.id, str) else made)
    folder.mkdir()
    with (folder / "it.po").open("wb") as file:
        write_po(file, italian)


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = small_study(tmp_path_factory.mktemp("italian"))
    for name in ("study.yml", "codebook.yml"):
        path = folder / "data" / name
        raw = add_italian(yaml.safe_load(path.read_text(encoding="utf-8")))
        if name == "study.yml":
            raw["languages"] = ["de", "en", "it"]
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
    locale = Locale(settings, "it")
    assert locale.percent(0.412, 1) == "41,2%"
    assert locale.date(settings.info.publication.date) == "2 novembre 2026"


def test_sentences_follow_the_catalogue(settings):
    said = state_finding(
        SentenceContext.of(settings, released(), "it"), "survey:q02_steering.frequent@DE1"
    )
    assert plain_text(said) == (
        "In Baden-Württemberg (it), il 41% delle persone intervistate risponde "
        "«often or always (it)» per «Meetings of the steering group (it)» – "
        "più che altrove in Germany (it) (Germany (it) nel complesso: 33%)."
    )


def test_nothing_is_missing(settings):
    assert missing_messages(settings) == []
    assert lint_templates(settings) == []


def test_a_document_is_made_in_it(settings, tmp_path):
    key = DocumentKey(Kind.BRIEF, "DE1", "smes", "it", settings.edition)
    composed = Composer(settings, released()).compose(key, tmp_path)
    text = composed.source.read_text(encoding="utf-8")
    assert "lang: it" in text
    assert "## L’essenziale" in text
    assert "risponde" in text


def test_a_message_that_the_catalogue_lacks_is_reported(tmp_path):
    folder = small_study(tmp_path, study={"languages": ["de", "it"]})
    (folder / "locales").mkdir()
    header = 'msgid ""\nmsgstr "Language: it\\nContent-Type: text/plain; charset=utf-8\\n"\n'
    (folder / "locales" / "it.po").write_text(header, encoding="utf-8")
    rules = [problem.rule for problem in missing_messages(load_settings(folder))]
    assert "'Key messages' has no translation to 'it'" in rules
