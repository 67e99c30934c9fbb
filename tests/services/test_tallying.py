"""Statistics of items: everything that was marked is counted once, however often and by whom they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.marking import mark
from cequiz.domain.exam.tally import Tally, observe
from cequiz.services import tallying
from cequiz.services.grading import load_attempt, questions_of
from cequiz.services.ports import Ports, Standing
from cequiz.services.tallying import catch_up, statistics
from tests.builders import NOON
from tests.fakes import FakeStore
from tests.storing import answer, begin, draft

END = NOON + timedelta(minutes=2)


def sit(ports: Ports, attempt: str, choices: Sequence[str], *, number: int = 1) -> None:
    """Sit an exam of four items; a dash leaves one open."""
    begin(ports.store, attempt, number=number)
    seq = 1
    for place, choice in enumerate(choices):
        if choice != "-":
            ports.store.append(answer(place, choice=choice, attempt=attempt), expected_seq=seq)
            seq += 1
    close(ports, attempt, EventKind.SUBMITTED)
    remark(ports, attempt)


def close(ports: Ports, attempt: str, kind: EventKind) -> None:
    with ports.store.write() as unit:
        header = unit.attempts.header(attempt)
        assert header is not None
        ending = draft(kind, key=f"{kind} {attempt}", attempt=attempt, at=END)
        unit.attempts.append(ending, expected_seq=header.seq, standing=Standing(Status(str(kind)), None, END))


def remark(ports: Ports, attempt_id: str, *, everything: bool = False) -> None:
    """Keep the next revision, which may give every item its points."""
    with ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        last = unit.scores.latest(attempt_id)
        score = mark(attempt, questions_of(unit, attempt), revision=1 if last is None else last.revision + 1)
        marks = tuple(replace(one, earned=one.possible) if everything else one for one in score.marks)
        unit.scores.add(replace(score, marks=marks), actor="test", at=END)


def expected(ports: Ports) -> dict[str, Tally]:
    """Count everything anew, from the events and the newest scores of what was not voided."""
    tallies: dict[str, Tally] = {}
    with ports.store.read() as unit:
        for header in unit.attempts.headers():
            attempt, score = load_attempt(unit, header.id), unit.scores.latest(header.id)
            if score is None or attempt.status is Status.VOIDED:
                continue
            questions = questions_of(unit, attempt)
            for one, seen in observe(score.marks, responses=attempt.responses, questions=questions):
                tallies.setdefault(one.item, Tally()).add(seen)
    return tallies


def check(ports: Ports) -> None:
    tallies = expected(ports)
    with ports.store.read() as unit:
        kept = {f"{one.bank_id}/{one.question_id}": Tally.from_json(one.body) for one in unit.tallies.all()}
    assert {key: tally for key, tally in kept.items() if tally.drawn} == tallies


def test_what_was_answered_is_told_of_each_item(ports: Ports) -> None:
    sit(ports, "A-1", "bba-")
    sit(ports, "A-2", "bbbc", number=2)
    assert catch_up(ports) == 2
    first, second, third, fourth = statistics(ports, bank_id="sample")
    assert (first.question_id, first.drawn, first.answered, first.full) == ("d1-1", 2, 2, 2)
    assert first.facility == 1
    assert (second.options, third.options) == ({"b": 2}, {"a": 1, "b": 1})
    assert (fourth.answered, fourth.drawn, fourth.options) == (1, 2, {"c": 1})
    assert fourth.facility == 0
    assert third.facility == Fraction(1, 2)
    assert third.discrimination == pytest.approx(0) or third.discrimination is None
    assert statistics(ports, bank_id="sample", question_id="d1-3") == (third,)
    assert statistics(ports, bank_id="other") == ()


def test_nothing_is_counted_twice(ports: Ports) -> None:
    sit(ports, "A-1", "bbbb")
    assert [catch_up(ports), catch_up(ports)] == [1, 0]
    sit(ports, "A-2", "aaaa", number=2)
    assert [catch_up(ports), catch_up(ports)] == [1, 0]
    assert [one.drawn for one in statistics(ports)] == [2, 2, 2, 2]
    check(ports)


def test_a_re_mark_takes_the_place_of_the_marking_before(ports: Ports) -> None:
    sit(ports, "A-1", "baaa")
    catch_up(ports)
    remark(ports, "A-1", everything=True)
    assert catch_up(ports) == 1
    assert [(one.drawn, one.full, one.options) for one in statistics(ports)] == [
        (1, 1, {"b": 1}),
        (1, 1, {"a": 1}),
        (1, 1, {"a": 1}),
        (1, 1, {"a": 1}),
    ]
    check(ports)


def test_a_voided_attempt_is_not_counted_and_one_voided_later_is_taken_out(ports: Ports) -> None:
    sit(ports, "A-1", "bbbb")
    sit(ports, "A-2", "aaaa", number=2)
    close(ports, "A-2", EventKind.VOIDED)
    catch_up(ports)
    assert [one.options for one in statistics(ports)] == [{"b": 1}] * 4
    close(ports, "A-1", EventKind.VOIDED)
    assert [catch_up(ports), catch_up(ports)] == [1, 0]
    assert [one.drawn for one in statistics(ports)] == [0] * 4


def test_progress_is_told_and_stopping_keeps_what_was_counted(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "PIECE", 2)
    for number in range(1, 6):
        sit(ports, f"A-{number}", "bbbb", number=number)
    told: list[tuple[int, int]] = []
    assert catch_up(ports, progress=lambda done, of: told.append((done, of)), stop=lambda: len(told) == 1) == 2
    assert [one.drawn for one in statistics(ports)] == [2] * 4
    assert catch_up(ports, progress=lambda done, of: told.append((done, of))) == 3
    assert told == [(2, 5), (2, 3), (3, 3)]
    check(ports)


class Interrupted:
    """A store in which somebody else counts just before the first transaction that writes."""

    def __init__(self, ports: Ports) -> None:
        self._ports, self._sound, self.times = ports, ports.store, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sound, name)

    @contextmanager
    def write(self) -> Any:
        self.times += 1
        if self.times == 1:
            catch_up(self._ports)
        with self._sound.write() as unit:
            yield unit


def test_two_who_count_at_once_count_everything_once(ports: Ports) -> None:
    sit(ports, "A-1", "bbbb")
    assert catch_up(replace(ports, store=Interrupted(ports))) == 0
    assert [one.drawn for one in statistics(ports)] == [1] * 4


DEEDS = st.lists(
    st.tuples(st.sampled_from(["sit", "sit", "sit", "remark", "give", "void", "count"]), st.integers(0, 9)), max_size=14
)


@given(DEEDS, st.lists(st.text("abcd-", min_size=4, max_size=4), min_size=1))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_counts_are_those_of_counting_everything_anew(
    ports: Ports, deeds: list[tuple[str, int]], sheets: list[str]
) -> None:
    ports = replace(ports, store=FakeStore())
    attempts: list[str] = []
    voided: set[str] = set()
    for deed, number in deeds:
        standing = [one for one in attempts if one not in voided]
        if deed == "sit":
            attempts.append(f"A-{len(attempts) + 1}")
            sit(ports, attempts[-1], sheets[number % len(sheets)], number=len(attempts))
        elif deed == "count":
            catch_up(ports)
        elif standing:
            chosen = standing[number % len(standing)]
            if deed == "void":
                close(ports, chosen, EventKind.VOIDED)
                voided.add(chosen)
            else:
                remark(ports, chosen, everything=deed == "give")
    catch_up(ports)
    check(ports)
