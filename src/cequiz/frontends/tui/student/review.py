"""The answers of an ended attempt, as far as the course shows them: one widget, however many there are."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.exam.marking import points_text
from cequiz.domain.exam.review import ItemReview, Review
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.questions import Line, faces
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.widgets.hanging import Column, Hanging


class ReviewScreen(HouseScreen[None]):
    """Shows stems, answers and, where the course gives them, keys and reasons."""

    SCOPE = Scope.REVIEW
    BINDINGS = bindings(SCOPE)
    HEADING = "Your answers"

    def __init__(self, desk: Desk, review: Review) -> None:
        super().__init__(desk)
        self._review = review

    def compose_body(self) -> ComposeResult:
        """Lay out the answers one below the other."""
        with VerticalScroll(classes="body", id="review"):
            yield Static(Column([_row(item) for item in self._review.items]), markup=False)

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one("#review").focus()

    def action_home(self) -> None:
        """Go back to the result."""
        self.app.pop_screen()


def _row(item: ItemReview) -> Hanging:
    sign, tone, word = ("✓", "bold $success", "right") if item.mark.right else ("✗", "bold $error", "wrong")
    if not item.mark.answered:
        sign, tone, word = "○", "bold $warning", "not answered"
    elif item.mark.earned and not item.mark.right:
        sign, tone, word = "◐", "bold $warning", "partly right"
    points = f"{points_text(item.mark.earned)} of {points_text(item.mark.possible)}"
    parts = [Content.assemble((f"{word}, {points}", tone)), Content(item.question.stem).stylize("bold")]
    lines = faces()[item.question.type].lines(item.question, order=item.order, response=item.response)
    right = item.question.chosen(item.key)
    reasons = item.question.choice_rationales() if item.key is not None else {}
    for line in lines:
        parts.extend(
            _option(line, right=line.option in right, known=item.key is not None, reason=reasons.get(line.option))
        )
    if item.key is not None and item.question.rationale:
        parts.append(Content(item.question.rationale).stylize("$quiet"))
    parts.append(Content(""))
    return Hanging(Content.assemble((f"{item.place:>3} ", "bold"), (f"{sign} ", tone)), Content("\n").join(parts))


def _option(line: Line, *, right: bool, known: bool, reason: str | None) -> list[Content]:
    words = []
    if line.chosen:
        words.append("your answer")
    if known and right:
        words.append("right answer")
    tone = "$success" if right and known else ("$error" if line.chosen and known else "")
    note = f"   ({', '.join(words)})" if words else ""
    shown = [
        Content.assemble(
            (f"{line.letter}  ", "bold $accent"), Content(line.text).stylize(tone), (note, f"bold {tone}".strip())
        )
    ]
    if reason and (line.chosen or right):
        shown.append(Content(f"   {reason}").stylize("$quiet"))
    return shown
