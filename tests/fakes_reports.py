"""Batches, and the reads of reports, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts
from cequiz.domain.exam.attempt import Status
from cequiz.errors import WrongState
from cequiz.services.ports import AttemptHeader, Evaluation, ReportBatch, Reported
from cequiz.services.ports.reports import (
    Completion,
    CompletionQuery,
    Enrolled,
    EnrolmentQuery,
    Open,
    Result,
    ResultQuery,
    Stretch,
    Told,
)
from tests.fakes_listings import ended_awards, papers_by_award
from tests.fakes_office import OfficeRecords

if TYPE_CHECKING:
    from tests.fakes import _Records


class FakeBatches:
    """What was reported to boards."""

    def __init__(self, records: OfficeRecords) -> None:
        self._records = records

    def add(self, batch: ReportBatch, lines: Sequence[Reported]) -> None:
        if batch.id in self._records.batches:
            raise WrongState("The store already holds such a record.")
        self._records.batches[batch.id] = batch
        again = {(one.award_id, one.licence.partition(":")[0]) for one in lines}
        for place, one in self._records.reported.items():
            if one.requeued and (one.award_id, one.licence.partition(":")[0]) in again:
                self._records.reported[place] = replace(one, replaced=True)
        for one in lines:
            self._records.reported[len(self._records.reported)] = one

    def get(self, batch_id: str) -> ReportBatch | None:
        return self._records.batches.get(batch_id)

    def all(self) -> Sequence[ReportBatch]:
        return sorted(self._records.batches.values(), key=lambda one: (one.made_at, one.id))

    def lines(self, batch_id: str) -> Sequence[Reported]:
        return tuple(one for one in self.reported() if one.batch_id == batch_id)

    def reported(self) -> Sequence[Reported]:
        return tuple(self._records.reported.values())

    def post(self, batch_id: str, *, actor: str, at: datetime) -> None:
        batch = self._records.batches[batch_id]
        self._records.batches[batch_id] = replace(batch, posted_at=at, poster=actor)

    def requeue(self, award_id: str, *, reason: str, licences: Sequence[str] = ()) -> None:
        for place, one in self._records.reported.items():
            if one.award_id == award_id and not one.requeued and one.licence in (licences or [one.licence]):
                self._records.reported[place] = replace(one, requeued=True, reason=reason)

    def wait_for(self, award_id: str, *, was: str, reason: str) -> None:
        for place, one in self._records.reported.items():
            if (one.award_id, one.requeued, one.replaced, one.reason) == (award_id, True, False, was):
                self._records.reported[place] = replace(one, reason=reason)


class FakeReports:
    """Reads for reports."""

    def __init__(self, records: _Records) -> None:
        self._records = records

    def completions(self, query: CompletionQuery) -> Sequence[Completion]:
        found = [
            self._completion(one)
            for one in self._records.awards.values()
            if _within(one.completed_at, query.stretch)
            and query.course_id in ("", one.course_id)
            and query.student_id in ("", one.student_id)
            and one.id not in ended_awards(self._records)
        ]
        return sorted(filter(lambda one: self._open(one, query), found), key=lambda one: one.award.completed_at)

    def _completion(self, award: Award) -> Completion:
        student = self._records.students[award.student_id]
        paper = papers_by_award(self._records).get(award.id)
        statuses = [one.status for one in self._records.statuses.values() if paper and one.number == paper.number]
        return Completion(
            award=award,
            name=student.name,
            licences=student.licences,
            certificate=paper.number if paper else "",
            status=statuses[-1] if statuses else "",
            issued_at=paper.issued_at if paper else None,
        )

    def _open(self, one: Completion, query: CompletionQuery) -> bool:
        office = self._records.office
        prefix = f"{query.state}:" if query.state else ""
        lines = [
            line
            for line in office.reported.values()
            if line.award_id == one.award.id and line.licence.startswith(prefix) and not line.replaced
        ]
        settled = [office.batches[line.batch_id].posted_at is not None for line in lines if not line.requeued]
        waits = any(line.requeued for line in lines)
        match query.open:
            case Open.UNCERTIFIED:
                return not one.certificate
            case Open.UNREPORTED:
                return waits or not settled
            case Open.UNSETTLED:
                return waits or not settled or not all(settled)
            case Open.ALL:
                return True

    def results(self, query: ResultQuery) -> Sequence[Result]:
        found = []
        for header in self._counted():
            revisions = [one for (attempt, _), one in self._records.scores.items() if attempt == header.id]
            score = max(revisions, key=lambda one: one.revision, default=None)
            wanted = query.course_id in ("", header.course_id) and query.exam_id in ("", header.exam_id)
            if score is not None and wanted and _within(score.finished_at, query.stretch):
                took = score.finished_at - header.started_at
                result = Result(
                    header.course_id,
                    header.exam_id,
                    str(score.earned),
                    str(score.possible),
                    score.passed,
                    self._is_first(header),
                    round(took.total_seconds() * 1_000_000),
                )
                found.append((score.finished_at, result))
        return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    def _counted(self) -> list[AttemptHeader]:
        return [one for one in self._records.headers.values() if one.standing.status is not Status.VOIDED]

    def _is_first(self, header: AttemptHeader) -> bool:
        mine = (header.student_id, header.course_id, header.exam_id)
        numbers = [one.number for one in self._counted() if (one.student_id, one.course_id, one.exam_id) == mine]
        return header.number == min(numbers)

    def enrolments(self, query: EnrolmentQuery) -> Sequence[Enrolled]:
        found = []
        for one in self._records.enrolments.values():
            if not _within(one.enrolled_at, query.stretch) or query.course_id not in ("", one.course_id):
                continue
            award = self._records.awards.get((one.student_id, one.course_id, one.course_version, one.cycle))
            award = None if award is None or award.id in ended_awards(self._records) else award
            paper = papers_by_award(self._records).get(award.id) if award else None
            mine = (one.student_id, one.course_id)
            found.append(
                Enrolled(
                    enrolment=one,
                    name=self._records.students[one.student_id].name,
                    attempts=sum(
                        (held.student_id, held.course_id) == mine and one.counts(held) for held in self._counted()
                    ),
                    completed_at=award.completed_at if award else None,
                    certificate=paper.number if paper else "",
                )
            )
        return sorted(found, key=lambda one: one.enrolment.enrolled_at)

    def evaluations(self, course_id: str, stretch: Stretch) -> Sequence[Evaluation]:
        found = [
            one
            for one in self._records.evaluations.values()
            if one.course_id == course_id and _within(one.given_at, stretch)
        ]
        return sorted(found, key=lambda one: (one.given_at, one.student_id))

    def standing(self, award_ids: Sequence[str]) -> Sequence[Reported]:
        lines = self._records.office.reported.values()
        return [one for one in lines if one.award_id in award_ids and not one.requeued]

    def told(self, licences: Sequence[str]) -> Sequence[Told]:
        awards = {one.id: one for one in self._records.awards.values()}
        lines = [one for one in self._records.office.reported.values() if one.licence in licences and not one.requeued]
        return [
            Told(line.licence, award.id, award.student_id, award.course_id, award.completed_at)
            for line in lines
            if (award := awards.get(line.award_id)) and self._is_held(award)
        ]

    def _is_held(self, award: Award) -> bool:
        papers = [one.number for one in self._records.certificates.values() if one.award_id == award.id]
        states = [one.status for one in self._records.statuses.values() if papers and one.number == papers[-1]]
        over = bool(states) and states[-1] in {"revoked", "expired"}
        return not over and award.id not in ended_awards(self._records)

    def facts(self, numbers: Sequence[str]) -> Mapping[str, Facts]:
        return {one.number: one.facts for one in self._records.certificates.values() if one.number in numbers}


def _within(at: datetime, stretch: Stretch) -> bool:
    return (stretch.since is None or at >= stretch.since) and (stretch.until is None or at < stretch.until)
