"""The first schema: everything from banks to the audit record.

Triggers are not here: `triggers.py` has them, and every migration ends by installing them.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the schema; the caller holds the lock and the transaction."""
    _catalogue()
    _people()
    _attempts()
    _credentials()


def _catalogue() -> None:
    """Bank and course versions, and facts of the store itself."""
    op.create_table(
        "store_fact",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_store_fact"),
    )
    op.create_table(
        "bank_version",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("questions", _BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("loaded_us", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_bank_version"),
        sa.UniqueConstraint("bank_id", "version", name="uq_bank_version_bank_id_version"),
    )
    op.create_table(
        "course_version",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ce_hours", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("loaded_us", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_course_version"),
        sa.UniqueConstraint("course_id", "version", name="uq_course_version_course_id_version"),
    )


def _people() -> None:
    """Students, enrolments, evaluations, the provider."""
    op.create_table(
        "student",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_folded", sa.Text(), nullable=False),
        sa.Column("licences", sa.Text(), nullable=False),
        sa.Column("factor", sa.Text(), nullable=False),
        sa.Column("passphrase_hash", sa.Text(), nullable=True),
        sa.Column("added_us", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_student"),
    )
    op.create_index("ix_student_email_folded", "student", ["email_folded"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("course_version", sa.Text(), nullable=False),
        sa.Column("enrolled_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_enrolment_student_id"),
        sa.PrimaryKeyConstraint("position", name="pk_enrolment"),
        sa.UniqueConstraint("id", name="uq_enrolment_id"),
        sa.UniqueConstraint("student_id", "course_id", name="uq_enrolment_student_id_course_id"),
    )
    op.create_table(
        "evaluation",
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("course_version", sa.Text(), nullable=False),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("given_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_evaluation_student_id"),
        sa.PrimaryKeyConstraint("student_id", "course_id", name="pk_evaluation"),
    )
    op.create_table(
        "provider",
        sa.Column("id", _BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("set_us", _BIG, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_provider_single")),
        sa.PrimaryKeyConstraint("id", name="pk_provider"),
    )


def _attempts() -> None:
    """Attempts, their events, the standing answers, the scores."""
    op.create_table(
        "attempt",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("course_version", sa.Text(), nullable=False),
        sa.Column("exam_id", sa.Text(), nullable=False),
        sa.Column("number", _BIG, nullable=False),
        sa.Column("started_us", _BIG, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("deadline_us", _BIG, nullable=True),
        sa.Column("finished_us", _BIG, nullable=True),
        sa.Column("head_seq", _BIG, nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_attempt_student_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
        sa.UniqueConstraint(
            "student_id", "course_id", "exam_id", "number", name="uq_attempt_student_id_course_id_exam_id_number"
        ),
    )
    op.create_index(
        "ix_attempt_open_deadline",
        "attempt",
        ["deadline_us"],
        unique=False,
        sqlite_where=sa.text("status = 'open'"),
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "attempt_event",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.Column("wall_us", _BIG, nullable=False),
        sa.Column("boot_us", _BIG, nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_attempt_event_attempt_id"),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name="pk_attempt_event"),
        sa.UniqueConstraint("attempt_id", "idem_key", name="uq_attempt_event_attempt_id_idem_key"),
        sqlite_strict=True,
    )
    op.create_index(
        "uq_attempt_event_ending",
        "attempt_event",
        ["attempt_id"],
        unique=True,
        sqlite_where=sa.text("kind IN ('submitted', 'expired')"),
        postgresql_where=sa.text("kind IN ('submitted', 'expired')"),
    )
    op.create_table(
        "answer",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("event_seq", _BIG, nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_answer_attempt_id"),
        sa.PrimaryKeyConstraint("attempt_id", "item", name="pk_answer"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chain_head",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", _BIG, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name="pk_chain_head"),
    )
    op.create_table(
        "score",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("revision", _BIG, nullable=False),
        sa.Column("earned", sa.Text(), nullable=False),
        sa.Column("possible", sa.Text(), nullable=False),
        sa.Column("pass_mark", sa.Text(), nullable=False),
        sa.Column("passed", _BIG, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("finished_us", _BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_score_attempt_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_score"),
        sa.UniqueConstraint("attempt_id", "revision", name="uq_score_attempt_id_revision"),
        sqlite_strict=True,
    )


def _credentials() -> None:
    """Awards, certificates and their life, the audit record."""
    op.create_table(
        "award",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("course_version", sa.Text(), nullable=False),
        sa.Column("completed_us", _BIG, nullable=False),
        sa.Column("percent", sa.Text(), nullable=False),
        sa.Column("pass_mark", sa.Text(), nullable=False),
        sa.Column("awarded_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_award_student_id"),
        sa.PrimaryKeyConstraint("position", name="pk_award"),
        sa.UniqueConstraint("id", name="uq_award_id"),
        sa.UniqueConstraint(
            "student_id", "course_id", "course_version", name="uq_award_student_id_course_id_course_version"
        ),
    )
    op.create_table(
        "certificate",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("year", _BIG, nullable=False),
        sa.Column("sequence", _BIG, nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("issued_us", _BIG, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_certificate_award_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_certificate"),
        sa.UniqueConstraint("number", name="uq_certificate_number"),
        sqlite_strict=True,
    )
    op.create_index("ix_certificate_award_id", "certificate", ["award_id"], unique=False)
    op.create_index("ix_certificate_year_sequence", "certificate", ["year", "sequence"], unique=False)
    op.create_table(
        "certificate_status",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_certificate_status_number"),
        sa.PrimaryKeyConstraint("seq", name="pk_certificate_status"),
        sqlite_strict=True,
    )
    op.create_index("ix_certificate_status_number_seq", "certificate_status", ["number", "seq"], unique=False)
    op.create_table(
        "audit_record",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_record"),
        sqlite_strict=True,
    )
