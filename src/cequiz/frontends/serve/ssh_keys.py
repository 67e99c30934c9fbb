"""The key by which students' machines know this server again; it knows nothing of who signs in.

Several hosts that stand behind one name share the file, so that a student who is sent to another host is not warned
of a stranger. It is made once, by whichever process is first, and never changed.
"""

from __future__ import annotations

import os
import secrets
import stat
import sys
from pathlib import Path

import asyncssh

from cequiz.errors import EnvironmentFailed, StorageDamaged, StorageReadOnly
from cequiz.language import tr

NAME = "ssh_host_ed25519_key"
"""The file's name in the folder of keys, as OpenSSH calls its own."""

_LONGEST = 16_384
"""Bytes; a key of this kind has about four hundred."""


def load_or_make_host_key(path: Path) -> asyncssh.SSHKey:
    """Return the server's key, made now (folder 0700, file 0600) if there is none; who races gets the same one.

    Raises:
        StorageReadOnly: the file cannot be read, or others can read it.
        StorageDamaged: it is not an ordinary file, or holds no key.
        EnvironmentFailed: it cannot be made.
    """
    if not path.exists() and not path.is_symlink():
        try:
            _make(path)
        except OSError as error:
            raise EnvironmentFailed(
                tr("The server's key {path} cannot be made: {reason}.", path=path, reason=error.strerror),
                hint=tr("Check who owns the folder and whether there is room on the disk."),
            ) from error
    return _load(path)


def fingerprint(key: asyncssh.SSHKey) -> str:
    """Return what students compare with what their program shows at the first connection, such as `SHA256:...`."""
    return key.get_fingerprint()


def _load(path: Path) -> asyncssh.SSHKey:
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except PermissionError:
        raise StorageReadOnly(
            tr("The server's key {path} cannot be read.", path=path), hint=tr("Check who owns it.")
        ) from None
    except OSError as error:
        raise StorageDamaged(
            tr("The server's key {path} cannot be opened: {reason}.", path=path, reason=error.strerror),
            hint=_restore(),
        ) from error
    found = os.fstat(file).st_mode
    if not stat.S_ISREG(found):
        os.close(file)
        raise StorageDamaged(tr("The server's key {path} is not a file.", path=path), hint=_restore())
    with os.fdopen(file, "rb") as stream:
        if sys.platform != "win32" and stat.S_IMODE(found) & 0o077:
            raise StorageReadOnly(
                tr("Others can read the server's key {path}.", path=path),
                hint=tr("Run `chmod 600 {path}`.", path=path),
            )
        text = stream.read(_LONGEST)
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise StorageDamaged(tr("{path} does not hold a server's key.", path=path), hint=_restore()) from None


def _restore() -> str:
    return tr("Bring it back from a backup; a new one makes every student's program warn of a stranger.")


def _make(path: Path) -> None:
    """Write a key aside, make it durable, then give it its name, unless somebody was faster."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # By chance, not by process: hosts that share the folder may have the same numbers for theirs.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    key = asyncssh.generate_private_key("ssh-ed25519", comment="cequiz")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(key.export_private_key())
            stream.flush()
            os.fsync(stream.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was faster, and its key counts
    finally:
        draft.unlink()
