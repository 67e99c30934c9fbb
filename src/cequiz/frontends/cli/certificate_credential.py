"""`cequiz certificate credential`: the Open Badges 3.0 credential of a certificate as a file."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from cequiz.frontends.cli.desk import desk_of
from cequiz.frontends.cli.noun import example
from cequiz.language import tr


class Suite(StrEnum):
    """Which proofs the credential has."""

    JCS = "jcs"
    RDFC = "rdfc"


def add_to(app: typer.Typer) -> None:
    """Give the noun of certificates its `credential`."""
    app.command(epilog=example("cequiz certificate credential CQ-2026-000001 badge.json"))(credential)


def credential(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="The certificate's number.")],
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="The file to write; else it is printed.")] = None,
    suite: Annotated[
        Suite, typer.Option(help="jcs: as it was issued; rdfc: with a second proof, for displayers that need that.")
    ] = Suite.JCS,
) -> int:
    """Write the credential that is attached to the PDF, for wallets and displayers of badges."""
    from cequiz.errors import NotFound
    from cequiz.frontends.cli.documents import write_text
    from cequiz.services import papers

    desk = desk_of(ctx)
    record, _status = papers.certificate(desk.ports(), number)
    if record.proof is None:
        raise NotFound(tr("{number} has no credential: it was issued before certificates were signed.", number=number))
    text = record.proof.credential
    if suite is Suite.RDFC:
        from cequiz.bootstrap import add_rdf_proof

        text = json.dumps(add_rdf_proof(desk.settings, json.loads(text)), ensure_ascii=False, separators=(",", ":"))
    if file is None:
        desk.document(json.loads(text))
    else:
        write_text(file, f"{text}\n")
        desk.print(file)
    return 0
