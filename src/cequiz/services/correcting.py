"""Correcting: what becomes of a certificate after it was issued. Nothing is deleted, and no number is given twice.

A correction is a certificate of its own that takes the place of the one before; suspending, revoking and the rest are
entries in a certificate's life. Whatever happens has a reason and somebody who did it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.claims import FIELD_CODES
from cequiz.domain.credential.facts import Facts, label_of
from cequiz.domain.credential.lifecycle import Life, may_become
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.credential.overtaken import is_overtaken, score_text
from cequiz.domain.text import code_point, first_unsafe
from cequiz.errors import CequizError, InvalidText, NotAllowed, NotFound, WrongState
from cequiz.language import mark, tr
from cequiz.services.earning import check_stands
from cequiz.services.enrolling import find_student
from cequiz.services.freezing import instructors, licences, of_today, place, revision_note
from cequiz.services.issuing import (
    TRIES,
    Draft,
    Grounds,
    Issued,
    Refusal,
    check_clock,
    finish,
    keep,
    sign,
    unchanged,
)
from cequiz.services.papers import certificate, write_file
from cequiz.services.ports import (
    AuditQuery,
    AuditRecord,
    CertificateRecord,
    CertificateStatus,
    Ports,
    Unit,
    Window,
)
from cequiz.services.reports.batches import told_boards

LONGEST_REASON = 500
"""Characters."""

RESCORED = "award.rescored"
"""The deed of giving an award another score, or another day."""

RE_MARKED = "re-marked"
"""Why a certificate is corrected that nobody gives a reason for; records of certificates are English."""

_EVERY = 10_000_000
"""Rows of a list that is worked off whole."""

_OF_ITS_OWN = frozenset({"number", "issued", "revision"})

_AS_THEY_WERE: Mapping[Life, str] = {
    Life.ISSUED: mark("The certificate {number} is in force."),
    Life.SUPERSEDED: mark("The certificate {number} is superseded."),
    Life.SUSPENDED: mark("The certificate {number} is suspended."),
    Life.REVOKED: mark("The certificate {number} is revoked."),
    Life.EXPIRED: mark("The certificate {number} is expired."),
}


def move(ports: Ports, number: str, *, to: Life, reason: str, actor: str) -> CertificateStatus:
    """Enter a new state into a certificate's life: suspended, revoked, expired, or issued again after a suspension.

    Args:
        ports: the outside world.
        number: a certificate number.
        to: the new state; a certificate is superseded by `correct` alone.
        reason: why; it is kept, and shown to whoever verifies with this store.
        actor: who does it.

    Raises:
        NotFound: there is no certificate of that number.
        NotAllowed: its state does not allow that.
        InvalidText: there is no reason, or one that cannot be shown.
    """
    why = _clean(reason)
    record, _ = certificate(ports, number)
    with ports.store.write() as unit:
        _refuse(unit, record.number, to)
        return _enter(ports, unit, record.number, to, why, actor=actor)


def revoke_in(ports: Ports, unit: Unit, number: str, *, reason: str, actor: str) -> CertificateStatus:
    """Revoke a certificate inside a unit, where what it stands on has fallen; arguments and refusals as of `move`."""
    _refuse(unit, number, Life.REVOKED)
    return _enter(ports, unit, number, Life.REVOKED, _clean(reason), actor=actor)


def boards_told(ports: Ports, number: str) -> tuple[str, ...]:
    """Return what boards must be told where a certificate is revoked, as sentences; nothing where none was told."""
    with ports.store.read() as unit:
        record = unit.certificates.get(number)
        return told_boards(unit, record.award_id) if record is not None else ()


def correct(ports: Ports, number: str, *, reason: str = "", actor: str) -> CertificateRecord:
    """Issue a certificate anew with today's name, licences and provider; the one before is superseded.

    What was earned stays as it was: course, hours, day of completion and score are those of the certificate before,
    unless the exam was re-marked since. The correction of a suspended certificate is suspended too.

    Args:
        ports: the outside world.
        number: the number of the certificate that is wrong.
        reason: why; empty for what has changed, field by field.
        actor: who does it.

    Raises:
        NotFound: there is no certificate of that number.
        NotAllowed: its state does not allow a correction, it cannot be issued now, or a board would reject it.
        WrongState: it says already what is on record today, the attempt that it stands on was voided, or others have
            issued without a pause all the while.
        EnvironmentFailed: it is issued, but its file could not be written; `write_file` does it later.
    """
    why = _clean(reason) if reason else ""
    before, _ = certificate(ports, number)
    for _ in range(TRIES):
        draft = _prepare(ports, before)
        pdf = ports.press.draw(draft.facts, look=draft.provider.look, proof=draft.proof)
        record = finish(ports, draft, pdf)
        with ports.store.write() as unit:
            was = _refuse(unit, before.number, Life.SUPERSEDED)
            if unchanged(unit, draft):
                because = why or _in_words(_changes(before.facts, draft.facts))
                _enter(ports, unit, before.number, Life.SUPERSEDED, because, actor=actor, by=record.number)
                keep(unit, record, actor=actor)
                if was is not None and was.status == Life.SUSPENDED:
                    _enter(ports, unit, record.number, Life.SUSPENDED, was.reason, actor=actor)
                break
    else:
        raise WrongState(tr("Others issue certificates at this moment."), hint=tr("Try again in a moment."))
    write_file(ports, record)
    return record


def catch_up(ports: Ports, *, actor: str) -> Issued:
    """Correct every certificate that says something else than its award since a re-mark; one refusal stops no other.

    It is done right after a re-mark; this finishes what was interrupted then, or refused.

    Args:
        ports: the outside world.
        actor: who corrects.
    """
    corrected: list[CertificateRecord] = []
    refused: list[Refusal] = []
    for award, record in _overtaken(ports):
        try:
            corrected.append(correct(ports, record.number, reason=RE_MARKED, actor=actor))
        except CequizError as error:
            with ports.store.read() as unit:
                refused.append(Refusal(find_student(unit, award.student_id), award.course_id, error))
    return Issued(tuple(corrected), tuple(refused))


def _overtaken(ports: Ports) -> list[tuple[Award, CertificateRecord]]:
    """Return certificates in force, or suspended, that a re-mark has overtaken."""
    found = []
    with ports.store.read() as unit:
        re_marked = unit.listings.audit(AuditQuery(deed=RESCORED), Window(limit=_EVERY)).rows
        for award_id in dict.fromkeys(one.subject for one in reversed(re_marked)):
            award, family = unit.awards.named(award_id), unit.certificates.of_award(award_id)
            status = unit.certificates.status(family[-1].number) if family else None
            in_force = status is not None and status.status in {Life.ISSUED, Life.SUSPENDED}
            if award is not None and in_force and is_overtaken(family[-1].facts, award):
                found.append((award, family[-1]))
    return found


def _prepare(ports: Ports, before: CertificateRecord) -> Draft:
    """Freeze and sign the correction of a certificate; nothing is kept yet."""
    now = ports.clock.read().wall
    with ports.store.read() as unit:
        _refuse(unit, before.number, Life.SUPERSEDED)
        grounds = _grounds(unit, before)
    check_clock(grounds.provider, now=now, after=before.issued_at)
    number = parse_number(before.number).corrected()
    said = replace(
        before.facts,
        provider_name=grounds.provider.name,
        provider_contact=grounds.provider.contact,
        administrator=grounds.provider.administrator,
        instructors=instructors(grounds.course, grounds.provider) or before.facts.instructors,
        place=place(grounds.course, grounds.provider),
        student_name=grounds.student.name,
        licences=licences(grounds.student),
        issued_on=grounds.provider.local(now).date(),
        number=str(number),
        revision=number.revision,
        printed=(),
        supersedes=before.number,
    )
    said = _scored(said, grounds)
    changes = _changes(before.facts, said)
    if before.proof is not None and not changes:
        raise WrongState(
            tr("The certificate {number} says already what is on record today.", number=before.number),
            hint=tr("Correct the record first: `cequiz student correct` or `cequiz provider set`."),
        )
    said = replace(said, revision_note=revision_note(number, before.facts, tuple(changes)))
    return sign(ports, of_today(ports, said, grounds.course, grounds.provider).frozen(), grounds, at=now)


def _scored(said: Facts, grounds: Grounds) -> Facts:
    """Return the facts with the score of the award, and its day, where a re-mark has given it another one."""
    if not is_overtaken(said, grounds.award):
        return said
    day = grounds.provider.local(grounds.award.completed_at).date()
    return replace(said, score=said.score and score_text(grounds.award), completed_on=day)


def _grounds(unit: Unit, before: CertificateRecord) -> Grounds:
    """Return what a certificate was issued for, as it is today.

    Raises:
        NotFound: it is not in the store.
        WrongState: it was taken away, or the attempt that it stands on was voided.
    """
    award = unit.awards.named(before.award_id)
    provider = unit.providers.get()
    student = unit.students.get(award.student_id) if award else None
    course = unit.courses.get(award.course_id, award.course_version) if award else None
    if award is None or student is None or course is None or provider is None:
        raise NotFound(
            tr("What the certificate {number} was issued for is not in the store.", number=before.number),
            hint=tr("`cequiz audit verify` checks the records."),
        )
    # It was earned in the way that stands on it, whatever the student's enrolment says by now.
    taken = course.taken(before.facts.delivery_id)
    check_stands(unit, award, taken)
    return Grounds(award=award, course=taken, student=student, provider=provider, index=unit.certificates.count())


def _changes(before: Facts, after: Facts) -> dict[str, tuple[str, str]]:
    """Return the printed fields that differ, by name, with both texts; both worded as today, which changes nothing.

    What makes each certificate a paper of its own (number, day of issue, revision) is no difference.
    """
    was, now = (
        {one.name: one.text for one in replace(facts, printed=()).printed_fields()} for facts in (before, after)
    )
    names = [name for name in FIELD_CODES if was.get(name) != now.get(name) and name not in _OF_ITS_OWN]
    return {name: (was.get(name, ""), now.get(name, "")) for name in names}


def _in_words(changes: Mapping[str, tuple[str, str]]) -> str:
    """Return a correction's reason where nobody gave one; a record is kept in the language of certificates."""
    named = {label_of(name).lower(): texts for name, texts in changes.items()}
    whole = "; ".join(f"{label}: {was or 'none'} -> {now or 'none'}" for label, (was, now) in named.items())
    if len(whole) > LONGEST_REASON:
        return f"changed: {', '.join(named)}"
    return whole or "signature: none -> added"


