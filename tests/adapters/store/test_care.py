"""Care of the records: looking them through, backups that can be trusted, and the way back."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cequiz.adapters.store.backup import back_up, restore
from cequiz.adapters.store.care import check
from cequiz.adapters.store.driver import GENERATION
from cequiz.errors import CequizError, NotFound, Stopped, StorageDamaged, StoreTooNew, WrongState
from tests.builders import NOON
from tests.storing import answer, begin, open_store


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a store, keys, certificates and a configuration."""
    folder = tmp_path / "home"
    with open_store(folder) as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
    (folder / "certificates").mkdir()
    (folder / "certificates" / "CQ-2026-000001.pdf").write_bytes(b"%PDF one")
    (folder / "keys" / "issuer.key").write_text("encrypted", encoding="ascii")
    for name in ("keys/provider/0123456789abcdef.pem", "fonts/Own.ttf", "boards/fl.yaml", "templates/own.yaml"):
        (folder / name).parent.mkdir(mode=0o700)
        (folder / name).write_text(name, encoding="ascii")
    (folder / "config.toml").write_text("theme = 'dark'\n", encoding="utf-8")
    return folder


@pytest.fixture
def saved(home: Path, tmp_path: Path) -> Path:
    """Return a backup of that home."""
    return back_up(home, tmp_path / "backup.zip", at=NOON).path


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("cequiz.db")
    }


def events(folder: Path) -> int:
    with open_store(folder) as store, store.read() as unit:
        assert store.verify_chains().findings == ()
        return len(unit.attempts.events("A-1"))


def test_a_sound_store_is_called_sound(home: Path) -> None:
    health = check(home / "cequiz.db")
    assert (health.sound, health.problems, health.generation, health.journal) == (True, (), GENERATION, "wal")
    with open_store(home):
        assert check(home / "cequiz.db").sound


def test_a_reference_that_leads_nowhere_is_found(home: Path) -> None:
    with closing(sqlite3.connect(home / "cequiz.db")) as driver:
        driver.execute("INSERT INTO evaluation VALUES ('gone', 'c', '1', NULL, 0, 1)")
        driver.commit()
    assert check(home / "cequiz.db").problems == ("A row of evaluation refers to one of student that is not there.",)


def test_a_backup_of_a_store_in_use_moves_everything_to_another_machine(home: Path, tmp_path: Path) -> None:
    with open_store(home) as store:
        store.append(answer(1), expected_seq=2)  # still in the log
        (tmp_path / "away").mkdir()
        made = back_up(home, tmp_path / "away" / "b.zip", at=NOON)
    assert (made.members, made.records) == (9, 3 + 2)
    assert made.path.stat().st_mode & 0o077 == 0
    assert made.size == made.path.stat().st_size
    assert [path.name for path in made.path.parent.iterdir()] == ["b.zip"]
    there = tmp_path / "there"
    done = restore(made.path, there, at=NOON)
    assert (done.kept, done.records, done.made_at) == ((), 3 + 2, NOON)
    assert content(there) == content(home)
    assert check(there / "cequiz.db").problems == ()  # before anything has opened it
    assert events(there) == 3
    assert {path.stat().st_mode & 0o077 for path in there.rglob("*")} == {0}


def test_what_a_restore_replaces_is_kept_under_a_dated_name(home: Path, saved: Path) -> None:
    with open_store(home) as store:
        store.append(answer(1), expected_seq=2)
    (home / "certificates" / "CQ-2026-000002.pdf").write_bytes(b"%PDF two")
    done = restore(saved, home, at=NOON + timedelta(hours=3))
    assert {path.name for path in done.kept} == {
        "cequiz.db.replaced-20261122T150000Z",
        "keys.replaced-20261122T150000Z",
        "certificates.replaced-20261122T150000Z",
        "fonts.replaced-20261122T150000Z",
        "boards.replaced-20261122T150000Z",
        "templates.replaced-20261122T150000Z",
        "config.toml.replaced-20261122T150000Z",
    }
    assert events(home) == 2
    assert not (home / "certificates" / "CQ-2026-000002.pdf").exists()
    assert (home / "certificates.replaced-20261122T150000Z" / "CQ-2026-000002.pdf").exists()
    with closing(sqlite3.connect(home / "cequiz.db.replaced-20261122T150000Z")) as driver:
        assert driver.execute("SELECT count(*) FROM attempt_event").fetchone()[0] == 3
    again = restore(saved, home, at=NOON + timedelta(hours=3))
    assert all(path.name.endswith("Z-2") for path in again.kept)


def test_a_damaged_store_can_be_replaced(home: Path, saved: Path) -> None:
    (home / "cequiz.db").write_bytes(b"SQLite format 3\0" + b"\x77" * 9000)
    (home / "cequiz.db-wal").write_bytes(b"an old log that must not be laid over the new database")
    restore(saved, home, at=NOON)
    assert events(home) == 2


def test_a_store_in_use_is_not_replaced(home: Path, saved: Path) -> None:
    with open_store(home), pytest.raises(WrongState):
        restore(saved, home, at=NOON)
    assert events(home) == 2
    assert not [path for path in home.iterdir() if "replaced" in path.name or path.name.startswith(".")]


