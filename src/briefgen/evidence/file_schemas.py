"""The files of a study that are written by hand, with the model that reads each.

In: nothing, or a study's folder. Out: JSON Schemas by name, and the line at the head of a file
that names its schema to editors. `config.schema` makes a schema of a model.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from briefgen.config.recommendations import RecommendationFile
from briefgen.config.schema import MODELINE, make_schema
from briefgen.config.settings import Codebook, StudyInfo
from briefgen.config.wording import CodeFile, StatementFile
from briefgen.config.yaml_text import load
from briefgen.errors import UnknownNameError
from briefgen.evidence.cases.files import CaseEntry

FILES: Final[Mapping[str, type[BaseModel]]] = MappingProxyType(
    {
        "study": StudyInfo,
        "codebook": Codebook,
        "recommendations": RecommendationFile,
        "statements": StatementFile,
        "codes": CodeFile,
        "case": CaseEntry,
    }
)
"""Names of schemas; the files of a study are called so, unless ``files`` names them otherwise."""
FOLDER: Final = "schemas"
"""Where ``init`` writes schemas, beside ``data``."""
_YAML: Final = (".yml", ".yaml")


def find_schema(name: str) -> dict[str, Any]:
    """Return the schema of a file (`UnknownNameError` where there is none of that name)."""
    if name not in FILES:
        raise UnknownNameError.among("schema", name, FILES)
    return make_schema(FILES[name], f"{name}.yml of a briefgen study")


def write_schemas(folder: Path) -> Iterator[Path]:
    """Write all schemas into a folder; yield each file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        path = folder / f"{name}.json"
        text = json.dumps(find_schema(name), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
        yield path


def name_schemas(study: Path) -> Iterator[Path]:
    """Write the schemas beside ``data``, and name them at the head of each file that has one."""
    yield from write_schemas(study / FOLDER)
    for name, path in _list_files(study / "data"):
        up = PurePosixPath(*[".."] * (len(path.relative_to(study).parts) - 1))
        line = MODELINE.format(up / FOLDER / f"{name}.json")
        text = path.read_text(encoding="utf-8")
        if MODELINE.format("") not in text:
            path.write_text(f"{line}\n{text}", encoding="utf-8")


def _list_files(data: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a study that a schema is for, with its name."""
    named = load((data / "study.yml").read_text(encoding="utf-8")).get("files") or {}
    stated = {"study": "study.yml", "codebook": "codebook.yml"} | {
        name: named[name] for name in ("recommendations", "statements", "codes") if name in named
    }
    cases = named.get("cases")
    stands = [(name, data / path) for name, path in stated.items()]
    stands += [("case", path) for path in sorted((data / cases).rglob("*"))] if cases else []
    return ((name, path) for name, path in stands if path.suffix in _YAML and path.is_file())
