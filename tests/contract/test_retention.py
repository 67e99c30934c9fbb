"""Holds come back in order, a student's records are counted alike, and a purge leaves the same traces everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cequiz.domain.canonical import Json, canonical
from cequiz.domain.chain import START
from cequiz.domain.credential import merkle
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind
from cequiz.domain.people.remains import Finder
from cequiz.services.ports import AuditRecord, Decision, Hold, ReportBatch, Standing, Store
from tests.builders import NOON
from tests.contract.test_records import AWARD, PROOF, SCORE, certificate
from tests.storing import DEADLINE, answer, begin, draft, student

DAY = timedelta(days=1)

Details = dict[str, Json]
Said = tuple[str, str, Details]
"""Subject, deed and details of an audit record."""


def placed(who: str, *, at: int = 0, placed: bool = True) -> Hold:
    return Hold(student_id=who, placed=placed, reason="why", actor="lee", at=NOON + at * DAY)


def fill(store: Store) -> None:
    """Fill the store: S-1 with an attempt that ended, a score, an award and a certificate; S-2 with one that runs."""
    begin(store)
    store.append(answer(0), expected_seq=1)
    store.append(
        draft(EventKind.SUBMITTED, key="end"),
        expected_seq=2,
        standing=Standing(Status.SUBMITTED, DEADLINE, NOON + timedelta(minutes=1)),
    )
    begin(store, "A-2", who="S-2", number=1, at=NOON + DAY)
    with store.write() as unit:
        unit.scores.add(SCORE, actor="a", at=NOON)
        unit.awards.add(replace(AWARD, completed_at=NOON + 3 * DAY))
        unit.certificates.add(replace(certificate(), proof=PROOF), actor="a")


def test_holds_are_kept_in_order_and_the_newest_counts(store: Store) -> None:
    with store.write() as unit:
        for who in ("S-1", "S-2"):
            unit.students.add(student(who), passphrase_hash=None, at=NOON)
        entries = [placed("S-1"), placed("S-2", at=1), placed("S-1", at=2, placed=False)]
        for one in entries:
            unit.retention.hold(one)
    with store.read() as unit:
        assert list(unit.retention.holds()) == entries
        assert unit.retention.held() == {"S-2"}


def test_records_are_complete_with_the_newest_of_them(store: Store) -> None:
    fill(store)
    with store.write() as unit:
        unit.students.add(student("S-3", name="Later"), passphrase_hash=None, at=NOON + 9 * DAY)
    with store.read() as unit:
        found = unit.retention.keeping()
        assert [(one.student_id, one.last_at, one.running) for one in found] == [
            ("S-2", NOON + DAY, ("A-2",)),
            ("S-1", NOON + 3 * DAY, ()),
            ("S-3", NOON + 9 * DAY, ()),
        ]
        assert found[1].courses == {("course", "1")}
        assert list(unit.retention.keeping("S-1")) == [found[1]]
        assert list(unit.retention.keeping(before=NOON + 3 * DAY)) == [found[0]]
        assert list(unit.retention.keeping("S-9")) == []


def test_what_a_purge_would_remove_is_counted(store: Store) -> None:
    fill(store)
    with store.read() as unit:
        found = unit.retention.holdings("S-1")
        assert (found.attempts, found.certificates) == (("A-1",), ("CQ-2026-000001",))
        assert {kind: count for kind, count in found.counts.items() if count} == {
            "attempts": 1,
            "events": 3,
            "answers": 1,
            "scores": 1,
            "awards": 1,
            "certificates": 1,
            "statuses": 1,
        }


def test_a_purge_leaves_a_tombstone_for_each_attempt_each_certificate_and_the_person(store: Store) -> None:
    fill(store)
    with store.read() as unit:
        header = unit.attempts.header("A-1")
        record = unit.certificates.get("CQ-2026-000001")
    assert header is not None and record is not None
    with store.write() as unit:
        left = unit.retention.purge("S-1", reason="why", actor="lee", at=NOON)
    with store.read() as unit:
        assert unit.retention.tombstones() == left
        assert unit.retention.purged() == {"S-1"}
        assert [one.student_id for one in unit.retention.keeping()] == ["S-2"]
        assert unit.certificates.next_sequence(2026) == 2
        assert unit.certificates.count() == 1
        assert unit.attempts.header("A-1") is None
        assert unit.attempts.events("A-1") == ()
        assert unit.scores.latest("A-1") is None
        assert unit.certificates.all() == ()
    stones = {one.chain: one for one in left}
    attempt, paper, person = stones["A-1"], stones["certificate"], stones["student:S-1"]
    assert (attempt.first, attempt.last, attempt.before, attempt.after) == (1, 3, START, header.head)
    assert (paper.first, paper.last) == (1, 1)
    assert paper.leaf == merkle.leaf_hash(canonical(record.facts.to_json())).hex()
    assert paper.kept == {"number": "CQ-2026-000001", "index": 0, "status": "issued"}
    assert (person.first, person.last, person.reason, person.actor, person.at) == (1, 1, "why", "lee", NOON)


def test_a_purge_takes_words_about_the_person_out_of_records_that_stay(store: Store) -> None:
    fill(store)
    kept: list[Said] = [
        ("S-2", "student.corrected", {"name": {"from": "a", "to": "b"}}),
        ("sample", "bank.rekeyed", {"reason": "r"}),
        ("S-1", "student.registered", {}),
        ("S-1", "retention.lifted", {"reason": ""}),
    ]
    goes: list[tuple[Said, Details]] = [
        (("S-1", "student.corrected", {"name": {"from": "a", "to": "b"}, "by": "x"}), {"name": "purged", "by": "x"}),
        (("A-1", "attempt.messaged", {"text": "dear S"}), {"text": "purged"}),
        ((AWARD.id, "report.requeued", {"reason": "r", "batches": ["B"]}), {"reason": "purged", "batches": ["B"]}),
        (("CQ-2026-000001", "certificate.revoked", {"reason": "r"}), {"reason": "purged"}),
        (("challenge:A-1:2", "queue.accepted", {"note": "n"}), {"note": "purged"}),
    ]
    with store.write() as unit:
        for subject, deed, details in (*kept, *(said for said, _ in goes)):
            unit.audit.add(AuditRecord(at=NOON, actor="lee", deed=deed, subject=subject, details=details))
        for entry in ("challenge:A-1:2", "challenge:A-2:2"):
            unit.queue.decide(Decision(entry=entry, outcome="accepted", note="n", actor="lee", at=NOON))
        for one in ("S-1", "S-2"):
            unit.retention.hold(placed(one))
    with store.write() as unit:
        stones = unit.retention.purge("S-1", reason="why", actor="lee", at=NOON)
        count: Details = {"tombstones": len(stones)}
        unit.audit.add(AuditRecord(at=NOON, actor="lee", deed="retention.purged", subject="S-1", details=count))
    with store.read() as unit:
        told = {(one.subject, one.deed): dict(one.details) for one in unit.audit.all()}
        notes = {one.entry: one.note for one in unit.queue.decisions()}
        reasons = [(one.student_id, one.reason, one.actor) for one in unit.retention.holds()]
    assert [told[subject, deed] for subject, deed, _ in kept] == [details for _, _, details in kept]
    assert [told[subject, deed] for (subject, deed, _), _ in goes] == [left for _, left in goes]
    assert notes == {"challenge:A-1:2": "purged", "challenge:A-2:2": "n"}
    assert reasons == [("S-1", "purged", "lee"), ("S-2", "why", "lee")]
    assert [one.leaf for one in stones if one.chain == "hold"] == ["purged"]
    assert store.verify_chains().findings == ()


def test_notes_that_name_somebody_go_from_every_file_that_was_made_for_a_board(store: Store) -> None:
    """A note on a twin who was left out would keep a name in a file that has no line of that person."""
    bodies: dict[str, Details] = {
        "B-1": {"lines": [["1", "Ana"]], "notes": ["Zoe Zulu and Ana have the licence MA1.", "Zoey Zulu has none."]},
        "B-2": {"lines": [["2", "Ana"]], "notes": []},
        "B-3": {"lines": []},
    }
    with store.write() as unit:
        for name, body in bodies.items():
            unit.batches.add(ReportBatch(id=name, kind="ce-broker", body=body, actor="lee", made_at=NOON), [])
    with store.write() as unit:
        unit.retention.drop_notes(Finder(["Zoe Zulu"]))
    with store.read() as unit:
        left = {name: found.body for name in bodies if (found := unit.batches.get(name)) is not None}
    assert left == bodies | {"B-1": {"lines": [["1", "Ana"]], "notes": ["Zoey Zulu has none."]}}


def test_a_purge_that_is_not_committed_leaves_everything(store: Store) -> None:
    fill(store)
    with store.read() as unit:
        before = unit.retention.holdings("S-1")
    try:
        with store.write() as unit:
            unit.retention.purge("S-1", reason="why", actor="lee", at=NOON)
            raise _ChangedMyMind
    except _ChangedMyMind:
        pass
    with store.read() as unit:
        assert unit.retention.holdings("S-1") == before
        assert not unit.retention.tombstones()


class _ChangedMyMind(Exception):
    """Something went wrong after the purge and before its end."""
