"""A question as the office reads it: its answers with how often each was given, its figures, its history in words.

Every face of the office says them with these; how a row or a bar is drawn is for the faces.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cequiz.domain.bank.frames import ChoiceQuestion, Slot, SlotQuestion
from cequiz.domain.bank.question import Part, Question, Status
from cequiz.domain.bank.question_diff import LETTERS
from cequiz.domain.exam.tally import WHOLE, cut_text
from cequiz.frontends.bank_changes import changes_line
from cequiz.frontends.dates import percent
from cequiz.language import mark, tr, trn
from cequiz.services.browsing import VersionStep
from cequiz.services.tallying import ItemStatistics, PartStatistics

FEWEST = 20
"""From how many attempts on a correlation is told: it says nothing of fewer."""

MOST = 6
"""How many different answers to one part are shown."""

FULL, EMPTY = "█", "░"

STATES: Mapping[Status, tuple[str, str]] = {
    Status.APPROVED: ("✓", mark("approved")),
    Status.REVIEW: ("◐", mark("in review")),
    Status.DRAFT: ("○", mark("draft")),
    Status.RETIRED: ("✗", mark("retired")),
}
"""The sign and the word of each state of review."""


_DISAGREED = mark("answered blind by {who}, {day}: another answer than the key")


@dataclass(frozen=True, kw_only=True)
class Given:
    """One answer to a question or to a part of it."""

    name: str
    """The letter of a choice; empty for what has none."""
    text: str
    right: bool
    times: int | None
    """How often it was given; None where nothing was counted."""
    share: Fraction
    """Of those who were asked; 0 where nobody was."""
    rationale: str = ""
    choice: str = ""
    """The id of the choice; empty where it is none of the question's own."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """The answers to one part of a question."""

    label: str
    """What the part asks; empty where the question has one part."""
    given: tuple[Given, ...]
    others: int = 0
    """How often something else was answered, which is not told apart."""


def state_text(status: Status) -> str:
    """Return a state of review with its sign, such as `✓ approved`."""
    sign, word = STATES[status]
    return f"{sign} {tr(word)}"


def review_lines(question: Question) -> Iterator[str]:
    """Yield who looked at the question and with what result, and who answered it without sight of its key."""
    review = question.review
    yield tr("{state}, by {who}, {day}", state=state_text(review.status), who=review.by, day=review.on.isoformat())
    for one in review.blind:
        sentence = mark("answered blind by {who}, {day}: the key") if one.agreed else _DISAGREED
        told = tr(sentence, who=one.by, day=one.on.isoformat())
        yield f"{told} ({one.note})" if one.note else told


def blocks(question: Question, statistics: ItemStatistics | None) -> tuple[Block, ...]:
    """Return what can be answered, what is right, and how often each answer was given, in the order of the bank."""
    if isinstance(question, ChoiceQuestion):
        return (_order(question, statistics) if question.in_order else _options(question, statistics),)
    if isinstance(question, SlotQuestion):
        return tuple(_slots(question, statistics))
    return ()


def bar(share: Fraction, width: int) -> str:
    """Return a bar of so many cells; only a full share fills it, and any share above 0 shows."""
    filled = min(int(share * width), width)
    if share > 0:
        filled = max(filled, 1)
    return FULL * filled + EMPTY * (width - filled)


def times_text(given: Given) -> str:
    """Return how often an answer was given, such as `12 (60 %)`."""
    return "" if given.times is None else f"{given.times} ({percent(given.share * 100)})"


def facility_text(statistics: ItemStatistics | None) -> str:
    """Return the mean share of the points, such as `66.6 %`; a dash where the question was never drawn."""
    if statistics is None or statistics.facility is None:
        return "–"
    return percent(statistics.facility * 100)


def discrimination_text(statistics: ItemStatistics | None) -> str:
    """Return the correlation with the rest of the exam to two places; a dash where it cannot be told yet."""
    if statistics is None or statistics.discrimination is None or statistics.drawn < FEWEST:
        return "–"
    text = cut_text(statistics.discrimination, 2)
    return text if text.startswith("-") else f"+{text}"