def _refuse(unit: Unit, number: str, to: Life) -> CertificateStatus | None:
    """Return the state of a certificate, unless it may not enter another."""
    status = unit.certificates.status(number)
    now = Life(status.status) if status else Life.ISSUED
    if may_become(now, to):
        return status
    hint = tr("`cequiz certificate show` tells its whole life.")
    if now is Life.SUPERSEDED:
        before = unit.certificates.get(number)
        family = unit.certificates.of_award(before.award_id) if before else ()
        successor = next((one for one in family if one.facts.supersedes == number), None)
        hint = tr("Its successor is {number}.", number=successor.number) if successor else hint
    raise NotAllowed(tr(_AS_THEY_WERE[now], number=number), hint=hint)


def _enter(
    ports: Ports, unit: Unit, number: str, to: Life, reason: str, *, actor: str, by: str = ""
) -> CertificateStatus:
    now = ports.clock.read().wall
    status = CertificateStatus(number=number, status=to.value, reason=reason, actor=actor, at=now)
    unit.certificates.add_status(status)
    details: dict[str, Json] = {"reason": reason, **({"by": by} if by else {})}
    deed = "certificate.reinstated" if to is Life.ISSUED else f"certificate.{to.value}"
    unit.audit.add(AuditRecord(at=now, actor=actor, deed=deed, subject=number, details=details))
    return status


def _clean(reason: str) -> str:
    """Return a reason that can be kept and shown.

    Raises:
        InvalidText: it is empty or too long, or holds an invisible character.
    """
    text = reason.strip()
    unsafe = first_unsafe(text, line=True)
    if unsafe is not None:
        raise InvalidText(
            tr("The reason holds the invisible character {code_point}.", code_point=code_point(unsafe)),
            hint=tr("Nothing was changed."),
        )
    if not text or len(text) > LONGEST_REASON:
        raise InvalidText(
            tr("A reason has 1 to {longest} characters.", longest=LONGEST_REASON), hint=tr("Nothing was changed.")
        )
    return text
