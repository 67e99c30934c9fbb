"""The office's people, codes, retirements and proposals are kept as they were given, by every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from cequiz.domain.people.staff import Role, Staff
from cequiz.errors import WrongState
from cequiz.services.ports import EnrolmentCode, Failures, Proposal, Retirement, Store
from tests.builders import NOON
from tests.storing import student

ADA = Staff(id="O-1", name="Ada Office", role=Role.ADMINISTRATOR)
CODE = EnrolmentCode(
    code="ABCDE-FGHJK", course_id="course", delivery="live", valid_until=NOON + timedelta(days=1), uses=2,
    note="spring", actor="os:me", made_at=NOON,
)  # fmt: skip
PROPOSAL = Proposal(
    id="P-1", kind="key-change", body={"items": ["a", 1]}, reason="wrong key", state="waiting", proposer="staff:O-1",
    proposed_at=NOON,
)  # fmt: skip


def test_somebody_of_the_office_is_found_by_any_spelling_of_the_name(store: Store) -> None:
    with store.write() as unit:
        unit.staff.add(ADA, passphrase_hash="hash", at=NOON)
        unit.staff.add(Staff(id="O-2", name="zoë", role=Role.AUDITOR, active=False), passphrase_hash="z", at=NOON)
    with store.read() as unit:
        assert unit.staff.by_name("ADA  office") == unit.staff.get("O-1") == ADA
        assert [one.name for one in unit.staff.all()] == ["Ada Office", "zoë"]
        assert (unit.staff.passphrase_hash("O-1"), unit.staff.passphrase_hash("O-9")) == ("hash", None)
    with pytest.raises(WrongState), store.write() as unit:
        unit.staff.add(replace(ADA, id="O-3", name="áda Office"), passphrase_hash="h", at=NOON)
    with store.write() as unit:
        unit.staff.replace(replace(ADA, role=Role.PROCTOR, active=False))
        unit.staff.set_passphrase("O-1", "new")
    with store.read() as unit:
        assert unit.staff.get("O-1") == replace(ADA, role=Role.PROCTOR, active=False)
        assert unit.staff.passphrase_hash("O-1") == "new"


def test_failures_are_counted_anew_each_time_and_can_be_forgiven(store: Store) -> None:
    first = Failures(subject="staff:ada", count=1, last_at=NOON)
    locked = Failures(subject="staff:ada", count=5, last_at=NOON, locked_until=NOON + timedelta(minutes=15))
    with store.write() as unit:
        assert unit.staff.failures("staff:ada") is None
        unit.staff.fail(first)
        unit.staff.fail(locked)
        assert unit.staff.failures("staff:ada") == locked
        unit.staff.forgive("staff:ada")
        assert unit.staff.failures("staff:ada") is None


def test_a_code_counts_each_student_once(store: Store) -> None:
    with store.write() as unit:
        unit.students.add(student("S-1"), passphrase_hash=None, at=NOON)
        unit.students.add(student("S-2"), passphrase_hash=None, at=NOON)
        unit.codes.add(CODE)
        unit.codes.add(replace(CODE, code="ZZZZZ-ZZZZZ", uses=None, valid_until=None, made_at=NOON + timedelta(1)))
        for who in ("S-2", "S-1", "S-2"):
            unit.codes.use(CODE.code, who, at=NOON + timedelta(minutes=int(who[-1] == "1")))
    with store.read() as unit:
        assert unit.codes.get(CODE.code) == replace(CODE, used=2)
        assert list(unit.codes.users(CODE.code)) == ["S-2", "S-1"]
        assert [one.code for one in unit.codes.all()] == ["ZZZZZ-ZZZZZ", CODE.code]
        assert unit.codes.get("nothing") is None
    with store.write() as unit:
        unit.codes.withdraw(CODE.code)
        assert unit.codes.get(CODE.code) == replace(CODE, used=2, withdrawn=True)
    with pytest.raises(WrongState), store.write() as unit:
        unit.codes.add(CODE)


def test_the_newest_entry_says_whether_a_version_is_retired(store: Store) -> None:
    out = Retirement(kind="bank", id="sample", version="1", retired=True, reason="old", actor="a", at=NOON)
    with store.write() as unit:
        unit.retirements.add(out)
        unit.retirements.add(replace(out, version="2"))
        unit.retirements.add(replace(out, retired=False, reason="back"))
        unit.retirements.add(replace(out, kind="course", id="course"))
    with store.read() as unit:
        assert unit.retirements.retired("bank") == {("sample", "2")}
        assert unit.retirements.retired("course") == {("course", "1")}
        assert [one.retired for one in unit.retirements.all()] == [True, True, False, True]


def test_a_proposal_waits_and_is_decided(store: Store) -> None:
    done = replace(PROPOSAL, state="applied", decider="staff:O-2", decided_at=NOON + timedelta(hours=1), note="agreed")
    with store.write() as unit:
        unit.proposals.add(PROPOSAL)
        assert unit.proposals.get("P-1") == PROPOSAL
        unit.proposals.decide(done)
    with store.read() as unit:
        assert list(unit.proposals.all()) == [done]
        assert unit.proposals.get("P-2") is None
