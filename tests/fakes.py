"""The ports in memory: small, honest, and held to the same contract suite as the real ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from hashlib import sha512
from pathlib import Path
from typing import TypeVar

from cequiz.domain.bank.bank import Bank
from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json, canonical
from cequiz.domain.chain import START, link
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.look import Look, Paper
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.credential.proof import Proof, PublicKey
from cequiz.domain.credential.provider import Provider
from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import AttemptEvent, EventDraft, EventKind, message
from cequiz.domain.exam.marking import Score
from cequiz.domain.exam.timekeeping import Stamp
from cequiz.domain.people.licences import LicenceFormat
from cequiz.domain.people.student import Student
from cequiz.domain.report import Report
from cequiz.errors import (
    AttemptClosed,
    CequizError,
    DeadlinePassed,
    NotAllowed,
    NotFound,
    OpenElsewhere,
    PrinterFailed,
    Refused,
    Stopped,
    WrongState,
)
from cequiz.services.ports import (
    TOLD_KINDS,
    AccommodationRecord,
    Ack,
    AttemptHeader,
    AuditRecord,
    BankVersion,
    CertificateRecord,
    CertificateStatus,
    ChainFinding,
    ChainReport,
    CourseVersion,
    Decision,
    Drawing,
    DrawMany,
    Enrolment,
    Evaluation,
    FigureFile,
    Head,
    Heartbeat,
    HomeFacts,
    NearMissRecord,
    PracticeAnswer,
    PracticeCard,
    Sheaf,
    Standing,
)
from tests.builders import KEY, NOON
from tests.fakes_listings import FakeListings, ended_awards, gone_papers
from tests.fakes_live import FakeLive
from tests.fakes_merges import FakeMerges
from tests.fakes_office import FakeCodes, FakeProposals, FakeRetirements, FakeStaffRoom, OfficeRecords
from tests.fakes_reports import FakeBatches, FakeReports
from tests.fakes_retention import FakeRetention
from tests.fakes_tallies import FakeTallies
from tests.fakes_visits import FakeDoor, FakeVisits

T = TypeVar("T")

_TIMELESS = {
    EventKind.SUBMITTED,
    EventKind.EXPIRED,
    EventKind.VOIDED,
    EventKind.CLOCK_MOVED,
    EventKind.TIME_ADJUSTED,
    EventKind.HELD,
    EventKind.RELEASED,
    EventKind.MESSAGED,
    EventKind.RESUMED,
    EventKind.OUTAGE,
    EventKind.CONTINUED,
}
_ENDINGS = {EventKind.SUBMITTED, EventKind.EXPIRED, EventKind.VOIDED}


class FakeClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, at: datetime = NOON, *, boot_id: str = "boot-1") -> None:
        self.boot_id = boot_id
        self._start = at
        self._elapsed = timedelta(0)
        self._moved = timedelta(0)

    def read(self) -> Stamp:
        """Return both clocks."""
        boot = timedelta(hours=1) + self._elapsed
        return Stamp(self._start + self._elapsed + self._moved, boot // timedelta(microseconds=1), self.boot_id)

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._elapsed += by

    def set_wall(self, by: timedelta) -> None:
        """Move the wall clock away from the true time by so much; time itself does not pass."""
        self._moved = by

    def reboot(self, boot_id: str = "boot-2") -> None:
        """Start the machine anew: the boot clock counts from another start."""
        self.boot_id = boot_id


class FakeIds:
    """Identities that count."""

    def __init__(self) -> None:
        self._count = 0

    def new(self, prefix: str) -> str:
        """Return the next id."""
        self._count += 1
        return f"{prefix}-{self._count:04}"

    def token(self) -> str:
        """Return the next token."""
        self._count += 1
        return f"token-{self._count:04}"


class FakePassphrases:
    """Hashes that anyone can read, and quick ones."""

    def hash(self, passphrase: str) -> str:
        """Return a recognisable stand-in for a hash."""
        return f"hash of {passphrase}"

    def verify(self, stored: str | None, passphrase: str) -> bool:
        """Whether it is the one."""
        return stored == f"hash of {passphrase}"


class FakePress:
    """Certificates as canonical JSON behind a PDF's first bytes."""

    MAGIC = b"%PDF-fake "

    def title(self, delivery: str) -> str:
        """Return the document title for a course's delivery."""
        return "Certificate of Achievement" if delivery == "home-study" else "Certificate of Completion"

    def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
        """Return the fake PDF; the same facts give the same bytes."""
        return self.MAGIC + canonical(facts.to_json())

    def read_fields(self, pdf: bytes) -> Mapping[str, str]:
        """Return every printed field by name."""
        if not pdf.startswith(self.MAGIC):
            raise Refused("This is not a certificate of cequiz.")
        facts = Facts.from_json(json.loads(pdf.removeprefix(self.MAGIC)))
        return {one.name: one.text for one in facts.printed_fields()}

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters from CJK upwards: no fake font has them."""
        return tuple(dict.fromkeys(character for character in text if ord(character) > 0x2E80))

    def looks(self) -> tuple[str, ...]:
        """Return the names of the templates."""
        return ("classic", "modern", "plain")

    def merge(self, pdfs: Sequence[bytes]) -> bytes:
        """Return the pages one after the other."""
        return b"\n".join(pdfs)

    def report(
        self,
        report: Report,
        *more: Report,
        provider: str = "",
        zone: str = "UTC",
        paper: Paper = Paper.LETTER,
        tell: Callable[[int, int], None] | None = None,
    ) -> bytes:
        """Return titles, headings and rows as lines of text."""
        if tell is not None:
            tell(1, 1)
        lines = [provider, zone, str(paper)]
        for one in (report, *more):
            lines += [one.title, "\t".join(column.heading for column in one.columns)]
            lines += ["\t".join(str(row.get(column.key, "")) for column in one.columns) for row in one.rows]
            lines += one.notes
        return self.MAGIC + "\n".join(lines).encode()

    @contextmanager
    def drawing(self, pages: int) -> Iterator[DrawMany]:
        """Draw one page after the other."""

        def draw(sheaf: Sheaf) -> Iterator[Drawing | CequizError]:
            for facts, proof in sheaf.pages:
                try:
                    pdf = self.draw(facts, look=sheaf.look, proof=proof)
                    yield Drawing(pdf, self.read_fields(pdf))
                except CequizError as refusal:
                    yield refusal

        yield draw


class FakeNotary:
    """A notary whose signatures are plain to see, and anybody's to make."""

    def __init__(self, *, locked: bool = False) -> None:
        self.locked = locked

    def keys(self) -> tuple[PublicKey, ...]:
        """Return the one key."""
        return (PublicKey(id="0123456789abcdef", public="00" * 32, made_at="2026-01-01T00:00:00Z"),)

    def make_key(self, *, at: datetime, passphrase: str | None = None) -> PublicKey:
        """Return the one key, which is there already."""
        return self.keys()[-1]

    def rotate(self, *, at: datetime, passphrase: str | None = None) -> PublicKey:
        """Return the one key: a fake has no other."""
        return self.keys()[-1]

    def prove(self, facts: Facts, *, index: int, at: datetime, verify_at: str) -> Proof:
        """Sign a certificate."""
        self._unlock()
        code = f"{verify_at.upper() or 'CEQUIZ:V'}#{facts.number}"
        credential = canonical({"number": facts.number, "index": index, "at": at.isoformat()}).decode()
        return Proof(key_id=self.keys()[-1].id, index=index, code=code, credential=credential)

    def sign_file(self, pdf: bytes, *, at: datetime) -> bytes:
        """Return the PDF as it is."""
        return pdf

    def sign_bytes(self, content: bytes) -> tuple[PublicKey, bytes]:
        """Sign bytes with a hash that anybody can make."""
        self._unlock()
        return self.keys()[-1], sha512(content).digest()

    def seal(self, statement: Mapping[str, Json]) -> Mapping[str, Json]:
        """Sign a statement."""
        self._unlock()
        return {**statement, "proof": "fake"}

    def _unlock(self) -> None:
        if self.locked:
            raise NotAllowed("The provider's key is locked.", hint="Unlock it.")


