"""A signature in the PDF file itself (PAdES, ETSI EN 319 142-1, level B-B), for readers that know nothing of cequiz.

It is added behind the file as it was drawn, into the empty field that every certificate has, and changes nothing else:
the file keeps to PDF/A-3a and PDF/UA-1. pyHanko does the work and is an extra of the installation, loaded when used.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from cequiz.adapters.proof.pades_cms import CmsSigner
from cequiz.errors import EnvironmentFailed, Refused
from cequiz.language import tr

if TYPE_CHECKING:
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.validation import EmbeddedPdfSignature

_FIELD = "Provider"
_UNREADABLE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading a damaged or hostile signature ends in, inside of pyHanko and the libraries below it."""


@dataclass(frozen=True, kw_only=True)
class FileSignature:
    """What the signature in a PDF file says."""

    signer: str
    """The common name in the signer's certificate: a claim, unless the root is trusted."""
    root: str
    """The SHA-256 of the root's certificate, hexadecimal; empty where the file names none."""
    intact: bool
    """The signed bytes are as they were, and the signature fits them."""
    whole: bool
    """It covers the file as it is: nothing was added behind it."""
    trusted: bool
    """The root is one of those that were given as trusted."""


def require_pyhanko() -> None:
    """Check that PDF files can be signed here.

    Raises:
        EnvironmentFailed: the package is not installed.
    """
    try:
        import pyhanko  # noqa: F401, PLC0415 - an extra; only asked for
    except ImportError:
        raise EnvironmentFailed(
            tr("Signatures in PDF files need a package that is not installed: pyhanko."),
            hint=tr('Run `pip install "cequiz[pades]"`.'),
        ) from None
    for name in ("pyhanko", "pyhanko_certvalidator"):
        # What they log of a damaged file is a traceback; without a handler it would land in the terminal.
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def sign(pdf: bytes, signer: CmsSigner, *, at: datetime) -> bytes:
    """Return the file with the provider's signature; the same bytes where it has no empty field for one.

    Args:
        pdf: a certificate as it was drawn.
        signer: the provider's key for files (`pades_key.open_pdf_key`).
        at: the instant that the signature names.

    Raises:
        EnvironmentFailed: pyHanko is not installed.
    """
    if f"/T ({_FIELD})".encode() not in pdf:
        return pdf
    require_pyhanko()
    from asn1crypto.x509 import Certificate  # noqa: PLC0415 - comes with pyHanko
    from pyhanko.sign import fields, signers  # noqa: PLC0415 - an extra, and heavy

    from cequiz.adapters.proof.pades_writer import SameMetadataWriter  # noqa: PLC0415 - needs pyHanko

    described = signers.PdfSignatureMetadata(
        field_name=_FIELD,
        subfilter=fields.SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    named = signers.Signer(signing_cert=Certificate.load(signer.certificate.public_bytes(Encoding.DER)))
    session = signers.PdfSigner(described, signer=named).init_signing_session(
        SameMetadataWriter(BytesIO(pdf)), existing_fields_only=True
    )
    session.system_time = at
    prepared = session.prepare_tbs_document(None, bytes_reserved=2 * signer.longest)
    output = BytesIO()
    digest, _ = prepared.digest_tbs_document(output=output)
    digest.fill_with_cms(output, signer.signed(digest.document_digest))
    return output.getvalue()


def check(pdf: bytes, *, at: datetime, roots: Sequence[str] = ()) -> FileSignature | None:
    """Return what the signature of a file says; None for a file without one.

    Args:
        pdf: any file.
        at: the instant at which the certificates should be valid.
        roots: SHA-256 of the roots that are trusted, hexadecimal.

    Raises:
        EnvironmentFailed: pyHanko is not installed.
        Refused: the signature cannot be read.
    """
    if b"/ByteRange" not in pdf:
        return None
    require_pyhanko()
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415 - an extra, and heavy
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 - an extra, and heavy
    from pyhanko_certvalidator.errors import ValidationError as CertificateProblem  # noqa: PLC0415 - comes with it

    try:
        signatures = PdfFileReader(BytesIO(pdf)).embedded_signatures
        return _read(signatures[0], at, roots) if signatures else None
    except (PdfError, CertificateProblem, UnsupportedAlgorithm, *_UNREADABLE) as error:
        raise Refused(tr("The signature in this PDF file cannot be read.")) from error


def _read(signature: EmbeddedPdfSignature, at: datetime, roots: Sequence[str]) -> FileSignature:
    """Return what a signature says; its own root stands in for trust, so that the chain is checked in any case."""
    from pyhanko.sign.validation import SignatureCoverageLevel, async_validate_pdf_signature  # noqa: PLC0415 - an extra
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415 - an extra

    certificate = signature.signer_cert
    root = _root_of(certificate, list(signature.other_embedded_certs))
    context = ValidationContext(
        trust_roots=[root] if root else [],
        moment=at,
        best_signature_time=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    status = _finished(async_validate_pdf_signature(signature, context))
    digest = root.sha256.hex() if root else ""
    return FileSignature(
        signer=str(certificate.subject.native.get("common_name", "")),
        root=digest,
        intact=bool(status.intact and status.valid),
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        trusted=bool(digest and digest in roots and status.trusted),
    )


def _root_of(certificate: Certificate, others: Sequence[Certificate]) -> Certificate | None:
    """Return the self-signed certificate among those in the file that names itself as the signer's issuer."""
    return next((one for one in others if one.subject == certificate.issuer and one.subject == one.issuer), None)


def _finished(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end, in a thread of its own: who asks may be in the middle of an event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
