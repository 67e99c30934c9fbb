"""The tables of people who come over a line: visits, one-time links, failed tries, and where students came in before.

They follow the rules of `rows`, whose helpers they use. Nothing in them is a record that anybody must keep: rows are
deleted when they are over. Tokens stand in them as SHA-256, addresses as tags that need the store's key.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index

from cequiz.adapters.store.rows import Row, whole, words


class VisitRow(Row, table=True):
    """Somebody's signed-in stay over a line."""

    __tablename__ = "visit"
    __table_args__ = (Index(None, "student_id"), Index(None, "ends_us"))
    token_hash: str = words(primary_key=True)
    student_id: str = words(ForeignKey("student.id"))
    way: str = words()
    address: str = words()
    binding: str = words()
    begun_us: int = whole()
    seen_us: int = whole()
    ends_us: int = whole()


class DownloadRow(Row, table=True):
    """A link that hands one certificate over, once."""

    __tablename__ = "download"
    __table_args__ = (Index(None, "student_id"), Index(None, "ends_us"))
    token_hash: str = words(primary_key=True)
    student_id: str = words(ForeignKey("student.id"))
    number: str = words()
    binding: str = words()
    ends_us: int = whole()
    used_us: int | None = whole(nullable=True)


class SignInTriesRow(Row, table=True):
    """Failed tries under one subject within a stretch of time."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (Index(None, "last_us"),)
    subject: str = words(primary_key=True)
    tries: int = whole()
    since_us: int = whole()
    last_us: int = whole()
    until_us: int | None = whole(nullable=True)


class KnownAddressRow(Row, table=True):
    """A student came in from an address with this tag."""

    __tablename__ = "known_address"
    __table_args__ = (Index(None, "last_us"),)
    student_id: str = words(ForeignKey("student.id"), primary_key=True)
    address: str = words(primary_key=True)
    last_us: int = whole()
