"""The colours of every theme can be told from what lies behind them (WCAG 2.2, 1.4.3 and 1.4.6)."""

from __future__ import annotations

from itertools import product

import pytest
from textual.color import Color
from textual.theme import Theme

from cequiz.frontends.tui.themes import THEMES

WORDS = ("foreground", "primary", "accent", "warning", "error", "success", "quiet", "footer-key-foreground")
"""The colours that words are written in."""

GROUNDS = ("background", "surface", "panel")
"""What words stand on."""

ENOUGH = {"cequiz-dark": 4.5, "cequiz-light": 4.5, "cequiz-high-contrast": 7.0}
"""Level AA for both ordinary themes, AAA for high contrast."""


def luminance(colour: Color) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    parts = (part / 255 for part in colour.rgb)
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_words_can_be_read_on_every_ground(theme: Theme) -> None:
    colours = theme.to_color_system().generate() | theme.variables
    pairs = [*product(WORDS, GROUNDS), ("block-cursor-foreground", "block-cursor-background"), ("badge-text", "badge")]
    pairs += [("foreground", "block-cursor-blurred-background")]
    for words, ground in pairs:
        found = contrast(Color.parse(colours[words]), Color.parse(colours[ground]))
        assert found >= ENOUGH[theme.name], f"{words} on {ground}: {found:.2f}"
