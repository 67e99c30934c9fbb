"""Issuing: the certificate of an award, made at most once, whoever asks and however often.

A certificate is written in four steps: `prepare` freezes what it says, with the number that is next, and signs it; the
press draws it; `finish` reads the page back; `commit` keeps it in one short transaction, if everything is still as it
was. Drawing happens outside of every transaction, so nobody's answer waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from cequiz.domain.bank.course import Course
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.numbering import Number, parse_number
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.provider import Provider
from cequiz.domain.people.student import Student
from cequiz.errors import CequizError, NotAllowed, WrongState
from cequiz.language import tr
from cequiz.services.boarding import check_boards, check_printed, refuse_breaches
from cequiz.services.earning import Progress, check_earned, earn, progress
from cequiz.services.enrolling import find_course, find_student
from cequiz.services.freezing import check_page, gather
from cequiz.services.keykeeping import ensure_key
from cequiz.services.papers import write_file
from cequiz.services.ports import AuditRecord, CertificateRecord, DueLine, DueQuery, Ports, Unit, Window

TRIES = 50
"""How often issuing starts over when others issue at the same time; each time, somebody else has got through."""


_EVERY = 10_000_000
"""Rows of a list that is worked off whole."""


@dataclass(frozen=True)
class Settlement:
    """What `settle` found or made."""

    progress: Progress
    award: Award | None
    certificate: CertificateRecord | None


@dataclass(frozen=True)
class Refusal:
    """A certificate that could not be issued, for whom, and why."""

    student: Student
    course_id: str
    error: CequizError


@dataclass(frozen=True)
class Issued:
    """What `issue_due` issued, and what stands in the way of the rest."""

    certificates: tuple[CertificateRecord, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True)
class Due:
    """Something that is earned and has no certificate."""

    completed_at: datetime
    student: Student
    course_id: str


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What a certificate is made from."""

    award: Award
    course: Course
    student: Student
    provider: Provider
    index: int
    """Its place in the status list."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A certificate that is frozen and signed, and waits to be drawn; and what it was made from."""

    award: Award
    course: Course
    student: Student
    provider: Provider
    facts: Facts
    proof: Proof
    issued_at: datetime


def settle(ports: Ports, *, student_id: str, course_id: str, actor: str, files: bool = True) -> Settlement:
    """Make the award when it is due, and the certificate when a provider is set; what exists is returned.

    Args:
        ports: the outside world.
        student_id: whose.
        course_id: which course.
        actor: who does it.
        files: whether a new certificate is written into the folder of this machine too; the store has it either way.

    Raises:
        EnvironmentFailed: the certificate is issued, but its file could not be written; `write_file` does it later.
        NotAllowed: a certificate is due, but it cannot be issued now: nobody is named as instructor, the provider's
            key is locked, or a board would reject it. The award stays.
    """
    # Two steps: what was earned stays earned, whatever stands in the way of the paper.
    found = earn(ports, student_id=student_id, course_id=course_id, actor=actor)
    if found.award is None:
        return Settlement(found, None, None)
    with ports.store.read() as unit:
        nobody = unit.providers.get() is None
        existing = papers_of(unit, found.award)
    if existing or nobody:
        return Settlement(found, found.award, existing[-1] if existing else None)
    record, new = issue(ports, found.award, actor=actor)
    if new and files:
        write_file(ports, record)
    return Settlement(found, found.award, record)


def issue_for(ports: Ports, *, student_id: str, course_id: str, actor: str) -> CertificateRecord:
    """Return the certificate of a student for a course, issued now where it is due.

    Raises:
        NotAllowed: it cannot be issued now.
        WrongState: the course is not earned; the hint says what is missing.
    """
    with ports.store.read() as unit:
        _issuer(unit)
    found = settle(ports, student_id=student_id, course_id=course_id, actor=actor)
    if found.certificate is None:
        raise WrongState(tr("This course is not earned yet."), hint=" ".join(found.progress.missing))
    return found.certificate


def issue(ports: Ports, award: Award, *, actor: str) -> tuple[CertificateRecord, bool]:
    """Return the certificate of an award and whether it was made by this call.

    Raises:
        NotAllowed: it cannot be issued now.
        WrongState: others have issued without a pause all the while.
    """
    for _ in range(TRIES):
        draft = prepare(ports, award)
        record = finish(ports, draft, ports.press.draw(draft.facts, look=draft.provider.look, proof=draft.proof))
        kept = commit(ports, draft, record, actor=actor)
        if kept is not None:
            return kept, kept == record
    raise WrongState(
        tr("Others issue certificates at this moment."),
        hint=tr("Nothing is lost: `cequiz certificate issue` issues what is due."),
    )


