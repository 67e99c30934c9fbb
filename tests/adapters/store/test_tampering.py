"""What tampering with the file is found: by the chains alone, and with anchors that were kept outside.

Each row is a way to tamper. Whoever tampers has dropped the triggers first: they own the file. The last rows need
the anchors; without them they are not found, and `docs/storage.md` says so.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.adapters.keys import load_key
from cequiz.adapters.store import chains, mapping, triggers
from cequiz.adapters.store.glance import SqliteGlance
from cequiz.domain.chain import START, link
from cequiz.domain.exam.attempt import Status
from cequiz.domain.exam.events import EventKind, message
from cequiz.errors import StorageDamaged
from cequiz.services.ports import AuditRecord, CertificateStatus, ChainReport, Head, Standing, Store
from tests.builders import NOON
from tests.contract.test_records import AWARD, PDF, SCORE, certificate
from tests.figures import FIGURE
from tests.storing import DEADLINE, answer, begin, draft, open_store

Tamper = Callable[[sqlite3.Connection, bytes], object]

ANSWERS = 12


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Head, ...]]:
    """Return the folder of a store with two attempts and a record of each kind, and the anchors of that moment."""
    folder = tmp_path_factory.mktemp("original")
    with open_store(folder) as store:
        fill(store)
        return folder, tuple(store.heads())


def fill(store: Store) -> None:
    """Keep two attempts and a record of each kind."""
    for attempt, number in (("A-1", 1), ("A-2", 2)):
        begin(store, attempt, number=number)
        for place in range(ANSWERS):
            store.append(answer(place, attempt=attempt), expected_seq=place + 1)
    store.append(
        draft(EventKind.SUBMITTED, key="end"),
        expected_seq=ANSWERS + 1,
        standing=Standing(Status.SUBMITTED, DEADLINE, NOON + timedelta(minutes=1)),
    )
    with store.write() as unit:
        unit.scores.add(SCORE, actor="a", at=NOON)
        unit.scores.add(replace(SCORE, revision=2), actor="a", at=NOON)
        unit.awards.add(AWARD)
        unit.certificates.add(certificate(), actor="a")
        unit.certificates.add(certificate("CQ-2026-000002", pdf=PDF + b"2"), actor="a")
        revoked = CertificateStatus(number="CQ-2026-000001", status="revoked", reason="r", actor="a", at=NOON)
        unit.certificates.add_status(revoked)
        for subject in ("x", "y", "z"):
            unit.audit.add(AuditRecord(at=NOON, actor="a", deed="d", subject=subject))


@pytest.fixture
def kept(original: tuple[Path, tuple[Head, ...]], tmp_path: Path) -> tuple[Path, tuple[Head, ...]]:
    """Return a copy of it that may be tampered with, and the anchors."""
    shutil.copytree(original[0], tmp_path / "copy")
    return tmp_path / "copy", original[1]


def tamper(folder: Path, deed: Tamper) -> None:
    """Do it, the triggers dropped first and put back after."""
    with closing(sqlite3.connect(folder / "cequiz.db", isolation_level=None)) as driver:
        for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            driver.execute(f"DROP TRIGGER {name}")
        deed(driver, load_key(folder / "keys" / "store.key"))
        triggers.install(driver.execute)


def verify(folder: Path, anchors: tuple[Head, ...] = ()) -> ChainReport:
    with open_store(folder) as store:
        return store.verify_chains(anchors=anchors)


def rechain(driver: sqlite3.Connection, attempt: str, key: bytes) -> None:
    """Recompute an attempt's chain and its head with this key, as somebody who covers their tracks would."""
    previous, seq = START, 0
    for seq, row in enumerate(
        list(chains.named_rows(driver, "SELECT * FROM attempt_event WHERE attempt_id = ? ORDER BY seq", (attempt,))),
        start=1,
    ):
        hashed = link(key=key, previous=previous, message=message(mapping.event({**row, "seq": seq}), seq=seq))
        driver.execute(
            "UPDATE attempt_event SET seq = ?, prev_hash = ?, hash = ? WHERE attempt_id = ? AND seq = ?",
            (seq, previous, hashed, attempt, row["seq"]),
        )
        previous = hashed
    driver.execute("UPDATE attempt SET head_seq = ?, head_hash = ? WHERE id = ?", (seq, previous, attempt))


def mend_answers(driver: sqlite3.Connection) -> None:
    """Make the kept answer of the first item say what the changed event says."""
    driver.execute(
        """UPDATE answer SET response = '{"choice":"a"}' WHERE attempt_id = 'A-1' AND item = 'sample/d1-1'"""
    )


