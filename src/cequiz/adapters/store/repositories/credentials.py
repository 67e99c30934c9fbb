"""Awards, certificates and their life, and the audit record: what is shown to a board."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import LargeBinary, func, literal, select, update

from cequiz.adapters.store import mapping
from cequiz.adapters.store.repositories.anew import ended, gone
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.grounds import fingerprint
from cequiz.adapters.store.rows import (
    AuditRecordRow,
    AwardRow,
    CertificateProofRow,
    CertificateRow,
    CertificateStatusRow,
    table_of,
)
from cequiz.adapters.store.rows_office import CertificateStandingRow, TombstoneRow
from cequiz.domain.credential.award import Award
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.exam.events import microseconds
from cequiz.services.ports import AuditRecord, CertificateRecord, CertificateStatus

_AWARD = table_of(AwardRow)
_CERTIFICATE = table_of(CertificateRow)
_PROOF = table_of(CertificateProofRow)
_STATUS = table_of(CertificateStatusRow)
_STANDING = table_of(CertificateStandingRow)
_AUDIT = table_of(AuditRecordRow)
_TOMBSTONE = table_of(TombstoneRow)
_SIGNED = (_PROOF.c.key_id, _PROOF.c.status_index, _PROOF.c.code, _PROOF.c.credential)
_PROVEN = select(_CERTIFICATE, *_SIGNED).outerjoin_from(_CERTIFICATE, _PROOF, _PROOF.c.number == _CERTIFICATE.c.number)
"""Certificates with their proofs, where they have one."""

OUTLINE = select(
    *(one for one in _CERTIFICATE.c if one.name != "pdf"), literal(b"", LargeBinary).label("pdf"), *_SIGNED
).outerjoin_from(_CERTIFICATE, _PROOF, _PROOF.c.number == _CERTIFICATE.c.number)
"""The same without the files, which weigh a hundred times as much as the rest."""


class AwardRepository(Repository):
    """A student has earned a course."""

    def add(self, award: Award) -> None:
        """Keep an award; one per student, course version and cycle."""
        self._add(AwardRow, **mapping.award_columns(award))

    def get(self, student_id: str, course_id: str, course_version: str, *, cycle: int = 1) -> Award | None:
        """Return a student's award for a course version in a cycle."""
        mine = (
            _AWARD.c.student_id == student_id,
            _AWARD.c.course_id == course_id,
            _AWARD.c.course_version == course_version,
            _AWARD.c.cycle == cycle,
        )
        return self._one(select(_AWARD).where(*mine), mapping.award)

    def all(self) -> Sequence[Award]:
        """Return every award, oldest first."""
        return self._many(select(_AWARD).order_by(_AWARD.c.position), mapping.award)

    def named(self, award_id: str) -> Award | None:
        """Return an award by its id."""
        return self._one(select(_AWARD).where(_AWARD.c.id == award_id), mapping.award)

    def of(self, student_id: str, course_id: str) -> Sequence[Award]:
        """Return a student's awards for a course, oldest first."""
        mine = select(_AWARD).where(_AWARD.c.student_id == student_id, _AWARD.c.course_id == course_id)
        return self._many(mine.order_by(_AWARD.c.position), mapping.award)

    def ended(self) -> frozenset[str]:
        """Return the ids of awards that were ended and not made again since."""
        return frozenset(self._many(ended(), lambda row: str(row["subject"])))

    def has_ended(self, award_id: str) -> bool:
        """Return whether an award was ended and not made again since."""
        return bool(self._many(ended(award_id), lambda row: str(row["subject"])))

    def rests_on(self, attempts: Sequence[str]) -> str:
        """Return a fingerprint of all that the awards of whoever sat these attempts rest on."""
        with self._translated:
            return fingerprint(self._connection, attempts)

    def replace(self, award: Award) -> None:
        """Put what a re-mark has changed in the place of what is kept under the award's id."""
        self._run(update(_AWARD).where(_AWARD.c.id == award.id).values(mapping.award_columns(award)))


