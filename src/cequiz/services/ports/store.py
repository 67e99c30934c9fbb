"""The records of cequiz as protocols: one a kind of record, one for a transaction, one for the whole store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.provider import Provider
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind
from cequiz.domain.exam.marking import Score
from cequiz.domain.people.student import Student
from cequiz.services.ports.listings import Listings
from cequiz.services.ports.live import LiveRoom
from cequiz.services.ports.office import Batches, Codes, Merges, Proposals, Retention, Retirements, StaffRoom, Tallies
from cequiz.services.ports.records import (
    AccommodationRecord,
    Ack,
    AttemptHeader,
    AuditRecord,
    BankVersion,
    CertificateRecord,
    CertificateStatus,
    ChainReport,
    CourseVersion,
    Decision,
    Enrolment,
    Evaluation,
    FigureFile,
    Head,
    Heartbeat,
    HomeFacts,
    NearMissRecord,
    PracticeAnswer,
    PracticeCard,
    Standing,
)
from cequiz.services.ports.reports import Reports
from cequiz.services.ports.visits import Door, Visits


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

    def add_all(self, students: Sequence[Student], *, at: datetime) -> None:
        """Keep many new students, who have no passphrase yet."""
        ...

    def known(self, emails: Collection[str]) -> frozenset[str]:
        """Return which of these e-mail addresses (folded) somebody has."""
        ...

    def holders(self, licences: Collection[str]) -> Mapping[str, tuple[str, str]]:
        """Return who has each of these licences (`FL:MA1`, folded), by id and name, where somebody has it."""
        ...

    def replace(self, student: Student) -> None:
        """Put corrected facts in the place of what is kept under the student's id; the passphrase stays."""
        ...

    def get(self, student_id: str) -> Student | None:
        """Return a student by id."""
        ...

    def by_email(self, email: str) -> Student | None:
        """Return a student by e-mail address, case-insensitively; somebody who was merged only where nobody else is."""
        ...

    def all(self) -> Sequence[Student]:
        """Return every student, by name, without those who were merged into another."""
        ...

    def passphrase_hash(self, student_id: str) -> str | None:
        """Return the stored hash; None when no passphrase was set."""
        ...

    def set_passphrase(self, student_id: str, passphrase_hash: str, *, until: datetime | None = None) -> None:
        """Replace the stored hash; with an end it is that of a one-time code, which only lets a passphrase be set."""
        ...

    def once_until(self, student_id: str) -> datetime | None:
        """Return until when the stored hash, that of a one-time code, may be used; None for a passphrase."""
        ...


class Enrolments(Protocol):
    """Who is in which course, and in which version of it."""

    def add(self, enrolment: Enrolment) -> None:
        """Keep an enrolment; one per student and course."""
        ...

    def add_all(self, enrolments: Sequence[Enrolment]) -> None:
        """Keep many enrolments; one per student and course."""
        ...

    def get(self, student_id: str, course_id: str) -> Enrolment | None:
        """Return a student's enrolment in a course."""
        ...

    def of(self, student_id: str) -> Sequence[Enrolment]:
        """Return a student's enrolments, oldest first."""
        ...

    def renew(self, enrolment: Enrolment) -> None:
        """Put an enrolment's next cycle in the place of the one before."""
        ...

    def anybody(self, course_id: str, course_version: str) -> bool:
        """Whether somebody is enrolled in a version of a course."""
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

    def seqs(self, attempt_ids: Collection[str]) -> Mapping[str, int]:
        """Return how many events each of these attempts has; those that do not exist are left out."""
        ...

    def headers(
        self,
        *,
        student_id: str | None = None,
        course_id: str | None = None,
        exam_id: str | None = None,
        after: AttemptHeader | None = None,
        limit: int | None = None,
    ) -> Sequence[AttemptHeader]:
        """Return attempts, oldest first, that match everything given.

        Args:
            student_id: of this student.
            course_id: in this course.
            exam_id: at this exam.
            after: those that come after this one.
            limit: the first so many.
        """
        ...

    def of_kind(self, *kinds: EventKind) -> Sequence[AttemptEvent]:
        """Return the events of these kinds of all attempts, oldest first: what the review queue is made of."""
        ...

    def overdue(self, at: datetime) -> Sequence[str]:
        """Return the ids of open attempts whose deadline lies before `at`."""
        ...


