"""Signing in: who address and passphrase belong to, and how often somebody may guess.

A try is counted before the passphrase is looked at, so that a hundred tries at once are a hundred tries. Three counts
stand in the way of guessing: one for an account and a place together (growing waits), one for a place over all
accounts, one for an account over all places. Whether an account exists shows in none of them, neither in words nor in
time. The place of a line is what whoever holds the line says; the store keeps a tag of it only.

Counts are shared by everybody at a place, so they alone would let a neighbour keep a student out for ever. Where a
count bars the way, the right passphrase of a student who came in from that place before lets in all the same, and so
does a one-time code; a wrong one is answered as if it had not been looked at. Of such looks there are few for
each name, in a moment and in a day, and of those that do not exist too, so that neither words nor time tell who is
known there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cequiz.domain.canonical import Json
from cequiz.domain.people.code import read_code
from cequiz.domain.people.passphrase import LONGEST_KEPT, check_passphrase
from cequiz.domain.people.student import Student
from cequiz.domain.text import first_unsafe, folded
from cequiz.errors import NotAllowed, PassphraseNeeded
from cequiz.language import tr, trn
from cequiz.services import standing
from cequiz.services.enrolling import find_student, keep_passphrase
from cequiz.services.places import count, locked_for, stretch, tag_of
from cequiz.services.ports import AuditRecord, Ports, Unit
from cequiz.services.standing import SignedIn
from cequiz.services.waiting import growing, hasty, in_force

_LONGEST_WAIT = timedelta(seconds=60)
"""Between two tries at one account from one place, however many there were."""

_IN_A_ROW = timedelta(hours=1)
"""After so long without a failure the waits begin anew."""

_ACCOUNT_STRETCH = timedelta(hours=1)
_PLACE_STRETCH = timedelta(minutes=15)

_SPARE_STRETCH, _SPARE_LOOKS, _SPARE_LOOKS_OF_PLACE = timedelta(seconds=6), 3, 12
"""Passphrases that are looked at although a count bars the way, for one name from one place, and from one place in all:
guessing that way stays slow, and the hashes leave time for others.

Many short stretches and not a long one: who types now and then meets one that others have not used up.
"""

_SPARE_DAY, _SPARE_LOOKS_OF_DAY = timedelta(days=1), 100
"""And so many a day for one name from one place: who guesses patiently is not to have tens of thousands."""

_TRIES_OF_PAIR = 10
"""Tries at one account that count for their place in one of its stretches: a program that tries one wrong passphrase
again and again shuts nobody else out."""

_TRIES_KEPT = timedelta(days=2)
"""Longer than any lock."""

_PLACES_KEPT = timedelta(days=400)
"""Who comes back for the next year's course may do so from the same place."""

_LONGEST_NAME = 400
"""Characters of an address or an id that are looked at."""

_DOOR = "system:door"


@dataclass(frozen=True, kw_only=True)
class _Knock:
    """One try: who is meant, what is on file of them, and under which subjects it counts."""

    student: Student | None
    stored: str | None
    once: datetime | None
    """Until when the stored hash is that of a one-time code."""
    stays: Student | None
    """Who stays where the student was merged."""
    place: str
    """The tag of the place; empty for this machine."""
    account: str
    pair: str
    at: datetime
    here: bool
    barred: NotAllowed | None = None
    """What bars the way to whoever is not trusted; such a try is not counted for the account."""
    looked_at: bool = True
    """Whether the passphrase is looked at; where the way is barred to somebody, only for as long as it would take."""
    trusted: bool = False
    """Whether student and place know each other, or the student has a one-time code that may be used."""
    guards: bool = False
    """Whether this very try was the one too many that closes the account to strangers."""

    @property
    def first(self) -> bool:
        """Whether the passphrase that is typed becomes that of somebody who has none: at this machine only."""
        return self.here and self.student is not None and self.stored is None and not self.student.merged_into


@dataclass(frozen=True)
class _Spare:
    """A count of spare looks."""

    subject: str
    length: timedelta
    most: int


