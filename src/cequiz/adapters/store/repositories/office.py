"""The office's people, enrolment codes, retirements and proposals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from cequiz.adapters.store import mapping_office
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.speech import upsert
from cequiz.adapters.store.rows import table_of
from cequiz.adapters.store.rows_office import (
    EnrolmentCodeRow,
    EnrolmentCodeUseRow,
    ProposalRow,
    RetirementRow,
    SignInRow,
    StaffRow,
)
from cequiz.domain.exam.events import microseconds
from cequiz.domain.people.staff import Staff
from cequiz.domain.text import folded
from cequiz.services.ports import EnrolmentCode, Failures, Proposal, Retirement

_STAFF = table_of(StaffRow)
_SIGN_IN = table_of(SignInRow)
_CODE = table_of(EnrolmentCodeRow)
_USE = table_of(EnrolmentCodeUseRow)
_RETIREMENT = table_of(RetirementRow)
_PROPOSAL = table_of(ProposalRow)
_USED = select(func.count()).where(_USE.c.code == _CODE.c.code).scalar_subquery().label("used")


class StaffRepository(Repository):
    """The people of the office."""

    def add(self, staff: Staff, *, passphrase_hash: str, at: datetime) -> None:
        """Keep somebody new."""
        columns = mapping_office.staff_columns(staff)
        self._add(StaffRow, **columns, passphrase_hash=passphrase_hash, added_us=microseconds(at))

    def replace(self, staff: Staff) -> None:
        """Put another name, role or state in the place of what is kept under the id."""
        self._run(update(_STAFF).where(_STAFF.c.id == staff.id).values(mapping_office.staff_columns(staff)))

    def get(self, staff_id: str) -> Staff | None:
        """Return somebody by id."""
        return self._one(select(_STAFF).where(_STAFF.c.id == staff_id), mapping_office.staff)

    def by_name(self, name: str) -> Staff | None:
        """Return somebody by name, folded as searches are."""
        return self._one(select(_STAFF).where(_STAFF.c.name_folded == folded(name)), mapping_office.staff)

    def all(self) -> Sequence[Staff]:
        """Return everybody, by name."""
        return self._many(select(_STAFF).order_by(_STAFF.c.name_folded), mapping_office.staff)

    def passphrase_hash(self, staff_id: str) -> str | None:
        """Return the stored hash."""
        wanted = select(_STAFF.c.passphrase_hash).where(_STAFF.c.id == staff_id)
        return self._one(wanted, lambda row: str(row["passphrase_hash"]))

    def set_passphrase(self, staff_id: str, passphrase_hash: str) -> None:
        """Replace the stored hash."""
        self._run(update(_STAFF).where(_STAFF.c.id == staff_id).values(passphrase_hash=passphrase_hash))

    def failures(self, subject: str) -> Failures | None:
        """Return the failures under a name; None where there are none."""
        return self._one(select(_SIGN_IN).where(_SIGN_IN.c.subject == subject), mapping_office.failures)

    def fail(self, failures: Failures) -> None:
        """Put a new count in the place of the one before."""
        self._put(SignInRow, mapping_office.failures_columns(failures))

    def forgive(self, subject: str) -> None:
        """Forget the failures under a name."""
        self._run(delete(_SIGN_IN).where(_SIGN_IN.c.subject == subject))


class CodeRepository(Repository):
    """Enrolment codes."""

    def add(self, code: EnrolmentCode) -> None:
        """Keep a new code."""
        self._add(EnrolmentCodeRow, **mapping_office.code_columns(code))

    def get(self, code: str) -> EnrolmentCode | None:
        """Return a code with how often it was used."""
        return self._one(select(_CODE, _USED).where(_CODE.c.code == code), mapping_office.code)

    def all(self) -> Sequence[EnrolmentCode]:
        """Return every code, the newest first."""
        wanted = select(_CODE, _USED).order_by(_CODE.c.made_us.desc(), _CODE.c.code)
        return self._many(wanted, mapping_office.code)

    def withdraw(self, code: str) -> None:
        """Let a code enrol nobody any more."""
        self._run(update(_CODE).where(_CODE.c.code == code).values(withdrawn=1))

    def use(self, code: str, student_id: str, *, at: datetime) -> None:
        """Keep that a student came in with a code; once per student."""
        keep = upsert(self._connection, _USE).values(code=code, student_id=student_id, at_us=microseconds(at))
        self._run(keep.on_conflict_do_nothing(index_elements=["code", "student_id"]))

    def users(self, code: str) -> Sequence[str]:
        """Return the ids of those who came in with it, in order."""
        wanted = select(_USE.c.student_id).where(_USE.c.code == code).order_by(_USE.c.at_us, _USE.c.student_id)
        return self._many(wanted, lambda row: str(row["student_id"]))


class RetirementRepository(Repository):
    """Versions that are out of use."""

    def add(self, retirement: Retirement) -> None:
        """Keep a retirement, or its end."""
        self._add(RetirementRow, **mapping_office.retirement_columns(retirement))

    def all(self) -> Sequence[Retirement]:
        """Return every entry, oldest first."""
        return self._many(select(_RETIREMENT).order_by(_RETIREMENT.c.position), mapping_office.retirement)

    def retired(self, kind: str) -> frozenset[tuple[str, str]]:
        """Return (id, version) of what is out of use now."""
        newest = {(one.id, one.version): one.retired for one in self.all() if one.kind == kind}
        return frozenset(key for key, out in newest.items() if out)


class ProposalRepository(Repository):
    """Deeds that wait for a second person."""

    def add(self, proposal: Proposal) -> None:
        """Keep a proposal."""
        self._add(ProposalRow, **mapping_office.proposal_columns(proposal))

    def get(self, proposal_id: str) -> Proposal | None:
        """Return a proposal."""
        return self._one(select(_PROPOSAL).where(_PROPOSAL.c.id == proposal_id), mapping_office.proposal)

    def all(self) -> Sequence[Proposal]:
        """Return every proposal, oldest first."""
        return self._many(select(_PROPOSAL).order_by(_PROPOSAL.c.proposed_us, _PROPOSAL.c.id), mapping_office.proposal)

    def decide(self, proposal: Proposal) -> None:
        """Put the decided proposal in the place of the waiting one."""
        change = update(_PROPOSAL).where(_PROPOSAL.c.id == proposal.id)
        self._run(change.values(mapping_office.proposal_columns(proposal)))