class Scores(Protocol):
    """Scores; append-only, the highest revision counts."""

    def add(self, score: Score, *, actor: str, at: datetime) -> None:
        """Keep a score; (attempt, revision) is unique."""
        ...

    def add_all(self, scores: Sequence[Score], *, actor: str, at: datetime) -> None:
        """Keep many scores, in their order."""
        ...

    def latest(self, attempt_id: str) -> Score | None:
        """Return the newest score of an attempt."""
        ...

    def of(self, attempt_id: str) -> Sequence[Score]:
        """Return every score of an attempt, the first marking at the front."""
        ...

    def holding(self, item: str, *, after: int = 0) -> Sequence[str]:
        """Return the ids of the marked attempts whose form holds an item (`bank/question`), in the order of marking.

        Args:
            item: the item.
            after: only those marked after this place in the chain of scores, as `Tallies.newest` tells it.
        """
        ...


class Evaluations(Protocol):
    """Course evaluations; one per student, course and cycle."""

    def add(self, evaluation: Evaluation) -> None:
        """Keep an evaluation."""
        ...

    def get(self, student_id: str, course_id: str, *, cycle: int = 1) -> Evaluation | None:
        """Return that of a cycle, given or declined."""
        ...


class Awards(Protocol):
    """Awards: a student has earned a course. One per student, course version and cycle."""

    def add(self, award: Award) -> None:
        """Keep an award."""
        ...

    def get(self, student_id: str, course_id: str, course_version: str, *, cycle: int = 1) -> Award | None:
        """Return a student's award for a course version in a cycle."""
        ...

    def all(self) -> Sequence[Award]:
        """Return every award, oldest first."""
        ...

    def named(self, award_id: str) -> Award | None:
        """Return an award by its id."""
        ...

    def of(self, student_id: str, course_id: str) -> Sequence[Award]:
        """Return a student's awards for a course, oldest first."""
        ...

    def ended(self) -> frozenset[str]:
        """Return the ids of awards that were ended and not made again since, by the order of the audit record.

        What they stood on has fallen: they are on record, and count nowhere.
        """
        ...

    def has_ended(self, award_id: str) -> bool:
        """Return whether an award is among `ended`."""
        ...

    def rests_on(self, attempts: Sequence[str]) -> str:
        """Return a fingerprint of all that the awards of whoever sat these attempts rest on.

        Where two are equal nothing of it has changed: attempts, scores, awards, certificates and their states,
        enrolments, evaluations; nor which versions of courses there are, and whether a provider is set.
        """
        ...

    def replace(self, award: Award) -> None:
        """Put what a re-mark has changed in the place of what is kept under the award's id."""
        ...


class Certificates(Protocol):
    """Certificates and their life cycle; append-only."""

    def next_sequence(self, year: int) -> int:
        """Return the next free number of a year, from 1 without gaps; one whose record was purged is never free."""
        ...

    def count(self) -> int:
        """Return how many there ever were: the place of the next one in the order of issue, from 0."""
        ...

    def add(self, record: CertificateRecord, *, actor: str) -> None:
        """Keep a certificate with its proof, and its first status, `issued`."""
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

    def current(self, award_id: str) -> Sequence[CertificateRecord]:
        """Return those of an award as it was made last, oldest first.

        Left out are those up to one that was revoked or expired before it was made again, by the order of the audit
        record.
        """
        ...

    def all(self) -> Sequence[CertificateRecord]:
        """Return every certificate, oldest first."""
        ...

    def outlines(self) -> Sequence[CertificateRecord]:
        """Return every certificate, oldest first, without its file: `pdf` is empty, since lists need none."""
        ...

    def awarded(self) -> frozenset[str]:
        """Return the ids of the awards that have a certificate."""
        ...

    def add_status(self, status: CertificateStatus) -> None:
        """Append to a certificate's life."""
        ...

    def status(self, number: str) -> CertificateStatus | None:
        """Return the newest status."""
        ...

    def life(self, number: str) -> Sequence[CertificateStatus]:
        """Return every status, oldest first."""
        ...


