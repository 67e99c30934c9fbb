"""`cequiz serve`: many students from this machine, over SSH or in their browsers."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from cequiz.errors import CequizError, EnvironmentFailed, WrongUsage
from cequiz.frontends.cli import serve_web
from cequiz.frontends.cli.desk import Desk, desk_of
from cequiz.frontends.cli.noun import example, noun
from cequiz.frontends.cli.refusals import say_error
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.frontends.serve.rules import ServeRules

_NAME = re.compile(
    r"(?:(?P<host>[A-Za-z0-9._-]+)|\[(?P<inside>[0-9A-Fa-f:.]+)\])(?::(?P<port>[1-9][0-9]{0,4}))?"
    r"|(?P<bare>[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)"
)
"""A host, or an address in brackets, either with a port; or an IPv6 address alone."""

app = noun("serve", about="Many students from this machine, each at a terminal of their own.", shows="cequiz serve ssh")


@app.command(epilog=example("cequiz serve ssh --port 8022 --name exams.example.org"))
def ssh(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "0.0.0.0",  # noqa: S104 - to serve others is what is asked for
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen on; 0 for a free one.")] = 8022,
    name: Annotated[str, typer.Option(metavar="NAME[:PORT]", help="Under which name students reach this server.")] = "",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port, one a core.")] = 1,
    most: Annotated[int, typer.Option(min=1, help="Sessions at once in each process.")] = 100,
    most_from_one: Annotated[int, typer.Option(min=1, help="Sessions at once from one address.")] = 20,
) -> int:
    """Serve students over SSH, until the program is told to end.

    The password is a student's passphrase, the user name their e-mail address or id. The user name `exam` needs no
    password and leads to the sign-in screen.
    """
    desk = desk_of(ctx)
    require("asyncssh")
    from cequiz.frontends.serve.listening import is_every_address
    from cequiz.frontends.serve.rules import ServeRules
    from cequiz.frontends.serve.ssh_keys import NAME, fingerprint, load_or_make_host_key
    from cequiz.frontends.serve.workers import kept_port, run_workers

    public = public_name(name, port)
    rules = ServeRules(most_sessions=most, most_per_address=most_from_one)
    key = load_or_make_host_key(desk.settings.keys / NAME)
    with kept_port(host, port, shared=workers > 1) as number:

        def tell(opened: int) -> None:
            everywhere = is_every_address(host)
            shown, there = public or (socket.gethostname() if everywhere else host, opened)
            desk.say(tr("Serving over SSH on {host}, port {port}.", host=host, port=opened))
            desk.say(tr("This server's fingerprint: {fingerprint}", fingerprint=fingerprint(key)))
            desk.say(tr("Students connect with: {command}", command=f"ssh -p {there} exam@{shown}"))
            if everywhere and public is None:
                desk.say(tr("Where students know this machine by another name, give that with --name."))
            desk.say(limits(rules, workers))

        def run(worker: int) -> int:
            return _serve(
                desk,
                host=host,
                port=number,
                rules=rules,
                public=public,
                shared=workers > 1,
                tell=tell if worker == 0 else None,
            )

        return run_workers(workers, run)


serve_web.add_to(app)


def _serve(
    desk: Desk,
    *,
    host: str,
    port: int,
    rules: ServeRules,
    public: tuple[str, int] | None,
    shared: bool,
    tell: Callable[[int], None] | None,
) -> int:
    from cequiz.frontends.serve.ssh import serve_ssh
    from cequiz.frontends.serve.until_told import HUNG, until_told

    def ready(opened: int) -> None:
        if tell is not None:
            tell(opened)

    try:
        return until_told(
            lambda: serve_ssh(desk.house, host=host, port=port, rules=rules, ready=ready, public=public, shared=shared),
            hung=HUNG if shared else None,
        )
    except CequizError as error:  # a worker has nobody above it who would tell
        say_error(desk, error)
        return error.exit_code


def require(library: str) -> None:
    """Refuse where a library is missing that only serving needs.

    Raises:
        EnvironmentFailed: names what brings it.
    """
    if find_spec(library) is None:
        raise EnvironmentFailed(
            tr("Serving needs {library}, which is not installed.", library=library),
            hint=tr("Install it with: pip install 'cequiz[serve]'"),
        )


def limits(rules: ServeRules, workers: int) -> str:
    """Return the sentence about how many may come; limits are those of one process, which knows of no other."""
    most, near = rules.most_sessions, rules.most_per_address
    if workers == 1:
        return tr(
            "Up to {most} sessions at once, {near} from one address (`--most`, `--most-from-one`).",
            most=most,
            near=near,
        )
    return tr(
        "Up to {most} sessions at once in each of {workers} processes, {near} from one address "
        "(`--most`, `--most-from-one`).",
        most=most,
        near=near,
        workers=workers,
    )


def public_name(name: str, port: int) -> tuple[str, int] | None:
    """Return the name and the port under which people reach the server; None where no name was given.

    Raises:
        WrongUsage: it is no name of a host.
    """
    if not name:
        return None
    found = _NAME.fullmatch(name)
    if found is None or int(found["port"] or port) > 65_535:
        raise WrongUsage(
            tr("{name} is not a name under which a server is reached.", name=name),
            hint=tr("Give a host, and its port where that is another one: exams.example.org:22."),
        )
    return found["host"] or found["inside"] or found["bare"], int(found["port"] or port)
