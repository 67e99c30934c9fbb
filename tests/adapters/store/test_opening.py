"""Opening a store: what is made, with which rights, and which files and places are refused untouched."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cequiz.adapters.keys import draft_of, load_key, load_or_make_key
from cequiz.adapters.store import store as store_module
from cequiz.adapters.store.backup import back_up
from cequiz.adapters.store.care import check, upgrade
from cequiz.adapters.store.driver import APPLICATION_ID, GENERATION
from cequiz.adapters.store.engine import Settings
from cequiz.adapters.store.failures import file_failure
from cequiz.adapters.store.gate import Presence
from cequiz.adapters.store.place import BALLAST, Place, network_kind
from cequiz.adapters.store.store import SqliteStore
from cequiz.errors import (
    CequizError,
    StorageBusy,
    StorageDamaged,
    StorageFull,
    StorageIO,
    StorageReadOnly,
    StoreTooNew,
    WrongState,
)
from tests.builders import NOON
from tests.storing import answer, begin, open_store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights and locks are those of Unix")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    previous = os.umask(0)
    try:
        with SqliteStore.open(home / "cequiz.db", key_path=home / "keys" / "store.key") as store:
            begin(store)
            modes = {path.relative_to(home).as_posix(): mode(path) for path in home.rglob("*")}
    finally:
        os.umask(previous)
    assert mode(home) == 0o700
    assert modes.pop("keys") == 0o700
    assert {"cequiz.db", "cequiz.db-wal", "cequiz.db-shm", "cequiz.db.lock", "keys/store.key"} <= modes.keys()
    assert set(modes.values()) == {0o600}


def test_the_ballast_is_made_where_there_is_room(tmp_path: Path) -> None:
    room = os.statvfs(tmp_path)
    if room.f_bavail * room.f_frsize < 9 * BALLAST:
        pytest.skip("this disk is nearly full itself")
    with open_store(tmp_path, Settings()) as store:
        assert (tmp_path / "cequiz.db.ballast").stat().st_blocks * 512 >= BALLAST
        assert store.make_room()
        assert not (tmp_path / "cequiz.db.ballast").exists()
        assert not store.make_room()
    open_store(tmp_path, Settings()).close()
    assert (tmp_path / "cequiz.db.ballast").exists()  # made again once there is room


def test_rights_that_were_loosened_are_tightened(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    (tmp_path / "cequiz.db").chmod(0o664)
    open_store(tmp_path).close()
    assert mode(tmp_path / "cequiz.db") == 0o600


def test_a_store_is_found_again_without_locking_or_writing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begin(store)
    before = (tmp_path / "cequiz.db").read_bytes()
    (tmp_path / "cequiz.db.lock").unlink()
    with open_store(tmp_path) as store, store.read() as unit:
        assert unit.attempts.header("A-1") is not None
        assert not (tmp_path / "cequiz.db.lock").exists()
    assert (tmp_path / "cequiz.db").read_bytes() == before


def test_a_creation_that_was_cut_short_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "cequiz.db").touch()
    open_store(tmp_path).close()
    shutil.rmtree(tmp_path / "keys")
    (tmp_path / "cequiz.db").unlink()
    with closing(sqlite3.connect(tmp_path / "cequiz.db")) as driver:  # switched to the log, and no table yet
        driver.execute("PRAGMA journal_mode=wal")
    with open_store(tmp_path) as store:
        begin(store)


@pytest.mark.parametrize("instant", range(4))
def test_a_creation_that_was_killed_anywhere_is_done_again_or_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, instant: int
) -> None:
    """A kill lets the call that is under way fail and nothing after it happen."""
    called = [f"{store_module.__name__}.{name}" for name in ("load_or_make_key", "adopt_draft")]
    called += ["cequiz.adapters.store.place.Place.make", "cequiz.adapters.store.migrate.upgrade"]

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(called[instant], killed)
        open_store(tmp_path)
    with open_store(tmp_path) as store:
        begin(store)
    with open_store(tmp_path) as store:
        assert store.verify_chains().findings == ()
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["store.key"]


@pytest.mark.parametrize("content", [None, b""])
def test_records_that_are_gone_are_not_replaced_by_an_empty_store(tmp_path: Path, content: bytes | None) -> None:
    open_store(tmp_path).close()
    key = (tmp_path / "keys" / "store.key").read_bytes()
    (tmp_path / "cequiz.db").unlink()
    if content is not None:
        (tmp_path / "cequiz.db").write_bytes(content)
    for deed in (
        lambda: open_store(tmp_path),
        lambda: upgrade(tmp_path / "cequiz.db", key_path=tmp_path / "keys" / "store.key"),
    ):
        with pytest.raises(StorageDamaged, match="records are gone") as caught:
            deed()
        assert "cequiz db restore FILE" in caught.value.hint
    assert (tmp_path / "keys" / "store.key").read_bytes() == key
    assert not (tmp_path / "cequiz.db").exists() or not (tmp_path / "cequiz.db").stat().st_size
    (tmp_path / "keys" / "store.key").rename(tmp_path / "aside")
    open_store(tmp_path).close()


def refused(tmp_path: Path, kind: type[CequizError], match: str) -> CequizError:
    """Open the store, which must be refused without a change to the file, and return the refusal."""
    path = tmp_path / "cequiz.db"
    before = path.read_bytes()
    with pytest.raises(kind, match=match) as caught:
        open_store(tmp_path)
    assert path.read_bytes() == before
    assert caught.value.hint
    assert caught.value.exit_code == 4
    return caught.value


def test_a_newer_store_is_left_alone(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "cequiz.db")) as driver:
        driver.execute(f"PRAGMA user_version = {GENERATION + 1}")
    refused(tmp_path, StoreTooNew, "newer cequiz")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "cequiz.db")) as driver:
        driver.execute("CREATE TABLE theirs (x)")
    refused(tmp_path, StorageDamaged, "another program")


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"\x55" * 5000])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cequiz.db").write_bytes(content)
    refused(tmp_path, StorageDamaged, "not a database")


def test_a_damaged_page_is_noticed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begin(store)
        for number in range(200):
            store.append(answer(number), expected_seq=number + 1)
    content = bytearray((tmp_path / "cequiz.db").read_bytes())
    for page in range(4096 * 20, len(content), 4096):
        content[page : page + 64] = b"\x99" * 64
    (tmp_path / "cequiz.db").write_bytes(content)
    refused(tmp_path, StorageDamaged, "damaged")


def test_a_truncated_file_is_noticed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begin(store)
    path = tmp_path / "cequiz.db"
    path.write_bytes(path.read_bytes()[: 4096 * 5])
    refused(tmp_path, StorageDamaged, "damaged")


def test_records_without_their_key_are_not_given_a_new_one(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    (tmp_path / "keys" / "store.key").rename(tmp_path / "aside")
    assert "restore" in refused(tmp_path, StorageDamaged, "key .* is missing").hint
    assert not (tmp_path / "keys" / "store.key").exists()
    assert not draft_of(tmp_path / "keys" / "store.key").exists()
    load_or_make_key(tmp_path / "keys" / "store.key")
    refused(tmp_path, StorageDamaged, "not the one this store was made with")
    (tmp_path / "aside").replace(tmp_path / "keys" / "store.key")
    (tmp_path / "keys" / "store.key").chmod(0o644)
    refused(tmp_path, StorageReadOnly, "Others can read")


def test_a_link_in_place_of_the_database_is_refused(tmp_path: Path) -> None:
    open_store(tmp_path / "real").close()
    (tmp_path / "cequiz.db").symlink_to(tmp_path / "real" / "cequiz.db")
    refused(tmp_path, StorageDamaged, "symbolic link")
    for deed in (
        lambda: check(tmp_path / "cequiz.db"),
        lambda: upgrade(tmp_path / "cequiz.db", key_path=tmp_path / "real" / "keys" / "store.key"),
    ):
        with pytest.raises(StorageDamaged, match="symbolic link"):
            deed()


def test_a_folder_in_place_of_the_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cequiz.db").mkdir()
    with pytest.raises(StorageDamaged, match="not a file"):
        open_store(tmp_path)
    with pytest.raises(StorageDamaged, match="not a file"):
        check(tmp_path / "cequiz.db")


def test_a_file_in_place_of_the_folder_and_a_folder_in_place_of_the_key_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageDamaged, match="file is not a folder"):
        open_store(tmp_path / "file")
    (tmp_path / "home" / "keys" / "store.key").mkdir(parents=True)
    with pytest.raises(StorageDamaged, match=r"store\.key is not a file"):
        load_key(tmp_path / "home" / "keys" / "store.key")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_folder_whose_name_is_not_utf_8_is_a_folder(tmp_path: Path) -> None:
    home = Path(os.fsdecode(bytes(tmp_path) + b"/h\xff"))
    for _ in range(2):
        open_store(home).close()
    assert check(home / "cequiz.db").sound
    back_up(home, home / "b.zip", at=NOON)


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises((StorageReadOnly, StorageIO)):
        open_store(tmp_path / "file" / "below")
    if os.geteuid() == 0:
        return  # root may write anywhere
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(StorageReadOnly):
        open_store(tmp_path / "locked")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("ENOSPC", StorageFull),
        ("EDQUOT", StorageFull),
        ("EROFS", StorageReadOnly),
        ("EACCES", StorageReadOnly),
        ("EIO", StorageIO),
        ("ENOTDIR", StorageReadOnly),
        ("ENAMETOOLONG", StorageReadOnly),
    ],
)
def test_what_the_system_says_of_a_file_becomes_an_error_of_ours(number: str, kind: type[CequizError]) -> None:
    found = file_failure(OSError(getattr(errno, number), "said", "/x/y"))
    assert type(found) is kind
    assert "/x/y" in found.sentence


def test_a_store_that_is_being_replaced_is_not_opened(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    presence = Presence(Place(tmp_path / "cequiz.db").presence)
    presence.alone()
    with pytest.raises(StorageBusy, match="being replaced"):
        open_store(tmp_path)
    presence.leave()
    open_store(tmp_path).close()


def test_a_closed_store_takes_nothing_and_may_be_closed_again(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    begin(store)
    store.close()
    store.close()
    for deed in (lambda: store.append(answer(0), expected_seq=1), store.recover, lambda: store.home(None)):
        with pytest.raises(WrongState, match="closed"):
            deed()
    assert not (tmp_path / "cequiz.db-wal").exists()


def test_an_open_store_is_not_replaced(tmp_path: Path) -> None:
    presence = Presence(Place(tmp_path / "cequiz.db").presence)
    with open_store(tmp_path), open_store(tmp_path), pytest.raises(WrongState, match="in use"):
        presence.alone()
    presence.alone()
    presence.leave()


MOUNTS = """\
23 1 252:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
30 23 0:25 / /dev/shm rw - tmpfs tmpfs rw
41 23 0:40 / /net/home rw - nfs4 server:/home rw
42 41 0:41 / /net/home/local\\040disk rw - xfs /dev/vdb rw
43 23 0:42 / /mnt/laptop rw - fuse.sshfs me@there:/ rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/records", None),
        ("/net/home/zoe", "nfs4"),
        ("/net/homework", None),
        ("/net/home/local disk/x", None),
        ("/mnt/laptop", "fuse.sshfs"),
    ],
)
def test_network_file_systems_are_recognised(tmp_path: Path, folder: str, kind: str | None) -> None:
    (tmp_path / "mountinfo").write_text(MOUNTS, encoding="utf-8")
    assert network_kind(Path(folder), mounts=tmp_path / "mountinfo") == kind


def test_where_nobody_can_tell_a_place_is_taken_for_local(tmp_path: Path) -> None:
    assert network_kind(tmp_path, mounts=tmp_path / "missing") is None


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cequiz.adapters.store.place.network_kind", lambda folder: "nfs4")
    with pytest.raises(WrongState, match=r"network file system \(nfs4\)") as caught:
        open_store(tmp_path)
    assert "CEQUIZ_HOME" in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "cequiz.db")) as driver:
        assert driver.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert driver.execute("PRAGMA user_version").fetchone()[0] == GENERATION
        assert driver.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_the_key_is_one_and_the_same_for_everyone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "store.key"
    key = load_or_make_key(path)
    assert len(key) == 32
    assert load_or_make_key(path, random=lambda size: b"x" * size) == key == load_key(path)
    assert list(path.parent.iterdir()) == [path]
    path.write_text("nonsense", encoding="ascii")
    with pytest.raises(StorageDamaged, match="does not hold a key"):
        load_or_make_key(path)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageDamaged):
        load_or_make_key(path)
