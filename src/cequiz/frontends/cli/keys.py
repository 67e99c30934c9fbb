"""`cequiz keys`: the provider's keys, which sign certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.frontends.cli.desk import Desk, JsonOption, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.domain.credential.proof import PublicKey

app = noun("keys", about="The provider's keys, which sign certificates.", shows="cequiz keys list")

PassphraseOption = Annotated[
    bool,
    typer.Option(
        "--passphrase", help="Ask for a passphrase; issuing then needs it in CEQUIZ_KEY_PASSPHRASE. Else it needs none."
    ),
]


@app.command(epilog=example("cequiz keys create"))
def create(
    ctx: typer.Context,
    passphrase: PassphraseOption = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Make the key that signs PDF files too, for readers that look for that.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Make the provider's key and print its id; `provider set` makes one by itself where there is none."""
    from cequiz.frontends.cli.passphrases import new_passphrase
    from cequiz.services import keykeeping

    desk = desk_of(ctx)
    ports = desk.ports()
    known = keykeeping.in_use(ports)
    chosen = new_passphrase(desk) if passphrase else ""
    if pdf:
        root = _make_pdf_key(desk, chosen)
        keykeeping.note_pdf_key(ports, root, actor=desk.actor)
        desk.say(tr("PDF files are signed from now on. SHA-256 of the root certificate: {root}", root=root))
    # Who asks for the other key only has one already.
    made = known if known is not None and pdf else keykeeping.create(ports, actor=desk.actor, passphrase=chosen or None)
    _tell(desk, made, as_json=as_json)
    return 0


@app.command(epilog=example("cequiz keys rotate"))
def rotate(
    ctx: typer.Context,
    passphrase: PassphraseOption = False,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; it is kept in the audit record.")] = "",
    as_json: JsonOption = False,
) -> int:
    """Replace the key that signs, and print the new one's id; what the old one signed stays verifiable."""
    from cequiz.frontends.cli.passphrases import new_passphrase
    from cequiz.services import keykeeping

    desk = desk_of(ctx)
    chosen = new_passphrase(desk) if passphrase else None
    made = keykeeping.rotate(desk.ports(), actor=desk.actor, passphrase=chosen, reason=reason)
    _tell(desk, made, as_json=as_json)
    desk.say(tr("Give auditors a new trust file, and put a new verification page in its place."))
    return 0


@app.command("list", epilog=example("cequiz keys list --json"))
def list_(ctx: typer.Context, as_json: JsonOption = False) -> int:
    """List the keys, the one in use last."""
    from cequiz.services import keykeeping

    desk = desk_of(ctx)
    keys = desk.house.public_keys()
    if as_json:
        desk.document(keykeeping.described(keys))
        return 0
    rows = [(one.id, _day(one.made_at), _day(one.retired_at) or tr("in use"), one.public) for one in keys]
    headings = (tr("KEY"), tr("MADE"), tr("RETIRED"), tr("PUBLIC KEY"))
    desk.table(headings, rows, none=tr("The provider has no key yet."))
    return 0


@app.command(epilog=example("cequiz keys export provider-keys.json"))
def export(
    ctx: typer.Context,
    file: Annotated[str | None, typer.Argument(metavar="[FILE]", help="The file to write; else it is printed.")] = None,
) -> int:
    """Write the public keys for others; private keys never leave their folder."""
    from cequiz.frontends.cli.documents import write_document
    from cequiz.services import keykeeping

    desk = desk_of(ctx)
    document = keykeeping.document(desk.house.public_keys())
    if file is None:
        desk.document(document)
    else:
        write_document(file, document)
        desk.print(file)
    return 0


def _make_pdf_key(desk: Desk, passphrase: str) -> str:
    from cequiz.bootstrap import make_pdf_key
    from cequiz.errors import NotFound
    from cequiz.services import providing

    found = providing.provider(desk.ports())
    if found is None:
        raise NotFound(tr("No provider is set."), hint=tr("`cequiz provider set` sets one."))
    return make_pdf_key(desk.settings, provider=found.name, passphrase=passphrase, at=desk.house.clock.read().wall)


def _tell(desk: Desk, key: PublicKey, *, as_json: bool) -> None:
    from cequiz.services import keykeeping

    if as_json:
        desk.document(keykeeping.described([key])[0])
    else:
        desk.print(key.id)


def _day(instant: str) -> str:
    return instant[:10]
