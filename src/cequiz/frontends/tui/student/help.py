"""Help: the commands of the screen below, from the one list."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.frontends.tui import commands
from cequiz.frontends.tui.commands import Scope
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.language import mark, tr

_MARK = 11
"""Cells for the keys: the longest is `PgDn PgUp`."""


class HelpScreen(HouseScreen[None]):
    """What the keys do on the screen it was called from."""

    SCOPE = Scope.EVERYWHERE
    HEADING = mark("Help")

    def __init__(self, desk: Desk, scope: Scope) -> None:
        super().__init__(desk)
        self._scope = scope

    def compose_body(self) -> ComposeResult:
        """Lay out the commands of that screen, then the common ones."""
        with VerticalScroll(id="help"):
            for scope in dict.fromkeys((self._scope, Scope.EVERYWHERE)):
                yield Static(tr(scope.value), classes="heading", markup=False)
                for command in commands.offered(scope, self.desk.outside):
                    keys = Content.assemble((command.shown.ljust(_MARK), "bold $footer-key-foreground"))
                    yield Static(Hanging(keys, Content(tr(command.help))))
            moves = tr(
                "Lists move with the arrow keys, forms with Tab and Shift-Tab. Everything can be clicked as well."
            )
            yield Static(moves, classes="heading", markup=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.set_focus(self.query_one("#help"))
