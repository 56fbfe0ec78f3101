"""One file changes name, logo, colours and fonts; what it leaves out stays readable."""

from __future__ import annotations

import itertools
import os
import pickle
import re

import pyphen
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.brand import (
    AA_TEXT,
    contrast_ratio,
    load_brand,
    luminance,
    mix,
    readable_on,
)
from briefgen.config.defaults import defaults_folder
from briefgen.config.hyphenation import use_current_patterns
from briefgen.content import exhibits
from briefgen.content.exhibits.palette import make_palette
from briefgen.errors import SettingsError

COLOR = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.fixture
def write(tmp_path):
    def written(text, name="_brand.yml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return tmp_path

    return written


@pytest.fixture(scope="module")
def default(tmp_path_factory):
    return load_brand(tmp_path_factory.mktemp("empty"))


def test_a_study_without_a_brand_has_the_default(default):
    assert default.file == defaults_folder("styles") / "_brand.yml"
    assert default.fonts["base"] == "Source Sans 3"
    assert default.fonts["long-text"] == default.fonts["headings"] == "Source Serif 4"
    assert all(file.is_file() for file in default.font_files)
    assert exhibits.load_brand is load_brand


def test_the_default_brand_keeps_the_contrast_of_wcag_aa(default):
    assert default.problems() == []


def test_every_colour_is_written_in_full(default):
    assert all(re.fullmatch(r"#[0-9a-f]{6}", color) for color in default.colors.values())


def test_tokens_reach_css(default):
    css = default.css_variables()
    assert "--brand-primary: #12436d;" in css
    assert '--brand-font-base: "Source Sans 3";' in css
    sheet = (defaults_folder("styles") / "tokens.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\((--brand-[a-z-]+)", sheet))
    assert used <= set(re.findall(r"--brand-[a-z-]+(?=:)", css))


def test_a_study_names_only_what_differs(write, default):
    folder = write("meta: Haus\ncolor:\n  palette: {moss: '#2a5a2a'}\n  primary: moss\n")
    brand = load_brand(folder)
    assert brand.name == "Haus"
    assert brand.color("primary") == "#2a5a2a"
    assert brand.color("chart-own") == "#2a5a2a"  # charts follow
    assert brand.color("tertiary") == default.color("tertiary")
    assert make_palette(brand).own == "#2a5a2a"


def test_the_file_in_styles_comes_first(write):
    write("meta: {name: Unten}")
    assert load_brand(write("meta: {name: Oben}", "styles/_brand.yml")).name == "Oben"


def test_a_changed_file_is_read_anew(write):
    folder = write("meta: {name: Erst}")
    assert load_brand(folder).name == "Erst"
    write("meta: {name: Dann}")
    os.utime(folder / "_brand.yml", (1, 1))
    assert load_brand(folder).name == "Dann"


def test_text_on_a_light_primary_turns_dark(write):
    brand = load_brand(write("color: {primary: '#ffd500'}"))
    assert brand.color("on-primary") == brand.color("foreground")
    assert [problem.column for problem in brand.problems()] == ["color.primary", "color.primary"]


def test_a_logo_and_its_text_are_found(write):
    folder = write(
        "logo:\n  images:\n    main: {path: logo.svg, alt: Haus am See}\n  medium: main\n"
    )
    (folder / "logo.svg").write_text("<svg/>", encoding="utf-8")
    brand = load_brand(folder)
    assert brand.logo == folder.resolve() / "logo.svg"
    assert brand.logo_alt == "Haus am See"


def test_fonts_of_a_study_take_the_place_of_the_default(write):
    folder = write(
        "typography:\n  fonts: [{family: Lato, source: file, files: [lato.ttf]}]\n"
        "  base: {family: Lato, size: 10pt}\n"
    )
    (folder / "lato.ttf").write_bytes(b"")
    brand = load_brand(folder)
    assert brand.fonts["base"] == "Lato"
    assert brand.fonts["headings"] == "Source Serif 4"
    assert brand.font_files == (folder.resolve() / "lato.ttf",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("color: {primary: blau}", "neither #rrggbb nor a name"),
        ("color: {primary: a, palette: {a: b, b: a}}", "neither #rrggbb nor a name"),
        ("color: {prim: '#000000'}", "no colour of the theme"),
        ("color: {palette: {'a b': '#000000'}}", "no name for a colour"),
        ("color: [1]", "is not a mapping"),
        ("- 1", "is not a mapping"),
        ("a: [", "a bracket is not closed"),
        ("typograhy: {base: Lato}", "there is no key 'typograhy'"),
        ("color: {palette: {01: '#000000'}}", "'01' is no name for a colour"),
        ("color: {tertiary: 007000, palette: {a1: 0123}}", "'007000' is neither #rrggbb"),
        ("logo: nicht.svg", "is not there"),
        ("logo: ../fern.svg", "outside the brand's folder"),
        ("typography: {base: 'A\"; }'}", "is no font family"),
    ],
)
def test_a_wrong_brand_is_refused(text, message, write):
    with pytest.raises(SettingsError, match=re.escape(message)):
        load_brand(write(text))


