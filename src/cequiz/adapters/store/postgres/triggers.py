"""The triggers of PostgreSQL: the auditors' tables are append-only there too, and what is told is told at once.

The same tables are protected as in a file, with the same exceptions for what a tombstone covers. A statement that
empties a whole table is refused as well. Every function looks for tables where the database keeps them and nowhere
else: somebody could otherwise make a temporary table that is called as one of ours, and be believed. There is no
`INSERT OR REPLACE` to be refused: what would come in its place is an update, which the triggers see. One more trigger
tells whoever listens that an attempt was written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cequiz.adapters.store.triggers import APPEND_ONLY, BLOTS_SINCE, BLOTTED, COVERED, SINCE, lawful_blot
from cequiz.services.ports.live import TOLD_KINDS

CHANNEL = "cequiz_attempt"
"""The channel on which the ids of attempts are told."""

_ROW, _BEFORE, _INSERT, _DELETE, _UPDATE, _TRUNCATE = 1, 2, 4, 8, 16, 32
"""The bits of `pg_trigger.tgtype`."""

_REFUSE = """
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
"""

_ONLY_BURIED = """
BEGIN
    IF EXISTS (SELECT 1 FROM tombstone WHERE {covered}) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
"""

_ONLY_BLOTTED = """
BEGIN
    IF {lawful} THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
"""

_TELL = f"""
BEGIN
    PERFORM pg_notify('{CHANNEL}', NEW.attempt_id);
    RETURN NULL;
END
"""

_TELLER = "attempt_event_tells"

_SHORT = {
    _UPDATE | _ROW | _BEFORE: "BEFORE UPDATE ON {table} FOR EACH ROW",
    _DELETE | _ROW | _BEFORE: "BEFORE DELETE ON {table} FOR EACH ROW",
    _TRUNCATE | _BEFORE: "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT",
}


@dataclass(frozen=True)
class _Guard:
    """One trigger that refuses, and the function that it runs."""

    name: str
    table: str
    when: int
    """As in `pg_trigger.tgtype`."""
    function: str
    body: str

    @property
    def seen(self) -> tuple[str, int, str, str, bool]:
        """What the catalogue shows of it; the last is whether it is in force and looks where the tables are."""
        return (self.table, self.when, self.function, self.body, True)


def _guards(generation: int) -> tuple[_Guard, ...]:
    """Return every trigger that protects a database of this generation."""
    found = []
    for table in APPEND_ONLY:
        if SINCE.get(table, 1) > generation:
            continue
        buried = COVERED.get(table) if generation >= SINCE["tombstone"] else None
        refuse = ("cequiz_refuse", _REFUSE)
        delete = refuse if buried is None else (f"cequiz_bury_{table}", _ONLY_BURIED.format(covered=buried))
        update = refuse
        if table in BLOTTED and generation >= BLOTS_SINCE:
            update = (f"cequiz_blot_{table}", _ONLY_BLOTTED.format(lawful=lawful_blot(table)))
        found += [
            _Guard(f"{table}_no_update", table, _UPDATE | _ROW | _BEFORE, *update),
            _Guard(f"{table}_no_delete", table, _DELETE | _ROW | _BEFORE, *delete),
            _Guard(f"{table}_no_truncate", table, _TRUNCATE | _BEFORE, *refuse),
        ]
    return tuple(found)


def install(driver: Any, *, generation: int) -> None:
    """Put every trigger into the database, new or anew, inside the caller's transaction.

    Args:
        driver: a `PgDriver`.
        generation: that of the database.
    """
    guards = _guards(generation)
    (schema,) = driver.execute("SELECT quote_ident(current_schema())").fetchone()
    for name, body in {guard.function: guard.body for guard in guards}.items():
        _define(driver, name, body, schema)
    for guard in guards:
        _put(driver, guard.name, guard.table, _SHORT[guard.when].format(table=guard.table), guard.function)
    _define(driver, "cequiz_tell", _TELL, schema)
    kinds = ", ".join(f"'{kind}'" for kind in sorted(TOLD_KINDS))
    when = f"AFTER INSERT ON attempt_event FOR EACH ROW WHEN (NEW.kind IN ({kinds}))"
    _put(driver, _TELLER, "attempt_event", when, "cequiz_tell")


def missing(driver: Any, *, generation: int) -> tuple[str, ...]:
    """Return the names of triggers that protect, and are missing, switched off or changed.

    Args:
        driver: a `PgDriver`.
        generation: that of the database.
    """
    rows = driver.execute("""
        SELECT tgname::text, relname::text, tgtype::bigint, proname::text, prosrc,
            tgenabled IN ('O', 'A') AND coalesce(proconfig = ARRAY[format('search_path=%I, pg_temp', nspname)], false)
        FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE NOT tgisinternal AND tgqual IS NULL AND tgattr::text = '' AND pg_table_is_visible(pg_class.oid)
    """).fetchall()
    found = {row[0]: tuple(row[1:]) for row in rows}
    return tuple(guard.name for guard in _guards(generation) if found.get(guard.name) != guard.seen)


def _define(driver: Any, name: str, body: str, schema: str) -> None:
    driver.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = {schema}, pg_temp AS $body${body}$body$"
    )


def _put(driver: Any, name: str, table: str, when: str, function: str) -> None:
    driver.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    driver.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {function}()")
