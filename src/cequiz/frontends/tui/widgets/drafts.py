"""Typed texts on their way from the keys to the hand that keeps answers, and what is said of them meanwhile.

A draft exists from a key until the hand has taken the text. Nothing here draws, keeps time or writes to a disk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from textual.content import Content

from cequiz.domain.exam.attempt import Response
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import InvalidResponse
from cequiz.frontends.tui.face import Asked, SlotFace, in_short
from cequiz.frontends.tui.questions import faces
from cequiz.language import tr

Place = tuple[str, str]
"""An item and one of its slots."""


class Hand(Protocol):
    """What a paper is written on with: it keeps the newest response of each item."""

    def response(self, item: str) -> Response | None:
        """Return the newest response, saved or not."""

    def answer(self, item: str, response: Response | None, *, received: Stamp | None = None) -> None:
        """Take a response, or take it back with None; `received` is when the last key of it was pressed."""

    def receive(self) -> Stamp:
        """Return the clocks now."""


@dataclass(frozen=True)
class Draft:
    """A typed text that is not handed over yet.

    Attributes:
        text: what was typed.
        received: when its last key was pressed.
        trouble: why the question cannot take it.
        held: whether it waits for an Enter: it was typed before another window took the exam over.
    """

    text: str
    received: Stamp
    trouble: InvalidResponse | None = None
    held: bool = False

    @property
    def stuck(self) -> bool:
        """Whether it cannot be handed over as it is; what only waits for the next key can."""
        return self.held or self.trouble is not None


class Drafts:
    """The typed texts of one paper, by item and slot."""

    def __init__(self) -> None:
        self._all: dict[Place, Draft] = {}

    def __bool__(self) -> bool:
        return bool(self._all)

    def __contains__(self, place: Place) -> bool:
        return place in self._all

    def of(self, item: str) -> dict[str, Draft]:
        """Return the drafts of one item by slot."""
        return {slot: draft for (owner, slot), draft in self._all.items() if owner == item}

    def note(self, place: Place, text: str, received: Stamp) -> None:
        """Note what stands in a field after a key."""
        self._all[place] = Draft(text, received)

    def release(self, place: Place, received: Stamp) -> None:
        """Let a held text go: somebody pressed Enter on it now."""
        if place in self._all:
            self._all[place] = replace(self._all[place], held=False, received=received)

    def drop(self, place: Place) -> bool:
        """Forget a text; False where there was none."""
        return self._all.pop(place, None) is not None

    def all(self) -> Mapping[Place, Draft]:
        """Return every text as it stands."""
        return dict(self._all)

    def held(self) -> Mapping[Place, Draft]:
        """Return every text, to be held on another paper."""
        return {place: replace(draft, held=True, trouble=None) for place, draft in self._all.items()}

    def hold(self, drafts: Mapping[Place, Draft]) -> None:
        """Keep texts of another paper: each waits for its Enter."""
        self._all |= drafts

    def hand_over(self, asked: Callable[[Place], Asked], take: Callable[[str, Response | None, Stamp], bool]) -> None:
        """Hand over every text that its question takes; the others stay, with the trouble they have.

        Args:
            asked: returns a question as it stands, with the slot active.
            take: takes the response of an item, with the instant of its last key; False where it was refused.
        """
        for place, draft in list(self._all.items()):
            if draft.held:
                continue
            now = asked(place)
            face = faces()[now.question.type]
            assert isinstance(face, SlotFace)  # noqa: S101 - only slots are typed into; for the type checker
            try:
                response = face.filled(now, draft.text if draft.text.strip() else None)
            except InvalidResponse as error:
                self._all[place] = replace(draft, trouble=error)
            else:
                if response == now.response or take(now.item, response, draft.received):
                    del self._all[place]


def draft_words(draft: Draft, face: SlotFace, *, typing: bool, locked: bool, saved: Content) -> Content:
    """Return what is said of a typed text; never that it is saved.

    Args:
        draft: the text.
        face: of its question.
        typing: whether the field is open.
        locked: whether nothing can be written now.
        saved: what is said of the answer on disk.
    """
    if locked or draft.held:
        words = f"! {tr('NOT SAVED: {words}', words=in_short(draft.text))}"
        if not locked:
            words += " " + tr("Press = and Enter to save it, or - to drop it.")
        return Content.assemble(Content(words).stylize("bold $error"), "\n", saved)
    if draft.trouble is None:
        return Content(f"… {tr('Typing')}")
    if typing:
        return Content(f"▲ {face.unfinished()} {draft.trouble.hint}".strip()).stylize("bold $warning")
    why = f"{draft.trouble.sentence} {draft.trouble.hint}".strip()
    return Content(f"! {tr('NOT SAVED: {words}', words=why)}").stylize("bold $error")
