"""The signature itself: CMS SignedData over the digest of a file (RFC 5652), with what PAdES asks of it (RFC 5035).

Written as DER by hand, because it is a dozen nested values of which only two change from file to file, and general
libraries need ten times as long for it as for drawing the page. Knows nothing of PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

_INTEGER, _OCTETS, _IDENTIFIER, _SEQUENCE, _SET, _FIRST = 0x02, 0x04, 0x06, 0x30, 0x31, 0xA0

_DATA = bytes.fromhex("2a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_CONTENT_TYPE = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_SIGNING_CERTIFICATE_2 = bytes.fromhex("2a864886f70d010910022f")
_SHA256 = bytes.fromhex("608648016503040201")
_ECDSA_SHA256 = bytes.fromhex("2a8648ce3d040302")


@dataclass(frozen=True)
class CmsSigner:
    """A key over P-256 with its certificate and the certificate that vouches for it."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate
    root: x509.Certificate

    def signed(self, digest: bytes) -> bytes:
        """Return the signature over a file's SHA-256, with both certificates in it (DER)."""
        attributes = [
            _attribute(_CONTENT_TYPE, _value(_IDENTIFIER, _DATA)),
            _attribute(_MESSAGE_DIGEST, _value(_OCTETS, digest)),
            _attribute(_SIGNING_CERTIFICATE_2, self._named),
        ]
        content = b"".join(sorted(attributes))  # DER wants the members of a set in order
        signature = self.key.sign(_value(_SET, content), ECDSA(hashes.SHA256()))
        signer = _value(
            _SEQUENCE,
            _value(_INTEGER, b"\x01"),
            self._issuer_and_number,
            _algorithm(_SHA256),
            _value(_FIRST, content),
            _algorithm(_ECDSA_SHA256),
            _value(_OCTETS, signature),
        )
        signed_data = _value(
            _SEQUENCE,
            _value(_INTEGER, b"\x01"),
            _value(_SET, _algorithm(_SHA256)),
            _value(_SEQUENCE, _value(_IDENTIFIER, _DATA)),
            _value(_FIRST, self._certificates),
            _value(_SET, signer),
        )
        return _value(_SEQUENCE, _value(_IDENTIFIER, _SIGNED_DATA), _value(_FIRST, signed_data))

    @property
    def longest(self) -> int:
        """How many bytes a signature may take: the certificates, and ample room for what is around them."""
        return len(self._certificates) + len(self._issuer_and_number) + 512

    @cached_property
    def _certificates(self) -> bytes:
        return b"".join(sorted(one.public_bytes(Encoding.DER) for one in (self.certificate, self.root)))

    @cached_property
    def _named(self) -> bytes:
        """Which certificate signs, by its digest, so that no other of the same key can be put in its place."""
        digest = _value(_OCTETS, self.certificate.fingerprint(hashes.SHA256()))
        return _value(_SEQUENCE, _value(_SEQUENCE, _value(_SEQUENCE, digest)))

    @cached_property
    def _issuer_and_number(self) -> bytes:
        number = self.certificate.serial_number
        content = number.to_bytes(number.bit_length() // 8 + 1, "big")
        return _value(_SEQUENCE, self.certificate.issuer.public_bytes(), _value(_INTEGER, content))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _value(_SEQUENCE, _value(_IDENTIFIER, kind), _value(_SET, value))


def _algorithm(identifier: bytes) -> bytes:
    return _value(_SEQUENCE, _value(_IDENTIFIER, identifier))


def _value(tag: int, *parts: bytes) -> bytes:
    """Return a value with its tag and its length (X.690, 8.1.3)."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + content