def test_a_backup_never_replaces_a_file_and_needs_a_store(home: Path, saved: Path, tmp_path: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(WrongState, match="exists already"):
        back_up(home, saved, at=NOON)
    assert saved.read_bytes() == before
    with pytest.raises(NotFound):
        back_up(tmp_path / "nothing", tmp_path / "b2.zip", at=NOON)
    with pytest.raises(NotFound):
        restore(tmp_path / "nothing.zip", home, at=NOON)


def test_a_backup_into_a_folder_that_is_not_there_names_the_folder(home: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no folder .*nowhere\.") as caught:
        back_up(home, tmp_path / "nowhere" / "b.zip", at=NOON)
    assert caught.value.hint


def test_records_that_are_gone_come_back_from_a_backup(home: Path, saved: Path) -> None:
    (home / "cequiz.db").unlink()
    with pytest.raises(StorageDamaged, match="records are gone"):
        open_store(home)
    restore(saved, home, at=NOON)
    assert events(home) == 2


def test_a_restore_goes_over_no_folder_and_no_link(home: Path, saved: Path) -> None:
    (home / "cequiz.db").rename(home / "real.db")
    (home / "cequiz.db").symlink_to(home / "real.db")
    with pytest.raises(StorageDamaged, match="symbolic link"):
        restore(saved, home, at=NOON)
    (home / "cequiz.db").unlink()
    (home / "cequiz.db").mkdir()
    with pytest.raises(StorageDamaged, match="not a file"):
        restore(saved, home, at=NOON)
    assert not [path for path in home.iterdir() if "replaced" in path.name]


def test_a_tampered_store_is_not_backed_up_as_sound(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "cequiz.db", isolation_level=None)) as driver:
        driver.execute("UPDATE answer SET response = '{}'")
    with pytest.raises(StorageDamaged, match="attempt A-1"):
        back_up(home, tmp_path / "b.zip", at=NOON)
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def repack(saved: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> None:
    """Write the archive again with something changed."""
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    with zipfile.ZipFile(saved, "w") as archive:
        for name, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, data)


def _other_content(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["certificates/CQ-2026-000001.pdf"] = b"%PDF ono"


def _longer(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["config.toml"] += b"x" * 10_000_000


def _missing(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del members["config.toml"]


def _surplus(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["keys/extra"] = b"x"


def _no_key(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    del members["keys/store.key"], manifest["members"]["keys/store.key"]


def _other_heads(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["heads"][0][2] = "00" * 32


def _other_format(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["format"] = "something/1"


def _of_no_time(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    manifest["at"] = "yesterday"


def _named(name: str) -> Callable[[dict[str, bytes], dict[str, Any]], None]:
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members[name] = members["config.toml"]
        manifest["members"][name] = manifest["members"]["config.toml"]

    return change


@pytest.mark.parametrize(
    "change",
    [
        _other_content,
        _longer,
        _missing,
        _surplus,
        _no_key,
        _other_heads,
        _other_format,
        _of_no_time,
        *(
            _named(name)
            for name in (
                "../outside",
                "keys/../../outside",
                "/etc/outside",
                "keys/./x",
                "keys\\..\\x",
                "C:/x",
                "other/x",
                "keys//x",
            )
        ),
    ],
)
def test_a_backup_that_was_changed_is_refused_and_nothing_happens(
    home: Path, saved: Path, tmp_path: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]
) -> None:
    before, outside = content(home), sorted(tmp_path.iterdir())
    repack(saved, change)
    with pytest.raises(StorageDamaged):
        restore(saved, home, at=NOON)
    assert content(home) == before
    assert sorted(tmp_path.iterdir()) == outside
    assert events(home) == 2


@pytest.mark.parametrize("junk", [b"", b"PK\x03\x04 not really", b"plain text", b"\0" * 5000])
def test_a_file_that_is_no_backup_is_refused(home: Path, tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "b.zip").write_bytes(junk)
    with pytest.raises(StorageDamaged, match="not a sound backup"):
        restore(tmp_path / "b.zip", home, at=NOON)


def test_a_cut_off_backup_is_refused(home: Path, saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-100])
    with pytest.raises(StorageDamaged):
        restore(saved, home, at=NOON)


def test_a_backup_of_a_newer_cequiz_is_refused(home: Path, saved: Path) -> None:
    def newer(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["generation"] = GENERATION + 1

    repack(saved, newer)
    with pytest.raises(StoreTooNew):
        restore(saved, home, at=NOON)


def test_every_refusal_says_what_to_do(home: Path, saved: Path) -> None:
    with open_store(home), pytest.raises(CequizError) as caught:
        restore(saved, home, at=NOON)
    assert caught.value.hint


def test_a_backup_tells_how_far_it_is_and_ends_with_everything(home: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    back_up(home, tmp_path / "b.zip", at=NOON, progress=lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_a_backup_that_is_stopped_leaves_nothing_behind(home: Path, tmp_path: Path, share: float) -> None:
    far = [0.0]

    def follow(done: int, of: int) -> None:
        far[0] = done / of

    before = content(tmp_path)
    with pytest.raises(Stopped):
        back_up(home, tmp_path / "b.zip", at=NOON, progress=follow, stop=lambda: far[0] >= share)
    assert content(tmp_path) == before
    assert [one.name for one in tmp_path.iterdir()] == ["home"]
    back_up(home, tmp_path / "b.zip", at=NOON)
