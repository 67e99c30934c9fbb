"""A provider with real keys for tests: certificates that are really signed, and trust files about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cequiz.adapters.keys import load_or_make_key
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.proof import Proof
from cequiz.domain.credential.status_list import encode, purposes_of
from cequiz.domain.credential.trust import FORMAT, Purpose
from tests.papers import SCHOOL

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""When it issues, and when it makes trust files."""
PAGE = "https://harbour.example/V"


@dataclass(frozen=True)
class School:
    """A provider's key, and what is signed with it."""

    notary: KeyNotary
    name: str = SCHOOL.name

    def proof(self, facts: Facts, *, index: int = 7, verify_at: str = PAGE) -> Proof:
        """Return the signatures of a certificate."""
        return self.notary.prove(facts, index=index, at=AT, verify_at=verify_at)

    def trust(self, lives: Mapping[int, Life] | None = None, *, at: datetime = AT) -> dict[str, Any]:
        """Return a trust file that says these lives of these places; every other certificate is in force."""
        return {
            "format": FORMAT,
            "provider": {"name": self.name, "contact": SCHOOL.contact, "verify_at": PAGE},
            "made_at": at.isoformat(),
            "keys": list(map(vars, self.notary.keys())),
            "status": {
                purpose.value: self.status_list(
                    purpose, [place for place, life in (lives or {}).items() if purpose in purposes_of(life)], at=at
                )
                for purpose in Purpose
            },
        }

    def status_list(self, purpose: str, places: Iterable[int], *, at: datetime = AT) -> Mapping[str, Any]:
        """Return a signed status list."""
        return self.notary.seal(
            {
                "@context": ["https://www.w3.org/ns/credentials/v2"],
                "id": f"{PAGE}/STATUS",
                "type": ["VerifiableCredential", "BitstringStatusListCredential"],
                "validFrom": at.isoformat(),
                "validUntil": (at + timedelta(days=30)).isoformat(),
                "credentialSubject": {
                    "id": f"{PAGE}/STATUS#list",
                    "type": "BitstringStatusList",
                    "statusPurpose": purpose,
                    "encodedList": encode(places),
                },
            }
        )

    def trust_file(self, folder: Path, lives: Mapping[int, Life] | None = None, *, at: datetime = AT) -> Path:
        """Write a trust file and return where it is."""
        path = folder / "trust.json"
        path.write_text(json.dumps(self.trust(lives, at=at)), encoding="utf-8")
        return path


def school(folder: Path, *, name: str = SCHOOL.name) -> School:
    """Return a provider whose key lies in a folder; it is made there."""
    folder.mkdir(parents=True, exist_ok=True)
    load_or_make_key(folder / "store.key")
    notary = KeyNotary(folder)
    notary.make_key(at=AT)
    return School(notary, name)
