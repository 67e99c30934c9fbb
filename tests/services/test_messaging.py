"""Messages of the office: on record, shown to whoever sits the exam, and never in the way of an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cequiz.domain.exam.events import EventKind
from cequiz.errors import AttemptClosed, InvalidText, StorageBusy
from cequiz.services.enrolling import register
from cequiz.services.messaging import message, message_all
from cequiz.services.ports import Ports
from cequiz.services.sitting import Sitting
from cequiz.services.starting import resume, start
from tests.fakes import FakeClock

B = {"choice": "b"}
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def begin(ports: Ports, email: str = "s@example.org") -> Sitting:
    student = register(ports, name="Sample Student", email=email, actor="test").id
    return start(ports, student_id=student, exam_ref="quiz", attested=True, actor="x")


def say(ports: Ports, sitting: Sitting, text: str = "The room closes at five.") -> None:
    message(ports, attempt_id=sitting.attempt.id, text=text, actor="os:admin")


def test_a_message_reaches_the_exam_and_stays_on_record(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports)
    clock.advance(MINUTE)
    say(ports, sitting)
    assert sitting.refresh()
    assert not sitting.taken_over
    (heard,) = sitting.attempt.messages
    assert (heard.text, heard.actor) == ("The room closes at five.", "os:admin")
    with ports.store.read() as unit:
        last = unit.audit.all()[-1]
    assert (last.deed, last.subject) == ("attempt.messaged", sitting.attempt.id)
    assert last.details == {"text": "The room closes at five."}


def test_an_answer_on_its_way_is_kept(ports: Ports, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    sitting = begin(ports)
    first, second = (item.key for item in sitting.attempt.form.items[:2])

    def busy(*_: object, **__: object) -> None:
        raise StorageBusy("Another program holds the store.")

    with monkeypatch.context() as jam:
        jam.setattr(ports.store, "append", busy)
        with pytest.raises(StorageBusy):
            sitting.answer(first, B)
    say(ports, sitting)
    clock.advance(SECOND)
    sitting.answer(second, B)
    assert not sitting.pending
    assert sitting.attempt.responses == {first: B, second: B}
    assert [one.text for one in sitting.attempt.messages] == ["The room closes at five."]
    with ports.store.read() as unit:
        kinds = [event.kind for event in unit.attempts.events(sitting.attempt.id)]
    assert kinds == [EventKind.STARTED, EventKind.MESSAGED, EventKind.ANSWERED, EventKind.ANSWERED]


def test_who_was_away_hears_it_on_coming_back_and_old_ones_are_no_news(ports: Ports, clock: FakeClock) -> None:
    sitting = begin(ports)
    say(ports, sitting, "First.")
    clock.advance(MINUTE)
    sitting.refresh()
    sitting.leave()
    clock.advance(MINUTE)
    say(ports, sitting, "Second.")
    clock.advance(MINUTE)
    back = resume(ports, attempt_id=sitting.attempt.id, actor="x")
    assert [one.text for one in back.missed] == ["Second."]
    assert [one.text for one in back.attempt.messages] == ["First.", "Second."]


def test_everybody_who_sits_an_exam_is_told_and_nobody_else(ports: Ports, clock: FakeClock) -> None:
    over = begin(ports, "a@example.org")
    clock.advance(20 * MINUTE)  # its time is over, and no sweep has closed it yet
    first, second, done = (begin(ports, f"{name}@example.org") for name in "bcd")
    done.submit()
    told = message_all(ports, text="Lunch is at one.", actor="os:admin")
    assert set(told) == {first.attempt.id, second.attempt.id}
    for sitting in (first, second):
        sitting.refresh()
        assert [one.text for one in sitting.attempt.messages] == ["Lunch is at one."]
    with pytest.raises(AttemptClosed):
        say(ports, over)
    with pytest.raises(AttemptClosed):
        say(ports, done)


def test_text_that_could_deceive_is_refused(ports: Ports) -> None:
    sitting = begin(ports)
    for text in ("", "a\x1b[2Jb", "a\u202eb"):
        with pytest.raises(InvalidText):
            say(ports, sitting, text)
        with pytest.raises(InvalidText):
            message_all(ports, text=text, actor="os:admin")
    assert not sitting.refresh()
