"""What every command works with: the house, the streams, and how data and words are written.

Data goes to `out`, words for a person go to `err`. Text that came from banks or people is shown with its unsafe
characters escaped, so that no record can steer a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from cequiz.domain.text import UNSAFE, visible
from cequiz.frontends.dates import clock_words
from cequiz.language import SOURCE, speak

__all__ = ["Desk", "JsonOption", "clock_words", "desk_of", "iso", "json_text"]

if TYPE_CHECKING:
    from cequiz.bootstrap import House
    from cequiz.services.ports import Ports
    from cequiz.settings import Settings


def _speak_to_programs(asked: bool) -> bool:
    """Speak the source language where a program listens: sentences inside of JSON are the same everywhere."""
    if asked:
        speak(SOURCE)
    return asked


JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document instead of text.", callback=_speak_to_programs)
]
"""The option of every listing and report."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One command's surroundings; tests hand in their own."""

    house: House
    out: TextIO
    err: TextIO
    stdin: TextIO | None
    """None where the program was started with its input closed."""
    said: set[str] = field(default_factory=set, init=False, repr=False, compare=False)
    """What one command says once, however often it has reason to."""

    @property
    def settings(self) -> Settings:
        """Where things live, and who runs the program."""
        return self.house.settings

    @property
    def actor(self) -> str:
        """Whom records name as the doer of command-line deeds."""
        return self.settings.actor

    @property
    def interactive(self) -> bool:
        """Whether a person sits at a terminal: both the input and the output are one."""
        return self.stdin is not None and self.stdin.isatty() and self.out.isatty()

    def ports(self) -> Ports:
        """Return the opened store and everything else a service calls; say so where its records live elsewhere now."""
        ports = self.house.ports()
        past = self.house.past()
        if past and past not in self.said:
            self.said.add(past)
            self.say(past)
        return ports

    def print(self, line: str = "") -> None:
        """Write one line of data."""
        self.out.write(f"{visible(line)}\n")

    def say(self, sentence: str) -> None:
        """Write words for a person beside the data; where nobody can take them, the deed and its exit code stand."""
        with suppress(OSError):
            self.err.write(f"{visible(sentence)}\n")

    def document(self, value: object) -> None:
        """Write one JSON document."""
        self.out.write(f"{json_text(value)}\n")

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], *, none: str) -> None:
        """Write aligned columns; with no row at all, the words `none` to the person and no data."""
        if not rows:
            self.say(none)
            return
        shown = [[visible(cell) for cell in row] for row in (headings, *rows)]
        widths = [max(len(row[column]) for row in shown) for column in range(len(headings))]
        for row in shown:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            self.out.write(f"{'  '.join(cells).rstrip()}\n")

    def fields(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Write one labelled value a line."""
        width = max(len(label) for label, _ in pairs) + 1
        for label, value in pairs:
            self.out.write(f"{visible(label) + ':':<{width}} {visible(value)}".rstrip() + "\n")


def desk_of(ctx: typer.Context) -> Desk:
    """Return the desk that the program was started with."""
    desk = ctx.obj
    assert isinstance(desk, Desk)  # noqa: S101 - `run` puts it there, checked for the type checker
    return desk


def json_text(value: object) -> str:
    """Return indented JSON in which no character can act on a terminal; times are UTC ISO-8601 ending in Z."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
    # Outside of strings JSON has no such character but the line feed, which `UNSAFE` spares.
    return UNSAFE.sub(lambda found: json.dumps(found.group())[1:-1], text)


def iso(instant: datetime) -> str:
    """Return an instant as UTC ISO-8601, such as `2026-11-22T14:00:00Z`."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | frozenset):
        return list(value)
    return str(value)
