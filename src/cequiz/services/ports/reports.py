"""What reports are made of, in few queries: completions, results and enrolments of a time, each as a short record.

A report over two hundred thousand attempts reads columns, never events. Times are half-open: from `since` on, before
`until`; what is None has no end on that side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts
from cequiz.domain.people.student import Licence
from cequiz.services.ports.office import Reported
from cequiz.services.ports.records import Enrolment, Evaluation


@dataclass(frozen=True)
class Stretch:
    """A stretch of time."""

    since: datetime | None = None
    until: datetime | None = None


class Open(StrEnum):
    """Which completions are asked for."""

    ALL = "all"
    UNCERTIFIED = "uncertified"
    """Those without a certificate."""
    UNREPORTED = "unreported"
    """Those that are in no batch, or in one with a line that must be reported again."""
    UNSETTLED = "unsettled"
    """Those, and whatever is in a batch that was not posted."""


@dataclass(frozen=True, kw_only=True)
class CompletionQuery:
    """Which completions; what is empty asks for all."""

    stretch: Stretch = Stretch()
    course_id: str = ""
    student_id: str = ""
    open: Open = Open.ALL
    state: str = ""
    """Whose licences count as reported: a completion may be reported to several states, to each by itself."""


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A student has completed a course; with the newest certificate for it, if there is one."""

    award: Award
    name: str
    licences: tuple[Licence, ...]
    certificate: str = ""
    status: str = ""
    """Of that certificate: `issued`, `superseded`, `suspended`, `revoked`, `expired`."""
    issued_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ResultQuery:
    """Which results, by the instant of their end; what is empty asks for all."""

    stretch: Stretch = Stretch()
    course_id: str = ""
    exam_id: str = ""


class Result(NamedTuple):
    """The newest score of an attempt that was not voided."""

    course_id: str
    exam_id: str
    earned: str
    """Points, as an exact fraction."""
    possible: str
    passed: bool
    first: bool
    """Whether it is the student's first attempt at this exam that was not voided."""
    microseconds: int
    """From the start to the end."""


@dataclass(frozen=True, kw_only=True)
class EnrolmentQuery:
    """Which enrolments, by the instant of enrolling; what is empty asks for all."""

    stretch: Stretch = Stretch()
    course_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """An enrolment, and how far it has come in the cycle under way."""

    enrolment: Enrolment
    name: str
    attempts: int
    """At exams of the course in the cycle under way, without those that were voided."""
    completed_at: datetime | None
    certificate: str
    """The number of the newest certificate of the cycle; empty while there is none."""


class Told(NamedTuple):
    """What was reported under a licence, and stands."""

    licence: str
    """`FL:MA12345`."""
    award_id: str
    student_id: str
    course_id: str
    completed_at: datetime


class Reports(Protocol):
    """Reads for reports; everything in order of time."""

    def completions(self, query: CompletionQuery) -> Sequence[Completion]:
        """Return completions by the instant of completion."""
        ...

    def results(self, query: ResultQuery) -> Sequence[Result]:
        """Return results by the instant of their end."""
        ...

    def enrolments(self, query: EnrolmentQuery) -> Sequence[Enrolled]:
        """Return enrolments by the instant of enrolling."""
        ...

    def evaluations(self, course_id: str, stretch: Stretch) -> Sequence[Evaluation]:
        """Return the evaluations of a course, given or declined, by the instant they were given."""
        ...

    def standing(self, award_ids: Sequence[str]) -> Sequence[Reported]:
        """Return the lines of batches that report these awards, without those that must be reported again."""
        ...

    def told(self, licences: Sequence[str]) -> Sequence[Told]:
        """Return what was reported under these licences, whoever has them, and stands.

        Left out is what must be reported again, what was ended, and what has a certificate that was taken away:
        revoked or expired.
        """
        ...

    def facts(self, numbers: Sequence[str]) -> Mapping[str, Facts]:
        """Return the facts of these certificates by their numbers."""
        ...