def prepare(ports: Ports, award: Award, *, ahead: int = 0) -> Draft:
    """Freeze and sign the certificate of an award, with the number that is next; nothing is kept yet.

    Args:
        ports: the outside world.
        award: what was earned.
        ahead: how many certificates are prepared, but not kept, before this one.

    Raises:
        NotAllowed: no provider is set, nobody is named as instructor, the key is locked, or a board would reject it.
        StorageDamaged: the award and the scores disagree.
    """
    now = ports.clock.read().wall
    with ports.store.read() as unit:
        provider = _issuer(unit)
        award = unit.awards.named(award.id) or award  # it may have moved, or its student was merged, since it was read
        student = find_student(unit, award.student_id)
        award = replace(award, student_id=student.id)
        course = find_course(unit, award.course_id, student_id=student.id)
        check_earned(unit, award, course)
        check_clock(provider, now=now, after=award.completed_at)
        today = provider.local(now).date()
        sequence, index = unit.certificates.next_sequence(today.year) + ahead, unit.certificates.count() + ahead
    if provider.instructor is None and not course.instructors:
        raise NotAllowed(
            tr("Nobody is named as instructor, and a board would refuse a certificate without one."),
            hint=tr("Name one with `cequiz provider set --instructor`."),
        )
    number = str(Number(today.year, sequence))
    facts = gather(ports, course, student, provider, award=award, issued_on=today, number=number).frozen()
    grounds = Grounds(award=award, course=course, student=student, provider=provider, index=index)
    return sign(ports, facts, grounds, at=now)


def check_clock(provider: Provider, *, now: datetime, after: datetime) -> None:
    """Refuse to date a paper before what it stands on: a board would take it for a forgery.

    Args:
        provider: whose days count; a clock that is a few minutes off does no harm.
        now: what this machine's clock says.
        after: what must have been before.

    Raises:
        NotAllowed: it is a day that was not yet.
    """
    today, day = provider.local(now).date(), provider.local(after).date()
    if today < day:
        raise NotAllowed(
            tr("This machine's clock says {today}, which is before {day}.", today=today, day=day),
            hint=tr("Set the clock right, then issue again: nothing is lost."),
        )


def sign(ports: Ports, facts: Facts, grounds: Grounds, *, at: datetime) -> Draft:
    """Sign facts that every board concerned accepts; the first signature ever makes the key.

    Args:
        ports: the outside world.
        facts: frozen, with their number.
        grounds: what they were made from.
        at: the instant of issue.

    Raises:
        NotAllowed: a board would reject them, or the key is locked or lost.
    """
    refuse_breaches(check_boards(ports, facts, grounds.course))
    ensure_key(ports, at=at)
    proof = ports.notary.prove(facts, index=grounds.index, at=at, verify_at=grounds.provider.verify_at)
    return Draft(
        award=grounds.award,
        course=grounds.course,
        student=grounds.student,
        provider=grounds.provider,
        facts=facts,
        proof=proof,
        issued_at=at,
    )


def finish(ports: Ports, draft: Draft, pdf: bytes, *, printed: Mapping[str, str] | None = None) -> CertificateRecord:
    """Return the record of a drawn certificate, after reading its page back; nothing is kept yet.

    Args:
        ports: the outside world.
        draft: what was drawn.
        pdf: the page.
        printed: what the page says, where somebody has read it already.

    Raises:
        NotAllowed: it does not print right, or a board would reject what it prints.
    """
    read = ports.press.read_fields(pdf) if printed is None else printed
    check_page(draft.facts, read)
    refuse_breaches(check_printed(ports, read, draft.facts, draft.course))
    signed = ports.notary.sign_file(pdf, at=draft.issued_at)
    return CertificateRecord(
        number=str(draft.facts.number),
        award_id=draft.award.id,
        facts=draft.facts,
        pdf=signed,
        sha256=sha256(signed).hexdigest(),
        issued_at=draft.issued_at,
        proof=draft.proof,
    )


