"""The review queue gathers what an administrator must see, and deciding changes nothing but the queue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cequiz.domain.bank.bank import Bank
from cequiz.domain.canonical import Json
from cequiz.domain.exam.events import EventDraft, EventKind, microseconds
from cequiz.errors import AttemptClosed, InvalidText, NotAllowed, NotFound, WrongState
from cequiz.services import grading, queueing, starting
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import Ports
from cequiz.services.queueing import Kind, Outcome
from cequiz.services.sitting import Sitting
from tests.builders import bank_json, course, exam_json, question
from tests.fakes import FakeClock


def typed_bank() -> Bank:
    """Return a bank of two typed questions of one objective."""
    frame = question("q1", type="short_answer", accept=[{"text": "internal rotation"}], spelling="tolerant")
    del frame["options"]
    questions = [frame, frame | {"id": "q2", "accept": [{"text": "axillary nerve"}]}]
    return Bank.from_json(bank_json("typed", counts={"D1": 1}) | {"questions": questions})


@pytest.fixture
def sat(ports: Ports) -> Sitting:
    """Return an exam that a student has just begun."""
    exam = exam_json("typed", banks=["typed"], blueprint={"D1": 2})
    load(ports, banks=[typed_bank()], courses=[course("second", exams=[exam])], actor="test")
    student = register(ports, name="Sample", email="s@example.org", actor="test")
    return starting.start(ports, student_id=student.id, exam_ref="second/typed", attested=True, actor="test")


def test_a_near_miss_waits_in_the_queue_with_the_pair_named(ports: Ports, sat: Sitting) -> None:
    sat.answer("typed/q1", {"text": "External rotation"})
    sat.answer("typed/q2", {"text": "axilary nerve"})
    assert queueing.entries(ports) == (), "nothing is judged before the exam has ended"
    sat.submit()
    _, score, _ = grading.attempt(ports, sat.attempt.id)
    assert score is not None
    assert {one.item: one.earned for one in score.marks} == {"typed/q1": 0, "typed/q2": 1}
    (entry,) = queueing.entries(ports)
    assert entry.id == f"near-miss:{sat.attempt.id}:typed/q1:"
    assert (entry.kind, entry.exam, entry.student_id) == (Kind.NEAR_MISS, "second/typed", sat.attempt.student_id)
    assert entry.details["pair"] == ["external", "internal"]
    assert (entry.details["given"], entry.details["rule"]) == ("External rotation", "family")
    hashes = {item.key: item.content_hash for item in sat.attempt.form.items}
    assert entry.details["content_hash"] == hashes["typed/q1"]


def test_a_challenge_waits_with_the_response_of_that_moment(ports: Ports, sat: Sitting) -> None:
    sat.answer("typed/q1", {"text": "rotation"})
    seq = sat.challenge("typed/q1", reason="The stem is unclear.", source="Moore").event.seq
    sat.answer("typed/q1", {"text": "internal rotation"})
    (entry,) = queueing.entries(ports)
    assert (entry.id, entry.kind, entry.item) == (f"challenge:{sat.attempt.id}:{seq}", Kind.CHALLENGE, "typed/q1")
    assert (entry.details["reason"], entry.details["source"]) == ("The stem is unclear.", "Moore")
    assert entry.details["response"] == {"text": "rotation"}


@pytest.mark.parametrize(("uncredited", "waits"), [(90_000, True), (0, False)])
def test_an_outage_waits_only_when_time_was_not_given_back(
    ports: Ports, clock: FakeClock, sat: Sitting, uncredited: int, waits: bool
) -> None:
    last = sat.attempt.last
    payload: dict[str, Json] = {
        "since_us": microseconds(last.instant),
        "until_us": microseconds(last.instant + timedelta(minutes=2)),
        "credited_ms": 120_000 - uncredited,
        "uncredited_ms": uncredited,
    }
    draft = EventDraft(
        attempt_id=sat.attempt.id,
        kind=EventKind.CONTINUED,
        payload=payload,
        at=last.instant,
        stamp=clock.read(),
        actor="test",
        session=sat.attempt.session,
        key="continued",
    )
    ports.store.append(draft, expected_seq=sat.attempt.seq)
    found = queueing.entries(ports)
    assert [one.kind for one in found] == [Kind.OUTAGE] * waits
    assert [one.details["uncredited_ms"] for one in found] == [90_000] * waits


def test_a_decision_closes_the_entry_is_on_record_and_changes_no_score(ports: Ports, sat: Sitting) -> None:
    sat.answer("typed/q1", {"text": "external rotation"})
    sat.submit()
    before = grading.attempt(ports, sat.attempt.id)[1]
    (entry,) = queueing.entries(ports)
    decided = queueing.decide(
        ports, entry_id=entry.id.removesuffix(":"), outcome=Outcome.ACCEPTED, note=" Both are taught. ", actor="admin"
    )
    assert decided.decision is not None
    assert (decided.decision.outcome, decided.decision.note) == ("accepted", "Both are taught.")
    assert queueing.entries(ports) == ()
    assert queueing.entries(ports, open_only=False) == (decided,)
    assert queueing.entry(ports, entry.id) == decided
    assert grading.attempt(ports, sat.attempt.id)[1] == before
    with ports.store.read() as unit:
        record = unit.audit.all()[-1]
    assert (record.deed, record.subject, record.actor) == ("queue.accepted", entry.id, "admin")


def test_the_newest_decision_counts(ports: Ports, sat: Sitting) -> None:
    sat.challenge("typed/q1", reason="Unclear.")
    (entry,) = queueing.entries(ports)
    for outcome in (Outcome.ACCEPTED, Outcome.DECLINED):
        queueing.decide(ports, entry_id=entry.id, outcome=outcome, note="Looked at.", actor="admin")
    (found,) = queueing.entries(ports, open_only=False)
    assert found.decision is not None
    assert found.decision.outcome == "declined"
    assert replace(found, decision=None) == entry


def test_an_unknown_entry_and_an_empty_note_are_refused(ports: Ports, sat: Sitting) -> None:
    sat.challenge("typed/q1", reason="Unclear.")
    (entry,) = queueing.entries(ports)
    for wrong in ("challenge:A-0:1", "", f"{entry.id}9"):
        with pytest.raises(NotFound, match="no entry"):
            queueing.decide(ports, entry_id=wrong, outcome=Outcome.ACCEPTED, note="x", actor="admin")
        with pytest.raises(NotFound):
            queueing.entry(ports, wrong)
    for note in ("  ", "a\x1b[2J"):
        with pytest.raises(InvalidText):
            queueing.decide(ports, entry_id=entry.id, outcome=Outcome.ACCEPTED, note=note, actor="admin")
    assert queueing.entries(ports) == (entry,), "nothing was kept"


def test_an_outage_is_accepted_and_its_time_given_back_in_one_deed(
    ports: Ports, sat: Sitting, clock: FakeClock
) -> None:
    clock.advance(timedelta(minutes=3))
    back = starting.resume(ports, attempt_id=sat.attempt.id, actor="test")
    (entry,) = queueing.entries(ports)
    assert back.time_left() == timedelta(minutes=7)
    decided = queueing.give_back(ports, entry_id=entry.id, note="Power cut.", actor="admin")
    assert decided.decision is not None
    assert decided.decision.outcome == "accepted"
    assert back.refresh()
    assert back.time_left() == timedelta(minutes=10)
    assert "Power cut. (by the provider)" in [reason.words for reason in back.explain().reasons]
    with ports.store.read() as unit:
        deeds = [record.deed for record in unit.audit.all()[-2:]]
    assert deeds == ["attempt.time_adjusted", "queue.accepted"]
    with pytest.raises(WrongState, match="already"):
        queueing.give_back(ports, entry_id=entry.id, note="Again.", actor="admin")
    assert not back.refresh()
    with pytest.raises(WrongState, match="given back already"):
        queueing.decide(ports, entry_id=entry.id, outcome=Outcome.DECLINED, note="No.", actor="admin")
    assert queueing.entry(ports, entry.id).decision == decided.decision, "the list must not say that none was given"


def test_no_time_is_given_back_to_what_has_ended_or_is_no_outage(ports: Ports, sat: Sitting, clock: FakeClock) -> None:
    sat.challenge("typed/q1", reason="Unclear.")
    clock.advance(timedelta(minutes=3))
    back = starting.resume(ports, attempt_id=sat.attempt.id, actor="test")
    challenge, outage = queueing.entries(ports)
    with pytest.raises(NotAllowed, match="Only for an outage"):
        queueing.give_back(ports, entry_id=challenge.id, note="x", actor="admin")
    back.submit()
    with pytest.raises(AttemptClosed, match="has ended") as refused:
        queueing.give_back(ports, entry_id=outage.id, note="Power cut.", actor="admin")
    assert "Void the attempt" in refused.value.hint
    assert queueing.entries(ports) == (challenge, outage), "nothing was decided"
