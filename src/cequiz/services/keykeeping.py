"""Keeping the provider's keys: making, replacing and showing them. Private keys never come this far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cequiz.domain.canonical import Json
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.trust import KEYS_FORMAT
from cequiz.errors import NotAllowed, NotFound, WrongState
from cequiz.language import tr
from cequiz.services.ports import AuditRecord, Ports
from cequiz.services.reasons import given_reason


def create(ports: Ports, *, actor: str, passphrase: str | None = None, reason: str = "") -> PublicKey:
    """Make the provider's first key; the arguments are those of `rotate`.

    Raises:
        WrongState: there is one already.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    known = in_use(ports)
    if known is not None:
        raise WrongState(
            tr("The provider has a key already: {key}.", key=known.id), hint=tr("`cequiz keys rotate` replaces it.")
        )
    made = ports.notary.make_key(at=ports.clock.read().wall, passphrase=passphrase)
    _note(ports, made, deed="key.made", actor=actor, **why)
    return made


def ensure_key(ports: Ports, *, at: datetime) -> None:
    """Make the provider's key where there never was one, so that what is issued is signed.

    Raises:
        NotAllowed: certificates were signed before, and every key is gone. A new one in silence would leave them
            signed by a key that nobody knows any more.
    """
    if ports.notary.keys():
        return
    with ports.store.read() as unit:
        proofs = [one.proof for one in unit.certificates.outlines() if one.proof is not None]
    # Asked again: another program may have made the key, and signed with it, since.
    if proofs and not ports.notary.keys():
        raise NotAllowed(
            tr("The key {key}, which signed earlier certificates, is missing.", key=proofs[-1].key_id),
            hint=tr("Bring it back from a backup: `cequiz db restore FILE`, or `cequiz keys create` makes a new one."),
        )
    ports.notary.make_key(at=at)


def rotate(ports: Ports, *, actor: str, passphrase: str | None = None, reason: str = "") -> PublicKey:
    """Make a key that signs from now on; the one before is kept, and what it signed holds.

    Args:
        ports: the outside world.
        actor: who does it.
        passphrase: protects the new key; None for none.
        reason: why; empty where nobody was asked.

    Raises:
        WrongState: there is none to replace.
        InvalidText: the reason holds a character that could deceive.
    """
    why = given_reason(reason)
    known = in_use(ports)
    if known is None:
        raise WrongState(tr("The provider has no key yet."), hint=tr("`cequiz keys create` makes one."))
    made = ports.notary.rotate(at=ports.clock.read().wall, passphrase=passphrase)
    _note(ports, made, deed="key.rotated", actor=actor, retired=known.id, **why)
    return made


def renew(ports: Ports, *, expected: str | None, reason: str, actor: str, passphrase: str | None = None) -> PublicKey:
    """Make the provider's first key, or the one that takes the place of the key in use; return it.

    Args:
        ports: the outside world.
        expected: the id of the key in use, as whoever asks has seen it; None for none.
        reason: why.
        actor: who does it.
        passphrase: protects the new key; None for none.

    Raises:
        WrongState: another key is in use now.
        InvalidText: the reason holds a character that could deceive.
    """
    known = in_use(ports)
    if known is not None and known.id != expected:
        raise WrongState(
            tr("Another key is in use now: {key}.", key=known.id),
            hint=tr("Somebody made it a moment ago. Look whether it should be replaced as well."),
        )
    if known is None and expected is not None:
        raise WrongState(
            tr("The key {key} is not in use any more.", key=expected), hint=tr("`cequiz keys list` shows all keys.")
        )
    if known is None:
        return create(ports, actor=actor, passphrase=passphrase, reason=reason)
    return rotate(ports, actor=actor, passphrase=passphrase, reason=reason)


def note_pdf_key(ports: Ports, root: str, *, actor: str) -> None:
    """Put on record that a key for PDF files was made.

    Args:
        ports: the outside world.
        root: SHA-256 of its root's certificate, hexadecimal.
        actor: who made it.
    """
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        unit.audit.add(AuditRecord(at=now, actor=actor, deed="key.made_for_pdf", subject=root))


def in_use(ports: Ports) -> PublicKey | None:
    """Return the key that signs; None where there is none."""
    keys = ports.notary.keys()
    return keys[-1] if keys and not keys[-1].retired_at else None


def signing_key(ports: Ports) -> PublicKey:
    """Return the key that signs.

    Raises:
        NotFound: there is none yet.
    """
    key = in_use(ports)
    if key is None:
        raise NotFound(tr("The provider has no key yet."), hint=tr("`cequiz keys create` makes one."))
    return key


def document(keys: Sequence[PublicKey]) -> dict[str, Json]:
    """Return public keys as a document for others.

    Raises:
        NotFound: there is none yet.
    """
    if not keys:
        raise NotFound(tr("The provider has no key yet."), hint=tr("`cequiz keys create` makes one."))
    return {"format": KEYS_FORMAT, "keys": described(keys)}


def described(keys: Sequence[PublicKey]) -> list[Json]:
    """Return public keys as JSON values."""
    return [{"id": one.id, "public": one.public, "made_at": one.made_at, "retired_at": one.retired_at} for one in keys]


def _note(ports: Ports, made: PublicKey, *, deed: str, actor: str, **details: Json) -> None:
    with ports.store.write() as unit:
        now = ports.clock.read().wall
        unit.audit.add(
            AuditRecord(at=now, actor=actor, deed=deed, subject=made.id, details={"public": made.public, **details})
        )
