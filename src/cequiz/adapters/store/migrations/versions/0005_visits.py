"""People who come over a line: their visits, one-time links, failed tries, and where they came in before.

And where in an exam somebody is, so that whoever comes back after a lost line is there again.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Change the schema; the caller holds the lock and the transaction, and puts the triggers back."""
    op.create_table(
        "visit",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("begun_us", _BIG, nullable=False),
        sa.Column("seen_us", _BIG, nullable=False),
        sa.Column("ends_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_visit_student_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_visit"),
    )
    op.create_index("ix_visit_student_id", "visit", ["student_id"], unique=False)
    op.create_index("ix_visit_ends_us", "visit", ["ends_us"], unique=False)
    op.create_table(
        "download",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("ends_us", _BIG, nullable=False),
        sa.Column("used_us", _BIG, nullable=True),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_download_student_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_download"),
    )
    op.create_index("ix_download_student_id", "download", ["student_id"], unique=False)
    op.create_index("ix_download_ends_us", "download", ["ends_us"], unique=False)
    op.create_table(
        "sign_in_tries",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("tries", _BIG, nullable=False),
        sa.Column("since_us", _BIG, nullable=False),
        sa.Column("last_us", _BIG, nullable=False),
        sa.Column("until_us", _BIG, nullable=True),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in_tries"),
    )
    op.create_index("ix_sign_in_tries_last_us", "sign_in_tries", ["last_us"], unique=False)
    op.create_table(
        "known_address",
        sa.Column("student_id", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("last_us", _BIG, nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name="fk_known_address_student_id"),
        sa.PrimaryKeyConstraint("student_id", "address", name="pk_known_address"),
    )
    op.create_index("ix_known_address_last_us", "known_address", ["last_us"], unique=False)
    # Only SQLite's tables have to be made anew to look like those of a new store.
    anew: Literal["always", "never"] = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("heartbeat", recreate=anew) as batch:
        batch.add_column(sa.Column("item", sa.Text(), nullable=True))
