"""`cequiz log`: the log of issued certificates, whose signed heads show that nothing was removed or changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.adapters.proof.log_proof import LogHead, LogProof
    from cequiz.domain.credential.proof import PublicKey

app = noun("log", about="The log of issued certificates.", shows="cequiz log prove CQ-2026-000001 proof.json")


@app.command(epilog=example("cequiz log head head.json"))
def head(
    ctx: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="The file to write; else it is printed.")] = None,
) -> int:
    """Write the signed head of the log: how many certificates were issued, and one hash of them all."""
    from cequiz.services import trusting

    desk = desk_of(ctx)
    _give(desk, file, trusting.head(desk.ports()))
    return 0


@app.command(epilog=example("cequiz log prove CQ-2026-000001 proof.json --since head.json"))
def prove(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(help="The certificate's number.")],
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="The file to write; else it is printed.")] = None,
    since: Annotated[
        Path | None, typer.Option(help="An older head: the log is proved to continue it, with nothing changed.")
    ] = None,
) -> int:
    """Write the proof that a certificate stands in the log."""
    from cequiz.bootstrap import read_log_head
    from cequiz.frontends.cli.documents import read_document
    from cequiz.services import trusting

    desk = desk_of(ctx)
    older = None
    if since is not None:
        document = read_document(str(since))
        older = (read_log_head(document, desk.house.public_keys()).size, document)
    _give(desk, file, trusting.prove(desk.ports(), number, since=older))
    return 0


@app.command(epilog=example("cequiz log check proof.json --trust provider-trust.json"))
def check(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="A proof, a head, a seal or a trust file.")],
    trust: Annotated[Path | None, typer.Option(help="The provider's trust file; else the own keys count.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Check a proof or a head, against the log of this store too where it is that provider's; exit code 1 if wrong."""
    from cequiz.bootstrap import check_log_proof, read_log_head
    from cequiz.frontends.cli.documents import read_document

    desk = desk_of(ctx)
    document, keys = read_document(file), _keys(desk, trust)
    proof = check_log_proof(document, keys) if "path" in document else None
    found = proof.head if proof is not None else read_log_head(document, keys)
    compared = _compare(desk, found)
    if as_json:
        desk.document(_described(proof, found, compared=compared))
        return 0
    _tell(desk, proof, found)
    desk.say(
        tr("The log of this store begins with what that head says.")
        if compared
        else tr("It was not compared with a store.")
    )
    return 0


def _keys(desk: Desk, trust: Path | None) -> Sequence[PublicKey]:
    from cequiz.bootstrap import read_trust
    from cequiz.frontends.cli.documents import read_text

    return desk.house.public_keys() if trust is None else read_trust(read_text(str(trust))).keys


def _compare(desk: Desk, head: LogHead) -> bool:
    """Return whether the head could be compared with this store's log.

    Raises:
        FoundProblems: it could, and the log is another one.
    """
    from cequiz.errors import FoundProblems
    from cequiz.services import trusting

    if head.key_id not in {one.id for one in desk.house.public_keys()}:
        return False
    ports = desk.house.stored()
    if ports is None:
        return False
    if not trusting.begins_with(ports, size=head.size, root=head.root):
        raise FoundProblems(
            tr("The log of this store does not begin with what that head says: certificates were removed or changed."),
            hint=tr("`cequiz audit verify` shows more."),
        )
    return True


def _tell(desk: Desk, proof: LogProof | None, head: LogHead) -> None:
    pairs = [(tr(label), text) for _name, label, text in proof.printed] if proof is not None else []
    if proof is not None:
        pairs.append((tr("Place in the log"), str(proof.index + 1)))
    pairs += [
        (tr("Certificates"), str(head.size)),
        (tr("Root"), head.root),
        (tr("Signed on"), head.at),
        (tr("Key"), head.key_id),
    ]
    if proof is not None and proof.since is not None:
        pairs.append((tr("Continues the head of"), f"{proof.since.at} ({proof.since.size})"))
    desk.fields(pairs)


def _described(proof: LogProof | None, head: LogHead, *, compared: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"head": vars(head), "compared": compared, "valid": True}
    if proof is not None:
        described |= {
            "number": proof.number,
            "index": proof.index,
            "fields": [{"name": name, "label": label, "text": text} for name, label, text in proof.printed],
            "since": vars(proof.since) if proof.since else None,
        }
    return described


def _give(desk: Desk, file: str | None, document: object) -> None:
    from cequiz.frontends.cli.documents import write_document

    if file is None:
        desk.document(document)
    else:
        write_document(file, document)
        desk.print(file)
