"""A small program that answers questions through the real store and says what was acknowledged; run under strace.

    python -m tests.durability.writer FOLDER --answers 30 [--synchronous NORMAL] [--checkpoint 20] [--insist]

It prints `READY` when the store is open, `ACK n` after the n-th acknowledgement, `FAIL n KIND` when the store refused,
`DONE` at the end. With `--insist` it does what the sitting does: recover, then send the same draft again.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from cequiz.adapters.store.engine import Settings
from cequiz.errors import CequizError
from cequiz.services.ports import Ack
from tests.storing import answer, begin, open_store

TRIES = 3


def say(words: str) -> None:
    """Write a line at once, in one system call, so that a trace shows when it was said."""
    os.write(1, f"{words}\n".encode())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--answers", type=int, required=True)
    parser.add_argument("--synchronous", default="FULL")
    parser.add_argument("--checkpoint", type=int, default=1000)
    parser.add_argument("--insist", action="store_true")
    given = parser.parse_args()
    settings = Settings(synchronous=given.synchronous, checkpoint_pages=given.checkpoint, ballast=0, busy_ms=2000)
    store = open_store(given.folder, settings)
    say("READY")
    for number in range(given.answers):
        draft, seen = answer(number, choice="abcd"[number % 4]), number + 1
        ack: Ack | None = None
        for _ in range(TRIES if given.insist else 1):
            try:
                ack = store.append(draft, expected_seq=seen)
                break
            except CequizError as error:
                say(f"FAIL {number} {type(error).__name__}")
                if given.insist:
                    try:
                        store.recover()
                    except CequizError as again:
                        say(f"FAIL {number} {type(again).__name__}")
        if ack is None:
            break
        say(f"ACK {number}{' repeated' if ack.repeated else ''}")
    say("DONE")
    os._exit(0)  # as abrupt as a power cut: closing would fold the log into the database


def prepare(folder: Path) -> None:
    """Make the store that the program then answers in."""
    with open_store(folder) as store:
        begin(store)


if __name__ == "__main__":
    main()
