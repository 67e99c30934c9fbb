"""What line mode shows of an open exam: a question, what is left to do, and the time.

Nothing here changes anything; it reads the sitting and speaks.
"""

from __future__ import annotations

from collections.abc import Mapping

from cequiz.frontends.plain.console import Console
from cequiz.frontends.plain.questions import face_of
from cequiz.frontends.plain.words import duration_words, place_words
from cequiz.services.briefing import deadline_words
from cequiz.services.sitting import Sitting


def say_question(console: Console, sitting: Sitting, place: int, *, figures: Mapping[str, str]) -> None:
    """Say the question at a 0-based place, with what its figure shows where it has one."""
    attempt = sitting.attempt
    item = attempt.form.items[place]
    question = sitting.questions[item.key]
    face, response = face_of(question), attempt.responses.get(item.key)
    head = f"Question {place + 1} of {len(attempt.form.items)}."
    if item.key in attempt.flags:
        head += " Flagged."
    if response is not None:
        head += f" Answer saved: {face.short(question, item.order, response)}."
    console.say()
    console.say(head)
    console.say(question.stem)
    if item.key in figures:
        console.say(f"Figure: {figures[item.key]}")
    for line in face.lines(question, item.order):
        console.say(line)


def behind(sitting: Sitting) -> int:
    """Return how many questions, counted from the first, a forward-only exam has left behind for good."""
    return sitting.attempt.reached if sitting.attempt.terms.forward_only else 0


def open_places(sitting: Sitting) -> list[int]:
    """Return the questions without an answer, as a student counts them."""
    attempt = sitting.attempt
    return [attempt.form.position(item.key) + 1 for item in attempt.open_items]


def say_places(console: Console, sitting: Sitting) -> None:
    """Say which questions are left behind, open and flagged."""
    passed, places = behind(sitting), open_places(sitting)
    lost, left = [one for one in places if one <= passed], [one for one in places if one > passed]
    if passed:
        console.say(f"Left behind: {'question 1' if passed == 1 else f'questions 1 to {passed}'}.")
    if lost:
        console.say(f"Left behind without an answer: {place_words(lost)}.")
    others = "No other question is open." if lost else "Every question is answered."
    console.say(f"Open: {place_words(left)}." if left else others)
    form = sitting.attempt.form
    flagged = sorted(form.position(key) + 1 for key in sitting.attempt.flags)
    console.say(f"Flagged: {place_words(flagged)}." if flagged else "No question is flagged.")
    console.say("Type a number to go to that question, or s to submit.")


def say_time(console: Console, sitting: Sitting) -> None:
    """Say the time left and every reason for it."""
    left, found = sitting.time_left(), sitting.explain()
    if left is None:
        console.say("There is no time limit." if not found.suspended else "The clock stands still.")
    else:
        console.say(f"Time left: {duration_words(left)}, until {deadline_words(found.deadline)}.")
    for reason in found.reasons:
        amount = f": {duration_words(reason.amount)}" if reason.amount is not None else ""
        at = f", {deadline_words(reason.at)}" if reason.at is not None else ""
        console.say(f"{reason.words}{amount}{at}")
