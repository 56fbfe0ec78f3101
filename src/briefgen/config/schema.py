"""JSON Schemas of a study's files, made from the models that read the files.

In: a model, such as `StudyInfo`. Out: a schema (draft 7, which editors know best), and the keys
of its parts as a table. There is no second list of keys: types come from pydantic, descriptions
from the comment beside each key and from the docstring of each part.

A schema is a little stricter than the program in one point: where a number or true and false are
wanted, it takes neither in quotation marks. What hangs on several keys together, or on other files,
`briefgen check` alone tells.

References
----------
JSON Schema, draft 7: https://json-schema.org/draft-07. `# yaml-language-server: $schema=…`:
https://github.com/redhat-developer/yaml-language-server#using-inlined-schema.
"""

from __future__ import annotations

import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from briefgen.config.model_errors import models_in
from briefgen.model import Text

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
MODELINE: Final = "# yaml-language-server: $schema={}"
"""The first line of a file, which names its schema to editors."""
_YES_AND_NO: Final = {"type": ["boolean", "string"], "enum": [True, False, "yes", "no"]}
_MARK: Final = re.compile(r"#\s*(fmt|noqa|type):")
"""Comments for tools, and not for readers."""
_DAY: Final = r"^\d{4}-\d\d-\d\d$"


def make_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Return the schema of a file.

    Parameters
    ----------
    model
        What reads the file.
    title
        Of the schema: the file's name.
    """
    made = model.model_json_schema(by_alias=True, schema_generator=_Generator)
    found = {"$schema": DIALECT, "title": title, **_as_draft_7(made)}
    for name, part in list_parts(model).items():
        _describe(found.get("definitions", {}).get(name, found), part)
    return found


class _Generator(GenerateJsonSchema):
    """What pydantic does not say of itself: numbers are texts, ``yes`` is true, days are days."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        made = super().str_schema(schema)
        pattern = made.get("pattern")
        if pattern is None:
            return made | {"type": ["string", "number"]}
        # a pattern says nothing of numbers: take those that are of its form
        for kind, one in (("number", "1.5"), ("integer", "1")):
            if re.search(pattern, one):
                return made | {"type": ["string", kind], "minimum": 0}
        return made

    def encode_default(self, dft: Any) -> Any:
        return dict(dft) if isinstance(dft, Text) else super().encode_default(dft)

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        return super().bool_schema(schema) | _YES_AND_NO

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        return super().date_schema(schema) | {"pattern": _DAY}

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Keys of another form than the pattern are wrong, not free."""
        made = super().dict_schema(schema)
        for pattern, values in made.pop("patternProperties", {}).items():
            made |= {"propertyNames": {"pattern": pattern}, "additionalProperties": values}
        return made


def _as_draft_7(part: Any, *, keys: bool = False) -> Any:
    """Return a schema of 2020-12 in the words of draft 7; titles made from names are left out.

    ``keys`` says that the mapping's keys are those of the file, and none of a schema's words.
    """
    if isinstance(part, list):
        return [_as_draft_7(item) for item in part]
    if not isinstance(part, dict):
        return part
    made = {
        key: _as_draft_7(value, keys=not keys and key in ("properties", "$defs"))
        for key, value in part.items()
    }
    if keys:
        return made
    if isinstance(made.get("title"), str):
        del made["title"]
    if "default" in made and not isinstance(made["default"], str | int | float):
        del made["default"]  # nothing, and what is many lines long: editors would write it out
    if "$defs" in made:
        made["definitions"] = made.pop("$defs")
    if "prefixItems" in made:
        made |= {"items": made.pop("prefixItems"), "additionalItems": False}
    if isinstance(made.get("$ref"), str):
        made["$ref"] = made["$ref"].replace("#/$defs/", "#/definitions/")
    return made


# --- descriptions ---------------------------------------------------------------------------


def _describe(schema: dict[str, Any], part: type[BaseModel]) -> None:
    """Say what a part and each of its keys are for."""
    schema["description"] = _first_sentence(part)
    descriptions = describe_keys(part)
    for key, value in schema.get("properties", {}).items():
        if descriptions[key]:
            value["description"] = descriptions[key]


def describe_keys(part: type[BaseModel]) -> Mapping[str, str]:
    """Return what each key of a part is for: its comment, else what the part that it holds is."""
    comments = _comments(part)
    return {
        field.alias or name: comments.get(name)
        or _first_sentence(next(iter(models_in(field.annotation)), None))
        for name, field in part.model_fields.items()
    }


def list_parts(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Return a model and all that it holds, by name, in the order of its keys."""
    found = {model.__name__: model}
    for field in model.model_fields.values():
        for part in models_in(field.annotation):
            if part.__name__ not in found:
                found |= {name: one for name, one in list_parts(part).items() if name not in found}
    return found


def _first_sentence(part: type[BaseModel] | None) -> str:
    lines = inspect.getdoc(part) if part else None
    return (lines or "").split("\n\n", maxsplit=1)[0].replace("\n", " ").replace("``", "")


@cache
def _comments(part: type[BaseModel]) -> Mapping[str, str]:
    """Return the comment of each key: behind it, else on the lines above it."""
    source = textwrap.dedent(inspect.getsource(part))
    comments: dict[str, list[str]] = {}
    above: list[str] = []
    name = ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        first = token.line[: token.start[1]].strip() == ""
        if token.type == tokenize.NAME and first and token.string in part.model_fields:
            name, above = token.string, comments.setdefault(token.string, above)[:0]
        elif token.type == tokenize.COMMENT and not _MARK.match(token.string):
            (above if first and not name else comments[name]).append(token.string.lstrip("# "))
        elif token.type == tokenize.NEWLINE:
            name = ""
    return {key: " ".join(lines) for key, lines in comments.items()}
