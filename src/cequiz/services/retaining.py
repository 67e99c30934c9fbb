"""Keeping records as long as boards ask for, holding them longer, and purging them: explicit, listed, on record.

Records are kept for so many years from the end of the calendar year in which they became complete, in the provider's
time zone. A purge takes what was written of a person and leaves tombstones, so that every chain can still be proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cequiz.domain.canonical import Json
from cequiz.domain.credential.provider import Provider
from cequiz.domain.people.remains import Finder, Known
from cequiz.domain.people.student import Student, clean_words
from cequiz.errors import CequizError, EnvironmentFailed, InvalidText, NotAllowed, WrongState
from cequiz.language import mark, tr
from cequiz.services.admitting import forget_typed
from cequiz.services.enrolling import find_student
from cequiz.services.freezing import NO_PROVIDER
from cequiz.services.ports import (
    AuditRecord,
    Hold,
    Holdings,
    HouseFile,
    Keeping,
    Page,
    Ports,
    StudentLine,
    Unit,
    Window,
)
from cequiz.services.traces import clan, known

HELD, LIFTED, PURGED = "retention.held", "retention.lifted", "retention.purged"
"""The deeds of the audit record."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Whose records are kept, for how long, and what stands in the way of a purge."""

    student_id: str
    name: str
    complete_on: date
    """The day on which the newest of them became complete, in the provider's time zone."""
    years: int
    free_on: date
    """The first day on which they may be purged."""
    due: bool
    """Whether that day has come."""
    held: bool
    running: tuple[str, ...]
    """Attempts that have not ended."""

    @property
    def may_go(self) -> bool:
        """Whether a purge would be allowed now."""
        return self.due and not self.held and not self.running


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a purge of a student would do, or has done."""

    kept: Kept
    goes: Holdings
    known: Known
    """Everything by which the records call the person."""
    files: tuple[Path, ...]
    """Files in the house's own folder that go: those of certificates, and reports that name the person."""
    left: tuple[HouseFile, ...] = ()
    """Files that a purge does not touch, and that tell of the person or may: whoever purges deletes them, or knows."""


@dataclass(frozen=True, kw_only=True)
class Purges:
    """What came of purging everything that is due."""

    done: tuple[Plan, ...]
    refused: tuple[tuple[Kept, CequizError], ...]
    stopped: bool = False


def keeping(ports: Ports, *, due_only: bool = False) -> tuple[Kept, ...]:
    """Return whose records are kept, those that may go first at the front.

    Args:
        ports: the outside world.
        due_only: only those whose time is over, held or not.
    """
    now = ports.clock.read().wall
    with ports.store.read() as unit:
        judge = _Judge(ports, unit, now)
        before = judge.latest if due_only else None
        found = [judge.kept(one) for one in unit.retention.keeping(before=before)]
    return tuple(sorted((one for one in found if one.due or not due_only), key=lambda one: (one.free_on, one.name)))


def page(ports: Ports, *, words: str, window: Window) -> Page[tuple[StudentLine, Kept | None]]:
    """Return students by name whom the words find, each with how long their records are kept; None for purged ones."""
    with ports.store.read() as unit:
        judge = _Judge(ports, unit, ports.clock.read().wall)
        found = unit.listings.students(words, window)
        rows = [(line, next(map(judge.kept, unit.retention.keeping(line.id)), None)) for line in found.rows]
    return Page(rows, found.total, found.more)


def holds(ports: Ports) -> tuple[Hold, ...]:
    """Return the holds that are in force, oldest first, each as it was placed."""
    with ports.store.read() as unit:
        newest = {one.student_id: one for one in unit.retention.holds()}
    return tuple(one for one in newest.values() if one.placed)


def hold(ports: Ports, *, student: str, reason: str, actor: str) -> Hold:
    """Place a legal hold: nothing of a student's records is purged until it is lifted.

    Args:
        ports: the outside world.
        student: id or e-mail address.
        reason: why, such as the number of a case.
        actor: who places it.

    Raises:
        NotFound: there is no such student.
        WrongState: there is a hold already, or nothing to hold any more.
        InvalidText: the reason is empty or holds a character that could deceive.
    """
    return _enter(ports, student=student, placed=True, reason=reason, actor=actor)


def lift(ports: Ports, *, student: str, reason: str, actor: str) -> Hold:
    """Lift a legal hold; the retention times go on as before.

    Raises:
        NotFound: there is no such student.
        WrongState: there is no hold.
        InvalidText: the reason is empty or holds a character that could deceive.
    """
    return _enter(ports, student=student, placed=False, reason=reason, actor=actor)


