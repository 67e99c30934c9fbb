"""A house with a course made of the bundled one, and students who are each in the midst of an exam, ready to sign in.

The exam asks thirty questions of the bundled bank, one choice each, so that the same keys do the same on every screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cequiz.bootstrap import House
from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.people.student import Student
from cequiz.services.loading import load
from cequiz.services.starting import start
from cequiz.settings import Settings

PASSPHRASE = "seven quiet lamps by the river"
EXAM = "load/exam"


@dataclass(frozen=True)
class Candidate:
    """One student and the attempt that is open."""

    student_id: str
    email: str
    attempt_id: str


def open_house(home: Path, database_url: str | None) -> House:
    """Return a house; its store is opened on first use."""
    return House(Settings(home=home, database_url=database_url, user="benchmark"))


def load_course(house: House) -> None:
    """Load the course, unless it is there."""
    ports = house.ports()
    with ports.store.read() as unit:
        if unit.courses.latest("load") is not None:
            return
        bank, course = unit.banks.latest("neck-anatomy"), unit.courses.latest("essential-assessments")
    assert bank is not None
    assert course is not None
    single = {one.id for one in bank.questions if one.type == "single" and not one.figure}
    pool: dict[str, Any] = bank.to_json()
    pool |= {"id": "load", "figures": {}, "questions": [one for one in pool["questions"] if one["id"] in single]}
    taught: dict[str, Any] = course.to_json()
    exam = next(one for one in taught["exams"] if one["id"] == "neck-anatomy")
    taught |= {"id": "load", "exams": [{**exam, "id": "exam", "banks": ["load"]}], "practice": {"enabled": False}}
    load(ports, banks=[Bank.from_json(pool)], courses=[Course.from_json(taught)], actor="benchmark")


def candidates(house: House, count: int, *, first: int = 0) -> list[Candidate]:
    """Register students with one passphrase, hashed once with the real parameters, and start an exam for each.

    Args:
        house: where.
        count: how many.
        first: the number of the first, where several processes register students.
    """
    load_course(house)
    ports = house.ports()
    hashed = ports.passphrases.hash(PASSPHRASE)
    found = []
    for number in range(first, first + count):
        student = Student(id=f"S-{number:05d}", name=f"Student Number {number}", email=f"student{number}@example.org")
        with ports.store.write() as unit:
            unit.students.add(student, passphrase_hash=hashed, at=ports.clock.read().wall)
        sitting = start(ports, student_id=student.id, exam_ref=EXAM, attested=True, actor=f"student:{student.id}")
        found.append(Candidate(student.id, student.email, sitting.attempt.id))
    return found
