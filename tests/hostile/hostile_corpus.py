"""Texts that look like markup, formulas, code or paths, and are none.

Picked by hand after what studies hold, and put together from fragments by a seeded draw.
"""

from __future__ import annotations

import random
from typing import Final

PICKED: Final = (
    "Unternehmer*innen", "Gründer*innen und Berater*innen", "H~2~O", "x^2^", "@home", "14",
    "1. Firms", "1) Firms", "(a) first", "a. Firma", "iv. vierte", "csta_k12 {.unnumbered}",
    "<script>alert(1)</script>", "{{ 7*7 }}", "{% raw %}", "{{< env HOME >}}",
    "{{< include ../../data/survey.csv >}}", "$x$", "kostet $5 bis $9", "=1+1", "+49 30 1234",
    "-5 bis 5", "@SUM(A1)", "a\u00a0b", "\\", "a\\", "\\alpha",
    "endet mit Punkt.", "Verein e.V.", "Was tun?", "[x](y)", "![x](y.png)", "[14]{.plain}",
    '[41 %]{.ev key="survey:q.a@N"}', "a|b", "# Titel", "## Titel {#x}", "> zitiert", "- Punkt",
    "* Punkt", "+ Punkt", ": Definition", "--- Strich", "a -- b --- c", "Warten...", "...", "===",
    "::: {.x}", ":::", "`code`", "``` {=html}", "~~weg~~", "^hoch^", "_unter_", "__fett__",
    "AT&amp;T", "AT&T", "&lt;b&gt;", "a < b > c", "<!-- weg -->", "<https://example.org>",
    "https://example.org/a_b", "a@b.org", "[^1]", "^[Note]", "[@key]", "-@key", "@fig-x", "50 %",
    "2017–2019", "½ Jahr", "x²", "1.234,5", "C#", "C++", "#14", "{NAME}", "{#id}", "}}{{", "%s %d",
    "{0.__class__}", "${HOME}", "$(id)", "`id`", "../../etc/passwd", "C:\\temp\\new", "yes", "NO",
    "null", "0123", "12:30", "1e5", "'; DROP TABLE x; --", "\u200bunsichtbar", "e\u0301",
    "\\input{/etc/passwd}", "\\newpage", "Zeile eins\nZeile zwei", "# {.unlisted}",
    "| a | b |", "+---+", "* * *", "Anteil: 14", "*", "**", "_", "~", "^", "$", "@", "#", "|", "<",
    "`", "1.", "(@) Beispiel", "i. e.", "A. Autor", "?@fig-x", "?.", "Was?. Nein", "e.V..",
)  # fmt: skip

FRAGMENTS: Final = (
    "Firma", "Netz", "14", "2,5 %", " ", " ", " ", "*", "_", "~", "^", "$", "\\", "{", "}", "[",
    "]", "(", ")", "<", ">", "@", "#", "|", "`", "&", "!", "-", "--", "+", "=", ":", "::", ".",
    "..", "/", "%", ";", "?", "ä", "ß", "é", "€", "…", "–", "„", "“", "{.x}", "{{", "}}", "{{<",
    ">}}", "{%", "<b>", "</b>", "&amp;", "](", "~~", "[^1]", "key=val", "\u00a0", "x2",
)  # fmt: skip

UNPRINTABLE: Final = ("😀 Freude", "שלום עולם", "☂", "Ａｂｃ")
"""Texts with signs that the carried fonts lack: a document with them is refused by name."""

QUOTED: Final = {
    # as it is written: as a German document prints it
    'Das "Netz" hält': "Das „Netz“ hält",
    '"Anfang" und Ende': "„Anfang“ und Ende",
    "die 'innere' Stimme": "die ‚innere‘ Stimme",
    "Peter's Hof": "Peter’s Hof",
    'er sagt: "ja"': "er sagt: „ja“",
}


def make_corpus(size: int, seed: int = 20) -> list[str]:
    """Return ``size`` different texts: those picked by hand, those with quotes, drawn ones."""
    luck = random.Random(seed)  # noqa: S311 - no secret
    texts = dict.fromkeys([*PICKED, *QUOTED])
    while len(texts) < size:
        drawn = "".join(luck.choices(FRAGMENTS, k=luck.randint(2, 7))).strip()
        if drawn:
            texts[drawn] = None
    return list(texts)[:size]
