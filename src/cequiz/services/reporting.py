"""What lists and the home screen show: computed from records, deciding nothing of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cequiz.domain.bank.course import Course, Exam
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.eligibility import Eligibility, PastAttempt, eligibility
from cequiz.domain.people.student import Student
from cequiz.services.briefing import policy_of
from cequiz.services.ports import AttemptHeader, Clock, Glance, HomeFacts


class ExamState(StrEnum):
    """Where a student stands with an exam."""

    READY = "ready"
    RUNNING = "running"
    PASSED = "passed"
    WAITING = "waiting"
    USED_UP = "used_up"
    NOT_YET = "not_yet"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class ExamCard:
    """One exam on the home screen."""

    course: Course
    exam: Exam
    state: ExamState
    attempts_used: int
    attempts_left: int
    until: datetime | None
    """The end of a waiting time, or the opening of a window (UTC)."""
    running: AttemptHeader | None = None
    held: bool = False
    """Whether the office has suspended the running attempt."""
    last_ended: AttemptHeader | None = None

    @property
    def ref(self) -> str:
        """`COURSE/EXAM`."""
        return f"{self.course.id}/{self.exam.id}"

    @property
    def items(self) -> int:
        """How many questions a form has."""
        return sum(self.exam.blueprint.values())


@dataclass(frozen=True, kw_only=True)
class CourseCard:
    """One course on the home screen."""

    course: Course
    enrolled: bool
    exams: tuple[ExamCard, ...]
    evaluated: bool
    certificate: str | None
    """The number of the certificate in force."""
    certificate_state: str = ""
    """The state of the newest certificate, which may not be in force any more; empty while there is none."""

    @property
    def passed_all(self) -> bool:
        """Whether every required exam is passed."""
        return all(card.state is ExamState.PASSED for card in self.exams if card.exam.required)


@dataclass(frozen=True, kw_only=True)
class Home:
    """The home screen of a student, or of nobody yet."""

    student: Student | None
    running: tuple[ExamCard, ...]
    """Exams to continue; they come first."""
    courses: tuple[CourseCard, ...]


def home(glance: Glance, clock: Clock, *, student_id: str | None) -> Home:
    """Return the home screen.

    An attempt whose deadline has passed shows as ended although no sweep has closed it yet. Somebody who was merged
    sees the home of the one who stays.
    """
    facts, now = glance.home(student_id), clock.read().wall
    while facts.student is not None and facts.student.merged_into:
        facts = glance.home(facts.student.merged_into)
    cards = tuple(_course_card(facts, course, now) for course in facts.courses)
    running = tuple(exam for card in cards for exam in card.exams if exam.state is ExamState.RUNNING)
    return Home(student=facts.student, running=running, courses=cards)


def _course_card(facts: HomeFacts, course: Course, now: datetime) -> CourseCard:
    enrolment = next((one for one in facts.enrolments if one.course_id == course.id), None)
    course = course.taken(enrolment.delivery) if enrolment else course
    return CourseCard(
        course=course,
        enrolled=enrolment is not None,
        exams=tuple(_exam_card(facts, course, exam, now) for exam in course.exams),
        evaluated=course.id in facts.evaluated,
        certificate=facts.certificates.get(course.id),
        certificate_state=facts.states.get(course.id, ""),
    )


def _exam_card(facts: HomeFacts, course: Course, exam: Exam, now: datetime) -> ExamCard:
    headers = [one for one in facts.attempts if (one.course_id, one.exam_id) == (course.id, exam.id)]
    enrolment = next((one for one in facts.enrolments if one.course_id == course.id), None)
    headers = [one for one in headers if enrolment is None or enrolment.counts(one)]
    # A session that broke off may still be continued while the course's credit can cover it; opening it tells.
    credits = {one.id: exam.resume.outage_credit for one in headers if one.id in facts.broken_off}
    history = [
        _past(one, now, credit=credits.get(one.id, timedelta()), passed=facts.passed.get(one.id, False))
        for one in headers
    ]
    found = eligibility(history, policy=policy_of(exam), now=now)
    state = _state(found)
    running = headers[-1] if state is ExamState.RUNNING else None
    ended = [one for one in headers if one is not running and one.standing.status is not Status.VOIDED]
    return ExamCard(
        course=course,
        exam=exam,
        state=state,
        attempts_used=found.attempts_used,
        attempts_left=found.attempts_left,
        until=found.until,
        running=running,
        held=running is not None and running.id in facts.held,
        last_ended=ended[-1] if ended else None,
    )


def _past(header: AttemptHeader, now: datetime, *, credit: timedelta, passed: bool) -> PastAttempt:
    standing = header.standing
    if standing.status is Status.OPEN and standing.deadline is not None and now - credit > standing.deadline:
        return PastAttempt(Status.EXPIRED, standing.deadline, passed)
    return PastAttempt(standing.status, standing.finished_at, passed)


def _state(found: Eligibility) -> ExamState:
    return ExamState.READY if found.bar is None else ExamState(str(found.bar))
