"""The colours that somebody chose, kept in a small file of the house, so that the next start has them too.

Only at the machine itself: whoever comes over a line shares the house with others, and nobody may change their colours.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from cequiz.frontends.tui.themes import THEMES

NAME = "colours"
"""The file in the house's folder; it holds the name of a theme."""

_LONGEST = 64


def remembered(home: Path) -> str:
    """Return the theme that was chosen last; the first one where none was, or where the file says something else."""
    names = [theme.name for theme in THEMES]
    with suppress(OSError, ValueError):
        with (home / NAME).open(encoding="ascii") as file:
            said = file.read(_LONGEST).strip()
        if said in names:
            return said
    return names[0]


def remember(home: Path, theme: str) -> None:
    """Keep a choice; where the folder is not there or cannot be written, nothing is kept and nobody is bothered."""
    if not home.is_dir():
        return
    with suppress(OSError):
        descriptor = os.open(home / NAME, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{theme}\n")
