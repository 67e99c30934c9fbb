"""What the exam room keeps beside events: signs of life, accommodations, figures, the review queue, practice."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from cequiz.adapters.rest import FsrsRest
from cequiz.domain.bank.lexicon import NearMiss
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.practice import Recall
from cequiz.errors import WrongState
from cequiz.services.ports import (
    AccommodationRecord,
    Decision,
    FigureFile,
    Heartbeat,
    NearMissRecord,
    PracticeAnswer,
    PracticeCard,
    Store,
)
from tests.builders import NOON, stamp
from tests.storing import answer, begin, draft

BEAT = Heartbeat(attempt_id="A-1", session="one", at=NOON, stamp=stamp(NOON, boot=timedelta(microseconds=7)))

GRANTED = AccommodationRecord(
    student_id="S-1",
    version=1,
    profile=Accommodation(factor=Fraction(5, 4), breaks=True, spacious=True),
    reason="Letter of 3 May «á»",
    actor="os:admin",
    at=NOON,
)

MISS = NearMissRecord(
    attempt_id="A-1",
    item="sample/d1-1",
    content_hash="ab" * 32,
    miss=NearMiss(part="b1", given="adduction ", accepted="abduction", pair=("adduction", "abduction"), rule="prefix"),
    at=NOON,
)

PRACTISED = PracticeAnswer(
    student_id="S-1",
    course_id="course",
    bank="sample",
    bank_version="1",
    question="d1-1",
    response={"pairs": {"a": "b", "c": "ñ"}},
    share=Fraction(1, 3),
    drill=True,
    at=NOON,
)

CARD = PracticeCard(
    student_id="S-1",
    course_id="course",
    bank="sample",
    question="d1-1",
    card=FsrsRest().review(None, recalled=Recall.HARD, at=NOON),
    due=NOON,
)


def test_the_last_sign_of_life_of_an_attempt_counts(store: Store) -> None:
    begin(store)
    begin(store, "A-2", number=2)
    later = replace(BEAT, session="two", at=NOON + timedelta(seconds=10), stamp=stamp(NOON), left=True)
    with store.write() as unit:
        assert unit.heartbeats.last("A-1") is None
        unit.heartbeats.beat(BEAT)
        unit.heartbeats.beat(replace(BEAT, attempt_id="A-2"))
        assert unit.heartbeats.last("A-1") == BEAT
        unit.heartbeats.beat(later)
    with store.read() as unit:
        assert unit.heartbeats.last("A-1") == later
        assert unit.heartbeats.last("A-2") == replace(BEAT, attempt_id="A-2")


def test_a_session_that_was_taken_over_from_gives_no_sign_of_life_any_more(store: Store) -> None:
    """Otherwise the new session's sign would be lost, and its student be told that the exam is open elsewhere."""
    begin(store)
    store.beat(BEAT)
    newer = replace(BEAT, at=NOON + timedelta(seconds=10), item="q-2", lost=True)
    store.beat(newer)
    store.beat(replace(BEAT, session="two", at=NOON + timedelta(seconds=20)))
    with store.read() as unit:
        assert unit.heartbeats.last("A-1") == newer
    taken = replace(BEAT, session="two", at=NOON + timedelta(seconds=30))
    with store.write() as unit:
        unit.heartbeats.beat(taken)
    store.beat(replace(BEAT, at=NOON + timedelta(seconds=40)))
    with store.read() as unit:
        assert unit.heartbeats.last("A-1") == taken


def test_a_sign_of_life_says_where_somebody_is_and_whether_the_line_was_lost(store: Store) -> None:
    begin(store)
    for beat in (replace(BEAT, item="q-3"), replace(BEAT, item="q-2", lost=True), replace(BEAT, left=True)):
        with store.write() as unit:
            unit.heartbeats.beat(beat)
        with store.read() as unit:
            assert unit.heartbeats.last("A-1") == beat


def test_the_newest_version_of_an_accommodation_is_in_force_and_the_older_ones_stay(store: Store) -> None:
    begin(store)
    begin(store, "A-2", who="S-2")
    second = replace(GRANTED, version=2, profile=Accommodation(untimed=True, plain=True), reason="Appeal")
    other = replace(GRANTED, student_id="S-2")
    with store.write() as unit:
        assert unit.accommodations.latest("S-1") is None
        unit.accommodations.add(second)
        unit.accommodations.add(GRANTED)
        unit.accommodations.add(other)
    with store.read() as unit:
        assert unit.accommodations.latest("S-1") == second
        assert list(unit.accommodations.all("S-1")) == [GRANTED, second]
        assert list(unit.accommodations.all("S-2")) == [other]
        assert list(unit.accommodations.all("S-3")) == []


