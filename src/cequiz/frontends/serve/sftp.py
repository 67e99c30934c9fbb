"""A student's own certificates as a folder that programs such as scp and sftp can fetch from, and nothing else.

There is no file system behind it: a path is only ever looked up among the few names that this student has, so there is
nothing to climb out to. The bytes are those that were issued, out of the store. It knows nothing of terminals and of
how somebody signed in.
"""

from __future__ import annotations

import asyncio
import errno
import os
import posixpath
import stat
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, NoReturn

import asyncssh
from asyncssh.constants import FILEXFER_TYPE_DIRECTORY, FILEXFER_TYPE_REGULAR, FXF_READ

from cequiz.language import tr
from cequiz.services.papers import file_name
from cequiz.services.ports import Ports
from cequiz.services.records_of import certificates_of

FOLDER = "certificates"
"""The one folder, as commands name it."""

_FRESH = 5.0
"""Seconds that a look at the store counts: a certificate issued meanwhile shows at the next one."""

_MOST_OPENED = 1_000
"""Files and folders that one session may open; a student has a handful, and each open one takes memory."""

_LARGEST_READ = 262_144
"""Bytes that one request gets at most; programs ask again for the rest."""

_ROOT = "/"
_INSIDE = f"/{FOLDER}"


class Paper:
    """A certificate's file as it was issued."""

    def __init__(self, name: str, content: bytes, issued: int) -> None:
        self.name = name
        self.content = content
        self.issued = issued
        """Seconds since 1970, UTC."""

    def seek(self, offset: int, whence: int) -> int:
        """Return where data or a gap begins: the whole file is data, which asyncssh's own client asks for."""
        size = len(self.content)
        if whence == getattr(os, "SEEK_HOLE", 4):
            return size
        if offset >= size:
            raise OSError(errno.ENXIO, os.strerror(errno.ENXIO))
        return offset


def papers_of(ports: Ports, student_id: str) -> tuple[Paper, ...]:
    """Return the newest certificate of each of a student's awards, by name."""
    with ports.store.read() as unit:
        # Oldest first, so that a correction takes the place of what it corrects.
        newest = {record.award_id: record for record, _ in certificates_of(unit, student_id)}
    papers = (Paper(file_name(one), one.pdf, int(one.issued_at.timestamp())) for one in newest.values())
    return tuple(sorted(papers, key=lambda paper: paper.name))


