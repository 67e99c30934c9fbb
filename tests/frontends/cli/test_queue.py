"""`cequiz queue`: what an administrator reads and decides on the command line."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.domain.bank.lexicon import NearMiss
from cequiz.domain.exam.events import EventDraft, EventKind
from cequiz.services import enrolling, grading, loading, starting
from cequiz.services.ports import NearMissRecord, Ports
from tests.builders import NOON, bank, course
from tests.frontends.desks import command, fake_ports, universal_time


@pytest.fixture
def ports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ports]:
    with universal_time(monkeypatch):
        made = fake_ports(tmp_path)
        loading.load(made, banks=[bank()], courses=[course()], actor="test")
        yield made


@pytest.fixture
def entry(ports: Ports) -> str:
    """Challenge an item; return the entry's id."""
    student = enrolling.register(ports, name="Sample", email="s@example.org", actor="test")
    hold = starting.start(ports, student_id=student.id, exam_ref="quiz", attested=True, actor="test")
    item = hold.attempt.form.items[0].key
    hold.answer(item, {"choice": "a"})
    seq = hold.challenge(item, reason="Two options [b] are right.", source="Moore, p. 12").event.seq
    return f"challenge:{hold.attempt.id}:{seq}"


def test_an_empty_queue_says_so_and_prints_no_data(ports: Ports) -> None:
    ran = command(ports, "queue", "list")
    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing waits for a decision.\n")
    assert command(ports, "queue", "list", "--json").out == "[]\n"


def test_the_listing_and_the_entry_tell_what_was_challenged(ports: Ports, entry: str) -> None:
    ran = command(ports, "queue", "list", "--kind", "challenge")
    assert ran.out.splitlines()[0].split() == ["ID", "WHEN", "STUDENT", "EXAM", "WHAT", "STATE"]
    assert entry in ran.out
    assert "Two options [b] are right." in ran.out
    assert command(ports, "queue", "list", "--kind", "outage").out == ""
    shown = command(ports, "queue", "show", entry).out
    assert "Moore, p. 12" in shown
    assert '{"choice": "a"}' in shown
    record = json.loads(command(ports, "queue", "show", entry, "--json").out)
    assert (record["kind"], record["decision"]) == ("challenge", None)
    assert record["details"]["response"] == {"choice": "a"}


@pytest.mark.parametrize(
    ("verb", "outcome", "words"),
    [
        (
            "accept",
            "accepted",
            "No score was changed: a corrected key is a new version of the bank. "
            "What another key would do to every attempt: cequiz bank rekey sample/d2-4 --key KEY",
        ),
        ("decline", "declined", "No score was changed."),
    ],
)
def test_a_decision_says_that_no_score_changed_and_leaves_the_list(
    ports: Ports, entry: str, verb: str, outcome: str, words: str
) -> None:
    ran = command(ports, "queue", verb, entry, "--note", "Looked it up.")
    assert (ran.code, ran.out, ran.err) == (0, "", f"{entry} is {outcome}. {words}\n")
    assert command(ports, "queue", "list").out == ""
    (record,) = json.loads(command(ports, "queue", "list", "--all", "--json").out)
    assert record["decision"]["outcome"] == outcome
    assert record["decision"]["note"] == "Looked it up."
    assert record["decision"]["at"].endswith("Z")
    assert outcome in command(ports, "queue", "show", entry).out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("show", "challenge:A-0:1"), 3),
        (("accept", "challenge:A-0:1", "--note", "x"), 3),
        (("decline", "challenge:A-0:1"), 2),
        (("list", "--kind", "other"), 2),
    ],
)
def test_what_cannot_be_done_leaves_with_the_code_of_the_contract(
    ports: Ports, arguments: tuple[str, ...], code: int
) -> None:
    ran = command(ports, "queue", *arguments)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err


def add_outage(ports: Ports, attempt: str, *, uncredited_ms: int) -> str:
    """Write that an open attempt went on after an outage; return the entry's id."""
    with ports.store.write() as unit:
        last = unit.attempts.events(attempt)[-1]
        payload = {"since_us": 0, "until_us": 3_000_000, "credited_ms": 1_000, "uncredited_ms": uncredited_ms}
        draft = {name: getattr(last, name) for name in ("attempt_id", "at", "stamp", "actor", "session")}
        unit.attempts.append(
            EventDraft(**draft, kind=EventKind.CONTINUED, payload=payload, key="again"), expected_seq=last.seq
        )
    return f"outage:{attempt}:{last.seq + 1}"


@pytest.mark.parametrize(("lost", "amount"), [(129_001, "130s"), (600_000, "10m"), (1_000_001_000, "16667m")])
def test_accepting_an_outage_gives_no_time_and_names_the_command_that_does(
    ports: Ports, entry: str, lost: int, amount: str
) -> None:
    attempt = entry.split(":")[1]
    outage = add_outage(ports, attempt, uncredited_ms=lost)
    before = grading.explain_time(ports, attempt)[1].deadline
    ran = command(ports, "queue", "accept", outage, "--note", "The power was out.")
    give = f'attempt adjust-time {attempt} --by {amount} --reason "outage"'
    assert ran.err == (
        f"{outage} is accepted. No time was given by that. While the attempt is open, give it with: cequiz {give}\n"
    )
    after = grading.explain_time(ports, attempt)[1].deadline
    assert after == before
    assert command(ports, *shlex.split(give)).code == 0
    given = grading.explain_time(ports, attempt)[1].deadline
    assert before is not None
    assert given is not None
    assert given - before >= timedelta(milliseconds=lost)


def test_declining_an_outage_does_not_speak_of_scores(ports: Ports, entry: str) -> None:
    outage = add_outage(ports, entry.split(":")[1], uncredited_ms=2_000)
    ran = command(ports, "queue", "decline", outage, "--note", "The lid was closed.")
    assert ran.err == f"{outage} is declined. No time was given.\n"


def test_a_near_miss_and_an_outage_are_told_in_words(ports: Ports, entry: str) -> None:
    attempt = entry.split(":")[1]
    miss = NearMiss("g1", "external rotation", "internal rotation", ("external", "internal"), "family")
    record = NearMissRecord(attempt_id=attempt, item="sample/q1", content_hash="ab12", miss=miss, at=NOON)
    with ports.store.write() as unit:
        unit.queue.add_near_miss(record)
        unit.queue.add_near_miss(replace(record, item="sample/q2", miss=replace(miss, pair=("not", ""))))
    outage = add_outage(ports, attempt, uncredited_ms=2_000)
    listed = command(ports, "queue", "list").out
    assert "sample/q1: external rotation for internal rotation" in listed
    assert "2 seconds not given back" in listed
    accepted = command(ports, "queue", "accept", f"near-miss:{attempt}:sample/q1:g1", "--note", "Both are right.").err
    assert "No score was changed: an answer that is to count is added in a new version of the bank." in accepted
    shown = command(ports, "queue", "show", f"near-miss:{attempt}:sample/q1:g1").out
    assert '"external" is not "internal"' in shown
    assert '"not" is not ""' in command(ports, "queue", "show", f"near-miss:{attempt}:sample/q2:g1").out
    shown = command(ports, "queue", "show", outage).out
    assert "Not given back: 2 seconds" in shown
    assert "1970-01-01T00:00:03Z" in shown
