"""Holds, whose records are kept, and the purge that leaves tombstones where records were.

A tombstone is written before what it covers is deleted: the triggers let nothing else go. Out of records that stay
words about the person are taken, and tombstones say what is left of them. What was deleted is overwritten in a file of
SQLite as well (`secure_delete`); a server of PostgreSQL reuses the space when it vacuums, and
its backups keep what they have for as long as they are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cequiz.adapters.store import mapping_retention
from cequiz.adapters.store.mapping import text
from cequiz.adapters.store.repositories.base import Repository
from cequiz.adapters.store.repositories.speech import POSTGRESQL
from cequiz.adapters.store.rows import table_of
from cequiz.adapters.store.rows_office import HoldRow, TombstoneRow
from cequiz.adapters.store.triggers import BLOTTED
from cequiz.domain.canonical import Json, canonical
from cequiz.domain.chain import START
from cequiz.domain.credential import merkle
from cequiz.domain.exam.events import instant, microseconds
from cequiz.domain.people.remains import BLOT, Finder, blotted
from cequiz.domain.text import folded
from cequiz.services.ports import Hold, Holdings, Keeping, Tombstone

_PERSON = "student:"
"""Begins the chain of the tombstone that stands for a person; what has no chain of its own is covered by it."""

_HOLD = table_of(HoldRow)
_TOMBSTONE = table_of(TombstoneRow)

# Those who were merged into a student, in as many steps as it took, are the same person. The list of merges is short;
# to look for them among all students takes as long as everything else, and every statement below does it.
_CLAN = (
    "SELECT id FROM student WHERE id = :student UNION SELECT from_id FROM student_merge JOIN who ON into_id = who.id"
)
_WHO = f'WITH RECURSIVE "who"(id) AS ({_CLAN})'

_MINE = "SELECT id FROM who"
_ATTEMPTS = f"SELECT id FROM attempt WHERE student_id IN ({_MINE})"  # noqa: S608 - texts of ours, like all below
_AWARDS = f"SELECT id FROM award WHERE student_id IN ({_MINE})"  # noqa: S608
_NUMBERS = f"SELECT number FROM certificate WHERE award_id IN ({_AWARDS})"  # noqa: S608

_GOES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "answers": (("answer", f"attempt_id IN ({_ATTEMPTS})"),),
    "signs_of_life": (("heartbeat", f"attempt_id IN ({_ATTEMPTS})"),),
    "near_misses": (("near_miss", f"attempt_id IN ({_ATTEMPTS})"),),
    "scores": (("score", f"attempt_id IN ({_ATTEMPTS})"),),
    "events": (("attempt_event", f"attempt_id IN ({_ATTEMPTS})"),),
    "attempts": (("attempt", f"student_id IN ({_MINE})"),),
    "standings": (("certificate_standing", f"number IN ({_NUMBERS})"),),
    "proofs": (("certificate_proof", f"number IN ({_NUMBERS})"),),
    "statuses": (("certificate_status", f"number IN ({_NUMBERS})"),),
    "certificates": (("certificate", f"award_id IN ({_AWARDS})"),),
    "reported": (("reported", f"award_id IN ({_AWARDS})"),),
    "awards": (("award", f"student_id IN ({_MINE})"),),
    "evaluations": (("evaluation", f"student_id IN ({_MINE})"),),
    "accommodations": (("accommodation", f"student_id IN ({_MINE})"),),
    "practice": (
        ("practice_answer", f"student_id IN ({_MINE})"),
        ("practice_card", f"student_id IN ({_MINE})"),
    ),
    "enrolments": (("enrolment", f"student_id IN ({_MINE})"),),
}
"""What a purge deletes, in the order in which nothing refers to what is gone."""

_UNTOLD = {"standings", "proofs"}
"""Parts of certificates that nobody counts."""

_ABOUT = f"{_MINE} UNION {_ATTEMPTS} UNION {_AWARDS} UNION {_NUMBERS}"
"""The ids that audit records about the person name as their subject."""

_AUDIT = "audit_record"

_LAST = """
SELECT student.id AS id, student.name AS name, {greatest}(
    student.added_us,
    coalesce((SELECT max(completed_us) FROM award WHERE award.student_id = student.id), 0),
    coalesce((SELECT max(coalesce(finished_us, (SELECT at_us FROM attempt_event
        WHERE attempt_event.attempt_id = attempt.id AND attempt_event.seq = attempt.head_seq), started_us))
        FROM attempt WHERE attempt.student_id = student.id), 0),
    coalesce((SELECT max(given_us) FROM evaluation WHERE evaluation.student_id = student.id), 0),
    coalesce((SELECT max(enrolled_us) FROM enrolment WHERE enrolment.student_id = student.id), 0)
) AS last_us,
(SELECT CAST(coalesce({array}(attempt.id), '[]') AS TEXT) FROM attempt
    WHERE attempt.student_id = student.id AND attempt.status = 'open') AS running,
