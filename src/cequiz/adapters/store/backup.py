"""Backups: one file that holds everything a move to another machine needs, and the way back.

A backup is a ZIP archive with the database, the keys, the issued certificates, the provider's own fonts, boards and
templates, the configuration, and a manifest that has the SHA-256 of each member and the heads of all chains. It is
verified before it gets its name, and again before anything is replaced by it. What is replaced is kept under a dated
name.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from cequiz.adapters.keys import load_key
from cequiz.adapters.store import chains, graves, migrate
from cequiz.adapters.store.copying import Source, refuse_findings, write_file
from cequiz.adapters.store.driver import GENERATION, best_sqlite, read_only
from cequiz.adapters.store.following import Follower
from cequiz.adapters.store.gate import Presence
from cequiz.adapters.store.identity import key_name
from cequiz.adapters.store.moved import mark_moved
from cequiz.adapters.store.place import Place, flush_folder
from cequiz.adapters.store.store import translated
from cequiz.errors import NotFound, StorageDamaged, StoreTooNew, WrongState
from cequiz.language import tr
from cequiz.services.ports import Head

FORMAT = "cequiz-backup/1"
"""What a manifest says it is."""

DATABASE, KEY = "cequiz.db", "keys/store.key"
_MANIFEST = "manifest.json"
_TOPS = ("keys", "certificates", "fonts", "boards", "templates", "config.toml", DATABASE)
"""What a backup may hold, in the order it is put in place: the database last."""

_CHUNK = 1024 * 1024
_LARGEST_MANIFEST = 64 * _CHUNK


class Measured(Source, Protocol):
    """Records that are not in a file, and how many bytes they take, about."""

    def size(self) -> int:
        """Return how many bytes they take, about."""
        ...


@dataclass(frozen=True)
class Backup:
    """A backup that was made and verified."""

    path: Path
    members: int
    size: int
    records: int
    """How many records of all chains it holds."""


@dataclass(frozen=True)
class Restored:
    """What was put in place, and where that which was there before is kept."""

    made_at: datetime
    records: int
    kept: tuple[Path, ...]
    missing: tuple[str, ...] = ()
    """Numbers of certificates that the replaced store had issued and the backup does not know."""
    back: tuple[str, ...] = ()
    """Ids of students whose records were purged after the backup was made: they are back."""


def back_up(
    folder: Path,
    target: Path,
    *,
    at: datetime,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
    source: Measured | None = None,
) -> Backup:
    """Write everything in a cequiz folder into one verified file; sessions may go on meanwhile.

    Args:
        folder: the folder with `cequiz.db`, `keys/` and whatever else of `_TOPS` there is.
        target: the file to make (0600).
        at: the instant that the manifest names.
        progress: told how many bytes are done, of how many.
        stop: asked now and then whether to stop.
        source: the records where they are not in the folder's file: one state of a database server.

    Raises:
        Stopped: it was stopped; no file was written.
        NotFound: there is no store in the folder, or no folder for the target.
        WrongState: the target exists already.
        StorageDamaged: the store does not verify; nothing is written.
    """
    with translated():
        if source is None and not Place(folder / DATABASE).exists:
            raise NotFound(tr("There is no store in {folder}.", folder=folder))
        if target.exists():
            raise WrongState(
                tr("{target} exists already.", target=target),
                hint=tr("A backup never replaces a file: choose another name."),
            )
        if not target.parent.is_dir():
            raise NotFound(
                tr("There is no folder {folder}.", folder=target.parent), hint=tr("Make it, or choose another name.")
            )
    with translated(), _aside(target.parent) as work:
        copy = work / DATABASE
        companions = dict(_companions(folder))
        size = (folder / DATABASE).stat().st_size if source is None else source.size()
        follower = Follower(2 * size + sum(one.stat().st_size for one in companions.values()), progress, stop)
        key = load_key(folder / KEY)
        if source is None:
            migrate.copy_to(folder / DATABASE, copy, told=follower.at)
        else:
            write_file(source, copy, key=key, told=follower.part_of(size))
        follower.add(size)
        heads, records = _sound(copy, key)
        draft = work / "backup"
        members = {DATABASE: copy, **companions}
        _pack(draft, members, at=at, heads=heads, follower=follower)
        _read_manifest(draft)
        size = draft.stat().st_size
        draft.replace(target)
        flush_folder(target.parent)
        follower.finish()
    return Backup(target, len(members), size, records)


def restore(source: Path, folder: Path, *, at: datetime) -> Restored:
    """Put a backup in the place of what is in a folder, which is kept under a dated name.

    Raises:
        NotFound: there is no such file.
        StorageDamaged: it is not a backup, or not the one that was made, or the store's place holds something else;
            nothing was changed.
        StoreTooNew: a newer cequiz has made it; nothing was changed.
        WrongState: a session has the store open; nothing was changed.
    """
    place = Place(folder / DATABASE)
    with translated():
        if not source.is_file():
            raise NotFound(tr("There is no file {name}.", name=source))
        place.refuse_unsafe()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with translated(), _aside(folder) as work:
        manifest = _read_manifest(source)
        _unpack(source, work, manifest["members"])
        if migrate.generation(work / DATABASE) == GENERATION:
            anchors = tuple(Head(*entry) for entry in manifest["heads"])
            _heads, records = _sound(work / DATABASE, load_key(work / KEY), anchors=anchors)
            _unfold(work / DATABASE)
        else:  # an older one is migrated, and verified, when it is opened
            records = 0
        presence = Presence(place.presence)
        presence.alone()
        try:
            missing = sorted(_numbers(place.database) - _numbers(work / DATABASE))
            back = sorted(_purged(place.database) - _purged(work / DATABASE))
            kept = _put_in_place(work, folder, stamp=f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        finally:
            presence.leave()
    return Restored(datetime.fromisoformat(manifest["at"]), records, kept, tuple(missing), tuple(back))


def _numbers(database: Path) -> set[str]:
    """Return the numbers that a store has given, those of purged certificates too; none where it cannot be read."""
    if not database.is_file():
        return set()
    try:
        with closing(read_only(database)) as driver:
            purged = "SELECT json_extract(kept, '$.number') FROM tombstone WHERE chain = 'certificate'"
            found = {str(number) for (number,) in driver.execute("SELECT number FROM certificate")}
            known = int(driver.execute("PRAGMA user_version").fetchone()[0]) >= graves.SINCE
            return found | {str(number) for (number,) in (driver.execute(purged) if known else ())}
    except best_sqlite().Error:  # a store so damaged that it is being replaced
        return set()


def _purged(database: Path) -> set[str]:
    """Return the ids of the students whose records were purged in a store; none where it cannot be read."""
    if not database.is_file():
        return set()
    try:
        with closing(read_only(database)) as driver:
            if int(driver.execute("PRAGMA user_version").fetchone()[0]) < graves.SINCE:
                return set()
            found = driver.execute("SELECT substr(chain, 9) FROM tombstone WHERE chain LIKE 'student:%'")
            return {str(student) for (student,) in found}
    except best_sqlite().Error:  # a store so damaged that it is being replaced
        return set()


def _companions(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield what goes into a backup besides the database; symbolic links stay behind."""
    for top in _TOPS[:-1]:
        start = folder / top
        found = sorted(start.rglob("*")) if start.is_dir() and not start.is_symlink() else [start]
        for path in found:
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                yield path.relative_to(folder).as_posix(), path


