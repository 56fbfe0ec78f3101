"""What a plain text is: one line, with nothing in it that cannot be seen.

Texts of a study are plain unless their field's type is `settings.MarkdownText`. How a plain text is
written in Markdown is told in `content.language.markdown`; HTML, SVG and CSV have writers of their
own in the standard library.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

BLANKS: Final = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029 ]+")  # no-break spaces stay
CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


def one_line(text: str) -> str:
    """Return a text without line breaks and control characters; no-break spaces stay.

    Letters with marks are composed (NFC), as fonts and programs that search want them.
    """
    return unicodedata.normalize("NFC", BLANKS.sub(" ", CONTROL.sub("", text)).strip())
