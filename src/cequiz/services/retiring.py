"""Retiring: a version of a bank or a course is taken out of use, or back into it; nothing is ever removed.

From a retired version of a bank no new attempt is drawn, and a retired version of a course takes no new student. Who
is enrolled goes on, and attempts, scores and certificates stay what they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cequiz.domain.canonical import Json
from cequiz.domain.people.student import clean_words
from cequiz.errors import NotFound, WrongState
from cequiz.language import mark, tr
from cequiz.services.in_use import check_drawable
from cequiz.services.ports import AuditRecord, BankVersion, CourseVersion, Ports, Retirement, Unit


class Kind(StrEnum):
    """What can be retired."""

    BANK = "bank"
    COURSE = "course"


def retire(ports: Ports, *, kind: Kind, name: str, reason: str, actor: str) -> tuple[Retirement, ...]:
    """Take a version out of use and return what was retired.

    Args:
        ports: the outside world.
        kind: bank or course.
        name: `ID@VERSION`, or `ID` for every version that is in use.
        reason: why; it is kept.
        actor: who does it.

    Raises:
        NotFound: there is no such version.
        WrongState: it is retired already.
        NotAllowed: an exam that somebody may still start could not be drawn any more (rule E08).
        InvalidText: there is no reason, or one that cannot be shown.
    """
    return _change(ports, kind=kind, name=name, retired=True, reason=reason, actor=actor)


def reinstate(ports: Ports, *, kind: Kind, name: str, reason: str, actor: str) -> tuple[Retirement, ...]:
    """Take a retired version, or every retired version, back into use; arguments and refusals as of `retire`."""
    return _change(ports, kind=kind, name=name, retired=False, reason=reason, actor=actor)


def retired(ports: Ports, kind: Kind) -> frozenset[tuple[str, str]]:
    """Return (id, version) of everything that is out of use now."""
    with ports.store.read() as unit:
        return unit.retirements.retired(kind)


def _change(ports: Ports, *, kind: Kind, name: str, retired: bool, reason: str, actor: str) -> tuple[Retirement, ...]:
    words, now = clean_words(reason, what=mark("reason")), ports.clock.read().wall
    with ports.store.write() as unit:
        done = tuple(
            Retirement(kind=kind, id=one.id, version=one.version, retired=retired, reason=words, actor=actor, at=now)
            for one in _meant(unit, kind, name, retired=retired)
        )
        for one in done:
            unit.retirements.add(one)
            deed = f"{kind}.retired" if retired else f"{kind}.reinstated"
            details: dict[str, Json] = {"version": one.version, "reason": words}
            unit.audit.add(AuditRecord(at=now, actor=actor, deed=deed, subject=one.id, details=details))
        check_drawable(unit, nothing_done=tr("Nothing was changed (rule E08)."))
    return done


def _meant(unit: Unit, kind: Kind, name: str, *, retired: bool) -> Sequence[BankVersion | CourseVersion]:
    """Return the versions that a name means and that are not yet as they shall be."""
    identity, _, version = name.partition("@")
    known: Sequence[BankVersion | CourseVersion]
    known = unit.banks.versions() if kind is Kind.BANK else unit.courses.versions()
    named = [one for one in known if one.id == identity and version in {"", one.version}]
    if not named:
        raise _not_there(kind, name)
    out = unit.retirements.retired(kind)
    meant = [one for one in named if ((one.id, one.version) in out) is not retired]
    if not meant:
        sentence = tr("{name} is retired already.", name=name) if retired else tr("{name} is in use.", name=name)
        raise WrongState(sentence, hint=tr("Nothing was changed."))
    return meant


def _not_there(kind: Kind, name: str) -> NotFound:
    if kind is Kind.BANK:
        sentence, hint = tr("There is no bank {name}.", name=name), tr("`cequiz bank list` shows what is loaded.")
    else:
        sentence, hint = tr("There is no course {name}.", name=name), tr("`cequiz course list` shows what is loaded.")
    return NotFound(sentence, hint=hint)
