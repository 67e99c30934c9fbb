"""Statistics of items are counted from the same records in both stores, and come back as they were put in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.exam.marking import Mark, Score
from cequiz.services.ports import DrawnItem, ItemTally, Standing, Store
from tests.builders import NOON, bank
from tests.storing import answer, begin, draft

MARKS = tuple(
    Mark(f"sample/d1-{number}", "D1", Fraction(number == 1), Fraction(1), answered=number == 1)
    for number in range(1, 5)
)

SCORE = Score(
    attempt_id="A-1",
    revision=1,
    earned=Fraction(1),
    possible=Fraction(4),
    pass_mark=Fraction(75),
    objectives=(),
    marks=MARKS,
    cause=Status.SUBMITTED,
    finished_at=NOON + timedelta(minutes=2),
)

TALLY = ItemTally(
    bank_id="sample",
    question_id="d1-1",
    content_hash="ab" * 32,
    body={"drawn": 3, "shares": "7/3", "parts": {"«b1»": {"given": {"ñ": 2}}}},
)


def end(store: Store, attempt: str, kind: EventKind, *, seq: int) -> None:
    ending = draft(kind, key=f"{kind} {attempt}", attempt=attempt, at=NOON + timedelta(minutes=2))
    store.append(ending, expected_seq=seq, standing=Standing(Status(str(kind)), None, NOON + timedelta(minutes=2)))


def score(store: Store, one: Score) -> None:
    with store.write() as unit:
        unit.scores.add(one, actor="test", at=NOON)


def test_a_store_that_counted_nothing_is_at_the_beginning(store: Store) -> None:
    with store.read() as unit:
        assert (unit.tallies.watermark(), unit.tallies.newest()) == (0, 0)
        assert unit.tallies.withdrawn() == frozenset()
        assert not unit.tallies.all()
        assert not unit.tallies.beyond(0, limit=10)


def test_tallies_take_the_place_of_those_before_and_say_up_to_where_they_count(store: Store) -> None:
    other = replace(TALLY, content_hash="aa" * 32)
    with store.write() as unit:
        unit.tallies.put([TALLY, replace(TALLY, question_id="d1-2"), replace(TALLY, bank_id="a")], watermark=2)
    with store.write() as unit:
        unit.tallies.put([replace(TALLY, body={"drawn": 4}), other], watermark=7, withdrawn=frozenset({"A-2", "A-1"}))
    with store.read() as unit:
        assert unit.tallies.watermark() == 7
        assert unit.tallies.withdrawn() == {"A-1", "A-2"}
        assert list(unit.tallies.get("sample", "d1-1")) == [other, replace(TALLY, body={"drawn": 4})]
        assert list(unit.tallies.get("sample", "d1-9")) == []
        keys = [(one.bank_id, one.question_id) for one in unit.tallies.all()]
        assert keys == [("a", "d1-1"), ("sample", "d1-1"), ("sample", "d1-1"), ("sample", "d1-2")]


def test_a_score_comes_with_what_was_drawn_and_the_answers_that_stand(store: Store) -> None:
    begin(store)
    store.append(answer(0, choice="a"), expected_seq=1)
    store.append(answer(4, choice="b"), expected_seq=2)
    store.append(answer(1, choice="c"), expected_seq=3)
    store.append(draft(EventKind.CLEARED, {"item": "sample/d1-2"}, key="clear"), expected_seq=4)
    end(store, "A-1", EventKind.SUBMITTED, seq=5)
    score(store, SCORE)
    with store.read() as unit:
        assert unit.tallies.newest() == 1
        (found,) = unit.tallies.beyond(0, limit=10)
    assert (found.place, found.attempt_id, found.voided, found.earlier) == (1, "A-1", False, None)
    assert found.responses == {"sample/d1-1": {"choice": "b"}}
    assert tuple(found.marks) == MARKS
    assert sorted(item.key for item in found.items) == [mark.item for mark in MARKS]
    first = next(item for item in found.items if item.question_id == "d1-1")
    hashed = bank(counts={"D1": 4}).question("d1-1").content_hash()
    assert first == DrawnItem(bank_id="sample", bank_version="1", question_id="d1-1", content_hash=hashed)


def test_a_re_mark_brings_the_marks_of_the_revision_before(store: Store) -> None:
    better, best = (tuple(replace(one, earned=Fraction(share)) for one in MARKS) for share in ("1/3", "1"))
    for place, attempt in enumerate(("A-1", "A-2"), start=1):
        begin(store, attempt, number=place)
        end(store, attempt, EventKind.SUBMITTED, seq=1)
        score(store, replace(SCORE, attempt_id=attempt))
    score(store, replace(SCORE, revision=2, marks=better))
    score(store, replace(SCORE, revision=3, marks=best))
    with store.read() as unit:
        second, third, fourth = unit.tallies.beyond(1, limit=10)
        assert (second.attempt_id, second.earlier) == ("A-2", None)
        assert (tuple(third.marks), third.earlier) == (better, MARKS)
        assert (tuple(fourth.marks), fourth.earlier) == (best, better)
        assert [one.place for one in unit.tallies.beyond(2, limit=1)] == [3]
        assert [one.place for one in unit.tallies.beyond(4, limit=9)] == []
        counted = [unit.tallies.counted("A-1", place) for place in (3, 2, 0)]
    assert [one and tuple(one.marks) for one in counted] == [better, MARKS, None]


def test_voided_attempts_are_named_once_a_score_of_theirs_lies_before_the_place(store: Store) -> None:
    for number, attempt in enumerate(("A-2", "A-1", "A-3"), start=1):
        begin(store, attempt, number=number)
        end(store, attempt, EventKind.SUBMITTED, seq=1)
        if attempt != "A-3":
            score(store, replace(SCORE, attempt_id=attempt))
    for attempt in ("A-1", "A-2", "A-3"):
        end(store, attempt, EventKind.VOIDED, seq=2)
    with store.read() as unit:
        assert [list(unit.tallies.voided(place)) for place in (0, 1, 2)] == [[], ["A-2"], ["A-1", "A-2"]]
        assert [one.voided for one in unit.tallies.beyond(0, limit=5)] == [True, True]
