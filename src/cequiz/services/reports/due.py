"""`report due`: what a provider still owes: certificates not issued, completions not reported in time.

How soon a board wants its report is `report_within_days` of its pack; the day of completion counts as day 0.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from cequiz.domain.canonical import Json
from cequiz.domain.credential.boards import BoardPack
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr, trn
from cequiz.services.ports import Ports, Unit
from cequiz.services.ports.office import Reported
from cequiz.services.ports.reports import Completion, CompletionQuery, Open
from cequiz.services.reports.duties import Duty, duties
from cequiz.services.reports.pacing import Stop, Tell, go_on
from cequiz.services.reports.periods import House, house, newest_course
from cequiz.services.reports.roster import courses_of
from cequiz.services.tallying import never, quiet

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


def due(ports: Ports, *, course_id: str = "", progress: Tell = quiet, stop: Stop = never) -> Report:
    """Return what is owed today, the most urgent first.

    Args:
        ports: the outside world.
        course_id: of one course; empty for all.
        progress: is told how many boards and courses were looked at, and of how many.
        stop: whether to stop.

    Raises:
        NotFound: there is no such course.
        Stopped: it was stopped.
    """
    with ports.store.read() as unit:
        here = house(ports, unit)
        course = newest_course(unit, course_id) if course_id else None
        owing = _owing(ports, unit, course_id)
        places = {(course, state) for (course, _), owed in owing.items() for duty in owed for state in duty.states}
        matters: list[_Matter] = []
        posted = {one.id for one in unit.batches.all() if one.posted_at is not None}
        for done, (taught_id, state) in enumerate(sorted(places), start=1):
            go_on(stop)
            query = CompletionQuery(course_id=taught_id, open=Open.UNSETTLED, state=state)
            matters += _reports(unit, partial(_owed, owing, taught_id, state), here, posted, query)
            progress(done, len(places) + 1)
        go_on(stop)
        papers = unit.reports.completions(CompletionQuery(course_id=course_id, open=Open.UNCERTIFIED))
        matters += (_Matter(one, tr("certificate not issued")) for one in papers)
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


def _owed(
    owing: Mapping[tuple[str, str], tuple[Duty, ...]], course_id: str, state: str, version: str
) -> Sequence[Duty]:
    return [duty for duty in owing.get((course_id, version), ()) if state in duty.states]


def _reports(
    unit: Unit, owed_of: Callable[[str], Sequence[Duty]], here: House, posted: Container[str], query: CompletionQuery
) -> Iterator[_Matter]:
    """Yield the completions of a course that are not settled with a state.

    Args:
        unit: the transaction.
        owed_of: gives the approvals of a version of the course by which something is to be reported to the state.
        here: the provider's days.
        posted: the ids of the batches that were handed in.
        query: the course and the state.
    """
    waiting = unit.reports.completions(query)
    lines: dict[str, list[Reported]] = {}
    for line in unit.reports.standing([one.award.id for one in waiting]):
        lines.setdefault(line.award_id, []).append(line)
    for one in waiting:
        if one.status in _NOT_IN_FORCE:
            continue
        told = lines.get(one.award.id, ())
        settled = {line.licence for line in told if line.batch_id in posted}
        left = [
            str(licence) for licence in one.licences if licence.state == query.state and str(licence) not in settled
        ]
        yield from _of(one, owed_of(one.award.course_version), left, told, here.day(one.award.completed_at))


def _of(
    one: Completion, owed: Sequence[Duty], left: Sequence[str], told: Sequence[Reported], day: date
) -> Iterator[_Matter]:
    """Yield what is owed for the licences that are left to report: once a board, however often it has approved."""
    boards: dict[str, Duty] = {}
    for duty in owed:
        if duty.covers(day):
            boards.setdefault(duty.pack.id, duty)
    batches = {line.licence: line.batch_id for line in told}
    where = {batches.get(licence, "") for licence in left}
    for duty in boards.values() if left else ():
        batch = ", ".join(sorted(where))
        what = tr("not reported") if "" in where else tr("in batch {batch}, not posted", batch=batch)
        by = day + timedelta(days=duty.pack.report_within_days or 0)
        yield _Matter(one, what, ", ".join(left), duty.pack.name, by)


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