class CertificateFolder(asyncssh.SFTPServer):
    """The folder of one student, read only.

    Everything that asyncssh's own class would do with the host's disk is overridden here; a test holds the two against
    each other, so that a later version of it cannot bring a way out.
    """

    def __init__(
        self,
        chan: asyncssh.SSHServerChannel[bytes],
        look: Callable[[], Awaitable[tuple[Paper, ...]]],
        drained: Callable[[], Awaitable[None]],
    ) -> None:
        """Take the channel and how to work.

        Args:
            chan: the line.
            look: reads the student's certificates from the store; what it refuses with is an `SFTPError`.
            drained: waits until the line has taken what was sent, so that nobody can fill the host's memory by asking
                for more than they read.
        """
        super().__init__(chan)
        self._look = look
        self._drained = drained
        self._papers: Mapping[str, Paper] = {}
        self._looked_at = float("-inf")
        self._opened = 0

    async def _files(self) -> Mapping[str, Paper]:
        now = asyncio.get_running_loop().time()
        if now - self._looked_at > _FRESH:
            found = await self._look()
            self._papers = {f"{_INSIDE}/{paper.name}": paper for paper in found}
            self._looked_at = now
        return self._papers

    async def _find(self, path: bytes) -> Paper | str:
        """Return the paper, or the path of the folder, that a path names.

        Raises:
            asyncssh.SFTPNoSuchFile: there is nothing of that name.
        """
        name = _absolute(path)
        if name in (_ROOT, _INSIDE):
            return name
        paper = (await self._files()).get(name)
        if paper is None:
            raise asyncssh.SFTPNoSuchFile(tr("There is no such file."))
        return paper

    def _count_opened(self) -> None:
        self._opened += 1
        if self._opened > _MOST_OPENED:
            raise asyncssh.SFTPFailure(tr("This connection has opened enough files. Connect again."))

    async def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open a certificate for reading."""
        if pflags != FXF_READ:
            _refuse()
        self._count_opened()
        found = await self._find(path)
        if isinstance(found, str):
            raise asyncssh.SFTPFailure(tr("This is a folder."))
        return found

    def open56(self, path: bytes, desired_access: int, flags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Refuse what only later versions of the protocol have, which this server does not speak."""
        raise asyncssh.SFTPOpUnsupported("SFTP 3")

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Return a part of a certificate."""
        assert isinstance(file_obj, Paper)  # noqa: S101 - `open` returns nothing else
        await self._drained()
        return file_obj.content[offset : offset + min(size, _LARGEST_READ)]

    def close(self, file_obj: object) -> None:
        """Nothing is held open."""

    async def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """Tell size and instant of issue of a certificate, or that a path is a folder."""
        await self._drained()
        return _attributes(await self._find(path))

    async def lstat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """Tell the same: there are no links."""
        return await self.stat(path)

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        """Tell the same of an open file."""
        assert isinstance(file_obj, Paper)  # noqa: S101 - as above
        return _attributes(file_obj)

    async def realpath(self, path: bytes) -> bytes:
        """Return the path without dots, whether or not there is something there."""
        await self._drained()
        return _absolute(path).encode("utf-8", "surrogateescape")

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        """Yield what lies in a folder."""
        self._count_opened()
        await self._drained()
        found = await self._find(path)
        if isinstance(found, Paper):
            raise asyncssh.SFTPFailure(tr("This is a file."))
        for name in (".", ".."):
            yield asyncssh.SFTPName(name.encode("ascii"), attrs=_attributes(found))
        if found == _ROOT:
            yield asyncssh.SFTPName(FOLDER.encode("ascii"), attrs=_attributes(_INSIDE))
            return
        for paper in (await self._files()).values():
            yield asyncssh.SFTPName(paper.name.encode("utf-8"), attrs=_attributes(paper))

    def exit(self) -> None:
        """Say that all went well, without which scp tells of a failure although the file is there."""
        self.channel.exit(0)

    def format_user(self, uid: int | None) -> str:
        """Name nobody of the host."""
        return "student"

    def format_group(self, gid: int | None) -> str:
        """Name no group of the host."""
        return "student"

    def map_path(self, path: bytes) -> bytes:
        """Refuse to lead to the host's disk."""
        _refuse()

    def reverse_map_path(self, path: bytes) -> bytes:
        """Refuse to lead to the host's disk."""
        _refuse()

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Refuse."""
        _refuse()

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Refuse."""
        _refuse()

    def lsetstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Refuse."""
        _refuse()

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Refuse."""
        _refuse()

    def remove(self, path: bytes) -> None:
        """Refuse."""
        _refuse()

    def mkdir(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Refuse."""
        _refuse()

    def rmdir(self, path: bytes) -> None:
        """Refuse."""
        _refuse()

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Refuse."""
        _refuse()

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        """Refuse."""
        _refuse()

    def readlink(self, path: bytes) -> bytes:
        """Refuse: there are no links."""
        _refuse()

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        """Refuse."""
        _refuse()

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        """Refuse."""
        _refuse()

    def lock(self, file_obj: object, offset: int, length: int, flags: int) -> None:
        """Refuse."""
        _refuse()

    def unlock(self, file_obj: object, offset: int, length: int) -> None:
        """Refuse."""
        _refuse()

    def statvfs(self, path: bytes) -> Any:
        """Refuse to tell of the host's disk."""
        _refuse()

    def fstatvfs(self, file_obj: object) -> Any:
        """Refuse to tell of the host's disk."""
        _refuse()

    def fsync(self, file_obj: object) -> None:
        """Refuse."""
        _refuse()


def _absolute(path: bytes) -> str:
    """Return a path without dots and double slashes, from the root on; bytes that are no text name nothing."""
    joined = posixpath.join(_ROOT, path.decode("utf-8", "surrogateescape"))
    # POSIX leaves the meaning of two leading slashes open; here they are one.
    return _ROOT + posixpath.normpath(joined).lstrip(_ROOT)


def _attributes(found: Paper | str) -> asyncssh.SFTPAttrs:
    if isinstance(found, Paper):
        return asyncssh.SFTPAttrs(
            type=FILEXFER_TYPE_REGULAR,
            size=len(found.content),
            permissions=stat.S_IFREG | 0o400,
            atime=found.issued,
            mtime=found.issued,
            nlink=1,
        )
    return asyncssh.SFTPAttrs(type=FILEXFER_TYPE_DIRECTORY, size=0, permissions=stat.S_IFDIR | 0o500, nlink=2)


def _refuse() -> NoReturn:
    raise asyncssh.SFTPPermissionDenied(tr("Certificates can be fetched here, nothing else."))
