"""W3C Data Integrity proofs (`eddsa-jcs-2022`) on credentials, and `did:key` names for Ed25519 keys.

It signs and checks any JSON credential and knows nothing of certificates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cequiz.adapters.proof.base_texts import from_base58, to_base58
from cequiz.adapters.proof.cose import signed_by
from cequiz.adapters.proof.keyring import key_id
from cequiz.domain.canonical import Json
from cequiz.domain.credential.proof import PublicKey

SUITE = "eddsa-jcs-2022"
_ED25519 = b"\xed\x01"
"""The multicodec number of an Ed25519 public key, as a varint."""
_DID = "did:key:"


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Who signed a credential, and whether the signature fits."""

    key_id: str
    """Sixteen hexadecimal digits; empty where the proof names no key that could be read."""
    key: PublicKey | None
    """That key, where it is among the known ones."""
    good: bool
    """Whether the signature of the named key fits: says nothing of who that is while `key` is None."""


def did_of(public: bytes) -> str:
    """Return the `did:key` of an Ed25519 public key (32 bytes)."""
    return f"{_DID}{_multibase(_ED25519 + public)}"


def method_of(public: bytes) -> str:
    """Return the verification method that a proof by that key names."""
    did = did_of(public)
    return f"{did}#{did.removeprefix(_DID)}"


def add_proof(document: Mapping[str, Json], *, key: Ed25519PrivateKey, at: datetime) -> dict[str, Json]:
    """Return a credential with one proof, in an array as Open Badges asks.

    Args:
        document: the credential without proof; its `issuer` is the key's `did:key`.
        key: signs.
        at: when.
    """
    options: dict[str, Json] = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": seconds(at),
        "verificationMethod": method_of(key.public_key().public_bytes_raw()),
        "proofPurpose": "assertionMethod",
    }
    # The recommendation repeats the contexts in the proof, but a verifier that is in use compares them as objects and
    # refuses every context that is not an address. The document's hash covers them in either case.
    if all(isinstance(one, str) for one in _list(document["@context"])):
        options["@context"] = document["@context"]
    signature = key.sign(_hashes(document, options))
    return {**document, "proof": [{**options, "proofValue": _multibase(signature)}]}


def check_proof(document: Mapping[str, Json], keys: Iterable[PublicKey]) -> Checked:
    """Return who signed a credential, and whether the signature fits.

    Args:
        document: a credential with its proof, of any origin.
        keys: the known ones.
    """
    nobody = Checked(key_id="", key=None, good=False)
    proof = _proof(document)
    if proof is None:
        return nobody
    try:
        public = _public_of(_text(proof, "verificationMethod"))
        signature = _from_multibase(_text(proof, "proofValue"))
        unsecured, options = _signed_parts(document, proof)
        message = _hashes(unsecured, options)
    except (ValueError, TypeError, RecursionError, rfc8785.CanonicalizationError):
        return nobody
    named = key_id(public)
    # An id is but a part of a hash, so that another key could be made to have it: all bytes of the key must agree.
    known = next((one for one in keys if one.id == named and bytes.fromhex(one.public) == public), None)
    claimed = PublicKey(id=named, public=public.hex(), made_at="")
    good = signed_by(claimed, signature, message) and _issuer(document) == did_of(public)
    return Checked(key_id=named, key=known, good=good)


def canonical_text(document: Mapping[str, Json]) -> str:
    """Return the canonical JSON (RFC 8785) of a credential, in which fractions are allowed."""
    return _jcs(document).decode("utf-8")


def seconds(at: datetime) -> str:
    """Return an instant as credentials write it: UTC, whole seconds, ending in Z."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _proof(document: Mapping[str, Json]) -> Mapping[str, Json] | None:
    """Return the one proof of our suite, wherever a credential keeps it."""
    found = document.get("proof")
    all_of_them = found if isinstance(found, list | tuple) else [found]
    ours = [one for one in all_of_them if isinstance(one, Mapping) and one.get("cryptosuite") == SUITE]
    if len(ours) != 1 or ours[0].get("type") != "DataIntegrityProof":
        return None
    return ours[0] if ours[0].get("proofPurpose") == "assertionMethod" else None


def _signed_parts(
    document: Mapping[str, Json], proof: Mapping[str, Json]
) -> tuple[Mapping[str, Json], Mapping[str, Json]]:
    """Return document and options as they were signed: section 3.3.2 of Data Integrity EdDSA Cryptosuites.

    Raises:
        ValueError: the document's contexts do not begin with those that were signed.
    """
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    if "@context" in options:
        signed, stated = _list(options["@context"]), _list(document.get("@context"))
        # Contexts give words their meaning: an added one is an addition to what was signed.
        if signed != stated:
            msg = "the contexts are not those that were signed"
            raise ValueError(msg)
    return unsecured, options


def _hashes(unsecured: Mapping[str, Json], options: Mapping[str, Json]) -> bytes:
    return hashlib.sha256(_jcs(options)).digest() + hashlib.sha256(_jcs(unsecured)).digest()


def _jcs(value: Any) -> bytes:
    return rfc8785.dumps(value)


def _public_of(method: str) -> bytes:
    did, _, fragment = method.partition("#")
    raw = _from_multibase(fragment)
    if did != f"{_DID}{fragment}" or not raw.startswith(_ED25519) or len(raw) != 34:
        msg = "not the did:key of an Ed25519 key"
        raise ValueError(msg)
    return raw.removeprefix(_ED25519)


def _issuer(document: Mapping[str, Json]) -> Json:
    issuer = document.get("issuer")
    return issuer.get("id") if isinstance(issuer, Mapping) else issuer


def _text(of: Mapping[str, Json], name: str) -> str:
    found = of.get(name)
    if not isinstance(found, str):
        msg = f"{name} is not a text"
        raise TypeError(msg)
    return found


def _list(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _multibase(data: bytes) -> str:
    return f"z{to_base58(data)}"


def _from_multibase(text: str) -> bytes:
    if not text.startswith("z"):
        msg = "not base58 in multibase"
        raise ValueError(msg)
    return from_base58(text[1:])
