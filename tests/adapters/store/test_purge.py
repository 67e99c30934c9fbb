"""A lawful purge verifies; records that went any other way are missed, and nobody makes tombstones without the key."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from cequiz.adapters.rest import FsrsRest
from cequiz.adapters.store import backup, care, triggers
from cequiz.bootstrap import bundled_lexicon
from cequiz.domain.people.accommodation import Accommodation
from cequiz.services import merging, retaining
from cequiz.services.accommodating import grant
from cequiz.services.enrolling import register
from cequiz.services.loading import load
from cequiz.services.ports import ChainReport, Head, Ports, ReportBatch, Reported
from tests.builders import bank, course
from tests.fakes import FakeBoards, FakeClock, FakeIds, FakeNotary, FakePassphrases, FakePress, FakePrinter
from tests.services.earned import earn, issue, join, set_school
from tests.storing import open_store

NAMES = ("Anaximandra", "Berengaria", "Clothildine", "Dagobertine")
GONE = ("Berengaria", "Dagobertine")
"""In the middle of every chain, and at its end."""

LATER = datetime(2034, 6, 1, tzinfo=UTC)


@contextmanager
def opened(folder: Path, *, at: datetime | None = None) -> Iterator[Ports]:
    """Open a folder's store with everything a service needs."""
    with open_store(folder) as store:
        yield Ports(
            store=store,
            clock=FakeClock(at) if at else FakeClock(),
            ids=FakeIds(),
            passphrases=FakePassphrases(),
            press=FakePress(),
            printer=FakePrinter(),
            folder=folder / "certificates",
            lexicon=bundled_lexicon(),
            rest=FsrsRest(),
            notary=FakeNotary(),
            boards=FakeBoards(),
        )


class Before(NamedTuple):
    """A store, the anchors of a day, and the ids of the people in it."""

    folder: Path
    anchors: tuple[Head, ...]
    people: dict[str, str]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Before:
    """Return the folder of a store with four graduates, the anchors of that day, and their ids."""
    folder = tmp_path_factory.mktemp("before")
    with opened(folder) as ports:
        load(ports, banks=[bank()], courses=[course()], actor="test")
        set_school(ports)
        people = {name: join(ports, name=name, email=f"{name}@example.org".lower()) for name in NAMES}
        for who in people.values():
            earn(ports, who)
            issue(ports, who)
        return Before(folder, tuple(ports.store.heads()), people)


@pytest.fixture(scope="module")
def after(before: Before, tmp_path_factory: pytest.TempPathFactory) -> Before:
    """Return the same after two of them were purged."""
    folder = tmp_path_factory.mktemp("after") / "home"
    shutil.copytree(before.folder, folder)
    with opened(folder, at=LATER) as ports:
        for name in GONE:
            retaining.purge(ports, student=before.people[name], reason="the years are over", actor="lee")
    return Before(folder, before.anchors, before.people)


def verify(folder: Path, anchors: tuple[Head, ...] = ()) -> ChainReport:
    with open_store(folder) as store:
        return store.verify_chains(anchors=anchors)


def tamper(source: Path, tmp_path: Path, deed: Callable[[sqlite3.Connection], object]) -> Path:
    """Return a copy in which somebody did it, the triggers dropped first and put back after."""
    folder = tmp_path / "copy"
    shutil.copytree(source, folder)
    with closing(sqlite3.connect(folder / "cequiz.db", isolation_level=None)) as driver:
        for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            driver.execute(f"DROP TRIGGER {name}")
        deed(driver)
        triggers.install(driver.execute)
    return folder


def found(report: ChainReport) -> dict[str, int]:
    return {one.chain: one.place for one in report.findings}


def test_after_a_purge_everything_verifies_with_the_anchors_of_before(
    after: Before,
) -> None:
    folder, anchors, _ = after
    assert verify(folder, anchors).findings == ()
    assert care.check(folder / "cequiz.db").sound


def test_nothing_of_the_person_is_left_in_any_file_of_the_house(before: Before, after: Before) -> None:
    def naming(folder: Path, name: str) -> list[str]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return [path.name for path in files if name.lower().encode() in path.read_bytes().lower()]

    assert all(naming(before.folder, name) for name in NAMES)
    assert [naming(after.folder, name) for name in GONE] == [[], []]
    assert all(naming(after.folder, name) for name in set(NAMES) - set(GONE))


