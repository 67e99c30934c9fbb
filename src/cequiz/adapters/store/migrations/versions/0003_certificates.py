"""Signed certificates: their proofs, and renewal cycles.

A student may earn a course again in a later cycle, so the constraints of awards and evaluations are widened: that
needs new tables in the place of the old ones, which the batches below make.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the schema; the caller holds the lock and the transaction, and puts the triggers back."""
    _cycles()
    op.create_table(
        "certificate_proof",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("status_index", _BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["certificate.number"], name="fk_certificate_proof_number"),
        sa.PrimaryKeyConstraint("number", name="pk_certificate_proof"),
        sa.UniqueConstraint("status_index", name="uq_certificate_proof_status_index"),
        sqlite_strict=True,
    )


def _cycles() -> None:
    """Everything that was there belongs to the first cycle."""
    with op.batch_alter_table("enrolment", recreate="always") as batch:
        batch.add_column(_cycle())
        batch.add_column(sa.Column("earlier", sa.Text(), server_default=sa.text("'{}'"), nullable=False))
    with op.batch_alter_table("evaluation", recreate="always") as batch:
        batch.add_column(_cycle())
        batch.drop_constraint("pk_evaluation", type_="primary")
        batch.create_primary_key("pk_evaluation", ["student_id", "course_id", "cycle"])
    once = ["student_id", "course_id", "course_version"]
    with op.batch_alter_table("award", recreate="always") as batch:
        batch.add_column(_cycle())
        batch.drop_constraint("uq_award_student_id_course_id_course_version", type_="unique")
        batch.create_unique_constraint("uq_award_student_id_course_id_course_version_cycle", [*once, "cycle"])


def _cycle() -> sa.Column[int]:
    return sa.Column("cycle", _BIG, server_default=sa.text("1"), nullable=False)
