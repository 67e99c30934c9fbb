"""The records that cross the border between services and adapters: frozen, and nothing but values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.lexicon import NearMiss
from cequiz.domain.canonical import Json
from cequiz.domain.chain import receipt
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.proof import Proof
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import AttemptEvent
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.people.student import Student


@dataclass(frozen=True)
class Ack:
    """The store's word that an event is on disk. Only this lets a screen say "saved"."""

    event: AttemptEvent
    repeated: bool = False
    """Whether the event was already there (the same idempotency key was sent again)."""

    @property
    def receipt(self) -> str:
        """The chain's head as a code a student can keep."""
        return receipt(self.event.hash)


@dataclass(frozen=True)
class Standing:
    """What a query about open attempts needs to know without replaying events."""

    status: Status
    deadline: datetime | None
    finished_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AttemptHeader:
    """One attempt in a list."""

    id: str
    student_id: str
    course_id: str
    course_version: str
    exam_id: str
    number: int
    started_at: datetime
    standing: Standing
    seq: int
    head: bytes


@dataclass(frozen=True, kw_only=True)
class BankVersion:
    """One loaded version of a bank in a list."""

    id: str
    version: str
    title: str
    language: str
    content_hash: str
    questions: int
    loaded_at: datetime


@dataclass(frozen=True, kw_only=True)
class CourseVersion:
    """One loaded version of a course in a list."""

    id: str
    version: str
    title: str
    ce_hours: str
    content_hash: str
    loaded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """A student in a course; the course version stays the one of the day of enrolment, or of the last renewal."""

    id: str
    student_id: str
    course_id: str
    course_version: str
    enrolled_at: datetime
    cycle: int = 1
    """The renewal cycle, from 1."""
    earlier: Mapping[str, int] = field(default_factory=dict)
    """Exam id to the number of the last attempt of earlier cycles; only later ones count."""
    delivery: str = ""
    """How this student takes the course where that is not the course's own delivery, such as `live`; empty else."""

    def counts(self, header: AttemptHeader) -> bool:
        """Whether an attempt at an exam of the course belongs to the cycle under way."""
        return header.number > self.earlier.get(header.exam_id, 0)


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A student's evaluation of a course; `answers` is None when it was declined."""

    student_id: str
    course_id: str
    course_version: str
    answers: Mapping[str, Json] | None
    given_at: datetime
    cycle: int = 1
    """The renewal cycle of the enrolment, from 1."""


@dataclass(frozen=True, kw_only=True)
class CertificateRecord:
    """A certificate as it was issued: frozen facts, the very bytes, their hash."""

    number: str
    """Unique, with the revision suffix: `CQ-2026-000123`, `CQ-2026-000123-R1`."""
    award_id: str
    facts: Facts
    pdf: bytes
    sha256: str
    issued_at: datetime
    proof: Proof | None = None
    """None for certificates of the first layout, which only their own store can verify."""


@dataclass(frozen=True, kw_only=True)
class CertificateStatus:
    """One entry of a certificate's life; the newest one counts."""

    number: str
    status: str
    """issued, superseded, suspended, revoked, expired."""
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditRecord:
    """Who did what to which thing, when."""

    at: datetime
    actor: str
    deed: str
    subject: str
    details: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Heartbeat:
    """The last sign of life of the session that holds an attempt."""

    attempt_id: str
    session: str
    at: datetime
    """Reckoned (UTC), as events are."""
    stamp: Stamp
    left: bool = False
    """Whether the session was left in an orderly way: what follows is no outage."""
    lost: bool = False
    """Whether the session has ended although nobody left: its line or its terminal went, and it is open nowhere."""
    item: str = ""
    """The key of the item that was on the screen; empty where none was. The next session opens there."""


@dataclass(frozen=True, kw_only=True)
class AccommodationRecord:
    """One version of a person's accommodation profile."""

    student_id: str
    version: int
    """From 1; the highest counts."""
    profile: Accommodation
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class FigureFile:
    """A figure's bytes, kept with the bank version that shows it."""

    sha256: str
    media_type: str
    """`image/svg+xml` or `image/png`."""
    content: bytes


@dataclass(frozen=True, kw_only=True)
class NearMissRecord:
    """A typed answer that a scored exam refused because it names an opposite or a neighbour."""

    attempt_id: str
    item: str
    """`bank/question`."""
    content_hash: str
    miss: NearMiss
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What an administrator decided of an entry of the review queue; append-only, the newest counts."""

    entry: str
    """The entry's id, such as `challenge:A-7K3Q9V2MXA:17`."""
    outcome: str
    """`accepted` or `declined`."""
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PracticeAnswer:
    """One answer in practice; it earns nothing and is kept for the student alone."""

    student_id: str
    course_id: str
    bank: str
    bank_version: str
    question: str
    response: Mapping[str, Json]
    share: Fraction
    """What it earned of the question's points, 0 to 1."""
    drill: bool
    """Whether it was one of today's five."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PracticeCard:
    """What spaced repetition remembers of one question for one student."""

    student_id: str
    course_id: str
    bank: str
    question: str
    card: Mapping[str, Json]
    due: datetime


@dataclass(frozen=True, kw_only=True)
class HomeFacts:
    """Everything the home screen of a student is computed from, in one read."""

    student: Student | None
    courses: tuple[Course, ...]
    """The enrolled version where the student is enrolled, else the newest."""
    enrolments: tuple[Enrolment, ...]
    attempts: tuple[AttemptHeader, ...]
    passed: Mapping[str, bool]
    """Attempt id to whether its newest score passed; ended attempts only."""
    evaluated: frozenset[str]
    """Course ids whose evaluation was given or declined in the cycle under way."""
    certificates: Mapping[str, str]
    """Course id to the number of the certificate in force of the cycle under way."""
    states: Mapping[str, str] = field(default_factory=dict)
    """Course id to the state of the newest certificate of the cycle under way, in force or not."""
    broken_off: frozenset[str] = frozenset()
    """Open attempts whose session gave its last sign of life before the deadline and did not leave."""
    held: frozenset[str] = frozenset()
    """Open attempts that the office has suspended."""


@dataclass(frozen=True)
class ChainFinding:
    """The first difference found in one chain."""

    chain: str
    """`attempt A-...`, `score`, `certificate`, `certificate_status`, `audit_record`, `anchor`."""
    place: int
    words: str


@dataclass(frozen=True)
class ChainReport:
    """What `audit verify` found: how much was recomputed, and the first difference of each chain."""

    chains: int
    records: int
    findings: tuple[ChainFinding, ...]


@dataclass(frozen=True)
class Head:
    """The end of one chain, to be kept outside the store as an anchor."""

    chain: str
    """An attempt's id, or the name of a table that has one chain: `score`, `certificate`, ..."""
    seq: int
    hash: str