class CertificateRepository(Repository):
    """Certificates and their life cycle; append-only."""

    def next_sequence(self, year: int) -> int:
        """Return the next free number of a year, from 1 without gaps."""
        highest = select(func.max(_CERTIFICATE.c.sequence).label("highest")).where(_CERTIFICATE.c.year == year)
        purged = (parse_number(number) for number in self._purged())
        gone = max((number.sequence for number in purged if number.year == year), default=0)
        return max(self._one(highest, lambda row: row["highest"]) or 0, gone) + 1

    def count(self) -> int:
        """Return how many there ever were: the place of the next one in the order of issue, from 0."""
        found = self._one(select(func.count().label("count")).select_from(_CERTIFICATE), lambda row: row["count"]) or 0
        return found + len(self._purged())

    def _purged(self) -> Sequence[str]:
        """Return the numbers whose records a purge took; nobody gets them again."""
        gone = select(_TOMBSTONE.c.kept).where(_TOMBSTONE.c.chain == _CERTIFICATE.name)
        return self._many(gone, lambda row: str(json.loads(row["kept"])["number"]))

    def add(self, record: CertificateRecord, *, actor: str) -> None:
        """Keep a certificate with its proof, and its first status, `issued`."""
        place = self._grow(CertificateRow, **mapping.certificate_columns(record, actor=actor))
        if record.proof is not None:
            self._add(CertificateProofRow, **mapping.proof_columns(record.number, record.proof))
        self._add(CertificateStandingRow, **mapping.standing_columns(record), position=place)
        self.add_status(
            CertificateStatus(number=record.number, status="issued", reason="", actor=actor, at=record.issued_at)
        )

    def get(self, number: str) -> CertificateRecord | None:
        """Return a certificate by its full number."""
        return self._one(_PROVEN.where(_CERTIFICATE.c.number == number), mapping.certificate)

    def with_hash(self, sha256: str) -> CertificateRecord | None:
        """Return the certificate whose PDF has this SHA-256 (hexadecimal)."""
        return self._one(_PROVEN.where(_CERTIFICATE.c.sha256 == sha256), mapping.certificate)

    def of_award(self, award_id: str) -> Sequence[CertificateRecord]:
        """Return the certificates of an award, oldest first."""
        wanted = _PROVEN.where(_CERTIFICATE.c.award_id == award_id)
        return self._many(wanted.order_by(_CERTIFICATE.c.seq), mapping.certificate)

    def current(self, award_id: str) -> Sequence[CertificateRecord]:
        """Return those of an award as it was made last, oldest first; none of those up to one that is gone."""
        last = select(func.max(_CERTIFICATE.c.seq)).where(
            _CERTIFICATE.c.award_id == award_id, _CERTIFICATE.c.number.in_(gone())
        )
        later = _CERTIFICATE.c.seq > func.coalesce(last.scalar_subquery(), 0)
        wanted = _PROVEN.where(_CERTIFICATE.c.award_id == award_id, later)
        return self._many(wanted.order_by(_CERTIFICATE.c.seq), mapping.certificate)

    def all(self) -> Sequence[CertificateRecord]:
        """Return every certificate, oldest first."""
        return self._many(_PROVEN.order_by(_CERTIFICATE.c.seq), mapping.certificate)

    def outlines(self) -> Sequence[CertificateRecord]:
        """Return every certificate, oldest first, without its file."""
        return self._many(OUTLINE.order_by(_CERTIFICATE.c.seq), mapping.certificate)

    def awarded(self) -> frozenset[str]:
        """Return the ids of the awards that have a certificate."""
        return frozenset(self._many(select(_CERTIFICATE.c.award_id), lambda row: str(row["award_id"])))

    def add_status(self, status: CertificateStatus) -> None:
        """Append to a certificate's life."""
        self._grow(
            CertificateStatusRow,
            number=status.number,
            status=status.status,
            reason=status.reason,
            actor=status.actor,
            at_us=microseconds(status.at),
        )
        self._run(update(_STANDING).where(_STANDING.c.number == status.number).values(status=status.status))

    def status(self, number: str) -> CertificateStatus | None:
        """Return the newest status."""
        wanted = select(_STATUS).where(_STATUS.c.number == number).order_by(_STATUS.c.seq.desc()).limit(1)
        return self._one(wanted, mapping.certificate_status)

    def life(self, number: str) -> Sequence[CertificateStatus]:
        """Return every status, oldest first."""
        wanted = select(_STATUS).where(_STATUS.c.number == number).order_by(_STATUS.c.seq)
        return self._many(wanted, mapping.certificate_status)


class AuditRepository(Repository):
    """The audit record; append-only."""

    def add(self, record: AuditRecord) -> None:
        """Keep a record."""
        self.add_all([record])

    def add_all(self, records: Sequence[AuditRecord]) -> None:
        """Keep many records, in their order."""
        rows = [
            {
                "at_us": microseconds(one.at),
                "actor": one.actor,
                "deed": one.deed,
                "subject": one.subject,
                "details": mapping.text(one.details),
            }
            for one in records
        ]
        self._grow_all(AuditRecordRow, rows)

    def all(self) -> Sequence[AuditRecord]:
        """Return every record, oldest first."""
        return self._many(select(_AUDIT).order_by(_AUDIT.c.seq), mapping.audit_record)
