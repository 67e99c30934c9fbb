"""What the services need of the outside world, as protocols, and the records that cross the border.

Adapters implement these; the services never learn what is behind them. Everything that crosses is a domain value or
one of the frozen records below: never a row, never a session, never a path of the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from cequiz.domain.chain import receipt
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.provider import Provider
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import AttemptEvent, EventDraft
from cequiz.domain.exam.marking import Score
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.student import Student

# ----------------------------------------------------------------------------------------------------- small ports


class Clock(Protocol):
    """Reads the machine's clocks."""

    def read(self) -> Stamp:
        """Return the wall clock and the boot clock at one moment."""
        ...


class Ids(Protocol):
    """Makes identities and seeds; the only source of randomness."""

    def new(self, prefix: str) -> str:
        """Return a fresh id such as `S-7K3Q9V2M`: unique, safe to type, sortable by nothing."""
        ...

    def token(self) -> str:
        """Return 128 random bits as text: idempotency keys, sessions, seeds of a draw."""
        ...


class Passphrases(Protocol):
    """Hashes and checks passphrases."""

    def hash(self, passphrase: str) -> str:
        """Return a salted, slow hash of it."""
        ...

    def verify(self, stored: str | None, passphrase: str) -> bool:
        """Whether it is the one; None costs as much time as a real check, so that nobody learns who exists."""
        ...


class Press(Protocol):
    """Draws certificates and reads them back."""

    def title(self, delivery: str) -> str:
        """Return the document title for a course's delivery, such as `Certificate of Achievement` for `home-study`."""
        ...

    def draw(self, facts: Facts) -> bytes:
        """Return the PDF of a certificate; the same facts give the same bytes."""
        ...

    def read_fields(self, pdf: bytes) -> Mapping[str, str]:
        """Return every printed field of a certificate by name.

        Raises:
            Refused: it is not a certificate of cequiz, or not a PDF.
        """
        ...

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters that no shipped font can print."""
        ...


class Printer(Protocol):
    """Sends a file to paper."""

    def print_file(self, path: Path) -> str:
        """Print the file and return a sentence that says where it went.

        Raises:
            PrinterFailed: there is no printer, or it refused; the hint says where the file is.
        """
        ...


# -------------------------------------------------------------------------------------------------------- records


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
    """A student in a course; the course version stays the one of the day of enrolment."""

    id: str
    student_id: str
    course_id: str
    course_version: str
    enrolled_at: datetime


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A student's evaluation of a course; `answers` is None when it was declined."""

    student_id: str
    course_id: str
    course_version: str
    answers: Mapping[str, Json] | None
    given_at: datetime


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
    """Course ids whose evaluation was given or declined."""
    certificates: Mapping[str, str]
    """Course id to the number of the certificate in force."""


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


# ------------------------------------------------------------------------------------------------------ the store


class Banks(Protocol):
    """Bank versions; they never change."""

    def add(self, bank: Bank, *, at: datetime) -> None:
        """Keep a new version. The caller has checked that the version is new."""
        ...

    def get(self, bank_id: str, version: str) -> Bank | None:
        """Return one version."""
        ...

    def latest(self, bank_id: str) -> Bank | None:
        """Return the version that was loaded last."""
        ...

    def content_hash(self, bank_id: str, version: str) -> str | None:
        """Return a version's content hash without building the bank."""
        ...

    def versions(self) -> Sequence[BankVersion]:
        """Return every version, by id and then the order of loading."""
        ...


class Courses(Protocol):
    """Course versions; they never change."""

    def add(self, course: Course, *, at: datetime) -> None:
        """Keep a new version."""
        ...

    def get(self, course_id: str, version: str) -> Course | None:
        """Return one version."""
        ...

    def latest(self, course_id: str) -> Course | None:
        """Return the version that was loaded last."""
        ...

    def content_hash(self, course_id: str, version: str) -> str | None:
        """Return a version's content hash without building the course."""
        ...

    def versions(self) -> Sequence[CourseVersion]:
        """Return every version, by id and then the order of loading."""
        ...


