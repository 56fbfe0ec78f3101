"""Fonts of web pages hold the letters of the page, as fontTools cuts them too."""

from __future__ import annotations

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from briefgen.output.pages import styles_folder, write_fonts

FONT = styles_folder() / "fonts" / "SourceSerif4-Italic.ttf"
TEXT = "Für 41 % fi ½"


def describe(font: TTFont) -> dict[str, object]:
    """Return what readers gain from a font: its letters, their widths, its features."""
    letters = font.getBestCmap()
    features = {
        tag: sorted({record.FeatureTag for record in font[tag].table.FeatureList.FeatureRecord})
        for tag in ("GSUB", "GPOS")
    }
    return {
        "widths": {letter: font["hmtx"][name] for letter, name in letters.items()},
        "features": features,
        "names": [str(name) for name in font["name"].names],
        "glyphs": len(font.getGlyphOrder()),
    }


def test_a_font_is_cut_as_fonttools_cuts_it(tmp_path):
    faces = write_fonts([FONT], TEXT, tmp_path)
    assert faces[FONT.name] == ("Source Serif 4", 400, "italic")
    wanted = TTFont(FONT)
    cutter = Subsetter(Options(layout_features=["*"], hinting=False))
    cutter.populate(text=TEXT)
    cutter.subset(wanted)
    cut = TTFont(tmp_path / FONT.name)
    assert describe(cut) == describe(wanted)
    assert set(cut.getBestCmap()) == {ord(letter) for letter in TEXT}
    assert (tmp_path / FONT.name).stat().st_size < FONT.stat().st_size / 4


def test_the_same_letters_give_the_same_bytes(tmp_path):
    write_fonts([FONT], TEXT, tmp_path / "one")
    write_fonts([FONT], "".join(sorted(TEXT + TEXT)), tmp_path / "two")
    assert (tmp_path / "one" / FONT.name).read_bytes() == (
        tmp_path / "two" / FONT.name
    ).read_bytes()
