"""`cequiz db copy`: moving the records to a database server, or from there into a file, proved equal."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr, trn

if TYPE_CHECKING:
    from cequiz.adapters.store.copying import Copied

Target = Annotated[
    str, typer.Option("--to", metavar="TARGET", help="The address of an empty PostgreSQL database, or a new file.")
]
KeepOpen = Annotated[
    bool, typer.Option("--keep-open", help="Only rehearse: the file that is copied stays the one that is used.")
]


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("copy", epilog=example("cequiz db copy --to postgresql://cequiz@db.example.org/cequiz"))(copy)


def copy(ctx: typer.Context, to: Target, keep_open: KeepOpen = False, as_json: JsonOption = False) -> int:
    """Copy all records into a PostgreSQL database, or from one into a new file, and prove that both are equal."""
    from cequiz.upkeep import copy_store

    desk = desk_of(ctx)
    desk.house.close()
    done = copy_store(desk.settings, to, keep_open=keep_open)
    if as_json:
        desk.document(_record(done))
    else:
        rows = [(one.table, str(one.rows), one.digest) for one in done.contents.tables if one.rows]
        desk.table((tr("TABLE"), tr("ROWS"), "SHA-256"), rows, none=tr("There was no record to copy."))
        _tell(desk, done, keep_open=keep_open)
    if desk.settings.database_url is None and not keep_open:
        _note(desk, done, to)
    return 0


def _note(desk: Desk, done: Copied, to: str) -> None:
    """Open the records where they are now, and put on record there where they came from."""
    from cequiz.bootstrap import House
    from cequiz.services.auditing import note_move

    with closing(House(replace(desk.settings, database_url=to))) as house:
        note_move(house.ports(), source=done.source, records=done.records, actor=desk.actor)


def _record(done: Copied) -> dict[str, object]:
    contents = done.contents
    return {
        "source": done.source,
        "target": done.target,
        "equal": True,
        "tables": [asdict(one) for one in contents.tables],
        "rows": contents.rows,
        "heads": len(contents.heads),
        "chains": done.chains,
        "records": done.records,
    }


def _tell(desk: Desk, done: Copied, *, keep_open: bool) -> None:
    """Say what was proved, and what to do next."""
    counted = trn("{count} row", "{count} rows", done.contents.rows)
    desk.say(
        tr("{target} holds what {source} holds: {counted}.", target=done.target, source=done.source, counted=counted)
    )
    desk.say(
        tr(
            "Every value of every row was read back and compared; {chains} chains with {records} records were"
            " recomputed.",
            chains=done.chains,
            records=done.records,
        )
    )
    if desk.settings.database_url is not None:
        desk.say(
            tr(
                "Programs that use the database go on writing there. To use the file: end them, put it into a"
                " CEQUIZ_HOME as cequiz.db together with keys/store.key, and unset CEQUIZ_DATABASE_URL."
            )
            if "://" not in done.target
            else tr(
                "Programs that use the old database go on writing there: end them, then change CEQUIZ_DATABASE_URL."
            )
        )
    elif keep_open:
        desk.say(tr("This was a rehearsal: the records are still where they were."))
    else:
        desk.say(
            tr("Set CEQUIZ_DATABASE_URL to the new database now; the file is the past, and is not written any more.")
        )
        desk.say(tr("Every host needs the same keys: copy the folder {keys} there.", keys=desk.settings.keys))
