"""Whatever two records of one person hold: a merge that is not refused loses nothing and contradicts nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cequiz.domain.credential.lifecycle import Life
from cequiz.errors import CequizError
from cequiz.services import correcting, enrolling, merging
from cequiz.services.evaluating import evaluate
from cequiz.services.issuing import due, issue_due
from cequiz.services.loading import load
from cequiz.services.ports import AttemptHeader, CertificateRecord, Ports
from cequiz.services.records_of import certificates_of
from tests.builders import bank, course
from tests.fakes import FakeClock, FakeStore
from tests.services.earned import join, pass_exam, set_school

DEEDS = st.lists(
    st.tuples(st.sampled_from(["fail", "pass", "evaluate", "issue", "renew", "load", "revoke"]), st.integers(0, 1)),
    max_size=9,
)


def do(ports: Ports, deed: str, student: str, *, version: int) -> None:
    match deed:
        case "fail" | "pass":
            pass_exam(ports, student, answer="b" if deed == "pass" else "a")
        case "evaluate":
            evaluate(ports, student_id=student, course_id="course", answers=None, actor="test")
        case "issue":
            issue_due(ports, actor="test")
        case "renew":
            enrolling.renew(ports, student_id=student, course_id="course", actor="test")
        case "revoke":
            for record, status in _certificates_of(ports, student):
                if status == Life.ISSUED.value:
                    correcting.move(ports, record.number, to=Life.REVOKED, reason="issued twice", actor="test")
        case "load":
            load(ports, courses=[course(version=str(version))], actor="test")


def _certificates_of(ports: Ports, student: str) -> tuple[tuple[CertificateRecord, str], ...]:
    with ports.store.read() as unit:
        return certificates_of(unit, student)


def attempts(ports: Ports) -> list[AttemptHeader]:
    with ports.store.read() as unit:
        return list(unit.attempts.headers())


def papers(ports: Ports) -> dict[str, str]:
    with ports.store.read() as unit:
        return {one.number: one.award_id for one in unit.certificates.all()}


def current(ports: Ports, *students: str) -> set[str]:
    """Return the attempts that count in the cycle under way of each of these."""
    with ports.store.read() as unit:
        return {
            one.id
            for student in students
            for one in enrolling.counted(unit, student_id=student, course_id="course", exam_id="quiz")
        }


@given(deeds=DEEDS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nothing_is_lost_and_nothing_is_contradicted(
    ports: Ports, tmp_path: Path, deeds: list[tuple[str, int]]
) -> None:
    clock = FakeClock()
    ports = replace(ports, store=FakeStore(), clock=clock)
    load(ports, banks=[bank()], courses=[course()], actor="test")
    set_school(ports)
    people = [join(ports, email=f"{number}@example.org") for number in range(2)]
    for place, (deed, who) in enumerate(deeds):
        clock.advance(timedelta(days=2))
        with suppress(CequizError):
            do(ports, deed, people[who], version=place + 2)
    old, new = people
    before, counted, printed = attempts(ports), current(ports, *people), papers(ports)
    plan = merging.preview(ports, from_id=old, into_id=new)
    if plan.collisions:
        return
    merging.merge(ports, from_id=old, into_id=new, reason="added twice", actor="test")
    after = attempts(ports)
    assert {one.id for one in after} == {one.id for one in before}
    assert {one.student_id for one in after} <= {new}
    assert sorted(one.number for one in after) == list(range(1, len(after) + 1))
    assert papers(ports) == printed
    with ports.store.read() as unit:
        enrolment = unit.enrolments.get(new, "course")
        assert enrolment is not None
        late = [one.number for one in after if enrolment.counts(one)]
    assert current(ports, new) >= counted, "no attempt of the cycle under way is forgotten"
    assert not late or min(late) == len(after) - len(late) + 1, "cycles before come first"
    # Whatever is due can be issued, once, and no award gets a second certificate.
    issued = issue_due(ports, actor="test")
    assert not issued.refused
    assert due(ports) == ()
    awards = list(papers(ports).values())
    assert len(awards) == len(set(awards))
    assert not ports.store.verify_chains().findings
