"""Where a store lives on the disk: which places are refused, which files stand beside the database, and their modes.

This room knows files and nothing of what is in them.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from cequiz.errors import StorageDamaged, WrongState
from cequiz.language import tr

BALLAST = 32 * 1024 * 1024
"""Bytes held back, so that a full disk still has room for a student to finish."""

_BALLAST_NEEDS = 8
"""The ballast is made only where this many times its size is free: it must not be what fills the disk."""

_MOUNTS = Path("/proc/self/mountinfo")

_NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb2",
        "smb3",
        "smbfs",
        "9p",
        "lustre",
        "ceph",
        "glusterfs",
        "afs",
        "beegfs",
        "gpfs",
        "pvfs2",
    }
    | {"fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.ceph"}
)
"""File systems that cannot carry SQLite's shared memory; public reports tell of corruption on network homes."""


@dataclass(frozen=True)
class Place:
    """The database file and what stands beside it."""

    database: Path

    @property
    def folder(self) -> Path:
        """The folder that holds everything."""
        return self.database.parent

    @property
    def gate(self) -> Path:
        """The lock around writing."""
        return self._beside(".lock")

    @property
    def presence(self) -> Path:
        """The lock that every open session shares."""
        return self._beside(".sessions")

    @property
    def ballast(self) -> Path:
        """The file that gives its room to a full disk."""
        return self._beside(".ballast")

    @property
    def exists(self) -> bool:
        """Whether there is a database; an empty file is a creation that was cut short."""
        return self.database.is_file() and self.database.stat().st_size > 0

    def refuse_unsafe(self) -> None:
        """Refuse a place that would put the records at risk.

        Raises:
            WrongState: the folder is on a network file system.
            StorageDamaged: the folder is none, or the database is a symbolic link or not an ordinary file.
        """
        self.refuse_odd()
        kind = network_kind(self.folder)
        if kind is not None:
            raise WrongState(
                tr(
                    "The folder {folder} is on a network file system ({kind}), where records can be lost.",
                    folder=self.folder,
                    kind=kind,
                ),
                hint=tr("Set CEQUIZ_HOME to a folder on this computer's own disk, or use PostgreSQL."),
            )

    def refuse_odd(self) -> None:
        """Refuse a folder or a database that is something else.

        Raises:
            StorageDamaged: the folder is none, or the database is a symbolic link or not an ordinary file.
        """
        if self.folder.exists() and not self.folder.is_dir():
            raise StorageDamaged(
                tr("{folder} is not a folder.", folder=self.folder), hint=tr("Choose another place with CEQUIZ_HOME.")
            )
        if self.database.is_symlink():
            raise StorageDamaged(
                tr("{database} is a symbolic link.", database=self.database),
                hint=tr("SQLite's companion files would miss it: name the file itself."),
            )
        if self.database.exists() and not self.database.is_file():
            raise StorageDamaged(
                tr("{database} is not a file.", database=self.database),
                hint=tr("Choose another place with CEQUIZ_HOME."),
            )

    def refuse_lost(self, key: Path) -> None:
        """Refuse to begin anew, where there is no database, beside a key: it says that there were records.

        Raises:
            StorageDamaged: the key is there.
        """
        if key.exists() or key.is_symlink():
            raise StorageDamaged(
                tr(
                    "The records are gone: {database} is missing or empty, and its key is still there.",
                    database=self.database,
                ),
                hint=tr("Bring them back: `cequiz db restore FILE`. To begin anew, move {key} away.", key=key),
            )

    def make(self) -> None:
        """Make the folder (0700) and an empty database file (0600) where they are missing.

        Never called once the database is in use: closing any descriptor of a file drops the process's locks on it.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self.database, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600))

    def tighten(self) -> None:
        """Take the rights of group and others from the database, if it is ours; SQLite's companions follow its mode."""
        if sys.platform == "win32":
            return
        found = self.database.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
            self.database.chmod(stat.S_IMODE(found.st_mode) & 0o700)

    def load_ballast(self, size: int = BALLAST) -> bool:
        """Make the ballast if it is missing and there is plenty of room; whether it is there now."""
        if size <= 0 or not hasattr(os, "posix_fallocate"):
            return False
        if self.ballast.exists():
            return True
        room = os.statvfs(self.folder)
        if room.f_bavail * room.f_frsize < size * _BALLAST_NEEDS:
            return False
        return _reserve(self.ballast, size)

    def drop_ballast(self) -> bool:
        """Give the ballast's room back; whether there was any."""
        try:
            self.ballast.unlink()
        except FileNotFoundError:
            return False
        return True

    def _beside(self, suffix: str) -> Path:
        return self.database.with_name(self.database.name + suffix)


def _reserve(path: Path, size: int) -> bool:
    """Fill a file with real blocks, best effort: a store without ballast is a store all the same."""
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError:
        return path.exists()
    try:
        os.posix_fallocate(file, 0, size)
    except OSError:
        path.unlink(missing_ok=True)
        return False
    finally:
        os.close(file)
    return True


def network_kind(folder: Path, *, mounts: Path = _MOUNTS) -> str | None:
    """Return the type of the network file system a folder is on; None for a local one, or where nobody can tell.

    Args:
        folder: an existing folder, or one whose nearest existing parent decides.
        mounts: the kernel's table of mounts, see proc(5), `mountinfo`.
    """
    try:
        table = mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    wanted = folder.resolve()
    best, kind = -1, ""
    for line in table.splitlines():
        left, _, right = line.partition(" - ")
        where = Path(left.split(" ")[4].encode("latin-1", "surrogateescape").decode("unicode_escape", "replace"))
        if (wanted == where or where in wanted.parents) and len(where.parts) >= best:
            best, kind = len(where.parts), right.split(" ")[0]
    return kind if kind in _NETWORK else None


def flush_folder(folder: Path) -> None:
    """Make names in a folder durable: a new or renamed file is not there for sure before that."""
    if sys.platform == "win32":
        return
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