EVENT_5 = "WHERE attempt_id = 'A-1' AND seq = 5"
KEPT_10 = "WHERE attempt_id = 'A-1' AND event_seq = 10"
ZERO = hashlib.sha256(b"\0").hexdigest()
CHANGED = """UPDATE attempt_event SET payload = '{"item":"sample/d1-1","response":{"choice":"a"}}'
             WHERE attempt_id = 'A-1' AND seq = 10"""


def sql(*statements: str) -> Tamper:
    """Return the deed of these statements."""

    def deed(driver: sqlite3.Connection, _: bytes) -> None:
        for statement in statements:
            assert driver.execute(statement).rowcount > 0, statement

    return deed


def swap_events(driver: sqlite3.Connection, _: bytes) -> None:
    for old, new in ((9, 900), (10, 9), (900, 10)):
        driver.execute("UPDATE attempt_event SET seq = ? WHERE attempt_id = 'A-1' AND seq = ?", (new, old))


def without_key(driver: sqlite3.Connection, _: bytes) -> None:
    driver.execute(CHANGED)
    mend_answers(driver)
    rechain(driver, "A-1", b"guess" * 7)


def with_key(driver: sqlite3.Connection, key: bytes) -> None:
    driver.execute(CHANGED)
    mend_answers(driver)
    rechain(driver, "A-1", key)


def shorten(driver: sqlite3.Connection, _: bytes) -> None:
    """Take the last answer away and mend head and projection, which needs no key."""
    driver.execute(f"DELETE FROM attempt_event WHERE attempt_id = 'A-2' AND seq = {ANSWERS + 1}")
    driver.execute(
        f"""UPDATE attempt SET head_seq = {ANSWERS},
        head_hash = (SELECT hash FROM attempt_event WHERE attempt_id = 'A-2' AND seq = {ANSWERS}) WHERE id = 'A-2'"""
    )
    driver.execute(
        f"UPDATE answer SET event_seq = {ANSWERS + 1 - 4} WHERE attempt_id = 'A-2' AND event_seq = {ANSWERS + 1}"
    )


OTHER_KEYS = """UPDATE bank_version SET body = replace(body, '"correct":true', '"correct":false')"""


def rehash(driver: sqlite3.Connection, key: bytes) -> None:
    """Change the keys of a bank, and the hash that stands beside it."""
    sql(OTHER_KEYS)(driver, key)
    ((body,),) = driver.execute("SELECT body FROM bank_version").fetchall()
    driver.execute("UPDATE bank_version SET content_hash = ?", (mapping.content_hash(body),))


