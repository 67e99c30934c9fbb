"""Keys in a folder: made once, replaced, kept, locked, and never readable by others."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.adapters.proof.cose import open_code
from cequiz.adapters.proof.notary import KeyNotary
from cequiz.errors import CequizError, NotAllowed, StorageDamaged, StorageReadOnly
from tests.adapters.proof.provers import AT, keys_folder, notary, proof

SECRET = "correct horse battery"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return keys_folder(tmp_path / "keys")


def test_a_provider_without_a_key_is_told_how_to_make_one(folder: Path) -> None:
    assert KeyNotary(folder).keys() == ()
    with pytest.raises(NotAllowed, match="no key yet") as refused:
        proof(KeyNotary(folder))
    assert "cequiz keys create" in refused.value.hint


def test_a_key_is_made_once_and_read_by_the_next_program(folder: Path) -> None:
    made = KeyNotary(folder).make_key(at=AT)
    assert KeyNotary(folder).make_key(at=AT + timedelta(days=1)) == made
    assert KeyNotary(folder).keys() == (made,)
    assert open_code(proof(KeyNotary(folder)).code, [made]).good


def test_programs_that_race_make_one_key(folder: Path) -> None:
    make = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from cequiz.adapters.proof.notary import KeyNotary\n"
        "print(KeyNotary(Path(sys.argv[1])).make_key(at=datetime.now(UTC)).id)"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", make, str(folder)], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    assert len({program.communicate(timeout=60)[0] for program in programs}) == 1
    assert len(KeyNotary(folder).keys()) == 1


def test_keys_are_encrypted_and_nobody_elses(folder: Path) -> None:
    key = KeyNotary(folder).make_key(at=AT)
    provider = folder / "provider"
    pem = (provider / f"{key.id}.pem").read_text()
    assert "BEGIN ENCRYPTED PRIVATE KEY" in pem
    assert stat.S_IMODE(provider.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in provider.iterdir()} == {0o600}
    assert not [path for path in provider.iterdir() if path.name.startswith(".")]


def test_what_a_retired_key_signed_holds(folder: Path) -> None:
    signs = notary(folder)
    before = proof(signs)
    signs.rotate(at=AT + timedelta(days=30))
    old, new = signs.keys()
    assert old.retired_at and not new.retired_at
    assert old.id == before.key_id
    assert open_code(before.code, signs.keys()).good
    assert proof(signs).key_id == new.id
    assert KeyNotary(folder).keys() == (old, new)


def test_a_key_with_a_passphrase_signs_only_with_it(folder: Path) -> None:
    key = KeyNotary(folder).make_key(at=AT, passphrase=SECRET)
    with pytest.raises(NotAllowed, match="is locked") as locked:
        proof(KeyNotary(folder))
    assert "CEQUIZ_KEY_PASSPHRASE" in locked.value.hint
    with pytest.raises(NotAllowed, match="does not open"):
        proof(KeyNotary(folder, passphrase="another one"))
    assert proof(KeyNotary(folder, passphrase=SECRET)).key_id == key.id
    assert KeyNotary(folder).keys() == (key,)  # who only verifies needs no passphrase


def test_a_key_made_without_a_passphrase_needs_the_stores_key(folder: Path) -> None:
    KeyNotary(folder).make_key(at=AT)
    (folder / "store.key").write_text("33" * 32)
    with pytest.raises(NotAllowed, match="is locked"):
        proof(KeyNotary(folder))
    (folder / "store.key").unlink()
    with pytest.raises(NotAllowed, match="is locked"):
        proof(KeyNotary(folder))


def test_a_key_that_others_can_read_is_not_used(folder: Path) -> None:
    key = KeyNotary(folder).make_key(at=AT)
    pem = folder / "provider" / f"{key.id}.pem"
    pem.chmod(0o640)
    with pytest.raises(StorageReadOnly, match="Others can read") as refused:
        proof(KeyNotary(folder))
    assert f"chmod 600 {pem}" in refused.value.hint


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n", b"\x00" * 4096])
def test_a_key_that_is_gone_or_damaged_is_a_sentence(folder: Path, content: bytes | None) -> None:
    key = KeyNotary(folder).make_key(at=AT)
    pem = folder / "provider" / f"{key.id}.pem"
    pem.unlink()
    if content is not None:
        pem.touch(mode=0o600)
        pem.write_bytes(content)
    with pytest.raises(CequizError) as refused:
        proof(KeyNotary(folder))
    assert refused.value.hint


def test_another_key_in_the_place_of_the_providers_is_seen(folder: Path) -> None:
    signs = KeyNotary(folder)
    first, second = signs.make_key(at=AT), signs.rotate(at=AT)
    provider = folder / "provider"
    (provider / f"{second.id}.pem").write_bytes((provider / f"{first.id}.pem").read_bytes())
    with pytest.raises(CequizError):
        proof(KeyNotary(folder))


@pytest.mark.parametrize(
    "change",
    [{"public": "00" * 32}, {"public": "x"}, {"made_at": "yesterday"}, {"id": "0" * 16}, {"retired_at": 3}],
)
def test_a_description_that_was_changed_is_refused(folder: Path, change: dict[str, object]) -> None:
    key = KeyNotary(folder).make_key(at=AT)
    path = folder / "provider" / f"{key.id}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(StorageDamaged, match="does not describe"):
        KeyNotary(folder).keys()
