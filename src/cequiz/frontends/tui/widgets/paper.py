"""The paper a question is answered on: it turns keys and clicks into responses and hands them over at once.

What is typed is handed over a moment after the last key, with the instant of that key; until then the line below never
says saved. How the question looks is `asking`'s; nothing here marks an answer, keeps time or writes to a disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import on
from textual.content import Content
from textual.message import Message
from textual.timer import Timer

from cequiz.domain.bank.frames import SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.bank.typed import MOST_LETTERS
from cequiz.domain.exam.attempt import Response
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import CequizError
from cequiz.frontends.tui.face import Asked, OrderFace, SlotFace, choice_of, choice_row, slot_of, slot_row
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.widgets.asking import Asking
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.drafts import Hand
from cequiz.frontends.tui.widgets.typed_field import OneLine
from cequiz.language import tr

PAUSE = 0.6
"""Seconds after the last key until what was typed is handed over."""


class Paper(Asking):
    """Shows one question and takes its answer."""

    @dataclass
    class Answered(Message):
        """A response was handed over, or a typed text began to differ from it: what is shown elsewhere may change."""

    @dataclass
    class Hinted(Message):
        """A key did nothing; this says why."""

        words: str

    @dataclass
    class Refused(Message):
        """The hand did not take a response."""

        error: CequizError

    def __init__(self, hand: Hand, *, id: str | None = None) -> None:
        super().__init__(hand, id=id)
        self._timer: Timer | None = None

    def show(self, item: str, question: Question, order: Sequence[str], *, heading: Content, status: Content) -> None:
        """Show a question with its answer; what is being typed for another one is handed over first."""
        if item != self.item:
            self.close_field()
        super().show(item, question, order, heading=heading, status=status)

    # Choosing -------------------------------------------------------------------------------------------------

    def letter(self, place: int) -> None:
        """Press the choice of a letter.

        Args:
            place: of the letter, from 0.
        """
        asked = self.asked()
        letters = self.face.letters(asked)
        if place < len(letters):
            self._press(asked, letters[place], by_letter=True)

    def row_pressed(self, row: str, *, mouse: bool) -> None:
        """Press a row by Enter, space or the mouse."""
        if not self.item or self.locked or not self.screen.check_action("answer_by_row", ()):
            return
        slot, choice = slot_of(row), choice_of(row)
        if choice is not None:
            self._press(self.asked(), choice, by_letter=False)
        elif slot is not None:
            self._enter(slot, mouse=mouse)

    @on(Choices.Moved)
    def slot_moved(self, event: Choices.Moved) -> None:
        """Show which slot is the active one, and its choices."""
        event.stop()
        if event.item == self.item:
            self.draw()

    def _enter(self, slot: str, *, mouse: bool) -> None:
        """Go into a slot: open the field, or go to its choices."""
        if self.slot_named(slot).choices is None:
            self.choices.slot = slot
            self.open_field()
        elif not mouse:
            asked = self.asked(slot=slot)
            letters = self.face.letters(asked)
            held = _filled(asked).get(slot)
            self.draw(highlight=choice_row(held if held in letters else letters[0]))

    def _press(self, asked: Asked, choice: str, *, by_letter: bool) -> None:
        if self.locked:
            return
        face, highlight = faces()[asked.question.type], choice_row(choice)
        try:
            response = face.press(asked, choice)
            self.hand.answer(asked.item, response)
        except CequizError as error:
            self.post_message(self.Refused(error))
            return
        if isinstance(face, SlotFace):
            onward = asked.slot
            if _filled(replace(asked, response=response)).get(asked.slot) == choice:
                onward = face.next_open(asked, response)
            shared = isinstance(asked.question, SlotQuestion) and asked.question.shared
            in_choices = choice_of(self._highlighted) is not None
            self.choices.slot = onward
            highlight = highlight if in_choices and shared and not by_letter else slot_row(onward)
        self._changed(highlight)

    @property
    def _highlighted(self) -> str:
        option = self.choices.highlighted_option
        return (option.id or "") if option is not None else ""

    def _changed(self, highlight: str | None = None) -> None:
        """Draw what has changed here at once, and let others know."""
        self.draw(highlight=highlight)
        self.post_message(self.Answered())

    def move(self, step: int) -> None:
        """Move the highlighted part of an order by so many places."""
        face, asked, choice = self.face, self.asked(), choice_of(self._highlighted)
        if self.locked or not isinstance(face, OrderFace) or choice is None:
            return
        response = face.move(asked, choice, step)
        if response != asked.response:
            self._hand_over(asked.item, response)
            self._changed(choice_row(choice))

    def clear(self) -> None:
        """Empty the active slot; where there are no slots, take the whole answer back."""
        asked = self.asked()
        if self.locked:
            return
        if not isinstance(self.question, SlotQuestion):
            if asked.response is not None and self._hand_over(asked.item, None):
                self._changed()
            return
        dropped = self.drafts.drop((asked.item, asked.slot))
        face = self.face
        assert isinstance(face, SlotFace)  # noqa: S101 - the face of a question with slots; for the type checker
        if not dropped and asked.slot in _filled(asked):
            self._hand_over(asked.item, face.filled(asked, None))
        elif not dropped and asked.response is not None:
            self.post_message(self.Hinted(tr("This part is empty already. Highlight the one that you want to empty.")))
        self._changed(slot_row(asked.slot))

    def _hand_over(self, item: str, response: Response | None, received: Stamp | None = None) -> bool:
        """Give a response to the hand; False where it was refused, which is said."""
        try:
            self.hand.answer(item, response, received=received)
        except CequizError as error:
            self.post_message(self.Refused(error))
            return False
        return True

    # Typing ---------------------------------------------------------------------------------------------------

    def open_field(self) -> None:
        """Open the field for the slot that is typed."""
        slot = self.typed_slot
        if self.locked or not slot:
            return
        asked = self.asked(slot=slot)
        self.choices.slot = slot
        self.query_one("#field").display = True
        self._put("unit", Content(f" {self.slot_named(slot).unit}".rstrip()))
        self.field.open(asked.item, slot, asked.drafts.get(slot, _filled(asked).get(slot, "")))
        self.draw(highlight=slot_row(slot))
        self.post_message(self.Answered())

    def set_locked(self, locked: bool) -> None:
        """Let nothing be written here, or let it again; what is being typed stays and says that it is not saved."""
        self.locked = locked
        if locked:
            self.close_field()

    def close_field(self, *, onward: bool = False) -> None:
        """Hand over what is typed and close the field.

        Args:
            onward: go on to the next open slot.
        """
        field = self.field
        if not field.is_open:
            return
        place = (field.item, field.slot)
        if onward:
            self.drafts.release(place, self.hand.receive())
        self.save_typed()
        field.shut()
        self.screen.set_focus(self.choices)
        self.query_one("#field").display = False
        highlight, face = slot_row(place[1]), self.face
        if onward and isinstance(face, SlotFace) and place not in self.drafts:
            asked = self.asked(slot=place[1])
            highlight = slot_row(face.next_open(asked, asked.response))
        self._changed(highlight)

    @on(OneLine.Cut)
    def field_cut(self) -> None:
        """Say that not all of a pasted text was taken."""
        words = tr("Only the first {most} characters fit into an answer. The rest was not pasted.", most=MOST_LETTERS)
        self.post_message(self.Hinted(words))

    def field_typed(self, text: str) -> None:
        """Note a key, and wait a moment for the next one."""
        self.drafts.note((self.field.item, self.field.slot), text, self.hand.receive())
        if self._timer is not None:
            self._timer.stop()
        self._timer = None if self.locked else self.set_timer(PAUSE, self.save_typed)
        self._changed()

    def save_typed(self) -> None:
        """Hand over what is typed, and show what became of it."""
        if self.hand_over_typed():
            self._changed()

    def hand_over_typed(self) -> bool:
        """Hand over every typed text that its question takes; the others stay here and say so. True if there was any.

        Nothing is drawn: this works on a paper that is being put away, too.
        """
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self.locked or not self.drafts:
            return False
        self.drafts.hand_over(lambda place: self.asked(*place), self._hand_over)
        return True


def _filled(asked: Asked) -> dict[str, str]:
    """Return what fills the slots of a question; nothing for one without slots."""
    return asked.question.filled(asked.response) if isinstance(asked.question, SlotQuestion) else {}
