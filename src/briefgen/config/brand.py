"""An institute's brand: one set of tokens for CSS, charts and tables.

In: ``_brand.yml`` in the form of Quarto's brand files. Out: a frozen `Brand`. What a study's file
leaves out comes from the default in ``styles``; what neither names is derived so that text keeps
the contrast of WCAG AA.

References
----------
brand.yml: https://posit-dev.github.io/brand-yml/. WCAG 2.2, relative luminance and contrast ratio:
https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageColor

from briefgen.config.defaults import defaults_folder
from briefgen.config.model_errors import list_faults
from briefgen.config.yaml_text import YamlError, load, read_file
from briefgen.errors import Problem, SettingsError, suggest

AA_TEXT: Final = 4.5
"""Smallest contrast ratio of text (WCAG 2.2, 1.4.3)."""
THEME_COLORS: Final = (
    "foreground", "background", "primary", "secondary", "tertiary", "success", "info", "warning",
    "danger", "light", "dark", "link",
)  # fmt: skip
PARTS: Final = ("meta", "logo", "color", "typography", "defaults")
"""What a brand file may hold, by the form of Quarto's."""
FONT_ROLES: Final = ("base", "headings", "monospace", "long-text")
CSS_COLORS: Final[Mapping[str, str]] = {
    name: color.lower() for name, color in ImageColor.colormap.items() if isinstance(color, str)
}
"""Names of colours that CSS knows, such as ``navy`` and ``rebeccapurple``."""
_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_FAMILY = re.compile(r"[^\"\\<>;{}\n]+")


@dataclass(frozen=True)
class Brand:
    """The tokens of the design.

    Attributes
    ----------
    name
        The institute's name.
    colors
        All colours by name as ``#rrggbb``: palette, theme (``primary``, ``foreground``, …) and
        those derived (``on-primary``, ``muted``, ``rule``).
    fonts
        Family by role: ``base``, ``headings``, ``monospace``, ``long-text``.
    font_files
        TTF or OTF files of the families.
    logo
        Picture file, or ``None``.
    logo_alt
        What the logo shows, for those who do not see it.
    file
        The file it was read from.
    """

    name: str
    colors: Mapping[str, str]
    fonts: Mapping[str, str]
    font_files: tuple[Path, ...] = ()
    logo: Path | None = None
    logo_alt: str = ""
    file: Path = field(default_factory=Path)

    def __reduce__(self) -> tuple[Any, ...]:
        # read-only mappings cannot be pickled, brands go to worker processes
        fields = (self.name, dict(self.colors), dict(self.fonts), self.font_files)
        return (Brand, (*fields, self.logo, self.logo_alt, self.file))

    def color(self, name: str) -> str:
        """Return a colour as ``#rrggbb`` (`SettingsError` where there is none of that name)."""
        try:
            return self.colors[name]
        except KeyError:
            raise SettingsError(
                f"the brand has no colour {name!r}",
                where=self.file.name,
                hint=suggest(name, list(self.colors)),
            ) from None

    def css_variables(self) -> str:
        """Return the tokens as CSS custom properties ``--brand-…``, without a selector."""
        lines = [f"--brand-{name}: {value};" for name, value in self.colors.items()]
        lines += [f'--brand-font-{role}: "{family}";' for role, family in self.fonts.items()]
        return "\n".join(lines)

    def problems(self) -> list[Problem]:
        """List the pairs of text and background colour whose contrast is below 4.5:1."""
        pairs = [
            (text, ground)
            for text in ("foreground", "primary", "secondary", "tertiary", "muted", "link")
            for ground in ("background", "light")
        ]
        pairs.append(("on-primary", "primary"))
        return [
            Problem(
                self.file.name, None, f"color.{text}",
                f"text in {text} on {ground} has a contrast of {ratio:.1f}:1",
                f"take a colour with at least {AA_TEXT}:1", "warning",
            )
            for text, ground in pairs
            if (ratio := contrast_ratio(self.colors[text], self.colors[ground])) < AA_TEXT
        ] + self._missing_fonts()  # fmt: skip

    def _missing_fonts(self) -> list[Problem]:
        """List the families of which no font file is there: print takes none from the machine."""
        folders = (defaults_folder("styles"), self.file.parent)
        files = [path for folder in folders for path in sorted(folder.glob("fonts/*.[to]tf"))]
        known = {family for path in (*self.font_files, *files) for family in font_families(path)}
        return [
            Problem(
                self.file.name, None, f"typography.{role}",
                f"there is no font file of the family {family!r}; another font is printed",
                "put its TTF or OTF files beside the brand's file, and list them under"
                " typography.fonts: files", "warning",
            )
            for role, family in self.fonts.items()
            if family.casefold() not in known
        ]  # fmt: skip


