"""Random damage: to bytes, to texts of known parts, to trees of YAML. One rule for all targets.

Whatever is read is either read, or refused by a `BriefgenError` or a `Problem` that says which file
and what to do. `judge` holds that; any other exception is a fault of ours, and fails the test.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any, Final

from hypothesis import strategies as st

from briefgen.errors import BriefgenError, DataError, Problem, SettingsError

ODD_TEXTS: Final = (
    "", " ", "\n", "\t", "0", "-1", "1e999", "nan", "inf", "01", "1,5", "1.250,5", "yes", "NO", "null",
    "=1+1", "{{ x }}", "{% raw %}", "{{< meta x >}}", "<b>", "&amp;", "'", '"', '"open', ";", ",", "|",
    "a" * 5000, "ä", "e\u0301", "\u200b", "\ufeff", "\u202e", "\x00", "\x1b", "😀", "../../etc/passwd",
    "/dev/zero", "C:\\x", "~", "*", "?", "[", "DE1", "q01_size", "survey", "data/survey.csv", "*.csv",
    "%s", "{0.__class__}", "2026-13-45", "12:30", "9" * 400, "-", "--", "#", "%", "&a", "*a", "!!x",
)  # fmt: skip
ODD_VALUES: Final = (
    None, True, False, 0, -1, 1, 2**70, 1.5, float("inf"), float("nan"), [], {}, [[]], [None], {"": None},
    {"de": "x"}, {"de": 1, "en": None}, ["a", "a"], [1, 2, 3],
)  # fmt: skip
ODD_BYTES: Final = (
    *(text.encode("utf-8", "surrogatepass") for text in ODD_TEXTS),
    b"\x00", b"\xff", b"\xff\xfe", b"\r", b"\r\n", b"\n\n", b"PK\x03\x04", b"\x80", b"\xc3",
    b"\x00" * 64, b"\xff" * 16,
)  # fmt: skip

places = st.floats(0, 1, allow_nan=False)
byte_edits = st.lists(
    st.tuples(
        st.sampled_from(("put", "over", "cut", "twice", "end", "swap")),
        places,
        places,
        st.one_of(st.sampled_from(ODD_BYTES), st.binary(max_size=6)),
    ),
    min_size=1,
    max_size=4,
)
tree_edits = st.lists(
    st.tuples(
        st.sampled_from(("drop", "set", "key", "twice", "wrap", "swap")),
        places,
        places,
        st.one_of(
            st.sampled_from(ODD_VALUES),
            st.sampled_from(ODD_TEXTS),
            st.text(max_size=8),
            st.integers(-(10**12), 10**12),
        ),
    ),
    min_size=1,
    max_size=3,
)


def damage_bytes(content: bytes, edits: list[tuple[str, float, float, bytes]]) -> bytes:
    """Return a file's bytes after each edit, at places that are shares of its length."""
    for action, first, second, odd in edits:
        start, end = sorted((int(first * len(content)), int(second * len(content))))
        near = min(end, start + 40)
        if action == "put":
            content = content[:start] + odd + content[start:]
        elif action == "over":
            content = content[:start] + odd + content[start + len(odd) :]
        elif action == "cut":
            content = content[:start] + content[near:]
        elif action == "twice":
            content = content[:near] + content[start:near] + content[near:]
        elif action == "end":
            content = content[:end]
        else:
            content = content[:start] + content[near:end] + content[start:near] + content[end:]
    return content


def damage_tree(tree: Any, edits: list[tuple[str, float, float, Any]]) -> Any:
    """Return a tree of YAML after each edit of one of its parts."""
    tree = copy.deepcopy(tree)
    for action, first, second, odd in edits:
        spots = list(_spots(tree))
        if not spots:
            return tree
        holder, key = spots[min(int(first * len(spots)), len(spots) - 1)]
        other, other_key = spots[min(int(second * len(spots)), len(spots) - 1)]
        if action == "drop":
            del holder[key]
        elif action == "set":
            holder[key] = copy.deepcopy(odd)
        elif action == "wrap":
            holder[key] = [holder[key]]
        elif action == "swap":
            holder[key] = copy.deepcopy(other[other_key])
        elif action == "key" and isinstance(holder, dict):
            holder[str(odd)] = holder.pop(key)
        elif isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
    return tree


def _spots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every part of a tree as its holder and key."""
    parts = node.items() if isinstance(node, dict) else ()
    parts = enumerate(node) if isinstance(node, list) else parts
    for key, value in list(parts):
        yield node, key
        yield from _spots(value)


def judge(action: Callable[[], Any]) -> Any:
    """Run what reads a damaged file; what it raises or reports says where and what to do."""
    try:
        found = action()
    except BriefgenError as error:
        _judge_error(error)
        return None
    for problem in _problems(found):
        assert problem.file, problem
        assert problem.rule.strip(), problem
        assert problem.remedy.strip(), problem
    return found


def _judge_error(error: BriefgenError) -> None:
    """Hold that an error says what is wrong, and where or what to do."""
    assert str(error).strip()
    if not isinstance(error, DataError | SettingsError):
        assert error.where or error.hint, f"neither a place nor a hint: {error.message}"


def _problems(found: Any) -> Iterator[Problem]:
    """Yield the problems that a reader gives beside what it read."""
    parts = found if isinstance(found, tuple | list) else [found]
    for part in parts:
        if isinstance(part, Problem):
            yield part
        elif isinstance(part, list | tuple):
            yield from (item for item in part if isinstance(item, Problem))
