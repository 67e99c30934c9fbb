"""`report ce-broker`: the roster that CE Broker takes, holding nobody who was reported before.

The columns A to J are those of CE Broker's help for providers ("Creating Excel Files", help.cebroker.com). What is
gathered is kept only if nobody else has reported meanwhile, so two exports at once never report anybody twice; the
files are written afterwards, and can be written again from what the batch keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial

from cequiz.domain.bank.course import Course
from cequiz.domain.canonical import Json
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.people.states import clean_state
from cequiz.domain.people.student import Licence
from cequiz.domain.report import Column, Report
from cequiz.language import mark, tr, trn
from cequiz.services import licensing
from cequiz.services.ports import AuditRecord, Ports, ReportBatch, Reported, Unit
from cequiz.services.ports.reports import Completion, CompletionQuery, Open
from cequiz.services.reports.duties import Duty, duties_to
from cequiz.services.reports.periods import House, house, newest_course
from cequiz.services.reports.roster import courses_of
from cequiz.services.unchanged import as_seen

KIND = "ce-broker"
_UNTRUE = (
    "report.",
    "student.corrected",
    "student.merged",
    "retention.purged",
    "award.",
    "attempt.voided",
    "certificate.revoked",
    "certificate.suspended",
    "certificate.expired",
    "provider.set",
    "course.",
)
"""How deeds begin that report somebody, or change what is reported of them: who, the licence, the day, the numbers of
course and provider, the zone. Two exports at once never report anybody twice.
"""
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
    TWICE = mark("the same licence, course and day are reported already")


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


@dataclass(frozen=True)
class _Ready:
    """A line that can be reported, with its completion."""

    one: Completion
    line: RosterLine


def preview(ports: Ports, *, state: str = "FL", course_id: str = "") -> Roster:
    """Return what `export` would report now; nothing is kept.

    Raises:
        WrongUsage: there is no such state.
        NotFound: there is no such course.
    """
    state = clean_state(state)
    with ports.store.read() as unit:
        return _gathered(ports, unit, state=state, course_id=course_id)


def export(ports: Ports, *, state: str = "FL", course_id: str = "", actor: str) -> Roster:
    """Keep a batch of everybody who is to be reported, and return it; without anybody there is no batch.

    Raises:
        WrongUsage: there is no such state.
        NotFound: there is no such course.
    """
    state = clean_state(state)
    seen = partial(_gathered, ports, state=state, course_id=course_id)
    with as_seen(ports, seen, unless=_UNTRUE) as (unit, found):
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
    found = unit.reports.completions(CompletionQuery(course_id=course_id, open=Open.UNREPORTED, state=state))
    told = {(one.award_id, one.licence) for one in unit.reports.standing([one.award.id for one in found])}
    lines, left_out, unapproved = list[_Ready](), list[LeftOut](), Counter[str]()
    for one in found:
        owed = duties_to(ports, taught(one.award.course_id, one.award.course_version), state)
        held = [licence for licence in one.licences if licence.state == state]
        new = [licence for licence in held if (one.award.id, str(licence)) not in told]
        if held and not new:  # a licence was given up that had been reported; the others were told right
            continue
        if not owed:  # no board of this state has approved the course
            unapproved.update([one.award.course_id] if held else [])
            continue
        day = here.day(one.award.completed_at)
        reason = _reason(one, owed, new, day)
        if reason is None:
            duty = next(duty for duty in owed if duty.covers(day) and duty.approval.provider_number)
            lines += (_Ready(one, _line(one, duty, licence, day, ports.rules.ce_broker_profession)) for licence in new)
        else:
            left_out.append(_left(one, day, reason))
    ready, twice, doubles = _once(unit, lines, here)
    odd = licensing.odd(ports, dict.fromkeys(Licence(line.state, line.licence) for line in ready))
    missing = (_unapproved(state, course_id, count) for course_id, count in sorted(unapproved.items()))
    return Roster(
        state=state,
        house=here,
        course=course,
        lines=tuple(ready),
        left_out=(*left_out, *twice),
        notes=(*doubles, *odd, *missing),
    )


def _once(
    unit: Unit, ready: Sequence[_Ready], here: House
) -> tuple[Sequence[RosterLine], Sequence[LeftOut], Sequence[str]]:
    """Return the lines that nobody has reported yet, the others, and who shares a licence with somebody else.

    One person who was added twice has the same licence twice: their hours would stand twice in the board's records.
    """
    known: dict[str, list[tuple[str, str, date]]] = {}
    for one in unit.reports.told(list(dict.fromkeys(f"{one.line.state}:{one.line.licence}" for one in ready))):
        place = (one.student_id, one.course_id, here.day(one.completed_at))
        known.setdefault(one.licence, []).append(place)
    lines, twice, pairs = list[RosterLine](), list[LeftOut](), dict[tuple[str, str, str], None]()
    for new in ready:
        award, licence = new.one.award, f"{new.line.state}:{new.line.licence}"
        before = known.setdefault(licence, [])
        pairs |= {(other, award.student_id, licence): None for other, *_ in before if other != award.student_id}
        if any(rest == [award.course_id, new.line.completed_on] for _, *rest in before):
            twice.append(_left(new.one, new.line.completed_on, Reason.TWICE))
        else:
            lines.append(new.line)
            before.append((award.student_id, award.course_id, new.line.completed_on))
    return lines, twice, [_double(unit, *pair) for pair in pairs]


def _double(unit: Unit, first_id: str, second_id: str, licence: str) -> str:
    first, second = (unit.students.get(one) for one in (first_id, second_id))
    return tr(
        "{first} ({first_id}) and {second} ({second_id}) have the same licence {licence}. "
        "If they are one person: `cequiz student merge`.",
        first=first.name if first else "",
        first_id=first_id,
        second=second.name if second else "",
        second_id=second_id,
        licence=licence,
    )


def _left(one: Completion, day: date, reason: Reason) -> LeftOut:
    return LeftOut(
        award_id=one.award.id,
        student_id=one.award.student_id,
        name=one.name,
        course_id=one.award.course_id,
        completed_on=day,
        reason=reason,
    )


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
