"""`cequiz trust`: what others need to verify certificates without this store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cequiz.frontends.cli.desk import desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

app = noun("trust", about="What others need to verify certificates.", shows="cequiz trust export provider-trust.json")


@app.command(epilog=example("cequiz trust export provider-trust.json"))
def export(ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write.")]) -> int:
    """Write the one file that an auditor needs: public keys, status lists and the head of the log, all signed."""
    from cequiz.frontends.cli.documents import write_document
    from cequiz.services import trusting

    desk = desk_of(ctx)
    write_document(file, trusting.export(desk.ports()))
    desk.print(file)
    desk.say(tr("Its status lists count for {days} days: write a new one before.", days=trusting.FRESH.days))
    return 0


@app.command(epilog=example("cequiz trust page V/"))
def page(
    ctx: typer.Context,
    place: Annotated[
        str,
        typer.Argument(
            metavar="DIR|FILE", help="A folder (there already, or ending in /), or a file for the page alone."
        ),
    ],
) -> int:
    """Write what belongs at the address that certificates name: the verification page and the status lists.

    A folder gets index.html, STATUS, STATUS-SUSPENSION, STATUS-SUPERSEDED and STATUS-EXPIRED; a file gets the page.
    """
    from cequiz.bootstrap import verification_page
    from cequiz.frontends.cli.desk import json_text
    from cequiz.frontends.cli.documents import write_folder, write_text
    from cequiz.services import trusting

    desk = desk_of(ctx)
    trust = trusting.export(desk.ports())
    html = verification_page(trust)
    if place.endswith(("/", "\\")) or Path(place).is_dir():
        lists = {name: f"{json_text(one)}\n" for name, one in trusting.to_publish(trust).items()}
        for path in write_folder(place, {**lists, "index.html": html}):
            desk.print(path)
    else:
        write_text(place, html)
        desk.print(place)
    desk.say(
        tr(
            "Put it at your verification address; again within {days} days, and after each revocation, suspension or "
            "correction.",
            days=trusting.FRESH.days,
        )
    )
    return 0
