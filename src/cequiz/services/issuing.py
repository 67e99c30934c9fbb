"""Awards and certificates: earned once, frozen at issue, verified field by field.

An award is the fact that a student has earned a course; a certificate is the paper of it. Both are made by `settle`,
each in one transaction and at most once, whoever asks and however often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from cequiz.domain.bank.course import Course
from cequiz.domain.bank.fields import decimal_text
from cequiz.domain.credential.award import Award, RequiredPass, last_pass
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.numbering import Number, parse_number
from cequiz.domain.credential.provider import Provider, Signatory
from cequiz.domain.credential.verification import compare
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.marking import Score, percent_text
from cequiz.domain.people.student import Student
from cequiz.errors import CequizError, EnvironmentFailed, NotAllowed, NotFound, StorageDamaged, WrongState
from cequiz.language import mark, tr
from cequiz.services.enrolling import check_printable, find_course, find_student
from cequiz.services.ports import AuditRecord, CertificateRecord, CertificateStatus, Ports, Unit

_NO_PROVIDER = Provider(
    name="Provider not configured",
    contact="contact not configured",
    address="Address not configured",
    time_zone="UTC",
    administrator=Signatory("Administrator named by the provider", "Provider Administrator"),
    instructor=Signatory("Instructor named by the provider", ""),
)
"""What a SPECIMEN prints until a provider is set: plainly nobody."""

_SAMPLE_STUDENT = Student(id="S-SAMPLE", name="Sample Student", email="sample@example.org")


class EvaluationState(StrEnum):
    """Whether the course evaluation stands in the way of an award."""

    GIVEN = "given"
    DECLINED = "declined"
    MISSING = "missing"
    NOT_REQUIRED = "not_required"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a student is with a course."""

    course: Course
    required: tuple[RequiredPass, ...]
    evaluation: EvaluationState
    award: Award | None
    missing: tuple[str, ...]
    """What is still to be done, as sentences; empty when the course is earned."""

    @property
    def due(self) -> bool:
        """Whether the award can be made now."""
        return self.award is None and not self.missing


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
class Drawn:
    """A certificate or a SPECIMEN, with its page."""

    facts: Facts
    pdf: bytes
    student_id: str


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


# ------------------------------------------------------------------------------------------------------- earning


def progress(unit: Unit, *, student_id: str, course: Course) -> Progress:
    """Return how far a student is; an exam counts as passed by the attempt that passed first."""
    required = tuple(
        _required_pass(unit, student_id=student_id, course=course, exam_id=exam.id, title=exam.title)
        for exam in course.exams
        if exam.required
    )
    evaluation = _evaluation(unit, student_id=student_id, course=course)
    missing = [tr("Pass the exam {title}.", title=one.title) for one in required if one.finished_at is None]
    if evaluation is EvaluationState.MISSING:
        missing.append(tr("Give, or decline, the course evaluation."))
    award = unit.awards.get(student_id, course.id, course.version)
    return Progress(
        course=course, required=required, evaluation=evaluation, award=award, missing=() if award else tuple(missing)
    )


def course_progress(ports: Ports, *, student_id: str, course_id: str) -> Progress:
    """Return how far a student is with the version of the course they are enrolled in."""
    with ports.store.read() as unit:
        return progress(unit, student_id=student_id, course=find_course(unit, course_id, student_id=student_id))


def settle(ports: Ports, *, student_id: str, course_id: str, actor: str) -> Settlement:
    """Make the award when it is due, and the certificate when a provider is set; what exists is returned.

    Raises:
        EnvironmentFailed: the certificate is issued, but its file could not be written; `write_file` does it later.
        NotAllowed: a certificate is due, but nobody is named as instructor.
    """
    # Two transactions: what was earned stays earned, whatever stands in the way of the paper.
    with ports.store.write() as unit:
        student = find_student(unit, student_id)
        course = find_course(unit, course_id, student_id=student.id)
        found = progress(unit, student_id=student.id, course=course)
        if found.due:
            _award(ports, unit, student, found, actor=actor)
            found = progress(unit, student_id=student.id, course=course)
    record, new = None, False
    if found.award is not None:
        with ports.store.write() as unit:
            provider = unit.providers.get()
            if provider is not None:
                record, new = _certificate(ports, unit, found.award, provider, student, course, actor=actor)
    if record is not None and new:
        write_file(ports, record)
    return Settlement(found, found.award, record)


