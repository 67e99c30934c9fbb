"""`report ce-broker`: the roster that CE Broker takes, holding nobody who was reported before.

The columns A to J are those of CE Broker's help for providers ("Creating Excel Files", help.cebroker.com). Gathering
and keeping are one transaction, so two exports at once never report anybody twice; the files are written afterwards,
and can be written again from what the batch keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.student import Licence
from cequiz.domain.report import Column, Report
from cequiz.language import mark, tr, trn
from cequiz.services import licensing
from cequiz.services.ports import AuditRecord, Ports, ReportBatch, Reported, Unit
from cequiz.services.ports.reports import Completion, CompletionQuery, Open
from cequiz.services.reports.duties import Duty, duties_to
from cequiz.services.reports.periods import House, house, newest_course
from cequiz.services.reports.roster import courses_of

KIND = "ce-broker"
_PROVIDER, _COURSE = "50-", "20-"
"""How tracking numbers begin; the columns A and B are without it."""


class Reason(StrEnum):
    """Why a completion is left out."""

    NO_LICENCE = mark("no licence of this state on record")
    ODD_LICENCE = mark("the licence number holds signs that licence numbers do not have")
    NO_NUMBER = mark("the approval has no provider number")
    NOT_COVERED = mark("completed outside of the approval's dates")
    NO_CERTIFICATE = mark("no certificate was issued")
    NOT_IN_FORCE = mark("the certificate is not in force")


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """One completion, as the columns A to J have it."""

    award_id: str
    provider_number: str
    course_number: str = ""
    own_course: str = ""
    """The provider's own id of the course, where there is no tracking number."""
    publishing: str = ""
    licence: str
    completed_on: date
    state: str
    profession: str
    subject_area: str = ""
    """For partial credit only, of which a course here knows none."""
    hours: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return the columns A to J; the date as M/D/YYYY."""
        day = self.completed_on
        return (
            self.provider_number,
            self.course_number,
            self.own_course,
            self.publishing,
            self.licence,
            f"{day.month}/{day.day}/{day.year}",
            f"State={self.state}",
            f"Profession={self.profession}",
            self.subject_area,
            self.hours,
        )


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A completion that was not reported and is not in the file, and why."""

    award_id: str
    student_id: str
    name: str
    course_id: str
    completed_on: date
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class Roster:
    """What would go into a file, or went into it."""

    state: str
    house: House
    course: Course | None
    lines: tuple[RosterLine, ...]
    left_out: tuple[LeftOut, ...]
    batch: ReportBatch | None = None
    """None where nothing was kept: a preview, or nobody to report."""
    notes: tuple[str, ...] = ()
    """Sentences for whoever hands the file in: odd licences in it, and completions that no approval covers."""


def preview(ports: Ports, *, state: str = "FL", course_id: str = "") -> Roster:
    """Return what `export` would report now; nothing is kept.

    Raises:
        NotFound: there is no such course.
    """
    with ports.store.read() as unit:
        return _gathered(ports, unit, state=state.upper(), course_id=course_id)


def export(ports: Ports, *, state: str = "FL", course_id: str = "", actor: str) -> Roster:
    """Keep a batch of everybody who is to be reported, and return it; without anybody there is no batch.

    Raises:
        NotFound: there is no such course.
    """
    with ports.store.write() as unit:
        found = _gathered(ports, unit, state=state.upper(), course_id=course_id)
        if not found.lines:
            return found
        batch = ReportBatch(
            id=ports.ids.new("B"),
            kind=KIND,
            body={
                "state": found.state,
                "course": course_id,
                "lines": [list(line.cells()) for line in found.lines],
                "notes": list(found.notes),
            },
            actor=actor,
            made_at=found.house.now,
        )
        unit.batches.add(
            batch,
            [
                Reported(batch_id=batch.id, award_id=one.award_id, licence=f"{one.state}:{one.licence}")
                for one in found.lines
            ],
        )
        details: dict[str, Json] = {"kind": KIND, "state": found.state, "lines": len(found.lines)}
        unit.audit.add(
            AuditRecord(at=batch.made_at, actor=actor, deed="report.exported", subject=batch.id, details=details)
        )
    return replace(found, batch=batch)


def roster_report(found: Roster) -> Report:
    """Return the columns A to J for people."""
    columns = _columns()
    keys = [column.key for column in columns]
    return Report(
        id="ce-broker",
        title=tr("CE Broker roster"),
        made_at=found.house.now,
        covers=_covers(found),
        columns=columns,
        rows=[dict(zip(keys, line.cells(), strict=True)) for line in found.lines],
        notes=(
            *found.notes,
            tr("A completion goes into a file once; `cequiz report requeue` reports it again, for a reason."),
            tr("Courses give no partial credit, so the columns I and J are empty."),
        ),
        summary={
            "lines": len(found.lines),
            "left_out": len(found.left_out),
            "batch": found.batch.id if found.batch else None,
        },
    )


