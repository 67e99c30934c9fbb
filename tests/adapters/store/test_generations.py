"""A store of an older cequiz: it is brought up to date with everything in it, and a copy of it is kept.

Each `generation-N.cequiz-backup` was written by the program of that generation: two attempts of one student, one of
them handed in, scored, awarded and certified; in the first with a challenge in it, in the second with an enrolment, an
evaluation, a provider and something of every table that came with it; in the fourth with an office, a merge, a hold
and a purge; in the fifth with a visit.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cequiz.adapters.store import care, migrate
from cequiz.adapters.store.backup import back_up, restore
from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.glance import SqliteGlance
from cequiz.domain.exam.events import EventKind
from cequiz.errors import WrongState
from cequiz.services.ports import AuditRecord
from tests.adapters.store.test_schema import objects
from tests.builders import NOON, bank, course
from tests.contract.test_batches import BATCH
from tests.contract.test_office import ADA, CODE, PROPOSAL
from tests.contract.test_records import AWARD, PROOF, SCORE, certificate
from tests.contract.test_room import BEAT, CARD, GRANTED, MISS, PRACTISED
from tests.contract.test_visits import VISIT
from tests.papers import SCHOOL
from tests.storing import answer, begin, open_store

FIRST = Path(__file__).with_name("generation-1.cequiz-backup")
SECOND = Path(__file__).with_name("generation-2.cequiz-backup")
THIRD = Path(__file__).with_name("generation-3.cequiz-backup")
FOURTH = Path(__file__).with_name("generation-4.cequiz-backup")
FIFTH = Path(__file__).with_name("generation-5.cequiz-backup")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home with a store of generation 1."""
    folder = tmp_path / "home"
    restore(FIRST, folder, at=NOON)
    assert migrate.generation(folder / "cequiz.db") == 1
    return folder


def test_a_backup_of_generation_1_is_restored_and_nothing_in_it_is_lost(home: Path) -> None:
    with open_store(home) as store:
        assert store.verify_chains().findings == ()
        with store.read() as unit:
            assert unit.banks.get("sample", "1") == bank()
            assert unit.courses.get("course", "1") == course()
            assert [event.kind for event in unit.attempts.events("A-1")][-2:] == [
                EventKind.CHALLENGED,
                EventKind.SUBMITTED,
            ]
            assert unit.scores.latest("A-1") == SCORE
            assert unit.awards.all() == (AWARD,)
            assert unit.certificates.get("CQ-2026-000001") == certificate()
            assert [event.attempt_id for event in unit.attempts.of_kind(EventKind.CHALLENGED)] == ["A-1"]
            assert unit.accommodations.latest("S-1") is None
        store.append(answer(1, attempt="A-2"), expected_seq=2)


def test_what_generation_2_adds_can_be_written_into_a_migrated_store(home: Path) -> None:
    with open_store(home) as store:
        with store.write() as unit:
            unit.heartbeats.beat(BEAT)
            unit.accommodations.add(GRANTED)
            unit.queue.add_near_miss(MISS)
            unit.practices.add(PRACTISED, CARD)
        with store.read() as unit:
            assert unit.heartbeats.last("A-1") == BEAT
            assert unit.accommodations.latest("S-1") == GRANTED
            assert list(unit.queue.near_misses()) == [MISS]
            assert list(unit.practices.cards("S-1", "course")) == [CARD]


def test_a_migrated_store_has_the_schema_of_a_new_one(home: Path, tmp_path: Path) -> None:
    homes = {"first": home, "new": tmp_path / "new"}
    for name, backup in (("second", SECOND), ("third", THIRD), ("fourth", FOURTH), ("fifth", FIFTH)):
        homes[name] = tmp_path / name
        restore(backup, homes[name], at=NOON)
    found = {}
    for name, folder in homes.items():
        open_store(folder).close()
        with closing(sqlite3.connect(folder / "cequiz.db")) as driver:
            found[name] = objects(driver)
    assert all(schema == found["new"] for schema in found.values())


def test_a_store_of_generation_2_keeps_everything_and_takes_a_second_cycle(tmp_path: Path) -> None:
    home = tmp_path / "second"
    restore(SECOND, home, at=NOON)
    assert migrate.generation(home / "cequiz.db") == 2
    with open_store(home) as store:
        assert store.verify_chains().findings == ()
        with store.read() as unit:
            assert unit.awards.all() == (AWARD,)
            assert unit.certificates.get("CQ-2026-000001") == certificate()
            assert unit.certificates.all()[0].facts.digest() == certificate().facts.digest()
            assert unit.providers.get() == SCHOOL
            enrolment, given = unit.enrolments.get("S-1", "course"), unit.evaluations.get("S-1", "course")
            assert list(unit.practices.cards("S-1", "course")) == [CARD]
        assert enrolment is not None
        assert (enrolment.cycle, enrolment.earlier) == (1, {})
        assert given is not None
        assert (given.cycle, given.answers) == (1, {"clear": 4})
        with store.write() as unit:
            unit.enrolments.renew(replace(enrolment, cycle=2, earlier={"quiz": 2}))
            unit.evaluations.add(replace(given, cycle=2))
            unit.awards.add(replace(AWARD, id="W-2", cycle=2))
            unit.certificates.add(replace(certificate("CQ-2026-000002"), award_id="W-2", proof=PROOF), actor="a")
        with pytest.raises(WrongState), store.write() as unit:
            unit.awards.add(replace(AWARD, id="W-3", cycle=2))
    assert care.check(home / "cequiz.db").sound


