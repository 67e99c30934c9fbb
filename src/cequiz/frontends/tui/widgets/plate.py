"""A piece of a certificate: the name and the licences, exactly as they will be printed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from cequiz.domain.credential.facts import LicenceFact, licences_text
from cequiz.domain.people.student import Licence
from cequiz.language import tr


def plate(name: str, licences: Sequence[Licence]) -> ComposeResult:
    """Lay out the piece."""
    printed = licences_text([LicenceFact(one.state, one.number) for one in licences])
    with VerticalScroll(id="plate", can_focus=False):
        yield Static(name, id="plate-name", markup=False)
        yield Static(printed or tr("no licence"), id="plate-licences", markup=False)
