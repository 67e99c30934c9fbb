"""What `cequiz doctor` sees of that which makes certificates: the provider's key, fonts, templates, rules of boards.

Each thing is read as issuing reads it, so that what is wrong is known before the day on which certificates are due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cequiz.adapters.board_files import read_pack
from cequiz.adapters.licence_files import NAME as FORMATS
from cequiz.adapters.licence_files import read_formats
from cequiz.adapters.pdf.face import Face
from cequiz.adapters.pdf.template import read_template
from cequiz.adapters.proof.keyring import Keyring, read_private
from cequiz.adapters.surroundings import Fact, Level, guarded
from cequiz.errors import CequizError, NotAllowed, Refused
from cequiz.language import mark, tr


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Where these things are; folders need not exist."""

    keys: Path
    """The provider's."""
    fonts: Path
    """The added ones."""
    templates: tuple[Path, ...]
    boards: tuple[Path, ...]


def look_at_equipment(folders: Folders, keyring: Keyring) -> tuple[Fact, ...]:
    """Return every fact about them; nothing is changed or made.

    Args:
        folders: where they are.
        keyring: of the provider's keys.
    """
    looks: tuple[tuple[str, Callable[[], Iterable[Fact]]], ...] = (
        (mark("provider key"), lambda: _key(folders.keys, keyring)),
        (mark("added fonts"), lambda: _readable(mark("added fonts"), _files(folders.fonts, "*.tt[fc]"), _font)),
        (mark("templates"), lambda: _readable(mark("templates"), _all(folders.templates), read_template)),
        (mark("boards"), lambda: _readable(mark("boards"), _all(folders.boards), _board)),
    )
    return tuple(fact for name, look in looks for fact in guarded(name, look))


def _key(folder: Path, keyring: Keyring) -> Iterator[Fact]:
    name = mark("provider key")
    keys = keyring.keys()
    if not keys:
        words = tr("none yet: `cequiz provider set` or the first certificate makes one")
        yield Fact(name, Level.OK, words)
        return
    try:
        for key in keys:
            if (path := folder / f"{key.id}.pem").exists():  # of a retired one nothing is needed but its public half
                read_private(path)
        found, _ = keyring.unlocked()
    except NotAllowed as error:
        # Nothing is damaged: what is due waits for the passphrase.
        yield Fact(name, Level.WARNING, _words(error))
    except CequizError as error:
        yield Fact(name, Level.ERROR, _words(error))
    else:
        yield Fact(name, Level.OK, tr("{key} is ready to sign", key=found.id))


def _board(file: Path) -> object:
    return read_formats(file) if file.name == FORMATS else read_pack(file)


def _readable(name: str, files: Iterable[Path], read: Callable[[Path], object]) -> Iterator[Fact]:
    """Yield a fact for each file that cannot be used, or one for all of them."""
    good, wrong = 0, False
    for file in files:
        try:
            read(file)
        except (CequizError, OSError) as error:
            wrong = True
            words = _words(error) if isinstance(error, CequizError) else str(error)
            yield Fact(name, Level.ERROR, words if file.name in words else f"{file}: {words}")
        else:
            good += 1
    if not wrong:
        yield Fact(name, Level.OK, tr("{number} can be used", number=good))


def _font(file: Path) -> None:
    try:
        Face("CqLooked", file)
    except (OSError, Refused):
        raise Refused(
            tr("The font {file} cannot be read.", file=file.name), hint=tr("Take it out of its folder.")
        ) from None


def _all(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from _files(folder, "*.yaml")


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(folder.glob(pattern))


def _words(error: CequizError) -> str:
    return f"{error.sentence} {error.hint}".strip()
