"""The office's records in memory: people, codes, retirements, proposals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from cequiz.domain.people.staff import Staff
from cequiz.domain.text import folded
from cequiz.errors import WrongState
from cequiz.services.ports import (
    EnrolmentCode,
    Failures,
    Hold,
    ItemTally,
    Merge,
    Proposal,
    ReportBatch,
    Reported,
    Retirement,
    Tombstone,
)
from cequiz.services.ports.visits import Download, Tries, Visit


@dataclass
class OfficeRecords:
    """What the office keeps; `copy` is what a transaction works on."""

    staff: dict[str, Staff] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    failures: dict[str, Failures] = field(default_factory=dict)
    codes: dict[str, EnrolmentCode] = field(default_factory=dict)
    uses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    retirements: dict[int, Retirement] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    merges: dict[int, Merge] = field(default_factory=dict)
    batches: dict[str, ReportBatch] = field(default_factory=dict)
    reported: dict[int, Reported] = field(default_factory=dict)
    holds: dict[int, Hold] = field(default_factory=dict)
    tombstones: dict[int, Tombstone] = field(default_factory=dict)
    tallies: dict[tuple[str, str, str], ItemTally] = field(default_factory=dict)
    counted: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    downloads: dict[str, Download] = field(default_factory=dict)
    tries: dict[str, Tries] = field(default_factory=dict)
    known: dict[tuple[str, str], datetime] = field(default_factory=dict)


class FakeStaffRoom:
    """The people of the office."""

    def __init__(self, records: OfficeRecords) -> None:
        self._records = records

    def add(self, staff: Staff, *, passphrase_hash: str, at: datetime) -> None:
        if staff.id in self._records.staff or self.by_name(staff.name) is not None:
            raise WrongState("The store already holds such a record.")
        self._records.staff[staff.id] = staff
        self._records.hashes[staff.id] = passphrase_hash

    def replace(self, staff: Staff) -> None:
        self._records.staff[staff.id] = staff

    def get(self, staff_id: str) -> Staff | None:
        return self._records.staff.get(staff_id)

    def by_name(self, name: str) -> Staff | None:
        return next((one for one in self._records.staff.values() if folded(one.name) == folded(name)), None)

    def all(self) -> Sequence[Staff]:
        return sorted(self._records.staff.values(), key=lambda one: folded(one.name))

    def passphrase_hash(self, staff_id: str) -> str | None:
        return self._records.hashes.get(staff_id)

    def set_passphrase(self, staff_id: str, passphrase_hash: str) -> None:
        self._records.hashes[staff_id] = passphrase_hash

    def failures(self, subject: str) -> Failures | None:
        return self._records.failures.get(subject)

    def fail(self, failures: Failures) -> None:
        self._records.failures[failures.subject] = failures

    def forgive(self, subject: str) -> None:
        self._records.failures.pop(subject, None)


class FakeCodes:
    """Enrolment codes."""

    def __init__(self, records: OfficeRecords) -> None:
        self._records = records

    def add(self, code: EnrolmentCode) -> None:
        if code.code in self._records.codes:
            raise WrongState("The store already holds such a record.")
        self._records.codes[code.code] = code

    def get(self, code: str) -> EnrolmentCode | None:
        found = self._records.codes.get(code)
        return found and replace(found, used=len(self.users(code)))

    def all(self) -> Sequence[EnrolmentCode]:
        found = [replace(one, used=len(self.users(one.code))) for one in self._records.codes.values()]
        return sorted(sorted(found, key=lambda one: one.code), key=lambda one: one.made_at, reverse=True)

    def withdraw(self, code: str) -> None:
        self._records.codes[code] = replace(self._records.codes[code], withdrawn=True)

    def use(self, code: str, student_id: str, *, at: datetime) -> None:
        users = self._records.uses.get(code, ())
        if student_id not in users:
            self._records.uses[code] = (*users, student_id)

    def users(self, code: str) -> Sequence[str]:
        return self._records.uses.get(code, ())


class FakeRetirements:
    """Versions that are out of use."""

    def __init__(self, records: OfficeRecords) -> None:
        self._retirements = records.retirements

    def add(self, retirement: Retirement) -> None:
        self._retirements[len(self._retirements)] = retirement

    def all(self) -> Sequence[Retirement]:
        return tuple(self._retirements.values())

    def retired(self, kind: str) -> frozenset[tuple[str, str]]:
        newest = {(one.id, one.version): one.retired for one in self.all() if one.kind == kind}
        return frozenset(key for key, out in newest.items() if out)


class FakeProposals:
    """Deeds that wait for a second person."""

    def __init__(self, records: OfficeRecords) -> None:
        self._proposals = records.proposals

    def add(self, proposal: Proposal) -> None:
        self._proposals[proposal.id] = proposal

    def get(self, proposal_id: str) -> Proposal | None:
        return self._proposals.get(proposal_id)

    def all(self) -> Sequence[Proposal]:
        return sorted(self._proposals.values(), key=lambda one: (one.proposed_at, one.id))

    def decide(self, proposal: Proposal) -> None:
        self._proposals[proposal.id] = proposal
