"""The signature in the PDF file: other programs find it valid, it changes nothing, and nothing changes under it."""

from __future__ import annotations

import builtins
import shutil
import stat
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from cequiz.adapters.proof import pades, pades_key
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.adapters.proof.pades import FileSignature, check, sign
from cequiz.adapters.proof.pades_cms import CmsSigner
from cequiz.adapters.proof.pades_key import make_pdf_key, open_pdf_key
from cequiz.errors import EnvironmentFailed, NotAllowed, Refused, StorageDamaged, WrongState
from tests.adapters.pdf.sheets import broken_rules, sheet

AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
LATER = AT + timedelta(days=400)
SCHOOL = "Harbour School of Manual Therapy"

LOOK_AT_ALL = """
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from cequiz.adapters.proof.pades import check
from cequiz.errors import Refused
for path in Path(sys.argv[1]).iterdir():
    with suppress(Refused):
        check(path.read_bytes(), at=datetime.fromisoformat(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("keys") / "pdf"
    make_pdf_key(made, provider=SCHOOL, secret=b"secret", at=AT)
    return made


@pytest.fixture(scope="module")
def signer(folder: Path) -> CmsSigner:
    opened = open_pdf_key(folder, secrets=[b"secret"])
    assert opened is not None
    return opened


@pytest.fixture(scope="module")
def signed(signer: CmsSigner) -> bytes:
    return sign(sheet(), signer, at=AT)


def _root(folder: Path) -> str:
    pem = (folder / pades_key.ROOT).read_bytes()
    return x509.load_pem_x509_certificate(pem).fingerprint(SHA256()).hex()


def _found(pdf: bytes, *roots: str, at: datetime = LATER) -> FileSignature:
    found = check(pdf, at=at, roots=roots)
    assert found is not None
    return found


def test_a_signed_file_is_whole_and_names_the_school(signed: bytes, folder: Path) -> None:
    """Nobody could tell from the file who signed it."""
    assert _found(signed, _root(folder)) == FileSignature(
        signer=f"{SCHOOL} certificates", root=_root(folder), intact=True, whole=True, trusted=True
    )


def test_a_root_that_nobody_named_is_not_trusted(signed: bytes) -> None:
    """Anybody can make a key in the school's name."""
    found = _found(signed)
    assert (found.intact, found.trusted) == (True, False)


def test_certificates_that_have_run_out_are_not_trusted(signed: bytes, folder: Path) -> None:
    """A key that is long forgotten would go on vouching for files."""
    found = _found(signed, _root(folder), at=AT + timedelta(days=50 * 366))
    assert (found.intact, found.trusted) == (True, False)


def test_a_signed_file_begins_with_the_file_as_it_was_drawn(signed: bytes) -> None:
    """The hash of the drawn page in the record would have nothing left to be compared with."""
    assert signed.startswith(sheet())
    assert len(signed) - len(sheet()) < 7_000


def test_a_signed_file_keeps_to_both_standards(signed: bytes) -> None:
    """Signing would turn a file for archives into one that they refuse."""
    assert broken_rules(signed) == {}


def test_every_changed_byte_of_the_drawn_page_is_seen(signed: bytes, folder: Path) -> None:
    """An altered file would pass as signed; places are chosen by a seed, all over the file."""
    random = Random(1)
    for place in random.sample(range(len(sheet())), 60):
        changed = bytearray(signed)
        changed[place] ^= 1 << random.randrange(8)
        try:
            found = check(bytes(changed), at=LATER, roots=[_root(folder)])
        except Refused:
            continue
        assert found is None or not found.intact, place


def test_a_changed_signature_is_seen(signed: bytes, folder: Path) -> None:
    """The signature, or what it says of the file and its signer, could be bent until it fits another file."""
    start = signed.index(b"/Contents <") + 11
    end = start + len(signed[start : signed.index(b">", start)].rstrip(b"0"))
    for place in range(end - 2 * 220, end, 3):
        changed = bytearray(signed)
        changed[place] = ord("0") if changed[place] != ord("0") else ord("1")
        try:
            found = check(bytes(changed), at=LATER, roots=[_root(folder)])
        except Refused:
            continue
        assert found is None or not (found.intact and found.trusted), place


def test_something_added_behind_the_signature_is_seen(signed: bytes) -> None:
    """A later revision of the page could stand over the signed one."""
    assert not _found(signed + b"\n% more\n").whole


def test_a_damaged_file_ends_in_a_verdict_or_in_a_sentence(signed: bytes, folder: Path) -> None:
    """A hostile file would end the command with a traceback from inside a library."""
    random = Random(2)
    for place in random.choices(range(len(sheet()), len(signed)), k=250):
        changed = bytearray(signed)
        changed[place] = random.randrange(256)
        with suppress(Refused):
            check(bytes(changed), at=LATER, roots=[_root(folder)])


