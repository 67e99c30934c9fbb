"""What harms a store from outside: a line that is cut at the worst moment."""

from __future__ import annotations

import shutil
import socket
import tempfile
import threading
from contextlib import suppress
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

_NAME = ".s.PGSQL.5432"
_COMMIT = b"COMMIT\0"
"""The command, and the answer that it was done; `READ COMMITTED` is another matter."""


class Cut(Enum):
    """When the line is cut."""

    NEVER = "never"
    BEFORE_COMMIT = "before the server hears of the commit"
    AFTER_COMMIT = "after the server has committed, before it is heard"


class Line:
    """A proxy; a context manager. `cut` says what happens to the next commit that passes."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        self._server = Path(parse_qs(self._parts.query)["host"][0]) / _NAME
        self._folder = Path(tempfile.mkdtemp(prefix="cequiz-line-", dir="/tmp"))  # a socket's path is short
        self.cut = Cut.NEVER
        self.journeys = 0
        """How often something was sent to the server."""
        self._door = socket.socket(socket.AF_UNIX)
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    @property
    def url(self) -> str:
        """The database's address by way of this line."""
        return self._parts._replace(query=f"host={quote(str(self._folder), safe='')}").geturl()

    def __enter__(self) -> Line:
        self._door.bind(str(self._folder / _NAME))
        self._door.listen()
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        _end(self._door)
        for one in self._open:
            _end(one)
        for thread in self._threads:
            thread.join()
        shutil.rmtree(self._folder)

    def _start(self, run: object, *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments)  # type: ignore[arg-type]  # methods of ours
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                server = socket.socket(socket.AF_UNIX)
                self._open += [client, server]
                server.connect(str(self._server))
                committed = threading.Event()
                self._start(self._there, client, server, committed)
                self._start(self._back, client, server, committed)

    def _there(self, client: socket.socket, server: socket.socket, committed: threading.Event) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                self.journeys += 1
                if _COMMIT in data and self.cut is Cut.BEFORE_COMMIT:
                    self.cut = Cut.NEVER
                    break
                if _COMMIT in data and self.cut is Cut.AFTER_COMMIT:
                    self.cut = Cut.NEVER
                    committed.set()
                server.sendall(data)
        _end(client)
        _end(server)

    def _back(self, client: socket.socket, server: socket.socket, committed: threading.Event) -> None:
        with suppress(OSError):
            while data := server.recv(65536):
                if committed.is_set():
                    if _COMMIT in data:
                        break
                    continue
                client.sendall(data)
        _end(client)
        _end(server)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
