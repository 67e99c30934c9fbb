"""Verifying a certificate: what it says of itself, who signed it, what the records say, and whether it is in force.

Only the comparison with the records needs a store. A certificate that was signed needs none: the provider's public
key is enough, and a trust file brings it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from cequiz.domain.credential.facts import Field
from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.trust import Answer, Trust
from cequiz.domain.credential.verification import (
    Difference,
    Exhibit,
    Kind,
    Source,
    Standing,
    Verdict,
    fields_of,
    judge,
)
from cequiz.errors import Refused
from cequiz.language import tr
from cequiz.services.papers import certificate
from cequiz.services.ports import CertificateRecord, Ports

_CHAINS = {"certificate", "certificate_status"}


class Known(StrEnum):
    """How the key that signed is known."""

    TRUST = "trust"
    """It is in the trust file that was given."""
    OWN = "own"
    """It is a key of the provider whose store this is."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Signer:
    """Who signed."""

    key_id: str
    """Sixteen hexadecimal digits."""
    known: Known
    name: str = ""
    """The provider's name, from the trust file or the store; never from the certificate itself."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What verifying found: the verdict, every field that could be read, and what differs."""

    verdict: Verdict
    fields: tuple[Field, ...]
    number: str | None
    kind: Kind = Kind.PDF
    """What was handed in: of anything but a file, nobody has compared the paper."""
    signer: Signer | None = None
    """None where nothing is signed."""
    answer: Answer = field(default_factory=Answer)
    """What is known of its life today."""
    seal: bool | None = None
    """Whether the signature of the PDF file itself fits; None where there is none, or nobody here can check it."""

    address: str = ""
    """What the code opens, in capitals; nobody has signed that, so an eye should see it."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The fields that do not read as they were issued."""
        return self.verdict.differences

    @property
    def status_reason(self) -> str:
        """Why the status is what it is, for a certificate that is not in force."""
        return "" if self.verdict.good else self.answer.reason

    @property
    def checked(self) -> bool:
        """Whether it is known that nobody has revoked it."""
        return self.answer.life is not None


@dataclass(frozen=True, kw_only=True)
class Means:
    """What a verifier has to go by."""

    at: datetime
    """The present instant."""
    own_keys: tuple[PublicKey, ...] = ()
    """The keys of the provider whose program this is."""
    trust: Trust | None = None
    ports: Ports | None = None
    """None where there is no store."""

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """Every key whose signatures count: those of the trust file alone, where one was given."""
        return self.trust.keys if self.trust else self.own_keys


def verify(means: Means, exhibit: Exhibit, *, content: bytes | None = None) -> Verification:
    """Verify a certificate from its file, a scan, a code or a credential.

    The store is asked of certificates that its own provider signed, or that are not signed at all: another provider
    may have given the same number.

    Args:
        means: keys, trust file, store.
        exhibit: the certificate, read with `means.keys`.
        content: the file, where it is the certificate's own.
    """
    signer = _signer(means, exhibit)
    record = None
    if means.ports is not None and (not exhibit.signed or _is_own(means, exhibit)):
        record = _record_of(means.ports, exhibit)
    if means.ports is not None and record is not None:
        faults = () if content is None else _same_file(content, record)
        return _judged(means.ports, record, exhibit, signer=signer, faults=faults)
    index = exhibit.signed[0].index if exhibit.signed else None
    known = signer is not None and signer.known is Known.TRUST
    answer = means.trust.answer(index, means.at) if means.trust and known and index is not None else Answer()
    if means.ports is not None and index is not None and answer.life is None and _is_own(means, exhibit):
        answer = _purged(means.ports, index) or answer
    return Verification(
        verdict=judge(exhibit, answer=answer),
        fields=(fields := fields_of(exhibit)),
        number=_text(fields, "number"),
        kind=exhibit.kind,
        signer=signer,
        answer=answer,
        seal=exhibit.seal,
        address=next((one.address for one in exhibit.signed if one.source is Source.CODE), ""),
    )


def verify_kept(ports: Ports, pdf: bytes) -> Verification | None:
    """Verify a file whose bytes are those that were issued; None for any other.

    It is judged by its record alone, so that a certificate stays genuine whatever later versions print or read.
    """
    with ports.store.read() as unit:
        record = unit.certificates.with_hash(sha256(pdf).hexdigest())
    return _judged(ports, record, Exhibit(kind=Kind.PDF), signer=_own_signer(ports, record)) if record else None


def verify_file(ports: Ports, pdf: bytes) -> Verification:
    """Verify a certificate from its file by the records alone, as the store that issued it can.

    Raises:
        Refused: it is not a certificate of cequiz at all.
    """
    kept = verify_kept(ports, pdf)
    if kept is not None:
        return kept
    exhibit = Exhibit(kind=Kind.PDF, page=ports.press.read_fields(pdf))
    return verify(Means(at=ports.clock.read().wall, ports=ports), exhibit, content=pdf)


