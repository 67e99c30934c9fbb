"""A question laid out: story, stem, place for the figure, rows, the field to type in, and one line about what is saved.

Nothing here is pressed or typed: `paper` adds that. Nothing marks an answer, keeps time or writes to a disk.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Static

from cequiz.domain.bank.frames import ChoiceQuestion, Slot, SlotQuestion
from cequiz.domain.bank.question import Question
from cequiz.frontends.tui.face import BLANK, Asked, Face, SlotFace
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.widgets.choices import Choices
from cequiz.frontends.tui.widgets.drafts import Drafts, Hand, draft_words
from cequiz.frontends.tui.widgets.place import Place, Shares, shares
from cequiz.frontends.tui.widgets.typed_field import TypedField

_WIDEST = 96
"""Columns of a text, at most, as in the style sheet."""


class _Words(Static):
    """A part of a question; how many lines it takes is known before it is laid out, which need not be done again."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))


class _Area(VerticalScroll):
    """The place of a part that may be longer; laid out again only where a scroll bar comes or goes."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))


class Asking(Vertical):
    """Shows one question with its answer."""

    def __init__(self, hand: Hand, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hand = hand
        self.item = ""
        self.locked = False
        """Whether nothing may be written here now."""
        self._known: dict[str, tuple[Question, tuple[str, ...]]] = {}
        self.drafts = Drafts()
        self._heading = self._status = Content("")
        self._drawn: dict[str, Content] = {}
        self._fitted: tuple[object, ...] = ()
        self._shared: tuple[Shares, int | None] | None = None
        self._drawn_for: tuple[object, ...] = ()
        """What was drawn last."""

    def compose(self) -> ComposeResult:
        """Lay out the parts; the figure has its place and nobody in it."""
        yield _Words("", id="number", markup=False)
        with _Area(id="vignette-area", can_focus=False):
            yield _Words("", id="vignette", markup=False)
        with _Area(id="stem-area", can_focus=False):
            yield _Words("", id="stem", markup=False)
            yield _Words("", id="passage", markup=False)
        yield Place(id="figure")
        yield Choices(pressed=self.row_pressed, id="choices")
        with Horizontal(id="field"):
            yield Static("= ", id="field-sign", markup=False)
            yield TypedField(typed=self.field_typed, closed=self.close_field, id="typed")
            yield Static("", id="unit", markup=False)
        yield _Words("", id="saved", markup=False)

    # What becomes of keys and clicks; called at once and in their order, because the next key may mean something else

    def row_pressed(self, row: str, *, mouse: bool) -> None:
        """Take note that a row was pressed."""

    def field_typed(self, text: str) -> None:
        """Take note of what stands in the field."""

    def close_field(self, *, onward: bool = False) -> None:
        """Take note that typing is at its end."""

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
        return len(self.face.letters(self.asked())) if self.item else 0

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
        asked, status = self.asked(slot=self._first_slot()), self._status_words()
        figure = self.query_one(Place).display
        facts = (asked, self.locked, figure, self.screen.has_class("-spacious"))
        self._put("number", self._heading)
        self._put("saved", status)
        if highlight is None and facts == self._drawn_for:
            return  # an answer that is saved, or a flag, changes nothing else
        self._drawn_for = facts
        case = asked.question.case
        self._put("vignette", Content(case.vignette if case else ""))
        self.query_one("#vignette-area").display = case is not None
        self._put("stem", Content(asked.question.stem))
        passage = [_piece(text, slot, asked) for text, slot in self.face.passage(asked)]
        self._put("passage", Content.assemble(*passage))
        self.query_one("#passage").display = bool(passage)
        single = isinstance(asked.question, SlotQuestion) and len(asked.question.slots()) == 1
        self.set_class(single and not self.face.letters(asked), "-typed")
        self.choices.show(asked.item, self.face.rows(asked), slot=asked.slot, highlight=highlight)
        if self.content_size.height:  # now, so that everything is laid out once
            self.choices.count_lines()
            self.fit()
        self.call_after_refresh(self.fit)  # again, in case that has made rows wider or narrower

    def on_resize(self) -> None:
        """Share another height."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Share the height among story, stem and figure, so that some of the answer is always in sight."""
        try:
            place, size = self.query_one(Place), self.content_size
        except NoMatches:
            return  # it is being put away
        passage = self._drawn.get("passage", Content(""))
        rows = self.choices.virtual_size.height or self.choices.option_count
        facts = (self.item, size, place.display, rows, passage)
        if not self.item or not size.height or facts == self._fitted:
            return
        self._fitted = facts
        story, stem = self.query_one("#vignette-area"), self.query_one("#stem-area")
        low, high = self.screen.has_class("-low"), size.height
        gaps = (0 if low else 2) + (0 if low or not story.display else 1) + (2 if self.has_class("-typed") else 1)
        free = high - gaps - self._lines("number", size.width) - self._lines("saved", size.width)
        answer = min(rows, max(high // 4, 4))
        texts = self._lines("stem", size.width - 2) + self._lines("passage", size.width - 2)
        texts += 1 if passage.plain and not low else 0
        above = shares(
            free=free - answer,
            story=min(self._lines("vignette", size.width - 3), high * 3 // 10) if story.display else 0,
            stem=min(texts, high * 9 // 20),
            figure=place.display,
        )
        # In a high terminal the answer is as high as it is; a figure leaves it no less than its share.
        rest = free - above.story - above.stem - min(above.figure, self.app.size.height * 3 // 8 + 1)
        most = max(answer, rest) if place.display and self.screen.has_class("-high") else None
        if (above, most) == self._shared:
            return  # setting a height, be it the same, has everything laid out
        self._shared = above, most
        story.styles.max_height, stem.styles.max_height = max(above.story, 1), max(above.stem, 1)
        place.styles.max_height = place.room = above.figure
        self.choices.styles.max_height = most

    def _lines(self, name: str, width: int) -> int:
        """Return how many lines a part takes; none where it is empty."""
        content = self._drawn.get(name, Content(""))
        return content.get_height({}, max(min(width, _WIDEST), 1)) if content.plain else 0

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

    def slot_named(self, slot: str) -> Slot:
        """Return a slot of the question that is shown."""
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
            area = self.query_one(name)
            if area.scroll_y:
                area.scroll_home(animate=False)


def _piece(text: str, slot: str, asked: Asked) -> Content:
    if not slot:
        return Content(text)
    if slot == asked.slot:
        return Content(text).stylize("bold $block-cursor-foreground on $block-cursor-background")
    return Content(text).stylize("$warning" if text.endswith(BLANK) else "bold $primary")
