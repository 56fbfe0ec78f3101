"""The addresses in a text are those that Pandoc reads."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pypandoc
import pytest

from briefgen.config.addresses import find_addresses, replace_addresses

WRITTEN = r"""
![a](plain.svg) [b](report.pdf) ![c](a.png "A title") [d](x.csv 'it''s (one)')

![e](two words.svg) [f](two%20words.pdf) ![g](<angled words.svg>) ![h](<b.svg> "T")

[i](figures/a(1).pdf) ![j](figures/b\(2\).svg) [k](c (3).pdf "T")

![l with [brackets] and `code]`](l.svg) [![m](m.svg)](m.pdf) \![n](n.pdf) \[o](no.pdf)

![p][pic] ![pic] [q][file] [R][File] ![s][third]

[pic]: by-reference.svg "Title"
[file]: <by reference.pdf>
[third]: third(1).svg (Title)

`[t](code.pdf)` ``[u](code.pdf) ` `` <!-- ![v](comment.svg) --> [w](it's.pdf) [x](a&amp;b.pdf)

```
![y](fenced.svg)
```

[z](page.html#part) [aa](#part) [ab](https://example.org/a.svg) [ac](/root.svg) <mailto:a@b.example>

[ad](figures/ä.pdf){.download} text ] (not.pdf) ![ae](ae.svg){width="50%"}[af](af.pdf)
"""


def addresses_of_pandoc(text: str) -> set[tuple[bool, str]]:
    tree = json.loads(pypandoc.convert_text(text, "json", format="markdown"))
    return {(shown, unquote(path)) for shown, path in _walk(tree["blocks"]) if _is_file(path)}


def _is_file(path: str) -> bool:
    return not path.startswith(("#", "/", "http", "mailto:"))


def _walk(part: Any) -> Iterator[tuple[bool, str]]:
    if isinstance(part, dict):
        if part.get("t") in ("Image", "Link"):
            yield part["t"] == "Image", part["c"][2][0]
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from _walk(one)


def test_they_are_those_that_pandoc_reads():
    found = {(one.shown, one.path + one.rest) for one in find_addresses(WRITTEN)}
    wanted = addresses_of_pandoc(WRITTEN)
    assert len(wanted) > 20
    assert found == wanted


def test_raw_html_has_them_too():
    text = """<img alt="1 > 0" src="a b.svg"> <a class='x' href='b.pdf#p'>b</a> <b src="no.svg">"""
    found = [(one.shown, one.path, one.rest) for one in find_addresses(text)]
    assert found == [(True, "a b.svg", ""), (False, "b.pdf", "#p")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('![x](a b.svg "T")', '![x](new "T")'),
        ("![x](<a b.svg>){width=1}", "![x](new){width=1}"),
        ("![pic]\n\n[pic]: <a b.svg> 'T'\n", "![pic]\n\n[pic]: new 'T'\n"),
        ('<img src="a%20b.svg" alt="x">', '<img src="new" alt="x">'),
        ("`![x](a b.svg)` [x](c.svg)", "`![x](a b.svg)` [x](c.svg)"),
    ],
)
def test_they_are_replaced_where_they_stand(text, wanted):
    changed = replace_addresses(text, lambda one: "new" if one.path == "a b.svg" else None)
    assert changed == wanted
