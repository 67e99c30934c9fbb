"""After a purge nobody finds the person: in no table, in no file of the house, but in the copies that were named."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cequiz.adapters.house_files import FolderFiles
from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.spreadsheets import lines_xls
from cequiz.adapters.store import care
from cequiz.adapters.store.backup import back_up
from cequiz.bootstrap import roster_csv
from cequiz.domain.canonical import Json
from cequiz.domain.people.accommodation import Accommodation
from cequiz.domain.people.student import Licence
from cequiz.errors import InvalidText, NotAllowed
from cequiz.frontends.report_files import save_pdf
from cequiz.paths import bundled
from cequiz.services import (
    admitting,
    correcting,
    merging,
    messaging,
    queueing,
    retaining,
    rolling,
    timing,
    transcribing,
)
from cequiz.services.accommodating import grant
from cequiz.services.enrolling import register
from cequiz.services.evaluating import evaluate
from cequiz.services.loading import load
from cequiz.services.ports import AuditRecord, FileKind, Ports, ReportBatch, Reported
from cequiz.services.queueing import Outcome
from cequiz.services.starting import start
from tests.builders import NOON, bank, course
from tests.fakes import FakeClock
from tests.services.earned import audit, earn, issue, join, set_school
from tests.storing import open_store

NAMES = ("Theodelinda Quarles", "Theodelinda Quarles-Whitby", "Tedda Quarles")
EMAILS = ("theodelinda@example.org", "quarles@example.org", "tedda@example.org")
NUMBERS = ("MA777123", "MA777124", "NY-990-55")
WORDS = (*NAMES, *EMAILS, *NUMBERS)
ABOUT = f"{NAMES[0]} wrote from {EMAILS[0]}"
"""What somebody types who forgets that reasons stay."""

WHY = "the years are over"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def house(ports: Ports, home: Path) -> Iterator[Ports]:
    """Return ports with a store and a folder of files in one home."""
    with open_store(home) as store:
        made = replace(
            ports, store=store, folder=home / "certificates", files=FolderFiles(home, backups=home / "backups")
        )
        load(made, banks=[bank()], courses=[course()], actor="test")
        set_school(made)
        yield made


def live(ports: Ports, clock: FakeClock) -> str:
    """Let somebody go through everything that leaves words behind, and return the id."""
    who = join(ports, name=NAMES[0], email=EMAILS[0])
    rolling.correct(ports, student_id=who, licences=[Licence("FL", NUMBERS[0])], actor="lee")
    grant(ports, student_id=who, profile=Accommodation(breaks=True), reason=ABOUT, actor="lee")
    sitting = start(ports, student_id=who, exam_ref="course/quiz", attested=True, actor="test")
    attempt = sitting.attempt.id
    sitting.challenge(sitting.attempt.form.items[0].key, reason=ABOUT)
    timing.adjust_time(ports, attempt_id=attempt, amount=timedelta(minutes=1), reason=ABOUT, actor="lee")
    messaging.message(ports, attempt_id=attempt, text=ABOUT, actor="lee")
    for item in sitting.attempt.form.items:
        sitting.answer(item.key, {"choice": "b"})
    sitting.submit()
    (entry,) = queueing.entries(ports)
    queueing.decide(ports, entry_id=entry.id, outcome=Outcome.DECLINED, note=ABOUT, actor="lee")
    evaluate(ports, student_id=who, course_id="course", answers=None, actor="test")
    paper = issue(ports, who)
    licences = [Licence("FL", NUMBERS[1])]
    rolling.correct(ports, student_id=who, name=NAMES[1], email=EMAILS[1], licences=licences, reason=ABOUT, actor="lee")
    correcting.correct(ports, paper.number, actor="lee")
    clock.advance(timedelta(hours=1))
    other = register(ports, name=NAMES[2], email=EMAILS[2], licences=[Licence("NY", NUMBERS[2])], actor="test")
    merging.merge(ports, from_id=other.id, into_id=who, reason=f"{NAMES[2]} was added twice", actor="lee")
    retaining.hold(ports, student=who, reason=ABOUT, actor="lee")
    retaining.lift(ports, student=who, reason=ABOUT, actor="lee")
    with pytest.raises(NotAllowed):
        admitting.sign_in(ports, name=EMAILS[1], passphrase="a door that is not theirs")
    return who


def report(ports: Ports, home: Path, who: str, other: str) -> None:
    """Leave what reports leave: a batch for a board, and files."""
    lines = [["1", NAMES[0], "16", NUMBERS[0]], ["2", "Somebody Else", "16", "MA1"]]
    with ports.store.write() as unit:
        awards = {one.student_id: one.id for one in unit.awards.all()}
        body: dict[str, Json] = {
            "lines": [list[Json](one) for one in lines],
            "notes": [f"FL:{NUMBERS[0]} does not look like a licence of FL.", "one more"],
        }
        unit.batches.add(
            ReportBatch(id="B-1", kind="ce-broker", body=body, actor="lee", made_at=NOON),
            [
                Reported(batch_id="B-1", award_id=awards[who], licence=f"FL:{NUMBERS[0]}"),
                Reported(batch_id="B-1", award_id=awards[other], licence="FL:MA1"),
            ],
        )
    folder = home / "reports"
    folder.mkdir()
    (folder / "ce-broker-B-1.csv").write_text(roster_csv(lines), encoding="utf-8")
    (folder / "ce-broker-B-1.xls").write_bytes(lines_xls(lines, sheet="Roster"))
    (folder / "of-others.csv").write_text("Somebody Else", encoding="utf-8")
    drawn = replace(ports, press=ReportLabPress(bundled("certificates")))
    save_pdf(folder / f"transcript-{who}.pdf", drawn, *transcribing.reports(transcribing.transcript(ports, who)))


def rows(database: Path) -> str:
    """Return every cell of every table as text."""
    with closing(sqlite3.connect(database)) as driver:
        driver.text_factory = bytes
        tables = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return "\n".join(str(row) for (name,) in tables for row in driver.execute(f"SELECT * FROM {name.decode()}"))


def files_naming(home: Path) -> set[str]:
    """Return the files in which one of the words stands, in whatever letters."""
    return {
        path.relative_to(home).as_posix()
        for path in home.rglob("*")
        if path.is_file() and any(word.lower().encode() in path.read_bytes().lower() for word in WORDS)
    }


def test_no_table_and_no_file_of_the_house_knows_the_person_any_more(
    house: Ports, home: Path, clock: FakeClock
) -> None:
    who = live(house, clock)
    other = join(house, name="Somebody Else", email="else@example.org")
    earn(house, other)
    issue(house, other)
    report(house, home, who, other)
    assert all(word in rows(home / "cequiz.db") for word in WORDS)
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)
    done = retaining.purge(house, student=who, reason=WHY, actor="lee")
    assert {path.name for path in done.files if path.parent.name == "reports"} == {
        "ce-broker-B-1.csv",
        "ce-broker-B-1.xls",
        f"transcript-{who}.pdf",
    }
    assert [path.name for path in (home / "reports").iterdir()] == ["of-others.csv"]
    assert house.store.verify_chains().findings == ()
    with house.store.read() as unit:
        batch = unit.batches.get("B-1")
    assert batch is not None
    assert batch.body == {"lines": [["2", "Somebody Else", "16", "MA1"]], "notes": ["one more"]}
    house.store.close()
    assert not [word for word in WORDS if word.lower() in rows(home / "cequiz.db").lower()]
    assert files_naming(home) == set()
    assert care.check(home / "cequiz.db").sound


def test_the_audit_record_keeps_who_did_which_deed_when_and_loses_what_was_said_of_the_person(
    house: Ports, clock: FakeClock
) -> None:
    who = live(house, clock)
    before = audit(house)
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    after = audit(house)
    assert [_bare(one) for one in after[: len(before)]] == [_bare(one) for one in before]
    corrected = [one for one in after if one.deed == "student.corrected"]
    assert [dict(one.details) for one in corrected] == [
        {"licences": "purged"},
        {"name": "purged", "email": "purged", "licences": "purged", "reason": "purged"},
    ]
    (merged,) = (one for one in after if one.deed == "student.merged")
    assert (merged.details["into"], merged.details["reason"]) == (who, "purged")


def _bare(record: AuditRecord) -> tuple[datetime, str, str, str]:
    return record.at, record.actor, record.deed, record.subject


def test_what_a_purge_does_not_reach_is_named_and_left(house: Ports, home: Path, clock: FakeClock) -> None:
    who = live(house, clock)
    (home / "backups").mkdir()
    back_up(home, home / "backups" / "of-today.cequiz-backup", at=NOON)
    with zipfile.ZipFile(home / "audit-pack-1.zip", "w") as pack:
        pack.writestr("people.json", f'{{"name": "{NAMES[0].upper()}"}}')
    (home / "audit-pack-2.zip").write_bytes(b"PK damaged")
    (home / "cequiz.db.generation-4").write_bytes(b"")
    (home / "letters").mkdir()
    (home / "letters" / "to-the-board.txt").write_text(f"Dear Board,\n{' '.join(NAMES[1].split())}", encoding="utf-8")
    (home / "config.toml").write_text(f"# {NAMES[0]}", encoding="utf-8")
    told = [
        (one.path.relative_to(home).as_posix(), one.kind, one.read) for one in retaining.plan(house, student=who).left
    ]
    assert told == [
        ("audit-pack-1.zip", FileKind.PACK, True),
        ("audit-pack-2.zip", FileKind.PACK, False),
        ("backups/of-today.cequiz-backup", FileKind.BACKUP, False),
        ("cequiz.db.generation-4", FileKind.BEFORE, False),
        ("letters/to-the-board.txt", FileKind.OTHER, True),
    ]
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)
    assert len(retaining.purge(house, student=who, reason=WHY, actor="lee").left) == 5
    assert (home / "letters" / "to-the-board.txt").exists()


def test_somebody_whose_name_is_part_of_a_word_loses_no_files_of_others(
    house: Ports, home: Path, clock: FakeClock
) -> None:
    """Nor does somebody whose licence is the number of a provider, or a year."""
    who = join(house, name="Ana", email="ana@example.org")
    rolling.correct(house, student_id=who, licences=[Licence("GA", "12345"), Licence("TX", "2026")], actor="lee")
    (home / "reports").mkdir()
    for name, text in {"fruit.csv": "Banana, Anabel", "hers.csv": "1,ANA,2", "theirs.csv": "12345,2026"}.items():
        (home / "reports" / name).write_text(text, encoding="utf-8")
    found = retaining.plan(house, student=who)
    assert [path.name for path in found.files] == ["hers.csv"]
    assert [(one.path.name, one.read) for one in found.left] == [("theirs.csv", False)]


def test_a_note_in_a_file_without_a_line_of_the_person_goes(house: Ports, clock: FakeClock) -> None:
    who = join(house, name=NAMES[0], email=EMAILS[0])
    body: dict[str, Json] = {"lines": [], "notes": [f"{NAMES[0]} has the licence of somebody else.", "one more"]}
    with house.store.write() as unit:
        unit.batches.add(ReportBatch(id="B-1", kind="ce-broker", body=body, actor="lee", made_at=NOON), [])
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    with house.store.read() as unit:
        batch = unit.batches.get("B-1")
    assert batch is not None and batch.body["notes"] == ["one more"]


def test_when_one_file_cannot_be_removed_the_others_who_are_due_go(
    house: Ports, home: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went before the failure would be gone without having been told of."""
    (home / "reports").mkdir()
    people = {}
    for name in ("Ana", "Bela", "Cora"):
        people[name] = join(house, name=name, email=f"{name.lower()}@example.org")
        (home / "reports" / f"{name}.csv").write_text(name, encoding="utf-8")
    (home / "reports" / "Both.csv").write_text("Ana, Cora, Bela", encoding="utf-8")
    (home / "reports" / "Aaron.csv").write_text("Bela", encoding="utf-8")
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)
    remove = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == "Bela.csv":
            raise PermissionError(13, "Permission denied")
        remove(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        found = retaining.purge_due(house, reason=WHY, actor="lee")
    assert [one.kept.name for one in found.done] == ["Ana", "Cora"]
    ((kept, error),) = found.refused
    assert kept.name == "Bela"
    assert "Bela.csv cannot be removed" in error.sentence
    assert error.hint == "The records were not purged; 1 file of the person is gone already."
    with house.store.read() as unit:
        assert unit.retention.purged() == {people["Ana"], people["Cora"]}


def test_a_reason_that_would_keep_the_name_for_good_is_refused(house: Ports, clock: FakeClock) -> None:
    who = live(house, clock)
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)
    for word in WORDS:
        with pytest.raises(InvalidText, match="names the person"):
            retaining.purge(house, student=who, reason=f"asked for by {word}, today", actor="lee")
    retaining.purge(house, student=who, reason=WHY, actor="lee")


def test_words_that_were_put_back_into_the_audit_record_are_found(house: Ports, home: Path, clock: FakeClock) -> None:
    """Nor can the words of another deed be taken out, as if a purge had done it."""
    who = live(house, clock)
    clock.advance(datetime(2034, 1, 2, 12, tzinfo=UTC) - clock.read().wall)
    retaining.purge(house, student=who, reason=WHY, actor="lee")
    house.store.close()
    with closing(sqlite3.connect(home / "cequiz.db", isolation_level=None)) as driver:
        change = "UPDATE audit_record SET details = '{}' WHERE deed = ?"
        for deed in ("student.corrected", "retention.purged"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                driver.execute(change, (deed,))
        (trigger,) = driver.execute("SELECT sql FROM sqlite_master WHERE name = 'audit_record_no_update'").fetchone()
        driver.execute("DROP TRIGGER audit_record_no_update")
        driver.execute(change, ("student.merged",))
        driver.execute(trigger)
    with open_store(home) as store:
        found = [(one.chain, one.words) for one in store.verify_chains().findings]
    assert ("audit_record", "the record is not the one that a purge left") in found
