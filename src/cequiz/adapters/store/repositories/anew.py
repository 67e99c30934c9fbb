"""Awards that were ended, and awards that were made again: what they stood on fell, and perhaps something else came.

The audit record tells it, by the places of its records and never by their times: clocks are set back, and hosts
disagree. A certificate that was taken away, revoked or expired, before its award was made again stays on file and is
no certificate of what was earned anew.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, select

from cequiz.adapters.store.rows import AuditRecordRow, AwardRow, CertificateRow, table_of
from cequiz.adapters.store.rows_office import CertificateStandingRow
from cequiz.domain.credential.award import ENDED, MADE
from cequiz.domain.credential.lifecycle import Life

_AUDIT = table_of(AuditRecordRow)
_AWARD = table_of(AwardRow).alias("anew_award")
_CERTIFICATE = table_of(CertificateRow).alias("anew_certificate")
_LATER = table_of(CertificateRow).alias("anew_later")
_STANDING = table_of(CertificateStandingRow).alias("anew_standing")
_MADE, _END, _FALL = (_AUDIT.alias(name) for name in ("anew_made", "anew_ended", "anew_revoked"))

OVER = (Life.REVOKED.value, Life.EXPIRED.value)
"""The states of certificates that were taken away."""


def ended(award_id: str | None = None) -> Select[Any]:
    """Return the ids of awards that were ended and not made again since, or of one if it was; they are few."""
    again = select(_MADE.c.seq).where(_is(_MADE, _END.c.subject, MADE), _MADE.c.seq > _END.c.seq)
    mine = _END.c.deed == ENDED if award_id is None else _is(_END, award_id, ENDED)
    return select(_END.c.subject).where(mine, ~again.exists())


def gone() -> Select[Any]:
    """Return the numbers of certificates that were taken away before their award was made again; they are few."""
    return _taken_away(_CERTIFICATE.c.number)


def earned_anew() -> Select[Any]:
    """Return the ids of awards whose newest certificate was taken away before they were made again."""
    newest = select(func.max(_LATER.c.seq)).where(_LATER.c.award_id == _AWARD.c.id).scalar_subquery()
    wanted = _taken_away(_AWARD.c.id).join(_AWARD, _AWARD.c.id == _CERTIFICATE.c.award_id)
    return wanted.where(_CERTIFICATE.c.seq == newest)


def _taken_away(column: ColumnElement[str]) -> Select[Any]:
    again = (
        select(_MADE.c.seq)
        .join_from(_MADE, _FALL, _MADE.c.seq > _FALL.c.seq)
        .where(_is(_MADE, _CERTIFICATE.c.award_id, MADE))
        .where(_is(_FALL, _CERTIFICATE.c.number, *(f"certificate.{state}" for state in OVER)))
        .correlate(_CERTIFICATE)
    )
    # From the index of standings on: nothing is read of certificates that are in force.
    return (
        select(column)
        .select_from(_STANDING)
        .join(_CERTIFICATE, _CERTIFICATE.c.number == _STANDING.c.number)
        .where(_STANDING.c.status.in_(OVER), again.exists())
    )


def _is(record: FromClause, subject: ColumnElement[str] | str, *deeds: str) -> ColumnElement[bool]:
    """Return that a record tells of deeds done to something, found by that: a deed alone may fill the log."""
    return (record.c.subject == subject) & record.c.deed.concat("").in_(deeds)
