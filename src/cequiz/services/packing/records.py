"""Certificates, the audit record and the proof of the records, in a pack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cequiz.domain.canonical import Json
from cequiz.domain.credential.award import Award
from cequiz.services.packing.chosen import Chosen
from cequiz.services.packing.parcel import Packing
from cequiz.services.ports import AuditRecord, ChainReport, Tombstone, Unit

_ABOUT_ALL = ("bank.", "course.", "provider.", "key.", "store.", "retention.")
"""Deeds about the house, which belong into every pack; the rest belong where their subject is."""

_NEVER = "student.accommodated"
"""That somebody was granted something is nobody's business who reads a pack."""


def put_certificates(packing: Packing, unit: Unit, award: Award) -> list[str]:
    """Put in the certificates of an award: the very file, facts, life and credential; return their numbers."""
    numbers = []
    for record in unit.certificates.of_award(award.id):
        numbers.append(record.number)
        folder = f"certificates/{record.number}"
        packing.put(f"{folder}.pdf", record.pdf)
        packing.json(
            f"{folder}.json",
            {
                "number": record.number,
                "award": record.award_id,
                "student": award.student_id,
                "issued_at": record.issued_at,
                "sha256": record.sha256,
                "facts": record.facts.to_json(),
                "life": [
                    {"at": one.at, "status": one.status, "reason": one.reason, "actor": one.actor}
                    for one in unit.certificates.life(record.number)
                ],
                "key": record.proof.key_id if record.proof else None,
            },
        )
        if record.proof is not None:
            packing.put(f"{folder}.credential.json", record.proof.credential.encode())
    return numbers


def put_audit(packing: Packing, unit: Unit, chosen: Chosen, numbers: Iterable[str]) -> int:
    """Put in the audit record, whole or as far as a narrower pack is about it, and return how many records that is."""
    found = [one for one in unit.audit.all() if one.deed != _NEVER]
    if chosen.narrow:
        subjects = _subjects(chosen, numbers)
        found = [one for one in found if one.subject in subjects or _of_house(one, chosen)]
    packing.json("audit/audit.json", [vars(one) for one in found])
    packing.table(
        "audit/audit.csv",
        ("at", "actor", "deed", "subject", "details"),
        [(one.at, one.actor, one.deed, one.subject, _words(one.details)) for one in found],
    )
    return len(found)


def put_verification(
    packing: Packing,
    *,
    report: ChainReport,
    seal: Mapping[str, Json],
    trust: Mapping[str, Json],
    tombstones: Iterable[Tombstone],
) -> None:
    """Put in what proves the records: what recomputing every chain found, the heads of the chains, keys and lists.

    Args:
        packing: where it goes.
        report: what `audit verify` found.
        seal: the heads, which `audit verify --anchors` takes.
        trust: what verifiers of certificates need.
        tombstones: what stands where a lawful purge took records.
    """
    packing.json(
        "verification/chains.json",
        {
            "chains": report.chains,
            "records": report.records,
            "findings": [vars(one) for one in report.findings],
        },
    )
    packing.json("verification/seal.json", seal)
    packing.json("verification/trust.json", trust)
    packing.json(
        "verification/tombstones.json",
        [
            {
                "chain": one.chain,
                "first": one.first,
                "last": one.last,
                "before": one.before.hex(),
                "after": one.after.hex(),
                "leaf": one.leaf,
                "kept": one.kept,
                "reason": one.reason,
                "actor": one.actor,
                "at": one.at,
            }
            for one in tombstones
        ],
    )


def _subjects(chosen: Chosen, numbers: Iterable[str]) -> set[str]:
    return {
        *(one.id for one in chosen.students),
        *(one.id for one in chosen.attempts),
        *(one.id for one in chosen.awards),
        *(one.id for one in chosen.courses),
        *numbers,
    }


def _of_house(record: AuditRecord, chosen: Chosen) -> bool:
    if record.deed.startswith("retention."):
        return chosen.student_id is None
    return record.deed.startswith(_ABOUT_ALL)


def _words(details: Mapping[str, Json]) -> str:
    return "; ".join(f"{name}: {value}" for name, value in details.items())
