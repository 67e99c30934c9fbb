"""Papers: what may be looked at, written as a file, listed and printed. Nothing is issued here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cequiz.domain.credential.boards import Breach
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.numbering import parse_number
from cequiz.errors import EnvironmentFailed, NotFound, WrongState
from cequiz.language import tr
from cequiz.services.boarding import check_boards
from cequiz.services.earning import progress
from cequiz.services.enrolling import find_course, find_student
from cequiz.services.freezing import NO_PROVIDER, gather
from cequiz.services.ports import (
    AuditQuery,
    AuditRecord,
    CertificateRecord,
    CertificateStatus,
    Ports,
    Unit,
    Window,
)

_LEAF = 1_000
"""So many certificates of a list are read at once."""

PRINTED, REPRINTED = "certificate.printed", "certificate.reprinted"
"""The deeds of the audit record."""


@dataclass(frozen=True)
class Drawn:
    """A certificate or a SPECIMEN, with its page."""

    facts: Facts
    pdf: bytes
    student_id: str
    status: str = ""
    """The newest entry of a certificate's life; empty for a SPECIMEN."""


@dataclass(frozen=True, kw_only=True)
class CertificateLine:
    """One certificate in a list."""

    number: str
    student_name: str
    course_title: str
    hours: str
    completed_on: date
    issued_at: datetime
    status: str
    sha256: str
    cycle: int
    """The renewal cycle, from 1."""
    supersedes: str
    """The number of the certificate that this one corrects; empty for none."""
    signed: bool
    """Whether it can be verified without this store."""


def specimen(ports: Ports, *, student_id: str, course_id: str) -> Drawn:
    """Return a preview of a student's certificate; it has no number, no standing, and is kept nowhere."""
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        course = find_course(unit, course_id, student_id=student.id)
        award = progress(unit, student_id=student.id, course=course).award
        provider = unit.providers.get() or NO_PROVIDER
    today = provider.local(ports.clock.read().wall).date()
    facts = gather(ports, course, student, provider, award=award, issued_on=today, number=None)
    return Drawn(facts, ports.press.draw(facts, look=provider.look), student.id)


def drawn(ports: Ports, *, student_id: str, course_id: str) -> Drawn:
    """Return what a student who has earned a course may look at: the certificate, else a SPECIMEN.

    Raises:
        WrongState: the course is not earned yet; the hint says what is missing.
    """
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        course = find_course(unit, course_id, student_id=student.id)
        found = progress(unit, student_id=student.id, course=course)
        records = unit.certificates.of_award(found.award.id) if found.award else ()
        status = unit.certificates.status(records[-1].number) if records else None
    if found.award is None and not found.due:
        raise WrongState(tr("This course is not earned yet."), hint=" ".join(found.missing))
    if records:
        return Drawn(records[-1].facts, records[-1].pdf, student.id, status.status if status else "")
    return specimen(ports, student_id=student.id, course_id=course_id)


def write_file(ports: Ports, what: Drawn | CertificateRecord, *, folder: Path | None = None) -> Path:
    """Write a certificate's PDF as a file of its own and return where; an existing one is replaced whole.

    Raises:
        EnvironmentFailed: the folder cannot be written.
    """
    target = (folder or ports.folder) / file_name(what)
    partial = target.with_suffix(f".{ports.ids.token()}.partial")  # two programs may write the same certificate
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial.touch(mode=0o600, exist_ok=False)
        try:
            partial.write_bytes(what.pdf)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailed(
            tr(
                "The certificate could not be written to {parent}: {reason}.",
                parent=target.parent,
                reason=error.strerror,
            ),
            hint=tr("Choose another folder.")
            if what.facts.is_specimen
            else tr("It is kept in the store; `cequiz certificate show` writes it again."),
        ) from error
    return target


def file_name(what: Drawn | CertificateRecord) -> str:
    """Return the name of a certificate's file; ids are the store's own and safe in a path."""
    number = what.facts.number
    if number is None and isinstance(what, Drawn):
        return f"SPECIMEN-{what.facts.course_id}-{what.student_id}.pdf"
    return f"{number}.pdf"


def certificates(ports: Ports) -> tuple[CertificateLine, ...]:
    """Return every certificate, oldest first."""
    return tuple(each_certificate(ports))


def each_certificate(ports: Ports) -> Iterator[CertificateLine]:
    """Yield every certificate, oldest first; a leaf of them is read at a time, and nothing stays open between."""
    place = 0
    while True:
        with ports.store.read() as unit:
            leaf = unit.listings.papers(after=place, limit=_LEAF)
        yield from (_line(one.record, one.status) for one in leaf)
        if len(leaf) < _LEAF:
            return
        place = leaf[-1].place


