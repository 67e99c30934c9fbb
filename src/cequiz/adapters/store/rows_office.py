"""The tables of the office: its people, codes, retirements, proposals, what was reported, holds and tombstones.

They follow the rules of `rows`, whose helpers they use. `retirement`, `hold`, `student_merge` and `tombstone` are
append-only under triggers; `tombstone` is a chain as well, since it stands in for records that a lawful purge took.
`certificate_standing` and `item_tally` are projections that can be made anew at any time.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint

from cequiz.adapters.store.rows import STRICT, Row, octets, whole, words


class StaffRow(Row, table=True):
    """Somebody who works in the office."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("name_folded"),)
    id: str = words(primary_key=True)
    name: str = words()
    name_folded: str = words()
    role: str = words()
    passphrase_hash: str = words()
    active: int = whole()
    added_us: int = whole()


class SignInRow(Row, table=True):
    """Failures to sign in under one name since the last success, and until when the name is locked out."""

    __tablename__ = "sign_in"
    subject: str = words(primary_key=True)
    failures: int = whole()
    last_us: int = whole()
    locked_us: int | None = whole(nullable=True)


class EnrolmentCodeRow(Row, table=True):
    """A code that enrols whoever has it in a course."""

    __tablename__ = "enrolment_code"
    code: str = words(primary_key=True)
    course_id: str = words()
    delivery: str = words()
    until_us: int | None = whole(nullable=True)
    uses: int | None = whole(nullable=True)
    withdrawn: int = whole()
    note: str = words()
    actor: str = words()
    made_us: int = whole()


class EnrolmentCodeUseRow(Row, table=True):
    """Who came in with which code."""

    __tablename__ = "enrolment_code_use"
    code: str = words(ForeignKey("enrolment_code.code"), primary_key=True)
    student_id: str = words(ForeignKey("student.id"), primary_key=True)
    at_us: int = whole()


class RetirementRow(Row, table=True):
    """A version of a bank or a course was taken out of use, or back into it; the newest counts."""

    __tablename__ = "retirement"
    __table_args__ = (STRICT,)
    position: int = whole(primary_key=True)
    kind: str = words()
    id: str = words()
    version: str = words()
    retired: int = whole()
    reason: str = words()
    actor: str = words()
    at_us: int = whole()


class ProposalRow(Row, table=True):
    """A deed that waits for a second person, or was done, or was turned down."""

    __tablename__ = "proposal"
    id: str = words(primary_key=True)
    kind: str = words()
    body: str = words()
    reason: str = words()
    state: str = words()
    proposer: str = words()
    proposed_us: int = whole()
    decider: str = words()
    decided_us: int | None = whole(nullable=True)
    note: str = words()


class ReportBatchRow(Row, table=True):
    """A file that was made for a board's reporting service."""

    __tablename__ = "report_batch"
    id: str = words(primary_key=True)
    kind: str = words()
    body: str = words()
    actor: str = words()
    made_us: int = whole()
    posted_us: int | None = whole(nullable=True)
    poster: str = words()


class ReportedRow(Row, table=True):
    """One completion in a batch; `requeued` is 1 once it must be reported again, 2 once a later batch has done so."""

    __tablename__ = "reported"
    __table_args__ = (UniqueConstraint("batch_id", "award_id", "licence"), Index(None, "award_id"))
    position: int = whole(primary_key=True)
    batch_id: str = words(ForeignKey("report_batch.id"))
    award_id: str = words(ForeignKey("award.id"))
    licence: str = words()
    requeued: int = whole()
    reason: str = words()


class HoldRow(Row, table=True):
    """A legal hold on a student's records was placed or lifted; the newest counts."""

    __tablename__ = "hold"
    __table_args__ = (STRICT,)
    position: int = whole(primary_key=True)
    student_id: str = words(ForeignKey("student.id"))
    placed: int = whole()
    reason: str = words()
    actor: str = words()
    at_us: int = whole()


class StudentMergeRow(Row, table=True):
    """A student who had been added twice became one."""

    __tablename__ = "student_merge"
    __table_args__ = (STRICT,)
    position: int = whole(primary_key=True)
    from_id: str = words(ForeignKey("student.id"))
    into_id: str = words(ForeignKey("student.id"))
    reason: str = words()
    actor: str = words()
    at_us: int = whole()


class TombstoneRow(Row, table=True):
    """What stands in a chain where a purge took records: their places, the hash before them and their last hash."""

    __tablename__ = "tombstone"
    __table_args__ = (Index(None, "chain", "first"), STRICT)
    seq: int = whole(primary_key=True, autoincrement=False)
    chain: str = words()
    first: int = whole()
    last: int = whole()
    before: bytes = octets()
    after: bytes = octets()
    leaf: str = words()
    kept: str = words()
    reason: str = words()
    actor: str = words()
    at_us: int = whole()
    prev_hash: bytes = octets()
    hash: bytes = octets()


class CertificateStandingRow(Row, table=True):
    """The newest status of each certificate, and what lists show and search of it."""

    __tablename__ = "certificate_standing"
    __table_args__ = (Index(None, "status", "position"), Index(None, "position", "sought", "status"))
    number: str = words(ForeignKey("certificate.number"), primary_key=True)
    position: int = whole()
    status: str = words()
    holder: str = words()
    sought: str = words()
    course: str = words()
    issued_us: int = whole()


class ItemTallyRow(Row, table=True):
    """How often an item was drawn and what was answered; a projection of scores and answers."""

    __tablename__ = "item_tally"
    bank_id: str = words(primary_key=True)
    question_id: str = words(primary_key=True)
    content_hash: str = words(primary_key=True)
    body: str = words()
