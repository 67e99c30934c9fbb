"""Why a certificate that is due cannot be issued: everything at once, and looking changes nothing."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cequiz.adapters.proof.notary import KeyNotary
from cequiz.domain.credential.boards import BoardPack
from cequiz.errors import NotAllowed, WrongState
from cequiz.services import earning, hindering, issuing, papers
from cequiz.services.hindering import hindrances, prospect
from cequiz.services.ports import Ports
from tests.adapters.proof.provers import keys_folder
from tests.fakes import FakeBoards, FakeClock, FakeNotary
from tests.services.earned import audit, deeds, earn, issue, join, set_school

PACK = BoardPack(
    id="generic",
    name="Any board",
    required=frozenset({"approvals", "licences"}),
    source="the board's handbook",
    checked_on=date(2026, 11, 20),
)


@pytest.fixture
def student(ports: Ports) -> str:
    made = join(ports)
    earn(ports, made)
    return made


def sentences(found: hindering.Prospect) -> list[str]:
    return [one.sentence for one in found.refusals]


def test_nothing_stands_in_the_way_of_what_is_in_order_and_looking_keeps_nothing(ports: Ports, student: str) -> None:
    set_school(ports)
    before = audit(ports)
    found = prospect(ports, student_id=student, course_id="course")
    assert found.can_be_issued
    assert (found.student.id, found.course.id) == (student, "course")
    assert ports.press.read_fields(found.pdf)["name"] == "Sample Student"
    assert audit(ports) == before
    with ports.store.read() as unit:
        assert (unit.awards.all(), unit.certificates.count()) == ((), 0)
    assert issue(ports, student).number == "CQ-2026-000001"


def test_an_award_that_was_made_is_looked_at_as_it_is(ports: Ports, student: str) -> None:
    set_school(ports)
    award = earning.earn(ports, student_id=student, course_id="course", actor="test").award
    assert award is not None
    assert prospect(ports, student_id=student, course_id="course").completed_on == date(2026, 11, 22)
    with ports.store.write() as unit:
        unit.awards.replace(replace(award, percent=award.percent - 1))
    found = prospect(ports, student_id=student, course_id="course")
    assert sentences(found) == [f"The award {award.id} is not what the scores say."]


def test_everything_that_stands_in_the_way_is_told_at_once(ports: Ports, clock: FakeClock, student: str) -> None:
    set_school(ports)
    clock.advance(-timedelta(days=2))
    hindered = replace(ports, boards=FakeBoards(PACK), notary=FakeNotary(locked=True))
    found = prospect(hindered, student_id=student, course_id="course")
    assert not found.can_be_issued
    assert [one.rule for one in found.breaches] == ["required.approvals"]
    assert sentences(found)[0] == "The provider's key is locked."
    assert "This machine's clock says" in sentences(found)[1]


def test_without_a_provider_nobody_can_issue(ports: Ports, student: str) -> None:
    assert [one.sentence for one in hindrances(ports)] == ["No provider is set, so nobody can issue."]
    found = prospect(ports, student_id=student, course_id="course")
    assert sentences(found) == ["No provider is set, so nobody can issue."]
    assert found.pdf
    with pytest.raises(NotAllowed, match="No provider"):
        issuing.issue_for(ports, student_id=student, course_id="course", actor="test")


def test_what_is_not_earned_or_is_issued_already_is_not_due(ports: Ports, student: str) -> None:
    set_school(ports)
    idle = join(ports, email="idle@example.org")
    with pytest.raises(WrongState, match="not earned yet"):
        prospect(ports, student_id=idle, course_id="course")
    with pytest.raises(WrongState, match="not earned yet"):
        issuing.issue_for(ports, student_id=idle, course_id="course", actor="test")
    record = issuing.issue_for(ports, student_id=student, course_id="course", actor="test")
    with pytest.raises(WrongState, match=record.number):
        prospect(ports, student_id=student, course_id="course")


def test_a_real_key_that_is_at_hand_is_no_hindrance_and_a_lost_one_is(
    ports: Ports, student: str, tmp_path: Path
) -> None:
    folder = keys_folder(tmp_path / "keys")
    real = replace(ports, notary=KeyNotary(folder))
    set_school(real)
    assert hindrances(real) == ()
    issue(real, student)
    assert hindrances(replace(real, notary=KeyNotary(folder))) == ()
    shutil.rmtree(folder / "provider")
    [lost] = hindrances(replace(real, notary=KeyNotary(folder)))
    assert "which signed earlier certificates, is missing" in lost.sentence


def test_issuing_all_tells_how_far_it_is_and_stops_where_nothing_is_half_done(ports: Ports, student: str) -> None:
    set_school(ports)
    for name in ("b", "c"):
        earn(ports, join(ports, email=f"{name}@example.org"))
    told: list[tuple[int, int]] = []
    done = issuing.issue_due(
        ports, actor="test", progress=lambda *far: told.append(far), stop=lambda: bool(told) and told[-1][0] == 2
    )
    assert told == [(1, 3), (2, 3)]
    assert [one.number for one in done.certificates] == ["CQ-2026-000001", "CQ-2026-000002"]
    assert len(issuing.due(ports)) == 1
    assert [one.name for one in issuing.unmade(ports)] == ["Sample Student"]


def test_the_file_of_a_certificate_tells_its_life_its_prints_and_its_boards(ports: Ports, student: str) -> None:
    set_school(ports)
    number = issue(ports, student).number
    papers.log_prints(ports, [number, number], actor="test")
    papers.log_prints(ports, [number], actor="test")
    assert deeds(ports)[-3:] == ["certificate.printed", "certificate.reprinted", "certificate.reprinted"]
    found = papers.certificate_file(replace(ports, boards=FakeBoards(PACK)), number)
    assert (found.record.number, found.status, found.student_id, found.prints) == (number, "issued", student, 3)
    assert [(one, entry.status) for one, entry in found.life] == [(number, "issued")]
    assert [one.rule for one in found.breaches] == ["required.approvals"]
