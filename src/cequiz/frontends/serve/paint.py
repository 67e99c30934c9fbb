"""Colours that a terminal has, in place of those it has not.

Rich writes a style's codes down once, for whoever is drawn first, and lines are shared between sessions: so all of a
process draw in full colours, and what goes to a terminal with fewer is translated on its way.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.color import Color, ColorSystem

_SYSTEMS = {"256": ColorSystem.EIGHT_BIT, "standard": ColorSystem.STANDARD}
"""What is translated to, by Rich's names; every other terminal takes full colours."""

_CODES = re.compile(r"\x1b\[([\d;]*[34]8;2;[\d;]*)m")
_FULL = re.compile(r"([34])8;2;(\d+);(\d+);(\d+)")


def in_colours(data: str, colours: str) -> str:
    """Return what is drawn, in the colours that a terminal has.

    Args:
        data: text with the codes of full colours.
        colours: `standard`, `256`, `truecolor`; empty for a terminal without colours, whose greys are of the standard.
    """
    system = _SYSTEMS.get(colours or "standard")
    if system is None:
        return data
    return _CODES.sub(lambda found: f"\x1b[{_translated(found[1], system)}m", data)


@lru_cache(maxsize=4096)
def _translated(codes: str, system: ColorSystem) -> str:
    def nearest(found: re.Match[str]) -> str:
        place, red, green, blue = (int(one) for one in found.groups())
        colour = Color.from_rgb(red, green, blue).downgrade(system)
        return ";".join(colour.get_ansi_codes(foreground=place == 3))

    return _FULL.sub(nearest, codes)
