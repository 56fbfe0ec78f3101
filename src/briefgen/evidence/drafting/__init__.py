"""Draft ``study.yml`` and ``codebook.yml`` from a data file, for ``briefgen init``.

``origin`` reads the file by ``evidence.sources``; ``roles`` finds id, weight and region;
``groups`` and ``single`` make questions, with ``options``, ``scales``, ``missing`` and
``filters``; ``writing`` writes YAML with a comment at each guess.
"""

from briefgen.evidence.drafting.cases_draft import draft_cases
from briefgen.evidence.drafting.compare import Difference, compare_file, draft_new, make_ddi
from briefgen.evidence.drafting.draft import Draft, draft_study, draft_without_survey
from briefgen.evidence.drafting.empty_study import empty_study
from briefgen.evidence.drafting.origin import Origin, copy_files, find_origin
from briefgen.evidence.drafting.panel_draft import draft_panel
from briefgen.evidence.drafting.roles import Wishes
from briefgen.evidence.drafting.spss import make_spss_syntax, write_sav
from briefgen.evidence.drafting.writing import codebook_text, file_names, region_names, study_text

__all__ = [
    "Difference",
    "Draft",
    "Origin",
    "Wishes",
    "codebook_text",
    "compare_file",
    "copy_files",
    "draft_cases",
    "draft_new",
    "draft_panel",
    "draft_study",
    "draft_without_survey",
    "empty_study",
    "file_names",
    "find_origin",
    "make_ddi",
    "make_spss_syntax",
    "region_names",
    "study_text",
    "write_sav",
]
