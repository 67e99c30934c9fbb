"""The exam room: signs of life, accommodations, figures, the review queue, practice.

Event kinds are plain text and need no change; an index finds the events of one kind in all attempts.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the schema; the caller holds the lock and the transaction."""
    op.create_index("ix_attempt_event_kind", "attempt_event", ["kind"], unique=False)
    _exams()
    _queue()
    _practice()


def _exams() -> None:
    """Signs of life, accommodations, figures."""
    op.create_table(
        "heartbeat",
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.Column("wall_us", _BIG, nullable=False),
        sa.Column("boot_us", _BIG, nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("departed", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_heartbeat_attempt_id"),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_heartbeat"),
    )
    op.create_table(
        "accommodation",
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("version", _BIG, nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_accommodation_student_id"),
        sa.PrimaryKeyConstraint("student_id", "version", name="pk_accommodation"),
        sqlite_strict=True,
    )
    op.create_table(
        "figure",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_figure"),
    )


def _queue() -> None:
    """Near misses, and what was decided."""
    op.create_table(
        "near_miss",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("attempt_id", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("accepted", sa.Text(), nullable=False),
        sa.Column("pair", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name="fk_near_miss_attempt_id"),
        sa.PrimaryKeyConstraint("position", name="pk_near_miss"),
        sa.UniqueConstraint("attempt_id", "item", "part", name="uq_near_miss_attempt_id_item_part"),
    )
    op.create_table(
        "decision",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_decision"),
        sqlite_strict=True,
    )


def _practice() -> None:
    """Answers of practice, and the cards of spaced repetition."""
    op.create_table(
        "practice_answer",
        sa.Column("position", _BIG, nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("bank_version", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("share", sa.Text(), nullable=False),
        sa.Column("drill", _BIG, nullable=False),
        sa.Column("at_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_practice_answer_student_id"),
        sa.PrimaryKeyConstraint("position", name="pk_practice_answer"),
    )
    op.create_index(
        "ix_practice_answer_student_id_course_id", "practice_answer", ["student_id", "course_id"], unique=False
    )
    op.create_table(
        "practice_card",
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("bank", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("due_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_practice_card_student_id"),
        sa.PrimaryKeyConstraint("student_id", "course_id", "bank", "question", name="pk_practice_card"),
    )
