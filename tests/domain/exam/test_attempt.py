"""An attempt is its events: state follows from the list and from nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.exam.attempt import Status, replay
from cequiz.domain.exam.events import EventKind, instant, microseconds
from cequiz.domain.exam.terms import Disclosure, Terms
from cequiz.errors import AttemptClosed, DeadlinePassed, NotAllowed
from tests.builders import NOON, Log, terms

deeds = st.lists(
    st.tuples(st.sampled_from(["answer", "clear", "flag", "unflag"]), st.integers(0, 3), st.sampled_from("abcd")),
    max_size=30,
)
KINDS = {"clear": EventKind.CLEARED, "flag": EventKind.FLAGGED, "unflag": EventKind.UNFLAGGED}


@given(deeds=deeds)
def test_the_last_answer_of_each_item_is_the_one_that_counts(deeds: list[tuple[str, int, str]]) -> None:
    log = Log()
    answers: dict[str, str] = {}
    flags: set[str] = set()
    for number, (deed, place, choice) in enumerate(deeds):
        key, after = log.items[place], timedelta(seconds=number)
        match deed:
            case "answer":
                log.answer(place, choice, after=after)
                answers[key] = choice
            case "clear":
                answers.pop(key, None)
            case "flag":
                flags.add(key)
            case _:
                flags.discard(key)
        if deed != "answer":
            log.add(KINDS[deed], {"item": key}, after=after)
    state = replay(log.events)
    assert {key: response["choice"] for key, response in state.responses.items()} == answers
    assert state.flags == flags
    assert len(state.open_items) == 4 - len(answers)
    assert state.seq == len(log.events)
    assert state.head == log.events[-1].hash


@given(deeds=deeds, cut=st.integers(1, 31))
def test_replaying_a_part_and_then_the_rest_is_replaying_the_whole(deeds: list[tuple[str, int, str]], cut: int) -> None:
    log = Log()
    for _, place, choice in deeds:
        log.answer(place, choice)
    state = replay(log.events[:cut])
    for event in log.events[cut:]:
        state = state.apply(event)
    assert state == replay(log.events)


def test_the_first_event_carries_everything_the_attempt_is_held_under() -> None:
    log = Log(
        exam_terms=terms(
            floors={"D1": terms().pass_mark}, closes_at=NOON + timedelta(days=2), after_pass=Disclosure.FULL
        )
    )
    state = replay(log.events)
    assert [item.key for item in state.form.items] == log.items
    assert Terms.from_json(state.terms.to_json()) == state.terms
    assert state.exam == "course/quiz"
    assert state.attestation == "mine"
    assert state.ledger.deadline == NOON + timedelta(minutes=10)


def test_an_answer_counts_at_the_deadline_and_not_a_microsecond_later() -> None:
    state, deadline = replay(Log().events), NOON + timedelta(minutes=10)
    state.check_open(deadline)
    with pytest.raises(DeadlinePassed):
        state.check_open(deadline + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("kind", "status"),
    [(EventKind.SUBMITTED, Status.SUBMITTED), (EventKind.EXPIRED, Status.EXPIRED), (EventKind.VOIDED, Status.VOIDED)],
)
def test_an_ended_attempt_takes_nothing_more(kind: EventKind, status: Status) -> None:
    log = Log()
    log.add(kind, after=timedelta(minutes=2))
    state = replay(log.events)
    assert (state.status, state.finished_at) == (status, NOON + timedelta(minutes=2))
    with pytest.raises(AttemptClosed):
        state.check_open(NOON)


def test_voiding_an_ended_attempt_keeps_when_it_ended() -> None:
    log = Log()
    log.add(EventKind.SUBMITTED, after=timedelta(minutes=2))
    log.add(EventKind.VOIDED, after=timedelta(minutes=9))
    assert replay(log.events).finished_at == NOON + timedelta(minutes=2)


def test_extra_time_and_a_pause_move_the_deadline_and_taking_over_moves_the_pen() -> None:
    log = Log()
    log.add(EventKind.TIME_ADJUSTED, {"milliseconds": 120_000, "reason": "fire alarm"}, after=timedelta(minutes=1))
    log.add(EventKind.SUSPENDED, after=timedelta(minutes=2))
    assert replay(log.events).ledger.deadline is None
    log.add(EventKind.RESUMED, after=timedelta(minutes=5), session="two")
    log.add(EventKind.CLOCK_MOVED, {"milliseconds": -3_600_000}, after=timedelta(minutes=6), session="two")
    state = replay(log.events)
    assert state.ledger.deadline == NOON + timedelta(minutes=10 + 2 + 3)
    assert state.session == "two"
    assert state.ledger.moves[0].amount == timedelta(hours=-1)


def test_a_challenge_is_kept_with_its_reason() -> None:
    log = Log()
    log.add(EventKind.CHALLENGED, {"item": log.items[0], "reason": "two keys"})
    assert replay(log.events).challenges[0]["reason"] == "two keys"


def test_a_forward_only_exam_keeps_what_was_left_behind() -> None:
    log = Log(exam_terms=terms(forward_only=True))
    log.answer(2)
    state = replay(log.events)
    state.check_navigable(2)
    with pytest.raises(NotAllowed):
        state.check_navigable(1)


def test_events_without_a_start_are_no_attempt() -> None:
    log = Log()
    log.answer(0)
    for events in ([], log.events[1:]):
        with pytest.raises(ValueError, match="started"):
            replay(events)
    with pytest.raises(ValueError, match="twice"):
        replay([log.events[0], log.events[0]])


@given(st.datetimes(timezones=st.just(NOON.tzinfo)))
def test_instants_survive_as_whole_microseconds(value: object) -> None:
    assert instant(microseconds(value)) == value  # type: ignore[arg-type] # the strategy gives aware datetimes
