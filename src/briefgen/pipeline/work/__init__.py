"""What workers do: from released evidence to published files, behind the wall.

In: a plan of documents, released evidence, templates. Out: publications. Nothing here sees a
respondent, which a contract of ``pyproject.toml`` holds for the folder. Beside it in ``pipeline``
stands what reads the study, releases its evidence and gives the work out.
"""
