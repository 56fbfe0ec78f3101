"""Schemas of the files say what the program says, of every key and of whole files."""

from __future__ import annotations

import importlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import BaseModel, ValidationError

from briefgen.cli import main
from briefgen.config.recommendations import RecommendationFile
from briefgen.config.schema import describe_keys, list_parts, make_schema
from briefgen.config.yaml_text import load
from briefgen.errors import UnknownNameError
from briefgen.evidence.file_schemas import FILES, find_schema, name_schemas, write_schemas

ROOT = Path(__file__).resolve().parents[2]
STUDIES = [ROOT, *sorted((ROOT / "examples").glob("*/")), ROOT / "tests/studies/masculinity"]
PARTS = [
    (name, part)
    for name, part in sorted(
        {name: part for model in FILES.values() for name, part in list_parts(model).items()}.items()
    )
    if part is not RecommendationFile  # its entries are read one by one, as RecommendationEntry
]
VALUES: tuple[Any, ...] = (
    "a", "a b", "01", "", "yes", "auto", "csv", "de", "report", "single", "frame", "iqr", "2026-1",
    "2026-05-01", "2026-5-1", "https://example.org", "ann@example.org", "javascript:x", 1, 3, 0, -1,
    0.25, -0.5, 1234.5, True, None, [], ["a"], ["a", "b"], [1, 2], [1, "a", 2], [[]], [["a", "b"]],
    [None], {}, {"de": "a", "en": 1}, {"de": None}, {"de": ["a"]}, {"a": "no_answer"}, {"a b": {}},
    {"unknown": 1}, ["de"], 0.9, [{"options": [], "name": "a"}], [{"options": 1, "name": "a"}],
)  # fmt: skip
SEMANTIC = ("value_error", "merge")
"""What the program says of several keys together; a schema says nothing of it."""


@pytest.fixture(scope="module")
def jsonschema() -> ModuleType:
    return importlib.import_module("jsonschema")


def plain(value: Any) -> Any:
    """Return what JSON makes of a file: keys are texts."""
    return json.loads(json.dumps(value))


def example_of(part: type[BaseModel]) -> dict[str, Any]:
    """Return the keys that a part must have, each with the first value that fits."""
    made: dict[str, Any] = {}
    told = properties_of(make_schema(part, part.__name__), part.__name__)
    for name, field in part.model_fields.items():
        if field.is_required():
            key = field.alias or name
            inner = [example_of(one) for one in list_parts(part).values() if one is not part]
            made[key] = next(
                value
                for value in (1, *VALUES, *enums(told[key]), *inner, *([one] for one in inner))
                if refused(part, made | {key: value}, key) is None
            )
    return made