def left_out_report(found: Roster) -> Report:
    """Return who is left out, and why."""
    return Report(
        id="ce-broker-left-out",
        title=tr("Left out of the CE Broker roster"),
        made_at=found.house.now,
        covers=_covers(found),
        columns=(
            Column("name", tr("Name")),
            Column("reason", tr("Reason")),
            Column("course", tr("Course")),
            Column("completed", tr("Completed")),
            Column("student", tr("Student")),
        ),
        rows=[
            {
                "name": one.name,
                "reason": tr(one.reason),
                "course": one.course_id,
                "completed": one.completed_on.isoformat(),
                "student": one.student_id,
            }
            for one in found.left_out
        ],
    )


def _gathered(ports: Ports, unit: Unit, *, state: str, course_id: str) -> Roster:
    here = house(ports, unit)
    course = newest_course(unit, course_id) if course_id else None
    taught = courses_of(unit)
    lines, left_out, unapproved = list[RosterLine](), list[LeftOut](), Counter[str]()
    for one in unit.reports.completions(CompletionQuery(course_id=course_id, open=Open.UNREPORTED, state=state)):
        version = taught(one.award.course_id, one.award.course_version)
        owed = duties_to(ports, version, state)
        held = [licence for licence in one.licences if licence.state == state]
        if not owed:  # no board of this state has approved the course
            unapproved.update([one.award.course_id] if held else [])
            continue
        day = here.day(one.award.completed_at)
        reason = _reason(one, owed, held, day)
        if reason is None:
            duty = next(duty for duty in owed if duty.covers(day) and duty.approval.provider_number)
            lines += (_line(one, duty, licence, day, ports.rules.ce_broker_profession) for licence in held)
        else:
            left_out.append(
                LeftOut(
                    award_id=one.award.id,
                    student_id=one.award.student_id,
                    name=one.name,
                    course_id=one.award.course_id,
                    completed_on=day,
                    reason=reason,
                )
            )
    odd = licensing.odd(ports, dict.fromkeys(Licence(line.state, line.licence) for line in lines))
    notes = (*odd, *(_unapproved(state, course_id, count) for course_id, count in sorted(unapproved.items())))
    return Roster(state=state, house=here, course=course, lines=tuple(lines), left_out=tuple(left_out), notes=notes)


def _unapproved(state: str, course_id: str, count: int) -> str:
    return trn(
        "{count} completion of a course without an approval of {state}: {course}.",
        "{count} completions of a course without an approval of {state}: {course}.",
        count,
        state=state,
        course=course_id,
    )


def _reason(one: Completion, owed: Sequence[Duty], held: Sequence[Licence], day: date) -> Reason | None:
    """Return why a completion cannot be reported; None where it can."""
    covering = [duty for duty in owed if duty.covers(day)]
    if not held:
        return Reason.NO_LICENCE
    if any(not (licence.number[0].isalnum() and licence.number.isprintable()) for licence in held):
        return Reason.ODD_LICENCE
    if not covering:
        return Reason.NOT_COVERED
    if not any(duty.approval.provider_number for duty in covering):
        return Reason.NO_NUMBER
    if not one.certificate:
        return Reason.NO_CERTIFICATE
    return None if one.status == Life.ISSUED.value else Reason.NOT_IN_FORCE


def _line(one: Completion, duty: Duty, licence: Licence, day: date, profession: str) -> RosterLine:
    course_number = (duty.approval.course_number or "").removeprefix(_COURSE)
    return RosterLine(
        award_id=one.award.id,
        provider_number=(duty.approval.provider_number or "").removeprefix(_PROVIDER),
        course_number=course_number,
        own_course="" if course_number else one.award.course_id,
        licence=licence.number,
        completed_on=day,
        state=licence.state,
        profession=profession,
    )


def _covers(found: Roster) -> str:
    if found.course is None:
        return tr("Licences of {state}", state=found.state)
    return tr("Licences of {state}, {title}", state=found.state, title=found.course.title)


def _columns() -> tuple[Column, ...]:
    return (
        Column("provider", tr("A Provider")),
        Column("course", tr("B Course")),
        Column("own_course", tr("C Own id")),
        Column("publishing", tr("D Publishing")),
        Column("licence", tr("E Licence")),
        Column("completed", tr("F Completed")),
        Column("state", tr("G State")),
        Column("profession", tr("H Profession")),
        Column("subject_area", tr("I Area")),
        Column("hours", tr("J Hours")),
    )
