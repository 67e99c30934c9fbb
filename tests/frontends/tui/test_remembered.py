"""What is read once: kept until it is forgotten, and never kept where it was forgotten while it was being read."""

from __future__ import annotations

import asyncio

import pytest

from cequiz.errors import StorageBusy
from cequiz.frontends.tui.remembered import Remembered


class Ledger:
    """Something that changes, and takes until the way is free to read."""

    def __init__(self) -> None:
        self.value = "old"
        self.reads = 0
        self.open = asyncio.Event()
        self.open.set()
        self.broken = False

    async def read(self) -> str:
        """Return what was written when the reading began."""
        self.reads += 1
        found = self.value
        await self.open.wait()
        if self.broken:
            raise StorageBusy("Another program holds the store.")
        return found


async def test_it_is_read_once_until_it_is_forgotten() -> None:
    ledger = Ledger()
    remembered = Remembered(ledger.read)
    assert [await remembered.get(), await remembered.get()] == ["old", "old"]
    assert ledger.reads == 1
    ledger.value = "new"
    assert await remembered.get() == "old"
    remembered.forget()
    assert await remembered.get() == "new"
    assert ledger.reads == 2


async def test_what_was_being_read_when_it_was_forgotten_is_read_again() -> None:
    ledger = Ledger()
    remembered = Remembered(ledger.read)
    ledger.open.clear()
    asking = [asyncio.create_task(remembered.get()) for _ in range(2)]
    await asyncio.sleep(0)
    ledger.value = "new"
    remembered.forget()
    ledger.open.set()
    assert await asyncio.gather(*asking) == ["new", "new"]
    assert await remembered.get() == "new"


async def test_nothing_is_a_value_too() -> None:
    reads: list[None] = []

    async def read() -> None:
        reads.append(None)

    remembered = Remembered(read)
    await remembered.get()
    await remembered.get()
    assert len(reads) == 1


async def test_a_refusal_is_not_kept() -> None:
    ledger = Ledger()
    remembered = Remembered(ledger.read)
    ledger.broken = True
    with pytest.raises(StorageBusy):
        await remembered.get()
    ledger.broken = False
    assert await remembered.get() == "old"