def test_a_damaged_signature_leaves_the_terminal_alone(signed: bytes, tmp_path: Path) -> None:
    """What a library logs of a file would be printed as a traceback, over whatever stands on the screen."""
    start = signed.index(b"/Contents <") + 11
    for number, place in enumerate(range(start + 200, start + 2200, 41)):
        changed = bytearray(signed)
        changed[place] = ord("0") if changed[place] != ord("0") else ord("f")
        (tmp_path / f"{number}.pdf").write_bytes(changed)
    done = subprocess.run(
        [sys.executable, "-c", LOOK_AT_ALL, tmp_path, AT.isoformat()], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


def test_a_file_without_a_signature_has_none() -> None:
    """An ordinary certificate would be reported as one with a broken signature."""
    assert check(sheet(), at=LATER) is None
    assert check(b"no PDF at all", at=LATER) is None


@pytest.mark.parametrize("garbage", [b"/ByteRange", b"%PDF-1.7\n/ByteRange [0 1 2 3]\n%%EOF\n"])
def test_a_file_that_only_looks_signed_is_refused_in_a_sentence(garbage: bytes) -> None:
    """A hostile file would end the command with a traceback."""
    with pytest.raises(Refused, match="cannot be read"):
        check(garbage, at=LATER)


def test_a_truncated_file_is_refused_in_a_sentence(signed: bytes) -> None:
    """A download that broke off would end the command with a traceback."""
    for length in range(len(signed) - 4000, len(signed), 500):
        try:
            found = check(signed[:length], at=LATER)
        except Refused:
            continue
        assert found is None or not (found.intact and found.whole), length


def test_a_file_without_a_field_stays_as_it_is(signer: CmsSigner) -> None:
    """A preview, or a certificate of the first layout, would be changed by printing it."""
    plain = sheet(signature_field=False)
    assert sign(plain, signer, at=AT) == plain


def test_poppler_finds_the_signature_valid(signed: bytes, tmp_path: Path) -> None:
    """Only our own program would believe it."""
    pdfsig = shutil.which("pdfsig")
    if pdfsig is None:
        pytest.skip("pdfsig (poppler-utils) is not installed")
    (tmp_path / "signed.pdf").write_bytes(signed)
    said = subprocess.run([pdfsig, tmp_path / "signed.pdf"], capture_output=True, text=True, check=False).stdout
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert f"Common Name: {SCHOOL} certificates" in said


def test_openssl_reads_the_signature_itself(signed: bytes, signer: CmsSigner, folder: Path, tmp_path: Path) -> None:
    """What was written by hand would be something that only lenient readers take."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    (tmp_path / "signature").write_bytes(signer.signed(sha256(b"content").digest()))
    (tmp_path / "content").write_bytes(b"content")
    done = subprocess.run(
        [
            *(openssl, "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "signature"),
            *("-content", tmp_path / "content", "-CAfile", folder / pades_key.ROOT, "-purpose", "any"),
        ],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"content"), done.stderr


def test_only_the_owner_can_read_the_key_and_it_is_encrypted(folder: Path) -> None:
    """Whoever uses the same machine could sign as the school."""
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in (folder / pades_key.KEY).read_bytes()
    if sys.platform != "win32":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_key_is_never_replaced(folder: Path) -> None:
    """Files that were signed with the old one would lose their root."""
    with pytest.raises(WrongState, match="already") as refused:
        make_pdf_key(folder, provider=SCHOOL, secret=b"other", at=AT)
    assert str(folder) in refused.value.hint


def test_a_long_name_of_any_script_makes_a_key(tmp_path: Path) -> None:
    """X.509 holds 64 characters; a school with a longer name could not sign at all."""
    make_pdf_key(tmp_path, provider="Schule für Manuelle Therapie – מרכז " * 5, secret=b"x", at=AT)
    assert open_pdf_key(tmp_path, secrets=[b"x"]) is not None


def test_the_wrong_secret_is_refused_with_what_to_do(folder: Path) -> None:
    """Issuing would end in a traceback, or go on without the signature that the school wants."""
    with pytest.raises(NotAllowed, match="locked") as refused:
        open_pdf_key(folder, secrets=[b"wrong", b"also wrong"])
    assert "CEQUIZ_KEY_PASSPHRASE" in refused.value.hint


def test_without_a_key_nothing_is_signed(tmp_path: Path) -> None:
    """It is off until somebody turns it on."""
    assert open_pdf_key(tmp_path, secrets=[b"x"]) is None


@pytest.mark.parametrize("name", [pades_key.SIGNER, pades_key.ROOT])
def test_a_lost_certificate_is_said(name: str, tmp_path: Path) -> None:
    """Half of a restored folder would end issuing with a traceback."""
    make_pdf_key(tmp_path, provider=SCHOOL, secret=b"x", at=AT)
    (tmp_path / name).unlink()
    with pytest.raises(StorageDamaged, match="cannot be read"):
        open_pdf_key(tmp_path, secrets=[b"x"])


def test_a_key_of_another_folder_is_said(folder: Path, tmp_path: Path) -> None:
    """Files would bear a signature that no reader finds valid."""
    make_pdf_key(tmp_path, provider=SCHOOL, secret=b"secret", at=AT)
    shutil.copy(folder / pades_key.KEY, tmp_path / pades_key.KEY)
    with pytest.raises(StorageDamaged, match="does not fit"):
        open_pdf_key(tmp_path, secrets=[b"secret"])


def test_without_the_package_a_sentence_says_what_to_install(
    signer: CmsSigner, signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most installations have no pyHanko; they must say so instead of failing somewhere inside."""
    ordinary = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> ModuleType:
        if name.partition(".")[0] == "pyhanko":
            raise ImportError(name)
        return ordinary(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    for asked in (lambda: sign(sheet(), signer, at=AT), lambda: check(signed, at=AT), pades.require_pyhanko):
        with pytest.raises(EnvironmentFailed, match="pyhanko") as refused:
            asked()
        assert "cequiz[pades]" in refused.value.hint


def test_the_notary_signs_files_once_it_has_a_key_for_that(tmp_path: Path) -> None:
    """The command that turns signatures on would turn nothing on."""
    (tmp_path / "store.key").write_text("5a" * 32 + "\n")
    (tmp_path / "store.key").chmod(0o600)
    notary = KeyNotary(tmp_path)
    notary.make_key(at=AT)
    assert notary.sign_file(sheet(), at=AT) == sheet()
    root = notary.make_pdf_key(provider=SCHOOL, at=AT)
    assert _found(notary.sign_file(sheet(), at=AT), root).trusted
    assert _found(KeyNotary(tmp_path).sign_file(sheet(), at=AT), root).trusted
