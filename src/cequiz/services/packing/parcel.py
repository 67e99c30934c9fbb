"""What a pack is put into, and the list of what went in: path, bytes and SHA-256 of every file.

The format of each file is plain: JSON for programs, CSV for spreadsheets, text for people. What comes from banks and
people is data in all of them; a spreadsheet would take some of it for formulas, so such a cell gets an apostrophe.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from typing import Protocol

from cequiz.domain.canonical import Json
from cequiz.errors import Stopped
from cequiz.language import tr

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for the beginning of a formula, in the wide forms of East Asia too."""


class Parcel(Protocol):
    """Takes files, in the order in which they come, and keeps none of them in memory."""

    def add(self, path: str, content: bytes) -> None:
        """Put a file in.

        Args:
            path: its name in the pack, with `/` between folders.
            content: its bytes.
        """
        ...


class Packing:
    """Puts files into a parcel and remembers what went in; asks before each whether to stop."""

    def __init__(self, parcel: Parcel, *, stop: Callable[[], bool]) -> None:
        self._parcel = parcel
        self._stop = stop
        self.entries: dict[str, Json] = {}
        """What the manifest says of each file, by path."""
        self._digests: dict[str, str] = {}

    def put(self, path: str, content: bytes) -> None:
        """Put a file in that the manifest lists.

        Raises:
            Stopped: somebody asked for it.
        """
        self.bare(path, content)
        self._digests[path] = hashlib.sha256(content).hexdigest()
        self.entries[path] = {"path": path, "bytes": len(content), "sha256": self._digests[path]}

    def sums(self) -> Iterator[str]:
        """Yield what `sha256sum` says of every file so far, by path."""
        for path in sorted(self._digests):
            yield f"{self._digests[path]}  {path}"

    def bare(self, path: str, content: bytes) -> None:
        """Put a file in that the manifest does not list: the manifest itself, and its signature."""
        if self._stop():
            raise Stopped(tr("The packing was stopped."), hint=tr("Nothing was written."))
        self._parcel.add(path, content)

    def json(self, path: str, value: object) -> None:
        """Put a value in as JSON: UTF-8, times in UTC."""
        self.put(path, json_bytes(value))

    def table(self, path: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Put rows in as CSV (RFC 4180), with the byte order mark by which spreadsheets know UTF-8."""
        out = StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(headings)
        for row in rows:
            writer.writerow([_cell(value) for value in row])
        self.put(path, f"\ufeff{out.getvalue()}".encode())

    def lines(self, path: str, lines: Iterable[str]) -> None:
        """Put text in."""
        self.put(path, "".join(f"{line}\n" for line in lines).encode())


def json_bytes(value: object) -> bytes:
    """Return a value as JSON for people and programs: indented, UTF-8, one line feed at the end."""
    return f"{json.dumps(value, ensure_ascii=False, indent=1, default=_plain)}\n".encode()


def instant_text(at: datetime | None) -> str:
    """Return an instant as UTC ISO-8601 ending in Z; nothing for none."""
    return "" if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | frozenset | set):
        return list(value)
    return str(value)


def _cell(value: object) -> str:
    text = instant_text(value) if isinstance(value, datetime) else "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
