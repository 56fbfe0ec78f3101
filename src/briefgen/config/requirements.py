"""What declarations have to say: each mistake is told where it is made, with what is allowed."""

from __future__ import annotations

import inspect
import re
import string
from collections.abc import Callable, Collection, Iterable
from typing import Any, Final

from briefgen.errors import SettingsError, suggest

SUFFIX: Final = re.compile(r"\.[a-z0-9]+(\.[a-z0-9]+)*")
WORD: Final = re.compile(r"[a-z][a-z0-9_]*")


def require(condition: object, message: str, hint: str) -> None:
    """Refuse a declaration unless a condition holds.

    Raises
    ------
    SettingsError
        With message and hint.
    """
    if not condition:
        raise SettingsError(message, hint=hint)


def require_instance(value: object, wanted: type) -> None:
    """Refuse what is no declaration at all."""
    name = wanted.__name__
    require(isinstance(value, wanted), f"{value!r} is no {name}", f"register a {name}(…)")


def require_name(what: str, name: Any, taken: Collection[str] = ()) -> None:
    """Refuse what is no name, or the name of another."""
    is_name = isinstance(name, str) and name.strip()
    require(is_name, f"{name!r} is no name of {what}", "give it a name, as a text, in quotes")
    require(
        name not in taken, f"there is {what} {str(name)!r} already", "give it a name of its own"
    )


def require_among(where: str, value: Any, known: Iterable[str]) -> None:
    """Refuse a value that is none of those that there are."""
    names = [*known]
    if value not in names:
        hint = f"one of {', '.join(map(repr, names))}"
        near = suggest(value, names) if isinstance(value, str) else ""
        more = f"{near} " if near.endswith("?") else ""
        raise SettingsError(f"{where} {value!r} is not known", hint=f"{more}{hint}")


def require_tuple(
    where: str, value: Any, kinds: tuple[type[Collection[Any]], ...] = (tuple,)
) -> None:
    """Refuse a text, or something else, where several texts are wanted."""
    is_one = isinstance(value, kinds) and all(isinstance(item, str) for item in value)
    require(
        is_one, f"{where} {value!r} is no {kinds[0].__name__} of texts", "see docs/extending.md"
    )


def require_suffix(where: str, suffix: object) -> None:
    """Refuse what is no suffix of a file."""
    is_one = isinstance(suffix, str) and SUFFIX.fullmatch(suffix)
    require(
        is_one, f"{where}: {suffix!r} is no suffix", 'write it as ".ext": in lower case, no path'
    )


def require_slots(where: str, text: str, known: Collection[str]) -> None:
    """Refuse a text with places that nothing fills."""
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError as error:
        raise SettingsError(f"{where} {text!r}: {error}", hint="braces come in pairs") from None
    for name in names:
        require_among(f"{where} {text!r}: the place", name, known)


def require_function(what: str, function: object, arguments: int) -> None:
    """Refuse what cannot be called with a number of arguments."""
    require(callable(function), f"{what}: {function!r} is no function", "decorate a function")
    wanted = f"it is called with {arguments} argument{'' if arguments == 1 else 's'}"
    require(_takes(function, arguments), f"{what} does not take its arguments", wanted)  # type: ignore[arg-type]


def _takes(function: Callable[..., Any], arguments: int) -> bool:
    try:
        inspect.signature(function).bind(*range(arguments))
    except TypeError:
        return False
    except ValueError:  # a function of C tells nothing
        return True
    return True
