import os

import pytest

from briefgen.errors import PrintError
from briefgen.output.pdf import fetch
from sample_pages import MOMENT, wrap

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNg"
    "AAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'


@pytest.fixture
def outside(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.svg").write_text(SVG.format(""), encoding="utf-8")
    return folder / "secret.svg"


def image(address):
    return wrap(f'<img src="{address}" alt="x">')


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/x.png",
        "https://example.org/x.png",
        "ftp://example.org/x.png",
        "//example.org/x.png",
        "file://example.org/etc/passwd",
        "../outside.png",
        "%2e%2e/%2e%2e/etc/passwd",
        "data:text/html,<p>x</p>",
    ],
)
def test_addresses_outside_the_document_are_refused(put, address):
    with pytest.raises(PrintError):
        put(image(address))


def test_link_to_the_outside_is_refused(put, tmp_path, outside):
    (tmp_path / "link.svg").symlink_to(outside)
    with pytest.raises(PrintError, match="outside the folders"):
        put(image("link.svg"))


def test_allowed_folder_is_served(put, outside):
    assert put(image(outside.as_uri()), allowed=[outside.parent]).exists()


def test_inline_picture_is_served(put):
    assert put(image(PIXEL)).exists()


@pytest.mark.parametrize(
    "body",
    [
        '<style>@import url("file:///etc/passwd");</style>',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@font-face { font-family: x; src: url("file:///etc/passwd") }</style>',
        '<p style="background-image: url(file:///etc/passwd)">x</p>',
        SVG.format('<image href="file:///etc/passwd" width="9" height="9"/>'),
        '<object data="file:///etc/passwd">x</object>',
        '<embed src="file:///etc/passwd">',
    ],
)
def test_other_ways_to_a_file_are_refused(put, body):
    with pytest.raises(PrintError):
        put(wrap(body))


def test_picture_within_a_picture_is_confined(put, tmp_path):
    inner = SVG.format('<image href="file:///etc/passwd" width="9" height="9"/>')
    (tmp_path / "outer.svg").write_text(inner, encoding="utf-8")
    with pytest.raises(PrintError):
        put(image("outer.svg"))


def test_reference_to_another_drawing_is_not_followed(put, outside):
    page = wrap(SVG.format(f'<title>x</title><use href="{outside.as_uri()}#x"/>'))
    assert put(page).read_bytes() == put(wrap(SVG.format("<title>x</title>"))).read_bytes()


def test_attachment_is_refused(put, tmp_path):
    (tmp_path / "data.csv").write_text("secret", encoding="utf-8")
    page = wrap("<p>x</p>").replace("<title>", '<link rel="attachment" href="data.csv"><title>')
    with pytest.raises(PrintError, match="attaches"):
        put(page)


def test_device_and_pipe_are_refused_without_being_opened(put, tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PrintError, match="not a regular file"):
        put(image("pipe.png"))


def test_large_file_is_refused(put, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "SIZE_LIMIT", 1000)
    (tmp_path / "large.png").write_bytes(bytes(1001))
    with pytest.raises(PrintError, match="more than"):
        put(image("large.png"))


def test_printer_works_on_after_a_refusal(printer, tmp_path):
    with pytest.raises(PrintError):
        printer.print(image("file:///etc/passwd"), tmp_path, tmp_path / "x.pdf", date=MOMENT)
    printer.print(wrap("<p>x</p>"), tmp_path, tmp_path / "x.pdf", date=MOMENT)
    assert (tmp_path / "x.pdf").exists()
