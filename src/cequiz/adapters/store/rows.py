"""The tables. One class a table, one column a fact; nothing here decides anything.

Instants are whole microseconds since 1970 UTC in 64-bit columns, fractions are text, structures are canonical JSON
text. The tables that auditors read (`attempt_event`, `score`, `certificate`, `certificate_proof`, `certificate_status`,
`audit_record`, `accommodation`, `decision`) are ordinary rowid tables, typed strictly, and append-only under triggers
(`triggers.py`). Every constraint has a name: a batch migration on SQLite silently drops those that have none.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import TypeCompiler
from sqlmodel import Field, SQLModel

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits everywhere: SQLite's INTEGER has them, and a strict table accepts no other name; PostgreSQL's has 32."""


class _Bytewise(Text):
    """Text that PostgreSQL compares byte for byte, as SQLite does, and not as some language has it.

    The column says so and its values need not: that is why this is no `Text(collation="C")`.
    """


@compiles(_Bytewise, "postgresql")
def _bytewise(kind: _Bytewise, compiler: TypeCompiler, **how: Any) -> str:
    return 'TEXT COLLATE "C"'


WORDS = Text().with_variant(_Bytewise(), "postgresql")
"""Text in the order of its bytes everywhere."""

STRICT = {"sqlite_strict": True}
"""Columns keep to their types, in the tables that auditors read."""


class Row(SQLModel):
    """The base of every table; it keeps the house's tables apart from any other user of SQLModel."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )


def words(*rules: ForeignKey, **options: Any) -> Any:
    """Return a column of text."""
    return Field(sa_column=Column(WORDS, *rules, **{"nullable": False, **options}))


def whole(*rules: ForeignKey, **options: Any) -> Any:
    """Return a column of whole numbers of 64 bits."""
    return Field(sa_column=Column(BIG, *rules, **{"nullable": False, **options}))


def _cycle(**options: Any) -> Any:
    return whole(server_default=text("1"), **options)


def octets(**options: Any) -> Any:
    """Return a column of bytes."""
    return Field(sa_column=Column(LargeBinary, **{"nullable": False, **options}))


class StoreFactRow(Row, table=True):
    """What is true of the store as a whole, such as which key its chains use."""

    __tablename__ = "store_fact"
    name: str = words(primary_key=True)
    value: str = words()


class BankVersionRow(Row, table=True):
    """A loaded version of a bank."""

    __tablename__ = "bank_version"
    __table_args__ = (UniqueConstraint("bank_id", "version"),)
    position: int = whole(primary_key=True)
    bank_id: str = words()
    version: str = words()
    title: str = words()
    language: str = words()
    content_hash: str = words()
    questions: int = whole()
    body: str = words()
    loaded_us: int = whole()


class CourseVersionRow(Row, table=True):
    """A loaded version of a course."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "version"),)
    position: int = whole(primary_key=True)
    course_id: str = words()
    version: str = words()
    title: str = words()
    ce_hours: str = words()
    content_hash: str = words()
    body: str = words()
    loaded_us: int = whole()


class StudentRow(Row, table=True):
    """A person who sits exams; the only table with personal data besides issued certificates."""

    __tablename__ = "student"
    __table_args__ = (Index(None, "email_folded"), Index(None, "sort_name", "id", "sought", "merged_into"))
    id: str = words(primary_key=True)
    name: str = words()
    email: str = words()
    email_folded: str = words()
    licences: str = words()
    factor: str = words()
    passphrase_hash: str | None = words(nullable=True)
    added_us: int = whole()
    sort_name: str = words(server_default=text("''"))
    sought: str = words(server_default=text("''"))
    merged_into: str | None = words(nullable=True)
    once_until_us: int | None = whole(nullable=True)


class EnrolmentRow(Row, table=True):
    """A student in a course version; `earlier` has the last attempt number of each exam before the cycle."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("student_id", "course_id"))
    position: int = whole(primary_key=True)
    id: str = words()
    student_id: str = words(ForeignKey("student.id"))
    course_id: str = words()
    course_version: str = words()
    enrolled_us: int = whole()
    cycle: int = _cycle()
    earlier: str = words(server_default=text("'{}'"))
    delivery: str = words(server_default=text("''"))


class EvaluationRow(Row, table=True):
    """A student's evaluation of a course; no answers when it was declined."""

    __tablename__ = "evaluation"
    student_id: str = words(ForeignKey("student.id"), primary_key=True)
    course_id: str = words(primary_key=True)
    course_version: str = words()
    answers: str | None = words(nullable=True)
    given_us: int = whole()
    cycle: int = _cycle(primary_key=True)


