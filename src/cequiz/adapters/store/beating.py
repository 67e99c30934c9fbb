"""A sign of life past any unit of work: one statement, the same on SQLite and on PostgreSQL.

Hundreds of sessions give one every few seconds, and none of them is worth keeping anybody from writing. Which session
the last one came from is looked at in the statement itself, so that it needs nobody to hold still.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy.dialects import sqlite

from cequiz.adapters.store.rows import HeartbeatRow, table_of


@cache
def statement() -> str:
    """Return the statement, with a place for each of `mapping_room.heartbeat_columns`; built on first use.

    It changes nothing where another session gave the last sign: that one has taken the attempt over.
    """
    table = table_of(HeartbeatRow)
    adding = sqlite.insert(table)
    given = {column.name: adding.excluded[column.name] for column in table.c if not column.primary_key}
    kept = adding.on_conflict_do_update(
        index_elements=list(table.primary_key), set_=given, where=table.c.session == adding.excluded.session
    )
    return str(kept.compile(dialect=sqlite.dialect(paramstyle="named")))
