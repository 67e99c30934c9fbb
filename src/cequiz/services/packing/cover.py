"""What a pack says of itself: the cover, the text on how to verify it, and the provider's own pages."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap

from cequiz.domain.credential.lifecycle import Life
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.provider import Provider
from cequiz.domain.report import Align, Column, Report
from cequiz.language import tr
from cequiz.services.packing.chosen import Chosen
from cequiz.services.ports import ChainReport, HouseRules

FORMAT = "cequiz-audit-pack/1"
MANIFEST, SIGNATURE, README, COVER = "manifest.json", "manifest.sig", "README.txt", "cover.pdf"
SUMS = "SHA256SUMS"
"""What `sha256sum --check` reads."""

_WIDTH = 100
"""Columns of the text for people."""

_PREFIX = bytes.fromhex("302a300506032b6570032100")
"""What makes a raw Ed25519 key a SubjectPublicKeyInfo (RFC 8410, section 4)."""


@dataclass(frozen=True, kw_only=True)
class Said:
    """What cover and README tell of a pack."""

    provider: Provider
    chosen: Chosen
    made_at: datetime
    key: PublicKey
    counts: Mapping[str, int]
    chains: ChainReport


def key_path(key: PublicKey) -> str:
    """Return where a public key stands in the pack."""
    return f"keys/{key.id}.pem"


def key_pem(key: PublicKey) -> bytes:
    """Return a public key as openssl reads it."""
    body = base64.b64encode(_PREFIX + bytes.fromhex(key.public)).decode("ascii")
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode("ascii")


def signature_text(key: PublicKey, signature: bytes) -> bytes:
    """Return the signature's file: the id of its key, and below it the signature in base 64."""
    return f"{key.id}\n{base64.b64encode(signature).decode('ascii')}\n".encode("ascii")


def cover(said: Said) -> Report:
    """Return the cover as a report: what is in the pack, where, and how it is verified."""
    rows = [
        ("students", tr("Students"), "students/"),
        ("attempts", tr("Attempts that ended: form, time, answers, marks, events"), "students/*/attempts/"),
        ("awards", tr("Completions"), "students/*/student.json"),
        ("certificates", tr("Certificates: file, facts, life, credential"), "certificates/"),
        ("courses", tr("Versions of courses: outline, blueprint, approvals, policies"), "courses/"),
        ("banks", tr("Versions of banks: items with references and review"), "banks/"),
        ("audit_records", tr("Audit records"), "audit/"),
        ("files", tr("Files in all, without manifest and signature"), MANIFEST),
    ]
    return Report(
        id="audit-pack",
        title=tr("Audit pack"),
        made_at=said.made_at,
        covers=about(said.chosen),
        columns=(
            Column("what", tr("What")),
            Column("count", tr("How many"), Align.RIGHT),
            Column("where", tr("Where")),
        ),
        rows=[{"what": what, "count": said.counts[name], "where": where} for name, what, where in rows],
        notes=tuple(_notes(said)),
        summary=dict(said.counts),
    )


def about(chosen: Chosen) -> str:
    """Return what a pack is about, in words."""
    course = tr("Course {id}", id=chosen.scope.course_id) if chosen.scope.course_id else tr("All courses")
    student = tr("student {id}", id=chosen.student_id) if chosen.student_id else tr("all students")
    return tr("{course}, {student}. {period}", course=course, student=student, period=chosen.scope.period.words())


def _notes(said: Said) -> Iterator[str]:
    yield tr("Provider: {words}", words=" · ".join((said.provider.contact, *said.provider.address.splitlines())))
    yield chains_words(said.chains)
    yield tr("Every file's SHA-256 stands in manifest.json; manifest.sig is the Ed25519 signature over that file.")
    yield tr(
        "Signed by the provider's key {key}. Compare it with the one that the provider publishes.", key=said.key.id
    )
    yield tr("{readme} says how to verify every file with sha256sum and openssl, without cequiz.", readme=README)
    yield tr("Attempts that are still open are not in it, nor is anything about accommodations.")


