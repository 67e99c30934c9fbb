"""What somebody might send who wants to do harm, and somebody who answers questions meanwhile and must not notice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from hypothesis import strategies as st

from cequiz.frontends.serve.journal import LOG as JOURNAL
from cequiz.frontends.tui.mishap import LOG
from cequiz.services.sitting import Sitting
from tests.frontends.tui.stage import Stage

MARK = "Wj4harm"
"""Stands in what is sent; nobody else may ever see it."""

PATIENCE = 60.0
"""Seconds until a test gives up; a machine that is busy needs some of them."""

_DRAWN = re.compile(
    rb"\x1b\[[0-9;]*[mHJKX]"  # colours, the cursor's place, wiping
    rb"|\x1b\[\?(?:7|25|1000|1003|1004|1006|1015|1049|2004|2026)[hl]"
    rb"|\x1b\]22;(?:default|pointer|text)\x07"  # the shape of the mouse
    rb"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # what they copied themselves
    rb"|[^\x00-\x09\x0b\x0c\x0e-\x1f\x7f]"  # text, and ends of lines
)
"""All that a served terminal may get."""


@dataclass(frozen=True)
class Resize:
    """Another size of a terminal, which need not be one."""

    columns: int
    rows: int


Step = bytes | Resize

_numbers = st.one_of(st.integers(-9, 300), st.sampled_from([2**31, 2**63, 10**40]))


def _csi(final: str) -> st.SearchStrategy[bytes]:
    numbers = st.lists(_numbers, max_size=6)
    lead, between = st.sampled_from(["", "?", "<", ">", "="]), st.sampled_from(";:")
    return st.builds(
        lambda one, found, by: f"\x1b[{one}{by.join(map(str, found))}{final}".encode(), lead, numbers, between
    )


_strings = st.builds(
    lambda opening, size, closing: opening + MARK.encode() * size + closing,
    st.sampled_from(
        [b"\x1b]0;", b"\x1b]52;c;", b"\x1bP", b"\x1b_", b"\x1b^", b"\x1bX", b"\x9d", b"\x1b[200~", b"\x1b["]
    ),
    st.sampled_from([1, 40, 3_000]),
    st.sampled_from([b"", b"\x07", b"\x1b\\", b"\x1b[201~", b"\x18"]),
)
"""Titles, clipboards, commands and pasted texts; most of them without an end."""

_answers = st.sampled_from(
    [
        b"\x1b[?62;c",
        b"\x1b[>0;276;0c",
        b"\x1b[999999999;1R",
        b"\x1b[0n",
        b"\x1b[?2026;2$y",
        b"\x1b[?2048;1$y",
        b"\x1b[48;1;1;1;1t",
        b"\x1b[48;99999;99999;99999;99999t",
        b"\x1b[I",
        b"\x1b[O",
        b"\x1b[M\xff\xff\xff",
        b"\x1b[M\x00",
        b"\x1b[<0;1;1m",
    ]
)
"""What terminals say, to questions that nobody asked."""

_cut = st.sampled_from([b"\xf0\x9f\x98", b"\xc3", b"\xed\xa0\x80", b"\xfe\xff", b"\xf4\x90\x80\x80", b"\xe2\x80\xae"])
_roaming = st.lists(st.sampled_from([*b"?qyn\r\t\x1b abcd!123hopsx*=\x10\x11\x03\x1a"]), min_size=1, max_size=12).map(
    bytes
)
"""Keys that lead around in the screens, and out of them."""

pieces: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=300),
    _roaming,
    st.sampled_from("ABCDEFHMPQRSZcmnrtuy~$x").flatmap(_csi),
    _strings,
    _answers,
    _cut,
    st.just(MARK.encode()),
    st.just(b"\x00" * 5_000),
    st.just(b"x" * 10_000),
    st.just(b"\x1b" * 500),
)

_sizes = st.builds(Resize, st.sampled_from([-1, 0, 1, 59, 80, 501, 10**5]), st.sampled_from([-1, 0, 1, 19, 24, 10**5]))
steps: st.SearchStrategy[list[Step]] = st.lists(st.one_of(pieces, pieces, pieces, _sizes), min_size=1, max_size=8)


class Terminal(Protocol):
    """What a witness looks at."""

    @property
    def raw(self) -> bytearray:
        """Everything that came."""
        ...

    async def shows(self, words: str) -> None:
        """Wait until words have come."""
        ...

    def type(self, keys: str) -> None:
        """Press keys."""
        ...

    def forget(self) -> None:
        """Look only at what comes from now on."""
        ...


class Witness:
    """Somebody in an exam, on the same server."""

    def __init__(self, stage: Stage, sitting: Sitting, terminal: Terminal) -> None:
        self._stage = stage
        self._attempt_id = sitting.attempt.id
        self._terminal = terminal
        self._turns = 0

    async def answers(self) -> None:
        """Answer once more; the key must be painted and saved, and nothing of anybody else be seen."""
        self._turns += 1
        letter = "bc"[self._turns % 2]
        before = self._answered()
        self._check()
        self._terminal.forget()
        self._terminal.type(letter)
        # First what is kept: a picture may hold the words of an earlier answer until it is drawn anew.
        await soon(lambda: self._answered() > before)
        await self._terminal.shows(f"Saved: {letter.upper()}.")
        after = self._answered()
        assert after == before + 1, (
            f"what is shown as saved is saved, once: {before} before, {after} after: {self._kinds()}"
        )
        self._check()

    def _check(self) -> None:
        raw = bytes(self._terminal.raw)
        assert MARK.encode() not in raw
        assert not (found := foreign(raw)), found

    def _kinds(self) -> list[str]:
        with self._stage.store.read() as unit:
            return [event.kind for event in unit.attempts.events(self._attempt_id)]

    def _answered(self) -> int:
        return self._kinds().count("answered")


def foreign(raw: bytes) -> list[bytes]:
    """Return what was sent to a terminal and is neither text nor one of the few sequences that draw."""
    rest = _DRAWN.sub(b"", raw)
    text = raw.decode("utf-8", "replace")
    return [rest] * bool(rest) + [one.encode() for one in text if "\x80" <= one <= "\x9f" or one in "\u202e\u2028"]


def assert_no_fault(home: Path, *said: str) -> None:
    """Assert that nothing went wrong that is the program's own doing."""
    faults = home / LOG
    assert not faults.exists(), faults.read_text()
    journal = home / JOURNAL
    told = journal.read_text() if journal.exists() else ""
    for words in (
        " in the loop",
        " in a thread",
        "an object's end",
        "request failed",
        "connection failed",
        "did not end",
    ):
        assert words not in told, told
    assert MARK not in told
    assert not any("Traceback" in one for one in said), said


async def soon(holds: object) -> None:
    """Wait until something holds."""
    assert callable(holds)
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.01)


def joined(taken: Sequence[Step]) -> bytes:
    """Return the bytes of some steps."""
    return b"".join(one for one in taken if isinstance(one, bytes))
