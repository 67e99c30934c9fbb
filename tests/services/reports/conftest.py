"""A school with a course that Florida has approved, and people who take it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cequiz.adapters.rest import FsrsRest
from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.bank.course import Course
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.hours import HoursRule
from cequiz.domain.people.student import Licence
from cequiz.services import earning, enrolling, evaluating, issuing, providing
from cequiz.services.loading import load
from cequiz.services.ports import CertificateRecord, Ports, Store
from cequiz.services.starting import start
from tests.builders import bank, course
from tests.fakes import FakeBoards, FakeClock, FakeIds, FakeNotary, FakePassphrases, FakePress, FakePrinter, FakeStore
from tests.papers import SCHOOL
from tests.storing import open_store

FLORIDA = BoardPack(
    id="fl",
    name="Florida",
    required=frozenset(),
    exact_approval=False,
    licence_states=("FL",),
    report_within_days=30,
    source="the Florida board's page",
    checked_on=date(2026, 11, 1),
)
NATIONAL = BoardPack(
    id="ncbtmb",
    name="NCBTMB",
    required=frozenset(),
    hours_rule=HoursRule(words=12_000, media_minutes=60, live_minutes=50),
    source="the NCBTMB page",
    checked_on=date(2026, 11, 2),
)
APPROVAL = {
    "board": "fl",
    "provider_number": "50-12345",
    "course_number": "20-678901",
    "title": "Sample Course",
    "hours": "16",
    "from": "2026-01-01",
    "to": "2027-12-31",
}
MIAMI = (Licence("FL", "MA12345"),)


@dataclass
class School:
    """The house under test, and what people do in it."""

    ports: Ports
    clock: FakeClock
    joined: int = 0

    def join(self, name: str = "Sample Student", licences: Sequence[Licence] = MIAMI, *, to: str = "course") -> str:
        """Enrol somebody new and return the id."""
        self.joined += 1
        made = enrolling.register(
            self.ports, name=name, email=f"s{self.joined}@example.org", licences=licences, actor="test"
        )
        enrolling.enrol(self.ports, student_id=made.id, course_id=to, actor="test")
        return made.id

    def sit(self, student: str, *, right: int = 4, minutes: int = 5, exam: str = "course/quiz") -> str:
        """Sit an exam of four items to its end with so many right answers, and return the attempt's id."""
        hold = start(self.ports, student_id=student, exam_ref=exam, attested=True, actor="test")
        for place, item in enumerate(hold.attempt.form.items):
            hold.answer(item.key, {"choice": "b" if place < right else "a"})
        self.clock.advance(timedelta(minutes=minutes))
        hold.submit()
        return hold.attempt.id

    def complete(
        self,
        name: str = "Sample Student",
        licences: Sequence[Licence] = MIAMI,
        *,
        issue: bool = True,
        of: str = "course",
    ) -> str:
        """Let somebody new earn a course, and return the id."""
        student = self.join(name, licences, to=of)
        self.sit(student, exam=f"{of}/quiz")
        evaluating.evaluate(self.ports, student_id=student, course_id=of, answers=None, actor="test")
        if issue:
            self.issue(student, of=of)
        else:
            earning.earn(self.ports, student_id=student, course_id=of, actor="test")
        return student

    def issue(self, student: str, *, of: str = "course") -> CertificateRecord:
        """Issue what a student has earned."""
        record = issuing.settle(self.ports, student_id=student, course_id=of, actor="test").certificate
        assert record is not None
        return record

    def number_of(self, student: str) -> str:
        """Return the number of a student's certificate."""
        with self.ports.store.read() as unit:
            (award,) = [one for one in unit.awards.all() if one.student_id == student]
            return unit.certificates.of_award(award.id)[-1].number

    def deeds(self) -> list[str]:
        """Return the deeds of the audit record."""
        with self.ports.store.read() as unit:
            return [record.deed for record in unit.audit.all()]

    def wait_until(self, at: datetime) -> None:
        """Let time pass."""
        self.clock.advance(at - self.clock.read().wall)


def approved(**changes: object) -> Course:
    """Return the course with Florida's approval."""
    return course(approvals=[{**APPROVAL, **changes}])


def school_on(store: Store, folder: Path, clock: FakeClock, *, taught: Course | None = None) -> School:
    """Return a school on a store; its course is approved by Florida unless another is given."""
    ports = Ports(
        store=store,
        clock=clock,
        ids=FakeIds(),
        passphrases=FakePassphrases(),
        press=FakePress(),
        printer=FakePrinter(),
        folder=folder / "certificates",
        lexicon=bundled_lexicon(),
        rest=FsrsRest(),
        notary=FakeNotary(),
        boards=FakeBoards(FLORIDA, NATIONAL),
    )
    load(ports, banks=[bank()], courses=[taught or approved()], actor="test")
    providing.set_provider(ports, replace(SCHOOL), actor="test")
    return School(ports, clock)


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    """Return a school on each store: a report must say the same of both."""
    if request.param == "postgres":
        yield school_on(request.getfixturevalue("postgres_store"), tmp_path, FakeClock())
        return
    store: Store = FakeStore() if request.param == "fake" else open_store(tmp_path)
    yield school_on(store, tmp_path, FakeClock())
    store.close()
