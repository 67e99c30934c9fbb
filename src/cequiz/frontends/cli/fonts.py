"""`cequiz fonts`: what certificates are printed with, and fonts for further scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cequiz.frontends.cli.desk import JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

app = noun("fonts", about="The fonts of certificates, and further ones for other scripts.", shows="cequiz fonts list")


@app.command(epilog=example("cequiz fonts add NanumMyeongjo.ttf"))
def add(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A TrueType font (.ttf), or a collection (.ttc).")],
) -> int:
    """Copy a font to the others, so that names in its script can be printed."""
    from cequiz.bootstrap import add_font

    desk = desk_of(ctx)
    added = add_font(desk.settings, file)
    desk.say(
        tr(
            "{name} was added. Certificates can print these scripts from now on: {scripts}.",
            name=added.name,
            scripts=", ".join(added.scripts),
        )
    )
    return 0


@app.command("list", epilog=example("cequiz fonts list"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List the fonts with the scripts that they print."""
    from cequiz.bootstrap import font_files

    desk = desk_of(ctx)
    found = font_files(desk.settings)
    if as_json:
        desk.document([vars(one) for one in found])
        return 0
    rows = [(one.file, tr("own") if one.added else tr("shipped"), ", ".join(one.scripts)) for one in found]
    desk.table((tr("File"), tr("Origin"), tr("Scripts")), rows, none=tr("There is no font."))
    return 0
