"""`report due`: what a provider still owes: certificates not issued, completions not reported in time.

How soon a board wants its report is `report_within_days` of its pack; the day of completion counts as day 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cequiz.domain.canonical import Json
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr, trn
from cequiz.services.ports import Ports, Unit
from cequiz.services.ports.office import Reported
from cequiz.services.ports.reports import Completion, CompletionQuery, Open
from cequiz.services.reports.duties import Duty, duties
from cequiz.services.reports.periods import House, house, newest_course
from cequiz.services.reports.roster import courses_of

_NOT_IN_FORCE = {Life.REVOKED.value, Life.EXPIRED.value}
"""A certificate that was taken away is not reported any more."""


@dataclass(frozen=True)
class _Matter:
    """Something that is owed for a completion."""

    one: Completion
    what: str
    licence: str = ""
    board: str = ""
    by: date | None = None


def due(ports: Ports, *, course_id: str = "") -> Report:
    """Return what is owed today, the most urgent first.

    Raises:
        NotFound: there is no such course.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = newest_course(unit, course_id) if course_id else None
        owing = _owing(ports, unit, course_id)
        papers = unit.reports.completions(CompletionQuery(course_id=course_id, open=Open.UNCERTIFIED))
        matters = [*_reports(unit, owing, here), *(_Matter(one, tr("certificate not issued")) for one in papers)]
    matters.sort(key=lambda one: (one.by or date.max, one.one.award.completed_at))
    packs = {duty.pack.id: duty.pack for found in owing.values() for duty in found}
    return Report(
        id="due",
        title=tr("What is due"),
        made_at=here.now,
        covers=tr("{title} ({id})", title=course.title, id=course.id) if course else tr("All courses"),
        columns=_columns(),
        rows=[_row(one, here) for one in matters],
        notes=tuple(map(_rule, packs.values())),
        summary={"due": len(matters), "overdue": sum(one.by is not None and one.by < here.today for one in matters)},
    )


def _owing(ports: Ports, unit: Unit, course_id: str) -> Mapping[tuple[str, str], tuple[Duty, ...]]:
    """Return the approvals by which something is to be reported, by course and version."""
    taught = courses_of(unit)
    found = {}
    for one in unit.courses.versions():
        if course_id in ("", one.id):
            owed = tuple(duty for duty in duties(ports, taught(one.id, one.version)) if duty.pack.report_within_days)
            if owed:
                found[one.id, one.version] = owed
    return found


def _reports(unit: Unit, owing: Mapping[tuple[str, str], tuple[Duty, ...]], here: House) -> Iterator[_Matter]:
    places = {(course, state) for (course, _), owed in owing.items() for duty in owed for state in duty.states}
    for course_id, state in sorted(places):
        query = CompletionQuery(course_id=course_id, open=Open.UNSETTLED, state=state)
        waiting = unit.reports.completions(query)
        lines = unit.reports.standing([one.award.id for one in waiting])
        batches = {line.award_id: line for line in lines if line.licence.startswith(f"{state}:")}
        for one in waiting:
            if one.status not in _NOT_IN_FORCE:
                owed = owing.get((course_id, one.award.course_version), ())
                found = [duty for duty in owed if state in duty.states]
                yield from _of(one, found, state, batches.get(one.award.id), here.day(one.award.completed_at))


def _of(one: Completion, owed: Sequence[Duty], state: str, line: Reported | None, day: date) -> Iterator[_Matter]:
    held = [str(licence) for licence in one.licences if licence.state == state]
    for duty in owed:
        if held and duty.covers(day):
            what = tr("not reported") if line is None else tr("in batch {batch}, not posted", batch=line.batch_id)
            by = day + timedelta(days=duty.pack.report_within_days or 0)
            yield _Matter(one, what, ", ".join(held), duty.pack.name, by)


def _row(matter: _Matter, here: House) -> dict[str, Json]:
    award = matter.one.award
    left = None if matter.by is None else (matter.by - here.today).days
    return {
        "name": matter.one.name,
        "what": matter.what,
        "due": matter.by.isoformat() if matter.by else None,
        "state": _in_words(left),
        "days_left": left,
        "course": award.course_id,
        "completed": here.day(award.completed_at).isoformat(),
        "board": matter.board or None,
        "licence": matter.licence or None,
        "student": award.student_id,
    }


def _in_words(left: int | None) -> str | None:
    if left is None:
        return None
    if left < 0:
        return trn("{count} day overdue", "{count} days overdue", -left)
    return trn("{count} day left", "{count} days left", left) if left else tr("due today")


def _rule(pack: BoardPack) -> str:
    return tr(
        "{board}: completions are reported within {days} days ({source}; checked on {date}).",
        board=pack.name,
        days=pack.report_within_days,
        source=pack.source,
        date=pack.checked_on,
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column("name", tr("Name")),
        Column("what", tr("What is due")),
        Column("due", tr("Due")),
        Column("state", tr("State")),
        Column("days_left", tr("Days"), Align.RIGHT),
        Column("course", tr("Course")),
        Column("completed", tr("Completed")),
        Column("board", tr("Board")),
        Column("licence", tr("Licence")),
        Column("student", tr("Student")),
    )
