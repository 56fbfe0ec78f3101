"""What a plain text is: one line, with nothing in it that cannot be seen; names made of it.

Texts of a study are plain unless their field's type is `settings.MarkdownText`. How a plain text is
written in Markdown is told in `content.language.markdown`; HTML, SVG and CSV have writers of their
own in the standard library.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from slugify import slugify as transliterate

BLANKS: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029 ]+")  # no-break spaces stay
GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "æ": "ae", "ø": "oe"})
"""As German readers write these letters where they have no others; the rest is transliterated."""
CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters; no-break spaces stay.

    Letters with marks are composed (NFC), as fonts and programs that search want them.
    """
    return unicodedata.normalize("NFC", BLANKS.sub(" ", CONTROL.sub("", text)).strip())


def single_spaced(text: str) -> str:
    """Return a text with one blank in place of all white space in a row, no-break spaces too."""
    return " ".join(text.split())


def capital(text: object) -> str:
    """Return a text with its first letter large: the start of a sentence or heading."""
    written = str(text)
    return written[:1].upper() + written[1:]


def make_slug(text: str, separator: str = "-", longest: int = 80, *, at_words: bool = False) -> str:
    """Return a text as a name of ASCII letters, digits and separators.

    ``Baden-Württemberg`` becomes ``baden-wuerttemberg``. Nothing is left of a text without a letter
    or digit that can be written so.

    Parameters
    ----------
    longest
        Characters after which the name is cut.
    at_words
        Cut between words, where the first word is short enough.
    """
    plain = unicodedata.normalize("NFC", text).casefold().translate(GERMAN)
    return transliterate(
        plain, entities=False, decimal=False, hexadecimal=False, max_length=longest,
        word_boundary=at_words, save_order=at_words, separator=separator,
    )  # fmt: skip
