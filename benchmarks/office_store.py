"""A store of the size an office may have: 100,000 students, 200,000 attempts with scores, 50,000 certificates.

The rows have the shapes that the program gives them, and are written in bulk through the store's own tables. What no
list reads is left small: attempts have no events but those that run, and a certificate's file is a few bytes. The
hashes are of the right length and belong to no chain, so such a store is for measuring only.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from cequiz.adapters.store import mapping
from cequiz.adapters.store.driver import best_sqlite
from cequiz.adapters.store.rows import (
    AttemptRow,
    AuditRecordRow,
    AwardRow,
    CertificateRow,
    CertificateStatusRow,
    ChainHeadRow,
    EnrolmentRow,
    EvaluationRow,
    Row,
    ScoreRow,
    StudentRow,
    table_of,
)
from cequiz.adapters.store.rows_office import CertificateStandingRow
from cequiz.bootstrap import House
from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts, LicenceFact
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import microseconds
from cequiz.domain.exam.marking import Mark, ObjectiveScore, Score
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.student import Licence, Student
from cequiz.services.ports import CertificateRecord, Enrolment
from cequiz.services.providing import set_provider
from cequiz.services.starting import start
from cequiz.settings import Settings

STUDENTS, AWARDS, CERTIFICATES, OPEN = 100_000, 52_000, 50_000, 200
EARNED = AWARDS + 500
"""So many students have passed everything; the last five hundred of them have not looked at their result."""

PROVIDER = Provider(
    name="Sample Provider",
    contact="office@example.org",
    address="1 Sample Street, Tampa, FL",
    administrator=Signatory("Sample Administrator", "Administrator"),
    instructor=Signatory("Sample Instructor", "LMT"),
    time_zone="America/New_York",
)

FIRST = datetime(2019, 1, 7, 15, tzinfo=UTC)
GIVEN = (
    "Ana Maria José Luis Zoë Chloë Renée Søren Björn Łukasz Nguyễn Thị Mei Wei Hiro Yuki Fatima Omar Aisha Ivan Olga"
    " Dmitri Priya Arjun Leila Sofia Emma Olivia Liam Noah James Mary Patricia Jennifer Linda Robert Michael William"
    " David Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Betty Margaret Sandra Ashley Kimberly Emily Donna"
    " Michelle Carol Amanda Dorothy Melissa Deborah"
)
FAMILY = (
    "Smith Johnson Williams Brown Jones García Miller Davis Rodríguez Martínez Hernández López González Wilson Anderson"
    " Thomas Taylor Moore Jackson Martin Lee Pérez Thompson White Harris Sánchez Clark Ramírez Lewis Robinson Walker"
    " Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell"
    " Carter Roberts Gómez Phillips Evans Turner Díaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy"
    " Cook Rogers Gutiérrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson"
    " Brooks Chávez Wood James Bennett Gray Mendoza Ruiz Hughes Price Álvarez Castillo Sanders Patel Myers Long Ross"
    " Foster Jiménez Müller Schäfer Özdemir Kowalski Nováková Østergaard Fitzgerald O'Brien Papadopoulos Nakamura"
)
STATES = ("FL", "CA", "TX", "NY", "TN", "GA", "WA", "IL")
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Person:
    """A student, and when they were added."""

    student: Student
    place: int
    added: datetime


class StillClock:
    """A clock that stands at the minute in which the store was made, so that its open attempts stay open."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def read(self) -> Stamp:
        """Return the same reading every time."""
        return Stamp(self._at, 3_600_000_000, "benchmark")


def open_house(home: Path) -> House:
    """Return a house with such a store in a folder; the store is made unless it is there in today's shape."""
    settings = Settings(home=home, database_url=None, user="bench")
    done = home / "complete.json"
    shape = _shape()
    kept = json.loads(done.read_text()) if done.exists() else {}
    if kept.get("shape") != shape:
        if home.exists():
            shutil.rmtree(home)
        home.mkdir(parents=True)
        now = datetime.now(UTC)
        _make(settings, StillClock(now))
        kept = {"shape": shape, "at": now.isoformat()}
        done.write_text(json.dumps(kept))
    return House(settings, clock=StillClock(datetime.fromisoformat(kept["at"])))


