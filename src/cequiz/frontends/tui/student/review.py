"""The answers of an ended attempt, as far as the course shows them: one widget, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from cequiz.domain.bank.frames import ChoiceQuestion
from cequiz.domain.bank.lexicon import Lexicon, NearMiss
from cequiz.domain.bank.question import Part
from cequiz.domain.exam.review import ItemReview, Review
from cequiz.frontends.dates import points
from cequiz.frontends.tui.commands import Scope, bindings
from cequiz.frontends.tui.desk import Desk
from cequiz.frontends.tui.face import Asked, Row, choice_of
from cequiz.frontends.tui.questions import faces
from cequiz.frontends.tui.screen import HouseScreen
from cequiz.frontends.tui.widgets.hanging import Column, Hanging
from cequiz.language import mark, tr
from cequiz.services.figures import of_attempt


class ReviewScreen(HouseScreen[None]):
    """Shows stems, answers and, where the course gives them, keys and reasons."""

    SCOPE = Scope.REVIEW
    BINDINGS = bindings(SCOPE)
    HEADING = mark("Your answers")

    def __init__(self, desk: Desk, review: Review) -> None:
        super().__init__(desk)
        self._review = review

    def compose_body(self) -> ComposeResult:
        """Lay out the place of the answers."""
        with VerticalScroll(classes="body", id="review"):
            yield Static("", id="answers", markup=False)

    def on_mount(self) -> None:
        """Show the answers; let the arrow keys scroll."""
        self.set_focus(self.query_one("#review"))
        self.attend(self._load, group="load")

    async def _load(self) -> None:
        lexicon = await self.desk.read(lambda ports: ports.lexicon)
        score = self._review.score
        shown = await self.desk.read(lambda ports: of_attempt(ports, score.attempt_id)) if score else {}
        self.query_one("#answers", Static).update(Column(review_rows(self._review.items, lexicon, figures=shown)))

    def action_home(self) -> None:
        """Go back to the result."""
        self.app.pop_screen()


def review_rows(
    items: Sequence[ItemReview], lexicon: Lexicon, *, figures: Mapping[str, str] = MappingProxyType({})
) -> list[Hanging]:
    """Return one row an item; the story of a case stands once, above the first of its questions.

    Args:
        items: the items in the order of the form.
        lexicon: the terms that tolerant spelling keeps apart, as in marking.
        figures: what the figures show, in words, by item key.
    """
    rows, told = [], ""
    for item in items:
        case = item.question.case
        if case is not None and case.id != told:
            rows.append(Hanging(Content("  ≡ ").stylize("bold"), Content(f"{case.vignette}\n").stylize("$quiet")))
        told = case.id if case is not None else ""
        rows.append(_row(item, lexicon, figures.get(item.mark.item, "")))
    return rows


def _row(item: ItemReview, lexicon: Lexicon, figure: str) -> Hanging:
    sign, tone, word = _verdict(item)
    share = tr("{earned} of {possible}", earned=points(item.mark.earned), possible=points(item.mark.possible))
    lines = [Content(f"{word}, {share}").stylize(tone), Content(item.question.stem).stylize("bold")]
    if figure:
        lines.append(Content(tr("Figure: {words}", words=figure)).stylize("$quiet"))
    passage = faces()[item.question.type].passage(_asked(item))
    if passage:
        lines.append(Content("").join(Content(text).stylize("bold" if slot else "") for text, slot in passage))
    lines.extend(_options(item) if _is_list(item) else _parts(item, lexicon))
    if item.key is not None and item.question.rationale:
        lines.append(Content(item.question.rationale).stylize("$quiet"))
    lines.append(Content(""))
    return Hanging(Content.assemble((f"{item.place:>3} ", "bold"), (f"{sign} ", tone)), Content("\n").join(lines))


def _verdict(item: ItemReview) -> tuple[str, str, str]:
    if not item.mark.answered:
        return "○", "bold $warning", tr("not answered")
    if item.mark.right:
        return "✓", "bold $success", tr("right")
    if item.mark.earned:
        return "◐", "bold $warning", tr("partly right")
    return "✗", "bold $error", tr("wrong")


def _asked(item: ItemReview) -> Asked:
    return Asked(item.question.id, item.question, item.order, item.response)


def _is_list(item: ItemReview) -> bool:
    """Whether every option is shown, and not only what was answered."""
    return isinstance(item.question, ChoiceQuestion) and not item.question.in_order


def _options(item: ItemReview) -> list[Content]:
    question = item.question
    assert isinstance(question, ChoiceQuestion)  # noqa: S101 - asked just before; for the type checker
    right = question.chosen(item.key)
    reasons = question.choice_rationales() if item.key is not None else {}
    shown = []
    for row in faces()[question.type].rows(_asked(item)):
        if row is not None:
            choice = choice_of(row.id) or ""
            shown += _option(row, right=choice in right, known=item.key is not None, reason=reasons.get(choice))
    return shown


def _option(row: Row, *, right: bool, known: bool, reason: str | None) -> list[Content]:
    words = [tr("your answer")] if row.chosen else []
    if known and right:
        words.append(tr("right answer"))
    tone = "$success" if right and known else ("$error" if row.chosen and known else "")
    note = f"   ({', '.join(words)})" if words else ""
    shown = [
        Content.assemble(
            (f"{row.name}  ", "bold $accent"), Content(row.text).stylize(tone), (note, f"bold {tone}".strip())
        )
    ]
    if reason and (row.chosen or right):
        shown.append(Content(f"   {reason}").stylize("$quiet"))
    return shown


def _parts(item: ItemReview, lexicon: Lexicon) -> list[Content]:
    misses = list(item.question.near_misses(item.response, lexicon)) if item.response and item.key is not None else []
    shown = []
    for part in item.question.parts(item.response, lexicon):
        shown.append(_part(part, known=item.key is not None))
        shown += [_miss(miss) for miss in misses if miss.given == part.given]
        misses = [miss for miss in misses if miss.given != part.given]
    return shown


def _part(part: Part, *, known: bool) -> Content:
    """Return one line: what was asked, what was given, and as much of the right answer as may be known."""
    label = Content.assemble((part.label, "bold $accent"), "  → " if part.label else "")
    given = tr("your answer: {answer}", answer=part.given) if part.given is not None else tr("no answer")
    if not known:
        return Content.assemble(label, given)
    if part.share == 1:
        return Content.assemble(label, (f"✓ {given}", "$success"))
    sign, tone = ("◐", "$warning") if part.share else ("✗", "$error")
    half = f" ({tr('partly right')})" if part.share else ""
    right = tr("right answer: {answer}", answer=part.right)
    return Content.assemble(label, (f"{sign} {given}{half}", tone), "; ", (right, "$success"))


def _miss(miss: NearMiss) -> Content:
    words = tr("Close to {accepted}, but {given} means something else.", accepted=miss.accepted, given=miss.given)
    typed, accepted = miss.pair
    # Where the whole answer is one word, the sentence before has said it already.
    longer = typed and accepted and typed.casefold() != miss.given.strip().casefold()
    apart = tr("{typed} is not {accepted}.", typed=typed, accepted=accepted) if longer else ""
    return Content(f"   ▲ {words} {apart}".rstrip()).stylize("$warning")