FOUND_BY_CHAINS: dict[str, tuple[str, int, Tamper]] = {
    "an answer changed": ("attempt A-1", 10, sql(CHANGED)),
    "a time changed": ("attempt A-1", 5, sql(f"UPDATE attempt_event SET at_us = 1 {EVENT_5}")),
    "an actor changed": ("attempt A-1", 5, sql(f"UPDATE attempt_event SET actor = 'x' {EVENT_5}")),
    "the clocks changed": ("attempt A-1", 5, sql(f"UPDATE attempt_event SET boot_us = 1 {EVENT_5}")),
    "a session changed": ("attempt A-1", 5, sql(f"UPDATE attempt_event SET session = 'x' {EVENT_5}")),
    "a key changed": ("attempt A-1", 5, sql(f"UPDATE attempt_event SET idem_key = 'x' {EVENT_5}")),
    "spaces put into a payload": (
        "attempt A-1",
        5,
        sql(f"UPDATE attempt_event SET payload = ' ' || payload {EVENT_5}"),
    ),
    "a payload made unreadable": ("attempt A-1", 0, sql(f"UPDATE attempt_event SET payload = '{{' {EVENT_5}")),
    "an unknown kind": ("attempt A-1", 0, sql(f"UPDATE attempt_event SET kind = 'x' {EVENT_5}")),
    "a payload that is no text": (
        "attempt A-1",
        0,
        sql(f"UPDATE attempt_event SET payload = CAST(x'ff' AS TEXT) {EVENT_5}"),
    ),
    "a payload without end": ("attempt A-1", 0, sql(f"UPDATE attempt_event SET payload = '{'[' * 99_999}' {EVENT_5}")),
    "a time that no clock shows": ("attempt A-1", 0, sql(f"UPDATE attempt_event SET at_us = {2**62} {EVENT_5}")),
    "an audit record that is no text": ("audit_record", 1, sql("UPDATE audit_record SET actor = CAST(x'ff' AS TEXT)")),
    "an audit record of no time": ("audit_record", 1, sql(f"UPDATE audit_record SET at_us = {2**62}")),
    "a head that is a number": ("attempt A-2", ANSWERS + 1, sql("UPDATE attempt SET head_hash = 9 WHERE id = 'A-2'")),
    "an event deleted": ("attempt A-1", 7, sql("DELETE FROM attempt_event WHERE attempt_id = 'A-1' AND seq = 7")),
    "two events swapped": ("attempt A-1", 9, swap_events),
    "the last event deleted": ("attempt A-1", ANSWERS + 1, sql("DELETE FROM attempt_event WHERE kind = 'submitted'")),
    "an attempt taken from the list": ("attempt A-2", 0, sql("DELETE FROM attempt WHERE id = 'A-2'")),
    "a chain recomputed without the key": ("attempt A-1", 1, without_key),
    "a kept answer changed": ("attempt A-1", 10, sql(f"UPDATE answer SET response = 'x' {KEPT_10}")),
    "a kept answer deleted": ("attempt A-1", 10, sql(f"DELETE FROM answer {KEPT_10}")),
    "a kept answer added": ("attempt A-1", 0, sql("INSERT INTO answer VALUES ('A-1', 'sample/zzz', 3, '{}')")),
    "a deadline changed": (
        "attempt A-2",
        ANSWERS + 1,
        sql("UPDATE attempt SET deadline_us = deadline_us + 1 WHERE id = 'A-2'"),
    ),
    "a status changed": ("attempt A-1", ANSWERS + 2, sql("UPDATE attempt SET status = 'open' WHERE id = 'A-1'")),
    "an attempt given to somebody else": ("attempt A-2", 1, sql("UPDATE attempt SET exam_id = 'x' WHERE id = 'A-2'")),
    "a score changed": ("score", 1, sql("UPDATE score SET earned = '4' WHERE revision = 1")),
    "a pass changed": ("score", 2, sql("UPDATE score SET passed = 1 - passed WHERE revision = 2")),
    "a score deleted": ("score", 1, sql("DELETE FROM score WHERE revision = 1")),
    "the last score deleted": ("score", 1, sql("DELETE FROM score WHERE revision = 2")),
    "a printed fact changed": (
        "certificate",
        1,
        sql("UPDATE certificate SET facts = replace(facts, 'ë', 'e') WHERE seq = 1"),
    ),
    "a PDF changed": ("certificate", 2, sql("UPDATE certificate SET pdf = x'00' WHERE seq = 2")),
    "a PDF and its hash changed": ("certificate", 1, sql(f"UPDATE certificate SET pdf = x'00', sha256 = '{ZERO}'")),
    "a revocation taken back": ("certificate_status", 2, sql("DELETE FROM certificate_status WHERE seq = 3")),
    "a status made milder": ("certificate_status", 3, sql("UPDATE certificate_status SET status = 'x' WHERE seq = 3")),
    "an audit record changed": ("audit_record", 4, sql("UPDATE audit_record SET actor = 'b' WHERE subject = 'y'")),
    "an audit record deleted": ("audit_record", 4, sql("DELETE FROM audit_record WHERE subject = 'y'")),
    "a head taken away": ("audit_record", 5, sql("DELETE FROM chain_head WHERE chain = 'audit_record'")),
    "the keys of a bank changed": ("bank sample 1", 0, sql(OTHER_KEYS)),
    "the keys of a bank and its hash changed": ("bank sample 1", 0, rehash),
    "the pass mark of a course changed": (
        "course course 1",
        0,
        sql("""UPDATE course_version SET body = replace(body, '"pass_mark":"75"', '"pass_mark":"5"')"""),
    ),
    "a bank that nobody loaded": (
        "bank sample 1b",
        0,
        sql(
            "INSERT INTO bank_version (bank_id, version, title, language, content_hash, questions, body, loaded_us)"
            " SELECT bank_id, '1b', title, language, content_hash, questions, body, loaded_us FROM bank_version"
        ),
    ),
    "a bank taken away": ("bank sample 1", 0, sql("DELETE FROM bank_version")),
    "a bank that is a number": ("bank sample 1", 0, sql("UPDATE bank_version SET body = 7, content_hash = NULL OR 7")),
}

