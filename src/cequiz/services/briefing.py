"""What a student is told before an exam starts: rules, time with its reasons, attempts left, what is attested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course, Exam
from cequiz.domain.exam.attempt import Attempt, Status, replay
from cequiz.domain.exam.eligibility import AttemptPolicy, Eligibility, PastAttempt, eligibility
from cequiz.domain.exam.ledger import Explanation, explain
from cequiz.domain.exam.terms import Disclosure, Terms
from cequiz.domain.exam.timekeeping import observe
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.people.student import Student
from cequiz.errors import NotFound
from cequiz.language import tr
from cequiz.services.accommodating import current
from cequiz.services.advising import advice
from cequiz.services.enrolling import counted, find_course, find_student, refuse_closed
from cequiz.services.grading import sweep
from cequiz.services.in_use import bank_in_use
from cequiz.services.outages import Absence, ended_away, open_elsewhere, silence, with_outage
from cequiz.services.ports import AttemptHeader, Ports, Unit


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """Everything the briefing shows."""

    student: Student
    course: Course
    exam: Exam
    items: int
    terms: Terms
    eligibility: Eligibility
    time: Explanation
    """The deadline if the exam started now, with its reasons; of the running attempt where there is one."""
    attestation: str
    accommodation: Accommodation
    """What was granted to the student: here for what the person prefers, the terms hold the rest."""
    running: Attempt | None = None
    """The attempt that is open, to be continued."""
    elsewhere: bool = False
    """Whether another session seems to sit it at this moment."""
    away: Absence | None = None
    """The interruption in which the last attempt ran out; None where it ended in another way."""
    languages: tuple[str, ...] = ()
    """The languages of the exam's banks, each once, as the banks name them."""
    advice: tuple[str, ...] = ()
    """What boards say about the hours of the course and the licences it needs; empty once an attempt runs."""

    @property
    def ref(self) -> str:
        """`COURSE/EXAM`."""
        return f"{self.course.id}/{self.exam.id}"


def brief(ports: Ports, *, student_id: str, exam_ref: str) -> Briefing:
    """Return the briefing of an exam for a student; attempts that ran out are closed first.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        exam_ref: `COURSE/EXAM`, or the exam's id where that is unique.

    Raises:
        NotFound: there is no such student, course or exam.
        NotAllowed: the course takes nobody by itself, and the student is not enrolled.
    """
    sweep(ports)
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        course, exam = find_exam(unit, exam_ref, student_id=student.id)
        refuse_closed(unit, student_id=student.id, course=course)
        return compose(ports, unit, student=student, course=course, exam=exam)


def compose(ports: Ports, unit: Unit, *, student: Student, course: Course, exam: Exam) -> Briefing:
    """Return the briefing inside a unit."""
    stamp = ports.clock.read()
    headers = counted(unit, student_id=student.id, course_id=course.id, exam_id=exam.id)
    running = next((header for header in headers if header.standing.status is Status.OPEN), None)
    attempt = replay(unit.attempts.events(running.id)) if running else None
    version, granted = current(unit, student)
    terms = attempt.terms if attempt else terms_of(course, exam, titles=_titles(unit, exam))
    if attempt is None:
        terms = replace(
            terms, factor=granted.factor, untimed=granted.untimed, breaks=granted.breaks, accommodation=version
        )
    now = observe(attempt.last, stamp) if attempt else stamp.wall
    ledger = with_outage(attempt, silence(unit, attempt, now)).ledger if attempt else terms.ledger(now)
    return Briefing(
        student=student,
        course=course,
        exam=exam,
        items=sum(exam.blueprint.values()),
        terms=terms,
        eligibility=eligibility([past(unit, header) for header in headers], policy=policy_of(exam), now=now),
        time=explain(ledger),
        attestation=course.attestation,
        accommodation=granted,
        running=attempt,
        elsewhere=attempt is not None and open_elsewhere(unit, attempt, now),
        away=_away(unit, headers),
        languages=tuple(dict.fromkeys(bank.language for bank in _banks(unit, exam))),
        advice=() if attempt else advice(ports, licences=student.licences, course=course),
    )


def _away(unit: Unit, headers: Sequence[AttemptHeader]) -> Absence | None:
    """Return the interruption in which the newest of these attempts ran out."""
    if not headers or headers[-1].standing.status is not Status.EXPIRED:
        return None
    return ended_away(replay(unit.attempts.events(headers[-1].id)))


def find_exam(unit: Unit, exam_ref: str, *, student_id: str | None = None) -> tuple[Course, Exam]:
    """Return the course and the exam that a reference names, in the version the student is enrolled in.

    Raises:
        NotFound: nothing fits, or an exam id without its course fits several.
    """
    course_id, slash, exam_id = exam_ref.rpartition("/")
    if slash:
        course = find_course(unit, course_id, student_id=student_id)
        found = [(course, exam) for exam in course.exams if exam.id == exam_id]
    else:
        ids = dict.fromkeys(version.id for version in unit.courses.versions())
        every = [find_course(unit, one, student_id=student_id) for one in ids]
        found = [(course, exam) for course in every for exam in course.exams if exam.id == exam_id]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            tr("There is no exam {exam}.", exam=exam_ref),
            hint=tr("`cequiz course list` shows the courses, `course show` their exams."),
        )
    names = ", ".join(f"{course.id}/{exam.id}" for course, exam in found)
    raise NotFound(
        tr("Several courses have an exam {exam}.", exam=exam_ref),
        hint=tr("Name the course too: {names}.", names=names),
    )


def _titles(unit: Unit, exam: Exam) -> dict[str, str]:
    """Return the objectives' titles as the exam's banks give them."""
    return {objective: title for bank in _banks(unit, exam) for objective, title in bank.objectives.items()}


def _banks(unit: Unit, exam: Exam) -> list[Bank]:
    """Return the newest versions of the exam's banks that are in use."""
    found = [bank_in_use(unit, bank_id) for bank_id in exam.banks]
    return [bank for bank in found if bank is not None]


def terms_of(course: Course, exam: Exam, *, titles: Mapping[str, str]) -> Terms:
    """Return the terms an attempt at the exam would be held under by somebody without an accommodation.

    Args:
        course: the course.
        exam: one of its exams.
        titles: objective id to title; an objective without one goes by its id.
    """
    return Terms(
        course_title=course.title,
        exam_title=exam.title,
        time_limit=exam.time_limit,
        factor=Fraction(1),
        pass_mark=exam.pass_mark,
        floors=dict(exam.section_floors),
        objectives={objective: titles.get(objective, objective) for objective in exam.blueprint},
        after_pass=Disclosure(exam.review.after_pass),
        after_fail=Disclosure(exam.review.after_fail),
        forward_only=exam.navigation == "forward-only",
        pauses=exam.resume.clock == "pauses",
        outage_credit=exam.resume.outage_credit,
        closes_at=exam.window.closes if exam.window else None,
        open_book=exam.open_book,
    )


def policy_of(exam: Exam) -> AttemptPolicy:
    """Return the exam's rules on repeating it."""
    window = exam.window
    return AttemptPolicy(
        limit=exam.attempts.limit,
        wait=exam.attempts.wait,
        opens_at=window.opens if window else None,
        closes_at=window.closes if window else None,
    )


def past(unit: Unit, header: AttemptHeader) -> PastAttempt:
    """Return what an attempt means for the next one."""
    score = unit.scores.latest(header.id) if header.standing.status is not Status.OPEN else None
    return PastAttempt(header.standing.status, header.standing.finished_at, passed=score is not None and score.passed)
