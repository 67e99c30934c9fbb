"""The provider's keys: a folder with one encrypted private key and one public description for each.

A key that was retired stays: what it signed must remain verifiable. Private keys are PKCS#8, encrypted either with a
secret derived from the store's key, so that issuing works unattended, or with the provider's own passphrase. Nothing
but this module reads them, and what leaves it can only sign.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from cequiz.adapters.keys import load_key
from cequiz.domain.credential.proof import PublicKey
from cequiz.errors import NotAllowed, StorageDamaged, StorageReadOnly
from cequiz.language import mark, tr

if sys.platform != "win32":
    import fcntl

_KID_BYTES = 8
_PUBLIC_BYTES = 32
_LARGEST_FILE = 16 * 1024
_PURPOSE = b"cequiz provider key"
_LOST = mark("Bring it back from a backup: `cequiz db restore FILE`, or `cequiz keys rotate` makes a new one.")


def key_id(public: bytes) -> str:
    """Return the id of a public key (32 bytes): the first eight bytes of its SHA-256, hexadecimal."""
    return hashlib.sha256(public).digest()[:_KID_BYTES].hex()


class Keyring:
    """The keys in a folder; each is opened once, when it is first needed."""

    def __init__(self, folder: Path, *, store_key: Path, passphrase: str = "") -> None:
        """Remember where the keys are; nothing is read yet.

        Args:
            folder: holds a `.pem` and a `.json` for each key; made with the first one.
            store_key: the file of the store's key.
            passphrase: the provider's, for keys that were made with one; empty where nobody gave it.
        """
        self._folder = folder
        self._store_key = store_key
        self._passphrase = passphrase
        self._opened: dict[str, Ed25519PrivateKey] = {}

    def keys(self) -> tuple[PublicKey, ...]:
        """Return every key as everyone may know it, the one in use last.

        Raises:
            StorageDamaged: a description is not one, or not that of its key.
            StorageReadOnly: it cannot be read.
        """
        found = [_described(path) for path in _descriptions(self._folder)]
        return tuple(sorted(found, key=lambda one: (not one.retired_at, one.made_at, one.id)))

    def make(self, *, at: datetime, passphrase: str = "") -> PublicKey:
        """Return the key in use, made now where there is none; processes that race get the same one.

        Args:
            at: when.
            passphrase: locks the private key; empty for the passphrase of this keyring, or the store's secret.
        """
        with self._alone():
            return self._in_use() or self._new(at, passphrase)

    def rotate(self, *, at: datetime, passphrase: str = "") -> PublicKey:
        """Return a new key, which takes the place of the one in use; that one is retired and kept."""
        with self._alone():
            before = [one for one in self.keys() if not one.retired_at]
            made = self._new(at, passphrase)
            for one in before:
                _write(self._folder / f"{one.id}.json", _description(one, retired_at=_instant(at)))
            return made

    def unlocked(self, wanted: str = "") -> tuple[PublicKey, Ed25519PrivateKey]:
        """Return the key in use, or the one of an id, and its private half.

        Raises:
            NotAllowed: there is none, or it is locked.
            StorageDamaged: its file is missing, or is no key.
            StorageReadOnly: the file cannot be read, or others can read it.
        """
        key = next((one for one in self.keys() if one.id == wanted), None) if wanted else self._in_use()
        if key is None:
            raise NotAllowed(tr("The provider has no key yet."), hint=tr("`cequiz keys create` makes one."))
        if key.id not in self._opened:
            self._opened[key.id] = self._open(key)
        return key, self._opened[key.id]

    def secret(self, *, salt: bytes) -> bytes:
        """Return what locks a private key that is made now, as an ASCII password.

        Args:
            salt: what the key is for, and no other.
        """
        return _stretched(self._passphrase, salt) if self._passphrase else self._unattended(salt)

    def secrets(self, *, salt: bytes) -> Iterator[bytes]:
        """Yield every password that may open a private key, the quick one first; see `secret`."""
        if self._store_key.exists():
            yield self._unattended(salt)
        if self._passphrase:
            yield _stretched(self._passphrase, salt)

    def _in_use(self) -> PublicKey | None:
        return next((one for one in reversed(self.keys()) if not one.retired_at), None)

    def _new(self, at: datetime, passphrase: str) -> PublicKey:
        private = Ed25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        key = PublicKey(id=key_id(public), public=public.hex(), made_at=_instant(at))
        password = _stretched(passphrase, public) if passphrase else self.secret(salt=public)
        pem = private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )
        # The description last: a key that nobody knows of does no harm, one that is missing does.
        _write(self._folder / f"{key.id}.pem", pem)
        _write(self._folder / f"{key.id}.json", _description(key))
        return key

    def _open(self, key: PublicKey) -> Ed25519PrivateKey:
        path = self._folder / f"{key.id}.pem"
        pem = read_private(path)
        for password in self.secrets(salt=bytes.fromhex(key.public)):
            try:
                private = serialization.load_pem_private_key(pem, password)
            except (ValueError, TypeError):
                continue
            if isinstance(private, Ed25519PrivateKey) and private.public_key().public_bytes_raw().hex() == key.public:
                return private
            raise StorageDamaged(tr("{path} does not hold the provider's key.", path=path), hint=tr(_LOST))
        if b"BEGIN ENCRYPTED PRIVATE KEY" not in pem:
            raise StorageDamaged(tr("{path} does not hold the provider's key.", path=path), hint=tr(_LOST))
        if self._passphrase:
            raise NotAllowed(
                tr("The passphrase does not open the provider's key {key}.", key=key.id),
                hint=tr("Set CEQUIZ_KEY_PASSPHRASE to the one that the key was made with."),
            )
        raise NotAllowed(
            tr("The provider's key {key} is locked.", key=key.id),
            hint=tr("Set CEQUIZ_KEY_PASSPHRASE to its passphrase."),
        )

    def _unattended(self, salt: bytes) -> bytes:
        """Return the password that the store's key gives: 256 bits, which need no stretching."""
        derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=_PURPOSE)
        return derive.derive(load_key(self._store_key)).hex().encode("ascii")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let one process at a time change the folder, which is made (0700) where it is missing."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform == "win32":
            yield
            return
        lock = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)  # the system gives it back when the process ends
            yield
        finally:
            os.close(lock)


