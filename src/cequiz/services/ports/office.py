"""What the office keeps, as records and protocols: people, codes, retirements, proposals, reports, holds, merges.

They are separate from `store`, which has what exams and certificates need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from cequiz.domain.canonical import Json
from cequiz.domain.exam.marking import Mark
from cequiz.domain.people.remains import Finder
from cequiz.domain.people.staff import Staff


@dataclass(frozen=True, kw_only=True)
class Failures:
    """Failures to sign in under one name since the last success."""

    subject: str
    """Such as `staff:ana`."""
    count: int
    last_at: datetime
    locked_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class EnrolmentCode:
    """A code that enrols whoever has it in a course."""

    code: str
    course_id: str
    delivery: str = ""
    """How those who come with it take the course; empty for the course's own way."""
    valid_until: datetime | None = None
    uses: int | None = None
    """How many students it enrols; None for any number."""
    withdrawn: bool = False
    note: str = ""
    actor: str
    made_at: datetime
    used: int = 0
    """How many students came in with it; counted by the store."""


@dataclass(frozen=True, kw_only=True)
class Retirement:
    """A version of a bank or a course was taken out of use, or back into it; append-only, the newest counts."""

    kind: str
    """`bank` or `course`."""
    id: str
    version: str
    retired: bool
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A deed that waits for a second person, or was done, or was turned down."""

    id: str
    kind: str
    """Such as `key-change`."""
    body: Mapping[str, Json]
    reason: str
    state: str
    """`waiting`, `applied` or `declined`."""
    proposer: str
    proposed_at: datetime
    decider: str = ""
    decided_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportBatch:
    """A file that was made for a board's reporting service."""

    id: str
    kind: str
    """Such as `ce-broker`."""
    body: Mapping[str, Json]
    """What the file said, so that it can be written again."""
    actor: str
    made_at: datetime
    posted_at: datetime | None = None
    poster: str = ""


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One completion in a batch."""

    batch_id: str
    award_id: str
    licence: str
    requeued: bool = False
    """Whether what it says counts no more: it must be reported again, for a reason."""
    reason: str = ""
    replaced: bool = False
    """Whether a later batch reports it again already."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A legal hold on a student's records was placed or lifted; append-only, the newest counts."""

    student_id: str
    placed: bool
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A student who had been added twice became one."""

    from_id: str
    into_id: str
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Tombstone:
    """What stands in a chain where a purge took records."""

    chain: str
    """An attempt's id, or the name of a table that has one chain or lost words."""
    first: int
    last: int
    """Places of the records that are gone or lost words, both included."""
    before: bytes
    """The hash that the first of them followed."""
    after: bytes
    """The hash of the last of them."""
    leaf: str = ""
    """For a certificate: its leaf hash in the certificate log (hexadecimal), so that the log goes on. For words that
    were taken out of a record which stays: what its column reads since."""
    kept: Mapping[str, Json] = field(default_factory=dict)
    """What outlives the records. For a certificate: its `number`, which is never given again, its `index` in the status
    lists (None for one without a proof) and its last `status`, which the lists go on telling. For an audit record: the
    columns that stay."""
    reason: str
    actor: str
    at: datetime

    def covers(self, place: int) -> bool:
        """Whether the record of a place is one of those that are gone."""
        return self.first <= place <= self.last


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """Whose records are kept, and since when they are complete."""

    student_id: str
    name: str
    last_at: datetime
    """The newest of: a completion, the end or last event of an attempt, an evaluation, an enrolment, being added."""
    running: tuple[str, ...] = ()
    """Attempts that have not ended."""
    courses: frozenset[tuple[str, str]] = frozenset()
    """Courses (id and version) that were completed: their boards may ask for more years."""


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What a purge of a student would remove."""

    attempts: tuple[str, ...]
    certificates: tuple[str, ...]
    """Their numbers."""
    counts: Mapping[str, int]
    """How many records of each kind: `attempts`, `events`, `answers`, `scores`, `near_misses`, `signs_of_life`,
    `evaluations`, `awards`, `certificates`, `statuses`, `reported`, `accommodations`, `practice`, `enrolments`."""


@dataclass(frozen=True, kw_only=True)
class ItemTally:
    """How often one version of an item was drawn and what was answered."""

    bank_id: str
    question_id: str
    content_hash: str
    body: Mapping[str, Json] = field(default_factory=dict)
    """Counts; see `services.tallying`."""


@dataclass(frozen=True, kw_only=True)
class DrawnItem:
    """Which version of an item an attempt was given."""

    bank_id: str
    bank_version: str
    question_id: str
    content_hash: str

    @property
    def key(self) -> str:
        """`bank/question`, the identity that marks and responses use."""
        return f"{self.bank_id}/{self.question_id}"


@dataclass(frozen=True, kw_only=True)
class MarkedAttempt:
    """One score of one attempt, with what statistics of items need of both."""

    place: int
    """The place of the score in the chain of scores."""
    attempt_id: str
    voided: bool
    """Whether the attempt has been voided by now."""
    items: Sequence[DrawnItem]
    responses: Mapping[str, Mapping[str, Json]]
    """By item key."""
    marks: Sequence[Mark]
    earlier: Sequence[Mark] | None = None
    """The marks of the revision before; None for the first."""


class StaffRoom(Protocol):
    """The people of the office."""

    def add(self, staff: Staff, *, passphrase_hash: str, at: datetime) -> None:
        """Keep somebody new; the folded name is unique."""
        ...

    def replace(self, staff: Staff) -> None:
        """Put another name, role or state in the place of what is kept under the id."""
        ...

    def get(self, staff_id: str) -> Staff | None:
        """Return somebody by id."""
        ...

    def by_name(self, name: str) -> Staff | None:
        """Return somebody by name, folded as searches are."""
        ...

    def all(self) -> Sequence[Staff]:
        """Return everybody, by name."""
        ...

    def passphrase_hash(self, staff_id: str) -> str | None:
        """Return the stored hash."""
        ...

    def set_passphrase(self, staff_id: str, passphrase_hash: str) -> None:
        """Replace the stored hash."""
        ...

    def failures(self, subject: str) -> Failures | None:
        """Return the failures under a name; None where there are none."""
        ...

    def fail(self, failures: Failures) -> None:
        """Put a new count in the place of the one before."""
        ...

    def forgive(self, subject: str) -> None:
        """Forget the failures under a name."""
        ...


class Codes(Protocol):
    """Enrolment codes."""

    def add(self, code: EnrolmentCode) -> None:
        """Keep a new code."""
        ...

    def get(self, code: str) -> EnrolmentCode | None:
        """Return a code with how often it was used."""
        ...

    def all(self) -> Sequence[EnrolmentCode]:
        """Return every code, the newest first."""
        ...

    def withdraw(self, code: str) -> None:
        """Let a code enrol nobody any more."""
        ...

    def use(self, code: str, student_id: str, *, at: datetime) -> None:
        """Keep that a student came in with a code; once per student."""
        ...

    def users(self, code: str) -> Sequence[str]:
        """Return the ids of those who came in with it, in order."""
        ...


class Retirements(Protocol):
    """Versions that are out of use."""

    def add(self, retirement: Retirement) -> None:
        """Keep a retirement, or its end."""
        ...

    def all(self) -> Sequence[Retirement]:
        """Return every entry, oldest first."""
        ...

    def retired(self, kind: str) -> frozenset[tuple[str, str]]:
        """Return (id, version) of what is out of use now."""
        ...


class Proposals(Protocol):
    """Deeds that wait for a second person."""

    def add(self, proposal: Proposal) -> None:
        """Keep a proposal."""
        ...

    def get(self, proposal_id: str) -> Proposal | None:
        """Return a proposal."""
        ...

    def all(self) -> Sequence[Proposal]:
        """Return every proposal, oldest first."""
        ...

    def decide(self, proposal: Proposal) -> None:
        """Put the decided proposal in the place of the waiting one."""
        ...


class Batches(Protocol):
    """What was reported to boards."""

    def add(self, batch: ReportBatch, lines: Sequence[Reported]) -> None:
        """Keep a batch with its completions; what waited to be reported again to the same states waits no more."""
        ...

    def get(self, batch_id: str) -> ReportBatch | None:
        """Return a batch."""
        ...

    def all(self) -> Sequence[ReportBatch]:
        """Return every batch, oldest first."""
        ...

    def lines(self, batch_id: str) -> Sequence[Reported]:
        """Return the completions of a batch in order."""
        ...

    def reported(self) -> Sequence[Reported]:
        """Return every completion that was ever in a batch, oldest first."""
        ...

    def post(self, batch_id: str, *, actor: str, at: datetime) -> None:
        """Mark a batch as posted."""
        ...

    def requeue(self, award_id: str, *, reason: str, licences: Sequence[str] = ()) -> None:
        """Mark every line of a completion as to be reported again; those of these licences where some are named."""
        ...

    def wait_for(self, award_id: str, *, was: str, reason: str) -> None:
        """Give another reason to the lines of a completion that wait to be reported again for one reason."""
        ...


class Retention(Protocol):
    """Holds, and what stands where records were purged."""

    def hold(self, hold: Hold) -> None:
        """Keep that a hold was placed or lifted."""
        ...

    def holds(self) -> Sequence[Hold]:
        """Return every entry, oldest first."""
        ...

    def held(self) -> frozenset[str]:
        """Return the ids of the students whose records are held now."""
        ...

    def keeping(self, student_id: str | None = None, *, before: datetime | None = None) -> Sequence[Keeping]:
        """Return whose records are kept, those that are complete for the longest time first.

        Left out are those who were purged, and those who were merged into somebody else.

        Args:
            student_id: this student's alone.
            before: those that were complete before this instant.
        """
        ...

    def holdings(self, student_id: str) -> Holdings:
        """Return what a purge of a student would remove."""
        ...

    def purge(self, student_id: str, *, reason: str, actor: str, at: datetime) -> Sequence[Tombstone]:
        """Remove a student's records of exams, leaving tombstones in every chain, and return them.

        The student's row stays as an empty one under its id, so that what names it leads somewhere; so do the rows of
        those who were merged into this student.
        """
        ...

    def drop_notes(self, finder: Finder) -> None:
        """Take the notes that name somebody out of what files for boards said, whoever the lines of a file are about.

        Args:
            finder: knows how the person is called.
        """
        ...

    def purged(self) -> frozenset[str]:
        """Return the ids of the students whose records were purged."""
        ...

    def tombstones(self) -> Sequence[Tombstone]:
        """Return every tombstone, oldest first."""
        ...


class Merges(Protocol):
    """Students who were added twice."""

    def merge(self, merge: Merge, *, numbers: Mapping[str, int]) -> None:
        """Move everything of one student to another, who stays; the caller has checked that nothing collides.

        Append-only records stay under the old id, and so does what the one who stays has too: an enrolment in the
        same course, an evaluation of the same cycle, a card of the same question.

        Args:
            merge: who becomes whom.
            numbers: attempts of both that are numbered anew, with their numbers.
        """
        ...

    def all(self) -> Sequence[Merge]:
        """Return every merge, oldest first."""
        ...


class Tallies(Protocol):
    """Statistics of items; a projection that is caught up when it is looked at."""

    def watermark(self) -> int:
        """Return the place in the chain of scores up to which it was counted; 0 at first."""
        ...

    def newest(self) -> int:
        """Return the place of the newest score; 0 where there is none."""
        ...

    def withdrawn(self) -> frozenset[str]:
        """Return the ids of the voided attempts that are not counted, or not any more."""
        ...

    def get(self, bank_id: str, question_id: str) -> Sequence[ItemTally]:
        """Return the tallies of an item, one a content hash."""
        ...

    def all(self) -> Sequence[ItemTally]:
        """Return every tally, by bank and question."""
        ...

    def put(self, tallies: Sequence[ItemTally], *, watermark: int, withdrawn: frozenset[str] = frozenset()) -> None:
        """Put tallies in the place of those before, and say up to where they count and what they leave out."""
        ...

    def beyond(self, place: int, *, limit: int) -> Sequence[MarkedAttempt]:
        """Return the next scores after a place in the chain, in its order."""
        ...

    def voided(self, place: int) -> Sequence[str]:
        """Return the ids of the voided attempts that have a score up to a place."""
        ...

    def counted(self, attempt_id: str, place: int) -> MarkedAttempt | None:
        """Return the newest score of an attempt up to a place."""
        ...