(SELECT CAST(coalesce({array}({pair}(award.course_id, award.course_version)), '[]') AS TEXT) FROM award
    WHERE award.student_id = student.id) AS courses
FROM student WHERE merged_into IS NULL
    AND NOT EXISTS (SELECT 1 FROM tombstone WHERE tombstone.chain = 'student:' || student.id)
"""

_SPELT = {
    "sqlite": {"greatest": "max", "array": "json_group_array", "pair": "json_array"},
    POSTGRESQL: {"greatest": "greatest", "array": "json_agg", "pair": "json_build_array"},
}
"""The names of functions in `_LAST`."""


class RetentionRepository(Repository):
    """Holds, and what stands where records were purged."""

    def hold(self, hold: Hold) -> None:
        """Keep that a hold was placed or lifted."""
        self._add(HoldRow, **mapping_retention.hold_columns(hold))

    def holds(self) -> Sequence[Hold]:
        """Return every entry, oldest first."""
        return self._many(select(_HOLD).order_by(_HOLD.c.position), mapping_retention.hold)

    def held(self) -> frozenset[str]:
        """Return the ids of the students whose records are held now."""
        newest = {one.student_id: one.placed for one in self.holds()}
        return frozenset(student for student, placed in newest.items() if placed)

    def keeping(self, student_id: str | None = None, *, before: datetime | None = None) -> Sequence[Keeping]:
        """Return whose records are kept, those that are complete for the longest time first."""
        mine = "" if student_id is None else ' AND "student".id = :student'
        early = "" if before is None else ' AND "added_us" < :before'  # nobody's records are older than they themselves
        wanted = "" if before is None else ' WHERE "last_us" < :before'
        last = _LAST.format(**_SPELT[self._connection.dialect.name])
        sql = f"SELECT * FROM ({last}{mine}{early}) AS kept{wanted} ORDER BY last_us, id"  # noqa: S608 - texts of ours
        rows = self._rows(sql, student=student_id, before=None if before is None else microseconds(before))
        return tuple(
            Keeping(
                student_id=row["id"],
                name=row["name"],
                last_at=instant(row["last_us"]),
                running=tuple(sorted(json.loads(row["running"]))),
                courses=frozenset((course, version) for course, version in json.loads(row["courses"])),
            )
            for row in rows
        )

    def holdings(self, student_id: str) -> Holdings:
        """Return what a purge of a student would remove."""
        return Holdings(
            attempts=tuple(str(row["id"]) for row in self._of(f'{_ATTEMPTS} ORDER BY "started_us", id', student_id)),
            certificates=tuple(str(row["number"]) for row in self._of(f'{_NUMBERS} ORDER BY "seq"', student_id)),
            counts={
                kind: sum(self._count(table, where, student_id) for table, where in parts)
                for kind, parts in _GOES.items()
                if kind not in _UNTOLD
            },
        )

    def purge(self, student_id: str, *, reason: str, actor: str, at: datetime) -> Sequence[Tombstone]:
        """Remove a student's records of exams, leaving tombstones in every chain, and return them."""
        buried = [
            Tombstone(**part, reason=reason, actor=actor, at=at)
            for part in (
                *self._attempts(student_id),
                *self._ranges("score", f"attempt_id IN ({_ATTEMPTS})", student_id),
                *self._certificates(student_id),
                *self._ranges("certificate_status", f"number IN ({_NUMBERS})", student_id),
                *self._blots(student_id),
                *self._people(student_id),
            )
        ]
        for one in buried:
            self._grow(TombstoneRow, **mapping_retention.tombstone_columns(one))
        for one in buried:
            self._blot(one)
        self._shorten_batches(student_id)
        for parts in _GOES.values():
            for table, where in parts:
                self._do(f"{_WHO} DELETE FROM {table} WHERE {where}", student=student_id)  # noqa: S608 - ours
        for one in buried:
            if one.chain.startswith(_PERSON):
                self._empty(one.chain.removeprefix(_PERSON))
        return tuple(buried)

    def drop_notes(self, finder: Finder) -> None:
        """Take the notes that name somebody out of what files for boards said, whoever the lines are about."""
        # Most files have no notes, and then long lists of lines need not be read.
        for row in self._rows("SELECT id, body FROM report_batch WHERE body NOT LIKE :none", none='%"notes":[]%'):
            body = json.loads(row["body"])
            notes = body.get("notes", [])
            left = [note for note in notes if not finder.finds(str(note))]
            if left != notes:
                changed = text({**body, "notes": left})
                self._do("UPDATE report_batch SET body = :body WHERE id = :batch", body=changed, batch=row["id"])

    def purged(self) -> frozenset[str]:
        """Return the ids of the students whose records were purged."""
        rows = self._rows("SELECT chain FROM tombstone WHERE chain >= 'student:' AND chain < 'student;'")
        return frozenset(str(row["chain"]).removeprefix(_PERSON) for row in rows)

    def tombstones(self) -> Sequence[Tombstone]:
        """Return every tombstone, oldest first."""
        return self._many(select(_TOMBSTONE).order_by(_TOMBSTONE.c.seq), mapping_retention.tombstone)

    def _attempts(self, student_id: str) -> Iterator[dict[str, Any]]:
        """Yield what stands for whole chains: one an attempt."""
        sql = f"SELECT id, head_seq, head_hash FROM attempt WHERE student_id IN ({_MINE}) ORDER BY started_us, id"  # noqa: S608
        for row in self._of(sql, student_id):
            yield _part(row["id"], 1, row["head_seq"], before=START, after=bytes(row["head_hash"]))

    def _ranges(self, chain: str, where: str, student_id: str) -> Iterator[dict[str, Any]]:
        """Yield what stands for runs of records in the chain of a table."""
        open_: dict[str, Any] | None = None
        sql = f"SELECT seq, prev_hash, hash FROM {chain} WHERE {where} ORDER BY seq"  # noqa: S608 - names of ours
        for row in self._of(sql, student_id):
            if open_ is not None and open_["last"] == row["seq"] - 1:
                open_ |= {"last": row["seq"], "after": bytes(row["hash"])}
                continue
            if open_ is not None:
                yield open_
            open_ = _part(chain, row["seq"], row["seq"], before=bytes(row["prev_hash"]), after=bytes(row["hash"]))
        if open_ is not None:
            yield open_

    def _certificates(self, student_id: str) -> Iterator[dict[str, Any]]:
        """Yield what stands for certificates, one each: the log of issues goes on with their leaves."""
        sql = f"""SELECT certificate.seq, certificate.number, facts, certificate.prev_hash, certificate.hash,
            status_index,
            (SELECT status FROM certificate_status AS life WHERE life.number = certificate.number
             ORDER BY life.seq DESC LIMIT 1) AS status
            FROM certificate LEFT JOIN certificate_proof ON certificate_proof.number = certificate.number
            WHERE award_id IN ({_AWARDS}) ORDER BY certificate.seq"""  # noqa: S608 - texts of ours
        for row in self._of(sql, student_id):
            kept: dict[str, Json] = {"number": row["number"], "index": row["status_index"], "status": row["status"]}
            leaf = merkle.leaf_hash(canonical(json.loads(row["facts"]))).hex()
            place, before, after = row["seq"], bytes(row["prev_hash"]), bytes(row["hash"])
            yield _part("certificate", place, place, before=before, after=after) | {"leaf": leaf, "kept": kept}

    def _people(self, student_id: str) -> Iterator[dict[str, Any]]:
        """Yield what stands for the person, and for whoever was merged into them."""
        for row in self._of("SELECT id FROM who ORDER BY id", student_id):
            yield _part(f"{_PERSON}{row['id']}", 1, 1, before=START, after=START)

    def _blots(self, student_id: str) -> Iterator[dict[str, Any]]:
        """Yield what stands for words that are taken out of records which stay."""
        found = self._of(f"SELECT * FROM audit_record WHERE subject IN ({_ABOUT}) ORDER BY seq", student_id)  # noqa: S608
        attempts = {row["id"] for row in self._of(_ATTEMPTS, student_id)}
        decided = [
            row
            for row in self._rows("SELECT position, entry, note FROM decision ORDER BY position")
            if not attempts.isdisjoint(row["entry"].split(":"))
        ]
        for entry in sorted({row["entry"] for row in decided}):
            found += self._rows("SELECT * FROM audit_record WHERE subject = :entry ORDER BY seq", entry=entry)
        for row in found:
            left = blotted(json.loads(row["details"]))
            if left is not None:
                kept: dict[str, Json] = {name: row[name] for name in ("at_us", "actor", "deed", "subject")}
                before, after = bytes(row["prev_hash"]), bytes(row["hash"])
                part = _part(_AUDIT, row["seq"], row["seq"], before=before, after=after)
                yield part | {"leaf": text(left), "kept": kept}
        for table, rows in (
            ("decision", decided),
            ("hold", self._of(f"SELECT * FROM hold WHERE student_id IN ({_MINE})", student_id)),  # noqa: S608
            ("student_merge", self._of(f"SELECT * FROM student_merge WHERE into_id IN ({_MINE})", student_id)),  # noqa: S608
        ):
            for row in rows:
                place, column = row["position"], BLOTTED[table][0]
                if row[column] not in ("", BLOT):
                    yield _part(table, place, place, before=START, after=START) | {"leaf": BLOT}

    def _blot(self, stone: Tombstone) -> None:
        """Take out of a record what its tombstone does not say of it any more; the triggers refuse everything else."""
        if stone.chain in BLOTTED:
            column, (place, *_) = BLOTTED[stone.chain]
            sql = f"UPDATE {stone.chain} SET {column} = :said WHERE {place} = :place"  # noqa: S608 - names of ours
            self._do(sql, said=stone.leaf, place=stone.first)

    def _shorten_batches(self, student_id: str) -> None:
        """Take a student's lines, and notes on them, out of what files for boards said."""
        sql = f"""SELECT DISTINCT report_batch.id, body FROM report_batch
            JOIN reported ON reported.batch_id = report_batch.id WHERE award_id IN ({_AWARDS})"""  # noqa: S608 - ours
        for row in self._of(sql, student_id):
            sql = f"""SELECT award_id IN ({_AWARDS}) AS mine, licence FROM reported
                WHERE batch_id = :batch ORDER BY position"""  # noqa: S608 - texts of ours
            body = _shortened(json.loads(row["body"]), self._of(sql, student_id, batch=row["id"]))
            self._do("UPDATE report_batch SET body = :body WHERE id = :batch", body=text(body), batch=row["id"])

    def _empty(self, student_id: str) -> None:
        """Take everything personal out of a student's row; no passphrase has the hash `!`, so nobody signs in."""
        self._do(
            "UPDATE student SET name = :name, email = '', email_folded = '', licences = :none, factor = '1',"
            " passphrase_hash = '!', once_until_us = NULL, sort_name = :name, sought = :sought WHERE id = :student",
            name=BLOT,
            none=text([]),
            sought=folded(f"{BLOT} {student_id}"),
            student=student_id,
        )

    def _count(self, table: str, where: str, student_id: str) -> int:
        rows = self._of(f"SELECT count(*) AS count FROM {table} WHERE {where}", student_id)  # noqa: S608 - names of ours
        return int(rows[0]["count"])

    def _of(self, sql: str, student_id: str, **values: object) -> list[dict[str, Any]]:
        return self._rows(f"{_WHO} {sql}", student=student_id, **values)

    def _rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        with self._translated:
            cursor = self._driver.execute(sql, values)
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _do(self, sql: str, **values: object) -> None:
        with self._translated:
            self._driver.execute(sql, values)


def _shortened(body: dict[str, Any], reported: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what a file said without the lines of one person.

    Args:
        body: what was kept of the file; one line a completion, and notes that may name licences.
        reported: each completion in its order: whether it is the person's (`mine`), and its licence with the state.
    """
    numbers = Finder(row["licence"].partition(":")[2] for row in reported if row["mine"])
    lines = body.get("lines", [])
    if len(lines) == len(reported):
        lines = [line for line, one in zip(lines, reported, strict=True) if not one["mine"]]
    else:
        lines = [line for line in lines if not any(numbers.finds(str(cell)) for cell in line)]
    return {**body, "lines": lines, "notes": [note for note in body.get("notes", []) if not numbers.finds(str(note))]}


def _part(chain: str, first: int, last: int, *, before: bytes, after: bytes) -> dict[str, Any]:
    return {"chain": chain, "first": first, "last": last, "before": before, "after": after}