def chains_words(report: ChainReport) -> str:
    """Return what recomputing the chains of the records found."""
    if report.findings:
        return tr(
            "{chains} chains with {records} records were recomputed, {differing} with a difference.",
            chains=report.chains,
            records=report.records,
            differing=len(report.findings),
        )
    return tr(
        "{chains} chains with {records} records were recomputed: all are whole.",
        chains=report.chains,
        records=report.records,
    )


def readme(said: Said) -> Iterator[str]:
    """Yield the lines of the text that goes with a pack."""
    yield tr("Audit pack of {provider}", provider=said.provider.name)
    yield about(said.chosen)
    yield tr("Made at {instant} (UTC).", instant=said.made_at.strftime("%Y-%m-%d %H:%M:%S"))
    yield ""
    yield from _paragraph(
        tr(
            "What is in it is listed in manifest.json: the path, the size and the SHA-256 of every file. The manifest"
            " is signed by the provider. Whoever changes, adds, removes or swaps a file is found out."
        )
    )
    yield from _steps(key_path(said.key), said.key.id)
    for words in (
        tr("A certificate is verified with its PDF alone; verification/trust.json says which are in force."),
        tr(
            "verification/seal.json holds the head of every chain of the records: kept, it shows later whether anything"
            " was changed since. `cequiz audit verify --anchors seal.json` compares them."
        ),
        tr("verification/tombstones.json says where records were purged after their time."),
        chains_words(said.chains),
    ):
        yield ""
        yield from _paragraph(words)


def _steps(pem: str, key_id: str) -> Iterator[str]:
    """Yield how a pack is verified with what most systems have."""
    der = ("openssl", "pkey", "-pubin", "-in", pem, "-outform", "DER")
    raw = ("tail", "-n", "1", SIGNATURE, "|", "openssl", "base64", "-d", "-A", ">", "signature.bin")
    check = ("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", pem, "-rawin", "-in", MANIFEST)
    steps = (
        (
            tr(
                "1. Is it the provider's key? Its id is {key}, the beginning of the key's SHA-256, which this shows."
                " Ask the provider for the id by another way than the one on which this pack came, or take it from a"
                " trust file that you have from before.",
                key=key_id,
            ),
            (*der, "|", "tail", "-c", "32", "|", "sha256sum"),
        ),
        (tr("2. Is the manifest the provider's? The second command must say that the signature is verified."), raw),
        ("", (*check, "-sigfile", "signature.bin")),
        (
            tr("3. Is {sums} the manifest's? Both commands must show the same SHA-256.", sums=SUMS),
            ("grep", "-A2", f"'\"{SUMS}\"'", MANIFEST),
        ),
        ("", ("sha256sum", SUMS)),
        (
            tr("4. Is every file the one that was packed? This must show nothing."),
            ("sha256sum", "--check", "--quiet", SUMS),
        ),
    )
    for question, command in steps:
        if question:
            yield ""
            yield from _paragraph(question)
        yield "   " + " ".join(command)
    yield ""
    yield from _paragraph(
        tr(
            "5. Is there a file that {sums} does not list? It lists all but itself, manifest.json, manifest.sig and the"
            " signature.bin that you have just made.",
            sums=SUMS,
        )
    )


def _paragraph(words: str) -> list[str]:
    return wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)


def life_cycle(rules: HouseRules) -> Iterator[str]:
    """Yield what the house does with certificates and records, as its settings have it."""
    words = {
        Life.ISSUED: tr("in force"),
        Life.SUPERSEDED: tr("a corrected certificate with a number of its own has taken its place"),
        Life.SUSPENDED: tr("without force until it is reinstated or revoked"),
        Life.REVOKED: tr("without force for good"),
        Life.EXPIRED: tr("no longer good for what it was issued for"),
    }
    yield tr("Certificates")
    yield from (f"  {life}: {meaning}" for life, meaning in words.items())
    yield "  " + tr("Facts and file are frozen at issue; printing again gives the same bytes.")
    yield tr("Scores")
    yield "  " + tr(
        "A corrected key makes a new version of the bank and a new revision of the score; the old one stays."
    )
    yield tr("Records")
    yield "  " + tr(
        "They are kept for {years} years from the end of the calendar year of completion, or longer where a board"
        " asks for it, and never purged under a legal hold.",
        years=rules.retention_years,
    )
    if rules.second_approver:
        yield "  " + tr("A change of keys waits until a second administrator has approved it.")
