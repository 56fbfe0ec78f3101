"""LimeSurvey's archive (``.lsa``): structure and answers of a survey in one file.

In: the archive, with a structure (``.lss``) and answers (``.lsr``) as XML. Out: the table that an
export with answer codes would give, labelled by the structure in all of its languages. Who was
invited (``.lst``) is not read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from lxml import etree

from briefgen.config.settings import DataSource
from briefgen.evidence.sources.delimited import Records
from briefgen.evidence.sources.exports import label_limesurvey, make_limesurvey, read_archived
from briefgen.evidence.sources.table import DataTable

FIELD: Final = re.compile(r"_?\d+X\d+X(?P<qid>\d+)(?P<rest>.*)")
"""Survey, group and question by their numbers, then the line: ``282X83X732SQ001``."""
NEWER: Final = re.compile(r"_?Q(?P<qid>\d+)(?:_S(?P<line>\d+))?(?P<rest>.*)")
"""The same since LimeSurvey 7: ``Q732_S741``."""
SCALE: Final = re.compile(r"(?P<line>.*)[-#](?P<scale>[01])")
"""A line that is answered on two scales."""


def read_archive(path: Path, source: DataSource) -> DataTable:
    """Read the answers of a survey archive.

    Raises
    ------
    SourceError
        If it is no archive, or lacks structure or answers.
    """
    titles = _titles(read_archived(path, ".lss"))
    rows = [
        {str(cell.tag): (cell.text or "").strip() for cell in row}
        for row in read_archived(path, "_responses.lsr").iterfind(".//rows/row")
    ]
    fields = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[_column(name, titles) for name in fields]]
    cells += [[row.get(name, "") for name in fields] for row in rows]
    records = Records(cells, ("LimeSurvey archive",))
    return label_limesurvey(make_limesurvey(path, records, source, None), path)


def _titles(root: etree._Element) -> dict[str, str]:
    """Return the code of each question and line by its number."""
    return {
        (row.findtext("qid") or "").strip(): (row.findtext("title") or "").strip()
        for part in ("questions", "subquestions")
        for row in root.iterfind(f"{part}/rows/row")
    }


def _column(field: str, titles: Mapping[str, str]) -> str:
    """Return what an export with question codes calls a field."""
    old, new = FIELD.fullmatch(field), NEWER.fullmatch(field)
    if old and old["qid"] in titles:
        return titles[old["qid"]] + _line(old["rest"])
    if old and not old["rest"]:  # a rank follows the question's number without a sign between
        ranked = [qid for qid in titles if old["qid"].startswith(qid)]
        question = max(ranked, key=len, default="")
        rank = old["qid"].removeprefix(question)
        return titles[question] + _line(rank) if question and len(rank) <= 2 else field
    if new and new["qid"] in titles:
        line = titles.get(new["line"] or "", "")
        return titles[new["qid"]] + _line(line + new["rest"].lstrip("_"))
    return field


def _line(rest: str) -> str:
    twice = SCALE.fullmatch(rest)
    if twice:
        return f"[{twice['line']}][{int(twice['scale']) + 1}]"
    return f"[{rest}]" if rest else ""