class Students(Protocol):
    """People who sit exams."""

    def add(self, student: Student, *, passphrase_hash: str | None, at: datetime) -> None:
        """Keep a new student."""
        ...

    def get(self, student_id: str) -> Student | None:
        """Return a student by id."""
        ...

    def by_email(self, email: str) -> Student | None:
        """Return a student by e-mail address, case-insensitively."""
        ...

    def all(self) -> Sequence[Student]:
        """Return every student, by name."""
        ...

    def passphrase_hash(self, student_id: str) -> str | None:
        """Return the stored hash; None when no passphrase was set."""
        ...

    def set_passphrase(self, student_id: str, passphrase_hash: str) -> None:
        """Replace the stored hash."""
        ...


class Enrolments(Protocol):
    """Who is in which course, and in which version of it."""

    def add(self, enrolment: Enrolment) -> None:
        """Keep an enrolment; one per student and course."""
        ...

    def get(self, student_id: str, course_id: str) -> Enrolment | None:
        """Return a student's enrolment in a course."""
        ...

    def of(self, student_id: str) -> Sequence[Enrolment]:
        """Return a student's enrolments, oldest first."""
        ...


class Attempts(Protocol):
    """Attempts and their events."""

    def start(self, draft: EventDraft, *, standing: Standing) -> Ack:
        """Open an attempt with its `started` event (the payload says student, course, version, exam, number)."""
        ...

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        """Append one event inside this unit; the rules are those of `Store.append`."""
        ...

    def events(self, attempt_id: str) -> Sequence[AttemptEvent]:
        """Return an attempt's events in order; empty when there is no such attempt."""
        ...

    def header(self, attempt_id: str) -> AttemptHeader | None:
        """Return one attempt's line."""
        ...

    def headers(
        self, *, student_id: str | None = None, course_id: str | None = None, exam_id: str | None = None
    ) -> Sequence[AttemptHeader]:
        """Return attempts, oldest first, that match everything given."""
        ...

    def overdue(self, at: datetime) -> Sequence[str]:
        """Return the ids of open attempts whose deadline lies before `at`."""
        ...


class Scores(Protocol):
    """Scores; append-only, the highest revision counts."""

    def add(self, score: Score, *, actor: str, at: datetime) -> None:
        """Keep a score; (attempt, revision) is unique."""
        ...

    def latest(self, attempt_id: str) -> Score | None:
        """Return the newest score of an attempt."""
        ...


class Evaluations(Protocol):
    """Course evaluations; one per student and course."""

    def add(self, evaluation: Evaluation) -> None:
        """Keep an evaluation."""
        ...

    def get(self, student_id: str, course_id: str) -> Evaluation | None:
        """Return it, given or declined."""
        ...


class Awards(Protocol):
    """Awards: a student has earned a course. One per student and course version."""

    def add(self, award: Award) -> None:
        """Keep an award."""
        ...

    def get(self, student_id: str, course_id: str, course_version: str) -> Award | None:
        """Return a student's award for a course version."""
        ...

    def all(self) -> Sequence[Award]:
        """Return every award, oldest first."""
        ...


class Certificates(Protocol):
    """Certificates and their life cycle; append-only."""

    def next_sequence(self, year: int) -> int:
        """Return the next free number of a year, from 1 without gaps."""
        ...

    def add(self, record: CertificateRecord, *, actor: str) -> None:
        """Keep a certificate and its first status, `issued`."""
        ...

    def get(self, number: str) -> CertificateRecord | None:
        """Return a certificate by its full number."""
        ...

    def with_hash(self, sha256: str) -> CertificateRecord | None:
        """Return the certificate whose PDF has this SHA-256 (hexadecimal)."""
        ...

    def of_award(self, award_id: str) -> Sequence[CertificateRecord]:
        """Return the certificates of an award, oldest first."""
        ...

    def all(self) -> Sequence[CertificateRecord]:
        """Return every certificate, oldest first."""
        ...

    def add_status(self, status: CertificateStatus) -> None:
        """Append to a certificate's life."""
        ...

    def status(self, number: str) -> CertificateStatus | None:
        """Return the newest status."""
        ...


