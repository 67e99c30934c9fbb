"""A host that starts writers and kills them at random instants; a program of its own, so that it may fork.

    python -m tests.durability.killing FOLDER ROUNDS WRITERS SEED

It prints one JSON document: the idempotency keys that were acknowledged.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from pathlib import Path

from cequiz.adapters.store import append
from cequiz.errors import OpenElsewhere
from tests.storing import answer, open_store


def write_until_killed(folder: Path, attempt: str, first: int, pipe: int) -> None:
    """Append answers for ever; each acknowledged key goes into the pipe at once."""
    with open_store(folder) as store:
        with store.read() as unit:
            header = unit.attempts.header(attempt)
        assert header is not None
        seen, number = header.seq, first
        while True:
            draft = answer(number, attempt=attempt, items=4)
            try:
                ack = store.append(draft, expected_seq=seen)
            except OpenElsewhere:
                os._exit(3)
            os.write(pipe, f"{ack.event.key}\n".encode())
            seen, number = ack.event.seq, number + 1


def one_round(folder: Path, writers: int, first: int, chance: random.Random) -> list[list[str]]:
    """Start the writers, kill them after a random while, and return each one's acknowledged keys."""
    started = []
    for place in range(writers):
        reader, writer = os.pipe()
        process = os.fork()
        if process == 0:
            try:
                write_until_killed(folder, f"A-{place + 1}", first, writer)
            finally:
                os._exit(2)
        os.close(writer)
        started.append((process, reader))
    if chance.random() < 0.8:  # else some are killed while they still open the store
        select.select([reader for _, reader in started], [], [], 5)
    time.sleep(chance.uniform(0, 0.05))
    for process, _ in started:
        os.kill(process, signal.SIGKILL)
    acknowledged = []
    for process, reader in started:
        _, status = os.waitpid(process, 0)
        assert os.WIFSIGNALED(status), f"a writer ended by itself: {status}"
        with os.fdopen(reader, encoding="utf-8") as stream:
            lines = stream.read().split("\n")
        acknowledged.append(lines[:-1])  # a line that was cut short was not acknowledged
    return acknowledged


def main() -> None:
    folder, rounds, writers, seed = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    chance = random.Random(seed)
    append.statements()  # built once here instead of in every child
    kept: list[list[str]] = [[] for _ in range(writers)]
    for turn in range(rounds):
        for place, keys in enumerate(one_round(folder, writers, turn * 100_000, chance)):
            kept[place] += keys
    json.dump(kept, sys.stdout)


if __name__ == "__main__":
    main()
