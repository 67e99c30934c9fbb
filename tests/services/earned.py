"""What tests of certificates begin with: somebody who has earned the sample course, and a provider."""

from __future__ import annotations

from cequiz.domain.credential.provider import Provider
from cequiz.domain.people.student import Licence
from cequiz.services import providing
from cequiz.services.enrolling import enrol, register
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import settle
from cequiz.services.ports import AuditRecord, CertificateRecord, Ports
from cequiz.services.starting import start
from tests.papers import SCHOOL


def join(ports: Ports, *, name: str = "Sample Student", email: str = "s@example.org", to: str = "course") -> str:
    """Enrol somebody new with two licences and return the id."""
    made = register(ports, name=name, email=email, licences=[Licence("FL", "MA1"), Licence("NY", "27")], actor="test")
    enrol(ports, student_id=made.id, course_id=to, actor="test")
    return made.id


def pass_exam(ports: Ports, student: str, exam: str = "course/quiz", *, answer: str = "b") -> None:
    """Sit an exam to its end; `b` is right everywhere."""
    sitting = start(ports, student_id=student, exam_ref=exam, attested=True, actor="test")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": answer})
    sitting.submit()


def earn(ports: Ports, student: str, of: str = "course") -> None:
    """Pass the course's exam and decline its evaluation."""
    pass_exam(ports, student, f"{of}/quiz")
    evaluate(ports, student_id=student, course_id=of, answers=None, actor="test")


def set_school(ports: Ports, school: Provider = SCHOOL) -> None:
    """Set the provider."""
    providing.set_provider(ports, school, actor="admin")


def issue(ports: Ports, student: str, of: str = "course") -> CertificateRecord:
    """Settle what is due and return the certificate."""
    record = settle(ports, student_id=student, course_id=of, actor="test").certificate
    assert record is not None
    return record


def audit(ports: Ports) -> list[AuditRecord]:
    """Return the audit record."""
    with ports.store.read() as unit:
        return list(unit.audit.all())


def deeds(ports: Ports) -> list[str]:
    """Return the deeds of the audit record."""
    return [record.deed for record in audit(ports)]
