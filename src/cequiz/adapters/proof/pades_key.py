"""The key that signs PDF files: a certificate of the provider under a root of its own, in three files of one folder.

ECDSA over P-256, because PDF readers understand it; the root's key is thrown away once the certificate is signed, so
that nobody can ever make another one under this root. Knows nothing of PDF.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from cequiz.adapters.proof.pades_cms import CmsSigner
from cequiz.errors import NotAllowed, StorageDamaged, WrongState
from cequiz.language import mark, tr

KEY, SIGNER, ROOT = "key.pem", "signer.pem", "root.pem"
"""Files of the folder: the private key (encrypted), its certificate, and the certificate that vouches for that."""

SALT = b"cequiz PDF files"
"""What tells the password of this key from those of others."""

_ROOT_DAYS, _SIGNER_DAYS = 30 * 366, 20 * 366
_LOST = mark(
    "Bring it back from a backup, or move its folder away: files are then issued without a signature of their own."
)
_LONGEST_NAME = 64  # RFC 5280, appendix A.1: ub-common-name; counted in bytes, which is on the safe side


def has_pdf_key(folder: Path) -> bool:
    """Whether files are to be signed."""
    return (folder / KEY).is_file()


def make_pdf_key(folder: Path, *, provider: str, secret: bytes, at: datetime) -> str:
    """Make the key and its certificates, and return the SHA-256 of the root in hexadecimal: what others may trust.

    Args:
        folder: of the key; made (0700) when it is not there.
        provider: the name that PDF readers show.
        secret: what the private key is encrypted with.
        at: the instant from which the certificates are valid (UTC).

    Raises:
        WrongState: there is a key already.
    """
    if has_pdf_key(folder):
        raise WrongState(
            tr("There is a key for PDF files already."),
            hint=tr("Move the folder {path} away to make another one.", path=folder),
        )
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _name(provider, "root"), _name(provider, "certificates")
    root = (
        _begun(issuer, issuer, root_key.public_key(), at, _ROOT_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    signer = (
        _begun(subject, issuer, key.public_key(), at, _SIGNER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(folder / ROOT, root.public_bytes(Encoding.PEM))
    _write(folder / SIGNER, signer.public_bytes(Encoding.PEM))
    _write(folder / KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(secret)))
    return root.fingerprint(hashes.SHA256()).hex()


def open_pdf_key(folder: Path, *, secrets: Iterable[bytes]) -> CmsSigner | None:
    """Return the key, opened, and its certificates; None where there is no key, so that files are not signed.

    Args:
        folder: of the key.
        secrets: what may open it, tried in turn.

    Raises:
        NotAllowed: none of the secrets opens it.
        StorageDamaged: its files are missing, or are no key.
    """
    if not has_pdf_key(folder):
        return None
    try:
        pem = (folder / KEY).read_bytes()
        chain = [x509.load_pem_x509_certificate((folder / name).read_bytes()) for name in (SIGNER, ROOT)]
    except (OSError, ValueError) as error:
        raise StorageDamaged(
            tr("The key for PDF files in {path} cannot be read.", path=folder), hint=tr(_LOST)
        ) from error
    for secret in secrets:
        try:
            key = load_pem_private_key(pem, password=secret)
        except (ValueError, TypeError):
            continue
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.public_key() == chain[0].public_key():
            return CmsSigner(key, *chain)
        raise StorageDamaged(tr("The key for PDF files does not fit its certificate."), hint=tr(_LOST))
    raise NotAllowed(
        tr("The key for PDF files is locked."),
        hint=tr("Set CEQUIZ_KEY_PASSPHRASE to the passphrase it was made with."),
    )


def _name(provider: str, role: str) -> x509.Name:
    common = f"{_cut(provider, _LONGEST_NAME - len(role) - 1)} {role}"
    organization = _cut(provider, _LONGEST_NAME)
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, common)]
    )


def _cut(text: str, longest: int) -> str:
    """Return as much of a text as fits into so many bytes."""
    return text.encode()[:longest].decode(errors="ignore").strip()


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, at: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    """Return what a key is for: to vouch for others, or to sign so that nobody can deny it."""
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; it has its name once it is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
