"""What others need to trust certificates without this store: status lists, the log of issues, and both in one file.

Every statement is signed by the provider's key. Nothing here holds a name or a number of a certificate, save for the
proof that somebody asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cequiz.domain.canonical import Json, canonical
from cequiz.domain.credential import merkle
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.credential.provider import Provider
from cequiz.domain.credential.status_list import encode, file_name, list_name, purposes_of
from cequiz.domain.credential.trust import FORMAT, Purpose
from cequiz.errors import NotFound
from cequiz.language import tr
from cequiz.services.keykeeping import described, signing_key
from cequiz.services.ports import CertificateRecord, Ports, Tombstone, Unit

PROOF = "cequiz-log-proof/1"
FRESH = timedelta(days=30)
"""How long a status list counts as an answer to whether a certificate was revoked."""

_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_HEAD_CONTEXT: Mapping[str, Json] = {
    term: f"urn:cequiz:{term}" for term in ("CertificateLogHead", "size", "root", "at")
}


@dataclass(frozen=True)
class _Entry:
    """What the statements are made of: one certificate without its page."""

    number: str
    place: int | None
    """In the status lists; None for a certificate without proof."""
    life: Life
    leaf: bytes
    facts: Mapping[str, Json] | None
    """None for a certificate whose record was purged: its leaf outlives it."""


def export(ports: Ports) -> dict[str, Json]:
    """Return the one file that an auditor needs: keys, status lists and the head of the log.

    Raises:
        NotFound: there is no provider, or no key.
        NotAllowed: the key is locked.
    """
    provider, entries = _everything(ports)
    key = signing_key(ports)
    at = ports.clock.read().wall
    return {
        "format": FORMAT,
        "provider": {
            "name": provider.name,
            "contact": provider.contact,
            "address": provider.address,
            "verify_at": provider.verify_at,
        },
        "made_at": _instant(at),
        "keys": described(ports.notary.keys()),
        "status": {
            str(purpose): ports.notary.seal(_list(purpose, entries, key=key.id, page=provider.verify_at, at=at))
            for purpose in Purpose
        },
        "log": ports.notary.seal(_head(entries, at)),
    }


def to_publish(trust: Mapping[str, Json]) -> dict[str, Json]:
    """Return the signed status lists of a trust file by the names of the files that certificates look for.

    Args:
        trust: what `export` returned.
    """
    status = trust["status"]
    assert isinstance(status, Mapping)  # noqa: S101 - it was made above, checked for the type checker
    return {file_name(purpose): status[str(purpose)] for purpose in Purpose}


def head(ports: Ports) -> Mapping[str, Json]:
    """Return the signed head of the log: how many certificates were issued, and their root.

    Raises:
        NotAllowed: there is no key, or it is locked.
    """
    return ports.notary.seal(_head(_entries(ports), ports.clock.read().wall))


def prove(ports: Ports, number: str, *, since: tuple[int, Mapping[str, Json]] | None = None) -> dict[str, Json]:
    """Return the proof that a certificate stands in the log.

    Args:
        ports: the outside world.
        number: the certificate's.
        since: the size of an older head, and that head as it was signed: the log is proved to continue it.

    Raises:
        NotFound: there is no certificate of that number, or the log is shorter than that head says.
        NotAllowed: there is no key, or it is locked.
    """
    wanted = str(parse_number(number))
    entries = _entries(ports)
    index = next((place for place, one in enumerate(entries) if one.number == wanted), None)
    if index is None:
        raise NotFound(
            tr("There is no certificate {wanted}.", wanted=wanted),
            hint=tr("`cequiz certificate list` shows what was issued."),
        )
    facts = entries[index].facts
    if facts is None:
        raise NotFound(
            tr("The record of the certificate {wanted} was purged.", wanted=wanted),
            hint=tr("Its place in the log remains: proofs that were given before still hold."),
        )
    leaves = [one.leaf for one in entries]
    proof: dict[str, Json] = {
        "format": PROOF,
        "number": wanted,
        "index": index,
        "facts": facts,
        "path": [one.hex() for one in merkle.inclusion(leaves, index)],
        "head": ports.notary.seal(_head(entries, ports.clock.read().wall)),
    }
    if since is not None:
        size, old = since
        if not 1 <= size <= len(leaves):
            raise NotFound(tr("The log has {count} certificates and never had {size}.", count=len(leaves), size=size))
        proof["since"] = {"head": old, "path": [one.hex() for one in merkle.consistency(leaves, size)]}
    return proof


def begins_with(ports: Ports, *, size: int, root: str) -> bool:
    """Whether the log of this store begins with what a head says.

    Args:
        ports: the outside world.
        size: how many certificates that head counts.
        root: its root, hexadecimal.
    """
    leaves = [one.leaf for one in _entries(ports)]
    return size <= len(leaves) and merkle.root(leaves[:size]).hex() == root


def _everything(ports: Ports) -> tuple[Provider, list[_Entry]]:
    with ports.store.read() as unit:
        provider = unit.providers.get()
    if provider is None:
        raise NotFound(tr("No provider is set."), hint=tr("`cequiz provider set` sets one."))
    return provider, _entries(ports)


def _entries(ports: Ports) -> list[_Entry]:
    with ports.store.read() as unit:
        gone = {one.first: one for one in unit.retention.tombstones() if one.chain == "certificate"}
        kept = [_entry(unit, record) for record in unit.certificates.outlines()]
    entries = iter(kept)
    return [_purged(gone[place]) if place in gone else next(entries) for place in range(1, len(kept) + len(gone) + 1)]


def _entry(unit: Unit, record: CertificateRecord) -> _Entry:
    status, facts = unit.certificates.status(record.number), record.facts.to_json()
    life = Life(status.status) if status else Life.ISSUED
    leaf = merkle.leaf_hash(canonical(facts))
    return _Entry(record.number, record.proof.index if record.proof else None, life, leaf, facts)


def _purged(stone: Tombstone) -> _Entry:
    number, index, life = str(stone.kept["number"]), stone.kept["index"], Life(str(stone.kept["status"]))
    return _Entry(number, index if isinstance(index, int) else None, life, bytes.fromhex(stone.leaf), None)


def _list(purpose: Purpose, entries: Sequence[_Entry], *, key: str, page: str, at: datetime) -> dict[str, Json]:
    name = list_name(key, page, purpose)
    places = (one.place for one in entries if one.place is not None and purpose in purposes_of(one.life))
    return {
        "@context": [_CONTEXT],
        "id": name,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "validFrom": _instant(at),
        "validUntil": _instant(at + FRESH),
        "credentialSubject": {
            "id": f"{name}#list",
            "type": "BitstringStatusList",
            "statusPurpose": str(purpose),
            "encodedList": encode(places),
        },
    }


def _head(entries: Sequence[_Entry], at: datetime) -> dict[str, Json]:
    root = merkle.root([one.leaf for one in entries]).hex()
    return {
        "@context": [_CONTEXT, _HEAD_CONTEXT],
        "type": ["VerifiableCredential"],
        "validFrom": _instant(at),
        "credentialSubject": {"type": "CertificateLogHead", "size": len(entries), "root": root, "at": _instant(at)},
    }


def _instant(at: datetime) -> str:
    """Return an instant as credentials write it: UTC, whole seconds."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