def properties_of(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the keys of a part; one that holds itself stands among the definitions."""
    return schema.get("properties") or schema["definitions"][name]["properties"]


def enums(schema: Any) -> list[Any]:
    """Return the values that are listed in a schema."""
    if isinstance(schema, list):
        return [value for one in schema for value in enums(one)]
    if not isinstance(schema, dict):
        return []
    return schema.get("enum", []) + [value for one in schema.values() for value in enums(one)]


def refused(part: type[BaseModel], value: Any, key: str) -> str | None:
    """Return why the program refuses a key, ``None`` where it takes it."""
    try:
        part.model_validate(value)
    except ValidationError as error:
        kinds = [one["type"] for one in error.errors() if one["loc"][:1] == (key,)]
        return next(iter(kinds), None)
    return None


def is_lenient(value: Any, schema: dict[str, Any]) -> bool:
    """Whether the program alone takes it: true or a number in quotes for a number, 1 for true."""
    if "boolean" in json.dumps(schema) and value in (0, 1):
        return True
    looks_like_one = re.search(r"true|\"-?[\d.]+\"", json.dumps(value))
    return bool(looks_like_one and re.search('"(integer|number)"', json.dumps(schema)))


@pytest.mark.parametrize(("name", "part"), PARTS, ids=[name for name, _ in PARTS])
def test_schema_and_program_agree_on_every_key(name, part, jsonschema):
    schema = make_schema(part, name)
    judge = jsonschema.Draft7Validator(schema)
    base = example_of(part)
    inner = [example_of(one) for one in list_parts(part).values()]
    assert judge.is_valid(plain(base))
    assert not judge.is_valid(plain(base | {"not_a_key": 1}))
    assert refused(part, base | {"not_a_key": 1}, "not_a_key") == "extra_forbidden"
    for key in base:
        lacking = {one: value for one, value in base.items() if one != key}
        assert not judge.is_valid(plain(lacking)), key
        assert refused(part, lacking, key) == "missing"
    inner += [[one] for one in inner] + [{"a": one} for one in inner]
    for key, told in properties_of(schema, name).items():
        taken = 0
        alone = jsonschema.Draft7Validator(told | {"definitions": schema.get("definitions", {})})
        for value in (*VALUES, *enums(told), *inner):
            why = refused(part, base | {key: value}, key)
            is_valid = alone.is_valid(plain(value))
            taken += is_valid
            if is_valid != (why is None):
                lenient = why is None and is_lenient(value, told)
                assert lenient or why in SEMANTIC, (key, value, why)
        assert taken, f"no value was tried that {key} takes"


def files_of(study: Path) -> Iterator[tuple[str, Path]]:
    """Yield the YAML files of a study, with the name of the schema of each."""
    data = study / "data"
    named = load((data / "study.yml").read_text(encoding="utf-8"))["files"]
    found = {"study": "study.yml", "codebook": "codebook.yml"} | named
    for name in ("study", "codebook", "recommendations", "statements", "codes"):
        path = data / str(found.get(name, "none"))
        if path.suffix == ".yml" and path.is_file():
            yield name, path
    if "cases" in named:
        yield from (("case", path) for path in sorted((data / named["cases"]).glob("*.yml")))


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.name)
def test_the_files_of_all_studies_are_valid(study, jsonschema):
    found = list(files_of(study))
    assert found
    for name, path in found:
        judge = jsonschema.Draft7Validator(find_schema(name))
        errors = judge.iter_errors(plain(load(path.read_text(encoding="utf-8"))))
        assert [f"{path.name}: {error.message}" for error in errors] == []


@pytest.mark.parametrize("name", FILES)
def test_schemas_are_schemas_and_describe_every_key(name, jsonschema):
    schema = find_schema(name)
    jsonschema.Draft7Validator.check_schema(schema)
    for part in list_parts(FILES[name]).values():
        assert [key for key, told in describe_keys(part).items() if not told] == [], part


def test_a_comment_beside_or_above_a_key_describes_it():
    told = find_schema("study")["definitions"]["Statistics"]["properties"]
    assert told["subgroups"]["description"] == "variables that define domains"
    assert told["wrong_signs"]["description"].startswith("share of wrong signs that is borne")
    assert told["confidence"]["exclusiveMinimum"] == 0.5


def test_a_file_names_its_schema_from_where_it_stands(tmp_path):
    shutil.copytree(ROOT / "examples/cases/data", tmp_path / "data")
    written = [path.name for path in name_schemas(tmp_path)]
    list(name_schemas(tmp_path))  # a second time changes nothing
    assert written == [f"{name}.json" for name in FILES]
    for name, path in files_of(tmp_path):
        first, second = path.read_text(encoding="utf-8").split("\n")[:2]
        address = first.removeprefix("# yaml-language-server: $schema=")
        assert (path.parent / address).resolve() == tmp_path / "schemas" / f"{name}.json"
        assert not second.startswith("# yaml-language-server")


def test_the_command_prints_lists_and_writes(tmp_path):
    run = CliRunner().invoke
    assert json.loads(run(main, ["schema", "codebook"]).output) == plain(find_schema("codebook"))
    assert run(main, ["schema"]).output.split() == list(FILES)
    assert run(main, ["schema", "--to", str(tmp_path)]).exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.json" for name in FILES}
    assert "did you mean" in run(main, ["schema", "codebok"]).output
    with pytest.raises(UnknownNameError):
        find_schema("codebok")
    assert len(list(write_schemas(tmp_path))) == len(FILES)