class FakeBoards:
    """Packs by name; a board that is not among them asks for nothing."""

    def __init__(self, *packs: BoardPack) -> None:
        self._packs = {pack.id: pack for pack in packs}

    def pack(self, board: str) -> BoardPack:
        """Return the pack of a board."""
        nothing = BoardPack(id=board, name=board, required=frozenset(), source="", checked_on=date(2026, 11, 22))
        return self._packs.get(board, nothing)

    def packs(self) -> Sequence[BoardPack]:
        """Return every pack, by id."""
        return tuple(pack for _, pack in sorted(self._packs.items()))

    def licence_formats(self) -> Sequence[LicenceFormat]:
        """Return those of the packs."""
        return tuple(one for pack in self.packs() for one in pack.licence_formats)


class FakePrinter:
    """A printer that remembers."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.printed: list[Path] = []

    def print_file(self, path: Path, *, paper: Paper | None = None, printer: str | None = None) -> str:
        """Remember the file."""
        if self.broken:
            raise PrinterFailed("There is no printer.", hint=f"The file is {path}.")
        self.printed.append(path)
        return f"{path.name} went to the fake printer."


@dataclass
class _Records:
    """Everything the store holds; a transaction works on a copy, which takes its place when it commits."""

    banks: dict[tuple[str, str], tuple[Bank, datetime]] = field(default_factory=dict)
    courses: dict[tuple[str, str], tuple[Course, datetime]] = field(default_factory=dict)
    students: dict[str, Student] = field(default_factory=dict)
    passphrases: dict[str, str | None] = field(default_factory=dict)
    once: dict[str, datetime | None] = field(default_factory=dict)
    added: dict[str, datetime] = field(default_factory=dict)
    enrolments: dict[tuple[str, str], Enrolment] = field(default_factory=dict)
    evaluations: dict[tuple[str, str, int], Evaluation] = field(default_factory=dict)
    headers: dict[str, AttemptHeader] = field(default_factory=dict)
    events: dict[str, tuple[AttemptEvent, ...]] = field(default_factory=dict)
    scores: dict[tuple[str, int], Score] = field(default_factory=dict)
    awards: dict[tuple[str, str, str, int], Award] = field(default_factory=dict)
    certificates: dict[str, CertificateRecord] = field(default_factory=dict)
    statuses: dict[int, CertificateStatus] = field(default_factory=dict)
    audit: dict[int, AuditRecord] = field(default_factory=dict)
    provider: dict[str, Provider] = field(default_factory=dict)
    heartbeats: dict[str, Heartbeat] = field(default_factory=dict)
    accommodations: dict[tuple[str, int], AccommodationRecord] = field(default_factory=dict)
    figures: dict[str, FigureFile] = field(default_factory=dict)
    near_misses: dict[tuple[str, str, str], NearMissRecord] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)
    practice_answers: dict[int, PracticeAnswer] = field(default_factory=dict)
    practice_cards: dict[tuple[str, str, str, str], PracticeCard] = field(default_factory=dict)
    office: OfficeRecords = field(default_factory=OfficeRecords)

    def copy(self) -> _Records:
        tables = {part.name: dict(getattr(self, part.name)) for part in fields(self) if part.name != "office"}
        office = {part.name: dict(getattr(self.office, part.name)) for part in fields(self.office)}
        return _Records(**tables, office=OfficeRecords(**office))


K = TypeVar("K")


def _insert(table: dict[K, T], key: K, value: T) -> None:
    if key in table:
        raise WrongState("The store already holds such a record.")
    table[key] = value


class _Banks:
    def __init__(self, records: _Records) -> None:
        self._banks = records.banks

    def add(self, bank: Bank, *, at: datetime) -> None:
        _insert(self._banks, (bank.id, bank.version), (bank, at))

    def get(self, bank_id: str, version: str) -> Bank | None:
        return self._banks.get((bank_id, version), (None, None))[0]

    def latest(self, bank_id: str) -> Bank | None:
        return next((bank for bank, _ in reversed(self._banks.values()) if bank.id == bank_id), None)

    def content_hash(self, bank_id: str, version: str) -> str | None:
        bank = self.get(bank_id, version)
        return bank.content_hash() if bank else None

    def versions(self) -> Sequence[BankVersion]:
        lines = [
            BankVersion(
                id=bank.id,
                version=bank.version,
                title=bank.title,
                language=bank.language,
                content_hash=bank.content_hash(),
                questions=len(bank.items),
                loaded_at=at,
            )
            for bank, at in self._banks.values()
        ]
        return sorted(lines, key=lambda line: line.id)


class _Courses:
    def __init__(self, records: _Records) -> None:
        self._courses = records.courses

    def add(self, course: Course, *, at: datetime) -> None:
        _insert(self._courses, (course.id, course.version), (course, at))

    def get(self, course_id: str, version: str) -> Course | None:
        return self._courses.get((course_id, version), (None, None))[0]

    def latest(self, course_id: str) -> Course | None:
        return next((course for course, _ in reversed(self._courses.values()) if course.id == course_id), None)

    def content_hash(self, course_id: str, version: str) -> str | None:
        course = self.get(course_id, version)
        return course.content_hash() if course else None

    def versions(self) -> Sequence[CourseVersion]:
        lines = [
            CourseVersion(
                id=course.id,
                version=course.version,
                title=course.title,
                ce_hours=str(course.to_json()["ce_hours"]),
                content_hash=course.content_hash(),
                loaded_at=at,
            )
            for course, at in self._courses.values()
        ]
        return sorted(lines, key=lambda line: line.id)


class _Students:
    def __init__(self, records: _Records) -> None:
        self._records = records

    def add(self, student: Student, *, passphrase_hash: str | None, at: datetime) -> None:
        _insert(self._records.students, student.id, student)
        self._records.passphrases[student.id] = passphrase_hash
        self._records.added[student.id] = at

    def add_all(self, students: Sequence[Student], *, at: datetime) -> None:
        for one in students:
            self.add(one, passphrase_hash=None, at=at)

    def known(self, emails: Collection[str]) -> frozenset[str]:
        return frozenset(one.email.casefold() for one in self._records.students.values()) & frozenset(emails)

    def holders(self, licences: Collection[str]) -> Mapping[str, tuple[str, str]]:
        pairs = sorted(
            (str(licence).casefold(), one.id, one.name)
            for one in self._records.students.values()
            if not one.merged_into
            for licence in one.licences
        )
        return {licence: (who, name) for licence, who, name in pairs if licence in licences}

    def replace(self, student: Student) -> None:
        self._records.students[student.id] = student

    def get(self, student_id: str) -> Student | None:
        return self._records.students.get(student_id)

    def by_email(self, email: str) -> Student | None:
        wanted = email.casefold()
        found = [one for one in self._records.students.values() if one.email.casefold() == wanted]
        return next(iter(sorted(found, key=lambda one: bool(one.merged_into))), None)

    def all(self) -> Sequence[Student]:
        everybody = (one for one in self._records.students.values() if not one.merged_into)
        return sorted(everybody, key=lambda one: (one.name.casefold(), one.id))

    def passphrase_hash(self, student_id: str) -> str | None:
        return self._records.passphrases.get(student_id)

    def set_passphrase(self, student_id: str, passphrase_hash: str, *, until: datetime | None = None) -> None:
        self._records.passphrases[student_id] = passphrase_hash
        self._records.once[student_id] = until

    def once_until(self, student_id: str) -> datetime | None:
        return self._records.once.get(student_id)


class _Enrolments:
    def __init__(self, records: _Records) -> None:
        self._enrolments = records.enrolments

    def add(self, enrolment: Enrolment) -> None:
        _insert(self._enrolments, (enrolment.student_id, enrolment.course_id), enrolment)

    def add_all(self, enrolments: Sequence[Enrolment]) -> None:
        for one in enrolments:
            self.add(one)

    def get(self, student_id: str, course_id: str) -> Enrolment | None:
        return self._enrolments.get((student_id, course_id))

    def of(self, student_id: str) -> Sequence[Enrolment]:
        mine = [one for one in self._enrolments.values() if one.student_id == student_id]
        return sorted(mine, key=lambda one: one.enrolled_at)

    def renew(self, enrolment: Enrolment) -> None:
        self._enrolments[enrolment.student_id, enrolment.course_id] = enrolment

    def anybody(self, course_id: str, course_version: str) -> bool:
        there = (course_id, course_version)
        return any((one.course_id, one.course_version) == there for one in self._enrolments.values())


class _Attempts:
    def __init__(self, records: _Records) -> None:
        self._headers, self._events = records.headers, records.events

    def start(self, draft: EventDraft, *, standing: Standing) -> Ack:
        known = self._known(draft)
        if known is not None:
            return known
        data = draft.payload
        number = data["number"]
        if draft.kind is not EventKind.STARTED or not isinstance(number, int):
            raise ValueError("an attempt starts with a `started` event")
        header = AttemptHeader(
            id=draft.attempt_id,
            student_id=str(data["student"]),
            course_id=str(data["course"]),
            course_version=str(data["course_version"]),
            exam_id=str(data["exam"]),
            number=number,
            started_at=draft.at,
            standing=standing,
            seq=0,
            head=START,
        )
        place = (header.student_id, header.course_id, header.exam_id, header.number)
        if any(place == (one.student_id, one.course_id, one.exam_id, one.number) for one in self._headers.values()):
            raise WrongState("The store already holds such a record.")
        _insert(self._headers, header.id, header)
        self._events[header.id] = ()
        return self._place(draft, header)

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        if draft.kind is EventKind.STARTED or (draft.kind in _ENDINGS and standing is None):
            raise ValueError(f"{draft.kind} needs a start or a standing")
        known = self._known(draft)
        if known is not None:
            return known
        header = self._headers.get(draft.attempt_id)
        if header is None:
            raise NotFound(f"There is no attempt {draft.attempt_id}.")
        status, deadline = header.standing.status, header.standing.deadline
        if status is Status.VOIDED or (status is not Status.OPEN and draft.kind is not EventKind.VOIDED):
            raise AttemptClosed("This attempt has ended.")
        if header.seq != expected_seq:
            raise OpenElsewhere("This exam is open elsewhere.")
        if deadline is not None and draft.at > deadline and draft.kind not in _TIMELESS:
            raise DeadlinePassed("The time is over.")
        return self._place(draft, replace(header, standing=standing or header.standing))

    def events(self, attempt_id: str) -> Sequence[AttemptEvent]:
        return self._events.get(attempt_id, ())

    def header(self, attempt_id: str) -> AttemptHeader | None:
        return self._headers.get(attempt_id)

    def seqs(self, attempt_ids: Collection[str]) -> Mapping[str, int]:
        return {one: self._headers[one].seq for one in attempt_ids if one in self._headers}

    def headers(
        self,
        *,
        student_id: str | None = None,
        course_id: str | None = None,
        exam_id: str | None = None,
        after: AttemptHeader | None = None,
        limit: int | None = None,
    ) -> Sequence[AttemptHeader]:
        found = [
            one
            for one in self._headers.values()
            if student_id in {None, one.student_id}
            and course_id in {None, one.course_id}
            and exam_id in {None, one.exam_id}
            and (after is None or (one.started_at, one.id) > (after.started_at, after.id))
        ]
        return sorted(found, key=lambda one: (one.started_at, one.id))[:limit]

    def of_kind(self, *kinds: EventKind) -> Sequence[AttemptEvent]:
        found = [event for events in self._events.values() for event in events if event.kind in kinds]
        return sorted(found, key=lambda event: (event.at, event.attempt_id, event.seq))

    def overdue(self, at: datetime) -> Sequence[str]:
        late = [
            (one.standing.deadline, one.id)
            for one in self._headers.values()
            if one.standing.status is Status.OPEN and one.standing.deadline is not None and one.standing.deadline < at
        ]
        return [attempt for _, attempt in sorted(late)]

    def _known(self, draft: EventDraft) -> Ack | None:
        found = next((event for event in self.events(draft.attempt_id) if event.key == draft.key), None)
        return None if found is None else Ack(found, repeated=True)

    def _place(self, draft: EventDraft, header: AttemptHeader) -> Ack:
        seq = header.seq + 1
        hashed = link(key=KEY, previous=header.head, message=message(draft, seq=seq))
        payload = json.loads(canonical(draft.payload))
        event = AttemptEvent(**{**vars(draft), "payload": payload}, seq=seq, previous=header.head, hash=hashed)
        self._events[header.id] = (*self._events[header.id], event)
        self._headers[header.id] = replace(header, seq=seq, head=hashed)
        return Ack(event)


class _Scores:
    def __init__(self, records: _Records) -> None:
        self._scores = records.scores

    def add(self, score: Score, *, actor: str, at: datetime) -> None:
        _insert(self._scores, (score.attempt_id, score.revision), score)

    def add_all(self, scores: Sequence[Score], *, actor: str, at: datetime) -> None:
        for one in scores:
            self.add(one, actor=actor, at=at)

    def latest(self, attempt_id: str) -> Score | None:
        mine = [score for (attempt, _), score in self._scores.items() if attempt == attempt_id]
        return max(mine, key=lambda score: score.revision, default=None)

    def of(self, attempt_id: str) -> Sequence[Score]:
        mine = [score for (attempt, _), score in self._scores.items() if attempt == attempt_id]
        return tuple(sorted(mine, key=lambda score: score.revision))

    def holding(self, item: str, *, after: int = 0) -> Sequence[str]:
        first = [score for (_, revision), score in [*self._scores.items()][after:] if revision == 1]
        return tuple(one.attempt_id for one in first if any(mark.item == item for mark in one.marks))


class _Evaluations:
    def __init__(self, records: _Records) -> None:
        self._evaluations = records.evaluations

    def add(self, evaluation: Evaluation) -> None:
        place = (evaluation.student_id, evaluation.course_id, evaluation.cycle)
        _insert(self._evaluations, place, evaluation)

    def get(self, student_id: str, course_id: str, *, cycle: int = 1) -> Evaluation | None:
        return self._evaluations.get((student_id, course_id, cycle))


class _Awards:
    def __init__(self, records: _Records) -> None:
        self._awards, self._records = records.awards, records

    def ended(self) -> frozenset[str]:
        return ended_awards(self._records)

    def has_ended(self, award_id: str) -> bool:
        return award_id in self.ended()

    def rests_on(self, attempts: Sequence[str]) -> str:
        records = self._records
        students = {one.student_id for one in records.headers.values() if one.id in attempts}
        sat = {one.id for one in records.headers.values() if one.student_id in students}
        earned = {one.id for one in records.awards.values() if one.student_id in students}
        papers = {one.number for one in records.certificates.values() if one.award_id in earned}
        parts = (
            [
                (one.id, one.student_id, one.number, one.standing.status)
                for one in records.headers.values()
                if one.id in sat
            ],
            [place for place in records.scores if place[0] in sat],
            [one for one in records.awards.values() if one.student_id in students],
            [place for place, one in records.audit.items() if one.subject in earned],
            [(one.number, one.status) for one in records.statuses.values() if one.number in papers],
            [one for one in records.enrolments.values() if one.student_id in students],
            [place for place in records.evaluations if place[0] in students],
            [*records.courses],
            len(records.office.retirements),
            len(records.provider),
        )
        return repr(parts)

    def add(self, award: Award) -> None:
        _insert(self._awards, (award.student_id, award.course_id, award.course_version, award.cycle), award)

    def get(self, student_id: str, course_id: str, course_version: str, *, cycle: int = 1) -> Award | None:
        return self._awards.get((student_id, course_id, course_version, cycle))

    def all(self) -> Sequence[Award]:
        return tuple(self._awards.values())

    def named(self, award_id: str) -> Award | None:
        return next((one for one in self.all() if one.id == award_id), None)

    def of(self, student_id: str, course_id: str) -> Sequence[Award]:
        return tuple(one for one in self.all() if (one.student_id, one.course_id) == (student_id, course_id))

    def replace(self, award: Award) -> None:
        kept = [award if one.id == award.id else one for one in self._awards.values()]
        self._awards.clear()
        for one in kept:
            self.add(one)


class _Certificates:
    def __init__(self, records: _Records) -> None:
        self._records, self._certificates, self._statuses = records, records.certificates, records.statuses
        self._gone = [one for one in records.office.tombstones.values() if one.chain == "certificate"]

    def next_sequence(self, year: int) -> int:
        numbers = [parse_number(number) for number in self._certificates]
        numbers += [parse_number(str(one.kept["number"])) for one in self._gone]
        return max((number.sequence for number in numbers if number.year == year), default=0) + 1

    def count(self) -> int:
        return len(self._certificates) + len(self._gone)

    def add(self, record: CertificateRecord, *, actor: str) -> None:
        if record.proof and record.proof.index in {one.proof.index for one in self._certificates.values() if one.proof}:
            raise WrongState("The store already holds such a record.")
        _insert(self._certificates, record.number, record)
        self.add_status(
            CertificateStatus(number=record.number, status="issued", reason="", actor=actor, at=record.issued_at)
        )

    def get(self, number: str) -> CertificateRecord | None:
        return self._certificates.get(number)

    def with_hash(self, sha256: str) -> CertificateRecord | None:
        return next((one for one in self._certificates.values() if one.sha256 == sha256), None)

    def of_award(self, award_id: str) -> Sequence[CertificateRecord]:
        return tuple(one for one in self._certificates.values() if one.award_id == award_id)

    def current(self, award_id: str) -> Sequence[CertificateRecord]:
        found, lost = self.of_award(award_id), gone_papers(self._records)
        begin = max((place for place, one in enumerate(found, start=1) if one.number in lost), default=0)
        return found[begin:]

    def all(self) -> Sequence[CertificateRecord]:
        return tuple(self._certificates.values())

    def outlines(self) -> Sequence[CertificateRecord]:
        return tuple(replace(one, pdf=b"") for one in self._certificates.values())

    def awarded(self) -> frozenset[str]:
        return frozenset(one.award_id for one in self._certificates.values())

    def add_status(self, status: CertificateStatus) -> None:
        if status.number not in self._certificates:
            raise WrongState("There is no such certificate.")
        self._statuses[max(self._statuses, default=0) + 1] = status

    def status(self, number: str) -> CertificateStatus | None:
        return next(reversed(self.life(number)), None)

    def life(self, number: str) -> Sequence[CertificateStatus]:
        return tuple(one for one in self._statuses.values() if one.number == number)


class _Audit:
    def __init__(self, records: _Records) -> None:
        self._audit = records.audit

    def add(self, record: AuditRecord) -> None:
        self._audit[len(self._audit) + 1] = replace(record, details=json.loads(canonical(record.details)))

    def add_all(self, records: Sequence[AuditRecord]) -> None:
        for one in records:
            self.add(one)

    def all(self) -> Sequence[AuditRecord]:
        return tuple(self._audit.values())


class _Providers:
    def __init__(self, records: _Records) -> None:
        self._provider = records.provider

    def get(self) -> Provider | None:
        return self._provider.get("provider")

    def set(self, provider: Provider, *, at: datetime) -> None:
        self._provider["provider"] = provider


class _Heartbeats:
    def __init__(self, records: _Records) -> None:
        self._heartbeats = records.heartbeats

    def beat(self, heartbeat: Heartbeat) -> None:
        self._heartbeats[heartbeat.attempt_id] = heartbeat

    def last(self, attempt_id: str) -> Heartbeat | None:
        return self._heartbeats.get(attempt_id)


class _Accommodations:
    def __init__(self, records: _Records) -> None:
        self._versions = records.accommodations

    def add(self, record: AccommodationRecord) -> None:
        _insert(self._versions, (record.student_id, record.version), record)

    def latest(self, student_id: str) -> AccommodationRecord | None:
        return next(reversed(self.all(student_id)), None)

    def all(self, student_id: str) -> Sequence[AccommodationRecord]:
        mine = [one for (student, _), one in self._versions.items() if student == student_id]
        return sorted(mine, key=lambda one: one.version)


class _Figures:
    def __init__(self, records: _Records) -> None:
        self._figures = records.figures

    def add(self, figure: FigureFile) -> None:
        self._figures.setdefault(figure.sha256, figure)

    def get(self, sha256: str) -> FigureFile | None:
        return self._figures.get(sha256)


class _Queue:
    def __init__(self, records: _Records) -> None:
        self._near_misses, self._decisions = records.near_misses, records.decisions

    def add_near_miss(self, record: NearMissRecord) -> None:
        self._near_misses.setdefault((record.attempt_id, record.item, record.miss.part), record)

    def near_misses(self) -> Sequence[NearMissRecord]:
        return tuple(self._near_misses.values())

    def decide(self, decision: Decision) -> None:
        self._decisions[len(self._decisions) + 1] = decision

    def decisions(self) -> Sequence[Decision]:
        return tuple(self._decisions.values())


class _Practices:
    def __init__(self, records: _Records) -> None:
        self._answers, self._cards = records.practice_answers, records.practice_cards

    def add(self, answer: PracticeAnswer, card: PracticeCard) -> None:
        kept = replace(answer, response=json.loads(canonical(answer.response)))
        self._answers[max(self._answers, default=0) + 1] = kept
        place = (card.student_id, card.course_id, card.bank, card.question)
        self._cards[place] = replace(card, card=json.loads(json.dumps(dict(card.card))))

    def answers(self, student_id: str, course_id: str) -> Sequence[PracticeAnswer]:
        found = self._answers.values()
        return tuple(one for one in found if (one.student_id, one.course_id) == (student_id, course_id))

    def cards(self, student_id: str, course_id: str) -> Sequence[PracticeCard]:
        mine = [one for one in self._cards.values() if (one.student_id, one.course_id) == (student_id, course_id)]
        return sorted(mine, key=lambda one: (one.due, one.bank, one.question))


class FakeUnit:
    """The repositories over one copy of the records."""

    def __init__(self, records: _Records) -> None:
        self.banks = _Banks(records)
        self.courses = _Courses(records)
        self.students = _Students(records)
        self.enrolments = _Enrolments(records)
        self.attempts = _Attempts(records)
        self.scores = _Scores(records)
        self.evaluations = _Evaluations(records)
        self.awards = _Awards(records)
        self.certificates = _Certificates(records)
        self.audit = _Audit(records)
        self.providers = _Providers(records)
        self.heartbeats = _Heartbeats(records)
        self.accommodations = _Accommodations(records)
        self.figures = _Figures(records)
        self.queue = _Queue(records)
        self.practices = _Practices(records)
        self.staff = FakeStaffRoom(records.office)
        self.codes = FakeCodes(records.office)
        self.retirements = FakeRetirements(records.office)
        self.proposals = FakeProposals(records.office)
        self.retention = FakeRetention(records)
        self.tallies = FakeTallies(records)
        self.listings = FakeListings(records)
        self.merges = FakeMerges(records)
        self.live = FakeLive(records)
        self.batches = FakeBatches(records.office)
        self.reports = FakeReports(records)
        self.visits = FakeVisits(records.office)
        self.door = FakeDoor(records.office)


class FakeStore:
    """The records in memory. It never fails; a test that needs a failing disk wraps it."""

    def __init__(self) -> None:
        self._records = _Records()
        self.ballast = True
        self.closed = False
        self._watching: list[Callable[[str], None]] = []
        self._writing = threading.RLock()

    @contextmanager
    def write(self) -> Iterator[FakeUnit]:
        """Work on a copy, which takes the records' place on a clean exit."""
        with self._writing:  # as a real store has one writer: what two sessions write at once must both be there
            before, copy = self._records, self._records.copy()
            yield FakeUnit(copy)
            self._records = copy
        for attempt, events in copy.events.items():
            if any(one.kind in TOLD_KINDS for one in events[len(before.events.get(attempt, ())) :]):
                for wake in tuple(self._watching):
                    wake(attempt)

    def watch(self, wake: Callable[[str], None]) -> Callable[[], None]:
        """Tell of what is written to attempts."""
        self._watching.append(wake)
        return lambda: self._watching.remove(wake)

    @contextmanager
    def read(self) -> Iterator[FakeUnit]:
        """Work on a copy that is thrown away."""
        yield FakeUnit(self._records.copy())

    def append(self, draft: EventDraft, *, expected_seq: int, standing: Standing | None = None) -> Ack:
        """Append one event in a transaction of its own."""
        with self.write() as unit:
            return unit.attempts.append(draft, expected_seq=expected_seq, standing=standing)

    def beat(self, heartbeat: Heartbeat) -> None:
        """Keep the newest sign of life of an attempt, but none of a session that was taken over from."""
        with self.write() as unit:
            last = unit.heartbeats.last(heartbeat.attempt_id)
            if last is None or last.session == heartbeat.session:
                unit.heartbeats.beat(heartbeat)

    def recover(self) -> None:
        """Nothing can be lost here."""

    def make_room(self) -> bool:
        """Give the ballast away, once."""
        given, self.ballast = self.ballast, False
        return given

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def heads(self) -> Sequence[Head]:
        """Return the head of every attempt's chain."""
        return tuple(Head(one.id, one.seq, one.head.hex()) for one in self._records.headers.values())

    def verify_chains(
        self,
        *,
        anchors: Sequence[Head] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> ChainReport:
        """Recompute the attempts' chains; the other tables have none here."""
        records = self._records
        if stop is not None and stop():
            raise Stopped("The check was stopped.")
        findings = [found for one in records.headers.values() if (found := _differs(one, records.events[one.id]))]
        for anchor in anchors:
            events = records.events.get(anchor.chain, ())
            graves = [one for one in records.office.tombstones.values() if one.chain == anchor.chain]
            buried = any(one.covers(anchor.seq) for one in graves)
            if not buried and anchor.hash not in {event.hash.hex() for event in events if event.seq == anchor.seq}:
                findings.append(ChainFinding("anchor", anchor.seq, f"attempt {anchor.chain} is not what it was"))
        tables = [len(records.scores), len(records.certificates), len(records.statuses), len(records.audit)]
        count = sum(map(len, records.events.values())) + sum(tables)
        return ChainReport(len(records.headers) + len(tables), count, tuple(findings))

    def home(self, student_id: str | None) -> HomeFacts:
        """Return what the home screen is computed from."""
        unit = FakeUnit(self._records.copy())
        enrolments = tuple(unit.enrolments.of(student_id)) if student_id else ()
        attempts = tuple(unit.attempts.headers(student_id=student_id)) if student_id else ()
        scores = {one.id: unit.scores.latest(one.id) for one in attempts if one.standing.status is not Status.OPEN}
        papers = [
            (award.course_id, certificate.number, status.status)
            for award in unit.awards.all()
            if award.student_id == student_id and award.cycle == _cycle(enrolments, award.course_id)
            for certificate in unit.certificates.of_award(award.id)
            if (status := unit.certificates.status(certificate.number))
        ]
        return HomeFacts(
            student=unit.students.get(student_id) if student_id else None,
            courses=_pinned(unit, {one.course_id: one.course_version for one in enrolments}),
            enrolments=enrolments,
            attempts=attempts,
            passed={attempt: score.passed for attempt, score in scores.items() if score is not None},
            evaluated=frozenset(
                course
                for student, course, cycle in self._records.evaluations
                if student == student_id and cycle == _cycle(enrolments, course)
            ),
            broken_off=frozenset(one.id for one in attempts if _broken_off(unit, one)),
            held=frozenset(one.id for one in attempts if _held(unit, one)),
            certificates={course: number for course, number, state in papers if state == "issued"},
            states={course: state for course, _, state in papers},
        )


def _cycle(enrolments: Sequence[Enrolment], course_id: str) -> int:
    return next((one.cycle for one in enrolments if one.course_id == course_id), 1)


def _broken_off(unit: FakeUnit, header: AttemptHeader) -> bool:
    beat, standing = unit.heartbeats.last(header.id), header.standing
    if standing.status is not Status.OPEN or standing.deadline is None or beat is None or beat.at >= standing.deadline:
        return False
    return not (beat.left and beat.session == replay(unit.attempts.events(header.id)).session)


def _held(unit: FakeUnit, header: AttemptHeader) -> bool:
    return header.standing.status is Status.OPEN and replay(unit.attempts.events(header.id)).ledger.held is not None


def _pinned(unit: FakeUnit, versions: Mapping[str, str]) -> tuple[Course, ...]:
    retired = unit.retirements.retired("course")
    newest = {one.id: one.version for one in unit.courses.versions() if (one.id, one.version) not in retired}
    found = [unit.courses.get(name, version) for name, version in sorted({**newest, **versions}.items())]
    return tuple(course for course in found if course is not None)


def _differs(header: AttemptHeader, events: Sequence[AttemptEvent]) -> ChainFinding | None:
    previous = START
    for seq, event in enumerate(events, start=1):
        previous = link(key=KEY, previous=previous, message=message(event, seq=seq))
        if event.hash != previous:
            return ChainFinding(f"attempt {header.id}", seq, "the event is not the one that was recorded")
    if (header.seq, header.head) != (len(events), previous):
        return ChainFinding(f"attempt {header.id}", len(events), "the chain does not end at its head")
    return None
