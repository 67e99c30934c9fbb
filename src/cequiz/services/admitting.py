"""The office's door: who works there, signing in, and what each of them may do.

A try is counted before the passphrase is looked at, so that a hundred tries at once are a hundred tries. Nothing says
whether a name exists. Whoever runs commands on the store's own files needs no door.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cequiz.domain.canonical import Json
from cequiz.domain.people.passphrase import check_passphrase
from cequiz.domain.people.staff import Right, Role, Staff
from cequiz.domain.people.student import clean_name, clean_words
from cequiz.domain.text import folded
from cequiz.errors import NotAllowed, NotFound, WrongState
from cequiz.language import mark, tr, trn
from cequiz.services.places import tag_of
from cequiz.services.ports import AuditRecord, Failures, Ports, Unit
from cequiz.services.reasons import given_reason
from cequiz.services.waiting import growing, in_force, minutes_left, refuse_hasty


@dataclass(frozen=True)
class Seat:
    """Somebody of the office as a list shows them."""

    staff: Staff
    locked_until: datetime | None


def is_empty(ports: Ports) -> bool:
    """Whether nobody works in the office yet."""
    with ports.store.read() as unit:
        return not unit.staff.all()


def seats(ports: Ports) -> tuple[Seat, ...]:
    """Return everybody in the office by name, and who is locked out."""
    now = ports.clock.read().wall
    with ports.store.read() as unit:
        return tuple(Seat(one, _locked(unit.staff.failures(_subject(one.name)), now)) for one in unit.staff.all())


def create(ports: Ports, *, name: str, role: Role, passphrase: str, actor: str, reason: str = "") -> Staff:
    """Take somebody into the office.

    Args:
        ports: the outside world.
        name: to sign in with.
        role: what they may do.
        passphrase: to sign in with.
        actor: who takes them in.
        reason: why; may be empty.

    Raises:
        InvalidText: the name is empty, or it or the reason holds a character that could deceive.
        Refused: the passphrase is too short.
        NotAllowed: somebody goes by that name already.
    """
    staff, hashed = _newcomer(ports, name=name, role=role, passphrase=passphrase)
    why = given_reason(reason)
    with ports.store.write() as unit:
        _refuse_taken(unit, staff)
        _take_in(ports, unit, staff, hashed, actor=actor, why=why)
    return staff


def create_first(ports: Ports, *, name: str, passphrase: str, actor: str) -> Staff:
    """Take the first administrator into an empty office.

    Raises:
        WrongState: somebody else was first.
    """
    staff, hashed = _newcomer(ports, name=name, role=Role.ADMINISTRATOR, passphrase=passphrase)
    with ports.store.write() as unit:
        if unit.staff.all():
            raise WrongState(
                tr("The office has an administrator already."), hint=tr("Sign in, or ask them to add you.")
            )
        _take_in(ports, unit, staff, hashed, actor=actor, why={})
    return staff


def _newcomer(ports: Ports, *, name: str, role: Role, passphrase: str) -> tuple[Staff, str]:
    """Return somebody new and the hash of their passphrase, which takes long and is made outside a transaction."""
    staff = Staff(id=ports.ids.new("O"), name=clean_name(name), role=role)
    return staff, ports.passphrases.hash(check_passphrase(passphrase))


def _take_in(ports: Ports, unit: Unit, staff: Staff, hashed: str, *, actor: str, why: dict[str, Json]) -> None:
    now = ports.clock.read().wall
    unit.staff.add(staff, passphrase_hash=hashed, at=now)
    _record(unit, now, actor, "staff.created", staff.id, {"role": str(staff.role), **why})


def sign_in(ports: Ports, *, name: str, passphrase: str, address: str = "") -> Staff:
    """Return who name and passphrase belong to.

    After two failures in a row every next try has to wait longer (2, 4, 8 seconds), and after as many as the house's
    rules say the name is locked out for a while.

    Args:
        ports: the outside world.
        name: the name, in any spelling that searches know.
        passphrase: the passphrase.
        address: from where on the network; empty for this machine, which is the only place today.

    Raises:
        NotAllowed: the two do not belong together, or it is too early for another try; which of the two is wrong is
            not said.
    """
    rules, subject = ports.rules, _subject(name)
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        before = unit.staff.failures(subject)
        _refuse_early(before, now)
        count = 1 + (0 if before is None or _over(before, now) else before.count)
        locked = now + timedelta(minutes=rules.sign_in_lock_minutes) if count >= rules.sign_in_failures else None
        unit.staff.fail(Failures(subject=subject, count=count, last_at=now, locked_until=locked))
        staff = unit.staff.by_name(name)
        hashed = unit.staff.passphrase_hash(staff.id) if staff is not None and staff.active else None
        place: dict[str, Json] = {"from": tag_of(unit, address)} if address else {}
    right = ports.passphrases.verify(hashed, passphrase)
    who = staff.id if staff is not None else "unknown"
    with ports.store.write() as unit:
        if right and staff is not None:
            unit.staff.forgive(subject)
            _record(unit, now, staff.actor, "staff.signed_in", who, place)
            return staff
        _record(unit, now, "system:door", "staff.sign_in_failed", who, {"count": count, **place})
        if locked is not None:
            _record(unit, now, "system:door", "staff.locked_out", who, {"minutes": rules.sign_in_lock_minutes})
    raise NotAllowed(
        tr("The name or the passphrase is wrong."),
        hint=_lock_words(locked, now) if locked else tr("Try again; an administrator can set a new passphrase."),
    )


def admit(ports: Ports, staff_id: str, right: Right) -> Staff:
    """Return somebody of the office who may do what is asked for.

    The records are asked each time: who lost a role a moment ago may do no more than it allows now.

    Raises:
        NotAllowed: they may not.
    """
    with ports.store.read() as unit:
        staff = unit.staff.get(staff_id)
    if staff is None or not staff.active:
        raise NotAllowed(tr("You do not work in this office any more."), hint=tr("Ask an administrator."))
    if not staff.may(right):
        raise NotAllowed(
            tr("Your role, {role}, does not allow that.", role=tr(str(staff.role))),
            hint=tr("It asks for the right to {right}.", right=tr(str(right))),
        )
    return staff


def change_role(ports: Ports, *, staff_id: str, role: Role, reason: str, actor: str) -> Staff:
    """Give somebody another role.

    Raises:
        NotFound: there is nobody with this id.
        InvalidText: there is no reason, or it holds a character that could deceive.
        NotAllowed: nobody could administer the office any more.
    """
    why = clean_words(reason, what=mark("reason"))
    with ports.store.write() as unit:
        before = _found(unit, staff_id)
        after = replace(before, role=role)
        _keep(ports, unit, after, actor=actor, deed="staff.role_changed", was=str(before.role), reason=why)
    return after


def set_active(ports: Ports, *, staff_id: str, active: bool, reason: str, actor: str) -> Staff:
    """Let somebody out of the office, or back into it; nobody is ever removed, since records name them.

    Raises:
        NotFound: there is nobody with this id.
        InvalidText: there is no reason, or it holds a character that could deceive.
        NotAllowed: nobody could administer the office any more.
    """
    why = clean_words(reason, what=mark("reason"))
    with ports.store.write() as unit:
        after = replace(_found(unit, staff_id), active=active)
        deed = "staff.reinstated" if active else "staff.dismissed"
        _keep(ports, unit, after, actor=actor, deed=deed, reason=why)
    return after


def set_passphrase(ports: Ports, *, staff_id: str, passphrase: str, actor: str, reason: str = "") -> None:
    """Replace somebody's passphrase, and let them try again if they were locked out.

    Args:
        ports: the outside world.
        staff_id: whose.
        passphrase: the new one.
        actor: who sets it.
        reason: why; may be empty.

    Raises:
        NotFound: there is nobody with this id.
        Refused: the passphrase is too short.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    hashed = ports.passphrases.hash(check_passphrase(passphrase))
    with ports.store.write() as unit:
        staff = _found(unit, staff_id)
        unit.staff.set_passphrase(staff.id, hashed)
        unit.staff.forgive(_subject(staff.name))
        _record(unit, ports.clock.read().wall, actor, "staff.passphrase_set", staff.id, why)


