"""Fetch what a page shows, from allowed folders and nowhere else."""

from __future__ import annotations

import mimetypes
import stat
import warnings
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from PIL import Image, ImageFile
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from briefgen.errors import PrintError

SIZE_LIMIT: Final = 20_000_000
"""Largest file that a page may show, in bytes."""
PIXEL_LIMIT: Final = 40_000_000
"""Largest picture in pixels; A4 at 600 dpi has 35 million."""
_INLINE_TYPES: Final = ("image/png", "image/jpeg", "image/svg+xml", "image/gif", "image/webp")


class ForbiddenFetchError(FatalURLFetchingError):  # type: ignore[misc]
    """A page asks for what it may not see; WeasyPrint lets this kind through to us."""

    def __init__(self, problem: PrintError) -> None:
        super().__init__(str(problem))
        self.problem = problem


class ConfinedFetcher(URLFetcher):  # type: ignore[misc]
    """Serve files whose real path lies under one of the roots, and inline pictures.

    No network, no redirects, no devices, no files above `SIZE_LIMIT`; every refusal ends the
    document.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self._roots = tuple(root.resolve() for root in roots)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Return the content behind an address, or end the document."""
        del headers
        scheme = urlsplit(url).scheme.lower()
        if scheme == "data":
            return self._inline(url)
        if scheme != "file":
            raise _refusal(url, "is not a file of the document", "copy the file into the study")
        return self._file(url)

    def _file(self, url: str) -> URLFetcherResponse:
        parts = urlsplit(url)
        if parts.netloc not in ("", "localhost"):
            raise _refusal(url, "lies on another machine", "copy the file into the study")
        path = Path(unquote(parts.path))
        real = path.resolve()
        if not any(real.is_relative_to(root) for root in self._roots):
            raise _refusal(
                url, "lies outside the folders of the document", "copy the file into the study"
            )
        content, kind = _read(real, url), mimetypes.guess_type(real.name)[0] or ""
        _check_picture(content, kind, url)
        return URLFetcherResponse(url, content, {"Content-Type": kind})

    def _inline(self, url: str) -> URLFetcherResponse:
        if len(url) > SIZE_LIMIT or not url[5:].lower().startswith(_INLINE_TYPES):
            raise _refusal(url[:60], "is no picture that may stand inline", "use a file")
        response = super().fetch(url)
        content = response.read()
        _check_picture(content, response.content_type, url[:60])
        return URLFetcherResponse(url, content, response.headers)


def _read(path: Path, url: str) -> bytes:
    """Read a regular file with a limit; devices and pipes are refused before they are opened."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise _refusal(url, "is not a regular file", "name a picture file")
        if status.st_size > SIZE_LIMIT:
            raise _refusal(
                url, f"has more than {SIZE_LIMIT // 1_000_000} MB", "make the picture smaller"
            )
        return path.read_bytes()
    except OSError as error:
        raise _refusal(url, f"cannot be read ({error.strerror})", "check the file's name") from None


def _check_picture(content: bytes, kind: str, url: str) -> None:
    """Refuse pictures that are damaged or too large, which WeasyPrint passes on as they are."""
    if not kind.startswith("image/") or kind == "image/svg+xml":
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content))
        width, height = picture.size
        if width * height > PIXEL_LIMIT:
            raise _refusal(url, f"has {width} × {height} pixels", "make the picture smaller")
        _load(picture)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refusal(url, f"is no picture that can be read ({error})", "save it again") from None


def _load(picture: Image.Image) -> None:
    """Unpack a picture to its end; WeasyPrint lets Pillow accept pictures that are cut off."""
    lenient = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient


def _refusal(url: str, reason: str, hint: str) -> ForbiddenFetchError:
    return ForbiddenFetchError(PrintError(f"{url} {reason}", hint=hint))
