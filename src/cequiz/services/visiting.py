"""Visits: somebody's signed-in stay over a line, which outlives the line, and one-time links to certificates.

A visit is a random token; whoever shows it is the student who signed in, until the visit ends: on signing out, after
the house's hours, with every change of the passphrase, when the record is merged or purged. Once its line has been gone
for as long as somebody may be idle, it leads back to an open exam only: a window that was merely closed is no way in
for the next person at the same computer. The store keeps the SHA-256
of a token only, so nobody who reads the store can come in with it. Any process of any host may ask for any visit.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

from cequiz.domain.exam.attempt import Status
from cequiz.errors import NotAllowed, NotFound
from cequiz.language import tr
from cequiz.services import standing
from cequiz.services.grading import as_it_stands
from cequiz.services.places import tag_of
from cequiz.services.ports import AuditRecord, Ports, Unit
from cequiz.services.ports.visits import Download, Visit
from cequiz.services.records_of import certificates_of
from cequiz.services.standing import SignedIn

LINK_FOR = timedelta(seconds=60)
"""How long a one-time link may be used."""

SEEN_EVERY = timedelta(minutes=1)
"""How often whoever holds a line says that it is there (`stay`)."""


def begin(ports: Ports, signed_in: SignedIn, *, way: str, address: str, binding: str = "") -> str:
    """Begin a visit of a student who has just signed in, and return its token: 256 random bits.

    Args:
        ports: the outside world.
        signed_in: who signed in, and what that stands on.
        way: over which kind of line, such as `web`. Over SSH the connection is the stay, and no token is needed.
        address: from where.
        binding: a secret of whoever may use the token, such as a browser's cookie; empty for none.

    Raises:
        NotAllowed: what the sign-in stood on has changed since.
    """
    token, student_id = _token(ports), signed_in.student.id
    with ports.store.write() as unit:
        if standing.standing_of(unit, student_id) != signed_in.standing:
            raise _over()
        now = ports.clock.read().wall
        unit.visits.sweep(before=now)
        visit = Visit(
            token_hash=_hash(token),
            student_id=student_id,
            way=way,
            address=tag_of(unit, address),
            binding=_hash(binding) if binding else "",
            begun_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=ports.rules.visit_hours),
        )
        unit.visits.add(visit)
    return token


def resume(ports: Ports, token: str, *, address: str, idle: timedelta, binding: str = "") -> SignedIn:
    """Return the student whose visit it is, and what it stands on.

    A visit may go on from another address, as telephones do; the audit record tells.

    Args:
        ports: the outside world.
        token: what `begin` returned.
        address: from where it is asked.
        idle: for how long its line may have been gone where no exam of the student is open.
        binding: what the visit was begun with.

    Raises:
        NotAllowed: there is no such visit, or it has ended, or it is bound to something else.
    """
    with ports.store.read() as unit:
        visit = _standing(ports, unit, token)
        student = unit.students.get(visit.student_id)
        stored = unit.students.passphrase_hash(visit.student_id)
        tag = tag_of(unit, address)
        gone = ports.clock.read().wall - visit.seen_at
        left_behind = gone >= idle and not _sits(ports, unit, visit.student_id)
    if student is None or left_behind or not _bound(visit.binding, binding):
        raise _over()
    if tag != visit.address or gone >= SEEN_EVERY:
        with ports.store.write() as unit:
            _go_on(ports, unit, _standing(ports, unit, token), tag)
    return SignedIn(student, standing.tag_of(stored))


def stay(ports: Ports, token: str) -> datetime:
    """Keep that the line of a visit is there, and return when its hours are over; to be called every `SEEN_EVERY`.

    Raises:
        NotAllowed: the visit has ended, by its hours or from another line, and so must this one.
    """
    with ports.store.write() as unit:
        visit = _standing(ports, unit, token)
        unit.visits.see(visit.token_hash, at=ports.clock.read().wall)
    return visit.ends_at


def end(ports: Ports, token: str) -> None:
    """End a visit; one that is unknown or has ended stays so."""
    with ports.store.write() as unit:
        unit.visits.end(_hash(token))


def end_forgotten(ports: Ports, token: str) -> None:
    """End a visit at a line of which nobody has touched a key for long.

    It stays while an exam of the student is open: that may be at another line of the visit, in another process.
    """
    with ports.store.write() as unit:
        found = unit.visits.get(_hash(token))
        if found is not None and not _sits(ports, unit, found.student_id):
            unit.visits.end(found.token_hash)


def offer(ports: Ports, token: str, *, number: str) -> str:
    """Return the token of a link that hands one of the student's certificates over, once, within a minute.

    Args:
        ports: the outside world.
        token: that of the visit; the link is bound to what the visit is bound to.
        number: the certificate's.

    Raises:
        NotAllowed: the visit has ended.
        NotFound: the student has no such certificate.
    """
    link = _token(ports)
    with ports.store.write() as unit:
        visit = _standing(ports, unit, token)
        if number not in {record.number for record, _ in certificates_of(unit, visit.student_id)}:
            raise NotFound(tr("You have no certificate {number}.", number=number))
        unit.visits.offer(
            Download(
                token_hash=_hash(link),
                student_id=visit.student_id,
                number=number,
                binding=visit.binding,
                ends_at=ports.clock.read().wall + LINK_FOR,
            )
        )
    return link


def fetch(ports: Ports, link: str, *, binding: str = "") -> tuple[str, bytes]:
    """Return file name and bytes of the certificate that a link hands over; the link is used up by it.

    A link that is guessed holds nobody up, and one that is shown in another browser is still good in its own.

    Args:
        ports: the outside world.
        link: what `offer` returned.
        binding: what the visit was begun with.

    Raises:
        NotFound: the link is unknown, used, over or bound to something else; which of them is not said.
    """
    key = _hash(link)
    with ports.store.read() as unit:
        offered = unit.visits.offered(key, at=ports.clock.read().wall)
        record = unit.certificates.get(offered.number) if offered is not None else None
    if offered is None or record is None or not _bound(offered.binding, binding):
        raise _used_up()
    with ports.store.write() as unit:
        if unit.visits.take(key, at=ports.clock.read().wall) is None:
            raise _used_up()
    return f"{record.number}.pdf", record.pdf


def _go_on(ports: Ports, unit: Unit, visit: Visit, tag: str) -> None:
    """Write down that a visit goes on, and whether it does so from another address."""
    at = ports.clock.read().wall
    unit.visits.see(visit.token_hash, at=at)
    if tag == visit.address:
        return
    unit.visits.move(visit.token_hash, address=tag)
    unit.audit.add(
        AuditRecord(
            at=at,
            actor=f"student:{visit.student_id}",
            deed="student.visit_moved",
            subject=visit.student_id,
            details={"from": visit.address, "to": tag},
        )
    )


def _sits(ports: Ports, unit: Unit, student_id: str) -> bool:
    """Whether an exam of a student is open, by their time."""
    stamp = ports.clock.read()
    return any(
        as_it_stands(unit, header, stamp).standing.status is Status.OPEN
        for header in unit.attempts.headers(student_id=student_id)
    )


def _token(ports: Ports) -> str:
    return ports.ids.token() + ports.ids.token()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _bound(kept: str, shown: str) -> bool:
    """Whether what was shown is what something was bound to, in a time that tells nothing."""
    return hmac.compare_digest(kept, _hash(shown) if shown or kept else "")


def _standing(ports: Ports, unit: Unit, token: str) -> Visit:
    """Return a visit that has not ended.

    Raises:
        NotAllowed: there is none.
    """
    found = unit.visits.get(_hash(token))
    if found is None or ports.clock.read().wall >= found.ends_at:
        raise _over()
    return found


def _used_up() -> NotFound:
    return NotFound(
        tr("This link does not work any more."), hint=tr("A link works once and for a minute. Ask for another one.")
    )


def _over() -> NotAllowed:
    return NotAllowed(tr("Your visit has ended."), hint=tr("Sign in again."))
