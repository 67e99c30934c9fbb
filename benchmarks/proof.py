"""The code on a certificate against the bare signature below it: Ed25519 over the very same bytes.

Signing a code is CBOR, DEFLATE, one signature and base32; opening one is all of that backwards, strictly. What the
format costs is the ratio. CPU time, rounds alternate, and the best of each counts. Run: `python benchmarks/proof.py
[ROUNDS]`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cequiz.adapters.proof.base_texts import from_base32
from cequiz.adapters.proof.cose import make_code, open_code
from cequiz.adapters.proof.keyring import key_id
from cequiz.domain.credential.claims import pack
from cequiz.domain.credential.facts import ApprovalFact, Facts, LicenceFact
from cequiz.domain.credential.proof import PublicKey
from cequiz.domain.credential.provider import Signatory

ROUNDS = 15
TIMES = 200
TARGET = 3.0

FACTS = Facts(
    document_title="Certificate of Achievement",
    provider_name="Harbour School of Manual Therapy",
    provider_contact="office@harbour.example",
    student_name="Marisol Ortega-Quinn",
    licences=(LicenceFact("FL", "MA12345"),),
    course_title="Essential Assessments for Manual Therapists",
    course_id="essential-assessments",
    course_version="1",
    subjects=("Orthopedic assessment", "Neck anatomy"),
    delivery="Home study",
    ce_hours="16",
    completed_on=date(2026, 11, 22),
    issued_on=date(2026, 11, 22),
    place="Home study, 12 Harbour Street, Miami, FL 33101",
    instructors=(Signatory("Dana Sample", "LMT"),),
    administrator=Signatory("Lee Sample", "Provider Administrator"),
    approvals=(ApprovalFact("NCBTMB", "1234567", "98765", "Essential Assessments", "16"),),
    score="92 %",
    pass_mark="75 %",
    number="CQ-2026-000007",
    footer="It is not a certification of competence.",
)


def cost(work: Callable[[], object]) -> float:
    """Return microseconds of the processor for one."""
    start = time.process_time()
    for _ in range(TIMES):
        work()
    return (time.process_time() - start) / TIMES * 1e6


def best(rounds: int, *works: Callable[[], object]) -> list[float]:
    """Return the best cost of each, measured in turns."""
    found = [[cost(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*found, strict=True)]


def main(rounds: int) -> None:
    """Print costs and ratios."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    key = PublicKey(id=key_id(public.public_bytes_raw()), public=public.public_bytes_raw().hex(), made_at="")
    claims = pack(FACTS.frozen().printed_fields(), index=7)
    code = make_code(claims, key=private, key_id=key.id, verify_at="https://example.org/V")
    protected, _, payload, signature = cbor2.loads(from_base32(code.partition("#")[2])).value
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    sign, bare_sign, check, bare_check = best(
        rounds,
        lambda: make_code(claims, key=private, key_id=key.id, verify_at="https://example.org/V"),
        lambda: private.sign(signed),
        lambda: open_code(code, (key,)),
        lambda: public.verify(signature, signed),
    )
    print(f"{len(code)} characters, {len(signed)} bytes signed")
    print(f"sign    {sign:6.1f} us, bare {bare_sign:6.1f} us: {sign / bare_sign:.2f} (target <= {TARGET:.0f})")
    print(f"verify  {check:6.1f} us, bare {bare_check:6.1f} us: {check / bare_check:.2f} (target <= {TARGET:.0f})")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