def _pack(
    draft: Path, members: Mapping[str, Path], *, at: datetime, heads: tuple[Head, ...], follower: Follower
) -> None:
    """Write the archive, durably."""
    described: dict[str, Any] = {}
    with (
        os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, path in members.items():
            described[name] = _pack_one(archive, name, path, follower)
        manifest = {
            "format": FORMAT,
            "at": at.astimezone(UTC).isoformat(),
            "generation": GENERATION,
            "members": described,
            "heads": [[head.chain, head.seq, head.hash] for head in heads],
        }
        archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    file = os.open(draft, os.O_RDWR)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _pack_one(archive: zipfile.ZipFile, name: str, path: Path, follower: Follower) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as sink:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            sink.write(chunk)
            follower.add(len(chunk))
    return {"sha256": digest.hexdigest(), "bytes": size}


def _read_manifest(source: Path) -> dict[str, Any]:
    """Return the manifest of a backup whose members are named as a backup's may be."""
    try:
        with zipfile.ZipFile(source) as archive:
            info = archive.getinfo(_MANIFEST)
            if info.file_size > _LARGEST_MANIFEST:
                raise _not_a_backup(source)
            found = json.loads(archive.read(info))
            present = set(archive.namelist())
        datetime.fromisoformat(found["at"])
        names = set(found["members"])
        sizes = all(
            isinstance(one["bytes"], int) and isinstance(one["sha256"], str) for one in found["members"].values()
        )
    except (
        zipfile.BadZipFile,
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _not_a_backup(source) from error
    if found.get("format") != FORMAT:
        raise _not_a_backup(source)
    if not isinstance(found.get("generation"), int) or found["generation"] > GENERATION:
        raise StoreTooNew(
            tr("{source} was made by a newer cequiz.", source=source),
            hint=tr("Install the newer cequiz; nothing was changed."),
        )
    if not sizes or names | {_MANIFEST} != present or not {DATABASE, KEY} <= names or not all(map(_allowed, names)):
        raise _not_a_backup(source)
    return dict(found)


def _allowed(name: str) -> bool:
    """Whether a member's name stays in its place: no way up, no drive, nothing that we did not put there."""
    path = PurePosixPath(name)
    plain = not path.is_absolute() and "\\" not in name and ":" not in name and str(path) == name
    return plain and path.parts[0] in _TOPS and all(part not in {"", ".", ".."} for part in path.parts)


def _not_a_backup(source: Path) -> StorageDamaged:
    return StorageDamaged(
        tr("{source} is not a sound backup of cequiz.", source=source),
        hint=tr("Nothing was changed; try an older backup."),
    )


def _unpack(source: Path, work: Path, members: Mapping[str, Mapping[str, Any]]) -> None:
    """Write every member below `work`, each no longer than, and exactly as, the manifest says."""
    with zipfile.ZipFile(source) as archive:
        for name, described in members.items():
            path = work / name
            for parent in reversed(path.relative_to(work).parents):
                (work / parent).mkdir(mode=0o700, exist_ok=True)
            try:
                digest = _unpack_one(archive, name, path, limit=described["bytes"])
            except (zipfile.BadZipFile, EOFError, ValueError) as error:
                raise _not_a_backup(source) from error
            if digest != described["sha256"]:
                raise StorageDamaged(
                    tr("{name} in {source} is not what was backed up.", name=name, source=source),
                    hint=tr("Nothing was changed."),
                )


def _unpack_one(archive: zipfile.ZipFile, name: str, path: Path, *, limit: int) -> str:
    digest, room = hashlib.sha256(), limit
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with archive.open(name) as stream, os.fdopen(file, "wb") as sink:
        while chunk := stream.read(min(_CHUNK, room + 1)):
            room -= len(chunk)
            if room < 0:
                msg = "longer than the manifest says"
                raise ValueError(msg)
            digest.update(chunk)
            sink.write(chunk)
        sink.flush()
        os.fsync(sink.fileno())
    return digest.hexdigest()


def _sound(database: Path, key: bytes, *, anchors: tuple[Head, ...] = ()) -> tuple[tuple[Head, ...], int]:
    """Return heads and number of records of a copy that is sound and whose chains verify.

    Raises:
        StorageDamaged: it is not; the first difference is named.
    """
    with closing(read_only(database)) as driver:
        words = driver.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if words != "ok":
            raise StorageDamaged(tr("The database is damaged: {words}.", words=words))
        made_with = driver.execute("SELECT value FROM store_fact WHERE name = 'key'").fetchone()
        if made_with is None or made_with[0] != key_name(key):
            raise StorageDamaged(tr("The key is not the one these records were made with."))
        report = chains.verify(driver, key=key, anchors=anchors)
        refuse_findings(report)
        return chains.heads(driver), report.records


def _put_in_place(work: Path, folder: Path, *, stamp: str) -> tuple[Path, ...]:
    """Move the verified members into the folder and what they replace aside; the caller is alone with the store."""
    kept: list[Path] = []
    database = folder / DATABASE
    _fold(database)
    for name in (*(f"{DATABASE}{suffix}" for suffix in ("-wal", "-shm")), *_TOPS[:-1]):
        old = folder / name
        if old.exists() or old.is_symlink():
            kept.append(_free(folder, name, stamp))
            old.rename(kept[-1])
        if (work / name).exists() and name in _TOPS:
            (work / name).rename(old)
    if database.exists():
        kept.append(_free(folder, DATABASE, stamp))
        os.link(database, kept[-1])
    (work / DATABASE).replace(database)  # in one step: there is no instant without a database
    flush_folder(folder)
    return tuple(kept)


def _fold(database: Path) -> None:
    """Fold the old log into the old database, if that is possible; else it is kept beside it."""
    if not database.exists():
        return
    driver = best_sqlite().connect(str(database), isolation_level=None)
    try:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except best_sqlite().Error:
        return  # a damaged database is a good reason to restore
    finally:
        driver.close()


def _unfold(database: Path) -> None:
    """Let a copy write as the store does: in a backup it is one file without a log, and it may be a moved one."""
    with closing(best_sqlite().connect(str(database), isolation_level=None)) as driver:
        mark_moved(driver, "")
        driver.execute("PRAGMA journal_mode = wal").fetchall()


def _free(folder: Path, name: str, stamp: str) -> Path:
    """Return a name that says when this was replaced and that nothing has yet."""
    wanted, count = folder / f"{name}.replaced-{stamp}", 1
    while wanted.exists():
        count += 1
        wanted = folder / f"{name}.replaced-{stamp}-{count}"
    return wanted


@contextmanager
def _aside(beside: Path) -> Iterator[Path]:
    """Yield a private folder for work in progress, on the same disk as its result, gone at the end."""
    try:
        path = Path(tempfile.mkdtemp(prefix=".cequiz-", dir=beside))
    except OSError as error:
        error.filename = str(beside)  # the name that was tried means nothing to anyone
        raise
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
