"""Blanks before signs in French; nothing else is touched."""

from __future__ import annotations

import pytest

from briefgen.content.language.blanks import set_blanks


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("**Source:** enquête", "**Source\u00a0:** enquête"),
        ("Pourquoi ? Oui ; non !", "Pourquoi\u202f? Oui\u202f; non\u202f!"),
        (
            '(au total: [23 %]{.ev key="survey:q.a@FR"})',
            '(au total\u00a0: [23\u202f%]{.ev key="survey:q.a@FR"})',
        ),
        ("Exemple (2026): Titre", "Exemple (2026)\u00a0: Titre"),
        ("déjà\u00a0: là", None),
        ("voir [@lumley2010; @korn1998]", None),
        ("A&nbsp;B, <https://a.example/?b>, [c](https://a.example)", None),
        ("::: {.box}\n\nmot\n: sens\n\n:::", None),
        ("à 10:30 h", None),
        ("---\ntitle: Un\n---\n\nDeux: trois", "---\ntitle: Un\n---\n\nDeux\u00a0: trois"),
        (
            '```{=html}\n<b class="x: y">a: b?</b>\n```',
            '```{=html}\n<b class="x: y">a\u00a0: b\u202f?</b>\n```',
        ),
    ],
)
def test_french_has_a_blank_before_signs(written, printed):
    assert set_blanks(written, "fr") == (printed or written)
    assert set_blanks(written, "de") == written
