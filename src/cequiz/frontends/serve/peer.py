"""Who is at the other end of a line, as far as the line knows."""

from __future__ import annotations

from dataclasses import dataclass

_TRUE = frozenset({"truecolor", "24bit"})
_TRUE_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "wezterm", "foot", "iterm")
_NONE = frozenset({"dumb", "vt52", "vt100", "vt102", "vt220", "xterm-mono"})


@dataclass(frozen=True, kw_only=True)
class Peer:
    """The other end of a line."""

    way: str
    """`ssh` or `web`."""
    address: str
    """The address of the person's machine, or of the network they share."""
    term: str = "xterm-256color"
    """What the terminal calls itself (`TERM`)."""
    colour_term: str = ""
    """What it says of its colours (`COLORTERM`)."""
    language: str = ""
    """A language that is asked for, such as `es`; empty for the house's own."""

    @property
    def colours(self) -> str:
        """What the terminal has: `standard`, `256`, `truecolor`; empty for none."""
        if self.colour_term.lower() in _TRUE or self.term.startswith(_TRUE_TERMS) or self.term.endswith("-direct"):
            return "truecolor"
        if self.term in _NONE:
            return ""
        return "256" if "256" in self.term else "standard"