def _line(record: CertificateRecord, status: str) -> CertificateLine:
    return CertificateLine(
        number=record.number,
        student_name=record.facts.student_name,
        course_title=record.facts.course_title,
        hours=record.facts.ce_hours,
        completed_on=record.facts.completed_on,
        issued_at=record.issued_at,
        status=status,
        sha256=record.sha256,
        cycle=record.facts.cycle,
        supersedes=record.facts.supersedes,
        signed=record.proof is not None,
    )


def certificate(ports: Ports, number: str) -> tuple[CertificateRecord, CertificateStatus | None]:
    """Return a certificate with its newest status.

    Raises:
        Refused: it is not a number.
        NotFound: there is no certificate of that number.
    """
    wanted = str(parse_number(number))
    with ports.store.read() as unit:
        record = unit.certificates.get(wanted)
        status = unit.certificates.status(wanted)
        purged = [one for one in unit.retention.tombstones() if one.kept.get("number") == wanted] if not record else []
    if purged:
        raise NotFound(
            tr("The record of the certificate {wanted} was purged.", wanted=wanted),
            hint=tr("It was last {status}.", status=str(purged[0].kept["status"])),
        )
    if record is None:
        raise NotFound(
            tr("There is no certificate {wanted}.", wanted=wanted),
            hint=tr("`cequiz certificate list` shows what was issued."),
        )
    return record, status


def history(ports: Ports, number: str) -> tuple[tuple[str, CertificateStatus], ...]:
    """Return the life of a certificate, of those it corrects and of those that correct it, oldest first.

    Raises:
        NotFound: there is no certificate of that number.
    """
    record, _ = certificate(ports, number)
    with ports.store.read() as unit:
        family = unit.certificates.of_award(record.award_id)
        lives = [(one.number, unit.certificates.life(one.number)) for one in family]
    # A clock that was set back must not turn a life around: an entry comes no earlier than the one before it.
    entries = [
        (max(before.at for before in life[: place + 1]), number, entry)
        for number, life in lives
        for place, entry in enumerate(life)
    ]
    return tuple((number, entry) for _, number, entry in sorted(entries, key=lambda one: one[0]))


@dataclass(frozen=True, kw_only=True)
class CertificateFile:
    """Everything the office has on one certificate."""

    record: CertificateRecord
    status: str
    """The newest entry of its life."""
    life: tuple[tuple[str, CertificateStatus], ...]
    """Its own, and that of those it corrects and of those that correct it, oldest first, each with its number."""
    student_id: str
    prints: int
    """How often it was sent to a printer."""
    breaches: tuple[Breach, ...]
    """Which rules of boards, as they are today, it would break."""


def certificate_file(ports: Ports, number: str) -> CertificateFile:
    """Return everything on a certificate.

    Raises:
        Refused: it is not a number.
        NotFound: there is no certificate of that number.
    """
    record, newest = certificate(ports, number)
    with ports.store.read() as unit:
        award = unit.awards.named(record.award_id)
        course = unit.courses.get(record.facts.course_id, record.facts.course_version)
        prints = _prints(unit, record.number)
    taken = course.taken(record.facts.delivery_id) if course is not None else None
    return CertificateFile(
        record=record,
        status=newest.status if newest else "",
        life=history(ports, record.number),
        student_id=award.student_id if award else "",
        prints=prints,
        breaches=check_boards(ports, record.facts, taken) if taken is not None else (),
    )


def _prints(unit: Unit, number: str) -> int:
    """Return how often a paper was sent to a printer."""
    deeds = (PRINTED, REPRINTED)
    return sum(unit.listings.audit(AuditQuery(subject=number, deed=deed), Window(limit=1)).total for deed in deeds)


def log_prints(ports: Ports, numbers: Sequence[str], *, actor: str) -> None:
    """Write down that papers were printed; one that was printed before is a reprint of the same bytes.

    Args:
        ports: the outside world.
        numbers: certificate numbers, or the names of SPECIMEN files without their ending.
        actor: who prints.
    """
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        for number in numbers:
            deed = REPRINTED if _prints(unit, number) else PRINTED
            unit.audit.add(AuditRecord(at=now, actor=actor, deed=deed, subject=number))


def print_certificate(ports: Ports, what: Drawn | CertificateRecord | str, *, actor: str) -> str:
    """Write the file, send it to the printer and return a sentence; the print is in the audit record.

    Args:
        ports: the outside world.
        what: a certificate, a SPECIMEN, or a certificate's number.
        actor: who prints.

    Raises:
        NotFound: there is no certificate of that number.
        PrinterFailed: it was not printed; the hint says where the file is.
    """
    path = write_file(ports, certificate(ports, what)[0] if isinstance(what, str) else what)
    said = ports.printer.print_file(path)
    log_prints(ports, [path.stem], actor=actor)
    return said
