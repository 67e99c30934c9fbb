"""Looking through the house's own folder for files that tell of a person.

Reports hold their text openly (CSV, JSON), in the strings of a sheet (.xls), or drawn (PDF); archives are looked into.
Backups and copies of the records are named without being opened: whoever is in the records is in them. The records
themselves and the PDFs of certificates are found by their numbers, and are not read here.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from cequiz.adapters.pdf.document import opened
from cequiz.domain.people.remains import Finder, Trace, flat
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

_MOST = 4 * _LARGEST
"""Bytes of all parts of an archive together that are read."""

_SHEET = b"\xd0\xcf\x11\xe0"
"""How an Excel file of the old kind begins."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)
"""What an archive ends with that is damaged, or locked with a passphrase."""


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

    def about(self, people: Sequence[Finder]) -> Sequence[Sequence[HouseFile]]:
        """Return for each person every file that names them, and every copy of the records."""
        found: list[list[HouseFile]] = [[] for _ in people]
        for path in sorted(self._paths()) if people else ():
            for mine, one in zip(found, self._judged(path, people), strict=True):
                if one is not None:
                    mine.append(one)
        return tuple(map(tuple, found))

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

    def _judged(self, path: Path, people: Sequence[Finder]) -> Sequence[HouseFile | None]:
        """Return what a file is to each of the people."""
        if _COPY.fullmatch(path.name) and path.parent == self._home:
            return [HouseFile(path, FileKind.BEFORE, read=False)] * len(people)
        if not path.is_file():
            return [None] * len(people)
        if path.suffix == _BACKUP:
            return [HouseFile(path, FileKind.BACKUP, read=False)] * len(people)
        kind = FileKind.REPORT if path.is_relative_to(self._home / REPORTS) else FileKind.OTHER
        kind = FileKind.PACK if path.suffix == ".zip" else kind
        return [HouseFile(path, kind, read=trace is Trace.NAMES) if trace else None for trace in _traces(path, people)]


def _traces(path: Path, people: Sequence[Finder]) -> Sequence[Trace]:
    """Return what a file says of each of the people; what cannot be read to its end may name everybody."""
    found = [Trace.NONE] * len(people)
    try:
        for text, sheet in _texts(path):
            words = flat(text)
            found = [
                one if one is Trace.NAMES else max(one, finder.trace(words, sheet=sheet))
                for one, finder in zip(found, people, strict=True)
            ]
    except (OSError, Refused, *_DAMAGED):
        return [max(one, Trace.MAY) for one in found]
    return found


def _texts(path: Path) -> Iterator[tuple[str, bool]]:
    """Yield the texts of a file, each with whether it is that of a sheet.

    Raises:
        OSError: it cannot be read.
        Refused: it is too large, or a PDF that cannot be read.
        BadZipFile, RuntimeError, EOFError, error: it is an archive that is damaged, or locked.
    """
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _refuse_large(sum(one.file_size for one in parts), _MOST)
            for one in parts:
                yield one.filename, False
                _refuse_large(one.file_size, _LARGEST)
                yield from _of_content(archive.read(one))
    else:
        _refuse_large(path.stat().st_size, _LARGEST)
        yield from _of_content(path.read_bytes())


def _refuse_large(size: int, most: int) -> None:
    if size > most:
        raise Refused(str(size))


def _of_content(content: bytes) -> Iterator[tuple[str, bool]]:
    if content.startswith(b"%PDF-"):
        with opened(content) as document:
            for number in range(len(document)):
                yield document[number].get_textpage().get_text_range(), False
    elif content.startswith(_SHEET):
        yield content.decode("latin-1"), True
        yield content.decode("utf-16-le", "replace"), True
        yield content[1:].decode("utf-16-le", "replace"), True
    else:
        yield content.decode("utf-8", "replace"), False
