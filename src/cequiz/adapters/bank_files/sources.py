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
from cequiz.language import tr

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
        why = (problem.strerror or tr("unknown reason")).lower()
        return Note(TOP, Code.UNREADABLE, tr("the file cannot be read: {reason}", reason=why))
    if len(content) > _MOST_BYTES:
        return Note(TOP, Code.SIZE, tr("the file is larger than {most} MB: split the bank", most=_MOST_BYTES // 2**20))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        byte = f"{content[problem.start]:#04x}"
        return Note(TOP, Code.ENCODING, tr("the file is not UTF-8: byte {byte} in line {line}", byte=byte, line=line))


def _files(name: str) -> Sequence[Source]:
    path = Path(name)
    try:
        if not (name and path.exists()):  # Path("") would be the current folder
            sentence = tr("There is no file or folder {name}.", name=shown(name)) if name else tr("The path is empty.")
            raise NotFound(sentence, hint=tr("Check the path."))
        if not path.is_dir():
            return [Source(path, name)]
        inside = sorted(file.relative_to(path) for file in path.rglob("*") if file.is_file())
    except OSError as problem:  # a name too long for the system, a folder that may not be looked into
        why = (problem.strerror or tr("unknown reason")).lower()
        sentence = tr("{name} cannot be looked up: {reason}.", name=shown(name), reason=why)
        raise NotFound(sentence, hint=tr("Check the path.")) from problem
    prefix = name if name.endswith(("/", os.sep)) else f"{name}/"
    found = [Source(path / file, prefix + file.as_posix()) for file in inside if _is_wanted(file)]
    if not found:
        raise NotFound(
            tr("The folder {name} holds no bank or course file.", name=shown(name)),
            hint=tr("Their names end in .yaml or .yml."),
        )
    return found


def _is_wanted(inside: Path) -> bool:
    return inside.suffix.lower() in _SUFFIXES and not any(part.startswith(".") for part in inside.parts)
