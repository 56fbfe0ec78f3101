"""Read data files as tables of text cells, with what the file itself says about them.

In: a `settings.Source` and the folder it is relative to. Out: a `DataTable`. What the cells mean is
decided by the codebook in ``survey.decode``; whether they are right is asked by ``validate``.
"""

from briefgen.evidence.sources.files import Material, hash_files, name_file, read_files
from briefgen.evidence.sources.read import read_table
from briefgen.evidence.sources.table import DataTable

__all__ = ["DataTable", "Material", "hash_files", "name_file", "read_files", "read_table"]
