"""Put something else in the place of a function of the release, to take a rule out."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def patched(module: str, name: str, value: object) -> Iterator[None]:
    """Put something else in the place of a function of the release."""
    place = importlib.import_module(f"briefgen.disclosure.{module}")
    owner, _, attribute = name.rpartition(".")
    target = getattr(place, owner) if owner else place
    before = getattr(target, attribute)
    setattr(target, attribute, value)
    try:
        yield
    finally:
        setattr(target, attribute, before)
