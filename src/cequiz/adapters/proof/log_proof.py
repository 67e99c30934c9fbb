"""Checking the log of certificates from outside: signed heads, and proofs that a certificate stands below one.

It needs the provider's public keys and no store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cequiz.adapters.proof.data_integrity import check_proof
from cequiz.domain.canonical import Json, canonical
from cequiz.domain.credential import merkle
from cequiz.domain.credential.proof import PublicKey
from cequiz.errors import FoundProblems, Refused
from cequiz.language import tr

PROOF = "cequiz-log-proof/1"
_HASH_BYTES = 32
_LONGEST_PATH = 64
"""Hashes: enough for more certificates than there are people."""


@dataclass(frozen=True, kw_only=True)
class LogHead:
    """What a provider's key has signed of its log."""

    size: int
    """How many certificates it counts."""
    root: str
    """Hexadecimal."""
    at: str
    key_id: str


@dataclass(frozen=True, kw_only=True)
class LogProof:
    """What a proof shows."""

    number: str
    index: int
    """The certificate's place in the order of issue, from 0."""
    printed: tuple[tuple[str, str, str], ...]
    """Name, label and text of each printed field, as it was logged."""
    head: LogHead
    since: LogHead | None
    """An older head that the log was shown to continue."""


def read_head(document: Mapping[str, Json], keys: Sequence[PublicKey]) -> LogHead:
    """Return a signed head: one by itself, or the one inside of a trust file, a seal or a proof.

    Args:
        document: parsed JSON of any origin.
        keys: those whose signatures count.

    Raises:
        Refused: there is no head in it.
        FoundProblems: the signature does not fit, or is that of an unknown key.
    """
    found = document if "credentialSubject" in document else document.get("log", document.get("head"))
    subject = found.get("credentialSubject") if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(subject, Mapping):
        raise _nothing()
    size, root, at = subject.get("size"), subject.get("root"), subject.get("at")
    if subject.get("type") != "CertificateLogHead" or type(size) is not int or size < 0:
        raise _nothing()
    checked = check_proof(found, keys)
    if not checked.good:
        raise FoundProblems(tr("The signature of the log's head does not fit: it was changed."))
    if checked.key is None:
        raise FoundProblems(
            tr("The log's head is signed by key {key}, which is not known here.", key=checked.key_id),
            hint=tr("Give the provider's trust file with --trust."),
        )
    return LogHead(size=size, root=str(root), at=str(at), key_id=checked.key_id)


def check_log_proof(document: Mapping[str, Json], keys: Sequence[PublicKey]) -> LogProof:
    """Return what a proof shows, once everything in it fits.

    Raises:
        Refused: it is no proof.
        FoundProblems: it does not show what it says.
    """
    facts, index, since = document.get("facts"), document.get("index"), document.get("since")
    if document.get("format") != PROOF or not isinstance(facts, Mapping) or type(index) is not int:
        raise _nothing()
    head = read_head(document, keys)
    leaf = _leaf(facts)
    path, root = _hashes(document.get("path")), _hash(head.root)
    if not merkle.includes(leaf, path, index=index, size=head.size, head=root):
        raise FoundProblems(tr("The proof does not fit: the log does not hold this certificate as it is described."))
    if facts.get("number") != document.get("number"):
        raise FoundProblems(tr("The proof does not fit: it is that of another certificate."))
    return LogProof(
        number=str(facts.get("number")),
        index=index,
        printed=_printed(facts.get("printed")),
        head=head,
        since=_continued(since, head, keys) if isinstance(since, Mapping) else None,
    )


def _continued(since: Mapping[str, Json], head: LogHead, keys: Sequence[PublicKey]) -> LogHead:
    old = read_head(since, keys)
    path = _hashes(since.get("path"))
    if not merkle.continues(path, before=old.size, old=_hash(old.root), size=head.size, head=_hash(head.root)):
        raise FoundProblems(tr("The log does not continue the older head: something was removed or changed."))
    return old


def _leaf(facts: Mapping[str, Json]) -> bytes:
    try:
        return merkle.leaf_hash(canonical(facts))
    except (ValueError, TypeError, RecursionError):
        raise _nothing() from None


def _printed(found: Json) -> tuple[tuple[str, str, str], ...]:
    rows = [tuple(map(str, row)) for row in found if isinstance(row, list)] if isinstance(found, list) else []
    return tuple((row[0], row[1], row[2]) for row in rows if len(row) == 3)


def _hashes(found: Json) -> list[bytes]:
    if not isinstance(found, list) or len(found) > _LONGEST_PATH:
        raise _nothing()
    return [_hash(one) for one in found]


def _hash(found: Json) -> bytes:
    try:
        value = bytes.fromhex(found) if isinstance(found, str) else b""
    except ValueError:
        value = b""
    if len(value) != _HASH_BYTES:
        raise _nothing()
    return value


def _nothing() -> Refused:
    return Refused(
        tr("This file holds nothing of a certificate log."),
        hint=tr("`cequiz log head` and `cequiz log prove NUMBER` write such files."),
    )
