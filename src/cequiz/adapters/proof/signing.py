"""What the provider's key signs: a certificate's code and credential, and statements about certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cequiz.adapters.proof.cose import make_code
from cequiz.adapters.proof.data_integrity import add_proof, canonical_text, did_of
from cequiz.adapters.proof.keyring import Keyring
from cequiz.adapters.proof.open_badge import credential
from cequiz.domain.canonical import Json
from cequiz.domain.credential.claims import pack
from cequiz.domain.credential.facts import Facts
from cequiz.domain.credential.proof import Proof
from cequiz.errors import NotAllowed
from cequiz.language import tr


def prove(ring: Keyring, facts: Facts, *, index: int, at: datetime, verify_at: str) -> Proof:
    """Return code and credential of a certificate; see the `Notary` port."""
    if facts.number is None:
        raise NotAllowed(tr("A SPECIMEN is not signed: it has no standing."))
    key, private = ring.unlocked()
    badge = credential(facts, key=key, index=index, at=at, verify_at=verify_at)
    claims = pack(facts.printed_fields(), index=index)
    return Proof(
        key_id=key.id,
        index=index,
        code=make_code(claims, key=private, key_id=key.id, verify_at=verify_at),
        credential=canonical_text(add_proof(badge, key=private, at=at)),
    )


def seal(ring: Keyring, statement: Mapping[str, Json]) -> dict[str, Json]:
    """Return a statement as a credential of the provider, signed at its `validFrom`; see the `Notary` port."""
    key, private = ring.unlocked()
    issued = {**statement, "issuer": did_of(bytes.fromhex(key.public))}
    return add_proof(issued, key=private, at=datetime.fromisoformat(str(statement["validFrom"])))
