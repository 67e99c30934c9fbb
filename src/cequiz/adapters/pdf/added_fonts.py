"""Fonts that a house adds for scripts that the shipped ones lack, such as Chinese, Japanese and Korean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cequiz.adapters.pdf.face import Face, scripts
from cequiz.errors import EnvironmentFailed, NotAllowed, NotFound, Refused
from cequiz.language import tr

_LARGEST = 64 * 1024 * 1024  # bytes; the largest fonts of Chinese have half of it


@dataclass(frozen=True)
class FontFile:
    """A font that certificates may be printed with."""

    file: str
    name: str
    """What the font calls itself."""
    scripts: tuple[str, ...]
    """Which scripts it has letters of, by their Unicode names; of an added font those that it alone has."""
    added: bool
    """Whether the house has added it."""


def added_faces(folder: Path | None) -> dict[str, Face]:
    """Return the fonts of a house by the names of their files, in the order of these.

    Raises:
        EnvironmentFailed: one of the files is no font that can be used.
    """
    faces = {}
    files = sorted(folder.glob("*.tt[fc]")) if folder is not None and folder.is_dir() else []
    for number, file in enumerate(files, 1):
        try:
            faces[file.name] = Face(f"CqAdded{number}", file)
        except (OSError, Refused) as error:
            raise EnvironmentFailed(
                tr("The font {file} cannot be read.", file=file), hint=tr("Take it out of its folder.")
            ) from error
    return faces


def font_files(shipped: Mapping[str, Face], folder: Path) -> list[FontFile]:
    """Return every font, in the order in which they are asked for a character.

    Args:
        shipped: the shipped fonts by the names of their files.
        folder: holds the fonts of the house; it need not exist.
    """
    found = [FontFile(file, face.own_name, scripts(face.codes), added=False) for file, face in shipped.items()]
    known = _codes(shipped)
    for file, face in added_faces(folder).items():
        found.append(FontFile(file, face.own_name, scripts(face.codes - known), added=True))
        known |= face.codes
    return found


def add_font(source: Path, folder: Path, *, shipped: Mapping[str, Face]) -> FontFile:
    """Copy a font into the folder of the house, and return what it adds.

    Args:
        source: a TrueType font or a collection, of which the first font counts.
        folder: takes the copy; it is made where it is missing.
        shipped: the shipped fonts.

    Raises:
        NotFound: there is no such file.
        Refused: it is no font that can be embedded, or it has no character that the others lack.
        NotAllowed: another font of this name was added before.
        EnvironmentFailed: the folder cannot be written to.
    """
    data = _read(source)
    face = Face("CqAdded", source)
    added = added_faces(folder)
    new = face.codes - _codes({**shipped, **{file: one for file, one in added.items() if file != source.name}})
    if not scripts(new):
        raise Refused(
            tr("{file} has no script that the fonts of certificates lack.", file=source.name),
            hint=tr("`cequiz fonts list` shows what they have."),
        )
    face.subset(face.glyph(chr(code)) or 0 for code in sorted(new))
    target = folder / f"{source.stem}{'.ttc' if data[:4] == b'ttcf' else '.ttf'}"
    _keep(data, target)
    return FontFile(target.name, face.own_name, scripts(new), added=True)


def _keep(data: bytes, target: Path) -> None:
    """Write a font's file whole, unless it is there."""
    try:
        if target.exists() and target.read_bytes() != data:
            raise NotAllowed(
                tr("Another font named {file} was added before.", file=target.name),
                hint=tr("Give the file another name."),
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(".part")
        partial.write_bytes(data)
        partial.replace(target)
    except OSError as error:
        raise EnvironmentFailed(
            tr("{path} cannot be written: {reason}.", path=target, reason=error.strerror),
            hint=tr("Check who owns the folder."),
        ) from None


def _read(source: Path) -> bytes:
    try:
        if source.exists() and not (source.is_file() or source.is_dir()):
            raise Refused(tr("{file} is not a font that can be read.", file=source.name))  # a device has no end
        with source.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise NotFound(
            tr("{path} cannot be read: {reason}.", path=source, reason=error.strerror),
            hint=tr("Give the path of a TrueType font (.ttf)."),
        ) from None
    if len(data) > _LARGEST:
        raise Refused(tr("{file} is too large for a font.", file=source.name))
    return data


def _codes(faces: Mapping[str, Face]) -> frozenset[int]:
    return frozenset().union(*(face.codes for face in faces.values()))