def sign_in(ports: Ports, *, email: str, passphrase: str, new: str | None = None, address: str = "") -> SignedIn:
    """Return the student whom address and passphrase name, and what the sign-in stands on.

    A student whom an administrator added has no passphrase yet: at this machine the first one given becomes it, over a
    line a one-time code of the office is needed. Who was given such a code types it in the passphrase's place,
    together with a new passphrase, and the code is used up.

    Args:
        ports: the outside world.
        email: the e-mail address, or the student's id.
        passphrase: the passphrase, or a one-time code.
        new: the passphrase that is to take the place of a one-time code.
        address: from where on the network; empty for this machine.

    Raises:
        NotAllowed: the two do not belong together, which of them is wrong is not said; or it is too early for another
            try; or the code has expired, or the record was merged into another one.
        PassphraseNeeded: the one-time code is right, and no new passphrase was given.
        Refused: the new passphrase is too short, or one that is guessed first.
    """
    if new is not None:
        check_passphrase(new, email=email)
    with ports.store.write() as unit:
        knock = _knock(ports, unit, email, address)
    if knock.first:
        check_passphrase(passphrase, email=email)
        return _let_in(ports, knock, new=passphrase)
    if knock.barred is not None and not knock.looked_at:
        raise knock.barred
    if not _right(ports, knock, passphrase):
        with ports.store.write() as unit:
            refusal = _failed(ports, unit, knock)
        raise refusal
    _proved(ports, knock)
    if knock.stays is not None:
        raise NotAllowed(
            tr("Two records of yours have become one."), hint=tr("Sign in with {email}.", email=knock.stays.email)
        )
    if knock.once is not None:
        if ports.clock.read().wall >= knock.once:
            raise NotAllowed(tr("This one-time code has expired."), hint=tr("Ask the office for another one."))
        if new is None:
            raise PassphraseNeeded(tr("The one-time code is right."), hint=tr("Choose a new passphrase."))
    return _let_in(ports, knock, new=new if knock.once is not None else None)


def _knock(ports: Ports, unit: Unit, email: str, address: str) -> _Knock:
    """Return the try, counted; what bars its way is raised by the caller, behind the transaction that counts.

    Raises:
        NotAllowed: the account is closed to strangers.
    """
    now = ports.clock.read().wall
    student = _meant(unit, email)
    place = tag_of(unit, address)
    who = student.id if student is not None else f"?{unit.door.tag(folded(email[:_LONGEST_NAME]))}"
    once = unit.students.once_until(student.id) if student is not None else None
    known = student is not None and bool(place) and unit.door.knows(student.id, place)
    knock = _Knock(
        student=student,
        stored=unit.students.passphrase_hash(student.id) if student is not None else None,
        once=once,
        stays=find_student(unit, student.id) if student is not None and student.merged_into else None,
        place=place,
        account=f"account:{who}",
        pair=f"pair:{who}:{place}",
        at=now,
        here=not address,
        trusted=known or (once is not None and now < once),
    )
    return knock if knock.first else _counted(ports, unit, knock)


def _counted(ports: Ports, unit: Unit, knock: _Knock) -> _Knock:
    """Count a try, and return it with what bars its way.

    Raises:
        NotAllowed: the account is closed to strangers.
    """
    if (locked := _locked(unit, knock, knock.at)) is not None:
        return _spare_look(unit, replace(knock, barred=locked))
    _refuse_account(unit, knock)
    row = stretch(unit, knock.pair, knock.at, _IN_A_ROW, since_last=True)
    if (early := hasty(row.last_at, growing(row.count, most=_LONGEST_WAIT), knock.at)) is not None:
        _count_place(ports, unit, knock, knock.at)
        return _spare_look(unit, replace(knock, barred=early))
    unit.door.count(replace(row, count=row.count + 1, last_at=knock.at))
    return replace(knock, guards=_count_account(ports, unit, knock))


def _meant(unit: Unit, typed: str) -> Student | None:
    who = typed.strip()
    if not who or len(who) > _LONGEST_NAME or first_unsafe(who, line=True) is not None:
        return None  # nobody is called so, and no database need look at it
    return unit.students.by_email(who) if "@" in who else unit.students.get(who) or unit.students.get(who.upper())