def issue_due(ports: Ports, *, actor: str) -> Issued:
    """Issue a certificate for everything that is earned and has none yet; one refusal holds up no other.

    Raises:
        NotAllowed: no provider is set, so there is nobody to issue.
    """
    with ports.store.read() as unit:
        if unit.providers.get() is None:
            raise NotAllowed(
                tr("No provider is set, so nobody can issue."), hint=tr("`cequiz provider set --help` says how.")
            )
        due = [one for student in unit.students.all() for one in _due(unit, student)]
    due.sort(key=lambda one: one[0])
    issued: list[CertificateRecord] = []
    refused: list[Refusal] = []
    for _, student, course_id in due:
        try:
            done = settle(ports, student_id=student.id, course_id=course_id, actor=actor)
        except CequizError as error:
            refused.append(Refusal(student, course_id, error))
        else:
            issued += [done.certificate] if done.certificate is not None else []
    return Issued(tuple(issued), tuple(refused))


def _due(unit: Unit, student: Student) -> list[tuple[datetime, Student, str]]:
    """Return the courses a student has earned and has no certificate for, with when they were completed."""
    due = []
    for enrolment in unit.enrolments.of(student.id):
        course = find_course(unit, enrolment.course_id, student_id=student.id)
        found = progress(unit, student_id=student.id, course=course)
        deciding = last_pass(found.required)
        paper = bool(found.award and unit.certificates.of_award(found.award.id))
        if (found.due or found.award is not None) and not paper:
            at = deciding.finished_at if deciding else None
            due.append((at or enrolment.enrolled_at, student, course.id))
    return due


def _required_pass(unit: Unit, *, student_id: str, course: Course, exam_id: str, title: str) -> RequiredPass:
    for header in unit.attempts.headers(student_id=student_id, course_id=course.id, exam_id=exam_id):
        if header.standing.status in {Status.OPEN, Status.VOIDED}:
            continue
        score: Score | None = unit.scores.latest(header.id)
        if score is not None and score.passed:
            return RequiredPass(exam_id, title, score.finished_at, score.percent, score.pass_mark)
    return RequiredPass(exam_id, title)


def _evaluation(unit: Unit, *, student_id: str, course: Course) -> EvaluationState:
    given = unit.evaluations.get(student_id, course.id)
    if given is not None:
        return EvaluationState.DECLINED if given.answers is None else EvaluationState.GIVEN
    return EvaluationState.MISSING if course.evaluation.required else EvaluationState.NOT_REQUIRED


def _award(ports: Ports, unit: Unit, student: Student, found: Progress, *, actor: str) -> None:
    deciding = last_pass(found.required)
    if deciding is None or deciding.finished_at is None or deciding.percent is None:
        return
    now = ports.clock.read().wall
    award = Award(
        id=ports.ids.new("W"),
        student_id=student.id,
        course_id=found.course.id,
        course_version=found.course.version,
        completed_at=deciding.finished_at,
        percent=deciding.percent,
        pass_mark=deciding.pass_mark,
        awarded_at=now,
    )
    unit.awards.add(award)
    details = {"course": award.course_id, "version": award.course_version, "student": student.id}
    unit.audit.add(AuditRecord(at=now, actor=actor, deed="award.made", subject=award.id, details=details))


# ------------------------------------------------------------------------------------------------------- issuing


def _certificate(
    ports: Ports, unit: Unit, award: Award, provider: Provider, student: Student, course: Course, *, actor: str
) -> tuple[CertificateRecord, bool]:
    existing = unit.certificates.of_award(award.id)
    if existing:
        return existing[-1], False
    _check_earned(unit, award, course)
    if provider.instructor is None and not course.instructors:
        raise NotAllowed(
            tr("Nobody is named as instructor, and a board would refuse a certificate without one."),
            hint=tr("Name one with `cequiz provider set --instructor`."),
        )
    now = ports.clock.read().wall
    issued = provider.local(now)
    number = str(Number(issued.year, unit.certificates.next_sequence(issued.year)))
    facts = _facts(ports, course, student, provider, award=award, issued_on=issued.date(), number=number).frozen()
    pdf = ports.press.draw(facts)
    check_page(ports, facts, pdf)
    record = CertificateRecord(
        number=number, award_id=award.id, facts=facts, pdf=pdf, sha256=sha256(pdf).hexdigest(), issued_at=now
    )
    unit.certificates.add(record, actor=actor)
    details = {"award": award.id, "sha256": record.sha256}
    unit.audit.add(AuditRecord(at=now, actor=actor, deed="certificate.issued", subject=number, details=details))
    return record, True


def _check_earned(unit: Unit, award: Award, course: Course) -> None:
    """Refuse to put on paper what the scores do not say: an award is a row that somebody could have written.

    Raises:
        StorageDamaged: the award and the scores disagree.
    """
    deciding = last_pass(progress(unit, student_id=award.student_id, course=course).required)
    if deciding is None or (deciding.finished_at, deciding.percent) != (award.completed_at, award.percent):
        raise StorageDamaged(
            tr("The award {id} is not what the scores say.", id=award.id),
            hint=tr("`cequiz audit verify` checks the records."),
        )


