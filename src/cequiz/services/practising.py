"""Practising: one question at a time, answered at once, kept, and brought back when it is due.

A `Practising` is one program's hold on a student's practice in a course. Each answer is one transaction, in which
everything it depends on is read anew: two windows count the same five, and nobody is told a right answer while an
exam of the course is open. It is driven by one thread at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, tzinfo
from fractions import Fraction

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.lexicon import Lexicon
from cequiz.domain.bank.policies import ExamItems
from cequiz.domain.canonical import Json
from cequiz.domain.exam.form import PoolItem, placed
from cequiz.domain.practice import drill, queue, recall_of, upcoming
from cequiz.errors import NotAllowed
from cequiz.language import tr
from cequiz.services.enrolling import find_student
from cequiz.services.figures import views
from cequiz.services.grading import sweep
from cequiz.services.persistence import durably
from cequiz.services.ports import Ports, PracticeAnswer, PracticeCard, Unit
from cequiz.services.practice_shelf import Shelf, beside_exam, read_shelf, refuse_beside_exam
from cequiz.services.practised import Asked, Feedback, Kept, PracticeStatus, key_of, read_kept, status_of
from cequiz.services.studying import shown_weakness

_Written = tuple[PracticeAnswer, PracticeCard]
"""An answer and the card after it."""


class Practising:
    """One program's hold on a student's practice in a course."""

    def __init__(
        self,
        ports: Ports,
        *,
        student_id: str,
        shelf: Shelf,
        five: bool,
        zone: tzinfo | None,
    ) -> None:
        self._ports = ports
        self._zone = zone
        self._shelf = shelf
        self._put_off: set[str] = set()
        self._doubtful: set[tuple[str, datetime]] = set()
        """Item and instant of the answers of which it is not known whether they were written."""
        self.student_id = student_id
        self.five = five
        """Whether this is today's drill."""
        self._weak: tuple[str, ...] = ()
        self._kept = Kept({}, ())
        self.current: Asked | None = None
        """The question that is put; None when nothing is left for now."""

    @classmethod
    def open(
        cls, ports: Ports, unit: Unit, *, student_id: str, shelf: Shelf, five: bool, zone: tzinfo | None
    ) -> Practising:
        """Return the hold, with its first question put, inside a unit."""
        hold = cls(ports, student_id=student_id, shelf=shelf, five=five, zone=zone)
        hold._weak = shown_weakness(unit, student_id=student_id, course_id=shelf.course.id)
        hold._kept = read_kept(unit, student_id, shelf.course.id)
        hold.advance()
        return hold

    @property
    def course(self) -> Course:
        """The student's version of the course."""
        return self._shelf.course

    @property
    def pool(self) -> tuple[PoolItem, ...]:
        """What may be practised, as it was when this was opened or the last answer kept."""
        return self._shelf.pool

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of what may be practised, each once, as the banks name them."""
        named = (self._shelf.banks[bank].language for bank in dict.fromkeys(item.bank for item in self.pool))
        return tuple(dict.fromkeys(named))

    @property
    def status(self) -> PracticeStatus:
        """Where the student stands now."""
        return status_of(self.course, self.pool, self._kept, now=self._now(), zone=self._zone, running=None)

    @property
    def lexicon(self) -> Lexicon:
        """The terms that tolerant spelling keeps apart."""
        return self._ports.lexicon

    def check(self, response: Mapping[str, Json] | None) -> Feedback:
        """Keep an answer to the question that is put, which is put no more, and return what became of it.

        Args:
            response: None where the student does not know and wants to be told.

        Raises:
            InvalidResponse: the question cannot take it; nothing was written.
            NotAllowed: an exam was opened meanwhile, the question may not be practised any more, or nothing is put.
            EnvironmentFailed: it could not be written; it may be asked for again.
        """
        asked = self.current
        if asked is None:
            raise NotAllowed(tr("There is no question to answer."))
        clean = None if response is None else asked.question.accept(response)
        share = asked.question.mark(clean, self._ports.lexicon)
        at = self._now()
        answer, card = durably(
            self._ports.store,
            lambda: self._keep(asked, clean, share, at),
            in_doubt=lambda: self._doubtful.add((asked.item.key, at)),
        )
        self.current = None
        self._put_off.discard(asked.item.key)
        # What is told is what was kept: an earlier answer, where that turned out to be written after all.
        kept = answer.response or None
        return Feedback(
            asked=asked,
            response=kept,
            share=answer.share,
            parts=asked.question.parts(kept, self._ports.lexicon),
            near_misses=() if kept is None else asked.question.near_misses(kept, self._ports.lexicon),
            due=card.due,
        )

    def put_off(self) -> Asked | None:
        """Leave the question for later without an answer, and return the next one."""
        if self.current is not None:
            self._put_off.add(self.current.item.key)
        return self.advance()

    def advance(self) -> Asked | None:
        """Put the next question; None when today's five are done, or nothing is due and nothing new is left."""
        line = self._line()
        keys = [item.key for item in line]
        if self._put_off.issuperset(keys):
            self._put_off.clear()
        item = next((item for item in line if item.key not in self._put_off), None)
        self.current = None if item is None else self._put(item)
        return self.current

    def _now(self) -> datetime:
        return self._ports.clock.read().wall

    def _line(self) -> tuple[PoolItem, ...]:
        now, due = self._now(), self._kept.due
        line = queue(self.pool, due, now=now, weak=self._weak, seed=f"{self.student_id}/{self.course.id}")
        if not self.five:
            return line
        if self.status.drill.complete:
            return ()
        # Five are five: where too little is due or new, what comes back next is taken before its time.
        today = now.astimezone(self._zone).date()
        done = {key_of(one) for one in self._kept.drilled if one.at.astimezone(self._zone).date() == today}
        line += upcoming(self.pool, due, now=now)
        return tuple(sorted(line, key=lambda item: item.key in done))

    def _put(self, item: PoolItem) -> Asked:
        times = Counter(key_of(answer) for answer in self._kept.answers)[item.key]
        return Asked(
            item=item,
            # Another order each time: what is learned is the answer, not its place.
            order=placed(item, f"{self.student_id}/{self.course.id}/{times}").order,
            figures=views(item.question, self._shelf.banks[item.bank].figures),
            again=item.key in self._kept.cards,
        )

    def _keep(
        self, asked: Asked, response: Mapping[str, Json] | None, share: Fraction, at: datetime
    ) -> tuple[PracticeAnswer, PracticeCard]:
        item = asked.item
        with self._ports.store.write() as unit:
            self._look_again(unit)
            known = self._kept.cards.get(item.key)
            written = [one for one in self._kept.answers if (key_of(one), one.at) in self._doubtful]
            if written and known is not None and key_of(written[-1]) == item.key:
                return written[-1], known
            refuse_beside_exam(unit, student_id=self.student_id, shelf=self._shelf)
            if not self._shelf.holds(item.key):
                raise NotAllowed(
                    tr("This question may not be practised any more."),
                    hint=tr("Open practice again: it goes on there."),
                )
            drilled = drill((one.at for one in self._kept.drilled), now=at, zone=self._zone)
            answer = PracticeAnswer(
                student_id=self.student_id,
                course_id=self.course.id,
                bank=item.bank,
                bank_version=item.bank_version,
                question=item.question.id,
                response=response or {},
                share=share,
                drill=self.five and not drilled.complete,
                at=at,
            )
            after = self._ports.rest.review(None if known is None else known.card, recalled=recall_of(share), at=at)
            card = PracticeCard(
                student_id=self.student_id,
                course_id=self.course.id,
                bank=item.bank,
                question=item.question.id,
                card=after,
                due=datetime.fromisoformat(str(after["due"])),
            )
            unit.practices.add(answer, card)
        self._kept = Kept({**self._kept.cards, item.key: card}, (*self._kept.answers, answer))
        return answer, card

    def _look_again(self, unit: Unit) -> None:
        """Read what another program, a newly loaded bank or course, or a merge of students may have changed."""
        self.student_id = find_student(unit, self.student_id).id
        self._shelf = read_shelf(unit, student_id=self.student_id, course_id=self.course.id, known=self._shelf)
        self._kept = read_kept(unit, self.student_id, self.course.id)


