"""Write ``docs/keys.md`` and ``docs/python.md`` from the program itself.

Usage: ``python tests/tools/reference_pages.py``. A test compares the pages with what this writes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

import briefgen
from briefgen import notebook
from briefgen.config.schema import list_parts, make_schema
from briefgen.evidence.file_schemas import FILES

DOCS: Final = Path(__file__).parents[2] / "docs"
KEYS_HEAD: Final = """# Keys of each file

Written from what reads the files by `tests/tools/reference_pages.py`; a test compares the two.
[The files of a study](study-files.md) and [evidence](evidence.md) explain them with examples;
`briefgen schema` prints the same for editors. A key in **bold** has to be there. "text" is one
string, or one for each language: `{de: …, en: …}`.
"""
PYTHON_HEAD: Final = """# Python

Written from the docstrings by `tests/tools/reference_pages.py`; a test compares the two.
[In a notebook](notebooks.md) shows how it is used. Other modules may change with any version;
what [extending](extending.md) names is kept.
"""


def describe_files() -> str:
    """Return the reference of keys as Markdown."""
    parts = [KEYS_HEAD]
    told: set[str] = set()
    for name, model in FILES.items():
        parts.append(f"## {name}.yml\n")
        for kind, part in list_parts(model).items():
            if kind not in told:
                told.add(kind)
                parts.append(_describe_part(part, kind, is_file=part is model))
    return "\n".join(parts)


def _describe_part(part: type[BaseModel], kind: str, *, is_file: bool) -> str:
    schema = make_schema(part, kind)
    own = schema if "properties" in schema else schema["definitions"][kind]
    title = "" if is_file else f"### {kind}\n\n"
    rows = "".join(_rows(own))
    head = "| key | what it is | holds | default |\n|---|---|---|---|\n"
    return f"{title}{_escape(own['description'])}\n\n{head}{rows}"


def _rows(schema: dict[str, Any]) -> Iterator[str]:
    for key, told in schema["properties"].items():
        name = f"**`{key}`**" if key in schema.get("required", ()) else f"`{key}`"
        default = f"`{_plain(told['default'])}`" if told.get("default") not in (None, "") else ""
        yield f"| {name} | {_escape(told.get('description', ''))} | {_kind(told)} | {default} |\n"


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _kind(told: dict[str, Any]) -> str:
    """Return in words what a key may hold."""
    if "$ref" in told:
        name = told["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in told:
        kinds = [_kind(one) for one in told["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if told.get("enum") == [True, False, "yes", "no"]:
        return "true or false"
    if "enum" in told or "const" in told:
        return ", ".join(f"`{value}`" for value in told.get("enum", [told.get("const")]))
    return _kind_by_type(told)


def _kind_by_type(told: dict[str, Any]) -> str:
    kind = told.get("type", "")
    if "object" in kind and isinstance(kind, list):
        return "text"
    if kind == "array":
        items = told.get("items", {})
        several = items if isinstance(items, list) else [items]
        return f"list of {', '.join(dict.fromkeys(map(_kind, several)))}"
    if kind == "object":
        return f"by name: {_kind(told['additionalProperties'])}"
    if told.get("format") == "date":
        return "date"
    return {"integer": "whole number", "number": "number"}.get(str(kind), "string")


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("{", "\\{")


def describe_python() -> str:
    """Return the reference of the public classes as Markdown."""
    classes = (briefgen.Study, notebook.Shown, notebook.Explained)
    return "\n".join([PYTHON_HEAD, *(part for one in classes for part in _describe_class(one))])


def _describe_class(one: type) -> Iterator[str]:
    signature = _signature(one).removesuffix(" -> None")
    yield f"## {one.__name__}\n\n```python\n{one.__name__}{signature}\n```\n\n{_text(one)}\n"
    for name, member in vars(one).items():
        if not name.startswith("_") and inspect.getdoc(member) and not isinstance(member, str):
            call = _signature(member) if callable(member) else ""
            yield f"### {one.__name__}.{name}\n\n`{name}{call}`\n\n{_text(member)}\n"


def _signature(member: Any) -> str:
    """Return how something is called; annotations are texts that need no quotes."""
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(member)))


def _text(member: Any) -> str:
    """Return a docstring as Markdown: sections' headings bold, names as code, examples fenced."""
    text = (inspect.getdoc(member) or "").replace("``", "`")
    text = re.sub(r"^(\w+)\n-+$", r"\n**\1**\n", text, flags=re.MULTILINE)
    text = re.sub(r"^(\w[\w, ]*)\n((?:    .+\n?)+)", _as_item, text, flags=re.MULTILINE)
    text = re.sub(r"((?:^>>> .*\n?)+)", _as_code, text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _as_item(found: re.Match[str]) -> str:
    body = " ".join(line.strip() for line in found[2].splitlines())
    return f"- `{found[1]}`: {body}\n"


def _as_code(found: re.Match[str]) -> str:
    code = re.sub(r"^(from .*)$", r"\1\n", found[1].replace(">>> ", ""), flags=re.MULTILINE)
    return f"```python\n{code.strip()}\n```\n"


if __name__ == "__main__":
    (DOCS / "keys.md").write_text(describe_files(), encoding="utf-8")
    (DOCS / "python.md").write_text(describe_python(), encoding="utf-8")
