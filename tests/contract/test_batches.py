"""What was reported to boards, on every store: what would be reported twice, or never, if it failed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from cequiz.domain.credential.award import Award
from cequiz.errors import WrongState
from cequiz.services.ports import AuditRecord, CertificateRecord, CertificateStatus, ReportBatch, Reported, Store
from cequiz.services.ports.reports import Completion, CompletionQuery, Open, Stretch
from tests.builders import NOON
from tests.papers import facts
from tests.storing import load, student

ALWAYS = Stretch()
BATCH = ReportBatch(id="B-1", kind="ce-broker", body={"lines": [["1", "Ñ"]]}, actor="admin", made_at=NOON)


def award(number: int, who: str = "S-1") -> Award:
    """Return the award of a cycle, completed so many hours after noon."""
    at = NOON + timedelta(hours=number)
    return Award(
        id=f"W-{number}",
        student_id=who,
        course_id="course",
        course_version="1",
        completed_at=at,
        percent=Fraction(85),
        pass_mark=Fraction(75),
        awarded_at=at,
        cycle=number,
    )


def earned(store: Store, count: int = 3) -> None:
    """Let one student earn the course in so many cycles."""
    with store.write() as unit:
        load(unit)
        unit.students.add(student(), passphrase_hash=None, at=NOON)
        for number in range(1, count + 1):
            unit.awards.add(award(number))


def completions(store: Store, which: Open = Open.ALL, stretch: Stretch = ALWAYS) -> list[Completion]:
    with store.read() as unit:
        return list(unit.reports.completions(CompletionQuery(open=which, stretch=stretch)))


def ids(found: list[Completion]) -> list[str]:
    return [one.award.id for one in found]


def paper(number: str) -> CertificateRecord:
    """Return a certificate of the first award."""
    said = facts(number=number)
    return CertificateRecord(
        number=number, award_id="W-1", facts=said, pdf=b"%PDF", sha256=said.digest(), issued_at=NOON
    )


def line(award_id: str, batch: str = "B-1") -> Reported:
    return Reported(batch_id=batch, award_id=award_id, licence="FL:MA12345")


def test_a_batch_comes_back_as_it_was_made_with_its_lines_in_order(store: Store) -> None:
    """The file could not be written again, or in another order."""
    earned(store)
    lines = [line("W-2"), line("W-1")]
    with store.write() as unit:
        unit.batches.add(BATCH, lines)
        unit.batches.add(replace(BATCH, id="B-0", made_at=NOON + timedelta(days=1)), [])
    with store.read() as unit:
        assert unit.batches.get("B-1") == BATCH
        assert list(unit.batches.lines("B-1")) == list(unit.batches.reported()) == lines
        assert [one.id for one in unit.batches.all()] == ["B-1", "B-0"]
        assert unit.batches.get("B-9") is None
        assert list(unit.reports.standing(["W-1", "W-3"])) == [line("W-1")]


def test_a_batch_is_kept_once(store: Store) -> None:
    """Two files would bear the same id."""
    earned(store)
    with store.write() as unit:
        unit.batches.add(BATCH, [line("W-1")])
    with pytest.raises(WrongState), store.write() as unit:
        unit.batches.add(BATCH, [line("W-2")])
    with store.read() as unit:
        assert [one.award_id for one in unit.batches.reported()] == ["W-1"]


def test_posting_is_kept_with_who_and_when(store: Store) -> None:
    """Nobody could say whether a file ever reached the board."""
    earned(store)
    with store.write() as unit:
        unit.batches.add(BATCH, [line("W-1")])
        unit.batches.post("B-1", actor="staff:P-1", at=NOON + timedelta(hours=1))
    with store.read() as unit:
        found = unit.batches.get("B-1")
    assert found == replace(BATCH, posted_at=NOON + timedelta(hours=1), poster="staff:P-1")


def test_a_completion_is_open_until_it_is_reported_and_again_when_it_is_requeued(store: Store) -> None:
    """Somebody would be reported twice, or never."""
    earned(store)
    assert ids(completions(store, Open.UNREPORTED)) == ["W-1", "W-2", "W-3"]
    with store.write() as unit:
        unit.batches.add(BATCH, [line("W-1"), line("W-2")])
    assert ids(completions(store, Open.UNREPORTED)) == ["W-3"]
    assert ids(completions(store, Open.UNSETTLED)) == ["W-1", "W-2", "W-3"]
    with store.write() as unit:
        unit.batches.post("B-1", actor="admin", at=NOON)
        unit.batches.requeue("W-2", reason="the licence was wrong")
    assert ids(completions(store, Open.UNREPORTED)) == ids(completions(store, Open.UNSETTLED)) == ["W-2", "W-3"]
    with store.write() as unit:
        unit.batches.add(replace(BATCH, id="B-2"), [line("W-2", "B-2")])
    assert ids(completions(store, Open.UNREPORTED)) == ["W-3"]
    with store.read() as unit:
        old = replace(line("W-2"), requeued=True, reason="the licence was wrong", replaced=True)
        assert unit.batches.lines("B-1")[1] == old
        assert list(unit.reports.standing(["W-1", "W-2", "W-3"])) == [line("W-1"), line("W-2", "B-2")]


def test_a_completion_is_reported_again_for_one_licence_alone(store: Store) -> None:
    """A state that was told right would be told twice, or a licence that was right be reported again."""
    earned(store, 1)
    both = [Reported(batch_id="B-1", award_id="W-1", licence=one) for one in ("FL:MA1", "GA:MT2")]
    with store.write() as unit:
        unit.batches.add(BATCH, both)
        unit.batches.requeue("W-1", reason="why", licences=["GA:MT2"])
        assert [one.requeued for one in unit.batches.lines("B-1")] == [False, True]
        unit.batches.requeue("W-1", reason="why", licences=["FL:M"])
        assert [one.requeued for one in unit.batches.lines("B-1")] == [False, True]
        unit.batches.add(replace(BATCH, id="B-2"), [Reported(batch_id="B-2", award_id="W-1", licence="FL:MA3")])
        assert [one.replaced for one in unit.batches.lines("B-1")] == [False, False], "Georgia was not told yet"
        unit.batches.add(replace(BATCH, id="B-3"), [Reported(batch_id="B-3", award_id="W-1", licence="GA:MT4")])
        assert [one.replaced for one in unit.batches.lines("B-1")] == [False, True]


def test_one_of_two_licences_waits_though_the_other_was_reported(store: Store) -> None:
    """The licence that was corrected would never be reported: the completion would count as told."""
    earned(store, 1)
    both = [Reported(batch_id="B-1", award_id="W-1", licence=one) for one in ("FL:MA1", "FL:MA2")]
    with store.write() as unit:
        unit.batches.add(BATCH, both)
        unit.batches.post("B-1", actor="admin", at=NOON)
    assert completions(store, Open.UNREPORTED) == completions(store, Open.UNSETTLED) == []
    with store.write() as unit:
        unit.batches.requeue("W-1", reason="why", licences=["FL:MA2"])
    assert ids(completions(store, Open.UNREPORTED)) == ids(completions(store, Open.UNSETTLED)) == ["W-1"]
    with store.write() as unit:
        unit.batches.add(replace(BATCH, id="B-2"), [Reported(batch_id="B-2", award_id="W-1", licence="FL:MA3")])
    assert completions(store, Open.UNREPORTED) == []
    assert ids(completions(store, Open.UNSETTLED)) == ["W-1"], "the new batch is not posted"
    with store.write() as unit:
        unit.batches.post("B-2", actor="admin", at=NOON)
    assert completions(store, Open.UNSETTLED) == []


def test_a_completion_brings_its_person_and_its_newest_certificate(store: Store) -> None:
    """A roster would name a certificate that was superseded."""
    earned(store, 2)
    with store.write() as unit:
        unit.certificates.add(paper("CQ-2026-000001"), actor="admin")
        unit.certificates.add(paper("CQ-2026-000001-R1"), actor="admin")
        later = NOON + timedelta(days=1)
        unit.certificates.add_status(
            CertificateStatus(number="CQ-2026-000001-R1", status="revoked", reason="why", actor="admin", at=later)
        )
    found = completions(store)
    assert [(one.award.id, one.certificate, one.status) for one in found] == [
        ("W-1", "CQ-2026-000001-R1", "revoked"),
        ("W-2", "", ""),
    ]
    assert {(one.name, one.licences) for one in found} == {(student().name, student().licences)}
    assert ids(completions(store, Open.UNCERTIFIED)) == ["W-2"]


def test_what_was_reported_under_a_licence_is_found_whoever_has_it(store: Store) -> None:
    """One person who was added twice would be reported twice."""
    earned(store, 2)
    with store.write() as unit:
        unit.batches.add(BATCH, [line("W-1"), Reported(batch_id="B-1", award_id="W-2", licence="FL:MA1")])
    with store.read() as unit:
        (told,) = unit.reports.told(["FL:MA12345", "GA:1"])
        assert told == ("FL:MA12345", "W-1", "S-1", "course", NOON + timedelta(hours=1))
        assert list(unit.reports.told([])) == []
    with store.write() as unit:
        unit.batches.requeue("W-1", reason="why")
        assert list(unit.reports.told(["FL:MA12345"])) == []


@pytest.mark.parametrize(
    ("state", "stands"), [("issued", True), ("suspended", True), ("revoked", False), ("expired", False)]
)
def test_what_was_reported_of_a_certificate_that_was_taken_away_is_no_report(
    store: Store, state: str, stands: bool
) -> None:
    """Of a course that was issued twice the one that is right would never be reported."""
    earned(store, 1)
    with store.write() as unit:
        unit.batches.add(BATCH, [line("W-1")])
        unit.certificates.add(paper("CQ-2026-000001"), actor="admin")
        unit.certificates.add(paper("CQ-2026-000001-R1"), actor="admin")
        for number, status in (("CQ-2026-000001", "superseded"), ("CQ-2026-000001-R1", state)):
            unit.certificates.add_status(
                CertificateStatus(number=number, status=status, reason="why", actor="admin", at=NOON)
            )
    with store.read() as unit:
        assert [one.award_id for one in unit.reports.told(["FL:MA12345"])] == (["W-1"] if stands else [])


def test_what_was_reported_of_an_award_that_was_ended_is_no_report(store: Store) -> None:
    earned(store, 1)
    with store.write() as unit:
        unit.batches.add(BATCH, [line("W-1")])
        unit.audit.add(AuditRecord(at=NOON, actor="admin", deed="award.ended", subject="W-1"))
    with store.read() as unit:
        assert list(unit.reports.told(["FL:MA12345"])) == []


def test_only_lines_that_wait_for_that_reason_get_another_one(store: Store) -> None:
    """What was rejected by a board would be said to be earned anew."""
    earned(store, 1)
    three = [Reported(batch_id="B-1", award_id="W-1", licence=one) for one in ("FL:MA1", "GA:MT2", "TX:MT3")]
    with store.write() as unit:
        unit.batches.add(BATCH, three)
        unit.batches.requeue("W-1", reason="withdrawn", licences=["FL:MA1"])
        unit.batches.add(replace(BATCH, id="B-2"), [Reported(batch_id="B-2", award_id="W-1", licence="FL:MA1")])
        unit.batches.requeue("W-1", reason="withdrawn", licences=["GA:MT2"])
        unit.batches.requeue("W-1", reason="rejected", licences=["TX:MT3"])
        unit.batches.wait_for("W-1", was="withdrawn", reason="earned-anew")
        assert [one.reason for one in unit.batches.lines("B-1")] == ["withdrawn", "earned-anew", "rejected"]


def test_the_facts_of_certificates_are_read_without_their_files(store: Store) -> None:
    """The roster would say something else than the certificates."""
    earned(store, 1)
    with store.write() as unit:
        unit.certificates.add(paper("CQ-2026-000001"), actor="admin")
    with store.read() as unit:
        found = unit.reports.facts(["CQ-2026-000001", "CQ-2026-000009"])
    assert found == {"CQ-2026-000001": facts(number="CQ-2026-000001")}


def test_a_stretch_of_time_begins_with_its_first_instant_and_ends_before_its_last(store: Store) -> None:
    """Somebody who completed at midnight would be in two months, or in none."""
    earned(store)
    hour = timedelta(hours=1)
    assert ids(completions(store, stretch=Stretch(NOON + hour, NOON + 3 * hour))) == ["W-1", "W-2"]
    assert ids(completions(store, stretch=Stretch(until=NOON + hour))) == []


def test_a_completion_is_reported_to_each_state_by_itself(store: Store) -> None:
    """Who was reported to one state would count as reported to every other."""
    earned(store, 1)
    with store.write() as unit:
        unit.batches.add(BATCH, [line("W-1")])
    with store.read() as unit:
        found = {
            state: [
                one.award.id for one in unit.reports.completions(CompletionQuery(open=Open.UNREPORTED, state=state))
            ]
            for state in ("FL", "GA", "F_", "")
        }
    assert found == {"FL": [], "GA": ["W-1"], "F_": ["W-1"], "": []}
