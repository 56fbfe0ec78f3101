"""Raw HTML of templates and engines for the web: what a reader's browser may be told to do.

In: the ``main`` element of a document as HTML. Out: the same with nothing in it but text, tables,
pictures, formulas and their looks; scripts, forms, frames, handlers of events and addresses that
run something are gone. The list is one of what is allowed. Print needs none: WeasyPrint runs no
scripts and fetches from the document's folders alone.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import nh3

_TEXT: Final = """
    a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup data dd del
    details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img input ins
    kbd label li main mark nav ol p pre q s samp section small span strong sub summary sup table
    tbody td tfoot th thead time tr u ul var wbr
"""
_FORMULAS: Final = """
    math annotation maction menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom
    mprescripts mroot mrow ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder
    munderover none semantics
"""
_DRAWINGS: Final = """
    svg circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon
    polyline radialGradient rect stop symbol text title tspan use
"""
TAGS: Final = frozenset((*_TEXT.split(), *_FORMULAS.split(), *_DRAWINGS.split()))
"""Elements that a page may hold."""

_EVERYWHERE: Final = frozenset(
    """
    id class title lang dir role style tabindex hidden align width height
    display xmlns mathvariant mathsize stretchy fence separator accent accentunder columnalign
    rowalign columnspacing rowspacing columnlines rowlines lspace rspace form movablelimits
    largeop symmetric minsize maxsize linethickness displaystyle scriptlevel encoding notation
    columnspan rowspan depth voffset
    viewBox preserveAspectRatio x y x1 y1 x2 y2 cx cy r rx ry d points transform fill fill-opacity
    fill-rule clip-path clip-rule stroke stroke-width stroke-dasharray stroke-linecap
    stroke-linejoin stroke-opacity stroke-miterlimit opacity offset stop-color stop-opacity
    gradientUnits gradientTransform markerWidth markerHeight refX refY orient text-anchor
    dominant-baseline font-family font-size font-weight font-style dx dy version
    """.split()  # noqa: SIM905 - a hundred names read better as words than as quoted strings
)
_OWN: Final = {
    "a": {"href", "hreflang", "rel", "download"},
    "img": {"src", "alt", "loading"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "time": {"datetime"},
    "data": {"value"},
    "details": {"open"},
    "input": {"type", "checked", "disabled"},
    "label": {"for"},
    "use": {"href"},
}
_STYLES: Final = frozenset(
    """
    align-items aspect-ratio background-color border border-bottom border-bottom-color
    border-bottom-style border-bottom-width border-collapse border-color border-left
    border-left-color border-left-style border-left-width border-right border-right-color
    border-right-style border-right-width border-spacing border-style border-top border-top-color
    border-top-style border-top-width border-width break-after break-before break-inside color
    column-count column-gap display fill flex flex-basis flex-direction flex-grow flex-shrink
    flex-wrap float clear font-family font-size font-style font-variant font-weight gap grid-column
    grid-row grid-template-columns height justify-content letter-spacing line-height
    list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width
    min-height min-width opacity overflow overflow-x overflow-y padding padding-bottom padding-left
    padding-right padding-top page-break-after page-break-before stroke stroke-width table-layout
    text-align text-decoration text-indent text-transform vertical-align white-space width
    word-break
    """.split()  # noqa: SIM905 - as above
)
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "data"})
_PICTURES: Final = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


def sanitise_content(html: str) -> str:
    """Return the HTML of a ``main`` element with nothing in it that acts."""
    return _cleaner().clean(html)


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style", "template", "iframe", "object", "noscript"},
        attributes={"*": set(_EVERYWHERE), **_OWN},
        attribute_filter=_filter,
        generic_attribute_prefixes={"data-", "aria-"},
        filter_style_properties=set(_STYLES),
        url_schemes=set(_SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


def _filter(tag: str, name: str, value: str) -> str | None:
    """Keep inline pictures, no other inline document, and of inputs the boxes of lists of tasks."""
    start = value.strip().lower()
    if start.startswith("data:") and not (name == "src" and start.startswith(_PICTURES)):
        return None
    if tag == "use" and name == "href" and not start.startswith("#"):
        return None
    if tag == "input" and name == "type":
        return "checkbox"
    return None if "url(" in start and "url(#" not in start and name != "href" else value