class Heartbeats(Protocol):
    """Signs of life, one an attempt; each replaces the one before."""

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep the newest sign of life of an attempt."""
        ...

    def last(self, attempt_id: str) -> Heartbeat | None:
        """Return it, None where no session has ever given one."""
        ...


class Accommodations(Protocol):
    """Accommodation profiles; append-only versions."""

    def add(self, record: AccommodationRecord) -> None:
        """Keep a new version; (student, version) is unique."""
        ...

    def latest(self, student_id: str) -> AccommodationRecord | None:
        """Return the version in force; None where there never was one."""
        ...

    def all(self, student_id: str) -> Sequence[AccommodationRecord]:
        """Return every version, oldest first."""
        ...


class Figures(Protocol):
    """The bytes of figures by their SHA-256; they never change."""

    def add(self, figure: FigureFile) -> None:
        """Keep a figure; one that is there already stays as it is."""
        ...

    def get(self, sha256: str) -> FigureFile | None:
        """Return a figure."""
        ...


class Queue(Protocol):
    """What waits for an administrator beside the events: near misses, and what was decided of every entry."""

    def add_near_miss(self, record: NearMissRecord) -> None:
        """Keep a near miss; the same one (attempt, item, part) is kept once."""
        ...

    def near_misses(self) -> Sequence[NearMissRecord]:
        """Return every near miss, oldest first."""
        ...

    def decide(self, decision: Decision) -> None:
        """Keep a decision."""
        ...

    def decisions(self) -> Sequence[Decision]:
        """Return every decision, oldest first."""
        ...


class Practices(Protocol):
    """Answers and cards of practice."""

    def add(self, answer: PracticeAnswer, card: PracticeCard) -> None:
        """Keep an answer, and the card after it in the place of the one before."""
        ...

    def answers(self, student_id: str, course_id: str) -> Sequence[PracticeAnswer]:
        """Return a student's answers in a course, oldest first."""
        ...

    def cards(self, student_id: str, course_id: str) -> Sequence[PracticeCard]:
        """Return a student's cards in a course, the one that is due first at the front."""
        ...


class Audit(Protocol):
    """The audit record; append-only."""

    def add(self, record: AuditRecord) -> None:
        """Keep a record."""
        ...

    def add_all(self, records: Sequence[AuditRecord]) -> None:
        """Keep many records, in their order."""
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
    def heartbeats(self) -> Heartbeats: ...  # noqa: D102
    @property
    def accommodations(self) -> Accommodations: ...  # noqa: D102
    @property
    def figures(self) -> Figures: ...  # noqa: D102
    @property
    def queue(self) -> Queue: ...  # noqa: D102
    @property
    def practices(self) -> Practices: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102
    @property
    def staff(self) -> StaffRoom: ...  # noqa: D102
    @property
    def codes(self) -> Codes: ...  # noqa: D102
    @property
    def retirements(self) -> Retirements: ...  # noqa: D102
    @property
    def proposals(self) -> Proposals: ...  # noqa: D102
    @property
    def live(self) -> LiveRoom: ...  # noqa: D102
    @property
    def retention(self) -> Retention: ...  # noqa: D102
    @property
    def tallies(self) -> Tallies: ...  # noqa: D102
    @property
    def listings(self) -> Listings: ...  # noqa: D102
    @property
    def merges(self) -> Merges: ...  # noqa: D102
    @property
    def batches(self) -> Batches: ...  # noqa: D102
    @property
    def reports(self) -> Reports: ...  # noqa: D102
    @property
    def visits(self) -> Visits: ...  # noqa: D102
    @property
    def door(self) -> Door: ...  # noqa: D102


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

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep the newest sign of life of an attempt, in a transaction of its own that keeps nobody from writing.

        A session that another one has taken the attempt over from gives none: that one's counts.
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

    def verify_chains(
        self,
        *,
        anchors: Sequence[Head] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> ChainReport:
        """Recompute every chain and compare it with its head and with anchors kept outside.

        Args:
            anchors: heads that were kept outside.
            progress: told how many records are done, of about how many.
            stop: asked now and then whether to stop.

        Raises:
            Stopped: it was stopped.
        """
        ...

    def heads(self) -> Sequence[Head]:
        """Return the head of every chain, to be kept outside the store."""
        ...

    def watch(self, wake: Callable[[str], None]) -> Callable[[], None]:
        """Let somebody be told at once of what is written to attempts, by any program; return what ends it.

        It only makes looking sooner: a store that cannot tell tells nobody, and nothing may depend on it.

        Args:
            wake: called from any thread with an attempt's id, after it was started, taken over, held, released, given
                time, written a message, ended or voided; answers are not told.
        """
        ...
