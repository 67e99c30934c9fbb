"""What the office types about time and people: it is done and on record, and nothing private leaves with an export."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from cequiz.domain.exam.attempt import Status
from cequiz.services import accommodating, enrolling, evaluating, grading, issuing, providing, sitting, starting
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from tests.builders import bank, course, exam_json
from tests.fakes import FakeClock
from tests.frontends.desks import command, fake_ports
from tests.papers import SCHOOL

MINUTE = timedelta(minutes=1)
SECRETS = ("accommodation", "untimed", "factor", "3/2", "1.5", "breaks", "spacious", "letter on file")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ports(tmp_path: Path, clock: FakeClock) -> Ports:
    made = fake_ports(tmp_path, clock=clock)
    exam = exam_json(
        resume={"clock": "runs", "outage_credit": "5m"}, review={"after_pass": "full", "after_fail": "full"}
    )
    load(made, banks=[bank()], courses=[course(exams=[exam])], actor="test")
    enrolling.register(made, name="Sample Student", email="s@example.org", actor="test")
    return made


def begin(ports: Ports) -> sitting.Sitting:
    return starting.start(ports, student_id="s@example.org", exam_ref="quiz", attested=True, actor="x")


def test_time_is_adjusted_and_explained(ports: Ports, clock: FakeClock) -> None:
    hold = begin(ports)
    given = command(ports, "attempt", "adjust-time", hold.attempt.id, "--by", "10m", "--reason", "fire alarm", "--json")
    assert (given.code, json.loads(given.out)["deadline"]) == (0, "2026-11-22T12:20:00Z")
    taken = command(ports, "attempt", "adjust-time", hold.attempt.id, "--by", "-5m", "--reason", "too much")
    assert taken.code == 0
    assert "Deadline:" in taken.out
    told = command(ports, "attempt", "explain-time", hold.attempt.id)
    assert "fire alarm (by os:tester): 10 minutes" in told.out
    assert "too much (by os:tester): minus 5 minutes" in told.out
    clock.advance(4 * MINUTE)
    back = starting.resume(ports, attempt_id=hold.attempt.id, actor="x")
    back.go_on()
    reasons = json.loads(command(ports, "attempt", "explain-time", hold.attempt.id, "--json").out)["reasons"]
    outage = next(one for one in reasons if one["kind"] == "outage")
    assert (outage["seconds"], outage["allowed_seconds"]) == (240, 300)
    assert (outage["at"], outage["until"]) == ("2026-11-22T12:00:00Z", "2026-11-22T12:04:00Z")
    lines = command(ports, "attempt", "explain-time", hold.attempt.id).out
    assert "4 minutes given back (the course still allowed 5 minutes)" in lines


@pytest.mark.parametrize("amount", ["10", "ten", "1.5m", "", "--", "10m5s"])
def test_an_amount_that_is_none_is_wrong_usage(ports: Ports, amount: str) -> None:
    hold = begin(ports)
    ran = command(ports, "attempt", "adjust-time", hold.attempt.id, "--by", amount, "--reason", "x")
    assert ran.code == 2
    assert hold.time_left() == 10 * MINUTE


def test_voiding_needs_agreement(ports: Ports) -> None:
    hold = begin(ports)
    asked = command(ports, "attempt", "void", hold.attempt.id, "--reason", "wrong person", typed="no\n")
    assert asked.code == 2
    assert grading.attempt(ports, hold.attempt.id)[0].status is Status.OPEN
    done = command(ports, "attempt", "void", hold.attempt.id, "--reason", "wrong person", "--yes")
    assert done.code == 0
    assert grading.attempt(ports, hold.attempt.id)[0].status is Status.VOIDED
    assert command(ports, "attempt", "void", hold.attempt.id, "--reason", "again", "--yes").code == 3
    assert command(ports, "attempt", "void", "A-none", "--reason", "x", "--yes").code == 3


def passed(ports: Ports) -> tuple[str, str]:
    """Return an attempt that was passed, and the number of its certificate."""
    providing.set_provider(ports, SCHOOL, actor="test")
    hold = begin(ports)
    for item in hold.attempt.form.items:
        hold.answer(item.key, {"choice": "b"})
    hold.submit()
    student = hold.attempt.student_id
    evaluating.evaluate(ports, student_id=student, course_id="course", answers=None, actor="test")
    record = issuing.settle(ports, student_id=student, course_id="course", actor="test").certificate
    assert record is not None
    return hold.attempt.id, record.number


def test_an_attempt_with_a_certificate_is_voided_only_when_that_is_taken_away_too(ports: Ports) -> None:
    attempt, number = passed(ports)
    refused = command(ports, "attempt", "void", attempt, "--reason", "wrong person", "--yes")
    assert refused.code == 3
    assert f"The certificate {number} rests on this attempt." in refused.err
    assert "--take-away" in refused.err
    assert grading.attempt(ports, attempt)[0].status is Status.SUBMITTED
    asked = command(ports, "attempt", "void", attempt, "--reason", "wrong person", "--take-away", typed="no\n")
    assert asked.code == 2
    done = command(ports, "attempt", "void", attempt, "--reason", "wrong person", "--take-away", "--yes")
    assert done.code == 0
    assert f"The certificate {number} was revoked." in done.err
    shown = command(ports, "certificate", "show", number)
    assert "attempt voided: wrong person" in shown.out
    assert command(ports, "report", "roster", "--json").code == 0
    assert json.loads(command(ports, "report", "roster", "--json").out)["rows"] == []


def accommodate(ports: Ports, *options: str) -> int:
    return command(ports, "student", "accommodate", "s@example.org", *options, "--reason", "letter on file").code


def test_an_accommodation_is_granted_in_versions_and_shown(ports: Ports) -> None:
    assert accommodate(ports, "--factor", "1.5", "--breaks") == 0
    assert accommodate(ports, "--spacious", "--no-breaks") == 0
    assert accommodate(ports, "--spacious") == 3
    assert accommodate(ports, "--factor", "1.4") == 2
    assert accommodate(ports, "--factor", "2", "--untimed") == 2
    shown = command(ports, "student", "show", "s@example.org").out
    assert "1.5 times the limit, stop-clock breaks" in shown
    assert "1.5 times the limit, large spacing" in shown
    record = json.loads(command(ports, "student", "show", "s@example.org", "--json").out)
    assert [(one["version"], one["factor"], one["breaks"]) for one in record["accommodations"]] == [
        (1, "3/2", True),
        (2, "3/2", False),
    ]
    assert accommodate(ports, "--untimed") == 0
    profile = accommodating.profile_of(ports, "s@example.org")
    assert profile.untimed
    assert profile.factor == Fraction(1)


def test_no_export_tells_of_an_accommodation(ports: Ports) -> None:
    assert accommodate(ports, "--factor", "1.5", "--breaks", "--spacious") == 0
    hold = begin(ports)
    assert hold.time_left() == 15 * MINUTE
    for item in hold.attempt.form.items:
        hold.answer(item.key, {"choice": "b"})
    assert hold.submit().passed
    exported = command(ports, "attempt", "export", hold.attempt.id)
    first = json.loads(exported.out)["events"][0]
    assert first["withheld"] == ["terms.accommodation"]
    assert "withheld" not in json.loads(exported.out)["events"][1]
    texts = [
        exported.out.replace('"terms.accommodation"', ""),
        command(ports, "attempt", "show", hold.attempt.id, "--json").out,
        command(ports, "attempt", "show", hold.attempt.id).out,
        command(ports, "attempt", "list", "--json").out,
        command(ports, "student", "list", "--json").out,
        command(ports, "audit", "list", "--json").out,
    ]
    for text in texts:
        assert not [secret for secret in SECRETS if secret in text]


def test_people_come_in_from_a_file(ports: Ports, tmp_path: Path) -> None:
    roll = tmp_path / "roll.csv"
    roll.write_text("name,email,licences\nAna,a@example.org,FL:MA1\nBo,nobody\n", encoding="utf-8")
    ran = command(ports, "student", "import", str(roll))
    assert ran.code == 1
    assert f"{roll}:3:4: error" in ran.out
    assert len(enrolling.students(ports)) == 1
    roll.write_text("name,email,licences\nAna,a@example.org,FL:MA1\nBo,b@example.org,\n", encoding="utf-8")
    ran = command(ports, "student", "import", str(roll))
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 2
    again = command(ports, "student", "import", str(roll))
    assert (again.code, again.out.count("registered already")) == (1, 2)
    assert command(ports, "student", "import", str(tmp_path / "none.csv")).code == 3
    roll.write_bytes(b"name,email\n\xff,x@example.org\n")
    assert command(ports, "student", "import", str(roll)).code == 2


def test_a_student_is_corrected(ports: Ports) -> None:
    ran = command(ports, "student", "correct", "s@example.org", "--name", "Sample Q. Student", "--licence", "FL:MA1")
    assert ran.code == 0
    assert "Sample Q. Student" in ran.out
    shown = json.loads(command(ports, "student", "show", "s@example.org", "--json").out)
    renamed = command(ports, "student", "correct", "s@example.org", "--name", "Sample Student", "--json")
    assert json.loads(renamed.out)["licences"] == shown["licences"] == [{"state": "FL", "number": "MA1"}]
    assert command(ports, "student", "correct", "s@example.org", "--no-licence").code == 0
    assert enrolling.student(ports, "s@example.org").licences == ()
    assert command(ports, "student", "correct", "s@example.org").code == 3
    assert command(ports, "student", "correct", "nobody", "--name", "X").code == 3


def test_who_prefers_lines_gets_lines(ports: Ports) -> None:
    refused = command(ports, "sit", "quiz", "--student", "s@example.org", typed="yes\nx\n")
    assert refused.code == 2
    assert accommodate(ports, "--plain") == 0
    ran = command(ports, "sit", "quiz", "--student", "s@example.org", typed="yes\nx\n")
    assert ran.code == 0
    assert "The exam has started." in ran.out
    assert command(ports, "sit", "quiz", "--student", "s@example.org", "--screens", typed="yes\n").code == 2


def test_an_exam_that_is_left_with_its_clock_stopped_has_no_deadline_for_now(ports: Ports) -> None:
    assert accommodate(ports, "--breaks") == 0
    hold = begin(ports)
    hold.leave()
    for what in ("show", "explain-time"):
        shown = command(ports, "attempt", what, hold.attempt.id).out
        assert "none while the clock stands still" in shown
    assert json.loads(command(ports, "attempt", "show", hold.attempt.id, "--json").out)["deadline"] is None


def test_the_office_enrols_in_a_course_that_takes_nobody_by_itself(ports: Ports) -> None:
    closed = course("closed", enrolment="code", exams=[exam_json("other")])
    load(ports, banks=[], courses=[closed], actor="test")
    ran = command(ports, "student", "enrol", "s@example.org", "closed")
    assert ran.code == 0
    told = json.loads(command(ports, "student", "enrol", "s@example.org", "closed", "--json").out)
    assert told["id"] == ran.out.strip()
    assert told["course"] == "closed"
    deeds = json.loads(command(ports, "audit", "list", "--json").out)
    assert [one["actor"] for one in deeds if one["deed"] == "student.enrolled"] == ["os:tester"]
    hold = starting.start(ports, student_id="s@example.org", exam_ref="closed/other", attested=True, actor="x")
    assert hold.attempt.course_id == "closed"
    assert command(ports, "student", "enrol", "s@example.org", "none").code == 3
    assert command(ports, "student", "enrol", "nobody@example.org", "closed").code == 3
