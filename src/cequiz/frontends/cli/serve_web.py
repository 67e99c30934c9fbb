"""`cequiz serve web`: the students' screens in their browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.errors import CequizError, WrongUsage
from cequiz.frontends.cli.desk import Desk, desk_of
from cequiz.frontends.cli.noun import example
from cequiz.frontends.cli.refusals import say_error
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.serve.rules import ServeRules
    from cequiz.frontends.serve.web_guard import Doors

_LIBRARIES = ("aiohttp", "textual_serve")


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("web", epilog=example("cequiz serve web --origin https://exam.example.org --trusted-proxy 127.0.0.1"))(
        web
    )


def web(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for a free one.")] = 8080,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="URL", help="Where browsers find the page; may be given again. Without: by address alone."
        ),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="A proxy that tells whose browser asks; may be given again."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port, one a core.")] = 1,
    most: Annotated[int, typer.Option(min=1, help="Sessions at once in each process.")] = 100,
    most_from_one: Annotated[int, typer.Option(min=1, help="Sessions at once from one address.")] = 20,
    *,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Let passphrases cross the network in the clear, where you trust it.")
    ] = False,
) -> int:
    """Serve students in their browsers, until the program is told to end.

    It speaks plain HTTP: put a proxy with TLS before it, such as Caddy or nginx, before anybody else can reach it.
    """
    desk = desk_of(ctx)
    from cequiz.frontends.cli.serve import limits, require

    for library in _LIBRARIES:
        require(library)
    from cequiz.frontends.serve.listening import is_every_address
    from cequiz.frontends.serve.rules import ServeRules
    from cequiz.frontends.serve.web_guard import Doors
    from cequiz.frontends.serve.workers import kept_port, run_workers

    doors = Doors.read(origins=origin or (), proxies=trusted_proxy or ())
    if (clear := doors.lets_read_along(host)) and not insecure:
        raise WrongUsage(
            tr("Passphrases would cross the network in the clear."),
            hint=tr(
                "Put a proxy with TLS in front and name it with `--origin https://…`, "
                "or give `--insecure` where you trust the network."
            ),
        )
    rules = ServeRules(most_sessions=most, most_per_address=most_from_one)

    def tell(opened: int) -> None:
        everywhere = is_every_address(host)
        shown = "localhost" if everywhere else f"[{host}]" if ":" in host else host
        desk.say(tr("Serving browsers on {host}, port {port}.", host=host, port=opened))
        for address in doors.origins or (f"http://{shown}:{opened}",):
            desk.say(tr("Students open {address}", address=address))
        if everywhere and not doors.origins:
            desk.say(tr("From other machines: with the address of this machine in the place of localhost."))
        desk.say(limits(rules, workers))
        for words in warnings_about(doors, clear=clear):
            desk.say(words)

    with kept_port(host, port, shared=workers > 1) as number:

        def run(worker: int) -> int:
            return _serve(
                desk,
                host=host,
                port=number,
                doors=doors,
                rules=rules,
                shared=workers > 1,
                ready=tell if worker == 0 else lambda _: None,
            )

        return run_workers(workers, run)


def warnings_about(doors: Doors, *, clear: bool) -> Iterator[str]:
    """Yield what whoever starts the server should know of the way that browsers come.

    Args:
        doors: by which names it is known, and whose word about addresses counts.
        clear: whether passphrases cross the network in the clear.
    """
    if doors.hides_callers:
        yield tr(
            "Warning: without --trusted-proxy everybody behind the proxy counts as one address, for all limits "
            "and for guessed passphrases."
        )
    if clear:
        yield tr("Warning: passphrases cross the network in the clear. A proxy with TLS belongs in front.")


def _serve(
    desk: Desk,
    *,
    host: str,
    port: int,
    doors: Doors,
    rules: ServeRules,
    shared: bool,
    ready: Callable[[int], None],
) -> int:
    from cequiz.frontends.serve.until_told import HUNG, until_told
    from cequiz.frontends.serve.web import serve_web

    try:
        return until_told(
            lambda: serve_web(desk.house, host=host, port=port, ready=ready, doors=doors, rules=rules, shared=shared),
            hung=HUNG if shared else None,
        )
    except CequizError as error:  # a worker has nobody above it who would tell
        say_error(desk, error)
        return error.exit_code