def test_a_colour_that_is_none_is_answered_with_the_nearest(default):
    with pytest.raises(SettingsError, match="did you mean primary"):
        default.color("primry")


def test_a_brand_goes_to_other_processes(default):
    assert pickle.loads(pickle.dumps(default)) == default  # noqa: S301 - our own bytes


def test_contrast_follows_wcag():
    assert contrast_ratio("#000000", "#ffffff") == pytest.approx(21)
    assert contrast_ratio("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert luminance("#ffffff") == pytest.approx(1)


@given(COLOR)
def test_one_of_two_text_colours_is_readable_on_any_ground(ground):
    assert contrast_ratio(readable_on(ground, "#000000"), ground) >= AA_TEXT


@given(COLOR, COLOR)
def test_mixing_goes_from_one_colour_to_the_other(first, second):
    assert mix(first, second, 0) == first
    assert mix(first, second, 1) == second


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
def test_text_is_readable_on_every_step_of_the_ramps(count, default):
    palette = make_palette(default)
    for fill in (*palette.sequence(count), *palette.diverging(count)):
        assert contrast_ratio(palette.on(fill), fill) >= AA_TEXT


@pytest.mark.parametrize("count", [3, 4, 5])
def test_ordered_categories_differ_in_grey_print(count, default):
    fills = make_palette(default).sequence(count)
    steps = [contrast_ratio(a, b) for a, b in itertools.pairwise(fills)]
    assert min(steps) > 1.25


def test_the_poles_of_a_scale_differ_for_the_colour_blind(default):
    """Blue and yellow channels survive the two common forms of red-green blindness."""
    palette = make_palette(default)
    low, high = palette.low, palette.own
    assert abs(int(low[5:], 16) - int(high[5:], 16)) > 60


def test_of_a_pair_paper_has_the_light_colour(write):
    brand = load_brand(
        write(
            "color: {palette: {sea: {light: '#003366', dark: '#99ccff'}}, primary: sea,"
            " foreground: {light: black, dark: white}, secondary: RebeccaPurple}"
        )
    )
    assert brand.color("primary") == "#003366"
    assert brand.color("foreground") == "#000000"
    assert brand.color("secondary") == "#663399"


@pytest.mark.parametrize("pair", ["{light: [1]}", "{}", "{bright: '#ffffff'}", "[a]", "1"])
def test_a_colour_that_is_no_pair_is_refused(write, pair):
    with pytest.raises(SettingsError, match="neither #rrggbb"):
        load_brand(write(f"color: {{primary: {pair}}}"))


def test_a_family_without_a_file_is_told(write, default):
    assert default.problems() == []
    brand = load_brand(write("typography: {base: Lato, headings: source serif 4}"))
    (told,) = brand.problems()
    assert (told.severity, told.column) == ("warning", "typography.base")
    assert "no font file of the family 'Lato'" in told.rule


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        # as the Duden has them
        ("Deutschland", "Deutsch-land"),
        ("Demonstrationsstudie", "De-mons-tra-ti-ons-stu-die"),
        ("Steuerungsgruppe", "Steu-e-rungs-grup-pe"),
        ("Arbeitsagentur", "Ar-beits-agen-tur"),
        ("Fachkräftesicherung", "Fach-kräf-te-si-che-rung"),
        ("Netzwerkarbeit", "Netz-werk-ar-beit"),
    ],
)
def test_german_words_are_broken_where_they_may_be(word, parts):
    use_current_patterns()
    allowed = {place for place, _ in _breaks(parts)}
    for language in ("de", "de-DE"):
        dictionary = pyphen.Pyphen(lang=pyphen.language_fallback(language), left=3, right=3)
        found = dictionary.positions(word)
        assert found
        assert set(found) <= allowed


def _breaks(parts):
    place = 0
    for part in parts.split("-")[:-1]:
        place += len(part)
        yield place, part


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("color: {palette: red}", "color.palette: is not a mapping"),
        ("color: {palette: true}", "color.palette: is not a mapping"),
        ("typography: {fonts: 3}", "typography.fonts: is not a list"),
        ("typography: {fonts: [x]}", "a font of typography.fonts: is not a mapping"),
        ("typography: {fonts: [{files: x}]}", "files of a font: is not a list"),
        ("logo: {images: x}", "logo.images: is not a mapping"),
        (f"logo: {'n' * 300}.svg", "is no path of a file"),
        ('logo: "a\\0b"', "is no path of a file"),
    ],
)
def test_a_part_of_another_kind_is_refused(write, text, told):
    with pytest.raises(SettingsError, match=re.escape(told)):
        load_brand(write(text))


def test_a_brand_that_is_a_link_out_of_the_study_is_refused(write, tmp_path):
    study = tmp_path / "study"
    study.mkdir()
    write("color: {primary: '#123456'}", "elsewhere.yml")
    (study / "_brand.yml").symlink_to(tmp_path / "elsewhere.yml")
    with pytest.raises(SettingsError, match="leads out"):
        load_brand(study)
