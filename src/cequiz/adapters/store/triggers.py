"""The triggers that make the tables of the auditors append-only, and the check that they are there.

They stand against accidents and careless tools, not against whoever owns the file; the chains are for that. What a
tombstone covers may be deleted, or lose the words that it names, and nothing else: so a purge leaves its tombstones
first. A batch
migration on SQLite drops triggers without a word, so every migration ends by putting them back, and every opening of
a store looks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cequiz.adapters.store.driver import GENERATION
from cequiz.errors import StorageDamaged
from cequiz.language import tr
from cequiz.services.ports import ChainFinding, ChainReport

_TABLES = {
    # `OLD`'s unique keys: INSERT OR REPLACE deletes a row without asking a DELETE trigger, so it is refused before.
    "attempt_event": (
        "rowid = NEW.rowid OR (attempt_id = NEW.attempt_id AND seq = NEW.seq)"
        " OR (attempt_id = NEW.attempt_id AND idem_key = NEW.idem_key)"
        " OR (NEW.kind IN ('submitted', 'expired') AND attempt_id = NEW.attempt_id"
        " AND kind IN ('submitted', 'expired'))"
    ),
    "score": "seq = NEW.seq OR (attempt_id = NEW.attempt_id AND revision = NEW.revision)",
    "certificate": "seq = NEW.seq OR number = NEW.number",
    "certificate_proof": "rowid = NEW.rowid OR number = NEW.number OR status_index = NEW.status_index",
    "certificate_status": "seq = NEW.seq",
    "audit_record": "seq = NEW.seq",
    "accommodation": "rowid = NEW.rowid OR (student_id = NEW.student_id AND version = NEW.version)",
    "decision": "position = NEW.position",
    "retirement": "position = NEW.position",
    "hold": "position = NEW.position",
    "student_merge": "position = NEW.position",
    "tombstone": "seq = NEW.seq",
}

_OWN_PLACE = "SELECT seq FROM certificate WHERE number = OLD.number"

COVERED = {
    "attempt_event": 'chain = OLD.attempt_id AND OLD.seq BETWEEN "first" AND "last"',
    "score": 'chain = \'score\' AND OLD.seq BETWEEN "first" AND "last"',
    "certificate": 'chain = \'certificate\' AND OLD.seq BETWEEN "first" AND "last"',
    "certificate_proof": f'chain = \'certificate\' AND ({_OWN_PLACE}) BETWEEN "first" AND "last"',
    "certificate_status": 'chain = \'certificate_status\' AND OLD.seq BETWEEN "first" AND "last"',
    "accommodation": "chain = 'student:' || OLD.student_id",
}
"""What a tombstone must say for a row to be deleted; rows of the other tables are never deleted."""

BLOTTED = {
    "audit_record": ("details", ("seq", "at_us", "actor", "deed", "subject", "prev_hash", "hash")),
    "decision": ("note", ("position", "entry", "outcome", "actor", "at_us")),
    "hold": ("reason", ("position", "student_id", "placed", "actor", "at_us")),
    "student_merge": ("reason", ("position", "from_id", "into_id", "actor", "at_us")),
}
"""The column of a table out of which a purge may take words, and those that stay as they are, the place first."""

BLOTS_SINCE = 6
"""The generation from which on words may be taken out."""

SINCE = {
    "accommodation": 2,
    "decision": 2,
    "certificate_proof": 3,
    "retirement": 4,
    "hold": 4,
    "student_merge": 4,
    "tombstone": 4,
}
"""The generation that brought a table, for those that were not in the first."""

APPEND_ONLY = tuple(_TABLES)
"""The tables that auditors read."""


def _wanted(generation: int = GENERATION) -> dict[str, str]:
    """Return name and SQL of every trigger that a database of this generation has."""
    found = {}
    for table, same in _TABLES.items():
        if SINCE.get(table, 1) > generation:
            continue
        for deed in ("UPDATE", "DELETE"):
            name = f"{table}_no_{deed.lower()}"
            lawful = _unless_buried if deed == "DELETE" else _unless_blotted
            found[name] = (
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table}{lawful(table, generation)}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        name = f"{table}_no_replace"
        there = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names of ours
        refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        found[name] = f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {there} {refuse}"
    return found


def _unless_buried(table: str, generation: int) -> str:
    if table not in COVERED or generation < SINCE["tombstone"]:
        return ""
    covering = f"SELECT 1 FROM tombstone WHERE {COVERED[table]}"  # noqa: S608 - names of ours
    return f" WHEN NOT EXISTS ({covering})"


def _unless_blotted(table: str, generation: int) -> str:
    if table not in BLOTTED or generation < BLOTS_SINCE:
        return ""
    return f" WHEN NOT ({lawful_blot(table)})"


def lawful_blot(table: str) -> str:
    """Return when a change of a row of a table in `BLOTTED` takes words out as a tombstone says, and does no more."""
    column, others = BLOTTED[table]
    same = " AND ".join(f"NEW.{name} = OLD.{name}" for name in others)
    stone = f"chain = '{table}' AND \"first\" = OLD.{others[0]} AND leaf = NEW.{column}"
    covering = f"SELECT 1 FROM tombstone WHERE {stone}"  # noqa: S608 - names of ours
    return f"{same} AND EXISTS ({covering})"


def install(execute: Callable[[str], object]) -> None:
    """Put every trigger into the database, new or anew, inside the caller's transaction."""
    for name, sql in _wanted().items():
        execute(f"DROP TRIGGER IF EXISTS {name}")
        execute(sql)


def missing(driver: Any) -> tuple[str, ...]:
    """Return the names of triggers that are missing or were changed.

    Args:
        driver: a connection of the database's own driver; an older database is asked for what its generation had.
    """
    found = dict(driver.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall())
    generation = int(driver.execute("PRAGMA user_version").fetchone()[0])
    return tuple(name for name, sql in _wanted(generation).items() if found.get(name) != sql)


def refuse(gone: tuple[str, ...]) -> None:
    """Refuse to write into a database whose append-only tables are open.

    Raises:
        StorageDamaged: triggers are missing or were changed; they are named.
    """
    if gone:
        raise StorageDamaged(
            tr("The store's protection against changes is missing: {names}.", names=", ".join(gone)),
            hint=tr("Run `cequiz audit verify` to see what was changed, then `cequiz db upgrade` to put it back."),
        )


def with_open_tables(report: ChainReport, gone: tuple[str, ...]) -> ChainReport:
    """Return a report that also says which triggers are missing."""
    if not gone:
        return report
    open_tables = ChainFinding(
        "triggers", 0, tr("the protection against changes is missing: {names}", names=", ".join(gone))
    )
    return ChainReport(report.chains, report.records, (*report.findings, open_tables))