def _right(ports: Ports, knock: _Knock, passphrase: str) -> bool:
    """Whether what was typed is right; it takes the same time for accounts that do not exist."""
    typed = passphrase[: LONGEST_KEPT + 1]
    stored = knock.stored if knock.barred is None or knock.trusted else None
    return ports.passphrases.verify(stored, typed if knock.once is None else read_code(typed))


def _locked(unit: Unit, knock: _Knock, now: datetime) -> NotAllowed | None:
    """Return what is said to whoever comes from a place that is refused; None where it is not."""
    left = locked_for(unit, f"place:{knock.place}", now) if knock.place else 0
    if not left:
        return None
    hint = trn(
        "Wait {count} minute, then try again. If you signed in from here before, you need not wait.",
        "Wait {count} minutes, then try again. If you signed in from here before, you need not wait.",
        left,
    )
    return NotAllowed(tr("Too many tries from your address."), hint=hint)


def _spare_look(unit: Unit, knock: _Knock) -> _Knock:
    """Return a try that is barred with one of the looks that name and place have all the same, if one is left."""
    if not knock.place:
        return replace(knock, looked_at=False)
    rows = [(stretch(unit, one.subject, knock.at, one.length), one) for one in _spare_counts(knock)]
    if any(row.count >= one.most for row, one in rows):
        spent = any(row.count >= one.most and one.length == _SPARE_DAY for row, one in rows)
        return replace(knock, barred=_spent() if spent else knock.barred, looked_at=False)
    for row, _ in rows:
        unit.door.count(replace(row, count=row.count + 1, last_at=knock.at))
    return knock


def _spent() -> NotAllowed:
    """Return what is said where the looks of a day are used up, whether or not there is such an account."""
    return NotAllowed(
        tr("Too many tries at this account."), hint=tr("Try again later, or ask the office for a one-time code.")
    )


def _spare_counts(knock: _Knock) -> tuple[_Spare, ...]:
    """Return what counts spare looks; the office's one-time code brings a day's looks of its own."""
    return (
        _Spare(f"spare:{knock.pair}", _SPARE_STRETCH, _SPARE_LOOKS),
        _Spare(f"spare:{knock.place}", _SPARE_STRETCH, _SPARE_LOOKS_OF_PLACE),
        _Spare(_spare_day(knock), _SPARE_DAY, _SPARE_LOOKS_OF_DAY),
    )


def _spare_day(knock: _Knock) -> str:
    return f"spare-day:{knock.pair}:{knock.once.timestamp() if knock.once is not None else ''}"


def _record_spare(unit: Unit, knock: _Knock) -> None:
    """Write down how many spare looks at a student's passphrase have failed, ever more rarely."""
    if not (knock.looked_at and knock.trusted):
        return  # nothing was compared
    looks = stretch(unit, _spare_day(knock), knock.at, _SPARE_DAY).count
    if looks & (looks - 1) == 0:
        _record(unit, knock, "student.sign_in_spared", {"looks": looks})


def _refuse_account(unit: Unit, knock: _Knock) -> None:
    """Refuse places that nobody came in from before while an account is guessed at; a one-time code opens it again."""
    found = unit.door.tries(knock.account)
    if knock.here or found is None or not in_force(found.until, since=found.last_at, now=knock.at):
        return
    if knock.once is None and not (knock.student and unit.door.knows(knock.student.id, knock.place)):
        raise NotAllowed(
            tr("Too many tries at this account."),
            hint=tr("Sign in from where you did before, or ask the office for a one-time code."),
        )


def _count_account(ports: Ports, unit: Unit, knock: _Knock) -> bool:
    """Count a try at the account, and return whether it is the one that closes the account to strangers."""
    before = stretch(unit, knock.account, knock.at, _ACCOUNT_STRETCH)
    if before.until is not None:
        return False  # guarded already, by those before
    most = ports.rules.sign_in_account_failures
    locked = count(unit, knock.account, knock.at, within=_ACCOUNT_STRETCH, most=most, lock=_ACCOUNT_STRETCH)
    if locked is not None:
        _record(unit, knock, "student.sign_in_guarded", {"tries": locked})
    return locked is not None


def _give_look_back(unit: Unit, knock: _Knock) -> None:
    """Take back a look that was no guess: a class that comes in together is not in the way of itself."""
    for one in _spare_counts(knock):
        if (found := unit.door.tries(one.subject)) is not None:
            unit.door.count(replace(found, count=max(0, found.count - 1)))


