"""Rows of visits and tries to records and back; like `mapping`, it knows no database library."""

from __future__ import annotations

from typing import Any

from cequiz.adapters.store.mapping import Values, micros, moment
from cequiz.domain.exam.events import instant, microseconds
from cequiz.services.ports.visits import Download, Tries, Visit


def visit(row: Values) -> Visit:
    """Return a visit."""
    return Visit(
        token_hash=row["token_hash"],
        student_id=row["student_id"],
        way=row["way"],
        address=row["address"],
        binding=row["binding"],
        begun_at=instant(row["begun_us"]),
        seen_at=instant(row["seen_us"]),
        ends_at=instant(row["ends_us"]),
    )


def visit_columns(value: Visit) -> dict[str, Any]:
    """Return the columns of a visit."""
    return {
        "token_hash": value.token_hash,
        "student_id": value.student_id,
        "way": value.way,
        "address": value.address,
        "binding": value.binding,
        "begun_us": microseconds(value.begun_at),
        "seen_us": microseconds(value.seen_at),
        "ends_us": microseconds(value.ends_at),
    }


def download(row: Values) -> Download:
    """Return a link."""
    return Download(
        token_hash=row["token_hash"],
        student_id=row["student_id"],
        number=row["number"],
        binding=row["binding"],
        ends_at=instant(row["ends_us"]),
    )


def download_columns(value: Download) -> dict[str, Any]:
    """Return the columns of a link that nobody has used."""
    return {
        "token_hash": value.token_hash,
        "student_id": value.student_id,
        "number": value.number,
        "binding": value.binding,
        "ends_us": microseconds(value.ends_at),
        "used_us": None,
    }


def tries(row: Values) -> Tries:
    """Return the tries under a subject."""
    return Tries(
        subject=row["subject"],
        count=row["tries"],
        since=instant(row["since_us"]),
        last_at=instant(row["last_us"]),
        until=moment(row["until_us"]),
    )


def tries_columns(value: Tries) -> dict[str, Any]:
    """Return the columns of the tries under a subject."""
    return {
        "subject": value.subject,
        "tries": value.count,
        "since_us": microseconds(value.since),
        "last_us": microseconds(value.last_at),
        "until_us": micros(value.until),
    }
