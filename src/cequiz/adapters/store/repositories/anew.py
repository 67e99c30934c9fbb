"""Awards that were made again: a re-mark took the pass away, the certificate was revoked, and the pass came back.

The certificate from before stays on file and is no certificate of what was earned anew.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from cequiz.adapters.store.rows import AwardRow, CertificateRow, CertificateStatusRow, table_of
from cequiz.adapters.store.rows_office import CertificateStandingRow
from cequiz.domain.credential.lifecycle import Life

_AWARD = table_of(AwardRow).alias("anew_award")
_CERTIFICATE = table_of(CertificateRow).alias("anew_certificate")
_LATER = table_of(CertificateRow).alias("anew_later")
_STANDING = table_of(CertificateStandingRow).alias("anew_standing")
_STATUS = table_of(CertificateStatusRow).alias("anew_status")

_REVOKED = Life.REVOKED.value


def gone() -> Select[Any]:
    """Return the numbers of certificates that were revoked before their award was made again; they are few."""
    return _revoked(_CERTIFICATE.c.number)


def earned_anew() -> Select[Any]:
    """Return the ids of awards whose newest certificate was revoked before they were made again."""
    newest = select(func.max(_LATER.c.seq)).where(_LATER.c.award_id == _AWARD.c.id).scalar_subquery()
    return _revoked(_AWARD.c.id).where(_CERTIFICATE.c.seq == newest)


def _revoked(column: ColumnElement[str]) -> Select[Any]:
    # From the index of standings on: nothing is read of certificates that are in force.
    return (
        select(column)
        .select_from(_STANDING)
        .join(_CERTIFICATE, _CERTIFICATE.c.number == _STANDING.c.number)
        .join(_STATUS, and_(_STATUS.c.number == _STANDING.c.number, _STATUS.c.status == _REVOKED))
        .join(_AWARD, _AWARD.c.id == _CERTIFICATE.c.award_id)
        .where(_STANDING.c.status == _REVOKED, _STATUS.c.at_us < _AWARD.c.awarded_us)
    )
