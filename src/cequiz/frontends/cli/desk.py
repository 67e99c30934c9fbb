"""What every command works with: the house, the streams, and how data and words are written.

Data goes to `out`, words for a person go to `err`. Text that came from banks or people is shown with its unsafe
characters escaped, so that no record can steer a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
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


_BETWEEN = "\x1f"
"""Stands between the cells of a row that waits to be written; what is made visible has no such character."""


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

    def documents(self, values: Iterable[object]) -> None:
        """Write a JSON array one value at a time: the same text as that of `document`, however many there are."""
        before = "[\n"
        for value in values:
            # Inside of strings JSON has no line feed, so each begins a line of the value.
            text = json_text(value).replace("\n", "\n  ")
            self.out.write(f"{before}  {text}")
            before = ",\n"
        self.out.write("[]\n" if before == "[\n" else "\n]\n")

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]], *, none: str) -> None:
        """Write aligned columns; with no row at all, the words `none` to the person and no data.

        The columns must have been seen to their end before the first line is written; of hundreds of thousands of rows
        only their text is held until then.
        """
        widths = [0] * len(headings)
        lines: list[str] = []
        for row in chain([headings], rows):
            cells = [visible(cell) for cell in row]
            widths = [max(width, len(cell)) for width, cell in zip(widths, cells, strict=True)]
            lines.append(_BETWEEN.join(cells))
        if len(lines) == 1:
            self.say(none)
            return
        for line in lines:
            padded = (cell.ljust(width) for cell, width in zip(line.split(_BETWEEN), widths, strict=True))
            self.out.write(f"{'  '.join(padded).rstrip()}\n")

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
