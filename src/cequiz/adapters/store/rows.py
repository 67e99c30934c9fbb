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
from sqlmodel import Field, SQLModel

BIG = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits everywhere: SQLite's INTEGER has them, and a strict table accepts no other name; PostgreSQL's has 32."""

_STRICT = {"sqlite_strict": True}


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


def _words(*rules: ForeignKey, **options: Any) -> Any:
    return Field(sa_column=Column(Text, *rules, **{"nullable": False, **options}))


def _whole(*rules: ForeignKey, **options: Any) -> Any:
    return Field(sa_column=Column(BIG, *rules, **{"nullable": False, **options}))


def _cycle(**options: Any) -> Any:
    return _whole(server_default=text("1"), **options)


def _bytes(**options: Any) -> Any:
    return Field(sa_column=Column(LargeBinary, **{"nullable": False, **options}))


class StoreFactRow(Row, table=True):
    """What is true of the store as a whole, such as which key its chains use."""

    __tablename__ = "store_fact"
    name: str = _words(primary_key=True)
    value: str = _words()


class BankVersionRow(Row, table=True):
    """A loaded version of a bank."""

    __tablename__ = "bank_version"
    __table_args__ = (UniqueConstraint("bank_id", "version"),)
    position: int = _whole(primary_key=True)
    bank_id: str = _words()
    version: str = _words()
    title: str = _words()
    language: str = _words()
    content_hash: str = _words()
    questions: int = _whole()
    body: str = _words()
    loaded_us: int = _whole()


class CourseVersionRow(Row, table=True):
    """A loaded version of a course."""

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "version"),)
    position: int = _whole(primary_key=True)
    course_id: str = _words()
    version: str = _words()
    title: str = _words()
    ce_hours: str = _words()
    content_hash: str = _words()
    body: str = _words()
    loaded_us: int = _whole()


class StudentRow(Row, table=True):
    """A person who sits exams; the only table with personal data besides issued certificates."""

    __tablename__ = "student"
    __table_args__ = (Index(None, "email_folded"),)
    id: str = _words(primary_key=True)
    name: str = _words()
    email: str = _words()
    email_folded: str = _words()
    licences: str = _words()
    factor: str = _words()
    passphrase_hash: str | None = _words(nullable=True)
    added_us: int = _whole()


class EnrolmentRow(Row, table=True):
    """A student in a course version; `earlier` has the last attempt number of each exam before the cycle."""

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("student_id", "course_id"))
    position: int = _whole(primary_key=True)
    id: str = _words()
    student_id: str = _words(ForeignKey("student.id"))
    course_id: str = _words()
    course_version: str = _words()
    enrolled_us: int = _whole()
    cycle: int = _cycle()
    earlier: str = _words(server_default=text("'{}'"))


class EvaluationRow(Row, table=True):
    """A student's evaluation of a course; no answers when it was declined."""

    __tablename__ = "evaluation"
    student_id: str = _words(ForeignKey("student.id"), primary_key=True)
    course_id: str = _words(primary_key=True)
    course_version: str = _words()
    answers: str | None = _words(nullable=True)
    given_us: int = _whole()
    cycle: int = _cycle(primary_key=True)


class ProviderRow(Row, table=True):
    """Who issues certificates: one row or none."""

    __tablename__ = "provider"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: int = _whole(primary_key=True)
    body: str = _words()
    set_us: int = _whole()


class AttemptRow(Row, table=True):
    """One attempt: who, what, where it stands, and the head of its chain."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("student_id", "course_id", "exam_id", "number"),
        Index(
            "ix_attempt_open_deadline",
            "deadline_us",
            sqlite_where=text("status = 'open'"),
            postgresql_where=text("status = 'open'"),
        ),
    )
    id: str = _words(primary_key=True)
    student_id: str = _words(ForeignKey("student.id"))
    course_id: str = _words()
    course_version: str = _words()
    exam_id: str = _words()
    number: int = _whole()
    started_us: int = _whole()
    status: str = _words()
    deadline_us: int | None = _whole(nullable=True)
    finished_us: int | None = _whole(nullable=True)
    head_seq: int = _whole()
    head_hash: bytes = _bytes()


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
        _STRICT,
    )
    attempt_id: str = _words(ForeignKey("attempt.id"), primary_key=True)
    seq: int = _whole(primary_key=True)
    idem_key: str = _words()
    kind: str = _words()
    at_us: int = _whole()
    wall_us: int = _whole()
    boot_us: int = _whole()
    boot_id: str = _words()
    session: str = _words()
    actor: str = _words()
    payload: str = _words()
    prev_hash: bytes = _bytes()
    hash: bytes = _bytes()


class AnswerRow(Row, table=True):
    """The standing answer of each item; a projection of the events that can be rebuilt at any time."""

    __tablename__ = "answer"
    __table_args__ = ({"sqlite_with_rowid": False},)
    attempt_id: str = _words(ForeignKey("attempt.id"), primary_key=True)
    item: str = _words(primary_key=True)
    event_seq: int = _whole()
    response: str = _words()


class ChainHeadRow(Row, table=True):
    """The head of each chain that runs through a whole table."""

    __tablename__ = "chain_head"
    chain: str = _words(primary_key=True)
    seq: int = _whole()
    hash: bytes = _bytes()


class ScoreRow(Row, table=True):
    """A marking of an attempt; the highest revision counts."""

    __tablename__ = "score"
    __table_args__ = (UniqueConstraint("attempt_id", "revision"), _STRICT)
    seq: int = _whole(primary_key=True, autoincrement=False)
    attempt_id: str = _words(ForeignKey("attempt.id"))
    revision: int = _whole()
    earned: str = _words()
    possible: str = _words()
    pass_mark: str = _words()
    passed: int = _whole()
    cause: str = _words()
    finished_us: int = _whole()
    body: str = _words()
    actor: str = _words()
    at_us: int = _whole()
    prev_hash: bytes = _bytes()
    hash: bytes = _bytes()


class AwardRow(Row, table=True):
    """A student has earned a course in a renewal cycle."""

    __tablename__ = "award"
    __table_args__ = (UniqueConstraint("id"), UniqueConstraint("student_id", "course_id", "course_version", "cycle"))
    position: int = _whole(primary_key=True)
    id: str = _words()
    student_id: str = _words(ForeignKey("student.id"))
    course_id: str = _words()
    course_version: str = _words()
    completed_us: int = _whole()
    percent: str = _words()
    pass_mark: str = _words()
    awarded_us: int = _whole()
    cycle: int = _cycle()


class CertificateRow(Row, table=True):
    """An issued certificate: frozen facts, the very bytes, their hash. The chain covers the bytes by their hash."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("number"), Index(None, "award_id"), Index(None, "year", "sequence"), _STRICT)
    seq: int = _whole(primary_key=True, autoincrement=False)
    number: str = _words()
    award_id: str = _words(ForeignKey("award.id"))
    year: int = _whole()
    sequence: int = _whole()
    facts: str = _words()
    pdf: bytes = _bytes()
    sha256: str = _words()
    issued_us: int = _whole()
    actor: str = _words()
    prev_hash: bytes = _bytes()
    hash: bytes = _bytes()


