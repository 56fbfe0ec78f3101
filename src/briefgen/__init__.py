"""briefgen prints what a study found, for each reader.

The way of the data is one line, and each stage is a module named after what it does::

    sources → validate → survey, cases, panel → disclosure → compose → render → pdf → publish

``build`` puts the stages in order. ``disclosure`` is the wall: what stands behind it sees
released evidence alone, never a respondent.
"""

__version__ = "0.1.0"
