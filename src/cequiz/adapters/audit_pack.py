"""The audit pack as a ZIP file: written file by file into a draft, which gets its name only when it is whole.

Every entry has the same time, so that the same records give the same bytes at the same instant.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cequiz.errors import EnvironmentFailed, NotFound, WrongState
from cequiz.language import tr

_TIME = (1980, 1, 1, 0, 0, 0)
"""The first instant that a ZIP file can name; when it was made stands in the manifest."""

_OWNER_ONLY = 0o600


class ZipParcel:
    """Implements the services' parcel with a ZIP file."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add(self, path: str, content: bytes) -> None:
        """Put a file in."""
        entry = zipfile.ZipInfo(path, date_time=_TIME)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = _OWNER_ONLY << 16
        entry.create_system = 3  # as on Unix, wherever it is made: it says what `external_attr` means
        self._archive.writestr(entry, content)


@contextmanager
def zip_parcel(target: Path) -> Iterator[ZipParcel]:
    """Open a pack to be written; whatever goes wrong, or stops it, leaves nothing behind.

    Args:
        target: the file to make (0600); it must not be there yet.

    Raises:
        WrongState: there is a file of that name.
        NotFound: there is no folder for it.
        EnvironmentFailed: it cannot be written.
    """
    if target.exists():
        raise WrongState(
            tr("{target} exists already.", target=target), hint=tr("A pack never replaces a file: choose another name.")
        )
    if not target.parent.is_dir():
        raise NotFound(
            tr("There is no folder {folder}.", folder=target.parent), hint=tr("Make it, or choose another name.")
        )
    draft = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        draft.unlink(missing_ok=True)  # of a program that was killed and had our number
        file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        try:
            with os.fdopen(file, "wb") as stream:
                with zipfile.ZipFile(stream, "w") as archive:
                    yield ZipParcel(archive)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(target)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFailed(tr("{file} cannot be written: {reason}.", file=target, reason=error.strerror)) from None
