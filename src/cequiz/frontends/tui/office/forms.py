"""What the forms of the office have in common: fields, choices in one line, and who sits here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from textual.app import ComposeResult
from textual.widgets import Static

from cequiz.domain.people.student import clean_words
from cequiz.frontends.tui.office.screen import OfficeScreen
from cequiz.frontends.tui.student.form import FormScreen
from cequiz.frontends.tui.widgets.picker import Picker
from cequiz.language import mark, tr

V = TypeVar("V")


class OfficeForm(OfficeScreen[None], FormScreen):
    """A form of the office; a refusal stands in it until the next try."""

    def pick(
        self, name: str, label: str, choices: Sequence[tuple[V, str]], *, chosen: V | None = None
    ) -> ComposeResult:
        """Lay out one line to choose in, below its label."""
        yield Static(label, classes="label", markup=False)
        yield Picker(choices, chosen=chosen, id=name)

    def reason_field(self) -> ComposeResult:
        """Lay out the line for why."""
        yield from self.field("reason", tr("Reason, for the audit log"))

    def reason(self) -> str | None:
        """Return why, as it was typed; None where it is missing, which is said then.

        Raises:
            InvalidText: it is too long, or holds a character that could deceive.
        """
        typed = self.value("reason")
        if not typed.strip():
            self.refuse(tr("A reason is needed; it is kept in the audit log."), self.query_one("#reason"))
            return None
        return clean_words(typed, what=mark("reason"))

    def picker(self, name: str) -> Picker[object]:
        """Return a line to choose in."""
        return self.query_one(f"#{name}", Picker)