def verify_number(ports: Ports | None, number: str) -> Verification:
    """Verify a certificate by its number: the kept page against the kept hash, and both against their chain.

    Raises:
        Refused: it is not a number, or there is no store that could know it.
        NotFound: there is no certificate of that number.
    """
    parse_number(number)
    if ports is None:
        raise Refused(
            tr("A number alone can be looked up only in the store that issued it, and there is no store here."),
            hint=tr("Give the certificate's PDF, a scan of it, or what its code says."),
        )
    record, _ = certificate(ports, number)
    faults = _same_file(record.pdf, record)
    return _judged(ports, record, Exhibit(kind=Kind.NUMBER), signer=_own_signer(ports, record), faults=faults)


def _judged(
    ports: Ports,
    record: CertificateRecord,
    exhibit: Exhibit,
    *,
    signer: Signer | None,
    faults: tuple[Difference, ...] = (),
) -> Verification:
    """Return what a record, its life and its chain say of an exhibit."""
    answer = _answer(ports, record)
    index = record.proof.index if record.proof else None
    verdict = judge(exhibit, record=record.facts, index=index, answer=answer)
    # A file is another whenever a field of it differs: that alone is said then.
    differences = (*(verdict.differences or faults), *_broken(ports))
    return Verification(
        verdict=Verdict(Standing.ALTERED, differences) if differences else verdict,
        fields=record.facts.printed_fields() if not verdict.differences else fields_of(exhibit),
        number=record.number,
        kind=exhibit.kind,
        signer=signer,
        answer=answer,
        seal=exhibit.seal,
        address=next((one.address for one in exhibit.signed if one.source is Source.CODE), ""),
    )


def _answer(ports: Ports, record: CertificateRecord) -> Answer:
    with ports.store.read() as unit:
        status = unit.certificates.status(record.number)
        newest = unit.certificates.of_award(record.award_id)[-1:]
    life = Life(status.status) if status and status.status in set(Life) else None
    superseded = life is Life.SUPERSEDED and newest and newest[0].number != record.number
    return Answer(
        life=life,
        where="store",
        as_of=ports.clock.read().wall,
        reason=status.reason if status else "",
        successor=newest[0].number if superseded else "",
    )


def _purged(ports: Ports, index: int) -> Answer | None:
    """Return how a certificate last stood whose record was purged; None where no such record was.

    Args:
        ports: the outside world.
        index: its place in the status lists, which nobody gets again.
    """
    with ports.store.read() as unit:
        found = next((one for one in unit.retention.tombstones() if one.kept.get("index") == index), None)
    if found is None:
        return None
    return Answer(life=Life(str(found.kept["status"])), where="store", as_of=ports.clock.read().wall)


def _record_of(ports: Ports, exhibit: Exhibit) -> CertificateRecord | None:
    """Return the record of the number that an exhibit bears; signed parts are believed before the page."""
    for fields in (*({one.name: one.text for one in part.fields} for part in exhibit.signed), exhibit.page or {}):
        try:
            return certificate(ports, str(parse_number(fields.get("number", ""))))[0]
        except Refused:
            continue
    return None


def _broken(ports: Ports) -> Iterator[Difference]:
    """Yield where the chains of certificates are not whole."""
    for found in ports.store.verify_chains().findings:
        if found.chain in _CHAINS:
            label = tr("Record ({chain} {place})", chain=found.chain, place=found.place)
            yield Difference(label, found.words, tr("as it was kept"))


def _same_file(pdf: bytes, record: CertificateRecord) -> tuple[Difference, ...]:
    """Return the difference of a file that reads alike but is another: words can be painted over."""
    here = sha256(pdf).hexdigest()
    return () if here == record.sha256 else (Difference(tr("SHA-256 of the file"), here, record.sha256),)


def _is_own(means: Means, exhibit: Exhibit) -> bool:
    return {one.key_id for one in exhibit.signed} <= {one.id for one in means.own_keys}


def _signer(means: Means, exhibit: Exhibit) -> Signer | None:
    """Return who signed; where the parts name several keys, the first, and their difference is told elsewhere."""
    if not exhibit.signed:
        return None
    key_id = exhibit.signed[0].key_id
    if means.trust and key_id in {one.id for one in means.trust.keys}:
        return Signer(key_id=key_id, known=Known.TRUST, name=means.trust.provider)
    if means.trust is None and key_id in {one.id for one in means.own_keys}:
        return Signer(key_id=key_id, known=Known.OWN, name=_own_name(means.ports))
    return Signer(key_id=key_id, known=Known.UNKNOWN)


def _own_signer(ports: Ports, record: CertificateRecord) -> Signer | None:
    if record.proof is None:
        return None
    return Signer(key_id=record.proof.key_id, known=Known.OWN, name=_own_name(ports))


def _own_name(ports: Ports | None) -> str:
    if ports is None:
        return ""
    with ports.store.read() as unit:
        provider = unit.providers.get()
    return provider.name if provider else ""


def _text(fields: tuple[Field, ...], name: str) -> str | None:
    return next((one.text for one in fields if one.name == name), None)
