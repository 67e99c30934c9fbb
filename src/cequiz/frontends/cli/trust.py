"""`cequiz trust`: what others need to verify certificates without this store."""

from __future__ import annotations

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


@app.command(epilog=example("cequiz trust page index.html"))
def page(ctx: typer.Context, file: Annotated[str, typer.Argument(metavar="FILE", help="The file to write.")]) -> int:
    """Write the verification page: one HTML file for the address that certificates name."""
    from cequiz.bootstrap import verification_page
    from cequiz.frontends.cli.documents import write_text
    from cequiz.services import trusting

    desk = desk_of(ctx)
    write_text(file, verification_page(trusting.export(desk.ports())))
    desk.print(file)
    desk.say(
        tr("Put it at your verification address, and a new one there within {days} days.", days=trusting.FRESH.days)
    )
    return 0
