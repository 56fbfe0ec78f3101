"""Print whole HTML pages as tagged PDF/UA-1, and inspect what came out.

In: an HTML page of ``pages`` with the files it shows. Out: a PDF, the same bytes for the same
input. Before this stage stands ``pages``, after it ``publish``.
"""

from briefgen.output.pdf.inspect import PageFault, PageFindings, inspect_pdf
from briefgen.output.pdf.printer import DEFAULT_STYLES, Printed, Printer, print_pdf

__all__ = [
    "DEFAULT_STYLES",
    "PageFault",
    "PageFindings",
    "Printed",
    "Printer",
    "inspect_pdf",
    "print_pdf",
]
