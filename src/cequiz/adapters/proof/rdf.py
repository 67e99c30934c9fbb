"""A second proof on a credential, `eddsa-rdfc-2022`, for displayers of badges that know no other.

It is made over the meaning of the credential instead of its text. pyld does the work and is an extra of the
installation, loaded when used; contexts come with this package and from nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from typing import Any

from cequiz.adapters.proof.base_texts import to_base58
from cequiz.adapters.proof.data_integrity import check_proof
from cequiz.adapters.proof.keyring import Keyring
from cequiz.adapters.proof.open_badge import CREDENTIALS, OPEN_BADGES
from cequiz.domain.canonical import Json
from cequiz.errors import EnvironmentFailed, Refused
from cequiz.language import tr

SUITE = "eddsa-rdfc-2022"
_FILES = {CREDENTIALS: "credentials-v2.json", OPEN_BADGES: "open-badges-3.0.3.json"}


def add_rdf_proof(ring: Keyring, credential: Mapping[str, Json]) -> dict[str, Json]:
    """Return a credential of the provider with a second proof by the key that made the first, of the same instant.

    Raises:
        Refused: the credential was changed, or it is not of this provider.
        NotAllowed: the key is locked.
        EnvironmentFailed: pyld is not installed.
    """
    checked = check_proof(credential, ring.keys())
    proofs = credential.get("proof")
    if not checked.good or checked.key is None or not isinstance(proofs, list) or not isinstance(proofs[0], Mapping):
        raise Refused(tr("The credential is not one that this provider has signed."))
    _key, private = ring.unlocked(checked.key_id)
    first = proofs[0]
    options: dict[str, Json] = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": first["created"],
        "verificationMethod": first["verificationMethod"],
        "proofPurpose": "assertionMethod",
    }
    unsecured = {name: value for name, value in credential.items() if name != "proof"}
    message = _hash({**options, "@context": credential["@context"]}) + _hash(unsecured)
    return {**credential, "proof": [first, {**options, "proofValue": f"z{to_base58(private.sign(message))}"}]}


def _hash(document: Mapping[str, Json]) -> bytes:
    """Return the hash of the statements a document makes: RDF Dataset Canonicalization 1.0."""
    try:
        from pyld import jsonld  # noqa: PLC0415 - an extra
    except ImportError:
        raise EnvironmentFailed(
            tr("This signature needs a package that is not installed: pyld."),
            hint=tr('Run `pip install "cequiz[rdfc]"`.'),
        ) from None
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _context}
    return sha256(jsonld.normalize(dict(document), options).encode()).digest()


def _context(address: str, _options: object = None) -> dict[str, Any]:
    """Return a context of this package; there is no other."""
    if address not in _FILES:
        raise Refused(tr("There is no context {address} in this package.", address=address))
    text = files("cequiz.adapters.proof").joinpath("contexts", _FILES[address]).read_text(encoding="utf-8")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": json.loads(text),
    }