def test_a_store_of_generation_3_keeps_everything_and_can_be_searched(tmp_path: Path) -> None:
    home = tmp_path / "third"
    restore(THIRD, home, at=NOON)
    assert migrate.generation(home / "cequiz.db") == 3
    with open_store(home) as store:
        assert store.verify_chains().findings == ()
        with store.read() as unit:
            assert [one.id for one in unit.awards.all()] == [AWARD.id, "W-2"]
            signed = unit.certificates.get("CQ-2026-000002")
            enrolment = unit.enrolments.get("S-1", "course")
    assert signed is not None
    assert signed.proof == PROOF
    assert enrolment is not None
    assert (enrolment.cycle, enrolment.delivery) == (2, "")
    with closing(sqlite3.connect(home / "cequiz.db")) as driver:
        sought = driver.execute("SELECT sort_name, sought FROM student").fetchall()
        standing = driver.execute(
            "SELECT number, status, holder FROM certificate_standing ORDER BY position"
        ).fetchall()
    assert [one[0] in one[1] for one in sought] == [True] * len(sought)
    name = certificate().facts.student_name
    assert standing == [("CQ-2026-000001", "issued", name), ("CQ-2026-000002", "issued", name)]
    assert care.check(home / "cequiz.db").sound


def test_a_store_of_generation_4_keeps_its_office_and_takes_visits(tmp_path: Path) -> None:
    home = tmp_path / "fourth"
    restore(FOURTH, home, at=NOON)
    assert migrate.generation(home / "cequiz.db") == 4
    with open_store(home) as store:
        assert store.verify_chains().findings == ()
        with store.read() as unit:
            locked = unit.staff.failures("staff:ada office")
            assert unit.staff.get(ADA.id) == ADA
            assert unit.codes.users(CODE.code) == ("S-7",)
            assert unit.proposals.get(PROPOSAL.id) == PROPOSAL
            assert unit.retirements.retired("bank") == {("sample", "1")}
            assert [one.id for one in unit.batches.all()] == [BATCH.id]
            assert unit.students.once_until("S-7") == NOON + timedelta(hours=24)
            assert unit.retention.held() == {"S-7"}
            assert [one.from_id for one in unit.merges.all()] == ["S-8"]
            assert unit.retention.purged() == {"S-9"}
        assert locked is not None
        assert locked.count == 5
        with store.write() as unit:
            unit.visits.add(VISIT)
            unit.door.know("S-7", "tag", at=NOON)
        with store.read() as unit:
            assert unit.visits.get(VISIT.token_hash) == VISIT
            assert unit.door.knows("S-7", "tag")
    assert care.check(home / "cequiz.db").sound


def test_a_store_of_generation_5_keeps_visits_and_lets_a_purge_take_words_out(tmp_path: Path) -> None:
    home = tmp_path / "fifth"
    restore(FIFTH, home, at=NOON)
    assert migrate.generation(home / "cequiz.db") == 5
    with open_store(home) as store:
        assert store.verify_chains().findings == ()
        with store.read() as unit:
            assert unit.visits.get(VISIT.token_hash) == VISIT
            assert unit.retention.purged() == {"S-9"}
            held = [one for one in unit.retention.holds() if one.student_id == "S-7"]
        with store.write() as unit:
            left = unit.retention.purge("S-7", reason="why", actor="lee", at=NOON)
            details = {"tombstones": len(left)}
            unit.audit.add(AuditRecord(at=NOON, actor="lee", deed="retention.purged", subject="S-7", details=details))
        with store.read() as unit:
            assert [one.reason for one in held] != ["purged"]
            assert {one.reason for one in unit.retention.holds() if one.student_id == "S-7"} == {"purged"}
        assert store.verify_chains().findings == ()
    assert care.check(home / "cequiz.db").sound


def test_an_older_store_is_sound_as_it_is_and_upgraded_after_a_copy(home: Path) -> None:
    database = home / "cequiz.db"
    before = care.check(database)
    assert (before.generation, before.problems) == (1, ("The database writes in the mode delete, not in wal.",))
    with pytest.raises(WrongState, match="older"):
        SqliteGlance(database).home("S-1")
    done = care.upgrade(database, key_path=home / "keys" / "store.key")
    assert (done.before, done.after) == (1, GENERATION)
    assert done.copy is not None
    assert migrate.generation(done.copy) == 1
    after = care.check(database)
    assert (after.sound, after.generation) == (True, GENERATION)
    assert len(SqliteGlance(database).home("S-1").attempts) == 2


def test_a_backup_of_a_migrated_store_is_one_of_this_generation(home: Path, tmp_path: Path) -> None:
    with open_store(home) as store, store.write() as unit:
        unit.accommodations.add(GRANTED)
    made = back_up(home, tmp_path / "new.cequiz-backup", at=NOON)
    other = tmp_path / "other"
    assert restore(made.path, other, at=NOON).records == made.records
    with open_store(other) as store, store.read() as unit:
        assert unit.accommodations.latest("S-1") == GRANTED


def test_an_older_store_whose_protection_is_missing_gets_it_back(home: Path) -> None:
    database = home / "cequiz.db"
    with closing(sqlite3.connect(database)) as driver:
        driver.execute("DROP TRIGGER score_no_update")
    assert any("score_no_update" in problem for problem in care.check(database).problems)
    with open_store(home) as store:
        begin(store, "A-3", number=3)
    assert care.check(database).sound
