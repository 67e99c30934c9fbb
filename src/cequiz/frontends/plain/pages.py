"""What line mode shows of an open exam: a question, what is left to do, and the time.

Nothing here changes anything; it reads the sitting and speaks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cequiz.domain.bank.question import CaseOf, Question
from cequiz.domain.exam.form import FormItem
from cequiz.domain.exam.ledger import ReasonKind
from cequiz.frontends.dates import deadline_words, duration_words
from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.words import place_words
from cequiz.frontends.standstill import held_line, message_line, outage_line
from cequiz.language import tr, trn
from cequiz.services.figures import FigureView
from cequiz.services.sitting import Sitting


def say_question(
    console: Console,
    sitting: Sitting,
    place: int,
    *,
    figures: Mapping[str, Sequence[FigureView]],
    spacious: bool,
    story: bool = True,
) -> None:
    """Say the question at a 0-based place, with what its figure shows where it has one.

    Args:
        console: where it is said.
        sitting: the exam.
        place: which question.
        figures: the figures of each item by item key; what they show is said in words.
        spacious: whether an empty line parts the choices.
        story: whether the vignette of a case is said too; without it just how to hear it again.
    """
    item = sitting.attempt.form.items[place]
    question = sitting.questions[item.key]
    console.say()
    console.say(_head(sitting, item, place))
    if question.case is not None:
        say_case(console, question.case, story=story)
    say_asked(console, question, item.order, figures=figures.get(item.key, ()), spacious=spacious)


def say_asked(
    console: Console, question: Question, order: Sequence[str], *, figures: Sequence[FigureView], spacious: bool
) -> None:
    """Say what a question asks: its stem, what its figures show, and what it is answered with.

    Args:
        console: where it is said.
        question: what is asked.
        order: of its choices.
        figures: what is shown with it.
        spacious: whether an empty line parts the choices and the places.
    """
    console.say(question.stem)
    for figure in figures:
        console.say(tr("Figure: {words}", words=figure.alt))
    for line in face_of(question).lines(question, order):
        if spacious:
            console.say()
        console.say(line)


def _head(sitting: Sitting, item: FormItem, place: int) -> str:
    attempt, question = sitting.attempt, sitting.questions[item.key]
    response = attempt.responses.get(item.key)
    words = [tr("Question {number} of {count}.", number=place + 1, count=len(attempt.form.items))]
    if item.key in attempt.flags:
        words.append(tr("Flagged."))
    if response is not None:
        words.append(tr("Answer saved: {answer}.", answer=face_of(question).short(question, item.order, response)))
        if question.missing(response):
            words.append(open_words(question.missing(response)))
    return " ".join(words)


def open_words(count: int) -> str:
    """Return that so many parts of an answer are still open."""
    return trn("{count} part of the answer is still open.", "{count} parts of the answer are still open.", count)


def say_case(console: Console, case: CaseOf, *, story: bool) -> None:
    """Say which part of a case a question is, and its story, or how to hear that again."""
    console.say(tr("This is question {place} of {length} about one case.", place=case.place, length=case.length))
    console.say(case.vignette if story else tr("The case is the same as before. Type v to read it again."))


def behind(sitting: Sitting) -> int:
    """Return how many questions, counted from the first, a forward-only exam has left behind for good."""
    return sitting.attempt.reached if sitting.attempt.terms.forward_only else 0


def open_places(sitting: Sitting) -> list[int]:
    """Return the questions without an answer, as a student counts them."""
    attempt = sitting.attempt
    return [attempt.form.position(item.key) + 1 for item in attempt.open_items]


def incomplete_places(sitting: Sitting) -> list[int]:
    """Return the questions whose answer has open parts, as a student counts them."""
    attempt = sitting.attempt
    return [
        place
        for place, item in enumerate(attempt.form.items, start=1)
        if item.key in attempt.responses and sitting.questions[item.key].missing(attempt.responses[item.key])
    ]


def say_places(console: Console, sitting: Sitting) -> None:
    """Say which questions are left behind, open, incomplete and flagged."""
    passed, places = behind(sitting), open_places(sitting)
    lost, left = [one for one in places if one <= passed], [one for one in places if one > passed]
    if passed:
        console.say(
            tr("Left behind: question 1.") if passed == 1 else tr("Left behind: questions 1 to {last}.", last=passed)
        )
    if lost:
        console.say(tr("Left behind without an answer: {places}.", places=place_words(lost)))
    others = tr("No other question is open.") if lost else tr("Every question is answered.")
    console.say(tr("Open: {places}.", places=place_words(left)) if left else others)
    parts = incomplete_places(sitting)
    if parts:
        console.say(tr("Answered in part: {places}.", places=place_words(parts)))
    form = sitting.attempt.form
    flagged = sorted(form.position(key) + 1 for key in sitting.attempt.flags)
    console.say(tr("Flagged: {places}.", places=place_words(flagged)) if flagged else tr("No question is flagged."))
    console.say(tr("Type a number to go to that question, or s to submit."))


def say_time(console: Console, sitting: Sitting) -> None:
    """Say the time left and every reason for it, and again what the office wrote."""
    left, found = sitting.time_left(), sitting.explain()
    if left is None:
        console.say(tr("There is no time limit."))
    elif sitting.stands_still:
        console.say(tr("The clock stands still. Time left: {span}.", span=duration_words(left)))
    else:
        until = deadline_words(found.deadline)
        console.say(tr("Time left: {span}, until {until}.", span=duration_words(left), until=until))
    for reason in found.reasons:
        if reason.kind is ReasonKind.OUTAGE:
            console.say(outage_line(reason, None))
            continue
        if reason.kind is ReasonKind.HELD:
            console.say(held_line(reason, None))
            continue
        amount = f": {duration_words(reason.amount)}" if reason.amount is not None else ""
        at = f", {deadline_words(reason.at)}" if reason.at is not None else ""
        console.say(f"{reason.words}{amount}{at}")
    for message in sitting.attempt.messages:
        console.say(message_line(message, None))
