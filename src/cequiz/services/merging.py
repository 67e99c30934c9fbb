"""Merging: somebody who was added twice becomes one student, and nothing that was earned or sat is lost.

Rows that say whose they are go over to the one who stays; events, scores, certificates and the audit record are not
touched. What cannot be one (two awards in force for the same course and cycle, an exam that runs) is refused with the
way out: of a course that was earned twice one certificate is revoked first, and its award goes over without a cycle.
Certificates keep the name they were issued under; what was reported under a licence that only the other had is reported
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award
from cequiz.domain.exam.attempt import Status
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.people.student import Student, clean_words
from cequiz.errors import NotAllowed, NotFound, Refused, WrongState
from cequiz.language import mark, tr, trn
from cequiz.services import earned_twice
from cequiz.services.accommodating import current
from cequiz.services.enrolling import find_student
from cequiz.services.grading import sweep
from cequiz.services.ports import (
    AccommodationRecord,
    AttemptHeader,
    AuditRecord,
    Enrolment,
    Evaluation,
    Hold,
    Merge,
    Ports,
    Unit,
)
from cequiz.services.records_of import certificates_of, courses_of
from cequiz.services.reports.batches import lines_of_others, requeue_corrected


@dataclass(frozen=True, kw_only=True)
class MergePlan:
    """What becomes of two records, and what stands in the way."""

    leaving: Student
    """Whose record ends."""
    staying: Student
    moves: Mapping[str, int]
    """How many records go over, by kind: `enrolments`, `attempts`, `awards`, `certificates`, `practice`,
    `evaluations`."""
    notes: tuple[str, ...]
    """What is good to know: what stays behind, what counts from now on."""
    collisions: tuple[str, ...]
    """Why they cannot become one; empty when they can."""
    numbers: Mapping[str, int]
    """Attempts that are numbered anew, with their new numbers."""
    enrolments: tuple[Enrolment, ...]
    """How the one who stays is enrolled in the courses that both are in."""
    ended: tuple[Award, ...] = ()
    """Awards that were earned twice and taken away, as they are kept from now on: in no cycle."""


def preview(ports: Ports, *, from_id: str, into_id: str) -> MergePlan:
    """Return what merging two students would do; nothing is changed.

    Args:
        ports: the outside world.
        from_id: id or e-mail address of the record that ends.
        into_id: id or e-mail address of the student who stays.

    Raises:
        NotFound: one of them does not exist.
        Refused: they are the same.
        WrongState: the first was merged before.
    """
    sweep(ports)
    with ports.store.read() as unit:
        return _plan(unit, *_both(unit, from_id, into_id))


def merge(ports: Ports, *, from_id: str, into_id: str, reason: str, actor: str) -> MergePlan:
    """Make one student of two and return what was done.

    Args:
        ports: the outside world.
        from_id: id or e-mail address of the record that ends.
        into_id: id or e-mail address of the student who stays.
        reason: why; it is kept.
        actor: who does it.

    Raises:
        NotFound: one of them does not exist.
        Refused: they are the same.
        InvalidText: there is no reason, or one that could deceive.
        WrongState: the first was merged before.
        NotAllowed: something collides; the sentence says what.
    """
    why = clean_words(reason, what=mark("reason"))
    sweep(ports)
    with ports.store.write() as unit:
        plan = _plan(unit, *_both(unit, from_id, into_id))
        if plan.collisions:
            raise NotAllowed(" ".join(plan.collisions), hint=tr("Nothing was changed."))
        now = ports.clock.read().wall
        leaving, staying = plan.leaving.id, plan.staying.id
        before = {one.id: one.number for one in _attempts(unit, plan)}
        done = Merge(from_id=leaving, into_id=staying, reason=why, actor=actor, at=now)
        for award in plan.ended:
            unit.awards.replace(award)
        unit.merges.merge(done, numbers=plan.numbers)
        unit.visits.end_all(leaving)
        unit.door.forget(leaving)
        for enrolment in plan.enrolments:
            unit.enrolments.renew(enrolment)
        _take_over_hold(unit, done)
        details: dict[str, Json] = {
            "into": staying,
            "reason": why,
            "moved": dict(plan.moves),
            # The events keep the old numbers: here is where `audit verify` reads which ones count.
            "renumbered": {one: number for one, number in plan.numbers.items() if before[one] != number},
            **({"ended": [one.id for one in plan.ended]} if plan.ended else {}),
        }
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="student.merged", subject=leaving, details=details))
        _take_over_accommodation(unit, plan, done)
        requeue_corrected(ports, unit, student_id=staying, licences=plan.staying.licences, actor=actor)
    return plan


def _both(unit: Unit, from_id: str, into_id: str) -> tuple[Student, Student]:
    leaving = unit.students.get(from_id) or (unit.students.by_email(from_id) if "@" in from_id else None)
    if leaving is None:
        raise NotFound(
            tr("There is no student {who}.", who=from_id), hint=tr("`cequiz student list` shows who there is.")
        )
    if leaving.merged_into:
        raise WrongState(
            tr("{who} was merged into {into} before.", who=leaving.id, into=find_student(unit, leaving.id).id)
        )
    staying = find_student(unit, into_id)
    if staying.id == leaving.id:
        raise Refused(tr("These two are the same student."), hint=tr("Nothing was changed."))
    return leaving, staying


def _attempts(unit: Unit, plan: MergePlan) -> Iterator[AttemptHeader]:
    for student in (plan.leaving, plan.staying):
        yield from unit.attempts.headers(student_id=student.id)


def _plan(unit: Unit, leaving: Student, staying: Student) -> MergePlan:
    shared = [one for one in courses_of(unit, staying.id) if one in courses_of(unit, leaving.id)]
    pairs = [_Pair.read(unit, leaving, staying, course) for course in shared]
    numbers = {attempt: number for pair in pairs for attempt, number in pair.numbers().items()}
    return MergePlan(
        leaving=leaving,
        staying=staying,
        moves=_moves(unit, leaving),
        notes=tuple(_notes(unit, leaving, staying, pairs)),
        collisions=tuple(_collisions(unit, leaving, staying, pairs)),
        numbers=numbers,
        enrolments=tuple(kept for pair in pairs if (kept := pair.kept()) is not None),
        ended=tuple(one for pair in pairs for one in pair.ended),
    )


@dataclass(frozen=True, kw_only=True)
class _Side:
    """What one of the two has in a course."""

    enrolment: Enrolment | None
    attempts: Sequence[AttemptHeader]
    awards: Sequence[Award]
    evaluations: Sequence[Evaluation]
    passes: Sequence[AttemptHeader]
    """Attempts that passed."""

    @property
    def cycle(self) -> int:
        return self.enrolment.cycle if self.enrolment else 1

    @property
    def untouched(self) -> bool:
        """Whether nothing was done in the course yet."""
        return not (self.attempts or self.awards or self.evaluations)

    def award_under_way(self) -> Award | None:
        """Return the award of the cycle under way."""
        return next((one for one in self.awards if one.cycle == self.cycle), None)

    def is_earlier(self, header: AttemptHeader) -> bool:
        """Whether an attempt belongs to a cycle before."""
        return self.enrolment is not None and not self.enrolment.counts(header)


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """A course that both are in."""

    course_id: str
    leaving: _Side
    staying: _Side
    ended: tuple[Award, ...] = ()
    """Awards that neither side counts any more: the other one has the same, and their certificate was revoked."""

    @classmethod
    def read(cls, unit: Unit, leaving: Student, staying: Student, course_id: str) -> _Pair:
        sides = [_side(unit, one.id, course_id) for one in (leaving, staying)]
        ended = earned_twice.ended(unit, *(side.awards for side in sides))
        gone = {one.id for one in ended}
        mine, other = (replace(side, awards=[one for one in side.awards if one.id not in gone]) for side in sides)
        return cls(course_id=course_id, leaving=mine, staying=other, ended=ended)

    def numbers(self) -> dict[str, int]:
        """Return new numbers for the exams that both have sat, by attempt.

        Attempts of cycles before come first, then those of the cycle under way, each in the order of their start.
        """
        found: dict[str, int] = {}
        for exam in self._exams():
            if all(any(one.exam_id == exam for one in side.attempts) for side in (self.leaving, self.staying)):
                line = sorted(
                    (not side.is_earlier(one), one.started_at, one.id)
                    for side in (self.leaving, self.staying)
                    for one in side.attempts
                    if one.exam_id == exam
                )
                found |= {attempt: place for place, (*_, attempt) in enumerate(line, start=1)}
        return found

    def kept(self) -> Enrolment | None:
        """Return how the one who stays is enrolled from now on; None where their own enrolment does not exist."""
        mine, other = self.staying.enrolment, self.leaving.enrolment
        if mine is None or other is None:
            return None
        further = other.cycle > mine.cycle
        earned = other.cycle == mine.cycle and self.leaving.award_under_way() and not self.staying.award_under_way()
        basis = other if further or earned else mine
        return replace(
            basis,
            id=mine.id,
            student_id=mine.student_id,
            enrolled_at=min(mine.enrolled_at, other.enrolled_at),
            earlier=self._earlier(),
        )

    def _earlier(self) -> dict[str, int]:
        """Return how many attempts at each exam belong to cycles before."""
        numbers = self.numbers()
        found: dict[str, int] = {}
        for side in (self.leaving, self.staying):
            for one in side.attempts:
                if side.is_earlier(one):
                    number = numbers.get(one.id, one.number)
                    found[one.exam_id] = max(number, found.get(one.exam_id, 0))
        return found

    def _exams(self) -> list[str]:
        every = (one.exam_id for side in (self.leaving, self.staying) for one in side.attempts)
        return list(dict.fromkeys(every))


def _side(unit: Unit, student_id: str, course_id: str) -> _Side:
    attempts = unit.attempts.headers(student_id=student_id, course_id=course_id)
    enrolment = unit.enrolments.get(student_id, course_id)
    cycles = range(1, (enrolment.cycle if enrolment else 1) + 1)
    found = [unit.evaluations.get(student_id, course_id, cycle=cycle) for cycle in cycles]
    return _Side(
        enrolment=enrolment,
        attempts=attempts,
        awards=unit.awards.of(student_id, course_id),
        evaluations=[one for one in found if one is not None],
        passes=[one for one in attempts if _passed(unit, one)],
    )


def _passed(unit: Unit, header: AttemptHeader) -> bool:
    score = unit.scores.latest(header.id) if header.standing.status in {Status.SUBMITTED, Status.EXPIRED} else None
    return score is not None and score.passed


def _moves(unit: Unit, leaving: Student) -> dict[str, int]:
    courses = courses_of(unit, leaving.id)
    sides = [_side(unit, leaving.id, course) for course in courses]
    return {
        "enrolments": sum(side.enrolment is not None for side in sides),
        "attempts": sum(len(side.attempts) for side in sides),
        "awards": sum(len(side.awards) for side in sides),
        "certificates": len(certificates_of(unit, leaving.id)),
        "evaluations": sum(len(side.evaluations) for side in sides),
        "practice": sum(len(unit.practices.answers(leaving.id, course)) for course in courses),
    }


def _collisions(unit: Unit, leaving: Student, staying: Student, pairs: Sequence[_Pair]) -> Iterator[str]:
    for student in (leaving, staying):
        for header in unit.attempts.headers(student_id=student.id):
            if header.standing.status is Status.OPEN:
                yield tr(
                    "The attempt {attempt} of {student} is running: wait for its end.",
                    attempt=header.id,
                    student=student.id,
                )
    for pair in pairs:
        yield from earned_twice.collisions(unit, pair.leaving.awards, pair.staying.awards)
        yield from _cycles_collide(pair)
        yield from _passes_collide(unit, pair)


def _cycles_collide(pair: _Pair) -> Iterator[str]:
    lower, higher = sorted((pair.leaving, pair.staying), key=lambda side: side.cycle)
    if lower.cycle != higher.cycle and not lower.untouched:
        yield tr("They are in different renewal cycles of {course}.", course=pair.course_id)


def _passes_collide(unit: Unit, pair: _Pair) -> Iterator[str]:
    """Yield awards that would rest on another pass than their own, and are not on paper yet."""
    for mine, other in ((pair.leaving, pair.staying), (pair.staying, pair.leaving)):
        for award in mine.awards:
            earlier = any(one.started_at < award.completed_at for one in other.passes)
            if earlier and not unit.certificates.of_award(award.id):
                yield tr(
                    "The award {award} has no certificate yet, and the other one has passed {course} before: "
                    "issue the certificate first.",
                    award=award.id,
                    course=pair.course_id,
                )


def _notes(unit: Unit, leaving: Student, staying: Student, pairs: Sequence[_Pair]) -> Iterator[str]:
    yield tr("Who signs in with {old} is told to use {new}.", old=leaving.email, new=staying.email)
    missing = [one for one in leaving.licences if one not in staying.licences]
    if missing:
        listed = ", ".join(map(str, missing))
        yield tr("{student} does not have the licences {licences}.", student=staying.id, licences=listed)
    if leaving.name != staying.name and certificates_of(unit, leaving.id):
        yield tr("Certificates that were issued keep the name they were issued under.")
    again = lines_of_others(unit, student_id=leaving.id, licences=staying.licences)
    if again:
        yield trn(
            "{count} completion that was reported under another licence will be reported again.",
            "{count} completions that were reported under another licence will be reported again.",
            len(again),
        )
    for award in (one for pair in pairs for one in pair.ended):
        yield tr(
            "The completion {award} of {course}, whose certificate was revoked, goes over and counts in no cycle.",
            award=award.id,
            course=award.course_id,
        )
    for pair in pairs:
        if pair.numbers():
            yield tr("The attempts at exams of {course} are numbered anew.", course=pair.course_id)
        kept = pair.kept()
        if kept is not None:
            yield tr(
                "Both are enrolled in {course}; version {version}, cycle {cycle} counts.",
                course=pair.course_id,
                version=kept.course_version,
                cycle=kept.cycle,
            )
        cycles = {one.cycle for one in pair.staying.evaluations}
        if any(one.cycle in cycles for one in pair.leaving.evaluations):
            yield tr(
                "Both have evaluated {course}; that of {student} counts.", course=pair.course_id, student=staying.id
            )
    if all(_granted(unit, one) for one in (leaving, staying)):
        yield tr("Both have an accommodation; that of {student} counts.", student=staying.id)


def _granted(unit: Unit, student: Student) -> bool:
    return current(unit, student)[1] != Accommodation()


def _take_over_accommodation(unit: Unit, plan: MergePlan, done: Merge) -> None:
    """Grant to the one who stays what was granted to the other, unless they have something of their own."""
    if _granted(unit, plan.staying) or not _granted(unit, plan.leaving):
        return
    version, _ = current(unit, plan.staying)
    _, profile = current(unit, plan.leaving)
    reason = next((one.reason for one in reversed(unit.accommodations.all(plan.leaving.id))), done.reason)
    unit.accommodations.add(
        AccommodationRecord(
            student_id=done.into_id, version=version + 1, profile=profile, reason=reason, actor=done.actor, at=done.at
        )
    )
    details: dict[str, Json] = {"version": version + 1}
    deed = "student.accommodated"
    unit.audit.add(AuditRecord(at=done.at, actor=done.actor, deed=deed, subject=done.into_id, details=details))


def _take_over_hold(unit: Unit, done: Merge) -> None:
    """Hold the records of the one who stays where those of the other were held: they are the same records now."""
    held = unit.retention.held()
    if done.from_id in held and done.into_id not in held:
        unit.retention.hold(
            Hold(student_id=done.into_id, placed=True, reason=done.reason, actor=done.actor, at=done.at)
        )
        details: dict[str, Json] = {"reason": done.reason, "from": done.from_id}
        unit.audit.add(
            AuditRecord(at=done.at, actor=done.actor, deed="retention.held", subject=done.into_id, details=details)
        )
