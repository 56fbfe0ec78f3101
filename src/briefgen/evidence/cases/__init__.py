"""Case studies: read them, count what they say, release what may be told.

In: the code system, case files and exports of QDA programs, and the names to hide. Out: the
`CaseMaterial` of a study, its tidy estimates, and the quotes and portraits for release. Before it
stands `wording`; after it `disclosure`.
"""

from briefgen.evidence.cases.analysis import (
    CodingAgreement,
    count_codes,
    count_cooccurrence,
    estimate_cases,
    list_mentions,
    make_matrix,
    measure_agreement,
)
from briefgen.evidence.cases.material import Case, CaseMaterial, Interview, Segment
from briefgen.evidence.cases.read import read_cases
from briefgen.evidence.cases.release import release_material

__all__ = [
    "Case",
    "CaseMaterial",
    "CodingAgreement",
    "Interview",
    "Segment",
    "count_codes",
    "count_cooccurrence",
    "estimate_cases",
    "list_mentions",
    "make_matrix",
    "measure_agreement",
    "read_cases",
    "release_material",
]
