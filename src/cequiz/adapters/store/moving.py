"""Moving house: from a file to a database server, and the way back into a file.

A move needs the file for itself, and leaves a mark in it: its records are the past, and no program writes them any
more. A rehearsal needs neither; it reads one state of the file while exams go on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from cequiz.adapters.keys import load_key
from cequiz.adapters.store import migrate
from cequiz.adapters.store.care import check
from cequiz.adapters.store.copying import Copied, FileSource, Source, Told, proved, write_file
from cequiz.adapters.store.driver import GENERATION, best_sqlite, read_only
from cequiz.adapters.store.engine import Settings, configure
from cequiz.adapters.store.gate import Presence
from cequiz.adapters.store.moved import hint, mark_moved, moved_to, words
from cequiz.adapters.store.place import Place, flush_folder
from cequiz.adapters.store.store import translated
from cequiz.errors import NotFound, StorageDamaged, WrongState
from cequiz.language import tr


def move_out(database: Path, fill: Callable[[Source], Copied], *, key_path: Path, keep_open: bool = False) -> Copied:
    """Move a file's records to a database server.

    Args:
        database: the file; it is left as it is but for the mark.
        fill: fills the server's database from a source, and proves it.
        key_path: the file of the chains' key.
        keep_open: a rehearsal: other programs go on with the file, and it is not marked.

    Raises:
        NotFound: there is no such file.
        WrongState: a program has the store open, it was moved before, or it must be upgraded first.
        StorageDamaged: the file is not sound.
    """
    place = Place(database)
    with translated():
        place.refuse_unsafe()
        if not place.exists:
            raise NotFound(tr("There is no store at {database}.", database=database))
        with _present(place, alone=not keep_open):
            _refuse_unready(database, key_path=key_path, keep_open=keep_open)
            with FileSource.reading(database) as source:
                done = fill(source)
            if not keep_open:
                _mark(database, done.target)
    return done


def move_in(source: Source, target: Path, *, key_path: Path, told: Told | None = None) -> Copied:
    """Write a server's records into a new file, and prove it.

    Args:
        source: one state of the server's database.
        target: the file to make.
        key_path: the file of the chains' key.
        told: follows the work.

    Raises:
        WrongState: the target exists.
        NotFound: there is no folder for it.
        StorageDamaged: the records do not verify; nothing is kept.
    """
    with translated():
        _refuse_taken(target)
        if not target.parent.is_dir():
            raise NotFound(
                tr("There is no folder {folder}.", folder=target.parent), hint=tr("Make it, or choose another name.")
            )
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        key = load_key(key_path)
        try:
            held = write_file(source, draft, key=key, told=told)
            count, records = proved(draft, key)
            _let_write(draft)
            _give_name(draft, target)
        finally:
            for left in (draft, *(draft.with_name(f"{draft.name}{suffix}") for suffix in ("-wal", "-shm", "-journal"))):
                left.unlink(missing_ok=True)
        flush_folder(target.parent)
    return Copied(source.told, str(target), held, count, records)


def _refuse_taken(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise WrongState(
            tr("{target} exists already.", target=target),
            hint=tr("A copy never replaces a file: choose another name, or move it away."),
        )


def _give_name(draft: Path, target: Path) -> None:
    """Give a finished copy its name, which no other file may have got meanwhile: a link replaces nothing.

    Raises:
        WrongState: there is such a file by now.
    """
    try:
        os.link(draft, target)
    except OSError:
        _refuse_taken(target)
        draft.replace(target)  # where a file cannot have two names


@contextmanager
def _present(place: Place, *, alone: bool) -> Iterator[None]:
    presence = Presence(place.presence)
    (presence.alone if alone else presence.share)()
    try:
        yield
    finally:
        presence.leave()


def _refuse_unready(database: Path, *, key_path: Path, keep_open: bool) -> None:
    if migrate.generation(database) != GENERATION:
        raise WrongState(tr("The store is of an older generation."), hint=tr("Run `cequiz db upgrade`, then copy it."))
    health = check(database)
    if not health.sound:
        raise StorageDamaged(
            tr("The store is not sound: {words}", words=health.problems[0]),
            hint=tr("`cequiz db check` shows everything."),
        )
    if not keep_open:
        with closing(read_only(database)) as driver:
            before = moved_to(driver)
        if before:
            raise WrongState(words(before), hint=hint())
    proved(database, load_key(key_path))


def _mark(database: Path, told: str) -> None:
    with closing(best_sqlite().connect(str(database), isolation_level=None)) as driver:
        configure(driver, Settings())
        driver.execute("BEGIN IMMEDIATE")
        mark_moved(driver, told)
        driver.execute("COMMIT")


def _let_write(database: Path) -> None:
    """Let a copy write as the store does, and flush it."""
    with closing(best_sqlite().connect(str(database), isolation_level=None)) as driver:
        driver.execute("PRAGMA journal_mode = wal").fetchall()
    file = os.open(database, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)
