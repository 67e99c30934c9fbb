"""What `cequiz doctor` sees of a database server: where it is, how it keeps things, how far away, what time it has.

It looks and changes nothing; the address is told without its password.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cequiz.adapters.store.driver import GENERATION
from cequiz.adapters.store.postgres.care import Sight, look
from cequiz.adapters.surroundings import Fact, Level
from cequiz.errors import CequizError
from cequiz.language import mark, tr

_FAR = timedelta(milliseconds=20)
"""A way to the server and back that a student would notice: an answer takes two, other deeds take many."""

_APART = timedelta(seconds=5)
"""How far a machine's clock may be from the server's before it is worth a word."""

_CROWDED = 0.8


def look_at_server(url: str, *, key: Path, file: Path, now: Callable[[], datetime]) -> Iterator[Fact]:
    """Yield every fact about the database server.

    Args:
        url: where the database is.
        key: the file of the chains' key.
        file: the file that would be used without a server.
        now: returns what time it is on this machine (UTC).
    """
    try:
        seen = look(url, now=now)
    except CequizError as error:
        # What to do stands in the hint: which variable it is, or which setting of the server.
        yield Fact(mark("store"), Level.ERROR, " ".join(part for part in (error.sentence, error.hint) if part))
        return
    yield _store(seen, key)
    yield Fact(mark("database server"), Level.OK, f"PostgreSQL {seen.version}")
    yield Fact(
        mark("database settings"), Level.OK, ", ".join(f"{name}={value}" for name, value in seen.settings.items())
    )
    yield from _checksums(seen)
    yield _way(seen)
    yield _clock(seen)
    yield _line(seen)
    yield from _crowd(seen)
    if file.is_file() and file.stat().st_size:
        words = tr("{file} is not used while CEQUIZ_DATABASE_URL is set", file=file)
        yield Fact(mark("file of before"), Level.OK, words)


def _store(seen: Sight, key: Path) -> Fact:
    if not seen.generation:
        words = tr("{database} (the first command that needs it makes it)", database=seen.told)
        return Fact(mark("store"), Level.OK, words)
    if not key.exists():
        words = tr(
            "{database} needs its key {key}: copy it from a host that uses this database", database=seen.told, key=key
        )
        return Fact(mark("store"), Level.ERROR, words)
    if seen.generation < GENERATION:
        words = tr(
            "{database} is of generation {found}: `cequiz db upgrade` brings it to {known}",
            database=seen.told,
            found=seen.generation,
            known=GENERATION,
        )
        return Fact(mark("store"), Level.WARNING, words)
    return Fact(mark("store"), Level.OK, f"{seen.told}, {seen.size // 1024} KiB")


def _checksums(seen: Sight) -> Iterator[Fact]:
    if seen.settings.get("data_checksums") == "off":
        words = tr("the server does not notice when its disk changes what was written (data_checksums=off)")
        yield Fact(mark("database checksums"), Level.WARNING, words)


def _way(seen: Sight) -> Fact:
    took = f"{seen.round_trip / timedelta(milliseconds=1):.1f} ms"
    if seen.round_trip > _FAR:
        words = tr("{took} there and back: put cequiz nearer to its database", took=took)
        return Fact(mark("way to the database"), Level.WARNING, words)
    return Fact(mark("way to the database"), Level.OK, tr("{took} there and back", took=took))


def _clock(seen: Sight) -> Fact:
    seconds = f"{abs(seen.ahead).total_seconds():.3f} s"
    if abs(seen.ahead) > _APART:
        words = (
            tr("this machine's is {seconds} ahead of the database's, which is the one that counts", seconds=seconds)
            if seen.ahead > timedelta()
            else tr("this machine's is {seconds} behind the database's, which is the one that counts", seconds=seconds)
        )
        return Fact(mark("clock"), Level.WARNING, words)
    return Fact(mark("clock"), Level.OK, tr("{seconds} from the database's", seconds=seconds))


def _line(seen: Sight) -> Fact:
    if seen.encrypted:
        return Fact(mark("line to the database"), Level.OK, tr("encrypted"))
    if seen.local:
        return Fact(mark("line to the database"), Level.OK, tr("on this machine"))
    words = tr("not encrypted: add ?sslmode=verify-full to CEQUIZ_DATABASE_URL")
    return Fact(mark("line to the database"), Level.WARNING, words)


def _crowd(seen: Sight) -> Iterator[Fact]:
    most = seen.settings.get("max_connections", "")
    if most.isdigit() and seen.connected > _CROWDED * int(most):
        words = tr("{connected} of {most} are taken: raise max_connections", connected=seen.connected, most=most)
        yield Fact(mark("database connections"), Level.WARNING, words)
