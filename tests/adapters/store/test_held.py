"""A suspended exam in a real file: the chains hold, a backup carries it, and it goes on where it was moved to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from cequiz.bootstrap import House
from cequiz.clock import SystemClock
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.marking import Score
from cequiz.errors import AttemptClosed, AttemptHeld, CequizError
from cequiz.services.enrolling import register
from cequiz.services.grading import explain_time, load_attempt, sweep
from cequiz.services.loading import load
from cequiz.services.messaging import message
from cequiz.services.ports import Ack, Ports
from cequiz.services.starting import resume, start
from cequiz.services.timing import hold, release
from cequiz.settings import Settings
from cequiz.upkeep import back_up, restore
from tests import builders
from tests.fakes import FakeClock

MINUTE = timedelta(minutes=1)

ROUNDS = 12


def house(home: Path, clock: FakeClock) -> House:
    return House(Settings(home=home, database_url=None, user="me"), clock=clock)


def begin(ports: Ports) -> str:
    load(ports, banks=[builders.bank()], courses=[builders.course()], actor="test")
    student = register(ports, name="Sample", email="s@example.org", actor="test").id
    return start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="x").attempt.id


def together(*deeds: Callable[[], object]) -> list[object]:
    """Do things at the same moment and return what became of each: what it returned, or its refusal."""
    ready, found = threading.Barrier(len(deeds)), dict[int, object]()

    def run(place: int, deed: Callable[[], object]) -> None:
        ready.wait()
        try:
            found[place] = deed()
        except CequizError as error:
            found[place] = error

    threads = [threading.Thread(target=run, args=one) for one in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [found[place] for place in range(len(deeds))]


def test_who_hands_in_and_who_suspends_at_the_same_moment_agree_on_who_was_first(tmp_path: Path) -> None:
    clock = SystemClock()
    with closing(House(Settings(home=tmp_path, database_url=None, user="me"), clock=clock)) as made:
        ports = made.ports()
        load(ports, banks=[builders.bank()], courses=[builders.course()], actor="test")
        for number in range(ROUNDS):
            student = register(ports, name="Sample", email=f"{number}@example.org", actor="test").id
            sitting = start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="x")
            attempt = sitting.attempt.id
            suspend = partial(hold, ports, attempt_id=attempt, reason="fire alarm", actor="os:me")
            handed_in, held = together(sitting.submit, suspend)
            with ports.store.read() as unit:
                kept = load_attempt(unit, attempt)
            if kept.status is Status.OPEN:
                assert isinstance(handed_in, AttemptHeld)
                assert not isinstance(held, CequizError)
                assert sitting.held is not None
            else:
                assert isinstance(handed_in, Score)
                assert isinstance(held, AttemptClosed)
        assert not ports.store.verify_chains().findings


def test_an_answer_and_a_suspension_at_the_same_moment_lose_nothing(tmp_path: Path) -> None:
    clock = SystemClock()
    with closing(House(Settings(home=tmp_path, database_url=None, user="me"), clock=clock)) as made:
        ports = made.ports()
        load(ports, banks=[builders.bank()], courses=[builders.course()], actor="test")
        for number in range(ROUNDS):
            student = register(ports, name="Sample", email=f"{number}@example.org", actor="test").id
            sitting = start(ports, student_id=student, exam_ref="course/quiz", attested=True, actor="x")
            attempt, item = sitting.attempt.id, sitting.attempt.form.items[0].key
            suspend = partial(hold, ports, attempt_id=attempt, reason="fire alarm", actor="os:me")
            answered, held = together(partial(sitting.answer, item, {"choice": "b"}), suspend)
            assert not isinstance(held, CequizError)
            with ports.store.read() as unit:
                kept = load_attempt(unit, attempt)
            assert isinstance(answered, Ack if item in kept.responses else AttemptHeld)
            assert not sitting.taken_over
        assert not ports.store.verify_chains().findings


def test_the_chains_hold_and_it_goes_on_after_it_was_moved_to_another_machine(tmp_path: Path) -> None:
    clock = FakeClock()
    here = house(tmp_path / "here", clock)
    ports = here.ports()
    attempt = begin(ports)
    clock.advance(2 * MINUTE)
    message(ports, attempt_id=attempt, text="<b>Look</b> up.", actor="os:me")
    hold(ports, attempt_id=attempt, reason="fire alarm", actor="os:me")
    assert not ports.store.verify_chains().findings
    back_up(here.settings, tmp_path / "backup.zip", at=clock.read().wall)
    here.close()

    clock.advance(timedelta(days=3))
    clock.reboot("another machine")
    there = house(tmp_path / "there", clock)
    restore(there.settings, tmp_path / "backup.zip", at=clock.read().wall)
    ports = there.ports()
    assert sweep(ports) == ()
    release(ports, attempt_id=attempt, reason="all clear", actor="os:me")
    clock.advance(MINUTE)
    back = resume(ports, attempt_id=attempt, actor="x")
    assert not ports.store.verify_chains().findings
    assert [one.text for one in back.attempt.messages] == ["<b>Look</b> up."]
    told = explain_time(ports, attempt)[1]
    assert told.deadline is not None
    assert told.deadline - datetime(2026, 11, 22, 12, 10, tzinfo=UTC) >= timedelta(days=3)
    with ports.store.read() as unit:
        assert load_attempt(unit, attempt).ledger.held is None
        kinds = [event.kind for event in unit.attempts.events(attempt)]
    assert kinds[:4] == [EventKind.STARTED, EventKind.MESSAGED, EventKind.HELD, EventKind.RELEASED]
    there.close()
