"""The signed code on the page: every printed field as COSE_Sign1 (RFC 9052) inside of a web address.

The claims are a CBOR array, deflated; the message is tagged and written in base32 behind `#`, so that a phone opens
the provider's page and nothing of the certificate leaves the phone. A code is either exactly what was signed or it is
refused: a message that could be encoded in another way counts as altered.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cequiz.adapters.proof.base_texts import from_base32, to_base32
from cequiz.domain.credential.claims import Claims
from cequiz.domain.credential.proof import PublicKey
from cequiz.errors import Refused
from cequiz.language import tr

NOWHERE = "CEQUIZ:V"
"""What stands before `#` where the provider has no page."""

_SIGN1 = 18
_ALGORITHM, _EDDSA = 1, -8
_KID, _KID_BYTES = 4, 8
_SIGNATURE_BYTES = 64
_LARGEST_CLAIMS = 16 * 1024
"""Bytes after inflating; a code that fits on a page has a tenth of it."""
_LONGEST_CODE = 16 * 1024
"""Characters; the largest QR code holds 4,296."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What a code says, and who signed it."""

    claims: tuple[int | str, ...]
    """For `claims.unpack`; not to be believed unless `good`."""
    key_id: str
    """Sixteen hexadecimal digits: who is said to have signed."""
    key: PublicKey | None
    """That key, where it is among the known ones."""
    good: bool | None
    """Whether the signature fits; None where the key is unknown, so that nobody can tell."""


def make_code(claims: Claims, *, key: Ed25519PrivateKey, key_id: str, verify_at: str) -> str:
    """Return the code of a certificate.

    Args:
        claims: from `claims.pack`.
        key: signs.
        key_id: sixteen hexadecimal digits.
        verify_at: the address of the provider's page, whose path has no lower-case letter; empty for none.
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    payload = deflate.compress(cbor2.dumps(list(claims))) + deflate.flush()
    protected = _protected(key_id)
    message = _message(protected, payload, key.sign(_to_sign(protected, payload)))
    return f"{verify_at.upper() or NOWHERE}#{to_base32(message)}"


def open_code(code: str, keys: Iterable[PublicKey]) -> Opened:
    """Return what a code says.

    Args:
        code: as it was read or pasted: with or without what stands before `#`; spaces, line breaks and lower case do
            no harm.
        keys: the known ones.

    Raises:
        Refused: it is no code of a certificate, or it is damaged beyond reading.
    """
    refused = Refused(
        tr("This code does not hold a certificate of cequiz."),
        hint=tr("Scan it again, or copy all of it, from the first character to the last."),
    )
    if len(code) > _LONGEST_CODE:
        raise refused
    text = "".join(code.split()).rpartition("#")[2].upper()
    try:
        key_id, payload, protected, signature = _take_apart(from_base32(text))
        claims = _inflated(payload)
    except ValueError:
        raise refused from None
    key = next((one for one in keys if one.id == key_id), None)
    good = None if key is None else signed_by(key, signature, _to_sign(protected, payload))
    return Opened(claims=claims, key_id=key_id, key=key, good=good)


def signed_by(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether a key has signed exactly these bytes."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _protected(key_id: str) -> bytes:
    return cbor2.dumps({_ALGORITHM: _EDDSA, _KID: bytes.fromhex(key_id)})


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure of RFC 9052, section 4.4."""
    return cbor2.dumps(["Signature1", protected, b"", payload])


def _message(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature]))


def _take_apart(message: bytes) -> tuple[str, bytes, bytes, bytes]:
    """Return key id, payload, protected header and signature of a message that is encoded as we encode.

    Raises:
        ValueError: it is not.
    """
    found = _decoded(message)
    value = found.value if isinstance(found, cbor2.CBORTag) and found.tag == _SIGN1 else None
    parts = list(value) if isinstance(value, list | tuple) else []
    if len(parts) != 4:
        raise ValueError("another message")
    protected, payload, signature = parts[0], parts[2], parts[3]
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise ValueError("another message")
    if len(signature) != _SIGNATURE_BYTES:
        raise ValueError("another signature")
    key_id = protected[-_KID_BYTES:].hex()
    if _protected(key_id) != protected or _message(protected, payload, signature) != message:
        raise ValueError("another encoding")
    return key_id, payload, protected, signature


def _inflated(payload: bytes) -> tuple[int | str, ...]:
    """Return the claims of a payload; their order and meaning are the business of `claims.unpack`.

    Raises:
        ValueError: it is not one, or larger than any certificate.
    """
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        plain = inflate.decompress(payload, _LARGEST_CLAIMS + 1)
    except zlib.error:
        raise ValueError("another payload") from None
    if len(plain) > _LARGEST_CLAIMS or not inflate.eof or inflate.unused_data:
        raise ValueError("another payload")
    found = _decoded(plain)
    if not isinstance(found, list | tuple) or not all(type(one) in {int, str} for one in found):
        raise ValueError("another claims")
    if cbor2.dumps(list(found)) != plain:
        raise ValueError("another encoding")
    return tuple(found)


def _decoded(data: bytes) -> object:
    """Return the one CBOR value that bytes hold, shallow and plain: nothing here nests deeper than the message."""
    try:
        found: object = cbor2.loads(
            data, semantic_decoders={}, max_depth=4, allow_indefinite=False, allow_duplicate_keys=False
        )
    except (cbor2.CBORDecodeError, OverflowError, MemoryError, RecursionError) as error:
        raise ValueError(str(error)) from None
    return found
