"""What every face says of practice in the same words: the five of a day, what is due, how well it was known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from fractions import Fraction

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.frames import ChoiceQuestion, SlotQuestion
from cequiz.domain.bank.lexicon import NearMiss
from cequiz.domain.bank.policies import ExamItems
from cequiz.domain.bank.question import Question, Reference
from cequiz.domain.canonical import Json
from cequiz.domain.practice import DAILY, Drill, Recall, recall_of
from cequiz.frontends.dates import percent, short_text
from cequiz.language import tr, trn
from cequiz.services.practised import Feedback, PracticeStatus


def practice_policy(course: Course) -> str:
    """Return whether a course has practice, with which banks, and what becomes of the questions of its exams."""
    if not course.practice.enabled:
        return tr("none")
    banks = ", ".join(course.practice_banks)
    match course.practice.exam_items:
        case ExamItems.NEVER:
            return tr("{banks}; without what an exam may ask", banks=banks)
        case ExamItems.AFTER_PASS:
            return tr("{banks}; what an exam may ask once it is passed", banks=banks)
        case ExamItems.ALWAYS:
            return tr("{banks}; also what an exam may ask", banks=banks)


def drill_words(drill: Drill) -> str:
    """Return `Five today: 3 of 5. Streak: 4 days.`."""
    return f"{tr('Five today: {done} of {count}.', done=drill.done, count=DAILY)} {streak_words(drill)}"


def streak_words(drill: Drill) -> str:
    """Return `Streak: 4 days.`."""
    return trn("Streak: {count} day.", "Streak: {count} days.", drill.streak)


def waiting_words(status: PracticeStatus, *, zone: tzinfo | None, now: datetime) -> str:
    """Return how much waits to be practised, or when something comes back."""
    if status.due or status.new:
        due = trn("{count} question is due.", "{count} questions are due.", status.due) if status.due else ""
        new = trn("{count} question is new.", "{count} questions are new.", status.new) if status.new else ""
        return f"{due} {new}".strip()
    if status.next_due is None:
        return tr("There is nothing to practise.")
    return tr("Nothing is due before {instant}.", instant=short_text(status.next_due, zone, now=now))


def verdict(share: Fraction) -> str:
    """Return `Right.`, `Partly right: 50 %.` or `Not right.`.

    Args:
        share: what was earned of what could be, from 0 to 1.
    """
    match recall_of(share):
        case Recall.KNOWN:
            return tr("Right.")
        case Recall.HARD:
            return tr("Partly right: {share}.", share=percent(share * 100))
        case Recall.FORGOTTEN:
            return tr("Not right.")


def back_words(told: Feedback, *, zone: tzinfo | None, now: datetime) -> str:
    """Return when the question comes back."""
    return tr("This question comes back: {instant}.", instant=short_text(told.due, zone, now=now))


def near_miss_words(misses: Iterable[NearMiss]) -> Iterator[str]:
    """Yield what each typed answer came near to, and which terms are kept apart."""
    for miss in misses:
        words = tr("Close to {accepted}, but {given} means something else.", accepted=miss.accepted, given=miss.given)
        typed, accepted = miss.pair
        apart = tr("{typed} is not {accepted}.", typed=typed, accepted=accepted) if typed and accepted else ""
        yield f"{words} {apart}".rstrip()


def reasons(question: Question, response: Mapping[str, Json] | None) -> tuple[str, ...]:
    """Return why: of the choices that are right or were made, in bank order, then of the question as a whole.

    Args:
        question: what was asked.
        response: the answer, None for none.
    """
    told, named = question.choice_rationales(), _named(question, question.key()) | _named(question, response)
    of_choices = [told[choice.id] for choice in question.choices() if choice.id in told and choice.id in named]
    whole = [question.rationale] if question.rationale else []
    return (*of_choices, *whole)


def _named(question: Question, response: Mapping[str, Json] | None) -> set[str]:
    """Return the ids of the choices in a response, as `choices` names them."""
    if isinstance(question, ChoiceQuestion):
        return set(question.chosen(response))
    if isinstance(question, SlotQuestion):
        return {name for slot, value in question.filled(response).items() for name in (value, f"{slot}/{value}")}
    return set()


def source_words(reference: Reference) -> str:
    """Return where a fact stands: the citation, and its address where it has one."""
    address = reference.url or (f"https://doi.org/{reference.doi}" if reference.doi else "")
    return f"{reference.cite} {address}".strip()
