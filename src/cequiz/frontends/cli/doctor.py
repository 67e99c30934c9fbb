"""`cequiz doctor`: what is installed, where things live, what is wrong."""

from __future__ import annotations

import typer

from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("doctor", epilog=example("cequiz doctor --json"))(doctor)


def doctor(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """Look at versions, places, rights, room, key, fonts, printer and chains; exit code 1 when something is wrong."""
    from cequiz.frontends.health import facts, level_words

    desk = desk_of(ctx)
    found = list(facts(desk.house))
    if as_json:
        desk.document([{"name": name, "level": level, "words": words} for name, level, words in found])
    else:
        rows = [(tr(name), level_words(level), words) for name, level, words in found]
        desk.table((tr("WHAT"), tr("STATE"), tr("WORDS")), rows, none="")
    wrong = sum(level == "error" for _, level, _ in found)
    warnings = sum(level == "warning" for _, level, _ in found)
    desk.say(
        tr("{wrong} wrong, {warnings} to look at.", wrong=wrong, warnings=warnings)
        if wrong or warnings
        else tr("All is well.")
    )
    return 1 if wrong else 0