def test_new_records_follow_the_tombstones(after: Before, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(after.folder, folder)
    with opened(folder, at=LATER) as ports:
        renamed = replace(ports, ids=_Ids())
        who = join(renamed, name="Ermintrude", email="e@example.org")
        earn(renamed, who)
        issue(renamed, who)
        assert ports.store.verify_chains(anchors=after.anchors).findings == ()


class _Ids(FakeIds):
    """Ids that were not given before the store was opened again."""

    def __init__(self) -> None:
        super().__init__()
        self._count = 5000


def test_a_backup_and_its_way_back_carry_the_tombstones(after: Before, tmp_path: Path) -> None:
    folder, anchors, people = after
    made = backup.back_up(folder, tmp_path / "kept.zip", at=LATER)
    backup.restore(made.path, tmp_path / "new", at=LATER)
    with open_store(tmp_path / "new") as store, store.read() as unit:
        assert unit.retention.purged() == {people[name] for name in GONE}
        assert store.verify_chains(anchors=anchors).findings == ()


def test_a_backup_from_before_a_purge_says_who_is_back(before: Before, after: Before, tmp_path: Path) -> None:
    kept = backup.back_up(before.folder, tmp_path / "kept.zip", at=LATER)
    shutil.copytree(after.folder, tmp_path / "home")
    done = backup.restore(kept.path, tmp_path / "home", at=LATER)
    assert (done.back, done.missing) == (tuple(sorted(before.people[name] for name in GONE)), ())


def test_a_purged_number_is_not_missing_from_a_backup(before: Before, after: Before, tmp_path: Path) -> None:
    kept = backup.back_up(after.folder, tmp_path / "kept.zip", at=LATER)
    shutil.copytree(before.folder, tmp_path / "home")
    done = backup.restore(kept.path, tmp_path / "home", at=LATER)
    assert (done.back, done.missing) == ((), ())


TABLES = ("attempt_event", "score", "certificate", "certificate_proof", "certificate_status")


@pytest.mark.parametrize("table", TABLES)
def test_nothing_that_no_tombstone_covers_can_be_deleted(after: Before, tmp_path: Path, table: str) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(after.folder, folder)
    with (
        closing(sqlite3.connect(folder / "cequiz.db")) as driver,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        driver.execute(f"DELETE FROM {table}")


def test_tombstones_themselves_cannot_be_changed_or_deleted(after: Before, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(after.folder, folder)
    with closing(sqlite3.connect(folder / "cequiz.db")) as driver:
        for deed in ("DELETE FROM tombstone", "UPDATE tombstone SET reason = 'x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                driver.execute(deed)


def _rows_of(driver: sqlite3.Connection, student: str) -> None:
    """Delete a student's records as a purge does, but for the tombstones."""
    attempts = "SELECT id FROM attempt WHERE student_id = ?"
    awards = "SELECT id FROM award WHERE student_id = ?"
    numbers = f"SELECT number FROM certificate WHERE award_id IN ({awards})"
    for table, where in (
        ("answer", f"attempt_id IN ({attempts})"),
        ("heartbeat", f"attempt_id IN ({attempts})"),
        ("score", f"attempt_id IN ({attempts})"),
        ("attempt_event", f"attempt_id IN ({attempts})"),
        ("attempt", "student_id = ?"),
        ("certificate_standing", f"number IN ({numbers})"),
        ("certificate_proof", f"number IN ({numbers})"),
        ("certificate_status", f"number IN ({numbers})"),
        ("certificate", f"award_id IN ({awards})"),
    ):
        driver.execute(f"DELETE FROM {table} WHERE {where}", (student,))


def test_records_that_were_deleted_without_a_tombstone_are_missed(after: Before, tmp_path: Path) -> None:
    """Of the first in every chain, beside those that were lawfully purged; the attempt shows with anchors only."""
    folder = tamper(after.folder, tmp_path, lambda driver: _rows_of(driver, after.people["Anaximandra"]))
    assert found(verify(folder)) == {"score": 1, "certificate": 1, "certificate_status": 1}
    assert "anchor" in found(verify(folder, after.anchors))


def test_a_tombstone_that_was_written_without_the_key_covers_nothing(before: Before, tmp_path: Path) -> None:
    """Whoever owns the file writes tombstones, a purge into the audit record, and mends every head."""

    def forge(driver: sqlite3.Connection) -> None:
        student = before.people["Berengaria"]
        place = 0
        for chain in ("score", "certificate", "certificate_status"):
            where = {
                "score": "attempt_id IN (SELECT id FROM attempt WHERE student_id = ?)",
                "certificate": "award_id IN (SELECT id FROM award WHERE student_id = ?)",
                "certificate_status": "number IN (SELECT number FROM certificate JOIN award"
                " ON award.id = award_id WHERE student_id = ?)",
            }[chain]
            seq, prior, last = driver.execute(
                f"SELECT seq, prev_hash, hash FROM {chain} WHERE {where}", (student,)
            ).fetchone()
            place += 1
            driver.execute(
                "INSERT INTO tombstone VALUES (?, ?, ?, ?, ?, ?, '', '{}', 'r', 'a', 0, zeroblob(32), zeroblob(32))",
                (place, chain, seq, seq, prior, last),
            )
        driver.execute("INSERT INTO chain_head VALUES ('tombstone', ?, zeroblob(32))", (place,))
        _rows_of(driver, student)

    told = found(verify(tamper(before.folder, tmp_path, forge)))
    assert {chain: told[chain] for chain in ("score", "certificate", "certificate_status")} == {
        "score": 2,
        "certificate": 2,
        "certificate_status": 2,
    }
    assert told["tombstone"] in {1, 3}


def test_a_tombstone_that_was_moved_to_another_chain_is_found(after: Before, tmp_path: Path) -> None:
    def move(driver: sqlite3.Connection) -> None:
        assert driver.execute("UPDATE tombstone SET chain = 'certificate_status' WHERE chain = 'score'").rowcount == 2

    told = found(verify(tamper(after.folder, tmp_path, move)))
    assert "tombstone" in told and "score" in told


def test_a_tombstone_that_was_widened_to_cover_more_is_found(after: Before, tmp_path: Path) -> None:
    def widen(driver: sqlite3.Connection) -> None:
        score = driver.execute("SELECT hash FROM score WHERE seq = 3").fetchone()[0]
        driver.execute("UPDATE tombstone SET last = 3, after = ? WHERE chain = 'score' AND first = 2", (score,))
        driver.execute("DELETE FROM score WHERE seq = 3")

    told = found(verify(tamper(after.folder, tmp_path, widen)))
    assert "tombstone" in told and told["score"] == 1


def test_tombstones_that_were_deleted_are_missed_also_when_the_head_was_mended(after: Before, tmp_path: Path) -> None:
    """The last one stands for a person and for no chain: nothing but the audit record knows of it."""

    def cut(driver: sqlite3.Connection) -> None:
        driver.execute("DELETE FROM tombstone WHERE seq = (SELECT max(seq) FROM tombstone)")
        driver.execute(
            "UPDATE chain_head SET (seq, hash) = (SELECT seq, hash FROM tombstone ORDER BY seq DESC LIMIT 1)"
            " WHERE chain = 'tombstone'"
        )

    report = verify(tamper(after.folder, tmp_path, cut))
    assert [(one.chain, one.words) for one in report.findings] == [
        ("tombstone", "the audit record speaks of 10 tombstones, there are 9")
    ]


def test_all_tombstones_deleted_leave_holes_in_every_chain(after: Before, tmp_path: Path) -> None:
    def wipe(driver: sqlite3.Connection) -> None:
        driver.execute("DELETE FROM tombstone")
        driver.execute("DELETE FROM chain_head WHERE chain = 'tombstone'")

    assert found(verify(tamper(after.folder, tmp_path, wipe))) == {
        "score": 2,
        "certificate": 2,
        "certificate_status": 2,
        "tombstone": 0,
    }


def test_records_that_came_back_after_their_purge_are_found(
    before: Before,
    after: Before,
    tmp_path: Path,
) -> None:
    def bring_back(driver: sqlite3.Connection) -> None:
        driver.execute("ATTACH ? AS old", (str(before.folder / "cequiz.db"),))
        driver.execute("PRAGMA foreign_keys = 0")
        for table in ("attempt", "attempt_event", "answer", "score", "certificate", "certificate_status"):
            driver.execute(f"INSERT OR IGNORE INTO main.{table} SELECT * FROM old.{table}")
        driver.execute("DETACH old")

    told = verify(tamper(after.folder, tmp_path, bring_back))
    again = [one for one in told.findings if one.words.endswith("was purged, and is there again")]
    assert len(again) == 2 + 3


def test_a_purge_takes_the_persons_lines_out_of_what_was_reported_to_boards(before: Before, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(before.folder, folder)
    with opened(folder, at=LATER) as ports:
        with ports.store.write() as unit:
            awards = unit.awards.all()
            made = ReportBatch(
                id="B-1",
                kind="ce-broker",
                body={"lines": [[one.student_id] for one in awards]},
                actor="a",
                made_at=LATER,
            )
            lines = [Reported(batch_id="B-1", award_id=one.id, licence="FL:MA1") for one in awards]
            unit.batches.add(made, lines)
        gone = before.people["Berengaria"]
        retaining.purge(ports, student=gone, reason="the years are over", actor="lee")
        with ports.store.read() as unit:
            kept = unit.batches.get("B-1")
            assert kept is not None
            assert kept.body["lines"] == [[one.student_id] for one in awards if one.student_id != gone]
            assert len(unit.batches.lines("B-1")) == 3
    assert care.check(folder / "cequiz.db").sound


def test_a_purge_takes_those_who_were_merged_into_the_person_too(before: Before, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(before.folder, folder)
    clock = FakeClock(LATER)
    with opened(folder, at=LATER) as ports:
        renamed = replace(ports, ids=_Ids(), clock=clock)
        twin = register(renamed, name="Berengaria the Twin", email="twin@example.org", actor="test")
        grant(renamed, student_id=twin.id, profile=Accommodation(breaks=True), reason="Berengarias letter", actor="lee")
        merging.merge(renamed, from_id=twin.id, into_id=before.people["Berengaria"], reason="added twice", actor="lee")
        assert ports.store.verify_chains(anchors=before.anchors).findings == ()
        clock.advance(timedelta(days=366 * 9))
        retaining.purge(renamed, student=before.people["Berengaria"], reason="the years are over", actor="lee")
        assert ports.store.verify_chains(anchors=before.anchors).findings == ()
        with ports.store.read() as unit:
            assert unit.retention.purged() == {twin.id, before.people["Berengaria"]}
            row = unit.students.get(twin.id)
            assert row is not None and (row.name, row.email) == ("purged", "")
            assert not unit.accommodations.all(twin.id)