def begin(
    ports: Ports, *, student_id: str, course_id: str, five: bool = False, zone: tzinfo | None = None
) -> Practising:
    """Begin to practise.

    Args:
        ports: the outside world.
        student_id: the student's id or e-mail address.
        course_id: which course.
        five: whether it is today's drill of five questions.
        zone: the student's, which says when a day ends; None for the machine's own.

    Raises:
        NotFound: there is no such student or course.
        NotAllowed: the course has no practice or nothing to practise, the student may not enrol in it, or an exam of
            the course is open.
    """
    sweep(ports)
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        shelf = read_shelf(unit, student_id=student.id, course_id=course_id)
        refuse_beside_exam(unit, student_id=student.id, shelf=shelf)
        hold = Practising.open(ports, unit, student_id=student.id, shelf=shelf, five=five, zone=zone)
    if not hold.pool:
        raise NotAllowed(
            tr("There is nothing to practise in {course} now.", course=shelf.course.title),
            hint=_why_nothing(shelf.course),
        )
    return hold


def status(ports: Ports, *, student_id: str, course_id: str, zone: tzinfo | None = None) -> PracticeStatus:
    """Return where a student stands with the practice of a course; arguments as in `begin`.

    Raises:
        NotFound: there is no such student or course.
        NotAllowed: the course has no practice, or the student may not enrol in it.
    """
    sweep(ports)
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        shelf = read_shelf(unit, student_id=student.id, course_id=course_id)
        kept = read_kept(unit, student.id, shelf.course.id)
        running = beside_exam(unit, student_id=student.id, shelf=shelf)
    now, open_id = ports.clock.read().wall, running.id if running is not None else None
    return status_of(shelf.course, shelf.pool, kept, now=now, zone=zone, running=open_id)


def _why_nothing(course: Course) -> str:
    if course.practice.exam_items is ExamItems.AFTER_PASS:
        return tr("Its questions are free to practise once you have passed the exams that may ask them.")
    return tr("Every question of its banks may stand in an exam. Its provider can add questions for practice.")