def unlock(ports: Ports, *, staff_id: str, actor: str, reason: str = "") -> None:
    """Let somebody who was locked out try again at once.

    Args:
        ports: the outside world.
        staff_id: whom.
        actor: who does it.
        reason: why; may be empty.

    Raises:
        NotFound: there is nobody with this id.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    with ports.store.write() as unit:
        staff = _found(unit, staff_id)
        unit.staff.forgive(_subject(staff.name))
        _record(unit, ports.clock.read().wall, actor, "staff.unlocked", staff.id, why)


def forget_typed(unit: Unit, words: Iterable[str]) -> None:
    """Forget tries at the office's door under words that nobody of the office is called by.

    Args:
        unit: the transaction.
        words: names and addresses that may have been typed there, such as a student's.
    """
    for word in words:
        if unit.staff.by_name(word) is None:
            unit.staff.forgive(_subject(word))


def find(ports: Ports, who: str) -> Staff:
    """Return somebody of the office by id or name.

    Raises:
        NotFound: there is nobody like that.
    """
    with ports.store.read() as unit:
        return _found(unit, who)


def names(ports: Ports) -> dict[str, str]:
    """Return how each actor of the office is called, such as `staff:O-1` to `Ana`, for lists of deeds."""
    with ports.store.read() as unit:
        return {one.actor: one.name for one in unit.staff.all()}


def _found(unit: Unit, who: str) -> Staff:
    staff = unit.staff.get(who) or unit.staff.by_name(who)
    if staff is None:
        raise NotFound(tr("Nobody in the office is called {who}.", who=who), hint=tr("`cequiz admin list` shows all."))
    return staff


def _keep(ports: Ports, unit: Unit, staff: Staff, *, actor: str, deed: str, **details: Json) -> None:
    unit.staff.replace(staff)
    if not any(one.may(Right.ADMINISTER) for one in unit.staff.all()):
        raise NotAllowed(
            tr("Nobody could administer the office any more."), hint=tr("Make somebody else an administrator first.")
        )
    _record(unit, ports.clock.read().wall, actor, deed, staff.id, {"role": str(staff.role), **details})


def _refuse_taken(unit: Unit, staff: Staff) -> None:
    if unit.staff.by_name(staff.name) is not None:
        raise NotAllowed(
            tr("Somebody in the office is called {name} already.", name=staff.name), hint=tr("Add a second name.")
        )


def _refuse_early(before: Failures | None, now: datetime) -> None:
    if before is None:
        return
    if (until := _locked(before, now)) is not None:
        raise NotAllowed(tr("Too many tries."), hint=_lock_words(until, now))
    if not _over(before, now):
        refuse_hasty(before.last_at, growing(before.count), now)


def _locked(failures: Failures | None, now: datetime) -> datetime | None:
    """Return until when a name is locked out, if it is."""
    if failures is None or failures.locked_until is None or _over(failures, now):
        return None
    return failures.locked_until


def _over(failures: Failures, now: datetime) -> bool:
    """Whether a lock has ended; it ends too when the clock was set back behind the failure that made it."""
    until = failures.locked_until
    return until is not None and not in_force(until, since=failures.last_at, now=now)


def _lock_words(until: datetime, now: datetime) -> str:
    return trn(
        "The name is locked out for {count} minute; an administrator can unlock it.",
        "The name is locked out for {count} minutes; an administrator can unlock it.",
        minutes_left(until, now),
    )


def _subject(name: str) -> str:
    return f"staff:{folded(name)}"


def _record(
    unit: Unit, at: datetime, actor: str, deed: str, subject: str, details: dict[str, Json] | None = None
) -> None:
    unit.audit.add(AuditRecord(at=at, actor=actor, deed=deed, subject=subject, details=details or {}))
