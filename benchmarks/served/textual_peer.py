"""textual-serve with the student's program, which it starts once for each session: the peer."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from benchmarks.served.stage import open_house
from textual_serve.server import Server


def one_session() -> None:
    """Run the student's program as `cequiz` does at a terminal, which textual-serve does not give it."""
    from cequiz.frontends.tui.app import CequizApp

    CequizApp(open_house(Path(os.environ["CEQUIZ_HOME"]), None)).run()


def main() -> None:
    """Serve on a free port and say on which; with `session`, be one of the sessions."""
    if sys.argv[1:] == ["session"]:
        one_session()
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    print(f"port {port}", flush=True)
    Server(
        f"{sys.executable} -m benchmarks.served.textual_peer session", host="127.0.0.1", port=port, title="cequiz"
    ).serve()


if __name__ == "__main__":
    main()