def plan(ports: Ports, *, student: str) -> Plan:
    """Return what a purge would remove, whether it is allowed now or not; nothing is changed.

    Raises:
        NotFound: there is no such student.
        WrongState: the records were purged already.
    """
    with ports.store.read() as unit:
        found = _plan(ports, unit, find_student(unit, student))
    about = ports.files.about(Finder(found.known.words))
    reports = tuple(one.path for one in about if one.goes)
    return replace(found, files=(*found.files, *reports), left=tuple(one for one in about if not one.goes))


def refuse(kept: Kept) -> None:
    """Refuse a purge that is not allowed.

    Raises:
        NotAllowed: the time is not over, or a legal hold lies on the records.
        WrongState: an attempt has not ended.
    """
    who = kept.student_id
    if kept.held:
        raise NotAllowed(
            tr("A legal hold lies on the records of {who}.", who=who),
            hint=tr("`cequiz retention lift {who} --reason WHY` lifts it.", who=who),
        )
    if kept.running:
        raise WrongState(
            tr("{who} has an attempt that has not ended: {attempt}.", who=who, attempt=kept.running[0]),
            hint=tr("`cequiz attempt list --student {who}` closes what ran out.", who=who),
        )
    if not kept.due:
        raise NotAllowed(
            tr(
                "The records of {who} are kept until {day}.",
                who=who,
                day=(kept.free_on - timedelta(days=1)).isoformat(),
            ),
            hint=tr(
                "{years} years from the end of the year in which they became complete ({day}).",
                years=kept.years,
                day=kept.complete_on.isoformat(),
            ),
        )


def purge(ports: Ports, *, student: str, reason: str, actor: str) -> Plan:
    """Remove a student's records for good, in one transaction, and return what went.

    Args:
        ports: the outside world.
        student: id or e-mail address.
        reason: why.
        actor: who does it.

    Raises:
        NotFound: there is no such student.
        NotAllowed: the time is not over, or a legal hold lies on the records.
        WrongState: the records were purged already, an attempt has not ended, or somebody has just changed them.
        InvalidText: the reason is empty, holds a character that could deceive, or names the person.
        EnvironmentFailed: a file could not be removed; nothing was changed.
    """
    why = clean_words(reason, what=mark("reason"))
    found = plan(ports, student=student)  # files are looked through while others may write
    refuse(found.kept)
    _refuse_naming(why, found.known)
    with ports.store.write() as unit:
        now_known = _plan(ports, unit, find_student(unit, found.kept.student_id))
        refuse(now_known.kept)
        if (now_known.known, now_known.goes) != (found.known, found.goes):
            raise WrongState(
                tr("The records of {who} were changed a moment ago.", who=found.kept.student_id), hint=tr("Try again.")
            )
        now = ports.clock.read().wall
        for who in clan(unit, found.kept.student_id):
            unit.visits.end_all(who)
            unit.door.forget(who)
        forget_typed(unit, (*found.known.names, *found.known.emails))
        stones = unit.retention.purge(found.kept.student_id, reason=why, actor=actor, at=now)
        details: dict[str, Json] = {
            "reason": why,
            "tombstones": len(stones),
            "certificates": list(found.goes.certificates),
            "counts": dict(found.goes.counts),
        }
        unit.audit.add(AuditRecord(at=now, actor=actor, deed=PURGED, subject=found.kept.student_id, details=details))
        # Before the commit: what is left over by a failure here can be written again, and after it could not be found.
        for file in found.files:
            _remove(file)
    return found