def _shape() -> str:
    """Return the fingerprint of the tables and indexes of a store that is made today."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), database_url=None, user="bench")
        with closing(House(settings)) as house:
            house.ports()
        with closing(best_sqlite().connect(settings.database)) as driver:
            found = driver.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY sql").fetchall()
    # A table that a migration made anew has its constraints in any order.
    lines = sorted(line.strip(" ,\t") for (sql,) in found for line in sql.splitlines())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _make(settings: Settings, clock: StillClock) -> None:
    with closing(House(settings, clock=clock)) as house:
        set_provider(house.ports(), PROVIDER, actor="bench")
        with house.ports().store.read() as unit:
            version = unit.courses.versions()[-1]
            course = unit.courses.get(version.id, version.version)
        assert course is not None
        with closing(best_sqlite().connect(settings.database)) as driver:
            _fill(driver, course)
        for place in range(OPEN):
            sample = f"S-OPEN{place:06}"
            start(house.ports(), student_id=sample, exam_ref=f"{course.id}/final", attested=True, actor="bench").leave()


def _fill(driver: Any, course: Course) -> None:
    luck = random.Random(20261122)
    people = [_person(luck, place) for place in range(STUDENTS)]
    insert(driver, StudentRow, (_student(one) for one in people))
    insert(driver, EnrolmentRow, (_enrolment(one, course) for one in people))
    insert(driver, EvaluationRow, (_evaluation(one, course) for one in people[:EARNED]))
    scores: list[dict[str, Any]] = []
    insert(driver, AttemptRow, _attempts(people, course, luck, scores))
    insert(driver, ScoreRow, scores)
    awards = [_award(one, course) for one in people[:AWARDS]]
    insert(driver, AwardRow, (mapping.award_columns(award) for award in awards))
    papers = [
        _paper(place, one, award, course)
        for place, (one, award) in enumerate(zip(people[:CERTIFICATES], awards, strict=False), start=1)
    ]
    insert(driver, CertificateRow, _chained(mapping.certificate_columns(one, actor="bench") for one in papers))
    lives = [(paper.number, _status(place)) for place, paper in enumerate(papers)]
    insert(driver, CertificateStandingRow, _standings(papers, lives))
    insert(driver, CertificateStatusRow, _chained(_life(papers, lives)))
    [before] = driver.execute("SELECT max(seq) FROM audit_record").fetchone()
    insert(driver, AuditRecordRow, _chained(_audit(people, papers), after=before))
    driver.commit()


def insert(driver: Any, row: type[Row], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows, and for a table that has a chain its head."""
    names: list[str] = []
    last: Mapping[str, Any] = {}

    def values() -> Iterator[tuple[Any, ...]]:
        nonlocal last
        for one in rows:
            last = one
            yield tuple(one[name] for name in names)

    table = table_of(row)
    rows = iter(rows)
    first = next(rows)
    names += first
    marks = ", ".join("?" for _ in names)
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
    driver.execute(sql, tuple(first.values()))
    driver.executemany(sql, values())
    if "prev_hash" in names:
        driver.execute(
            f"INSERT OR REPLACE INTO {table_of(ChainHeadRow).name} (chain, seq, hash) VALUES (?, ?, ?)",
            (table.name, last["seq"], last["hash"]),
        )


def _chained(rows: Iterable[Mapping[str, Any]], *, after: int = 0) -> Iterator[dict[str, Any]]:
    for seq, one in enumerate(rows, start=after + 1):
        yield {**one, "seq": seq, "prev_hash": bytes(32), "hash": seq.to_bytes(32, "big")}


def _code(luck: random.Random, prefix: str) -> str:
    return f"{prefix}-{''.join(luck.choices(_ALPHABET, k=10))}"


def _person(luck: random.Random, place: int) -> Person:
    given, family = luck.choice(GIVEN.split()), luck.choice(FAMILY.split())
    name = f"{given} {luck.choice('ABCDEFGHJKLMNPRSTVW')}. {family}"
    licences = [Licence(luck.choice(STATES), f"MA{luck.randrange(10_000, 999_999)}")]
    if luck.random() < 0.1:
        licences.append(Licence("NCBTMB", str(luck.randrange(100_000, 999_999))))
    who = f"S-OPEN{STUDENTS - 1 - place:06}" if place >= STUDENTS - OPEN else _code(luck, "S")
    address = f"{given}.{family}{place}@example.org".encode("ascii", "ignore").decode().lower()
    student = Student(id=who, name=name, email=address, licences=tuple(licences))
    return Person(student, place, FIRST + timedelta(minutes=37 * place))


def _student(one: Person) -> dict[str, Any]:
    return {**mapping.student_columns(one.student), "passphrase_hash": None, "added_us": microseconds(one.added)}


def _enrolment(one: Person, course: Course) -> dict[str, Any]:
    enrolment = Enrolment(
        id=f"E-{one.place:010}",
        student_id=one.student.id,
        course_id=course.id,
        course_version=course.version,
        enrolled_at=one.added,
    )
    return mapping.enrolment_columns(enrolment)


def _evaluation(one: Person, course: Course) -> dict[str, Any]:
    return {
        "student_id": one.student.id,
        "course_id": course.id,
        "course_version": course.version,
        "answers": '{"clear":4,"comment":"Well explained."}',
        "given_us": microseconds(one.added + timedelta(hours=4)),
        "cycle": 1,
    }


def _finished(one: Person, number: int) -> datetime:
    return one.added + timedelta(hours=number, minutes=55)