def statistics_lines(statistics: ItemStatistics | None) -> Iterator[str]:
    """Yield what was counted of a question in sentences."""
    if statistics is None or not statistics.drawn:
        yield tr("It was never drawn in an exam that was marked.")
        return
    yield (
        trn("Drawn {count} time.", "Drawn {count} times.", statistics.drawn)
        + " "
        + trn("Answered {count} time.", "Answered {count} times.", statistics.answered)
    )
    yield tr("Facility: {share} of its points were earned.", share=facility_text(statistics))
    if statistics.drawn < FEWEST:
        yield tr("Discrimination: told from {count} attempts on.", count=FEWEST)
        return
    yield tr(
        "Discrimination: {value} (correlation with the rest of the exam; above +0.20 is good, below 0 is a warning).",
        value=discrimination_text(statistics),
    )


def history_line(step: VersionStep) -> str:
    """Return what a version of the bank did to a question."""
    if step.first:
        return tr("{version}: added", version=step.version)
    return f"{step.version}: {changes_line(step.changes)}"


def _options(question: ChoiceQuestion, statistics: ItemStatistics | None) -> Block:
    right, reasons = question.chosen(question.key()), question.choice_rationales()
    drawn = statistics.drawn if statistics else 0
    times = statistics.options if statistics else {}
    rows = [
        _given(
            letter,
            choice.text,
            right=choice.id in right,
            times=times.get(choice.id, 0) if drawn else None,
            of=drawn,
            rationale=reasons.get(choice.id, ""),
            choice=choice.id,
        )
        for letter, choice in zip(LETTERS, question.choices(), strict=False)
    ]
    if statistics is not None and drawn:
        left = drawn - statistics.answered
        rows.append(_given("", tr("left open"), right=False, times=left, of=drawn))
    return Block(label="", given=tuple(rows))


def _order(question: ChoiceQuestion, statistics: ItemStatistics | None) -> Block:
    letters = {choice.id: letter for letter, choice in zip(LETTERS, question.choices(), strict=False)}
    items = tuple(
        _given(letters[choice.id], choice.text, right=False, times=None, of=0) for choice in question.choices()
    )
    part = statistics.parts.get(WHOLE) if statistics else None
    if statistics is None or part is None:
        return Block(label=tr("The right order"), given=items)
    shown = list(part.given.items())[:MOST]
    orders = tuple(
        _given(
            "",
            " > ".join(letters.get(name, name) for name in given.split(" > ")),
            right=given in part.accepted,
            times=times,
            of=statistics.drawn,
        )
        for given, times in shown
    )
    rest = part.answered - sum(times for _, times in shown)
    return Block(label=tr("The right order"), given=items + orders, others=rest)


def _slots(question: SlotQuestion, statistics: ItemStatistics | None) -> Iterator[Block]:
    key = question.key()
    right, told = question.filled(key), question.parts(key)
    for slot, part in zip(question.slots(), told, strict=True):
        found = statistics.parts.get(slot.id) if statistics else None
        if statistics is None or found is None:
            yield Block(label=part.label, given=(_given("", part.right, right=True, times=None, of=0),))
        else:
            yield _slot(slot, part, right.get(slot.id, ""), found, drawn=statistics.drawn)


def _slot(slot: Slot, part: Part, right: str, found: PartStatistics, *, drawn: int) -> Block:
    texts = {choice.id: choice.text for choice in slot.choices or ()}
    shown = list(found.given.items())[:MOST]
    if not any(given in found.accepted for given, _ in shown):
        # What is right is always told, however seldom it was given; what is typed was counted without capitals.
        wanted = right if slot.choices is not None else right.casefold()
        shown = [(right, found.given.get(wanted, 0)), *shown]
    rows = tuple(
        _given("", texts.get(given, given), right=given in found.accepted or given == right, times=times, of=drawn)
        for given, times in shown
    )
    return Block(label=part.label, given=rows, others=found.answered - sum(times for _, times in shown))


def _given(
    name: str, text: str, *, right: bool, times: int | None, of: int, rationale: str = "", choice: str = ""
) -> Given:
    share = Fraction(times, of) if times and of else Fraction(0)
    return Given(name=name, text=text, right=right, times=times, share=share, rationale=rationale, choice=choice)