class CertificateProofRow(Row, table=True):
    """The signatures of a certificate. No chain covers them: they prove themselves, and the PDF's hash covers them."""

    __tablename__ = "certificate_proof"
    __table_args__ = (UniqueConstraint("status_index"), _STRICT)
    number: str = _words(ForeignKey("certificate.number"), primary_key=True)
    key_id: str = _words()
    status_index: int = _whole()
    code: str = _words()
    credential: str = _words()


class CertificateStatusRow(Row, table=True):
    """One entry of a certificate's life."""

    __tablename__ = "certificate_status"
    __table_args__ = (Index(None, "number", "seq"), _STRICT)
    seq: int = _whole(primary_key=True, autoincrement=False)
    number: str = _words(ForeignKey("certificate.number"))
    status: str = _words()
    reason: str = _words()
    actor: str = _words()
    at_us: int = _whole()
    prev_hash: bytes = _bytes()
    hash: bytes = _bytes()


class AuditRecordRow(Row, table=True):
    """Who did what to which thing."""

    __tablename__ = "audit_record"
    __table_args__ = (_STRICT,)
    seq: int = _whole(primary_key=True, autoincrement=False)
    at_us: int = _whole()
    actor: str = _words()
    deed: str = _words()
    subject: str = _words()
    details: str = _words()
    prev_hash: bytes = _bytes()
    hash: bytes = _bytes()


class HeartbeatRow(Row, table=True):
    """The last sign of life of the session that holds an attempt."""

    __tablename__ = "heartbeat"
    attempt_id: str = _words(ForeignKey("attempt.id"), primary_key=True)
    session: str = _words()
    at_us: int = _whole()
    wall_us: int = _whole()
    boot_us: int = _whole()
    boot_id: str = _words()
    departed: int = _whole()


class AccommodationRow(Row, table=True):
    """One version of a person's accommodation profile."""

    __tablename__ = "accommodation"
    __table_args__ = (_STRICT,)
    student_id: str = _words(ForeignKey("student.id"), primary_key=True)
    version: int = _whole(primary_key=True)
    profile: str = _words()
    reason: str = _words()
    actor: str = _words()
    at_us: int = _whole()


class FigureRow(Row, table=True):
    """A figure's bytes under their hash."""

    __tablename__ = "figure"
    sha256: str = _words(primary_key=True)
    media_type: str = _words()
    content: bytes = _bytes()


class NearMissRow(Row, table=True):
    """A typed answer that was refused because it names an opposite or a neighbour."""

    __tablename__ = "near_miss"
    __table_args__ = (UniqueConstraint("attempt_id", "item", "part"),)
    position: int = _whole(primary_key=True)
    attempt_id: str = _words(ForeignKey("attempt.id"))
    item: str = _words()
    part: str = _words()
    content_hash: str = _words()
    given: str = _words()
    accepted: str = _words()
    pair: str = _words()
    rule: str = _words()
    at_us: int = _whole()


class DecisionRow(Row, table=True):
    """What was decided of an entry of the review queue; the newest counts."""

    __tablename__ = "decision"
    __table_args__ = (_STRICT,)
    position: int = _whole(primary_key=True)
    entry: str = _words()
    outcome: str = _words()
    note: str = _words()
    actor: str = _words()
    at_us: int = _whole()


class PracticeAnswerRow(Row, table=True):
    """One answer in practice."""

    __tablename__ = "practice_answer"
    __table_args__ = (Index(None, "student_id", "course_id"),)
    position: int = _whole(primary_key=True)
    student_id: str = _words(ForeignKey("student.id"))
    course_id: str = _words()
    bank: str = _words()
    bank_version: str = _words()
    question: str = _words()
    response: str = _words()
    share: str = _words()
    drill: int = _whole()
    at_us: int = _whole()


class PracticeCardRow(Row, table=True):
    """What spaced repetition remembers of one question for one student."""

    __tablename__ = "practice_card"
    student_id: str = _words(ForeignKey("student.id"), primary_key=True)
    course_id: str = _words(primary_key=True)
    bank: str = _words(primary_key=True)
    question: str = _words(primary_key=True)
    card: str = _words()
    due_us: int = _whole()


def table_of(row: type[Row]) -> Table:
    """Return the table of a row class, for statements that need no objects."""
    return Row.metadata.tables[str(row.__tablename__)]
