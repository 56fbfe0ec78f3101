"""What is registered under a name, and the files from outside the package that it stands in.

``register_function`` is what `estimates`, `reads` and `chart` do. A name is registered once, so
that a typing error or a name taken twice is told where it is made. What a study's own extension
consists of belongs to the program: what it made counts as out of date once it changes. That is
each file that registers something, and the modules from outside that these import.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.machinery
import inspect
import sys
import sysconfig
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from briefgen.config.requirements import require_function, require_name
from briefgen.errors import BriefgenError, ExtensionError, SettingsError

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_STANDARD: Final = {Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib")}
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})
_outside: set[Path] = set()


def register_function(
    registry: dict[str, Callable[..., Any]],
    what: str,
    name: str,
    function: Callable[..., Any],
    arguments: int,
    *,
    gives: type | None = None,
    is_behind_wall: bool = False,
) -> None:
    """Put a function under a name.

    Parameters
    ----------
    what
        What it is, with its article.
    arguments
        So many it is called with.
    gives
        What it has to return.
    is_behind_wall
        Whether it sees no answers, so that messages of its errors may be shown.

    Raises
    ------
    SettingsError
        If another function has the name, or it is no function of so many arguments.
    """
    require_name(what, name)
    if name in registry and inspect.unwrap(registry[name]) is not inspect.unwrap(function):
        raise SettingsError(f"there is {what} {name!r} already", hint="give it a name of its own")
    require_function(f"{what} {name!r}", function, arguments)
    whose = f"the {what.partition(' ')[2]} {name!r}"
    is_own = not _is_of_package(Path(_file_of(function) or _PACKAGE / name))
    registry[name] = guard(function, whose, gives, is_behind_wall) if is_own else function
    note_function(function)
    note_caller()


def guard(
    function: Callable[..., Any], whose: str, gives: type | None = None, is_told: bool = False
) -> Callable[..., Any]:
    """Return a function from outside whose errors are told as its own."""

    def call(*arguments: Any) -> Any:
        with own_errors(function, whose, is_told):
            found = function(*arguments)
        if gives is not None and not isinstance(found, gives):
            raise ExtensionError(
                f"{whose} of {_file_of(function)} returned {type(found).__name__}",
                hint=f"it has to return a {gives.__name__}",
            )
        return _follow_errors(found, function, whose) if inspect.isgenerator(found) else found

    call.__wrapped__ = function  # type: ignore[attr-defined]
    return call


def _follow_errors(found: Iterator[Any], function: Callable[..., Any], whose: str) -> Iterator[Any]:
    with own_errors(function, whose):
        yield from found


@contextlib.contextmanager
def own_errors(function: Callable[..., Any], whose: str, is_told: bool = False) -> Iterator[None]:
    """Tell errors of a function from outside as its own; with the message where it is harmless."""
    try:
        yield
    except (BriefgenError, MemoryError):
        raise
    except Exception as error:
        file = _file_of(function)
        lines = [
            at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == file
        ]
        said = f": {error}" if is_told else ""
        place = f"{file}, line {lines[-1]}" if lines else file
        made = ExtensionError(
            f"{whose} of {place} raised {type(error).__name__}{said}",
            hint="this is a mistake of the extension; `--traceback` shows it with its message",
        )
        made.traceback = "".join(traceback.format_exception(error))
        raise made from error


def note_function(function: Callable[..., Any]) -> None:
    """Count the file of a function as the program's, where it stands outside of the package."""
    _note_file(_file_of(function))


def _file_of(function: Callable[..., Any]) -> str | None:
    bare = inspect.unwrap(function)
    while isinstance(bare, functools.partial):
        bare = inspect.unwrap(bare.func)
    try:
        return inspect.getsourcefile(bare)
    except TypeError:  # an object that is called: its class has the file
        return getattr(sys.modules.get(type(bare).__module__), "__file__", None)


def note_caller() -> None:
    """Count the file that registers something as the program's, where it is from outside."""
    frame = inspect.currentframe()
    while frame is not None and _is_of_package(Path(frame.f_code.co_filename)):
        if frame.f_code.co_name == "<module>":
            return  # the package registers a part of its own
        frame = frame.f_back
    _note_file(frame.f_code.co_filename if frame is not None else None)


def _note_file(source: str | None) -> None:
    path = Path(source).resolve() if source else None
    if path is not None and path.is_file() and not _is_of_package(path):
        _outside.add(path)


def _is_of_package(path: Path) -> bool:
    return _PACKAGE in path.parents


def list_outside_files() -> tuple[Path, ...]:
    """Return the files from outside that register something, and those that these import."""
    found: set[Path] = set()
    for path in _outside:
        _follow(path, _root_of(path), found)
    return tuple(sorted(found))


def _follow(path: Path, root: Path, found: set[Path]) -> None:
    """Add a file and the modules that it imports, as far as they are its author's."""
    if path in found or not path.is_file():
        return
    found.add(path)
    for imported in _list_imports(path, path.stat().st_mtime_ns):
        if _is_own(imported, root):
            _follow(imported, root, found)


def _is_own(path: Path, root: Path) -> bool:
    """Whether a module is neither the package's, nor Python's, nor of another distribution."""
    if root in path.parents:
        return True
    is_installed = bool(_INSTALLED & set(path.parts))
    return not (is_installed or _is_of_package(path) or _STANDARD & set(path.parents))


def _root_of(path: Path) -> Path:
    """Return the folder of the outermost package that a file stands in; else the file itself."""
    root = path
    while (root.parent / "__init__.py").is_file():
        root = root.parent
    return root


@functools.lru_cache(maxsize=256)
def _list_imports(path: Path, _changed: int) -> tuple[Path, ...]:
    """Return the files of the modules that a file imports, anywhere in it."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return ()
    names = [name for node in ast.walk(tree) for name in _imported_names(node)]
    return tuple(file for level, name in names for file in _find_files(path, level, name))


def _imported_names(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield level and dotted name of each module that a statement may import."""
    if isinstance(node, ast.Import):
        yield from ((0, alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        above = f"{node.module}." if node.module else ""
        yield from ((node.level, f"{above}{alias.name}") for alias in node.names)


def _find_files(path: Path, level: int, name: str) -> Iterator[Path]:
    """Yield the files of a module and of the packages above it."""
    search = [str(path.parents[level - 1])] if level else [str(path.parent), *sys.path]
    if level:
        yield from (file for file in [path.parents[level - 1] / "__init__.py"] if file.is_file())
    for part in name.split("."):
        spec = importlib.machinery.PathFinder.find_spec(part, search)
        if spec is None:
            return  # a name in a module
        if spec.origin and spec.origin.endswith(".py"):
            yield Path(spec.origin).resolve()
        search = list(spec.submodule_search_locations or ())


def describe_declaration(value: object) -> str:
    """Return a declaration as text that says the same in each process, for a hash."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((item.name, getattr(value, item.name)) for item in fields(value))
        return ", ".join(f"{name}={describe_declaration(part)}" for name, part in parts)
    if isinstance(value, Mapping):
        items = (f"{key!r}: {describe_declaration(part)}" for key, part in value.items())
        return "{" + ", ".join(sorted(items)) + "}"
    if isinstance(value, set | frozenset):
        return repr(sorted(value, key=repr))
    if callable(value):
        return getattr(value, "__qualname__", type(value).__qualname__)
    return repr(value)
