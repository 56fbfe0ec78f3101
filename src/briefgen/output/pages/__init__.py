"""Put a document's content into a whole page: for print and for the web.

In: the content HTML of an engine, which holds one ``<main id="quarto-document-content">``, and
what the page has to know about the document (`PageMeta`, a brand). Out: a complete HTML page.
Before this stage stands ``render``, after it ``pdf`` (print) and ``publish`` (web).
"""

from briefgen.output.pages.meta import LABELS, BrandLike, PageMeta
from briefgen.output.pages.page import WEB_FONTS, assemble_page, styles_folder
from briefgen.output.pages.webfonts import describe_fonts, write_fonts

__all__ = [
    "LABELS",
    "WEB_FONTS",
    "BrandLike",
    "PageMeta",
    "assemble_page",
    "describe_fonts",
    "styles_folder",
    "write_fonts",
]