def commit(ports: Ports, draft: Draft, record: CertificateRecord, *, actor: str) -> CertificateRecord | None:
    """Keep a certificate and return it, or the one that somebody else has issued for the award meanwhile.

    Returns:
        None where something that it was made from has changed, such as the number that is next: prepare it anew.
    """
    with ports.store.write() as unit:
        existing = papers_of(unit, draft.award)
        if existing:
            return existing[-1]
        number = parse_number(record.number)
        if unit.certificates.next_sequence(number.year) != number.sequence or not unchanged(unit, draft):
            return None
        keep(unit, record, actor=actor)
    return record


def papers_of(unit: Unit, award: Award) -> Sequence[CertificateRecord]:
    """Return the certificates of an award, oldest first; none where they were revoked before it was earned anew."""
    return unit.certificates.current(award.id)


def unchanged(unit: Unit, draft: Draft) -> bool:
    """Whether everything is as it was when a certificate was prepared."""
    return (
        unit.certificates.count() == draft.proof.index
        and unit.providers.get() == draft.provider
        and unit.students.get(draft.student.id) == draft.student
        and unit.awards.named(draft.award.id) == draft.award
        and not unit.awards.has_ended(draft.award.id)
    )


def keep(unit: Unit, record: CertificateRecord, *, actor: str) -> None:
    """Add a certificate with its audit record."""
    unit.certificates.add(record, actor=actor)
    details = {"award": record.award_id, "sha256": record.sha256}
    unit.audit.add(
        AuditRecord(at=record.issued_at, actor=actor, deed="certificate.issued", subject=record.number, details=details)
    )


def issue_due(
    ports: Ports,
    *,
    actor: str,
    progress: Callable[[int, int], None] = lambda done, of: None,
    stop: Callable[[], bool] = lambda: False,
) -> Issued:
    """Issue a certificate for everything that is earned and has none yet; one refusal holds up no other.

    Args:
        ports: the outside world.
        actor: who issues.
        progress: is told how many of how many are dealt with.
        stop: is asked before each one; what is issued by then stays issued.

    Raises:
        NotAllowed: no provider is set, so there is nobody to issue.
    """
    issued: list[CertificateRecord] = []
    refused: list[Refusal] = []
    waiting = due(ports)
    for done, one in enumerate(waiting):
        if stop():
            break
        try:
            award = earn(ports, student_id=one.student.id, course_id=one.course_id, actor=actor).award
            record, new = issue(ports, award, actor=actor) if award is not None else (None, False)
            if record is not None and new:
                issued.append(record)  # before its file: without one it is issued all the same
                write_file(ports, record)
        except CequizError as error:
            refused.append(Refusal(one.student, one.course_id, error))
        progress(done + 1, len(waiting))
    return Issued(tuple(issued), tuple(refused))


def due(ports: Ports, *, course_id: str | None = None) -> tuple[Due, ...]:
    """Return everything that is earned and has no certificate, in the order of completion.

    Args:
        ports: the outside world.
        course_id: of this course only.

    Raises:
        NotAllowed: no provider is set, so there is nobody to issue.
    """
    with ports.store.read() as unit:
        _issuer(unit)
        lines = [*unit.listings.due(DueQuery(course_id=course_id or ""), Window(limit=_EVERY)).rows]
        lines += _unmade(unit, course_id)
        found = [Due(one.completed_at, find_student(unit, one.student_id), one.course_id) for one in lines]
    return tuple(sorted(found, key=lambda one: one.completed_at))


def unmade(ports: Ports) -> tuple[DueLine, ...]:
    """Return what is earned by students who have not looked at their result since, so that no award is made of it."""
    with ports.store.read() as unit:
        return tuple(sorted(_unmade(unit, None), key=lambda one: one.completed_at))


def _unmade(unit: Unit, course_id: str | None) -> list[DueLine]:
    found = []
    for version in unit.courses.versions():
        course = unit.courses.get(version.id, version.version) if course_id in {None, version.id} else None
        if course is not None:
            found += [
                one
                for one in unit.listings.unmade(course)
                # The list does not tell the exams of an earlier cycle apart.
                if one.cycle == 1 or progress(unit, student_id=one.student_id, course=course).due
            ]
    return found


def _issuer(unit: Unit) -> Provider:
    provider = unit.providers.get()
    if provider is None:
        raise NotAllowed(
            tr("No provider is set, so nobody can issue."), hint=tr("`cequiz provider set --help` says how.")
        )
    return provider
