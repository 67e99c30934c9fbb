"""The paper a question is asked on: story, stem, figure, rows, the field to type in, and one line about what is saved.

It turns keys and clicks into responses with the help of the type's face and hands them over at once. What is typed is
handed over a moment after the last key, with the instant of that key; until then the line never says saved. Nothing
here marks an answer, keeps time or writes to a disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from cequiz.domain.bank.frames import ChoiceQuestion, Slot, SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.domain.exam.attempt import Response
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.errors import CequizError
from cequiz.frontends.tui.face import BLANK, Asked, Face, OrderFace, SlotFace, choice_of, choice_row, slot_of, slot_row
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.drafts import Drafts, Hand, draft_words
from cequiz.frontends.tui.widgets.typed_field import TypedField
from cequiz.language import tr

PAUSE = 0.6
"""Seconds after the last key until what was typed is handed over."""


class Paper(Vertical):
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
        super().__init__(id=id)
        self.hand = hand
        self.item = ""
        self.locked = False
        """Whether nothing may be written here now."""
        self._known: dict[str, tuple[Question, tuple[str, ...]]] = {}
        self.drafts = Drafts()
        self._timer: Timer | None = None
        self._heading = self._status = Content("")
        self._drawn: dict[str, Content] = {}

    def compose(self) -> ComposeResult:
        """Lay out the parts; the figure has its place and nobody in it."""
        yield Static("", id="number", markup=False)
        with VerticalScroll(id="vignette-area", can_focus=False):
            yield Static("", id="vignette", markup=False)
        with VerticalScroll(id="stem-area", can_focus=False):
            yield Static("", id="stem", markup=False)
            yield Static("", id="passage", markup=False)
        yield Vertical(id="figure")
        yield Choices(id="choices")
        with Horizontal(id="field"):
            yield Static("= ", id="field-sign", markup=False)
            yield TypedField(id="typed")
            yield Static("", id="unit", markup=False)
        yield Static("", id="saved", markup=False)

    # What is asked --------------------------------------------------------------------------------------------

    @property
    def question(self) -> Question:
        """The question that is shown."""
        return self._known[self.item][0]

    @property
    def face(self) -> Face:
        """The face of the question that is shown."""
        return faces()[self.question.type]

    @property
    def choices(self) -> Choices:
        """The rows."""
        return self.query_one(Choices)

    @property
    def field(self) -> TypedField:
        """The field."""
        return self.query_one(TypedField)

    def asked(self, item: str = "", slot: str = "") -> Asked:
        """Return a question as it stands now; by default the one that is shown, with its active slot."""
        item = item or self.item
        question, order = self._known[item]
        slot = slot or (self.choices.slot if item == self.choices.item else "")
        drafts = self.drafts.of(item)
        texts = {of: draft.text for of, draft in drafts.items()}
        stuck = frozenset(of for of, draft in drafts.items() if self.locked or draft.stuck)
        return Asked(item, question, order, self.hand.response(item), slot, texts, stuck)

    @property
    def letter_count(self) -> int:
        """How many letters can be pressed now."""
        return len(self.face.letters(self.asked()))

    @property
    def typed_slot(self) -> str:
        """The slot that would be typed into now: the active one, else the first open one; empty where none is typed."""
        question = self.question
        if not isinstance(question, SlotQuestion):
            return ""
        asked = self.asked()
        typed = [slot.id for slot in question.slots() if slot.choices is None]
        filled = question.filled(asked.response)
        loose = [slot for slot in typed if slot not in filled]
        return asked.slot if asked.slot in typed else next(iter([*loose, *typed]), "")

    @property
    def in_order(self) -> bool:
        """Whether the answer is an order, whose parts can be moved."""
        return isinstance(self.question, ChoiceQuestion) and self.question.in_order

    # What is not saved ----------------------------------------------------------------------------------------

    def unsaved(self, item: str) -> bool:
        """Whether something typed for an item cannot be handed over; what only waits for the next key can."""
        return any(self.locked or draft.stuck for draft in self.drafts.of(item).values())

    # Drawing --------------------------------------------------------------------------------------------------

    def show(self, item: str, question: Question, order: Sequence[str], *, heading: Content, status: Content) -> None:
        """Show a question with its answer.

        Args:
            item: the item's key.
            question: what is asked.
            order: the ids of its choices in the order of the form.
            heading: what stands above it.
            status: what is said of its saved answer, unless something typed is not saved.
        """
        if item != self.item:
            self.close_field()
            self._known[item] = (question, tuple(order))
            self.item = item
            self.choices.slot = ""
        self._heading, self._status = heading, status
        self.draw()

    def draw(self, *, highlight: str | None = None) -> None:
        """Draw the question again.

        Args:
            highlight: the row to highlight; None leaves the highlight where it is.
        """
        asked = self.asked(slot=self._first_slot())
        case = asked.question.case
        self._put("number", self._heading)
        self._put("vignette", Content(case.vignette if case else ""))
        self.query_one("#vignette-area").display = case is not None
        self._put("stem", Content(asked.question.stem))
        passage = [_piece(text, slot, asked) for text, slot in self.face.passage(asked)]
        self._put("passage", Content.assemble(*passage))
        self.query_one("#passage").display = bool(passage)
        single = isinstance(asked.question, SlotQuestion) and len(asked.question.slots()) == 1
        self.set_class(single and not self.face.letters(asked), "-typed")
        self.choices.show(asked.item, self.face.rows(asked), slot=asked.slot, highlight=highlight)
        self._put("saved", self._status_words())

    def _first_slot(self) -> str:
        """Return the active slot; of a question that is shown anew the first open one."""
        question = self.question
        if not isinstance(question, SlotQuestion):
            return ""
        slots = [slot.id for slot in question.slots()]
        if self.choices.slot in slots and self.choices.item in ("", self.item):
            return self.choices.slot
        filled = question.filled(self.hand.response(self.item))
        return next((slot for slot in slots if slot not in filled), slots[0])

    def _put(self, name: str, content: Content) -> None:
        """Draw one part, if it changed; everything is laid out anew only when the part needs another height."""
        before = self._drawn.get(name)
        if before != content:
            self._drawn[name] = content
            part = self.query_one(f"#{name}", Static)
            width = part.container_size.width if part.size.width == 0 else part.content_size.width
            heights = {one.get_height({}, width) if width and one is not None else None for one in (before, content)}
            part.update(content, layout=len(heights) > 1 or None in heights)

    def _status_words(self) -> Content:
        mine, face = list(self.drafts.of(self.item).values()), self.face
        if not mine or not isinstance(face, SlotFace):
            return self._status
        draft = next((one for one in mine if one.stuck), mine[0])
        return draft_words(draft, face, typing=self.field.is_open, locked=self.locked, saved=self._status)

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

    @on(Choices.Pressed)
    def row_pressed(self, event: Choices.Pressed) -> None:
        """Press a row by Enter, space or the mouse."""
        event.stop()
        if event.item not in self._known or self.locked or not self.screen.check_action("answer_by_row", ()):
            return
        slot, choice = slot_of(event.row), choice_of(event.row)
        if choice is not None:
            self._press(self.asked(event.item, event.slot), choice, by_letter=False)
        elif slot is not None and event.item == self.item:
            self._enter(slot, mouse=event.mouse)

    @on(Choices.Moved)
    def slot_moved(self, event: Choices.Moved) -> None:
        """Show which slot is the active one, and its choices."""
        event.stop()
        if event.item == self.item:
            self.draw()

    def _enter(self, slot: str, *, mouse: bool) -> None:
        """Go into a slot: open the field, or go to its choices."""
        if self._slot(slot).choices is None:
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
        if asked.item != self.item:
            self.post_message(self.Answered())
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
        self._put("unit", Content(f" {self._slot(slot).unit}".rstrip()))
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
        self.query_one("#field").display = False
        self.choices.focus()
        highlight, face = slot_row(place[1]), self.face
        if onward and isinstance(face, SlotFace) and place not in self.drafts:
            asked = self.asked(slot=place[1])
            highlight = slot_row(face.next_open(asked, asked.response))
        self._changed(highlight)

    @on(TypedField.Closed)
    def field_closed(self, event: TypedField.Closed) -> None:
        """Close by Enter, Esc, or by going elsewhere."""
        event.stop()
        self.close_field(onward=event.onward)

    @on(TypedField.Typed)
    def field_typed(self, event: TypedField.Typed) -> None:
        """Note a key, and wait a moment for the next one."""
        event.stop()
        self.drafts.note((event.item, event.slot), event.text, self.hand.receive())
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

    def _slot(self, slot: str) -> Slot:
        question = self.question
        assert isinstance(question, SlotQuestion)  # noqa: S101 - it has this slot; for the type checker
        return next(one for one in question.slots() if one.id == slot)

    # Reading --------------------------------------------------------------------------------------------------

    def scroll(self, *, down: bool) -> None:
        """Scroll what is longer than its place: the story first, then the stem."""
        story, stem = self.query_one("#vignette-area", VerticalScroll), self.query_one("#stem-area", VerticalScroll)
        room = story.max_scroll_y - story.scroll_y if down else story.scroll_y
        stem_first = not down and stem.scroll_y > 0
        area = story if story.display and room > 0 and not stem_first else stem
        if down:
            area.scroll_page_down(animate=False)
        else:
            area.scroll_page_up(animate=False)

    def rewind(self) -> None:
        """Show the beginning of a new question."""
        for name in ("#vignette-area", "#stem-area"):
            self.query_one(name).scroll_home(animate=False)


def _filled(asked: Asked) -> dict[str, str]:
    """Return what fills the slots of a question; nothing for one without slots."""
    return asked.question.filled(asked.response) if isinstance(asked.question, SlotQuestion) else {}


def _piece(text: str, slot: str, asked: Asked) -> Content:
    if not slot:
        return Content(text)
    if slot == asked.slot:
        return Content(text).stylize("bold $block-cursor-foreground on $block-cursor-background")
    return Content(text).stylize("$warning" if text.endswith(BLANK) else "bold $primary")