class ProviderRow(Row, table=True):
    """Who issues certificates: one row or none."""

    __tablename__ = "provider"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: int = whole(primary_key=True)
    body: str = words()
    set_us: int = whole()


class AttemptRow(Row, table=True):
    """One attempt: who, what, where it stands, and the head of its chain."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("student_id", "course_id", "exam_id", "number"),
        Index(None, "started_us", "id", "status", "course_id", "exam_id"),
        Index(None, "status", "started_us", "id"),
        Index(
            "ix_attempt_open_deadline",
            "deadline_us",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )
    id: str = words(primary_key=True)
    student_id: str = words(ForeignKey("student.id"))
    course_id: str = words()
    course_version: str = words()
    exam_id: str = words()
    number: int = whole()
    started_us: int = whole()
    status: str = words()
    deadline_us: int | None = whole(nullable=True)
    finished_us: int | None = whole(nullable=True)
    head_seq: int = whole()
    head_hash: bytes = octets()


_ENDING = "kind IN ('submitted', 'expired')"


class AttemptEventRow(Row, table=True):
    """What happened in an attempt; the payload is the very text that was hashed."""

    __tablename__ = "attempt_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "idem_key"),
        Index(
            "uq_attempt_event_ending",
            "attempt_id",
            unique=True,
            sqlite_where=text(_ENDING),
            postgresql_where=text(_ENDING),
        ),
        Index(None, "kind"),
        STRICT,
    )
    attempt_id: str = words(ForeignKey("attempt.id"), primary_key=True)
    seq: int = whole(primary_key=True)
    idem_key: str = words()
    kind: str = words()
    at_us: int = whole()
    wall_us: int = whole()
    boot_us: int = whole()
    boot_id: str = words()
    session: str = words()
    actor: str = words()
    payload: str = words()
    prev_hash: bytes = octets()
    hash: bytes = octets()


class AnswerRow(Row, table=True):
    """The standing answer of each item; a projection of the events that can be rebuilt at any time."""

    __tablename__ = "answer"
    __table_args__ = ({"sqlite_with_rowid": False},)
    attempt_id: str = words(ForeignKey("attempt.id"), primary_key=True)
    item: str = words(primary_key=True)
    event_seq: int = whole()
    response: str = words()


class ChainHeadRow(Row, table=True):
    """The head of each chain that runs through a whole table."""

    __tablename__ = "chain_head"
    chain: str = words(primary_key=True)
    seq: int = whole()
    hash: bytes = octets()


class ScoreRow(Row, table=True):
    """A marking of an attempt; the highest revision counts."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("attempt_id", "revision"), STRICT)
    seq: int = whole(primary_key=True, autoincrement=False)
    attempt_id: str = words(ForeignKey("attempt.id"))
    revision: int = whole()
    earned: str = words()
    possible: str = words()
    pass_mark: str = words()
    passed: int = whole()
    cause: str = words()
    finished_us: int = whole()
    body: str = words()
    actor: str = words()
    at_us: int = whole()
    prev_hash: bytes = octets()
    hash: bytes = octets()


class AwardRow(Row, table=True):
    """A student has earned a course in a renewal cycle."""

    __tablename__ = "award"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("student_id", "course_id", "course_version", "cycle"))
    position: int = whole(primary_key=True)
    id: str = words()
    student_id: str = words(ForeignKey("student.id"))
    course_id: str = words()
    course_version: str = words()
    completed_us: int = whole()
    percent: str = words()
    pass_mark: str = words()
    awarded_us: int = whole()
    cycle: int = _cycle()


class CertificateRow(Row, table=True):
    """An issued certificate: frozen facts, the very bytes, their hash. The chain covers the bytes by their hash."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("number"), Index(None, "award_id"), Index(None, "year", "sequence"), STRICT)
    seq: int = whole(primary_key=True, autoincrement=False)
    number: str = words()
    award_id: str = words(ForeignKey("award.id"))
    year: int = whole()
    sequence: int = whole()
    facts: str = words()
    pdf: bytes = octets()
    sha256: str = words()
    issued_us: int = whole()
    actor: str = words()
    prev_hash: bytes = octets()
    hash: bytes = octets()


class CertificateProofRow(Row, table=True):
    """The signatures of a certificate. No chain covers them: they prove themselves, and the PDF's hash covers them."""

    __tablename__ = "certificate_proof"
    __table_args__ = (UniqueConstraint("status_index"), STRICT)
    number: str = words(ForeignKey("certificate.number"), primary_key=True)
    key_id: str = words()
    status_index: int = whole()
    code: str = words()
    credential: str = words()


