"""The demonstration study's settings, with values drawn by chance for them."""

from __future__ import annotations

import pytest

from briefgen.config.brand import Brand, load_brand
from briefgen.config.settings import Settings, load_settings
from briefgen.content.language import Locale
from briefgen.model import Released
from exhibits_by_hand import REPOSITORY, draw_released


@pytest.fixture(scope="session")
def settings() -> Settings:
    return load_settings(REPOSITORY)


@pytest.fixture(scope="session")
def released(settings) -> Released:
    return draw_released(settings)


@pytest.fixture(scope="session")
def brand() -> Brand:
    return load_brand(REPOSITORY)


@pytest.fixture(scope="session", params=["de", "en"])
def locale(request, settings) -> Locale:
    return Locale(settings, request.param)


@pytest.fixture(scope="session")
def german(settings) -> Locale:
    return Locale(settings, "de")


@pytest.fixture(scope="session")
def english(settings) -> Locale:
    return Locale(settings, "en")
