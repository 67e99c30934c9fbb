"""Care of the store as a whole, put together: looking it through, backups, moving, and what surrounds it.

`bootstrap` opens the store for those who work in it; here are the few deeds that are done to it from outside, wherever
the records are kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cequiz.bootstrap import require_server_library
from cequiz.clock import SystemClock
from cequiz.errors import EnvironmentFailed, WrongState, WrongUsage
from cequiz.language import mark, tr
from cequiz.paths import bundled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cequiz.adapters.store.backup import Backup, Restored
    from cequiz.adapters.store.care import Health, ServerHealth, Upgrade
    from cequiz.adapters.store.copying import Copied, Source
    from cequiz.adapters.surroundings import Fact
    from cequiz.settings import Settings


def check_store(settings: Settings, *, stop: Callable[[], bool] | None = None) -> Health | ServerHealth:
    """Look the whole database through; see `adapters.store.care`.

    Args:
        settings: where it is.
        stop: asked now and then whether to stop; a database server is not asked to.

    Raises:
        Stopped: it was stopped.
    """
    if settings.database_url is not None:
        require_server_library()
        from cequiz.adapters.store.postgres.care import check as look_through

        return look_through(settings.database_url)
    from cequiz.adapters.store.care import check

    return check(settings.database, stop=stop)


def upgrade_store(settings: Settings) -> Upgrade:
    """Bring the database to the newest generation, after a copy where it is a file; see `adapters.store.care`."""
    if settings.database_url is not None:
        require_server_library()
        from cequiz.adapters.store.postgres.care import upgrade as bring_up

        return bring_up(settings.database_url)
    from cequiz.adapters.store.care import upgrade

    return upgrade(settings.database, key_path=settings.store_key)


def back_up(
    settings: Settings,
    target: Path,
    *,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Backup:
    """Write everything that another machine needs into one file; see `adapters.store.backup`."""
    from cequiz.adapters.store.backup import back_up as write

    if settings.database_url is None:
        return write(settings.home, target, at=at, progress=progress, stop=stop)
    require_server_library()
    from cequiz.adapters.store.postgres.copying import reading

    with reading(settings.database_url) as source:
        return write(settings.home, target, at=at, progress=progress, stop=stop, source=source)


def copy_store(settings: Settings, target: str, *, keep_open: bool = False) -> Copied:
    """Copy the records into an empty database server's database, or from one into a new file, and prove both equal.

    Args:
        settings: where the records are.
        target: the address of a database, or the path of a file (`sqlite:///PATH` too).
        keep_open: what is copied may be written meanwhile, and a file is not marked as moved.

    Raises:
        Refused: the records cannot go there; nothing was changed.
        FoundProblems: the copy is not the same; nothing is kept of it.
        EnvironmentFailed: a store cannot be reached or is not sound.
        WrongUsage: the target is neither an address nor a path.
    """
    key, url = settings.store_key, settings.database_url
    path = _file_named(target)
    if url is None and path is not None:
        raise WrongState(
            tr("The records are in a file already."), hint=tr("`cequiz db backup FILE` copies a file, proved as well.")
        )
    if path is None:
        _refuse_no_address(target)
    require_server_library()
    from cequiz.adapters.store.moving import move_in, move_out
    from cequiz.adapters.store.postgres.copying import reading, write_database

    def fill(source: Source) -> Copied:
        return write_database(source, target, key_path=key)

    if url is None:
        return move_out(settings.database, fill, key_path=key, keep_open=keep_open)
    with reading(url, alone=not keep_open) as source:
        return fill(source) if path is None else move_in(source, path, key_path=key)


def _refuse_no_address(target: str) -> None:
    from cequiz.adapters.store.postgres.address import Address

    try:
        Address.read(target)
    except EnvironmentFailed as error:
        raise WrongUsage(tr("What --to names is no address of a PostgreSQL database."), hint=error.hint) from None


def _file_named(target: str) -> Path | None:
    """Return the file that a target of a copy names; None where it is an address."""
    if target.startswith("sqlite:///"):
        return Path(target.removeprefix("sqlite:///")).expanduser()
    return None if "://" in target else Path(target).expanduser()


def restore(settings: Settings, source: Path, *, at: datetime) -> Restored:
    """Put a backup in the place of the store, which is kept; see `adapters.store.backup`.

    Raises:
        WrongState: the records are in a database server: a backup becomes a file first.
    """
    if settings.database_url is not None:
        raise WrongState(
            tr("A backup is restored into a file, and the records are in a database server."),
            hint=tr(
                "Restore it with CEQUIZ_HOME set to an empty folder and CEQUIZ_DATABASE_URL unset, then"
                " `cequiz db copy --to URL` into a new database."
            ),
        )
    from cequiz.adapters.store.backup import restore as put

    return put(source, settings.home, at=at)


def survey(settings: Settings) -> tuple[Fact, ...]:
    """Return what is installed, where things live and what is wrong with it; see `adapters.surroundings`."""
    from cequiz.adapters.surroundings import look_around

    url = settings.database_url
    facts = look_around(
        home=settings.home,
        database=settings.database,
        key=settings.store_key,
        fonts=bundled("certificates") / "fonts",
        other_store=None if url is None else lambda: _server_facts(settings, url),
    )
    return (*facts, *_equipment(settings))


def _server_facts(settings: Settings, url: str) -> Iterator[Fact]:
    """Yield what is seen of the database server, or that there is nothing to look with."""
    from cequiz.adapters.surroundings import Fact, Level

    try:
        from cequiz.adapters.store.postgres.surroundings import look_at_server
    except ImportError as error:
        words = tr("the library for PostgreSQL is not installed: {reason}", reason=error)
        yield Fact(mark("store"), Level.ERROR, words)
        return
    clock = SystemClock()
    yield from look_at_server(url, key=settings.store_key, file=settings.database, now=lambda: clock.read().wall)


def _equipment(settings: Settings) -> tuple[Fact, ...]:
    """Return what makes certificates; nothing where a library for it is missing, which `look_around` has said."""
    try:
        from cequiz.adapters.equipment import Folders, look_at_equipment
        from cequiz.adapters.proof.notary import KeyNotary
    except ImportError:
        return ()
    folders = Folders(
        keys=settings.keys / "provider",
        fonts=settings.fonts,
        templates=(bundled("certificates") / "templates", settings.home / "templates"),
        boards=(bundled("certificates") / "boards", settings.home / "boards"),
    )
    return look_at_equipment(folders, KeyNotary(settings.keys, passphrase=settings.key_passphrase).keyring)
