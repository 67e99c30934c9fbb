"""Looking through the house's own folder for files that tell of a person.

Reports hold their text openly (CSV, JSON), in the strings of a sheet (.xls), or drawn (PDF); archives are looked into.
Backups and copies of the records are named without being opened: whoever is in the records is in them. The records
themselves and the PDFs of certificates are found by their numbers, and are not read here.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from cequiz.adapters.pdf.document import opened
from cequiz.domain.people.remains import Finder
from cequiz.errors import Refused
from cequiz.services.ports import FileKind, HouseFile

REPORTS = "reports"
"""The folder that the office offers for reports."""

_ITS_OWN = frozenset({"keys", "fonts", "boards", "templates", "config.toml"})
"""What in the folder is of the house and of nobody in particular."""

_BESIDE_CERTIFICATES = ("manifest.csv", "certificates.pdf")
"""What a batch writes beside the PDFs that are named by their numbers."""

_COPY = re.compile(r".+\.(?:generation-\d+|replaced-.+)")
_BACKUP = ".cequiz-backup"
_LARGEST = 64 * 1024 * 1024
"""Bytes of a file, or of a part of an archive, that is read; a larger one is named without being looked into."""

_SHEET = b"\xd0\xcf\x11\xe0"
"""How an Excel file of the old kind begins."""


class FolderFiles:
    """The files of one house."""

    def __init__(self, home: Path, *, backups: Path) -> None:
        """Take the places.

        Args:
            home: the house's folder.
            backups: the folder in which the office writes backups; it may lie elsewhere.
        """
        self._home = home
        self._backups = backups

    def about(self, finder: Finder) -> Sequence[HouseFile]:
        """Return every file that names somebody, and every copy of the records."""
        found = [one for path in self._paths() if (one := self._judged(path, finder)) is not None]
        return tuple(sorted(found, key=lambda one: one.path))

    def _paths(self) -> Iterator[Path]:
        """Yield what is looked at: files, and copies that are folders."""
        for top in sorted(self._home.iterdir()) if self._home.is_dir() else ():
            if top.is_symlink() or top.name in _ITS_OWN:
                continue
            if _COPY.fullmatch(top.name):
                yield top
            elif top.name.startswith("cequiz.db"):
                continue
            elif top.name == "certificates":
                yield from (top / name for name in _BESIDE_CERTIFICATES)
            elif top.is_dir():
                yield from (one for one in sorted(top.rglob("*")) if not one.is_symlink())
            else:
                yield top
        if not self._backups.is_relative_to(self._home) and self._backups.is_dir():
            yield from sorted(self._backups.glob(f"*{_BACKUP}"))

    def _judged(self, path: Path, finder: Finder) -> HouseFile | None:
        if _COPY.fullmatch(path.name) and path.parent == self._home:
            return HouseFile(path, FileKind.BEFORE, read=False)
        if not path.is_file():
            return None
        if path.suffix == _BACKUP:
            return HouseFile(path, FileKind.BACKUP, read=False)
        kind = FileKind.REPORT if path.is_relative_to(self._home / REPORTS) else FileKind.OTHER
        kind = FileKind.PACK if path.suffix == ".zip" else kind
        try:
            facts = path.stat()
            texts = _texts(path, facts.st_mtime_ns, facts.st_size)
        except (OSError, Refused, zipfile.BadZipFile):
            return HouseFile(path, kind, read=False)
        if any(finder.finds(text, whole=whole) for text, whole in texts):
            return HouseFile(path, kind, read=True)
        return None


@lru_cache(maxsize=64)
def _texts(path: Path, changed: int, size: int) -> tuple[tuple[str, bool], ...]:
    """Return the texts of a file, each with whether its words stand apart; kept while the file is the same.

    Raises:
        OSError: it cannot be read.
        Refused: it is too large, or a PDF that cannot be read.
        BadZipFile: it is an archive that cannot be read.
    """
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return tuple(text for one in archive.infolist() for text in _of_part(archive, one))
    if size > _LARGEST:
        raise Refused(str(size))
    return tuple(_of_content(path.read_bytes()))


def _of_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[str, bool]]:
    if part.file_size > _LARGEST:
        raise Refused(str(part.file_size))
    yield part.filename, True
    yield from _of_content(archive.read(part))


def _of_content(content: bytes) -> Iterator[tuple[str, bool]]:
    if content.startswith(b"%PDF-"):
        with opened(content) as document:
            for number in range(len(document)):
                yield document[number].get_textpage().get_text_range(), True
    elif content.startswith(_SHEET):
        yield content.decode("latin-1"), False
        yield content.decode("utf-16-le", "replace"), False
        yield content[1:].decode("utf-16-le", "replace"), False
    else:
        yield content.decode("utf-8", "replace"), True
