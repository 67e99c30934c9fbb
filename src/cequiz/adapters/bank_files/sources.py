"""From the paths that were asked for to the text of files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import TOP, Note
from cequiz.adapters.bank_files.problems import shown
from cequiz.errors import NotFound

_SUFFIXES = (".yaml", ".yml")
_MOST_BYTES = 64 * 2**20


class Source(NamedTuple):
    """A file, and its path as messages spell it: the way it was typed, `./` and all."""

    path: Path
    name: str


def bank_paths(paths: Iterable[str | Path]) -> Iterator[Source]:
    """Yield every file that the paths stand for, once.

    A folder stands for its `*.yaml` and `*.yml` files, in capitals too, those of its folders included, sorted by
    name; what begins with a dot is hidden and passed over.

    Raises:
        NotFound: for a path that does not exist, and for a folder without such files.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _files(str(path)):
            resolved = file.path.resolve()
            if resolved not in seen:
                seen.add(resolved)
                yield file


def text_of(path: Path) -> str | Note:
    """Return the text of a file, or why there is none, as a note at its first place."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)  # a device or a pipe has no size to ask for
    except OSError as problem:
        return Note(TOP, Code.UNREADABLE, f"the file cannot be read: {(problem.strerror or 'unknown reason').lower()}")
    if len(content) > _MOST_BYTES:
        return Note(TOP, Code.SIZE, f"the file is larger than {_MOST_BYTES // 2**20} MB: split the bank")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        return Note(TOP, Code.ENCODING, f"the file is not UTF-8: byte {content[problem.start]:#04x} in line {line}")


def _files(name: str) -> Sequence[Source]:
    path = Path(name)
    try:
        if not (name and path.exists()):  # Path("") would be the current folder
            raise NotFound(f"There is no file or folder {shown(name) or 'without a name'}.", hint="Check the path.")
        if not path.is_dir():
            return [Source(path, name)]
        inside = sorted(file.relative_to(path) for file in path.rglob("*") if file.is_file())
    except OSError as problem:  # a name too long for the system, a folder that may not be looked into
        why = (problem.strerror or "unknown reason").lower()
        raise NotFound(f"{shown(name)} cannot be looked up: {why}.", hint="Check the path.") from problem
    prefix = name if name.endswith(("/", os.sep)) else f"{name}/"
    found = [Source(path / file, prefix + file.as_posix()) for file in inside if _is_wanted(file)]
    if not found:
        raise NotFound(
            f"The folder {shown(name)} holds no bank or course file.", hint="Their names end in .yaml or .yml."
        )
    return found


def _is_wanted(inside: Path) -> bool:
    return inside.suffix.lower() in _SUFFIXES and not any(part.startswith(".") for part in inside.parts)
