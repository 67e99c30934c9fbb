"""A provider that signs for tests: codes, credentials, status lists and trust files, made from one fixed key."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pikepdf
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cequiz.adapters.proof.cose import make_code
from cequiz.adapters.proof.data_integrity import add_proof, canonical_text, did_of, seconds
from cequiz.adapters.proof.open_badge import credential
from cequiz.domain.canonical import Json
from cequiz.domain.credential import claims
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.proof import Proof, PublicKey
from tests.papers import facts

VERIFY_AT = "https://harbour.example/V"
ISSUED = datetime(2026, 11, 22, 12, tzinfo=UTC)
PURPOSES = ("revocation", "suspension", "superseded", "expired")
INDEX = 94567
ENTRIES = 131_072


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A provider's key, and what it signs."""

    seed: str = "harbour school"
    verify_at: str = VERIFY_AT

    @property
    def key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.seed.encode()).digest())

    @property
    def public(self) -> PublicKey:
        raw = self.key.public_key().public_bytes_raw()
        return PublicKey(id=hashlib.sha256(raw).hexdigest()[:16], public=raw.hex(), made_at="2026-01-05T09:00:00Z")

    def code(self, paper: Facts, *, index: int = INDEX) -> str:
        packed = claims.pack(paper.printed_fields(), index=index)
        return make_code(packed, key=self.key, key_id=self.public.id, verify_at=self.verify_at)

    def credential(self, paper: Facts, *, index: int = INDEX) -> str:
        plain = credential(paper, key=self.public, index=index, at=ISSUED, verify_at=self.verify_at)
        return canonical_text(add_proof(plain, key=self.key, at=ISSUED))

    def proof(self, paper: Facts, *, index: int = INDEX) -> Proof:
        code, signed = self.code(paper, index=index), self.credential(paper, index=index)
        return Proof(key_id=self.public.id, index=index, code=code, credential=signed)

    def seal(self, statement: Mapping[str, Json], *, at: datetime) -> dict[str, Json]:
        issuer = did_of(bytes.fromhex(self.public.public))
        return add_proof({**statement, "issuer": issuer}, key=self.key, at=at)


@dataclass(frozen=True, kw_only=True)
class Lists:
    """Which bits are set in which list, and when the lists were made."""

    made: datetime
    set_in: Mapping[str, Collection[int]] = field(default_factory=dict)
    days: int = 30
    """How long they are good."""

    def signed_by(self, signer: Signer) -> dict[str, Json]:
        return {purpose: signer.seal(self._list(purpose), at=self.made) for purpose in PURPOSES}

    def _list(self, purpose: str) -> dict[str, Json]:
        bits = bytearray(ENTRIES // 8)
        for index in self.set_in.get(purpose, ()):
            bits[index // 8] |= 0x80 >> index % 8
        packed = urlsafe_b64encode(gzip.compress(bytes(bits), 9, mtime=0)).rstrip(b"=").decode()
        subject: Json = {"type": "BitstringStatusList", "statusPurpose": purpose, "encodedList": f"u{packed}"}
        return {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": f"{VERIFY_AT}/STATUS/{purpose.upper()}",
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "validFrom": seconds(self.made),
            "validUntil": seconds(self.made + timedelta(days=self.days)),
            "credentialSubject": subject,
        }


def fresh(**set_in: Collection[int]) -> Lists:
    """Return lists of an hour ago."""
    return Lists(made=datetime.now(UTC) - timedelta(hours=1), set_in=set_in)


def trust(signer: Signer, lists: Lists | None = None, **changes: Any) -> dict[str, Json]:
    """Return a trust file as `cequiz trust export` writes it."""
    lists = lists or fresh()
    head: Json = {"type": "CertificateLogHead", "size": 1412, "root": "ab" * 32, "at": seconds(lists.made)}
    log: dict[str, Json] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "CertificateLogHeadCredential"],
        "validFrom": seconds(lists.made),
        "credentialSubject": head,
    }
    key = signer.public
    return {
        "format": "cequiz-trust/1",
        "provider": {
            "name": "Harbour School",
            "contact": "office@harbour.example",
            "address": "12 Harbour Street, Miami, FL 33101",
            "verify_at": signer.verify_at,
        },
        "made_at": seconds(lists.made),
        "keys": [{"id": key.id, "public": key.public, "made_at": key.made_at, "retired_at": key.retired_at}],
        "status": lists.signed_by(signer),
        "log": signer.seal(log, at=lists.made),
        **changes,
    }


def paper(**changes: Any) -> Facts:
    """Return the frozen facts of a certificate with every kind of field."""
    return facts(**changes).frozen()


def attach(pdf: pikepdf.Pdf, credential_text: str) -> None:
    """Attach a credential to a PDF under the name that certificates give it."""
    record = pikepdf.AttachedFileSpec(
        pdf,
        credential_text.encode("utf-8"),
        description="",
        filename="open-badge-credential.json",
        mime_type="application/ld+json",
        creation_date="",
        mod_date="",
    )
    pdf.attachments[f"{len(pdf.attachments)}"] = record


def changed(credential_text: str, old: str, new: str) -> str:
    """Return a credential in which one text was exchanged after signing.

    Raises:
        AssertionError: there is no such text, so that nothing would be tested.
    """
    assert old in credential_text
    text = credential_text.replace(old, new)
    json.loads(text)
    return text
