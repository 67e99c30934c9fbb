"""`cequiz doctor`: what is installed, where things live, what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import mark, tr

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEVELS = {"ok": mark("ok"), "warning": mark("warning"), "error": mark("error")}


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("doctor", epilog=example("cequiz doctor --json"))(doctor)


def doctor(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Look at versions, places, rights, room, key, fonts, printer and chains; exit code 1 when something is wrong."""
    desk = desk_of(ctx)
    found = list(_facts(desk))
    if as_json:
        desk.document([{"name": name, "level": level, "words": words} for name, level, words in found])
    else:
        rows = [(tr(name), tr(_LEVELS[level]), words) for name, level, words in found]
        desk.table((tr("WHAT"), tr("STATE"), tr("WORDS")), rows, none="")
    wrong = sum(level == "error" for _, level, _ in found)
    warnings = sum(level == "warning" for _, level, _ in found)
    desk.say(
        tr("{wrong} wrong, {warnings} to look at.", wrong=wrong, warnings=warnings)
        if wrong or warnings
        else tr("All is well.")
    )
    return 1 if wrong else 0


def _facts(desk: Desk) -> Iterator[tuple[str, str, str]]:
    from cequiz.bootstrap import survey

    store = ""
    for fact in survey(desk.settings):
        yield fact.name, str(fact.level), fact.words
        store = str(fact.level) if fact.name == "store" else store
    # Where the store itself is wrong, nothing that is said of its records would be news.
    if store == "ok" and desk.settings.database.is_file():
        yield _records(desk)


def _records(desk: Desk) -> tuple[str, str, str]:
    """Recompute the chains of what is there; whatever refuses to open is a fact, not an end."""
    from cequiz.bootstrap import check_store
    from cequiz.errors import CequizError
    from cequiz.services import auditing

    try:
        health = check_store(desk.settings)
        if not health.sound:
            return mark("records"), "error", health.problems[0]
        report = auditing.verify(desk.ports())
    except CequizError as error:
        return mark("records"), "error", error.sentence
    if report.findings:
        first = report.findings[0]
        return (
            "records",
            "error",
            tr("{chain}, place {place}: {words}", chain=first.chain, place=first.place, words=first.words),
        )
    return (
        "records",
        "ok",
        tr("{chains} chains with {records} records are whole", chains=report.chains, records=report.records),
    )
