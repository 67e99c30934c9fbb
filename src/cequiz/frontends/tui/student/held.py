"""What lies over an exam that the office has suspended, and the note with what the office wrote.

Neither knows how a hold begins or ends: whoever opens them says what to show.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

from textual.await_complete import AwaitComplete
from textual.events import Click, Key

from cequiz.domain.exam.attempt import OfficeMessage
from cequiz.frontends.standstill import moment
from cequiz.frontends.tui.screen import Dialog
from cequiz.frontends.tui.student.standstill import StandstillScreen
from cequiz.language import mark, tr

UNREAD = 1.0
"""Seconds for which a message cannot be closed: a key that was meant for the exam must not wipe it away unread."""


class HeldScreen(StandstillScreen):
    """Covers the question until the office lets the exam go on; no key but the one for leaving does anything."""

    HEADING = mark("The exam is suspended")

    def __init__(self, words: Callable[[], str], *, over: Callable[[], bool], leave: Callable[[], None]) -> None:
        """Cover the exam.

        Args:
            words: what to say at this moment.
            over: whether the office has let the exam go on.
            leave: asks whether to leave the exam.
        """
        super().__init__(words)
        self._over = over
        self._leave = leave

    def look(self) -> None:
        """Go away when the exam goes on, else show the words of this moment."""
        if not self._over():
            super().look()
        elif self.app.screen is self:
            self.dismiss()

    def on_key(self, event: Key) -> None:
        """Let nothing through to the exam."""
        event.stop()
        event.prevent_default()
        if event.key in ("x", "escape"):
            self._leave()

    def on_click(self, event: Click) -> None:
        """Let nothing through to the exam."""
        event.stop()


class MessageNote(Dialog):
    """What the office wrote; it must be closed, and the exam's time note keeps it."""

    def __init__(self, messages: Sequence[OfficeMessage], zone: tzinfo | None) -> None:
        lines = [tr("{at}: {text}", at=moment(one.at, zone), text=one.text) for one in messages]
        body = "\n\n".join([*lines, tr("Press t in the exam to read it again.")])
        super().__init__(tr("Message from the provider"), body)
        self._shown = False

    def on_mount(self) -> None:
        """Wait a moment before it can be closed."""
        self.set_timer(UNREAD, self.may_close)

    def may_close(self) -> None:
        """Let it be closed from now on."""
        self._shown = True

    def dismiss(self, result: bool | None = None) -> AwaitComplete:
        """Close the note, unless it has only just come up."""
        return super().dismiss(result) if self._shown else AwaitComplete()
