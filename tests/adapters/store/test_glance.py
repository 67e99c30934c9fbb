"""The glance: light enough for the first screen, and honest when there is nothing to see."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from cequiz.adapters.store import driver
from cequiz.adapters.store.glance import SqliteGlance
from cequiz.errors import NotFound, StorageDamaged, StoreTooNew, WrongState
from tests.durability.tracing import ROOT
from tests.storing import answer, begin, open_store

LOOK = """
import sys
from pathlib import Path
from cequiz.adapters.store.glance import SqliteGlance
print(len(SqliteGlance(Path(sys.argv[1])).home("S-1").attempts))
print(sorted(name for name in sys.modules if name.split(".")[0] in {"sqlmodel", "sqlalchemy", "alembic", "textual"}))
"""


def test_it_loads_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begin(store)
    command = [sys.executable, "-c", LOOK, str(tmp_path / "cequiz.db")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["1", "[]"]


def test_it_sees_what_was_just_written_and_changes_nothing(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
        glance = SqliteGlance(tmp_path / "cequiz.db")
        assert glance.home("S-1").attempts[0].seq == 2
        store.append(answer(1), expected_seq=2)
        assert glance.home("S-1").attempts[0].seq == 3
    before = (tmp_path / "cequiz.db").read_bytes()
    assert glance.home("S-1").attempts[0].seq == 3
    assert (tmp_path / "cequiz.db").read_bytes() == before


def test_after_a_crash_it_sees_what_is_in_the_log(tmp_path: Path) -> None:
    with open_store(tmp_path / "live") as store:
        begin(store)
        store.append(answer(0), expected_seq=1)
        (tmp_path / "crashed").mkdir()
        for name in ("cequiz.db", "cequiz.db-wal"):
            (tmp_path / "crashed" / name).write_bytes((tmp_path / "live" / name).read_bytes())
    assert SqliteGlance(tmp_path / "crashed" / "cequiz.db").home("S-1").attempts[0].seq == 2


@pytest.mark.parametrize("empty", [False, True])
def test_no_store_yet_is_no_failure_of_the_surroundings(tmp_path: Path, empty: bool) -> None:
    path = tmp_path / "a ?b#c%20.db"
    if empty:
        path.touch()
    with pytest.raises(NotFound):
        SqliteGlance(path).home(None)
    assert path.exists() is empty


def test_an_odd_name_of_a_folder_is_no_trouble(tmp_path: Path) -> None:
    folder = tmp_path / "a ?b#c%20&mode=rwc"
    with open_store(folder) as store:
        begin(store)
        assert store.verify_chains().findings == ()
    assert SqliteGlance(folder / "cequiz.db").home("S-1").student is not None


def test_what_it_cannot_read_it_leaves_to_the_store(tmp_path: Path) -> None:
    open_store(tmp_path).close()
    path = tmp_path / "cequiz.db"
    for version, kind in ((driver.GENERATION + 1, StoreTooNew), (driver.GENERATION - 1, WrongState)):
        with closing(sqlite3.connect(path)) as opened:
            opened.execute(f"PRAGMA user_version = {version}")
        with pytest.raises(kind):
            SqliteGlance(path).home(None)
    with closing(sqlite3.connect(path)) as opened:
        opened.execute("PRAGMA application_id = 7")
    with pytest.raises(StorageDamaged, match="another program"):
        SqliteGlance(path).home(None)
    path.write_bytes(b"junk" * 1000)
    with pytest.raises(StorageDamaged):
        SqliteGlance(path).home(None)
