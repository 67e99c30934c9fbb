"""Makes the fonts of this folder from their upstream packages: one weight, the scripts that are needed, no hints.

Run it where fontTools is installed, with a folder of unpacked upstream fonts: `python make_fonts.py UPSTREAM`.

    pip download --no-deps -d UPSTREAM fontpkg-eb-garamond fontpkg-cinzel fontpkg-great-vibes \
        pylopdf-fonts-ar pylopdf-fonts-he pylopdf-fonts-hi pylopdf-fonts-th
    for wheel in UPSTREAM/*.whl; do unzip -qo "$wheel" -d UPSTREAM; done
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

_COMMON = [(0x20, 0x7E), (0xA0, 0xFF), (0x2010, 0x2027), (0x2030, 0x203A), (0x20AC, 0x20AC), (0x2122, 0x2122)]
_LATIN = [*_COMMON, (0x100, 0x36F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x20A0, 0x20CF), (0x2100, 0x218F)]
_SIGNS = [(0x2190, 0x22FF), (0x25A0, 0x27BF), (0xFB00, 0xFB06)]
_EUROPEAN = [*_LATIN, *_SIGNS, (0x370, 0x52F), (0x1C80, 0x1C8F), (0x1F00, 0x1FFF), (0xA640, 0xA69F)]
_FEATURES = ("kern", "mark", "mkmk", "ccmp", "locl", "rlig")
_ARABIC = ("init", "medi", "fina", "isol", "liga", "rtlm")
_INDIC = (
    "abvs",
    "akhn",
    "blwf",
    "blws",
    "cjct",
    "half",
    "nukt",
    "pres",
    "psts",
    "rkrf",
    "rphf",
    "abvm",
    "blwm",
    "dist",
)


@dataclass(frozen=True)
class Recipe:
    """One font of this folder: what it is made of and what stays in it."""

    source: str
    """The upstream file's name."""
    name: str
    """The new family and PostScript name; also the file's."""
    ranges: tuple[tuple[int, int], ...]
    """First and last code point of what stays."""
    features: tuple[str, ...] = ("liga",)
    """Layout features besides the common ones; never discretionary ligatures."""
    axes: tuple[tuple[str, float], ...] = ()
    """Where a variable font is pinned."""


_REGULAR = (("wght", 400.0),)
_RECIPES = (
    Recipe("EBGaramond[wght].ttf", "EBGaramond-Regular", tuple(_EUROPEAN), axes=_REGULAR),
    Recipe("EBGaramond[wght].ttf", "EBGaramond-Medium", tuple(_EUROPEAN), axes=(("wght", 500.0),)),
    Recipe("EBGaramond-Italic[wght].ttf", "EBGaramond-Italic", tuple(_EUROPEAN), axes=_REGULAR),
    Recipe("Cinzel[wght].ttf", "Cinzel-Regular", tuple(_LATIN), axes=_REGULAR),
    Recipe("GreatVibes-Regular.ttf", "GreatVibes-Regular", (*_LATIN, (0x400, 0x45F)), ("liga", "calt")),
    Recipe(
        "NotoNaskhArabic-Variable.ttf",
        "NotoNaskhArabic-Regular",
        (*_COMMON, (0x600, 0x6FF), (0x750, 0x77F), (0x200C, 0x200D), (0x25CC, 0x25CC)),
        _ARABIC,
        _REGULAR,
    ),
    Recipe(
        "NotoSerifHebrew-Variable.ttf",
        "NotoSerifHebrew-Regular",
        (*_COMMON, (0x590, 0x5FF), (0xFB1D, 0xFB4F), (0x25CC, 0x25CC)),
        (),
        (*_REGULAR, ("wdth", 100.0)),
    ),
    Recipe(
        "NotoSerifDevanagari-Variable.ttf",
        "NotoSerifDevanagari-Regular",
        (*_COMMON, (0x900, 0x97F), (0x200C, 0x200D), (0x25CC, 0x25CC), (0xA8E0, 0xA8FF)),
        _INDIC,
        (*_REGULAR, ("wdth", 100.0)),
    ),
    Recipe(
        "NotoSerifThai-Variable.ttf",
        "NotoSerifThai-Regular",
        (*_COMMON, (0xE00, 0xE7F), (0x25CC, 0x25CC)),
        ("liga", "dist"),
        (*_REGULAR, ("wdth", 100.0)),
    ),
)


def make(recipe: Recipe, upstream: Path, folder: Path) -> Path:
    """Write one font and return its path."""
    source = next(upstream.rglob(recipe.source.replace("[", "[[]")))
    font = TTFont(source, recalcTimestamp=False)
    if recipe.axes:
        font = instantiateVariableFont(font, dict(recipe.axes), inplace=True)
    options = Options()
    options.hinting = False
    options.layout_features = [*_FEATURES, *recipe.features]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["STAT", "DSIG", "gasp", "meta", "MVAR", "HVAR", "avar"]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_codes(recipe.ranges))
    subsetter.subset(font)
    _rename(font, recipe.name)
    path = folder / f"{recipe.name}.ttf"
    font.save(path, reorderTables=False)
    return path


def _codes(ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {code for first, last in ranges for code in range(first, last + 1)}


def _rename(font: TTFont, name: str) -> None:
    """Give a font names of its own: two weights cut from one variable font share theirs."""
    family, style = name.split("-")
    for number, text in ((1, f"{family} {style}"), (2, "Regular"), (3, f"cequiz {name}"), (4, name), (6, name)):
        font["name"].setName(text, number, 3, 1, 0x409)


def main() -> None:
    """Make every font."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("upstream", type=Path, help="a folder with the unpacked upstream packages")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="where the fonts go")
    asked = parser.parse_args()
    for recipe in _RECIPES:
        path = make(recipe, asked.upstream, asked.out)
        print(f"{path.stat().st_size:8} {path.name}")  # noqa: T201 - a script says what it made


if __name__ == "__main__":
    main()