def read_private(path: Path) -> bytes:
    """Return the encrypted private key in a file.

    Raises:
        StorageDamaged: the file is missing, or is not an ordinary one.
        StorageReadOnly: it cannot be read, or others can read it.
    """
    try:
        file = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except PermissionError:
        raise StorageReadOnly(
            tr("The provider's key {path} cannot be read.", path=path), hint=tr("Check who owns it.")
        ) from None
    except OSError:
        raise StorageDamaged(tr("The provider's key {path} is missing.", path=path), hint=tr(_LOST)) from None
    with os.fdopen(file, "rb") as stream:
        found = os.fstat(file).st_mode
        if not stat.S_ISREG(found):
            raise StorageDamaged(tr("The provider's key {path} is not a file.", path=path), hint=tr(_LOST))
        if sys.platform != "win32" and stat.S_IMODE(found) & 0o077:
            raise StorageReadOnly(
                tr("Others can read the provider's key {path}.", path=path),
                hint=tr("Run `chmod 600 {path}`.", path=path),
            )
        return stream.read(_LARGEST_FILE)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    """Return the password that a passphrase gives, slowly (about 0.1 s, 32 MiB): people choose guessable ones."""
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode()).hex().encode("ascii")


def _descriptions(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.suffix == ".json" and not path.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageReadOnly(
            tr("{path} cannot be read: {reason}.", path=folder, reason=error.strerror), hint=tr("Check who owns it.")
        ) from None


def _described(path: Path) -> PublicKey:
    try:
        with path.open("rb") as stream:
            text = stream.read(_LARGEST_FILE)
    except OSError as error:
        raise StorageReadOnly(
            tr("{path} cannot be read: {reason}.", path=path, reason=error.strerror), hint=tr("Check who owns it.")
        ) from None
    key = read_public(text)
    if key is None or key.id != path.stem:
        raise StorageDamaged(tr("{path} does not describe the provider's key.", path=path), hint=tr(_LOST))
    return key


def read_public(text: bytes) -> PublicKey | None:
    """Return the key that a JSON object describes; None where it does not, or the id is not that of the key."""
    try:
        found = json.loads(text)
        return PublicKey(
            id=_checked_id(found["id"], bytes.fromhex(found["public"])),
            public=found["public"],
            made_at=_instant(datetime.fromisoformat(found["made_at"])),
            retired_at=_instant(datetime.fromisoformat(found["retired_at"])) if found["retired_at"] else "",
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _checked_id(named: str, public: bytes) -> str:
    if len(public) != _PUBLIC_BYTES or key_id(public) != named:
        msg = "the id is not that of the key"
        raise ValueError(msg)
    return named


def _description(key: PublicKey, *, retired_at: str = "") -> bytes:
    text = {"id": key.id, "public": key.public, "made_at": key.made_at, "retired_at": retired_at}
    return json.dumps(text, indent=1).encode("ascii") + b"\n"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _write(path: Path, content: bytes) -> None:
    """Write a file (0600) aside, make it durable, then give it its name."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(file, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(file)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
