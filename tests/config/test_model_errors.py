"""Errors of study.yml and codebook.yml: all at once, each with line, key and what to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, get_args

import pytest
import yaml
from click.testing import CliRunner
from pydantic import BaseModel, ValidationError, create_model

from briefgen.cli import main
from briefgen.config.model_errors import EXAMPLES
from briefgen.config.settings import Codebook, Files, Part, StudyInfo, load_settings
from briefgen.config.yaml_text import load
from briefgen.content.language import load_catalogue
from briefgen.errors import SettingsError
from briefgen.evidence.load import check_study
from qualitative_by_hand import qualitative_study
from studies import small_study

COMMA = 'put texts with a comma or a colon in quotation marks: {de: "…, …", en: "…"}'
QUOTE = 'quote it where it is meant as a text: "true"'


def change(folder: Path, name: str, old: str, new: str) -> int:
    """Change a file of a study at one place, and return the line of the change."""
    path = folder / "data" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems_of(folder: Path) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(folder)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "rule", "remedy"),
    [
        ("codebook.yml", "type: single", "type: singel", "questions.0.type",
         "one of single, multiple, scale,", "did you mean single?"),
        ("codebook.yml", "type: single", "typ: single", "questions.0.typ",
         "there is no key 'typ' here", "did you mean type?"),
        ("codebook.yml", "type: single", "words: {that: they come, mostly so}\n  type: single",
         "questions.0.words.…", "a part of a text stands here as a key",
         "put texts with a comma or a colon in quotation marks"),
        ("codebook.yml", "code: '1'", "code: true", "scales.frequency.options.0.code",
         "a text is wanted, and true is none", 'quote it where it is meant as a text: "true"'),
        ("codebook.yml", "code: '1'", "code: ~", "scales.frequency.options.0.code",
         "a text is wanted, nothing stands here", "write a text, or leave the key out"),
        ("codebook.yml", "code: '1'", "code: {a: 1}", "scales.frequency.options.0.code",
         "a text is wanted, a mapping stands here", "write a text"),
        ("study.yml", "languages:", "languages: de\nx:", "languages",
         "a list is wanted, a text stands here", "write [one, two]"),
        ("study.yml", "demonstration: true", "demonstration: maybe", "demonstration",
         "true or false is wanted", "write true or false"),
        ("study.yml", "date: '2026-11-02'", "date: 2026-02-30", "publication.date",
         "there is no such day: the month has 28 days", "write a day that there is"),
        ("study.yml", "date: '2026-11-02'", "date: 20261102", "publication.date",
         "a date is wanted, a number stands here", "write year-month-day: 2026-05-01"),
        ("study.yml", "date: '2026-11-02'", "date: 2026-11-2", "publication.date",
         "a date is wanted, a text stands here", "write year-month-day: 2026-05-01"),
        ("study.yml", "variable: region", "variable: true", "regions.variable",
         "a text is wanted, and true is none", "quote it"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_line_and_remedy(  # noqa: PLR0917 - a table's columns
    tmp_path, file, old, new, key, rule, remedy
):
    folder = small_study(tmp_path)
    line = change(folder, file, old, new)
    told = next(text for text in problems_of(folder) if f", key {key}: " in text)
    assert told.startswith(f"data/{file}, line {line}, key {key}: {rule}")
    assert remedy in told.split("\n  → ")[1]


def test_a_wrong_language_of_a_text_is_pointed_to(tmp_path):
    folder = small_study(tmp_path)
    path = folder / "data" / "study.yml"
    with path.open("a", encoding="utf-8") as file:
        file.write("texts:\n  one:\n    de: Ja\n    en: yes\n  two:\n    de: Ja\n    en: true\n")
        file.write("  three: {de: Zeit, Geld, en: time}\n")
    last = len(path.read_text(encoding="utf-8").splitlines())
    wanted = "a text, or one text for each language (de: …, en: …), is wanted"
    assert problems_of(folder) == [
        f"data/study.yml, line {line}, key texts.{key}\n  → {remedy}"
        for line, key, remedy in (
            (last - 1, f"two.en: {wanted}, and true is none", QUOTE),
            (last, f"three.Geld: {wanted}", COMMA),
        )
    ]


def test_a_list_with_too_few_entries_is_told_as_one(tmp_path):
    folder = small_study(tmp_path, study={"panel": {"priority": ["agreement"]}})
    (told,) = problems_of(folder)
    assert "key panel.priority: a list of 2 entries is wanted, and 1 stands here" in told


def test_all_missing_keys_are_told_at_once_with_an_example_of_each(tmp_path):
    folder = tmp_path
    (folder / "data").mkdir()
    (folder / "data" / "study.yml").write_text("languages: [de]\n", encoding="utf-8")
    (folder / "data" / "codebook.yml").write_text("ratios: [{}]\n", encoding="utf-8")
    study, codebook = problems_of(folder)
    required = [name for name, field in StudyInfo.model_fields.items() if field.is_required()]
    missing = [name for name in required if name != "languages"]
    assert study.startswith(f"data/study.yml, line 1: these keys are missing: {', '.join(missing)}")
    assert [line.split(":")[0].strip() for line in study.splitlines()[2:]] == missing
    assert codebook.startswith("data/codebook.yml, line 1, key ratios.0: these keys are missing: ")


def models_in(model: type[BaseModel]) -> set[type[BaseModel]]:
    """Return a model and all that its fields hold."""
    found = {model}
    waiting = [field.annotation for field in model.model_fields.values()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in found:
                found |= models_in(one)
        else:
            waiting += get_args(one)
    return found


REQUIRED = sorted(
    {
        (model.__name__, name, model)
        for root in (StudyInfo, Codebook)
        for model in models_in(root)
        for name, field in model.model_fields.items()
        if field.is_required()
    },
    key=lambda one: one[:2],
)


@pytest.mark.parametrize(("of", "name", "model"), REQUIRED, ids=str)
def test_each_required_key_has_an_example_that_is_right(of, name, model):
    example = EXAMPLES.get(f"{of}.{name}", EXAMPLES.get(name))
    assert example is not None
    if "…" in example.replace("…?", ""):
        return  # an outline; its parts have examples of their own
    field = model.model_fields[name]
    wanted = field.annotation
    for more in field.metadata:
        wanted = Annotated[wanted, more]
    one = create_model("One", __base__=Part, **{name: (wanted, ...)})
    one.model_validate(load(f"{name}: {example}"))


def test_what_stands_twice_is_told_with_both_lines(tmp_path):
    folder = small_study(tmp_path)
    with (folder / "data" / "study.yml").open("a", encoding="utf-8") as file:
        file.write("disclosure: {min_base: 10}\ndisclosure: {min_base: 1}\n")
    lines = (folder / "data" / "study.yml").read_text(encoding="utf-8").splitlines()
    place = f"data/study.yml, line {len(lines)}, key disclosure"
    rule = f"the key 'disclosure' stands twice, first in line {len(lines) - 1}"
    assert problems_of(folder) == [f"{place}: {rule}\n  → keep one of them"]


def test_faults_of_both_files_are_told_together(tmp_path):
    folder = small_study(tmp_path)
    change(folder, "study.yml", "demonstration: true", "demonstration: [")
    change(folder, "codebook.yml", "type: single", "type: singel")
    first, second = problems_of(folder)
    assert first.startswith("data/study.yml, line ")
    assert "(character " in first
    assert second.startswith("data/codebook.yml, line ")


def test_check_prints_them_for_a_program_too(tmp_path):
    folder = small_study(tmp_path)
    change(folder, "codebook.yml", "type: single", "type: singel")
    result = CliRunner().invoke(main, ["--study", str(folder), "check", "--json"])
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)
    assert (problem["file"], problem["column"]) == ("data/codebook.yml", "questions.0.type")


def test_codes_are_taken_as_they_are_written(tmp_path):
    folder = small_study(tmp_path)
    change(folder, "codebook.yml", "code: '1'", "code: 01")
    change(folder, "codebook.yml", "code: '2'", "code: NO")
    change(folder, "codebook.yml", "code: '3'", "code: 1.10")
    codes = [option.code for option in load_settings(folder).codebook.scales["frequency"].options]
    assert codes[:3] == ["01", "NO", "1.10"]


def test_numbers_are_texts_where_texts_are_wanted(tmp_path):
    folder = small_study(tmp_path)
    change(folder, "study.yml", "edition: '2026'", "edition: 2026")
    with (folder / "data" / "study.yml").open("a", encoding="utf-8") as file:
        file.write("texts: {one: 1_000, two: 2017, three: NO}\n")
    info = load_settings(folder).info
    assert info.edition == "2026"
    assert [text["de"] for text in info.texts.values()] == ["1_000", "2017", "NO"]


def test_a_language_without_words_is_told_with_its_line(tmp_path):
    folder = small_study(tmp_path)
    line = change(folder, "study.yml", "- en", "- no")
    with pytest.raises(SettingsError) as caught:
        load_catalogue(load_settings(folder), "no")
    assert caught.value.where == f"data/study.yml, line {line}"
    assert "briefgen has de and en" in caught.value.hint


def test_a_refused_entry_does_not_make_its_list_empty_too(tmp_path):
    folder = small_study(tmp_path)
    change(folder, "study.yml", "languages:\n- de\n- en", "languages: [false]")
    [told] = problems_of(folder)
    assert "a text is wanted, and false is none" in told


@pytest.mark.parametrize("value", ["Quarto", "knitr", "true"])
def test_settings_are_judged_before_files_are_missed(tmp_path, value):
    folder = small_study(tmp_path)
    line = change(folder, "study.yml", "languages:", f"engine: {value}\nlanguages:")
    (folder / "data" / "codebook.yml").unlink()
    (problem,) = problems_of(folder)
    assert problem.startswith(f"data/study.yml, line {line}, key engine:")
    assert "pandoc, quarto" in problem


@pytest.mark.parametrize("path", ["n" * 256, "n/" * 1001, "ä" * 128, "a\0b", "a\nb", "x\u202e.csv"])
@pytest.mark.parametrize("entry", ["survey", "cases", "csl"])
def test_a_path_that_no_file_can_have_is_refused(path, entry):
    with pytest.raises(ValidationError, match="a path is wanted"):
        Files.model_validate({entry: path})


@pytest.mark.parametrize("path", ["n" * 255, "../answers/Köln 2026.csv", "C:\\data\\x.csv"])
def test_a_path_that_a_file_can_have_is_taken(path):
    assert Files.model_validate({"survey": path, "csl": path}).csl == path


LONG = "w" * 5000


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("recommendations.yml", "recommendations.0.title"),
        ("recommendations.yml", "recommendations.0.text"),
        ("statements.yml", "statements.0.text"),
        ("codes.yml", "codes.0.name"),
        ("cases/c01.yml", "portrait"),
    ],
)
def test_a_word_too_long_to_print_is_refused_in_every_file(tmp_path, name, place):
    settings = qualitative_study(tmp_path)
    path = settings.data_folder / name
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    *above, last = place.split(".")
    part = content[above[0]][0] if above else content
    part[last] = LONG
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    told = [p for p in check_study(settings) if "a word of 5000 letters cannot be" in p.rule]
    assert [(p.file, p.column) for p in told] == [(f"data/{name}", place)]
    assert told[0].row