class CertificateStatusRow(Row, table=True):
    """One entry of a certificate's life."""

    __tablename__ = "certificate_status"
    __table_args__ = (Index(None, "number", "seq"), STRICT)
    seq: int = whole(primary_key=True, autoincrement=False)
    number: str = words(ForeignKey("certificate.number"))
    status: str = words()
    reason: str = words()
    actor: str = words()
    at_us: int = whole()
    prev_hash: bytes = octets()
    hash: bytes = octets()


class AuditRecordRow(Row, table=True):
    """Who did what to which thing."""

    __tablename__ = "audit_record"
    __table_args__ = (Index(None, "deed", "actor"), Index(None, "actor"), Index(None, "subject"), STRICT)
    seq: int = whole(primary_key=True, autoincrement=False)
    at_us: int = whole()
    actor: str = words()
    deed: str = words()
    subject: str = words()
    details: str = words()
    prev_hash: bytes = octets()
    hash: bytes = octets()


class HeartbeatRow(Row, table=True):
    """The last sign of life of the session that holds an attempt."""

    __tablename__ = "heartbeat"
    attempt_id: str = words(ForeignKey("attempt.id"), primary_key=True)
    session: str = words()
    at_us: int = whole()
    wall_us: int = whole()
    boot_us: int = whole()
    boot_id: str = words()
    departed: int = whole()
    item: str | None = words(nullable=True)


class AccommodationRow(Row, table=True):
    """One version of a person's accommodation profile."""

    __tablename__ = "accommodation"
    __table_args__ = (STRICT,)
    student_id: str = words(ForeignKey("student.id"), primary_key=True)
    version: int = whole(primary_key=True)
    profile: str = words()
    reason: str = words()
    actor: str = words()
    at_us: int = whole()


class FigureRow(Row, table=True):
    """A figure's bytes under their hash."""

    __tablename__ = "figure"
    sha256: str = words(primary_key=True)
    media_type: str = words()
    content: bytes = octets()


class NearMissRow(Row, table=True):
    """A typed answer that was refused because it names an opposite or a neighbour."""

    __tablename__ = "near_miss"
    __table_args__ = (UniqueConstraint("attempt_id", "item", "part"),)
    position: int = whole(primary_key=True)
    attempt_id: str = words(ForeignKey("attempt.id"))
    item: str = words()
    part: str = words()
    content_hash: str = words()
    given: str = words()
    accepted: str = words()
    pair: str = words()
    rule: str = words()
    at_us: int = whole()


class DecisionRow(Row, table=True):
    """What was decided of an entry of the review queue; the newest counts."""

    __tablename__ = "decision"
    __table_args__ = (STRICT,)
    position: int = whole(primary_key=True)
    entry: str = words()
    outcome: str = words()
    note: str = words()
    actor: str = words()
    at_us: int = whole()


class PracticeAnswerRow(Row, table=True):
    """One answer in practice."""

    __tablename__ = "practice_answer"
    __table_args__ = (Index(None, "student_id", "course_id"),)
    position: int = whole(primary_key=True)
    student_id: str = words(ForeignKey("student.id"))
    course_id: str = words()
    bank: str = words()
    bank_version: str = words()
    question: str = words()
    response: str = words()
    share: str = words()
    drill: int = whole()
    at_us: int = whole()


class PracticeCardRow(Row, table=True):
    """What spaced repetition remembers of one question for one student."""

    __tablename__ = "practice_card"
    student_id: str = words(ForeignKey("student.id"), primary_key=True)
    course_id: str = words(primary_key=True)
    bank: str = words(primary_key=True)
    question: str = words(primary_key=True)
    card: str = words()
    due_us: int = whole()


def table_of(row: type[Row]) -> Table:
    """Return the table of a row class, for statements that need no objects."""
    return Row.metadata.tables[str(row.__tablename__)]
