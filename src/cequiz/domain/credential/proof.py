"""What makes a certificate verifiable without its store: the signed code on the page and the signed credential."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Proof:
    """The signatures of one certificate, made at issue and never again."""

    key_id: str
    """Which key of the provider signed: sixteen hexadecimal digits of the SHA-256 of the public key."""
    index: int
    """The certificate's place in the status list, from 0."""
    code: str
    """What the QR code says: an upper-case URL whose part after `#` holds every printed field and the signature."""
    credential: str
    """The Open Badges 3.0 credential as JSON, exactly as it is attached to the PDF."""


@dataclass(frozen=True, kw_only=True)
class PublicKey:
    """A key of the provider, as everyone may know it. Instants are ISO-8601 in UTC."""

    id: str
    public: str
    """The 32 bytes of the Ed25519 public key, hexadecimal."""
    made_at: str
    retired_at: str = ""
    """When it signed for the last time; empty for the key in use."""
