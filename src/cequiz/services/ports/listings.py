"""Long lists a page at a time, as the screens of the office and `list` commands show them.

Every query is answered from indexes: a hundred thousand students are searched in a few hundredths of a second. What
a page holds is enough to show a line; whoever opens one asks for the whole record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from cequiz.domain.bank.course import Course
from cequiz.domain.exam.attempt import Status
from cequiz.services.ports.records import AttemptHeader, AuditRecord, CertificateRecord

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and how many it has in all."""

    rows: Sequence[T]
    total: int
    more: bool = False
    """Whether the list ends at `total` only because so many answer to a search that nobody reads them all."""


@dataclass(frozen=True)
class Window:
    """Which rows of a list: so many from a place, which counts from 0."""

    offset: int = 0
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class StudentLine:
    """A student in a list."""

    id: str
    name: str
    email: str
    licences: tuple[str, ...]
    """As `FL:MA12345`."""
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class AttemptQuery:
    """Which attempts; what is None or empty asks for all."""

    status: Status | None = None
    course_id: str = ""
    exam_id: str = ""
    student_id: str = ""
    words: str = ""
    """Part of the student's name, address or licence, or the beginning of the attempt's id."""


@dataclass(frozen=True, kw_only=True)
class AttemptLine:
    """An attempt in a list."""

    header: AttemptHeader
    student: str
    """The student's name."""
    passed: bool | None
    """Whether its newest score passed; None while it has none."""


@dataclass(frozen=True, kw_only=True)
class CertificateQuery:
    """Which certificates; what is empty asks for all."""

    status: str = ""
    """`issued`, `superseded`, `suspended`, `revoked`, `expired`."""
    words: str = ""
    """Part of the number or of the name on it."""


@dataclass(frozen=True, kw_only=True)
class CertificateLine:
    """A certificate in a list."""

    number: str
    status: str
    name: str
    course_title: str
    issued_at: datetime


@dataclass(frozen=True, kw_only=True)
class PaperLine:
    """A certificate in the order of issue, with the state it is in."""

    place: int
    """Its place in that order, from 1; purged ones leave gaps."""
    record: CertificateRecord
    """Without its file: `pdf` is empty."""
    status: str


@dataclass(frozen=True, kw_only=True)
class DueQuery:
    """Which certificates that are to be issued; what is empty asks for all."""

    course_id: str = ""
    words: str = ""
    """Part of the student's name, address, licence or id."""


@dataclass(frozen=True, kw_only=True)
class DueLine:
    """An award that has no certificate, or what one can be made of."""

    award_id: str
    """Empty where no award is made yet."""
    student_id: str
    name: str
    """The student's name of today."""
    course_id: str
    cycle: int
    completed_at: datetime


@dataclass(frozen=True, kw_only=True)
class AuditQuery:
    """Which audit records; what is empty asks for all."""

    actor: str = ""
    deed: str = ""
    """The beginning of the deed, such as `certificate.`."""
    subject: str = ""
    since: datetime | None = None
    """Done at this instant or later."""
    until: datetime | None = None
    """Done before this instant."""


class Listings(Protocol):
    """The long lists."""

    def students(self, words: str, window: Window) -> Page[StudentLine]:
        """Return students by name whose name, address, licence number or id has the words (folded) in it."""
        ...

    def attempts(self, query: AttemptQuery, window: Window) -> Page[AttemptLine]:
        """Return attempts, the newest first."""
        ...

    def certificates(self, query: CertificateQuery, window: Window) -> Page[CertificateLine]:
        """Return certificates, the newest first."""
        ...

    def papers(self, *, after: int, limit: int) -> Sequence[PaperLine]:
        """Return the next certificates after a place in the order of issue, which counts from 1."""
        ...

    def due(self, query: DueQuery, window: Window) -> Page[DueLine]:
        """Return awards of cycles under way that have no certificate, in the order of completion.

        One that was revoked before the award was made again is none.
        """
        ...

    def unmade(self, course: Course) -> Sequence[DueLine]:
        """Return students who have all that a version of a course takes, but no award of it yet; no award is named.

        They have passed every required exam, and given or declined the evaluation where it is required. Of those who
        renewed, earlier cycles are not told apart: `services.earning.progress` decides.
        """
        ...

    def audit(self, query: AuditQuery, window: Window) -> Page[AuditRecord]:
        """Return audit records, the newest first."""
        ...
