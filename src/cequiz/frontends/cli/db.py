"""`cequiz db`: care of the records as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli import db_copy
from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.adapters.store.backup import Restored

app = noun(
    "db", about="The records as a whole: check, back up, restore, move.", shows="cequiz db backup cequiz-backup.zip"
)


@app.command(epilog=example("cequiz db check"))
def check(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Look the database through: structure, references, protection, every chain; exit code 1 when anything is wrong."""
    from cequiz.services import auditing
    from cequiz.upkeep import check_store

    desk = desk_of(ctx)
    database = desk.settings.database
    if desk.settings.database_url is None and (not database.is_file() or not database.stat().st_size):
        desk.ports()  # makes it, or says why it cannot
    health = check_store(desk.settings)
    problems = list(health.problems)
    # Chains are read through the store, which refuses to open what is damaged: those words stand above already.
    if health.sound:
        report = auditing.verify(desk.ports())
        problems += [
            tr("{chain}, place {place}: {words}", chain=one.chain, place=one.place, words=one.words)
            for one in report.findings
        ]
    if as_json:
        desk.document({**vars(health), "problems": problems, "sound": not problems})
        return 1 if problems else 0
    for problem in problems:
        desk.print(problem)
    if not problems:
        desk.say(tr("The database is sound ({size} KiB, {engine}).", size=health.size // 1024, engine=health.engine))
    return 1 if problems else 0


@app.command(epilog=example("cequiz db backup cequiz-backup.zip"))
def backup(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write.")],
    as_json: JsonOption = False,
) -> int:
    """Write everything that another machine needs into one file, and prove it before it gets its name."""
    from cequiz.services.auditing import note_backup
    from cequiz.upkeep import back_up

    desk = desk_of(ctx)
    ports = desk.ports()
    done = back_up(desk.settings, Path(file), at=desk.house.clock.read().wall)
    if not desk.house.past():  # nothing is noted in a file that is not written any more
        note_backup(ports, records=done.records, actor=desk.actor)
    if as_json:
        desk.document({**vars(done), "path": file})
    else:
        desk.print(file)
    return 0


@app.command(epilog=example("cequiz db restore cequiz-backup.zip"))
def restore(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file that `db backup` wrote.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept in the audit record.")] = "",
    as_json: JsonOption = False,
) -> int:
    """Put a backup in the place of the store; what was there is kept beside it."""
    from cequiz.services.auditing import note_restore
    from cequiz.services.reasons import given_reason
    from cequiz.upkeep import restore as put

    desk = desk_of(ctx)
    given_reason(reason)  # what cannot be kept is refused before anything is replaced
    desk.house.close()
    done = put(desk.settings, Path(file), at=desk.house.clock.read().wall)
    _tell_restored(desk, file, done, as_json=as_json)
    note_restore(desk.ports(), made_at=done.made_at, actor=desk.actor, reason=reason)
    return 0


def _tell_restored(desk: Desk, file: str, done: Restored, *, as_json: bool) -> None:
    if as_json:
        desk.document(vars(done))
        return
    desk.say(tr("{file} is the store now.", file=file))
    for kept in done.kept:
        desk.say(tr("Kept: {kept}", kept=kept))
    if done.missing:
        numbers = ", ".join(done.missing)
        desk.say(tr("Issued after this backup, and not in it: {numbers}.", numbers=numbers))
        desk.say(
            tr("These numbers would be given a second time: issue nothing before you have looked at what was kept.")
        )
    if done.back:
        students = ", ".join(done.back)
        desk.say(tr("Purged after this backup, and back with it: {students}. Purge them again.", students=students))


@app.command(epilog=example("cequiz db upgrade"))
def upgrade(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Bring the database up to date, after a copy."""
    from cequiz.upkeep import upgrade_store

    desk = desk_of(ctx)
    done = upgrade_store(desk.settings)
    if as_json:
        desk.document(vars(done))
        return 0
    if done.before == done.after:
        desk.say(tr("The database is up to date (generation {after}).", after=done.after))
    else:
        desk.say(tr("The database went from generation {before} to {after}.", before=done.before, after=done.after))
        if done.copy is not None:
            desk.say(tr("Kept: {kept}", kept=done.copy))
    for name in done.mended:
        desk.say(tr("Put back: {name}", name=name))
    return 0


db_copy.add_to(app)
