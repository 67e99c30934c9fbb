"""The home of a served student as a list: each deed that can be done now, with what is said of it.

It reads what the services tell and decides nothing. What a deed does is `home`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from cequiz.domain.bank.policies import Enrolment, Shown
from cequiz.domain.practice import DAILY
from cequiz.errors import Refused
from cequiz.frontends.dates import deadline_words, duration_words
from cequiz.frontends.practice_words import streak_words, waiting_words
from cequiz.frontends.states import state_words
from cequiz.language import mark, tr, trn
from cequiz.services import practising
from cequiz.services.ports import Ports
from cequiz.services.reporting import CourseCard, ExamCard, ExamState, Home

_STATES = {
    ExamState.READY: mark("ready"),
    ExamState.RUNNING: mark("running"),
    ExamState.PASSED: mark("passed"),
    ExamState.WAITING: mark("waiting"),
    ExamState.USED_UP: mark("attempts used up"),
    ExamState.NOT_YET: mark("not open yet"),
    ExamState.CLOSED: mark("closed"),
}

_OPENS = {ExamState.READY, ExamState.RUNNING, ExamState.WAITING, ExamState.NOT_YET}
"""Exams whose briefing opens; of the others the result is told."""


@dataclass(frozen=True)
class Door:
    """Something that can be done."""

    words: str
    deed: str = ""
    """The line that does it, such as `sit course/quiz`; empty for a heading."""


def doors(ports: Ports, home: Home) -> Iterator[Door]:
    """Yield headings and deeds: what runs first, then each course."""
    for card in home.running:
        yield Door(tr("Continue {exam}: {state}", exam=card.exam.title, state=_running(card)), f"sit {card.ref}")
    for course in home.courses:
        yield Door(course.course.title)
        if not course.enrolled and course.course.enrolment is Enrolment.CODE:
            yield Door(tr("This course needs an enrolment code: type code and then the code."))
            continue
        for exam in course.exams:
            if exam.state is not ExamState.RUNNING:
                yield _exam(exam)
        yield from _practice(ports, home, course)
        yield from _afterwards(course)


def _running(card: ExamCard) -> str:
    assert card.running is not None  # noqa: S101 - a running exam has its attempt; for the type checker
    deadline = card.running.standing.deadline
    if card.held:
        return tr("suspended by the provider; its clock stands still")
    return tr("no deadline") if deadline is None else tr("until {instant}", instant=deadline_words(deadline))


def _exam(card: ExamCard) -> Door:
    word = tr(_STATES[card.state])
    kept = card.exam.review.after_pass == card.exam.review.after_fail == Shown.NONE
    if kept and card.state in (ExamState.PASSED, ExamState.USED_UP):
        word = tr("handed in")
    if card.until is not None and card.state in (ExamState.WAITING, ExamState.NOT_YET):
        word = tr("{state} until {instant}", state=word, instant=deadline_words(card.until))
    if card.state not in _OPENS:
        ended = card.last_ended
        return Door(f"{card.exam.title}: {word}", f"result {ended.id}" if ended is not None else "")
    limit = card.exam.time_limit
    about = trn(
        "{count} question, {limit}",
        "{count} questions, {limit}",
        card.items,
        limit=tr("no time limit") if limit is None else duration_words(limit),
    )
    left = trn("{count} attempt left", "{count} attempts left", card.attempts_left)
    return Door(f"{card.exam.title}: {word}; {about}; {left}", f"sit {card.ref}")


def _practice(ports: Ports, home: Home, card: CourseCard) -> Iterator[Door]:
    course = card.course
    if home.student is None or not course.practice.enabled:
        return
    with suppress(Refused):  # who may not enrol has no practice there
        status = practising.status(ports, student_id=home.student.id, course_id=course.id)
        if not status.questions:
            return
        if status.running is not None:
            yield Door(tr("Practice waits until your exam has ended."))
            return
        now = ports.clock.read().wall
        yield Door(f"{tr('Practice')}: {waiting_words(status, zone=None, now=now)}", f"practice {course.id}")
        done = tr("{done} of {count} done.", done=status.drill.done, count=DAILY)
        yield Door(f"{tr('Five today')}: {done} {streak_words(status.drill)}", f"practice {course.id} --five")


def _afterwards(card: CourseCard) -> Iterator[Door]:
    """Yield the evaluation while it is missing, and the certificate once it is earned."""
    course = card.course
    if not card.passed_all:
        return
    if not card.evaluated and course.evaluation.questions:
        word = tr("needed for your certificate") if course.evaluation.required else tr("as you like")
        yield Door(f"{tr('Course evaluation')}: {word}", f"evaluate {course.id}")
        if course.evaluation.required:
            return
    state = card.certificate_state
    number = card.certificate or (state_words(state) if state else tr("not issued yet"))
    yield Door(f"{tr('Certificate')}: {number}", f"certificate {course.id}")