def check_page(ports: Ports, facts: Facts, pdf: bytes) -> None:
    """Refuse to issue a page that does not read back as its facts: what a board cannot read, it will not accept.

    Raises:
        NotAllowed: names the fields that came out different.
    """
    found = compare(ports.press.read_fields(pdf), facts, "issued")
    if found.differences:
        names = ", ".join(tr(difference.label) for difference in found.differences)
        raise NotAllowed(
            tr("The certificate does not print right: {names}.", names=names), hint=tr("Nothing was issued.")
        )


def check_prints(ports: Ports, *, course: Course) -> None:
    """Refuse a course whose texts no certificate could carry, before anybody depends on it.

    Raises:
        Refused: a text is too long for the page, or no shipped font has one of its characters.
    """
    today = ports.clock.read().wall.date()
    facts = _facts(ports, course, _SAMPLE_STUDENT, _NO_PROVIDER, award=None, issued_on=today, number=None)
    check_page(ports, facts, ports.press.draw(facts))


def _facts(
    ports: Ports,
    course: Course,
    student: Student,
    provider: Provider,
    *,
    award: Award | None,
    issued_on: date,
    number: str | None,
) -> Facts:
    course_instructors = tuple(Signatory(one.name, one.credentials or "") for one in course.instructors)
    named = (provider.instructor,) if provider.instructor else ()
    if course_instructors and provider is _NO_PROVIDER:
        named = ()
    home_study = course.delivery == "home-study"
    return Facts(
        document_title=ports.press.title(str(course.delivery)),
        provider_name=provider.name,
        provider_contact=provider.contact,
        student_name=student.name,
        licences=tuple(LicenceFact(one.state, one.number) for one in student.licences),
        course_title=course.title,
        course_id=course.id,
        course_version=course.version,
        subjects=tuple(course.subjects),
        delivery=course.delivery.words(),
        ce_hours=decimal_text(course.ce_hours),
        completed_on=provider.local(award.completed_at).date() if award else issued_on,
        issued_on=issued_on,
        place=f"Home study, {provider.address}" if home_study else provider.address,
        instructors=named or course_instructors,
        administrator=provider.administrator,
        approvals=tuple(
            ApprovalFact(
                one.board.upper(),
                one.provider_number or "",
                one.course_number or "",
                one.title,
                decimal_text(one.hours),
            )
            for one in course.approvals
        ),
        score=f"{percent_text(award.percent)} %" if award else "",
        pass_mark=f"{percent_text(award.pass_mark)} %" if award else "",
        number=number,
        footer=course.scope_statement or "",
    )


# ------------------------------------------------------------------------------------------------- looking at it


def specimen(ports: Ports, *, student_id: str, course_id: str) -> Drawn:
    """Return a preview of a student's certificate; it has no number, no standing, and is kept nowhere."""
    with ports.store.read() as unit:
        student = find_student(unit, student_id)
        course = find_course(unit, course_id, student_id=student.id)
        award = unit.awards.get(student.id, course.id, course.version)
        provider = unit.providers.get() or _NO_PROVIDER
    today = provider.local(ports.clock.read().wall).date()
    facts = _facts(ports, course, student, provider, award=award, issued_on=today, number=None)
    return Drawn(facts, ports.press.draw(facts), student.id)


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
    if found.award is None and not found.due:
        raise WrongState(tr("This course is not earned yet."), hint=" ".join(found.missing))
    if records:
        return Drawn(records[-1].facts, records[-1].pdf, student.id)
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
        return tuple(_line(record, unit.certificates.status(record.number)) for record in unit.certificates.all())


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
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="certificate.printed", subject=path.stem))
    return said


# ------------------------------------------------------------------------------------------------------- provider


def provider(ports: Ports) -> Provider | None:
    """Return who issues certificates; None until one is set."""
    with ports.store.read() as unit:
        return unit.providers.get()


def set_provider(ports: Ports, new: Provider, *, actor: str) -> None:
    """Set who issues certificates from now on; issued ones keep the provider they were issued by.

    Raises:
        Refused: a text could not be printed.
    """
    signing = [new.administrator] + ([new.instructor] if new.instructor else [])
    for text in (new.name, new.contact, new.address, *(part for one in signing for part in (one.name, one.role))):
        check_printable(ports, text, what=mark("provider's text"))
    with ports.store.read() as unit:
        loaded = [unit.courses.get(one.id, one.version) for one in unit.courses.versions()]
    today = ports.clock.read().wall.date()
    for course in loaded:
        if course is not None:
            facts = _facts(ports, course, _SAMPLE_STUDENT, new, award=None, issued_on=today, number=None)
            check_page(ports, facts, ports.press.draw(facts))
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        unit.providers.set(new, at=now)
        unit.audit.add(
            AuditRecord(at=now, actor=actor, deed="provider.set", subject=new.name, details={"provider": new.to_json()})
        )
