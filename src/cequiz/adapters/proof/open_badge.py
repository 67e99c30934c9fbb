"""The certificate as a machine reads it: an Open Badges 3.0 credential, attached to the PDF.

Everything in it comes from the frozen facts, the key and the instant of issue, so that the same certificate gives the
same bytes. What is printed stands in it once more, field by field, under `credentialSubject.printed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation

from cequiz.adapters.proof.data_integrity import did_of, seconds
from cequiz.domain.canonical import Json
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.status_list import list_name

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
_PRINTED: Mapping[str, Json] = {"printed": {"@id": "urn:cequiz:printed", "@type": "@json"}}


def credential(facts: Facts, *, key: PublicKey, index: int, at: datetime, verify_at: str) -> dict[str, Json]:
    """Return the credential of a certificate, not yet signed.

    Args:
        facts: frozen, with their number.
        key: issues it.
        index: the place in the status list.
        at: the instant of issue.
        verify_at: the address of the provider's page; empty for none.
    """
    did = did_of(bytes.fromhex(key.public))
    issuer: dict[str, Json] = {"id": did, "type": ["Profile"], "name": facts.provider_name}
    return {
        "@context": [CREDENTIALS, OPEN_BADGES, _PRINTED],
        "id": f"urn:cequiz:certificate:{key.id}:{facts.number}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{facts.document_title} {facts.number}",
        "issuer": issuer,
        "validFrom": seconds(at),
        "awardedDate": seconds(at),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {"type": "IdentityObject", "hashed": False, "identityHash": facts.student_name, "identityType": "name"}
            ],
            **_optional(facts),
            "achievement": _achievement(facts, key, issuer),
            "printed": [[field.name, field.text] for field in facts.printed_fields()],
        },
        "credentialStatus": _status(key, index, verify_at),
    }


def _optional(facts: Facts) -> dict[str, Json]:
    subject: dict[str, Json] = {
        "activityEndDate": seconds(datetime.combine(facts.completed_on, time(), UTC)),
    }
    if facts.licences:
        subject["licenseNumber"] = " · ".join(str(one) for one in facts.licences)
    hours = _number(facts.ce_hours)
    if hours is not None:
        subject["creditsEarned"] = hours
    if facts.score:
        subject["result"] = [{"type": ["Result"], "value": facts.score}]
    return subject


def _achievement(facts: Facts, key: PublicKey, issuer: Mapping[str, Json]) -> dict[str, Json]:
    hours = f"{facts.ce_hours} CE hours"
    achievement: dict[str, Json] = {
        "id": f"urn:cequiz:course:{key.id}:{facts.course_id}:{facts.course_version}",
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "creator": issuer,
        "name": facts.course_title,
        "description": f"{facts.course_title}: {hours} of continuing education, {facts.delivery}.",
        "criteria": {"narrative": _criteria(facts)},
        "humanCode": facts.course_id,
        "version": facts.course_version,
    }
    if facts.subjects:
        achievement["tag"] = list(facts.subjects)
    return achievement


def _criteria(facts: Facts) -> str:
    examination = f" and the examination passed with at least {facts.pass_mark}" if facts.pass_mark else ""
    return f"The course was completed{examination}."


def _status(key: PublicKey, index: int, verify_at: str) -> dict[str, Json]:
    name = list_name(key.id, verify_at)
    return {
        "id": f"{name}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": str(index),
        "statusListCredential": name,
    }


def _number(text: str) -> Json:
    """Return whole hours as a number; others stand among the printed fields only, where nothing can round them."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    if not value.is_finite() or value != value.to_integral_value():
        return None
    return int(value)
