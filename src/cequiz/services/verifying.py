"""Verifying a certificate: every printed field against the record, and the file against its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cequiz.domain.credential.facts import Field
from cequiz.domain.credential.numbering import parse_number
from cequiz.domain.credential.verification import Difference, Standing, Verdict, compare, standing_of
from cequiz.errors import Refused
from cequiz.language import tr
from cequiz.services.issuing import certificate
from cequiz.services.ports import CertificateRecord, Ports

_CHAINS = {"certificate", "certificate_status"}


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What verifying found: the verdict, every field that could be read, and what differs."""

    verdict: Verdict
    fields: tuple[Field, ...]
    number: str | None
    status_reason: str = ""
    """Why the status is what it is, for a certificate that is not in force."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The fields that do not read as they were issued."""
        return self.verdict.differences


def verify_file(ports: Ports, pdf: bytes) -> Verification:
    """Verify a certificate from its file.

    A file whose bytes are those that were issued is judged by its record alone, so that a certificate stays genuine
    whatever later versions print or read. Any other file is read, and every printed field compared with the record.

    Raises:
        Refused: it is not a certificate of cequiz at all.
    """
    with ports.store.read() as unit:
        record = unit.certificates.with_hash(sha256(pdf).hexdigest())
    if record is not None:
        return _judged(ports, record, record.facts.printed_fields(), ())
    printed = ports.press.read_fields(pdf)
    try:
        number = str(parse_number(printed.get("number", "")))
        record, _ = certificate(ports, number)
    except Refused:
        return _without_record(printed)
    found = compare(printed, record.facts, None).differences or _same_file(pdf, record)
    labels = {field.name: field.label for field in record.facts.printed_fields()}
    return _judged(ports, record, _read(printed, labels), found)


def verify_number(ports: Ports, number: str) -> Verification:
    """Verify a certificate by its number: the kept page against the kept hash, and both against their chain.

    Raises:
        Refused: it is not a number.
        NotFound: there is no certificate of that number.
    """
    record, _ = certificate(ports, number)
    return _judged(ports, record, record.facts.printed_fields(), _same_file(record.pdf, record))


def _judged(
    ports: Ports, record: CertificateRecord, fields: tuple[Field, ...], differences: tuple[Difference, ...]
) -> Verification:
    """Return what a record, its life and its chain say of a page."""
    with ports.store.read() as unit:
        status = unit.certificates.status(record.number)
    broken = tuple(
        Difference(
            tr("Record ({chain} {place})", chain=found.chain, place=found.place), found.words, tr("as it was kept")
        )
        for found in ports.store.verify_chains().findings
        if found.chain in _CHAINS
    )
    if differences or broken:
        verdict = Verdict(Standing.ALTERED, (*differences, *broken))
    else:
        verdict = Verdict(standing_of(status.status if status else None))
    reason = status.reason if status and not verdict.good else ""
    return Verification(verdict=verdict, fields=fields, number=record.number, status_reason=reason)


def _without_record(printed: Mapping[str, str]) -> Verification:
    return Verification(verdict=compare(printed, None, None), fields=_read(printed, {}), number=printed.get("number"))


def _read(printed: Mapping[str, str], labels: Mapping[str, str]) -> tuple[Field, ...]:
    return tuple(Field(name, labels.get(name, name.capitalize()), text) for name, text in printed.items() if text)


def _same_file(pdf: bytes, record: CertificateRecord) -> tuple[Difference, ...]:
    """Return the difference of a file that reads alike but is another: words can be painted over."""
    here = sha256(pdf).hexdigest()
    return () if here == record.sha256 else (Difference(tr("SHA-256 of the file"), here, record.sha256),)
