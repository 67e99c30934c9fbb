"""A pass that falls takes along what stands on it: award, certificate, and what boards were told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.look import Look
from cequiz.domain.credential.proof import Proof
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.student import Licence
from cequiz.errors import NotAllowed, WrongState
from cequiz.services import (
    correcting,
    enrolling,
    evaluating,
    issuing,
    papers,
    proposing,
    rekeying,
    rolling,
    timing,
    transcribing,
)
from cequiz.services.consequences import Outcome
from cequiz.services.earning import check_earned, course_progress
from cequiz.services.foreseeing import Request, preview
from cequiz.services.grading import load_attempt
from cequiz.services.ports import Store
from cequiz.services.ports.reports import CompletionQuery
from cequiz.services.reports import batches, ce_broker, due, roster
from tests.fakes import FakeClock, FakePress, FakeStore
from tests.services.reports.conftest import School, school_on
from tests.storing import open_store

DAY = timedelta(days=1)


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def school(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[School]:
    """Return a school on each store: what was voided must be gone from all of them."""
    if request.param == "postgres":
        yield school_on(request.getfixturevalue("postgres_store"), tmp_path, FakeClock())
        return
    store: Store = FakeStore() if request.param == "fake" else open_store(tmp_path)
    yield school_on(store, tmp_path, FakeClock())
    store.close()


@pytest.fixture
def small(tmp_path: Path) -> School:
    """Return a school in memory."""
    return school_on(FakeStore(), tmp_path, FakeClock())


def attempts(school: School, student: str) -> list[str]:
    with school.ports.store.read() as unit:
        return [one.id for one in unit.attempts.headers(student_id=student)]


def void(school: School, attempt: str, *, take_away: bool = False) -> None:
    timing.void(school.ports, attempt_id=attempt, reason="sat by somebody else", actor="admin", take_away=take_away)


def status(school: School, number: str) -> tuple[str, str]:
    newest = papers.certificate(school.ports, number)[1]
    assert newest is not None
    return newest.status, newest.reason


def reported(school: School) -> list[str]:
    """Return the days that the next file for CE Broker would name."""
    return [line.cells()[5] for line in ce_broker.preview(school.ports).lines]


def hand_in(school: School) -> str:
    batch = ce_broker.export(school.ports, actor="test").batch
    assert batch is not None
    batches.post(school.ports, batch_id=batch.id, actor="test")
    return batch.id


def rekey(school: School, question: str, choice: str, *, take_away: bool = False) -> proposing.Submitted:
    found = rekeying.newest(school.ports, "sample").question(question)
    change = rekeying.rekeyed(found, bank="sample", response={"choice": choice})
    seen = preview(school.ports, Request(bank="sample", changes=(change,), take_away=take_away))
    return proposing.submit(school.ports, seen, reason="the textbook changed", actor="test")


def test_an_attempt_that_a_certificate_rests_on_is_not_voided_by_the_way(school: School) -> None:
    """A certificate would stay in force for an exam that somebody else had sat."""
    student = school.complete()
    number = school.number_of(student)
    (attempt,) = attempts(school, student)
    assert [(one.number, one.boards) for one in timing.at_stake(school.ports, attempt)] == [(number, ())]
    before = school.deeds()
    with pytest.raises(NotAllowed, match=number) as refused:
        void(school, attempt)
    assert "--take-away" in refused.value.hint
    assert school.deeds() == before
    assert status(school, number) == ("issued", "")


def test_what_was_earned_ends_with_the_attempt_and_counts_nowhere(school: School) -> None:
    """The roster, CE Broker and the list of what is due would go on telling boards of it."""
    student, other = school.complete("Ana"), school.complete("Bela", [Licence("FL", "MA2")])
    number = school.number_of(student)
    (attempt,) = attempts(school, student)
    void(school, attempt, take_away=True)
    assert status(school, number) == ("revoked", "attempt voided: sat by somebody else")
    assert school.deeds()[-3:] == ["attempt.voided", "certificate.revoked", "award.ended"]
    assert course_progress(school.ports, student_id=student, course_id="course").award is None
    assert [row["name"] for row in roster.roster(school.ports).rows] == ["Bela"]
    assert [row["name"] for row in due.due(school.ports).rows] == ["Bela"]
    assert [line.licence for line in ce_broker.preview(school.ports).lines] == ["MA2"]
    assert issuing.issue_due(school.ports, actor="test") == issuing.Issued((), ())
    with school.ports.store.read() as unit:
        assert [one.award.student_id for one in unit.reports.completions(CompletionQuery())] == [other]
    assert school.ports.store.verify_chains().findings == ()


def test_nothing_is_drawn_anew_for_what_was_voided(school: School) -> None:
    student = school.complete()
    number = school.number_of(student)
    void(school, attempts(school, student)[0], take_away=True)
    with pytest.raises(NotAllowed, match="revoked"):
        correcting.correct(school.ports, number, reason="married", actor="test")
    assert issuing.issue_due(school.ports, actor="test") == issuing.Issued((), ())


def test_an_award_without_a_certificate_ends_with_its_attempt(school: School) -> None:
    """Issuing would refuse it for ever, and the list of what is due would name the student each day."""
    student = school.complete(issue=False)
    (attempt,) = attempts(school, student)
    assert [(one.number, one.course_id) for one in timing.at_stake(school.ports, attempt)] == [("", "course")]
    void(school, attempt)
    assert school.deeds()[-1] == "award.ended"
    assert issuing.due(school.ports) == ()
    assert due.due(school.ports).rows == []
    assert issuing.issue_due(school.ports, actor="test") == issuing.Issued((), ())


class VoidingPress(FakePress):
    """Somebody voids the attempt while the certificate is being drawn."""

    def __init__(self, school: School, attempt: str) -> None:
        super().__init__()
        self._school, self._attempt = school, attempt

    def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
        void(self._school, self._attempt)
        return super().draw(facts, look=look, proof=proof)


def test_a_void_while_the_certificate_is_drawn_leaves_none(small: School) -> None:
    """It would be issued a moment after what it stands on was taken away."""
    student = small.complete(issue=False)
    slow = replace(small.ports, press=VoidingPress(small, attempts(small, student)[0]))
    (refusal,) = issuing.issue_due(slow, actor="test").refused
    assert isinstance(refusal.error, WrongState)
    with small.ports.store.read() as unit:
        assert list(unit.certificates.all()) == []


def test_a_transcript_names_no_course_as_earned_that_was_voided(small: School) -> None:
    """The student would show hours that nobody stands for."""
    student, other = small.complete(), small.complete("Bela", issue=False)
    void(small, attempts(small, student)[0], take_away=True)
    void(small, attempts(small, other)[0])
    said = transcribing.transcript(small.ports, student)
    assert [(one.ended, [paper.state for paper in one.papers]) for one in said.courses[0].earned] == [
        (True, ["revoked"])
    ]
    assert "award" not in {row["kind"] for row in transcribing.chronicle(said).rows}
    assert transcribing.transcript(small.ports, other).courses[0].earned == ()
    with pytest.raises(NotAllowed, match="nothing to renew"):
        enrolling.renew(small.ports, student_id=student, course_id="course", actor="test")


def test_whoever_passes_again_after_a_void_is_certified_and_reported_again(school: School) -> None:
    student = school.complete()
    first = school.number_of(student)
    batch = hand_in(school)
    (attempt,) = attempts(school, student)
    (stake,) = timing.at_stake(school.ports, attempt)
    assert any(batch in one for one in stake.boards), "the office must learn that a board was told"
    void(school, attempt, take_away=True)
    assert reported(school) == []
    (line,) = batches.batch_report(school.ports, batch).rows
    assert (line["again"], line["reason"]) == (False, "it was taken away: the board must be told")
    assert "report.withdrawn" in school.deeds()
    school.clock.advance(3 * DAY)
    school.sit(student)
    record = school.issue(student)
    assert record.number != first
    assert reported(school) == ["11/25/2026"]
    assert [row["certificate"] for row in roster.roster(school.ports).rows] == [record.number]
    assert status(school, first)[0] == "revoked"


def test_a_completion_that_a_key_took_away_and_a_later_exam_earned_anew_is_reported_again(school: School) -> None:
    """The board would never hear of the exam that was passed."""
    student = school.join()
    attempt = school.sit(student, right=3)
    evaluating.evaluate(school.ports, student_id=student, course_id="course", answers=None, actor="test")
    school.issue(student)
    batch = hand_in(school)
    school.clock.advance(DAY)
    with school.ports.store.read() as unit:
        asked = load_attempt(unit, attempt).form.items[0].question
    done = rekey(school, asked, "c", take_away=True)
    assert any(batch in one for one in done.preview.consequences[0].boards)
    assert (reported(school), due.due(school.ports).rows, roster.roster(school.ports).rows) == ([], [], [])
    school.clock.advance(2 * DAY)
    school.sit(student)
    school.issue(student)
    assert reported(school) == ["11/25/2026"]
    assert [row["what"] for row in due.due(school.ports).rows] == ["not reported"]


def test_a_completion_whose_day_moves_is_reported_again(school: School) -> None:
    """The board would keep a day on which nothing was passed."""
    student = school.join()
    attempt = school.sit(student, right=2)
    with school.ports.store.read() as unit:
        asked = load_attempt(unit, attempt).form.items[3].question
    school.clock.advance(DAY)
    second = school.sit(student)
    evaluating.evaluate(school.ports, student_id=student, course_id="course", answers=None, actor="test")
    number = school.issue(student).number
    hand_in(school)
    rekey(school, asked, "a")  # the first attempt has passed from now on, and the award keeps its day
    assert reported(school) == []
    (stake,) = timing.at_stake(school.ports, second)
    assert (stake.number, stake.outcome, stake.day) == (number, Outcome.SUPERSEDED, date(2026, 11, 22))
    assert "another day of this completion" in stake.boards[0], "the board would keep both days"
    before = school.deeds()
    with pytest.raises(NotAllowed, match=number) as refused:
        void(school, second)
    assert "`cequiz certificate issue` corrects the certificate" in refused.value.hint
    assert school.deeds() == before
    void(school, second, take_away=True)
    assert status(school, number)[0] == "issued", "the first attempt carries it now"
    (corrected,) = correcting.catch_up(school.ports, actor="test").certificates
    assert corrected.facts.completed_on == date(2026, 11, 22)
    assert reported(school) == ["11/22/2026"]


def test_a_completion_that_moves_within_its_day_stays_reported(small: School) -> None:
    """The board would get the same licence, course and day a second time."""
    student = small.join()
    attempt = small.sit(student, right=2)
    with small.ports.store.read() as unit:
        asked = load_attempt(unit, attempt).form.items[3].question
    small.clock.advance(timedelta(hours=2))
    second = small.sit(student)
    evaluating.evaluate(small.ports, student_id=student, course_id="course", answers=None, actor="test")
    small.issue(student)
    hand_in(small)
    rekey(small, asked, "a")
    assert [one.boards for one in timing.at_stake(small.ports, second)] == [()]
    void(small, second, take_away=True)
    assert "award.rescored" in small.deeds()
    assert reported(small) == []


def test_what_was_earned_anew_is_no_more_said_to_be_withdrawn(school: School) -> None:
    """Somebody would tell the board to forget what the next file reports."""
    student = school.complete()
    batch = hand_in(school)
    void(school, attempts(school, student)[0], take_away=True)
    assert "the board must be told" in batches.outdated(school.ports, batch)[0]
    school.clock.advance(DAY)
    school.sit(student)
    school.issue(student)
    assert batches.outdated(school.ports, batch) == ("1 line of it counts no more, and waits for the next file.",)
    (line,) = batches.batch_report(school.ports, batch).rows
    assert (line["again"], line["reason"]) == (True, "it was earned anew")
    newer = hand_in(school)
    assert newer in batches.outdated(school.ports, batch)[0]


def test_an_older_void_that_left_the_award_alone_is_mended_when_certificates_are_issued(small: School) -> None:
    """A store in which attempts were voided before would refuse the certificate for ever, for a reason that is none."""
    student = small.complete(issue=False)
    (attempt,) = attempts(small, student)
    void_as_once(small, attempt)
    (line,) = issuing.due(small.ports)
    assert line.student.id == student
    with small.ports.store.read() as unit:
        (award,) = unit.awards.all()
        course = unit.courses.latest("course")
        assert course is not None
        with pytest.raises(WrongState, match="voided"):
            check_earned(unit, award, course)
    assert issuing.issue_due(small.ports, actor="test") == issuing.Issued((), ())
    assert issuing.due(small.ports) == ()
    small.sit(student)
    assert small.issue(student).number == "CQ-2026-000001"


def test_a_certificate_of_an_attempt_that_was_voided_before_is_not_issued_anew(small: School) -> None:
    student = small.complete()
    number = small.number_of(student)
    void_as_once(small, attempts(small, student)[0])
    small.clock.advance(DAY)
    rolling.correct(small.ports, student_id=student, name="Ana Married", reason="married", actor="test")
    with pytest.raises(WrongState, match="voided"):
        correcting.correct(small.ports, number, reason="married", actor="test")
    correcting.move(small.ports, number, to=Life.REVOKED, reason="voided", actor="test")
    small.sit(student)
    assert small.issue(student).number == "CQ-2026-000002"


def void_as_once(school: School, attempt_id: str) -> None:
    """Void an attempt as it was done before voids ended awards: nothing else changes."""
    stamp = school.clock.read()
    with school.ports.store.write() as unit:
        attempt = load_attempt(unit, attempt_id)
        draft = timing.office_draft(
            school.ports,
            attempt,
            kind=EventKind.VOIDED,
            payload={"reason": "x"},
            now=stamp.wall,
            stamp=stamp,
            actor="test",
        )
        timing.write(unit, attempt, draft, deed="attempt.voided")
