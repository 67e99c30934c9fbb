"""The rows of the home screen: a sign and a word for each state, and the door behind each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.content import Content

from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.bank.policies import Enrolment, Shown
from cequiz.domain.practice import DAILY
from cequiz.frontends.dates import short_text, span_text
from cequiz.frontends.practice_words import streak_words, waiting_words
from cequiz.frontends.states import state_words
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.language import mark, tr, trn
from cequiz.services.reporting import CourseCard, ExamCard, ExamState, Home

if TYPE_CHECKING:
    from cequiz.frontends.tui.student.home import HomeScreen
    from cequiz.services.practised import PracticeStatus

Row = tuple[str, Hanging | Content, Callable[[], None] | None]
"""Key, what is drawn, and the door; a row without a door is a heading."""

_SIGNS = {
    ExamState.READY: ("○", "$primary", mark("ready")),
    ExamState.RUNNING: ("▶", "bold $warning", mark("running")),
    ExamState.PASSED: ("✓", "bold $success", mark("passed")),
    ExamState.WAITING: ("◷", "$quiet", mark("waiting")),
    ExamState.USED_UP: ("✗", "$error", mark("attempts used up")),
    ExamState.NOT_YET: ("◷", "$quiet", mark("not open yet")),
    ExamState.CLOSED: ("✗", "$quiet", mark("closed")),
}
_HANDED_IN = ("●", "$quiet", mark("handed in"))
"""For both endings of an exam whose result the course keeps."""


def greeting(home: Home) -> Content:
    """Return the line above the list."""
    if home.student is None:
        return Content(tr("Welcome. Sign in, or register to take a course."))
    if home.running:
        return Content(tr("An exam of yours is running.")).stylize("bold $warning")
    return Content(tr("Welcome, {name}.", name=home.student.name))


def rows(
    home: Home,
    screen: HomeScreen,
    practice: Mapping[str, PracticeStatus],
    *,
    zone: tzinfo | None,
    now: datetime,
) -> Iterator[Row]:
    """Yield the rows: what is running, the way in, then each course with its exams and its practice.

    Args:
        home: what there is.
        screen: whose doors are behind the rows.
        practice: where the student stands with the practice of a course, by its id, as far as it is known.
        zone: the zone times are shown in; None for the machine's own.
        now: the instant.
    """
    if home.student is None:
        way_in = tr("with your e-mail address and passphrase")
        yield "sign-in", _row("→", "$primary", tr("Sign in"), way_in), screen.open_sign_in
        yield "register", _row("+", "$primary", tr("Register"), tr("you are new here")), screen.open_register
    for card in home.running:
        yield _running(card, screen, zone=zone, now=now)
    above = home.student is None or bool(home.running)
    for course in home.courses:
        yield f"course {course.course.id}", _heading(course, gap=above), None
        above = True
        closed = home.student is not None and not course.enrolled and course.course.enrolment is Enrolment.CODE
        if closed:
            words = tr("this course takes those who have one")
            prompt = _row("→", "$primary", tr("Enter an enrolment code"), words)
            yield f"code {course.course.id}", prompt, screen.open_code
        for exam in course.exams:
            if exam.state is not ExamState.RUNNING:
                yield _exam(exam, screen, may_open=home.student is not None and not closed, zone=zone, now=now)
        if home.student is not None:
            if course.course.id in practice:
                yield from _practice(practice[course.course.id], screen, zone=zone, now=now)
            yield from _afterwards(course, screen)


def _heading(card: CourseCard, *, gap: bool) -> Content:
    course = card.course
    facts = tr(
        "{hours} CE hours · {delivery} · version {version}",
        hours=decimal_text(course.ce_hours),
        delivery=tr(course.delivery.words()),
        version=course.version,
    )
    return Content.assemble("\n" if gap else "", (course.title, "bold $foreground"), "\n", (facts, "$quiet"))


def _running(card: ExamCard, screen: HomeScreen, *, zone: tzinfo | None, now: datetime) -> Row:
    assert card.running is not None  # noqa: S101 - a running exam has its attempt; for the type checker
    attempt_id, deadline = card.running.id, card.running.standing.deadline
    sign, tone, _ = _SIGNS[card.state]
    word = (
        tr("running, no deadline")
        if deadline is None
        else tr("running, until {instant}", instant=short_text(deadline, zone, now=now))
    )
    if card.held:
        sign, word = "◷", tr("suspended by the provider; its clock stands still")
    prompt = _row(sign, tone, tr("Continue {exam}", exam=card.exam.title), word)
    return f"continue {attempt_id}", prompt, lambda: screen.continue_exam(attempt_id)


def _exam(card: ExamCard, screen: HomeScreen, *, may_open: bool, zone: tzinfo | None, now: datetime) -> Row:
    sign, tone, word = _SIGNS[card.state]
    word = tr(word)
    if card.state in (ExamState.WAITING, ExamState.NOT_YET) and card.until is not None:
        word = tr("{state} until {instant}", state=word, instant=short_text(card.until, zone, now=now))
    limit = tr("no time limit") if card.exam.time_limit is None else span_text(card.exam.time_limit)
    about = trn("{count} question, {limit}", "{count} questions, {limit}", card.items, limit=limit)
    if not may_open:
        return f"exam {card.ref}", _row("·", "$quiet", card.exam.title, about), None
    if card.state in (ExamState.READY, ExamState.WAITING, ExamState.NOT_YET):
        about = tr(
            "{about} · attempts: {used} used, {left} left",
            about=about,
            used=card.attempts_used,
            left=card.attempts_left,
        )
    ended = card.last_ended
    kept = card.exam.review.after_pass == card.exam.review.after_fail == Shown.NONE
    if kept and card.state in (ExamState.PASSED, ExamState.USED_UP):
        sign, tone, word = _HANDED_IN
        word = tr(word)
    if card.state in (ExamState.PASSED, ExamState.USED_UP, ExamState.CLOSED) and ended is not None:
        attempt_id = ended.id
        return (
            f"exam {card.ref}",
            _row(sign, tone, card.exam.title, word, about),
            lambda: screen.open_result(attempt_id),
        )
    ref = card.ref
    return f"exam {ref}", _row(sign, tone, card.exam.title, word, about), lambda: screen.open_exam(ref)


def _practice(status: PracticeStatus, screen: HomeScreen, *, zone: tzinfo | None, now: datetime) -> Iterator[Row]:
    """Yield practice and the five of today, where there is anything to practise."""
    course_id = status.course.id
    if not status.questions:
        return
    if status.running is not None:
        words = tr("waits until your exam has ended")
        yield f"practice {course_id}", _row("·", "$quiet", tr("Practice"), words), None
        return
    words = waiting_words(status, zone=zone, now=now)
    yield (
        f"practice {course_id}",
        _row("↻", "$primary", tr("Practice"), words),
        lambda: screen.open_practice(course_id, five=False),
    )
    sign, tone = ("✓", "bold $success") if status.drill.complete else ("○", "$primary")
    done = tr("{done} of {count} done.", done=status.drill.done, count=DAILY)
    yield (
        f"five {course_id}",
        _row(sign, tone, tr("Five today"), f"{done} {streak_words(status.drill)}"),
        lambda: screen.open_practice(course_id, five=True),
    )


def _afterwards(card: CourseCard, screen: HomeScreen) -> Iterator[Row]:
    """Yield the evaluation while it is missing, and the certificate once it is earned."""
    course_id = card.course.id
    if not card.passed_all:
        return
    if not card.evaluated and card.course.evaluation.questions:
        word = tr("needed for your certificate") if card.course.evaluation.required else tr("as you like")
        prompt = _row("✎", "$accent", tr("Course evaluation"), word)
        yield f"evaluate {course_id}", prompt, lambda: screen.open_evaluation(course_id)
        if card.course.evaluation.required:
            return
    state = card.certificate_state
    number = card.certificate or (state_words(state) if state else tr("a SPECIMEN until the provider issues it"))
    yield (
        f"certificate {course_id}",
        _row("★", "bold $accent", tr("Certificate"), number),
        lambda: screen.open_certificate(course_id),
    )


def _row(sign: str, tone: str, title: str, word: str, about: str = "") -> Hanging:
    text = Content.assemble((title, "bold"), "  ", (word, tone.removeprefix("bold ")))
    if about:
        text = Content.assemble(text, "\n", (about, "$quiet"))
    return Hanging(Content.assemble((f"{sign}  ", tone)), text)
