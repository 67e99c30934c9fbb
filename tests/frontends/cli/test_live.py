"""What the office types while exams run: the board, suspending and letting go on, messages, outages given back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.services import enrolling, queueing, starting
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.sitting import Sitting
from tests.builders import bank, course
from tests.fakes import FakeClock
from tests.frontends.desks import command, fake_ports, universal_time

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ports(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path, clock=clock)
        load(made, banks=[bank()], courses=[course()], actor="test")
        yield made


def begin(ports: Ports, name: str = "Ana") -> Sitting:
    student = enrolling.register(ports, name=name, email=f"{name}@example.org", actor="test").id
    return starting.start(ports, student_id=student, exam_ref="quiz", attested=True, actor="x")


def test_the_board_lists_who_sits_an_exam(ports: Ports, clock: FakeClock) -> None:
    nobody = command(ports, "attempt", "board")
    assert (nobody.code, nobody.out, nobody.err) == (0, "", "Nobody sits an exam now.\n")
    assert json.loads(command(ports, "attempt", "board", "--json").out) == []
    sitting = begin(ports)
    sitting.answer(sitting.attempt.form.items[0].key, {"choice": "b"})
    clock.advance(20 * SECOND)
    shown = command(ports, "attempt", "board").out.splitlines()
    assert shown[0].split("  ")[0] == "ID"
    assert "1 of 4" in shown[1]
    assert "9:40" in shown[1]
    assert "quiet for 20 s" in shown[1]
    (line,) = json.loads(command(ports, "attempt", "board", "--json").out)
    assert line["id"] == sitting.attempt.id
    assert (line["name"], line["answered"], line["items"], line["seconds_left"]) == ("Ana", 1, 4, 580.0)
    assert (line["connection"], line["silent_seconds"], line["hold"]) == ("quiet", 20.0, None)
    assert (line["deadline"], line["saved_at"]) == ("2026-11-22T12:10:00Z", "2026-11-22T12:00:00Z")


def test_an_exam_is_suspended_explained_and_let_go_on(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports)
    ident = sitting.attempt.id
    held = command(ports, "attempt", "hold", ident, "--reason", "fire alarm")
    assert held.code == 0
    assert "none while the clock stands still" in held.out
    assert "Suspended: fire alarm" in " ".join(command(ports, "attempt", "show", ident).out.split())
    clock.advance(4 * MINUTE)
    told = command(ports, "attempt", "explain-time", ident).out
    assert "Suspended by os:tester since 12:00:00 UTC: fire alarm" in told
    assert "none while the clock stands still" in told
    (line,) = json.loads(command(ports, "attempt", "board", "--json").out)
    assert line["hold"] == {"since": "2026-11-22T12:00:00Z", "reason": "fire alarm", "actor": "os:tester"}
    again = command(ports, "attempt", "hold", ident, "--reason", "again")
    assert (again.code, "suspended already" in again.err) == (3, True)
    goes_on = command(ports, "attempt", "release", ident, "--reason", "all clear", "--json")
    assert json.loads(goes_on.out) == {"attempt": ident, "status": "open", "deadline": "2026-11-22T12:14:00Z"}
    told = command(ports, "attempt", "explain-time", ident).out
    assert "Suspended by os:tester for 4 minutes, 12:00:00 UTC to 12:04:00 UTC: fire alarm" in told
    reasons = json.loads(command(ports, "attempt", "explain-time", ident, "--json").out)["reasons"]
    hold = next(one for one in reasons if one["kind"] == "held")
    assert (hold["words"], hold["seconds"]) == ("fire alarm (by os:tester)", 240.0)
    kinds = [one["kind"] for one in json.loads(command(ports, "attempt", "export", ident).out)["events"]]
    assert kinds == ["started", "held", "released"]


def test_all_exams_are_suspended_and_let_go_on_in_one_deed(ports: Ports) -> None:
    idents = {begin(ports).attempt.id, begin(ports, "Bo").attempt.id}
    held = command(ports, "attempt", "hold", "--all", "--reason", "fire alarm")
    assert (held.code, set(held.out.split()), held.err) == (0, idents, "2 exams were changed.\n")
    going = command(ports, "attempt", "release", "--all", "--reason", "all clear", "--json")
    assert set(json.loads(going.out)["attempts"]) == idents
    for wrong in (("hold",), ("hold", "--all", next(iter(idents))), ("release",)):
        assert command(ports, "attempt", *wrong, "--reason", "x").code == 2


def test_a_message_goes_to_one_or_to_all(ports: Ports) -> None:
    ana, bo = begin(ports), begin(ports, "Bo")
    one = command(ports, "attempt", "message", ana.attempt.id, "Sit down.")
    assert (one.code, one.err) == (0, "1 student was told.\n")
    every = command(ports, "attempt", "message", "--all", "Lunch is at one.", "--json")
    assert set(json.loads(every.out)["attempts"]) == {ana.attempt.id, bo.attempt.id}
    for sitting in (ana, bo):
        sitting.refresh()
    assert [told.text for told in ana.attempt.messages] == ["Sit down.", "Lunch is at one."]
    assert [told.text for told in bo.attempt.messages] == ["Lunch is at one."]
    assert command(ports, "attempt", "message", ana.attempt.id).code == 2
    assert command(ports, "attempt", "message", "--all", ana.attempt.id, "Sit down.").code == 2


def test_an_outage_is_accepted_and_its_time_given_back(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports)
    clock.advance(3 * MINUTE)
    starting.resume(ports, attempt_id=sitting.attempt.id, actor="x")
    (entry,) = queueing.entries(ports)
    ran = command(ports, "queue", "accept", entry.id, "--give", "--note", "power cut")
    assert (ran.code, ran.err) == (0, f"{entry.id} is accepted, and 3 minutes was given back.\n")
    told = json.loads(command(ports, "attempt", "explain-time", sitting.attempt.id, "--json").out)
    assert told["deadline"] == "2026-11-22T12:13:00Z"
    again = command(ports, "queue", "accept", entry.id, "--give", "--note", "power cut")
    assert again.code == 3
    assert "given back already" in again.err


def test_no_time_is_given_back_to_what_has_ended(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports)
    clock.advance(3 * MINUTE)
    starting.resume(ports, attempt_id=sitting.attempt.id, actor="x").submit()
    (entry,) = queueing.entries(ports)
    ran = command(ports, "queue", "accept", entry.id, "--give", "--note", "power cut")
    assert ran.code == 3
    assert "Void the attempt" in ran.err
    assert queueing.entries(ports) == (entry,)
