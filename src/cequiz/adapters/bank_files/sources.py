"""From the paths that were asked for to the text of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cequiz.adapters.bank_files.codes import Code
from cequiz.adapters.bank_files.document import TOP, Note
from cequiz.adapters.bank_files.problems import shown
from cequiz.errors import NotFound

_SUFFIXES = (".yaml", ".yml")
_MOST_BYTES = 64 * 2**20


def bank_paths(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield every file that the paths stand for, once, as the paths spell it.

    A folder stands for its `*.yaml` and `*.yml` files, those of its folders included, sorted by name.

    Raises:
        NotFound: for a path that does not exist, and for a folder without such files.
    """
    seen: set[Path] = set()
    for path in paths:
        for file in _files(path):
            resolved = file.resolve()
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


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
        if not found:
            raise NotFound(
                f"The folder {shown(str(path))} holds no bank or course file.", hint="Their names end in .yaml or .yml."
            )
        yield from found
    elif path.exists():
        yield path
    else:
        raise NotFound(f"There is no file or folder {shown(str(path))}.", hint="Check the path.")