def _attempts(
    people: Iterable[Person], course: Course, luck: random.Random, scores: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield two attempts a person, and keep their scores; those who have one running get no second one here."""
    for one in people:
        for number, exam in enumerate(course.exams[:2], start=1):
            if one.place >= STUDENTS - OPEN and number == 2:
                continue
            passed = one.place < EARNED or (number == 1 and one.place % 3 == 0)
            status = Status.SUBMITTED if passed or one.place % 7 else Status.EXPIRED
            at = _finished(one, number)
            attempt = _code(luck, "A")
            yield {
                "id": attempt,
                "student_id": one.student.id,
                "course_id": course.id,
                "course_version": course.version,
                "exam_id": exam.id,
                "number": 1,
                "started_us": microseconds(one.added + timedelta(hours=number)),
                "status": str(status),
                "deadline_us": microseconds(one.added + timedelta(hours=number + 1)),
                "finished_us": microseconds(at),
                "head_seq": 30,
                "head_hash": bytes(32),
            }
            score = _score(attempt, status, at, right=17 if passed else 9)
            row = {**mapping.score_columns(score), "actor": "system:marking", "at_us": microseconds(at)}
            seq = len(scores) + 1
            scores.append({**row, "seq": seq, "prev_hash": bytes(32), "hash": seq.to_bytes(32, "big")})


def _score(attempt: str, status: Status, at: datetime, *, right: int) -> Score:
    marks = tuple(
        Mark(f"neck-anatomy/question-{place:03}", f"D{place % 4}", Fraction(place < right), Fraction(1), answered=True)
        for place in range(20)
    )
    return Score(
        attempt_id=attempt,
        revision=1,
        earned=Fraction(right),
        possible=Fraction(20),
        pass_mark=Fraction(75),
        objectives=tuple(
            ObjectiveScore(f"D{part}", f"Objective {part}", Fraction(right, 4), Fraction(5)) for part in range(4)
        ),
        marks=marks,
        cause=status,
        finished_at=at,
    )


def _award(one: Person, course: Course) -> Award:
    return Award(
        id=f"W-{one.place:010}",
        student_id=one.student.id,
        course_id=course.id,
        course_version=course.version,
        completed_at=_finished(one, 2),
        percent=Fraction(85),
        pass_mark=Fraction(75),
        awarded_at=_finished(one, 2),
    )


_FACTS = Facts(
    document_title="Certificate of Achievement",
    provider_name="Sample Provider",
    provider_contact="office@example.org",
    student_name="",
    licences=(),
    course_title="",
    course_id="",
    course_version="",
    subjects=("Assessment", "Anatomy"),
    delivery="Home study",
    ce_hours="16",
    completed_on=date(2026, 11, 22),
    issued_on=date(2026, 11, 22),
    place="Home study",
    instructors=(Signatory("Sample Instructor", "LMT"),),
    administrator=Signatory("Sample Administrator", "Administrator"),
    number="",
)


def _paper(place: int, one: Person, award: Award, course: Course) -> CertificateRecord:
    number = f"CQ-{award.completed_at.year}-{place:06}"
    facts = replace(
        _FACTS,
        student_name=one.student.name,
        licences=tuple(LicenceFact(licence.state, licence.number) for licence in one.student.licences),
        course_title=course.title,
        course_id=course.id,
        course_version=course.version,
        completed_on=award.completed_at.date(),
        issued_on=award.completed_at.date(),
        number=number,
    )
    return CertificateRecord(
        number=number,
        award_id=award.id,
        facts=facts.frozen(),
        pdf=b"%PDF-1.7 sample",
        sha256=f"{place:064x}",
        issued_at=award.completed_at + timedelta(minutes=5),
    )


def _status(place: int) -> str:
    rare = {3: "suspended", 5: "revoked", 7: "expired"}
    return rare.get(place % 500, "superseded" if place % 50 == 1 else "issued")


def _standings(papers: Iterable[CertificateRecord], lives: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for place, (paper, (_, status)) in enumerate(zip(papers, lives, strict=True), start=1):
        yield {**mapping.standing_columns(paper), "status": status, "position": place}


def _life(papers: Iterable[CertificateRecord], lives: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for paper, (number, status) in zip(papers, lives, strict=True):
        at = microseconds(paper.issued_at)
        yield {"number": number, "status": "issued", "reason": "", "actor": "bench", "at_us": at}
        if status != "issued":
            yield {"number": number, "status": status, "reason": "sample", "actor": "bench", "at_us": at + 60_000_000}


def _audit(people: Iterable[Person], papers: Iterable[CertificateRecord]) -> Iterator[dict[str, Any]]:
    for one in people:
        yield _record(one.added, "student.added", one.student.id, actor="os:office")
        yield _record(one.added, "student.enrolled", one.student.id, actor=f"student:{one.student.id}")
    for paper in papers:
        yield _record(paper.issued_at, "certificate.issued", paper.number, actor="staff:P-ANA")


def _record(at: datetime, deed: str, subject: str, *, actor: str) -> dict[str, Any]:
    details = f'{{"course":"essential-assessments","sample":"{subject}"}}'
    return {"at_us": microseconds(at), "actor": actor, "deed": deed, "subject": subject, "details": details}
