"""Watching files for changes: looked at twice a second, and believed only when their content is another.

Editors save in many ways: over the file, or by a new file that takes its place, and in between there may be none for
a moment. So a file that is gone is waited for, and what matters in the end is a hash of the bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from cequiz.adapters.bank_files.parts import parts_in
from cequiz.adapters.bank_files.sources import bank_paths
from cequiz.errors import NotFound

BEAT = 0.5
"""Seconds between two looks."""

PATIENCE = 4
"""How many looks a file must stay away until it counts as removed; any other change must be seen alike in two."""

_Mark = tuple[int, int, int, int]
"""Size, time of the last change and of the last touch in nanoseconds, number of the file on its disk."""


class FileWatch:
    """Tells whether anything has changed since it was asked last; it keeps no file open and starts no thread."""

    def __init__(self, paths: Sequence[str]) -> None:
        """Take what is there now as the beginning.

        Args:
            paths: files and folders, as they were typed.

        Raises:
            NotFound: a path leads nowhere.
        """
        self._paths = tuple(paths)
        self._parts: dict[Path, tuple[_Mark, frozenset[Path]]] = {}
        self._known = self._seen = self._marks()
        self._hashes = {path: _hash(path) for path in self._known}
        self._alike = 0

    def changed(self) -> bool:
        """Whether a file has other bytes than when this was asked last, is new, or has stayed away."""
        try:
            marks = self._marks()
        except NotFound:
            marks = {}
        before, self._seen = self._seen, marks
        if marks == self._known:
            return False
        # A file that is still being written looks different every time; half of it is not worth a report.
        self._alike = self._alike + 1 if marks == before else 0
        if self._alike < (PATIENCE if self._known.keys() - marks.keys() else 1):
            return False
        hashes = {path: _hash(path) for path in marks}
        differs, self._known, self._hashes, self._alike = hashes != self._hashes, marks, hashes, 0
        return differs

    def _marks(self) -> Mapping[Path, _Mark]:
        found: dict[Path, _Mark] = {}
        for path in {*(source.path for source in bank_paths(self._paths)), *_pictures(self._paths)}:
            mark = _mark(path)
            if mark is not None:
                found[path] = mark
        for part in {part for path, mark in found.items() for part in self._parts_of(path, mark)} - found.keys():
            mark = _mark(part)
            if mark is not None:
                found[part] = mark
        return found

    def _parts_of(self, path: Path, mark: _Mark) -> frozenset[Path]:
        """Return the parts that a bank's file names; it is read again only when it has changed."""
        known = self._parts.get(path)
        if known is None or known[0] != mark:
            known = self._parts[path] = mark, frozenset(parts_in(path))
        return known[1]


def _mark(path: Path) -> _Mark | None:
    try:
        at = path.stat()
    except OSError:
        return None  # it went away between the two looks
    return at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino


def _pictures(paths: Sequence[str]) -> set[Path]:
    """Return the figures below the folders that are watched, and beside the files: a bank covers their bytes."""
    found: set[Path] = set()
    for path in map(Path, paths):
        beside = [] if path.is_dir() else path.parent.glob("*")
        below = (path if path.is_dir() else path.parent / "figures").rglob("*")
        found |= {one for one in (*beside, *below) if one.suffix.lower() in (".svg", ".png") and one.is_file()}
    return found


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
