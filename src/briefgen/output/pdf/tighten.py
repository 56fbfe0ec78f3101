"""Chapters that end with a few lines on a page of their own are set a little tighter.

In: a page's HTML, where its chapters begin in print, which pages are less than half full. Out: the
HTML with ``is-tight`` on the chapters that run over. The style sheets decide what that means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from briefgen.config.document_kinds import document_kinds

_CHAPTER = re.compile(r'<section\b(?=[^>]*\bclass="level1\b)[^>]*>')
_KIND = re.compile(r'<body class="kind-([^\s"]+)')
REACH = 8
"""How many pages before a short one are set tighter."""
_ID = re.compile(r'\bid="([^"]+)"')
_CLASS = re.compile(r'\bclass="([^"]*)"')


class Chapter(NamedTuple):
    """A chapter's tag in the HTML, with what matters for where it begins."""

    tag: str
    id: str
    flows: bool  # on the page where the chapter before it ends


def find_chapters(html: str) -> list[Chapter]:
    """Return the chapters in order; of some kinds of documents all flow."""
    found = [_read(match[0]) for match in _CHAPTER.finditer(html)]
    return [item._replace(flows=True) for item in found] if _all_flow(html) else found


def _all_flow(html: str) -> bool:
    """Whether the page says that it is of a kind of document whose chapters all flow."""
    found = _KIND.search(html)
    kind = document_kinds().get(found[1]) if found else None
    return kind is not None and kind.chapters_flow


def _read(tag: str) -> Chapter:
    found, classes = _ID.search(tag), _CLASS.search(tag)
    names = classes[1].split() if classes else []
    return Chapter(tag, found[1] if found else "", "flow" in names)


def group_chapters(chapters: Sequence[Chapter]) -> list[list[Chapter]]:
    """Put chapters together that follow one another without a new page."""
    groups: list[list[Chapter]] = []
    for chapter in chapters:
        if groups and chapter.flows:
            groups[-1].append(chapter)
        else:
            groups.append([chapter])
    return groups


def tighten_chapters(html: str, starts: Mapping[str, int], short: Sequence[int]) -> str:
    """Mark the chapters that end on pages less than half full.

    Parameters
    ----------
    starts
        Page, counted from 1, on which each chapter begins, by its identifier.
    short
        Pages that are less than half full.
    """
    groups = [group for group in group_chapters(find_chapters(html)) if group[0].id in starts]
    for page in short:
        before = [group for group in groups if starts[group[0].id] < page]
        for chapter in _near(before[-1], starts, page) if before else ():
            html = html.replace(chapter.tag, _mark(chapter.tag), 1)
    return html


def _near(group: Sequence[Chapter], starts: Mapping[str, int], page: int) -> list[Chapter]:
    """Return the chapters before a page that are near enough to draw its lines to them."""
    begun = [chapter for chapter in group if starts.get(chapter.id, page) < page]
    first = starts[begun[-1].id]
    return [chapter for chapter in begun if starts[chapter.id] >= min(first, page - REACH)]


def _mark(tag: str) -> str:
    return _CLASS.sub(lambda found: f'class="{found[1]} is-tight"', tag, count=1)
