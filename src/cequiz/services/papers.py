"""Papers: what may be looked at, written as a file, listed and printed. Nothing is issued here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.numbering import parse_number
from cequiz.errors import EnvironmentFailed, NotFound, WrongState
from cequiz.language import tr
from cequiz.services.earning import progress
from cequiz.services.enrolling import find_course, find_student
from cequiz.services.freezing import NO_PROVIDER, gather
from cequiz.services.ports import AuditRecord, CertificateRecord, CertificateStatus, Ports

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
    with ports.store.read() as unit:
        return tuple(_line(record, unit.certificates.status(record.number)) for record in unit.certificates.outlines())


def _line(record: CertificateRecord, status: CertificateStatus | None) -> CertificateLine:
    return CertificateLine(
        number=record.number,
        student_name=record.facts.student_name,
        course_title=record.facts.course_title,
        hours=record.facts.ce_hours,
        completed_on=record.facts.completed_on,
        issued_at=record.issued_at,
        status=status.status if status else "",
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


def log_prints(ports: Ports, numbers: Sequence[str], *, actor: str) -> None:
    """Write down that papers were printed; one that was printed before is a reprint of the same bytes.

    Args:
        ports: the outside world.
        numbers: certificate numbers, or the names of SPECIMEN files without their ending.
        actor: who prints.
    """
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        before = {one.subject for one in unit.audit.all() if one.deed == PRINTED}
        for number in numbers:
            deed = REPRINTED if number in before else PRINTED
            unit.audit.add(AuditRecord(at=now, actor=actor, deed=deed, subject=number))
            before.add(number)


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