def _failed(ports: Ports, unit: Unit, knock: _Knock) -> NotAllowed:
    """Count a failure for the place, write it down, and return what is said."""
    now = ports.clock.read().wall
    if knock.barred is not None:
        _record_spare(unit, knock)
    if (barred := knock.barred or _locked(unit, knock, now)) is not None:
        return barred
    _sweep(unit, now)
    row = unit.door.tries(knock.pair)
    tries = row.count if row is not None else 1
    if tries & (tries - 1) == 0:  # at 1, 2, 4, 8: who guesses for ever must not write for ever
        _record(unit, knock, "student.sign_in_failed", {"tries": tries})
    _count_place(ports, unit, knock, now)
    hint = (
        tr("Try again, or register first.") if knock.here else tr("Try again, or ask the office for a one-time code.")
    )
    return NotAllowed(tr("The e-mail address or the passphrase is wrong."), hint=hint)


def _count_place(ports: Ports, unit: Unit, knock: _Knock, now: datetime) -> None:
    """Count a try that failed, or came too early, for its place, which is not refused by now.

    Of tries at the same account only the first few count: it has waits of its own.
    """
    if not knock.place:
        return
    of_pair = stretch(unit, f"place-{knock.pair}", now, _PLACE_STRETCH)
    if of_pair.count >= _TRIES_OF_PAIR:
        return
    unit.door.count(replace(of_pair, count=of_pair.count + 1, last_at=now))
    subject, lock = f"place:{knock.place}", timedelta(minutes=ports.rules.sign_in_lock_minutes)
    most = ports.rules.sign_in_address_failures
    locked = count(unit, subject, now, within=_PLACE_STRETCH, most=most, lock=lock)
    if locked is not None:
        _record(unit, knock, "student.address_refused", {"tries": locked})


def _proved(ports: Ports, knock: _Knock) -> None:
    """Take back what was counted, since it was no failure; a stranger at a place that is refused by now learns nothing.

    Raises:
        NotAllowed: others failed too often from the same place in the meantime.
    """
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        if not knock.trusted and (locked := _locked(unit, knock, now)) is not None:
            raise locked
        _sweep(unit, now)
        unit.door.forgive(knock.pair)
        if knock.barred is not None:
            _give_look_back(unit, knock)
            return
        found = unit.door.tries(knock.account)
        if found is not None and (found.until is None or (knock.guards and found.last_at == knock.at)):
            unit.door.count(replace(found, count=max(0, found.count - 1), until=None))


def _let_in(ports: Ports, knock: _Knock, *, new: str | None) -> SignedIn:
    """Return the student, with a new passphrase where one was chosen, and write it down.

    Raises:
        NotAllowed: the passphrase was changed since it was looked at.
    """
    student = knock.student
    assert student is not None  # noqa: S101 - nobody else has proved anything
    hashed = None if new is None else ports.passphrases.hash(new)
    with ports.store.write() as unit:
        if unit.students.passphrase_hash(student.id) != knock.stored:
            raise NotAllowed(tr("The passphrase was changed a moment ago."), hint=tr("Try again."))
        now = ports.clock.read().wall
        if hashed is not None:
            keep_passphrase(unit, student.id, hashed, actor=f"student:{student.id}", at=now)
        if knock.place:
            unit.door.know(student.id, knock.place, at=now)
        _record(unit, knock, "student.signed_in", {}, actor=f"student:{student.id}")
    return SignedIn(student, standing.tag_of(hashed or knock.stored))


def _sweep(unit: Unit, now: datetime) -> None:
    unit.door.sweep(tries_before=now - _TRIES_KEPT, known_before=now - _PLACES_KEPT)


def _record(unit: Unit, knock: _Knock, deed: str, details: dict[str, Json], *, actor: str = _DOOR) -> None:
    """Write down what happened; the place stands there as its tag, since the audit record is for ever."""
    subject = knock.student.id if knock.student is not None else "unknown"
    said: dict[str, Json] = {"from": knock.place, **details}
    unit.audit.add(AuditRecord(at=knock.at, actor=actor, deed=deed, subject=subject, details=said))
