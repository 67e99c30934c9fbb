"""The office: its people, enrolment codes, retirements, proposals, what was reported, holds, tombstones, merges.

Students become searchable by name, address and licence, attempts by when they were started, certificates by where
they stand. What lists search is folded by the domain, so it is filled in here and not by the database.
"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from cequiz.domain.text import folded

revision = "0004"
down_revision = "0003"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the schema; the caller holds the lock and the transaction, and puts the triggers back."""
    _people()
    _records()
    _lists()
    _fill_students()
    _fill_standings()


def _people() -> None:
    """Who works in the office, and what it does for students."""
    op.create_table(
        "staff",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("passphrase_hash", sa.Text(), nullable=False),
        sa.Column("active", _BIG, nullable=False),
        sa.Column("added_us", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("name_folded", name="uq_staff_name_folded"),
    )
    op.create_table(
        "sign_in",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", _BIG, nullable=False),
        sa.Column("last_us", _BIG, nullable=False),
        sa.Column("locked_us", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in"),
    )
    op.create_table(
        "enrolment_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("until_us", _BIG, nullable=True),
        sa.Column("uses", _BIG, nullable=True),
        sa.Column("withdrawn", _BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_us", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_enrolment_code"),
    )
    op.create_table(
        "enrolment_code_use",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["code"], ["enrolment_code.code"], name="fk_enrolment_code_use_code"),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_enrolment_code_use_student_id"),
        sa.PrimaryKeyConstraint("code", "student_id", name="pk_enrolment_code_use"),
    )
    op.create_table(
        "student_merge",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("from_id", sa.Text(), nullable=False),
        sa.Column("into_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["student.id"], name="fk_student_merge_from_id"),
        sa.ForeignKeyConstraint(["into_id"], ["student.id"], name="fk_student_merge_into_id"),
        sa.PrimaryKeyConstraint("position", name="pk_student_merge"),
        sqlite_strict=True,
    )
    op.create_table(
        "hold",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("placed", _BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_hold_student_id"),
        sa.PrimaryKeyConstraint("position", name="pk_hold"),
        sqlite_strict=True,
    )


def _records() -> None:
    """What the office keeps of banks, reports and certificates."""
    op.create_table(
        "retirement",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("retired", _BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_retirement"),
        sqlite_strict=True,
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposer", sa.Text(), nullable=False),
        sa.Column("proposed_us", _BIG, nullable=False),
        sa.Column("decider", sa.Text(), nullable=False),
        sa.Column("decided_us", _BIG, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_table(
        "report_batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("made_us", _BIG, nullable=False),
        sa.Column("posted_us", _BIG, nullable=True),
        sa.Column("poster", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report_batch"),
    )
    op.create_table(
        "reported",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("award_id", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("requeued", _BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name="fk_reported_award_id"),
        sa.ForeignKeyConstraint(["batch_id"], ["report_batch.id"], name="fk_reported_batch_id"),
        sa.PrimaryKeyConstraint("position", name="pk_reported"),
        sa.UniqueConstraint("batch_id", "award_id", "licence", name="uq_reported_batch_id_award_id_licence"),
    )
    op.create_index("ix_reported_award_id", "reported", ["award_id"], unique=False)
    op.create_table(
        "tombstone",
        sa.Column("seq", _BIG, autoincrement=False, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("first", _BIG, nullable=False),
        sa.Column("last", _BIG, nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=False),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.Column("prev_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_tombstone"),
        sqlite_strict=True,
    )
    op.create_index("ix_tombstone_chain_first", "tombstone", ["chain", "first"], unique=False)
    op.create_table(
        "certificate_standing",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("position", _BIG, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("sought", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("issued_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_certificate_standing_number"),
        sa.PrimaryKeyConstraint("number", name="pk_certificate_standing"),
    )
    op.create_index(
        "ix_certificate_standing_status_position", "certificate_standing", ["status", "position"], unique=False
    )
    shown = ["position", "sought", "status"]
    op.create_index("ix_certificate_standing_position_sought_status", "certificate_standing", shown, unique=False)
    op.create_table(
        "item_tally",
        sa.Column("bank_id", sa.Text(), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bank_id", "question_id", "content_hash", name="pk_item_tally"),
    )


def _lists() -> None:
    """What lists are ordered and searched by."""
    shown = ["started_us", "id", "status", "course_id", "exam_id"]
    op.create_index("ix_attempt_started_us_id_status_course_id_exam_id", "attempt", shown, unique=False)
    op.create_index("ix_attempt_status_started_us_id", "attempt", ["status", "started_us", "id"], unique=False)
    op.create_index("ix_audit_record_deed_actor", "audit_record", ["deed", "actor"], unique=False)
    op.create_index("ix_audit_record_actor", "audit_record", ["actor"], unique=False)
    op.create_index("ix_audit_record_subject", "audit_record", ["subject"], unique=False)
    with op.batch_alter_table("enrolment", recreate="always") as batch:
        batch.add_column(_text("delivery"))
    with op.batch_alter_table("student", recreate="always") as batch:
        batch.add_column(_text("sort_name"))
        batch.add_column(_text("sought"))
        batch.add_column(sa.Column("merged_into", sa.Text(), nullable=True))
        batch.add_column(sa.Column("once_until_us", _BIG, nullable=True))
        listed = ["sort_name", "id", "sought", "merged_into"]
        batch.create_index("ix_student_sort_name_id_sought_merged_into", listed, unique=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)


def _fill_students() -> None:
    bind = op.get_bind()
    change = sa.text("UPDATE student SET sort_name = :sort_name, sought = :sought WHERE id = :id")
    for row in bind.execute(sa.text("SELECT id, name, email, licences FROM student")).all():
        numbers = [number for _, number in json.loads(row.licences)]
        sought = folded(" ".join((row.name, row.email, *numbers, row.id)))
        bind.execute(change, {"id": row.id, "sort_name": folded(row.name), "sought": sought})


def _fill_standings() -> None:
    bind = op.get_bind()
    found = bind.execute(
        sa.text(
            "SELECT number, seq, facts, issued_us, (SELECT status FROM certificate_status AS life"
            " WHERE life.number = certificate.number ORDER BY life.seq DESC LIMIT 1) AS status FROM certificate"
        )
    )
    keep = sa.text(
        "INSERT INTO certificate_standing (number, position, status, holder, sought, course, issued_us)"
        " VALUES (:number, :position, :status, :holder, :sought, :course, :issued_us)"
    )
    for row in found.all():
        facts = json.loads(row.facts)
        sought = folded(f"{row.number} {facts['student_name']}")
        values = {"number": row.number, "position": row.seq, "status": row.status, "issued_us": row.issued_us}
        bind.execute(
            keep, {**values, "holder": facts["student_name"], "sought": sought, "course": facts["course_title"]}
        )
