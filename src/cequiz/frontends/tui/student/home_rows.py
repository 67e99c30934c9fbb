"""The rows of the home screen: a sign and a word for each state, and the door behind each row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.content import Content

from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.bank.policies import Shown
from cequiz.frontends.tui.widgets.hanging import Hanging
from cequiz.frontends.tui.words import plural, short_text, span_text
from cequiz.services.reporting import CourseCard, ExamCard, ExamState, Home

if TYPE_CHECKING:
    from cequiz.frontends.tui.student.home import HomeScreen

Row = tuple[str, Hanging | Content, Callable[[], None] | None]
"""Key, what is drawn, and the door; a row without a door is a heading."""

_SIGNS = {
    ExamState.READY: ("○", "$primary", "ready"),
    ExamState.RUNNING: ("▶", "bold $warning", "running"),
    ExamState.PASSED: ("✓", "bold $success", "passed"),
    ExamState.WAITING: ("◷", "$quiet", "waiting"),
    ExamState.USED_UP: ("✗", "$error", "attempts used up"),
    ExamState.NOT_YET: ("◷", "$quiet", "not open yet"),
    ExamState.CLOSED: ("✗", "$quiet", "closed"),
}
_HANDED_IN = ("●", "$quiet", "handed in")
"""For both endings of an exam whose result the course keeps."""


def greeting(home: Home) -> Content:
    """Return the line above the list."""
    if home.student is None:
        return Content("Welcome. Sign in, or register to take a course.")
    if home.running:
        return Content("An exam of yours is running.").stylize("bold $warning")
    return Content(f"Welcome, {home.student.name}.")


def rows(home: Home, screen: HomeScreen, *, zone: tzinfo | None, now: datetime) -> Iterator[Row]:
    """Yield the rows: what is running, the way in, then each course with its exams."""
    if home.student is None:
        yield (
            "sign-in",
            _row("→", "$primary", "Sign in", "with your e-mail address and passphrase"),
            screen.open_sign_in,
        )
        yield "register", _row("+", "$primary", "Register", "you are new here"), screen.open_register
    for card in home.running:
        yield _running(card, screen, zone=zone, now=now)
    above = home.student is None or bool(home.running)
    for course in home.courses:
        yield f"course {course.course.id}", _heading(course, gap=above), None
        above = True
        for exam in course.exams:
            if exam.state is not ExamState.RUNNING:
                yield _exam(exam, screen, signed_in=home.student is not None, zone=zone, now=now)
        if home.student is not None:
            yield from _afterwards(course, screen)


def _heading(card: CourseCard, *, gap: bool) -> Content:
    course = card.course
    facts = f"{decimal_text(course.ce_hours)} CE hours · {course.delivery.words()} · version {course.version}"
    return Content.assemble("\n" if gap else "", (course.title, "bold $foreground"), "\n", (facts, "$quiet"))


def _running(card: ExamCard, screen: HomeScreen, *, zone: tzinfo | None, now: datetime) -> Row:
    assert card.running is not None  # noqa: S101 - a running exam has its attempt; for the type checker
    attempt_id, deadline = card.running.id, card.running.standing.deadline
    until = "no deadline" if deadline is None else f"until {short_text(deadline, zone, now=now)}"
    sign, tone, word = _SIGNS[card.state]
    prompt = _row(sign, tone, f"Continue {card.exam.title}", f"{word}, {until}")
    return f"continue {attempt_id}", prompt, lambda: screen.continue_exam(attempt_id)


def _exam(card: ExamCard, screen: HomeScreen, *, signed_in: bool, zone: tzinfo | None, now: datetime) -> Row:
    sign, tone, word = _SIGNS[card.state]
    if card.state in (ExamState.WAITING, ExamState.NOT_YET) and card.until is not None:
        word = f"{word} until {short_text(card.until, zone, now=now)}"
    limit = "no time limit" if card.exam.time_limit is None else span_text(card.exam.time_limit)
    about = f"{plural(card.items, 'question')}, {limit}"
    if not signed_in:
        return f"exam {card.ref}", _row("·", "$quiet", card.exam.title, about), None
    if card.state in (ExamState.READY, ExamState.WAITING, ExamState.NOT_YET):
        about += f" · attempts: {card.attempts_used} used, {card.attempts_left} left"
    ended = card.last_ended
    kept = card.exam.review.after_pass == card.exam.review.after_fail == Shown.NONE
    if kept and card.state in (ExamState.PASSED, ExamState.USED_UP):
        sign, tone, word = _HANDED_IN
    if card.state in (ExamState.PASSED, ExamState.USED_UP, ExamState.CLOSED) and ended is not None:
        attempt_id = ended.id
        return (
            f"exam {card.ref}",
            _row(sign, tone, card.exam.title, word, about),
            lambda: screen.open_result(attempt_id),
        )
    ref = card.ref
    return f"exam {ref}", _row(sign, tone, card.exam.title, word, about), lambda: screen.open_exam(ref)


def _afterwards(card: CourseCard, screen: HomeScreen) -> Iterator[Row]:
    """Yield the evaluation while it is missing, and the certificate once it is earned."""
    course_id = card.course.id
    if not card.passed_all:
        return
    if not card.evaluated and card.course.evaluation.questions:
        word = "needed for your certificate" if card.course.evaluation.required else "as you like"
        prompt = _row("✎", "$accent", "Course evaluation", word)
        yield f"evaluate {course_id}", prompt, lambda: screen.open_evaluation(course_id)
        if card.course.evaluation.required:
            return
    number = card.certificate or "a SPECIMEN until the provider issues it"
    yield (
        f"certificate {course_id}",
        _row("★", "bold $accent", "Certificate", number),
        lambda: screen.open_certificate(course_id),
    )


def _row(sign: str, tone: str, title: str, word: str, about: str = "") -> Hanging:
    text = Content.assemble((title, "bold"), "  ", (word, tone.removeprefix("bold ")))
    if about:
        text = Content.assemble(text, "\n", (about, "$quiet"))
    return Hanging(Content.assemble((f"{sign}  ", tone)), text)
