"""The last lines of every screen: which keys work here, from the one list of commands; each can be clicked."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from cequiz.frontends.tui.commands import Command, Scope
from cequiz.language import tr

_MOST_LINES = 2

_STAY = ("help", "leave", "submit")
"""What is left out last of all, the first one never: the help names the rest, and the two ways out of an exam."""


class KeyBar(Widget):
    """Shows commands, in at most two lines; help always stays."""

    auto_links = False
    """The keys have their own colours."""

    commands: reactive[tuple[Command, ...]] = reactive((), layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return as many lines as the keys need."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw the keys."""
        return Content("\n").join(
            Content("").join(_entry(one) for one in line) for line in self._lines(self.size.width)
        )

    def _lines(self, width: int) -> list[list[Command]]:
        shown = [command for command in self.commands if command.label]
        kept = list(shown)
        while len(lines := _wrap(kept, width)) > _MOST_LINES and len(kept) > 1:
            # What is left out is still in the help; the first commands of a screen are the most needed ones.
            kept.remove(max(enumerate(kept), key=_spared)[1])
        return lines


def _spared(place: tuple[int, Command]) -> tuple[int, int]:
    """Return how soon a command is left out, the greatest first: those that stay last, of the others the last one."""
    number, command = place
    return (-_STAY[::-1].index(command.id) - 1 if command.id in _STAY else 0, number)


def _wrap(commands: list[Command], width: int) -> list[list[Command]]:
    lines: list[list[Command]] = [[]]
    used = 0
    for command in commands:
        size = len(command.shown) + len(tr(command.label)) + 4
        if lines[-1] and used + size > width:
            lines.append([])
            used = 0
        lines[-1].append(command)
        used += size
    return lines


def _entry(command: Command) -> Content:
    entry = Content.assemble((f" {command.shown}", "bold $footer-key-foreground"), f" {tr(command.label)}  ")
    if command.each:
        return entry
    owner = "app" if command.scope is Scope.EVERYWHERE and command.id != "back" else "screen"
    return entry.stylize(Style.from_meta({"@click": f"{owner}.{command.id}"}))
