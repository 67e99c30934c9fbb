"""The house's colours: dark, light and high contrast; nothing else names a colour."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="cequiz-dark",
    primary="#5cc8b8",
    secondary="#7aa7d9",
    accent="#e8b65a",
    warning="#f0b64f",
    error="#f0807e",
    success="#7fce82",
    foreground="#dde3ea",
    background="#12181f",
    surface="#18202a",
    panel="#212c38",
    variables={
        "block-cursor-background": "#24505a",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-blurred-background": "#1f333c",
        "border": "#5cc8b8",
        "border-blurred": "#2f3d4c",
        "input-cursor-background": "#dde3ea",
        "footer-key-foreground": "#e8b65a",
        "scrollbar": "#3b4b5c",
        "scrollbar-hover": "#5cc8b8",
        "scrollbar-active": "#5cc8b8",
        "scrollbar-background": "#161e27",
        "scrollbar-background-hover": "#161e27",
        "scrollbar-background-active": "#161e27",
        "quiet": "#93a1b0",
        "badge": "#5cc8b8",
        "badge-text": "#0c1216",
    },
)
LIGHT = Theme(
    name="cequiz-light",
    dark=False,
    primary="#0b6e69",
    secondary="#2b5c93",
    accent="#8a5a00",
    warning="#8f4f00",
    error="#b3261e",
    success="#1f6b2a",
    foreground="#1c242c",
    background="#f6f4ee",
    surface="#fffdf8",
    panel="#e8e4d9",
    variables={
        "block-cursor-background": "#c5e4df",
        "block-cursor-foreground": "#0c1a1c",
        "block-cursor-blurred-background": "#dfeeeb",
        "border": "#0b6e69",
        "border-blurred": "#cfc9b9",
        "footer-key-foreground": "#7a4f00",
        "scrollbar": "#b5ae9c",
        "scrollbar-hover": "#0b6e69",
        "scrollbar-active": "#0b6e69",
        "scrollbar-background": "#efece3",
        "scrollbar-background-hover": "#efece3",
        "scrollbar-background-active": "#efece3",
        "quiet": "#59636e",
        "badge": "#0b6e69",
        "badge-text": "#ffffff",
    },
)
HIGH_CONTRAST = Theme(
    name="cequiz-high-contrast",
    primary="#ffff00",
    secondary="#7fdfff",
    accent="#ffff00",
    warning="#ffd500",
    error="#ff9d9d",
    success="#7dff7d",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    text_alpha=1.0,
    variables={
        "block-cursor-background": "#0000b0",
        "block-cursor-foreground": "#ffffff",
        "block-cursor-text-style": "bold underline",
        "block-cursor-blurred-background": "#000070",
        "border": "#ffff00",
        "border-blurred": "#ffffff",
        "footer-key-foreground": "#ffff00",
        "scrollbar": "#ffffff",
        "scrollbar-hover": "#ffff00",
        "scrollbar-active": "#ffff00",
        "scrollbar-background": "#000000",
        "scrollbar-background-hover": "#000000",
        "scrollbar-background-active": "#000000",
        "quiet": "#ffffff",
        "badge": "#ffff00",
        "badge-text": "#000000",
        "text-muted": "#ffffff",
        "text-disabled": "#ffffff",
    },
)

THEMES = (DARK, LIGHT, HIGH_CONTRAST)
"""In the order in which the key goes round."""


def following(name: str) -> str:
    """Return the name of the theme after this one."""
    names = [theme.name for theme in THEMES]
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