@lru_cache(maxsize=128)
def font_families(path: Path) -> frozenset[str]:
    """Return the names of the families that a font file belongs to, in small letters."""
    try:
        with TTFont(path, lazy=True) as font:
            names = [
                record.toUnicode() for record in font["name"].names if record.nameID in (1, 16)
            ]
    except (TTLibError, OSError, KeyError, UnicodeDecodeError):
        return frozenset()
    return frozenset(name.casefold() for name in names)


# --- colour arithmetic ----------------------------------------------------------------------


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=512)
def luminance(color: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=512)
def mix(first: str, second: str, share: float) -> str:
    """Mix two colours; ``share`` (0–1) is that of the second."""
    mixed = (
        round(a * (1 - share) + b * share)
        for a, b in zip(_channels(first), _channels(second), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def readable_on(ground: str, dark: str, light: str = "#ffffff") -> str:
    """Return whichever of two text colours has more contrast on a ground."""
    return max((light, dark), key=lambda color: contrast_ratio(color, ground))


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


# --- reading --------------------------------------------------------------------------------


def load_brand(study_folder: Path) -> Brand:
    """Read a study's brand; the default brand where it has none.

    Parameters
    ----------
    study_folder
        Folder of the study; ``styles/_brand.yml`` or ``_brand.yml`` in it is read.

    Raises
    ------
    SettingsError
        If the file cannot be read, names a colour that is none, or a file that is not there.
    """
    default = defaults_folder("styles") / "_brand.yml"
    own = (study_folder / "styles" / "_brand.yml", study_folder / "_brand.yml")
    path = next((path for path in own if path.is_file()), default)
    if path != default and not path.resolve().is_relative_to(study_folder.resolve()):
        raise SettingsError(
            "is a link that leads out of the study's folder",
            where=path.name,
            hint="put a copy of the file in its place",
        )
    return _load(path, default, path.stat().st_mtime_ns, default.stat().st_mtime_ns)


@lru_cache(maxsize=16)
def _load(path: Path, default: Path, *_versions: int) -> Brand:
    """Read the file over the default; the files' times are part of the cache's key."""
    own = _read(path)
    base = own if path == default else _read(default)
    palette, theme = _colors(own)
    base_palette, base_theme = _colors(base)
    names: dict[str, Any] = {**base_palette, **base_theme, **palette, **theme}
    colors = _resolve(names, path.name)
    return Brand(
        name=str(
            _part(own, "meta", path.name).get("name") or _part(base, "meta", "").get("name", "")
        ),
        colors=MappingProxyType(_derive(colors)),
        fonts=MappingProxyType(_fonts(own, base, path.name)),
        font_files=_font_files(own, path) or _font_files(base, default),
        logo=_logo(own, path),
        logo_alt=_logo_alt(own),
        file=path,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = load(read_file(path))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", where=path.name) from error
    except YamlError as error:
        raise SettingsError.listing(list_faults(error, path.name)) from error
    if not isinstance(raw, dict):
        raise SettingsError("is not a mapping", where=path.name, hint="see docs/exhibits.md")
    for name in raw:
        if name not in PARTS:
            raise SettingsError(
                f"there is no key '{name}'", where=path.name, hint=suggest(str(name), PARTS)
            )
    return raw


def _part(raw: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any]:
    part = raw.get(name) or {}
    if isinstance(part, str) and name in ("meta", "logo"):
        return {"name": part, "medium": part}
    return _mapping(part, name, where)


def _mapping(part: Any, name: str, where: str) -> Mapping[str, Any]:
    """Return a part that holds others by name; one that is not there is empty."""
    if not isinstance(part or {}, Mapping):
        raise SettingsError(f"{name}: is not a mapping", where=where, hint="see docs/exhibits.md")
    return part or {}


def _list(part: Any, name: str, where: str) -> list[Any]:
    """Return a part that is a list; one that is not there is empty."""
    if not isinstance(part or [], list):
        raise SettingsError(f"{name}: is not a list", where=where, hint="see docs/exhibits.md")
    return part or []


def _colors(raw: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    part = dict(_part(raw, "color", "_brand.yml"))
    palette = dict(_mapping(part.pop("palette", None), "color.palette", "_brand.yml"))
    unknown = [name for name in part if name not in THEME_COLORS]
    if unknown:
        raise SettingsError(
            f"color.{unknown[0]} is no colour of the theme",
            where="_brand.yml",
            hint=suggest(unknown[0], THEME_COLORS) + "; colours of your own go to color.palette",
        )
    return palette, part


def _resolve(names: Mapping[str, Any], where: str) -> dict[str, str]:
    """Follow names to colours, and write all colours alike."""
    return {name: _follow_references(name, names, where) for name in names if _is_name(name, where)}


def _is_name(name: object, where: str) -> bool:
    if isinstance(name, str) and _NAME.fullmatch(name):
        return True
    raise SettingsError(f"'{name}' is no name for a colour", where=where, hint="letters, digits, -")


def _follow_references(name: str, names: Mapping[str, Any], where: str) -> str:
    seen: list[str] = []
    value: Any = name
    while isinstance(value, str) and value in names and value not in seen:
        seen.append(value)
        value = _light(names[value])
    value = CSS_COLORS.get(value.lower(), value) if isinstance(value, str) else value
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise SettingsError(
            f"color {name}: '{value}' is neither #rrggbb nor a name of the palette or of CSS",
            where=where,
            hint=suggest(str(value), [str(known) for known in names])
            + "; a colour is quoted: '#1a5276'",
        )
    digits = value[1:]
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits).lower()


def _light(value: Any) -> Any:
    """Return the light one of a pair of colours, as paper has it: ``{light: …, dark: …}``."""
    if isinstance(value, Mapping) and value and set(value) <= {"light", "dark"}:
        return value.get("light", value.get("dark"))
    return value


def _derive(colors: dict[str, str]) -> dict[str, str]:
    """Add the colours that follow from others, where they are not given."""
    ink, paper, primary = colors["foreground"], colors["background"], colors["primary"]
    on_primary = readable_on(primary, ink, paper)
    derived = {
        "muted": _readable_mix(ink, paper, 0.36),
        "rule": mix(ink, paper, 0.78),
        "on-primary": on_primary,
        "on-primary-soft": _readable_mix(on_primary, primary, 0.14),
    }
    return {**derived, **colors}


def _readable_mix(color: str, ground: str, share: float) -> str:
    """Fade a colour towards its ground as far as it stays readable on it."""
    while share > 0 and contrast_ratio(mix(color, ground, share), ground) < AA_TEXT + 0.5:
        share = round(share - 0.02, 2)
    return mix(color, ground, max(share, 0.0))


def _fonts(own: Mapping[str, Any], base: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return the family of each role; long text is set in the family of the headings."""
    chosen = {
        role: family
        for role in FONT_ROLES
        if (family := _family(own, role, where) or _family(base, role, where))
    }
    return chosen | {"long-text": chosen.get("long-text", chosen["headings"])}


def _family(raw: Mapping[str, Any], role: str, where: str) -> str:
    value = _part(raw, "typography", where).get(role)
    family = value.get("family", "") if isinstance(value, Mapping) else value
    if family and not (isinstance(family, str) and _FAMILY.fullmatch(family)):
        raise SettingsError(f"typography.{role}: {family!r} is no font family", where=where)
    return family or ""


def _font_files(raw: Mapping[str, Any], path: Path) -> tuple[Path, ...]:
    """Return the font files that are there; a family from elsewhere has none."""
    found = []
    where = path.name
    for font in _list(_part(raw, "typography", where).get("fonts"), "typography.fonts", where):
        files = _mapping(font, "a font of typography.fonts", where).get("files")
        for entry in _list(files, "files of a font", where):
            name = entry.get("path", "") if isinstance(entry, Mapping) else entry
            found.append(_stay_inside(path, str(name)))
    return tuple(file for file in found if file.is_file())


def _logo(raw: Mapping[str, Any], path: Path) -> Path | None:
    """Return the picture for documents: medium, else large, else small."""
    part = _part(raw, "logo", path.name)
    images = _mapping(part.get("images"), "logo.images", path.name)
    for size in ("medium", "large", "small"):
        name = _logo_path(part.get(size), images)
        if name:
            file = _stay_inside(path, name)
            if not file.is_file():
                raise SettingsError(f"the logo {name} is not there", where=path.name)
            return file
    return None


def _logo_path(value: Any, images: Mapping[str, Any]) -> str:
    value = images.get(value, value) if isinstance(value, str) else value
    if isinstance(value, Mapping):
        value = value.get("path") or _logo_path(value.get("light"), images)
    return value if isinstance(value, str) else ""


def _logo_alt(raw: Mapping[str, Any]) -> str:
    part = _part(raw, "logo", "_brand.yml")
    named = _mapping(part.get("images"), "logo.images", "_brand.yml")
    images = [*named.values(), *part.values()]
    return next((str(i["alt"]) for i in images if isinstance(i, Mapping) and "alt" in i), "")


def _stay_inside(path: Path, name: str) -> Path:
    """Return a file named in a brand file; it may not lie outside the file's folder."""
    try:
        file = (path.parent / name).resolve()
        file.is_file()  # a name that no file can have breaks here
    except (OSError, ValueError):
        raise SettingsError(f"{name[:80]} is no path of a file", where=path.name) from None
    if not file.is_relative_to(path.parent.resolve()):
        raise SettingsError(f"{name} lies outside the brand's folder", where=path.name)
    return file
