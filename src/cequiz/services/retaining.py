"""Keeping records as long as boards ask for, holding them longer, and purging them: explicit, listed, on record.

Records are kept for so many years from the end of the calendar year in which they became complete, in the provider's
time zone. A purge takes what was written of a person and leaves tombstones, so that every chain can still be proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from cequiz.domain.canonical import Json
from cequiz.domain.credential.provider import Provider
from cequiz.domain.people.remains import Known, Trace, flat
from cequiz.domain.people.student import Student, clean_words
from cequiz.errors import CequizError, EnvironmentFailed, InvalidText, NotAllowed, NotFound, WrongState
from cequiz.language import mark, tr, trn
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
    return _with_files(ports, [found])[0]


def plan_due(ports: Ports) -> tuple[tuple[Plan, ...], tuple[Kept, ...]]:
    """Return what a purge of everybody would do whose time is over, and whose records stay all the same.

    The files of the house are looked through once for all of them; nothing is changed.
    """
    everybody = keeping(ports, due_only=True)
    with ports.store.read() as unit:
        gone = unit.retention.purged()  # by somebody else, since the list was made
        free = [_plan(ports, unit, find_student(unit, one.student_id)) for one in everybody if _may(one, gone)]
    return _with_files(ports, free), tuple(one for one in everybody if not one.may_go)


def _may(one: Kept, gone: frozenset[str]) -> bool:
    return one.may_go and one.student_id not in gone


def _with_files(ports: Ports, plans: Sequence[Plan]) -> tuple[Plan, ...]:
    """Return plans with the files that tell of each person, or may."""
    about = ports.files.about([one.known.finder for one in plans])
    return tuple(
        replace(
            one,
            files=(*one.files, *(file.path for file in files if file.goes)),
            left=tuple(file for file in files if not file.goes),
        )
        for one, files in zip(plans, about, strict=True)
    )


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
    _purge(ports, found, why=why, actor=actor)
    return found


def _purge(ports: Ports, found: Plan, *, why: str, actor: str) -> None:
    """Do what a plan says, if nothing of it has changed."""
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
        unit.retention.drop_notes(found.known.finder)
        details: dict[str, Json] = {
            "reason": why,
            "tombstones": len(stones),
            "certificates": list(found.goes.certificates),
            "counts": dict(found.goes.counts),
        }
        unit.audit.add(AuditRecord(at=now, actor=actor, deed=PURGED, subject=found.kept.student_id, details=details))
        # Before the commit: what is left over by a failure here can be written again, and after it could not be found.
        _remove(found.files)


def purge_due(
    ports: Ports,
    *,
    reason: str,
    actor: str,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Purges:
    """Purge everybody whose time is over, one after the other, each in a transaction of its own.

    Whoever cannot be purged, because a file cannot be removed for example, is told of and stays; the others go.

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
    plans, barred = plan_due(ports)
    done: list[Plan] = []
    refused = [(one, error) for one in barred if (error := _why_not(one)) is not None]
    for place, found in enumerate(plans):
        progress(place, len(plans))
        if stop():
            return Purges(done=tuple(done), refused=tuple(refused), stopped=True)
        try:
            _purge(ports, found, why=why, actor=actor)
            done.append(found)
        except (InvalidText, NotAllowed, NotFound, WrongState, EnvironmentFailed) as error:
            refused.append((found.kept, error))
    progress(len(plans), len(plans))
    return Purges(done=tuple(done), refused=tuple(refused))


def _why_not(kept: Kept) -> CequizError | None:
    try:
        refuse(kept)
    except (NotAllowed, WrongState) as error:
        return error
    return None


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


def _remove(files: Sequence[Path]) -> None:
    gone = 0
    for file in files:
        try:
            file.unlink()
            gone += 1
        except FileNotFoundError:
            continue  # it told of somebody else as well, who was purged before
        except OSError as error:
            hint = trn(
                "The records were not purged; {count} file of the person is gone already.",
                "The records were not purged; {count} files of the person are gone already.",
                gone,
            )
            raise EnvironmentFailed(
                tr("{file} cannot be removed: {reason}.", file=file, reason=error.strerror),
                hint=hint if gone else tr("The person's records were not purged."),
            ) from None


def _refuse_naming(reason: str, called: Known) -> None:
    """Refuse a reason that would keep, for good, what it is given to delete."""
    if called.finder.trace(flat(reason)) is not Trace.NONE:
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