class Audit(Protocol):
    """The audit record; append-only."""

    def add(self, record: AuditRecord) -> None:
        """Keep a record."""
        ...

    def all(self) -> Sequence[AuditRecord]:
        """Return every record, oldest first."""
        ...


class Providers(Protocol):
    """Who issues certificates."""

    def get(self) -> Provider | None:
        """Return the provider; None until one is set."""
        ...

    def set(self, provider: Provider, *, at: datetime) -> None:
        """Keep the provider; earlier ones stay in the audit record."""
        ...


class Unit(Protocol):
    """One transaction on the store."""

    @property
    def banks(self) -> Banks: ...  # noqa: D102 - the class of each says it
    @property
    def courses(self) -> Courses: ...  # noqa: D102
    @property
    def students(self) -> Students: ...  # noqa: D102
    @property
    def enrolments(self) -> Enrolments: ...  # noqa: D102
    @property
    def attempts(self) -> Attempts: ...  # noqa: D102
    @property
    def scores(self) -> Scores: ...  # noqa: D102
    @property
    def evaluations(self) -> Evaluations: ...  # noqa: D102
    @property
    def awards(self) -> Awards: ...  # noqa: D102
    @property
    def certificates(self) -> Certificates: ...  # noqa: D102
    @property
    def providers(self) -> Providers: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102


class Glance(Protocol):
    """The quick look: what the first screen needs, without the weight of the whole store."""

    def home(self, student_id: str | None) -> HomeFacts:
        """Return what the home screen is computed from; without a student just the courses."""
        ...


class Store(Glance, Protocol):
    """The records of cequiz. Every method may raise an `EnvironmentFailed` of the storage family."""

    def write(self) -> AbstractContextManager[Unit]:
        """Open a transaction that holds the write lock; it commits on a clean exit and rolls back on any error."""
        ...

    def read(self) -> AbstractContextManager[Unit]:
        """Open a consistent read; nothing written in it is kept."""
        ...

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        """Append one event in a transaction of its own, durably; the path every answer takes.

        A draft whose key is already in the attempt is answered with the event that is there (`repeated`), whatever
        else has happened since: so asking again after an unknown outcome is safe.

        Args:
            draft: what happened.
            expected_seq: the number of the last event the writer has seen.
            standing: the attempt's new standing where the event changes it.

        Raises:
            OpenElsewhere: the chain has grown since: another session writes.
            AttemptClosed: the attempt has ended (only `voided` may follow).
            DeadlinePassed: `draft.at` is after the deadline on file (endings may carry any instant).
            NotFound: there is no such attempt.
            StorageIO: the outcome is unknown; call `recover`, then append the same draft again.
        """
        ...

    def recover(self) -> None:
        """Drop every connection and open the store anew, after an unknown outcome."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...

    def make_room(self) -> bool:
        """Give the ballast's space back to a full disk; False when it was already given."""
        ...

    def verify_chains(self, *, anchors: Sequence[Head] = ()) -> ChainReport:
        """Recompute every chain and compare it with its head and with anchors kept outside."""
        ...

    def heads(self) -> Sequence[Head]:
        """Return the head of every chain, to be kept outside the store."""
        ...


@dataclass(frozen=True)
class Ports:
    """Everything a service may call, gathered once by the composition root."""

    store: Store
    clock: Clock
    ids: Ids
    passphrases: Passphrases
    press: Press
    printer: Printer
    folder: Path
    """Where issued certificates are written as files."""
