import pytest

from briefgen.output.pdf import Printer
from sample_pages import MOMENT, SAMPLES, sample_page


@pytest.fixture(scope="session")
def printer():
    """One warm printer, as a worker has it."""
    return Printer()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what reads the printed samples as slow: printing them takes seconds."""
    for item in items:
        if "samples" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def put(printer, tmp_path):
    """Print a page whose files stand in the test's folder."""

    def put(html, name="page.pdf", **options):
        printer.print(html, tmp_path, tmp_path / name, date=MOMENT, **options)
        return tmp_path / name

    return put


@pytest.fixture(scope="session")
def samples(printer, tmp_path_factory):
    """All kinds of sample documents, printed: path by kind and language."""
    folder = tmp_path_factory.mktemp("samples")
    paths = {}
    for kind in ("brief", "summary", "report"):
        for language in ("de", "en"):
            target = folder / f"{kind}-{language}.pdf"
            printer.print(
                sample_page(kind, language), SAMPLES, target, identifier=b"sample", date=MOMENT
            )
            paths[kind, language] = target
    return paths