FOUND_WITH_ANCHORS: dict[str, tuple[int, Tamper]] = {
    "the last answer deleted and the head mended": (ANSWERS + 1, shorten),
    "an attempt deleted without a trace": (
        ANSWERS + 1,
        sql(
            "DELETE FROM answer WHERE attempt_id = 'A-2'",
            "DELETE FROM attempt_event WHERE attempt_id = 'A-2'",
            "DELETE FROM attempt WHERE id = 'A-2'",
        ),
    ),
    "a chain recomputed with the key": (ANSWERS + 2, with_key),
    "the last audit record deleted and the head mended": (
        5,
        sql(
            "UPDATE chain_head SET seq = 4, hash = (SELECT hash FROM audit_record WHERE seq = 4)"
            " WHERE chain = 'audit_record'",
            "DELETE FROM audit_record WHERE seq = 5",
        ),
    ),
}


@pytest.mark.parametrize("name", FOUND_BY_CHAINS)
def test_the_chains_find_it_and_say_where(kept: tuple[Path, tuple[Head, ...]], name: str) -> None:
    folder, _ = kept
    assert verify(folder).findings == ()
    chain, place, deed = FOUND_BY_CHAINS[name]
    tamper(folder, deed)
    found = {finding.chain: finding for finding in verify(folder).findings}
    assert chain in found
    assert found[chain].place == place, found[chain].words
    assert found[chain].words


@pytest.mark.parametrize("name", FOUND_WITH_ANCHORS)
def test_only_anchors_find_it(kept: tuple[Path, tuple[Head, ...]], name: str) -> None:
    folder, anchors = kept
    assert verify(folder, anchors).findings == ()
    place, deed = FOUND_WITH_ANCHORS[name]
    tamper(folder, deed)
    assert verify(folder).findings == ()  # documented: not found without anchors
    (finding,) = verify(folder, anchors).findings
    assert (finding.chain, finding.place) == ("anchor", place)


def test_a_changed_bank_or_course_is_refused_where_it_is_used(kept: tuple[Path, tuple[Head, ...]]) -> None:
    folder, _ = kept
    tamper(folder, sql(OTHER_KEYS, "UPDATE course_version SET body = replace(body, 'course', 'curse')"))
    with open_store(folder) as store, store.read() as unit:
        reads: dict[Callable[[], object], str] = {
            lambda: unit.banks.get("sample", "1"): "bank sample 1",
            lambda: unit.banks.latest("sample"): "bank sample 1",
            lambda: unit.courses.get("course", "1"): "course course 1",
            lambda: unit.courses.latest("course"): "course course 1",
        }
        for read, name in reads.items():
            with pytest.raises(StorageDamaged, match=f"stored {name} was changed") as caught:
                read()
            assert "audit verify" in caught.value.hint
    with pytest.raises(StorageDamaged, match="stored course course 1 was changed"):
        SqliteGlance(folder / "cequiz.db").home(None)


def test_a_picture_that_was_exchanged_is_found(kept: tuple[Path, tuple[Head, ...]]) -> None:
    folder, _ = kept
    with open_store(folder) as store, store.write() as unit:
        unit.figures.add(FIGURE)
    assert verify(folder).findings == ()
    tamper(folder, sql("UPDATE figure SET content = x'00'"))
    (finding,) = verify(folder).findings
    assert finding.chain == f"figure {FIGURE.sha256}"


def test_missing_protection_is_part_of_the_report(kept: tuple[Path, tuple[Head, ...]]) -> None:
    folder, _ = kept
    with closing(sqlite3.connect(folder / "cequiz.db")) as driver:
        driver.execute("DROP TRIGGER attempt_event_no_delete")
    (finding,) = verify(folder).findings
    assert finding.chain == "triggers"
    assert "attempt_event_no_delete" in finding.words


def test_every_chain_reports_its_own_first_difference(kept: tuple[Path, tuple[Head, ...]]) -> None:
    folder, anchors = kept
    names = ["an answer changed", "an event deleted", "a score changed", "a PDF changed", "an audit record deleted"]
    for name in names:
        tamper(folder, FOUND_BY_CHAINS[name][2])
    report = verify(folder, anchors)
    assert [(finding.chain, finding.place) for finding in report.findings] == [
        ("attempt A-1", 7),
        ("score", 1),
        ("certificate", 2),
        ("audit_record", 4),
    ]
    assert (report.chains, report.records) == (6, 26 + 2 + 2 + 3 + 4)  # the rest is counted all the same