def purge_due(
    ports: Ports,
    *,
    reason: str,
    actor: str,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Purges:
    """Purge everybody whose time is over, one after the other, each in a transaction of its own.

    Args:
        ports: the outside world.
        reason: why.
        actor: who does it.
        progress: told how many are done, of how many.
        stop: asked before each of them; what was purged stays purged.

    Raises:
        InvalidText: the reason is empty or holds a character that could deceive.
    """
    why = clean_words(reason, what=mark("reason"))
    everybody = keeping(ports, due_only=True)
    done: list[Plan] = []
    refused: list[tuple[Kept, CequizError]] = []
    for place, one in enumerate(everybody):
        progress(place, len(everybody))
        if stop():
            return Purges(done=tuple(done), refused=tuple(refused), stopped=True)
        try:
            done.append(purge(ports, student=one.student_id, reason=why, actor=actor))
        except (InvalidText, NotAllowed, WrongState) as error:
            refused.append((one, error))
    progress(len(everybody), len(everybody))
    return Purges(done=tuple(done), refused=tuple(refused))


def _enter(ports: Ports, *, student: str, placed: bool, reason: str, actor: str) -> Hold:
    why = clean_words(reason, what=mark("reason"))
    with ports.store.write() as unit:
        found = find_student(unit, student)
        _refuse_purged(unit, found.id)
        there = [one for one, owner in _held(unit).items() if owner == found.id]
        if there and placed:
            raise WrongState(tr("A legal hold lies on the records of {who} already.", who=found.id))
        if not there and not placed:
            raise WrongState(tr("There is no legal hold on the records of {who}.", who=found.id))
        now = ports.clock.read().wall
        entry = Hold(student_id=found.id, placed=placed, reason=why, actor=actor, at=now)
        for who in there or [found.id]:  # one that was placed before a merge is lifted where it was placed
            unit.retention.hold(replace(entry, student_id=who))
        deed = HELD if placed else LIFTED
        unit.audit.add(AuditRecord(at=now, actor=actor, deed=deed, subject=found.id, details={"reason": why}))
    return entry


def _held(unit: Unit) -> dict[str, str]:
    """Return who is held, and whose records that means today: a hold goes with a student who was merged."""
    return {one: find_student(unit, one).id for one in unit.retention.held()}


def _plan(ports: Ports, unit: Unit, student: Student) -> Plan:
    _refuse_purged(unit, student.id)
    kept = [_Judge(ports, unit, ports.clock.read().wall).kept(one) for one in unit.retention.keeping(student.id)]
    if not kept:
        raise WrongState(tr("{who} was merged into somebody else.", who=student.id))
    goes = unit.retention.holdings(student.id)
    called = known(unit, student, certificates=goes.certificates)
    return Plan(kept=kept[0], goes=goes, known=called, files=tuple(_files(ports, goes)))


def _files(ports: Ports, goes: Holdings) -> Iterator[Path]:
    for number in goes.certificates:
        file = ports.folder / f"{number}.pdf"
        if file.is_file():
            yield file


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailed(
            tr("{file} cannot be removed: {reason}.", file=file, reason=error.strerror),
            hint=tr("Nothing was purged."),
        ) from None


def _refuse_naming(reason: str, called: Known) -> None:
    """Refuse a reason that would keep, for good, what it is given to delete."""
    if Finder(called.words).finds(reason):
        raise InvalidText(
            tr("The reason names the person whose records go."),
            hint=tr("It stays for good: name the rule or the case, and nobody."),
        )


def _refuse_purged(unit: Unit, student_id: str) -> None:
    if student_id in unit.retention.purged():
        raise WrongState(
            tr("The records of {who} were purged already.", who=student_id),
            hint=tr("`cequiz audit list` says when, by whom and why."),
        )


class _Judge:
    """Works out how long records are kept: the house's years, or those of a board that asks for more."""

    def __init__(self, ports: Ports, unit: Unit, now: datetime) -> None:
        self._ports = ports
        self._unit = unit
        self._provider: Provider = unit.providers.get() or NO_PROVIDER
        self._today = self._provider.local(now).date()
        self._held = frozenset(_held(unit).values())
        self._years: dict[tuple[str, str], int] = {}

    @property
    def latest(self) -> datetime:
        """Before this instant lies everything that may be due; a day more than the widest time zone."""
        first = max(self._today.year - self._ports.rules.retention_years, 1)
        return datetime(first, 1, 2, tzinfo=UTC)

    def kept(self, found: Keeping) -> Kept:
        """Return what holds for a student."""
        complete = self._provider.local(found.last_at).date()
        years = max([self._ports.rules.retention_years, *(self._asked(*one) for one in found.courses)])
        free = date(min(complete.year + years + 1, date.max.year), 1, 1)
        return Kept(
            student_id=found.student_id,
            name=found.name,
            complete_on=complete,
            years=years,
            free_on=free,
            due=free <= self._today,
            held=found.student_id in self._held,
            running=found.running,
        )

    def _asked(self, course_id: str, version: str) -> int:
        """Return the most years that a board which approved a course asks for."""
        if (course_id, version) not in self._years:
            course = self._unit.courses.get(course_id, version)
            packs = [self._ports.boards.pack(one.board) for one in course.approvals] if course else []
            self._years[course_id, version] = max((one.keep_years or 0 for one in packs), default=0)
        return self._years[course_id, version]
