"""The pages of all sentences: current, complete, and without a raw name."""

from __future__ import annotations

import importlib.util
import re
import sys
from html import unescape
from pathlib import Path

import pytest

from briefgen.content.language import phrases

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script():
    path = ROOT / "scripts" / "list_sentences.py"
    spec = importlib.util.spec_from_file_location("list_sentences", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module", params=["de", "en"])
def page(script, request):
    return request.param, script.make_page(request.param)


def test_the_page_is_what_the_code_says_today(page):
    language, text = page
    stored = (ROOT / "docs" / f"sentences.{language}.html").read_text(encoding="utf-8")
    assert stored == text, "run python scripts/list_sentences.py"


def test_every_frame_of_values_is_filled_in_or_listed(script, page):
    language, text = page
    said = unescape(text)
    messages = script.list_messages(language)
    frames = [one for found in phrases.FRAMES.values() for one, _ in found]
    asked = script.Writer(script.load_settings(ROOT), language)
    list(asked.families())
    left = [one for one in frames if one not in asked.locale.noted.asked]
    assert len(left) < len(frames) / 4
    assert [one for one in left if messages[one].split(" / ")[0] not in said] == []


def test_no_raw_name_of_a_measure_is_printed(page):
    _, text = page
    told = re.sub(r"<h\d>.*?</h\d>|<th.*?</th>|<code>.*?</code>", "", text)
    assert re.findall(r"\b\w+_(?:round\d|median|iqr|w)\b", told) == []