def test_a_version_of_an_accommodation_is_given_once(store: Store) -> None:
    begin(store)
    with store.write() as unit:
        unit.accommodations.add(GRANTED)
    with pytest.raises(WrongState), store.write() as unit:
        unit.accommodations.add(replace(GRANTED, reason="other"))
    with store.read() as unit:
        assert unit.accommodations.latest("S-1") == GRANTED


def test_a_figure_is_kept_byte_for_byte_and_once(store: Store) -> None:
    content = b"<svg>\x00\xff</svg>"
    name = hashlib.sha256(content).hexdigest()
    figure = FigureFile(sha256=name, media_type="image/svg+xml", content=content)
    with store.write() as unit:
        unit.figures.add(figure)
        unit.figures.add(figure)
        unit.figures.add(replace(figure, content=b"other"))
    with store.read() as unit:
        assert unit.figures.get(name) == figure
        assert unit.figures.get("0" * 64) is None


def test_a_near_miss_is_kept_once_for_a_part_of_an_item_in_an_attempt(store: Store) -> None:
    begin(store)
    begin(store, "A-2", number=2)
    others = [
        replace(MISS, miss=replace(MISS.miss, part="b2")),
        replace(MISS, item="sample/d1-2"),
        replace(MISS, attempt_id="A-2", at=NOON - timedelta(days=1)),
    ]
    with store.write() as unit:
        for one in (MISS, *others, replace(MISS, at=NOON + timedelta(days=1)), others[0]):
            unit.queue.add_near_miss(one)
    with store.read() as unit:
        assert list(unit.queue.near_misses()) == [MISS, *others]


def test_every_decision_stays_in_its_order(store: Store) -> None:
    first = Decision(entry="challenge:A-1:17", outcome="declined", note="«no»", actor="os:admin", at=NOON)
    decisions = [first, replace(first, entry="miss:1"), replace(first, outcome="accepted", at=NOON - timedelta(days=1))]
    with store.write() as unit:
        for one in decisions:
            unit.queue.decide(one)
    with store.read() as unit:
        assert list(unit.queue.decisions()) == decisions


def test_practice_keeps_every_answer_and_the_last_card(store: Store) -> None:
    begin(store)
    begin(store, "A-2", who="S-2")
    again = replace(PRACTISED, share=Fraction(1), drill=False, at=NOON + timedelta(days=1))
    elsewhere = replace(PRACTISED, course_id="other")
    theirs = replace(PRACTISED, student_id="S-2")
    moved = replace(CARD, card={"due": "y"}, due=NOON + timedelta(days=3))
    with store.write() as unit:
        unit.practices.add(PRACTISED, CARD)
        unit.practices.add(replace(PRACTISED, question="d1-2"), replace(CARD, question="d1-2", due=NOON))
        unit.practices.add(again, moved)
        unit.practices.add(elsewhere, replace(CARD, course_id="other"))
        unit.practices.add(theirs, replace(CARD, student_id="S-2"))
    with store.read() as unit:
        assert list(unit.practices.answers("S-1", "course")) == [
            PRACTISED,
            replace(PRACTISED, question="d1-2"),
            again,
        ]
        assert list(unit.practices.cards("S-1", "course")) == [replace(CARD, question="d1-2"), moved]
        assert list(unit.practices.answers("S-1", "other")) == [elsewhere]
        assert list(unit.practices.cards("S-2", "course")) == [replace(CARD, student_id="S-2")]
        assert list(unit.practices.cards("S-3", "course")) == []


def test_events_of_a_kind_are_found_in_all_attempts_oldest_first(store: Store) -> None:
    begin(store)
    begin(store, "A-2", number=2)
    challenge = draft(EventKind.CHALLENGED, {"item": "sample/d1-1"}, key="c1", at=NOON + timedelta(minutes=3))
    first = draft(EventKind.CHALLENGED, {"item": "sample/d1-1"}, key="c2", attempt="A-2")
    store.append(answer(0), expected_seq=1)
    store.append(challenge, expected_seq=2)
    store.append(first, expected_seq=1)
    store.append(draft(EventKind.FLAGGED, {"item": "sample/d1-1"}, key="f", attempt="A-2"), expected_seq=2)
    with store.read() as unit:
        assert [event.key for event in unit.attempts.of_kind(EventKind.CHALLENGED)] == ["c2", "c1"]
        both = unit.attempts.of_kind(EventKind.CHALLENGED, EventKind.FLAGGED)
        assert [event.key for event in both] == ["c2", "f", "c1"]
        assert list(unit.attempts.of_kind(EventKind.VOIDED)) == []
        assert list(unit.attempts.of_kind()) == []
