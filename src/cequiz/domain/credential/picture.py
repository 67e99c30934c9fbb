"""Pictures that certificates carry, a logo or a signature: whole PNG files, looked through before they are kept.

A picture that ends early would be found when the first certificate is drawn with it, so every part of the file is
checked here: PNG (ISO/IEC 15948) gives each part its length and a checksum, and says how many pixels there must be.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from cequiz.errors import Refused
from cequiz.language import tr

LARGEST_PICTURE = 200 * 1024
"""Bytes of a logo or a signature: it goes into every certificate."""

_BEGINNING = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Numbers that a pixel has, by the kind of colour."""

_INTERLACED = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""The seven passes of an interlaced picture (Adam7): first column and line, and the steps to the next ones."""

_MOST_PIXELS = 30_000_000
"""More than any paper shows; drawing them would only cost memory."""

_AT_ONCE = 1024 * 1024
"""Bytes that are unpacked together."""


@dataclass(frozen=True)
class Picture:
    """What a picture is like."""

    width: int
    height: int
    size: int
    """Bytes of its file."""


def look_through(content: bytes) -> Picture:
    """Return what a picture is like.

    Raises:
        Refused: it is empty, too large, no PNG, or one that is damaged or ends early.
    """
    if not content:
        raise Refused(tr("The picture is empty."), hint=tr("Nothing was set. Save the picture again as PNG."))
    if not content.startswith(_BEGINNING):
        raise Refused(tr("A logo and a signature are PNG pictures."), hint=tr("Save the picture as PNG."))
    if len(content) > LARGEST_PICTURE:
        raise Refused(
            tr("A picture has at most {most} kilobytes.", most=LARGEST_PICTURE // 1024),
            hint=tr("It is printed small: save it with fewer pixels."),
        )
    parts = list(_parts(content[len(_BEGINNING) :]))
    if [name for name, _ in parts[:1]] != [b"IHDR"] or parts[-1][0] != b"IEND" or len(parts[0][1]) != 13:
        raise _damaged()
    return _measured(parts[0][1], b"".join(data for name, data in parts if name == b"IDAT"), len(content))


def _parts(rest: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each part of the file, up to its end."""
    name = b""
    while name != b"IEND":
        length, name = int.from_bytes(rest[:4]), rest[4:8]
        data, checksum = rest[8 : 8 + length], rest[8 + length : 12 + length]
        if len(checksum) != 4 or zlib.crc32(name + data) != int.from_bytes(checksum):
            raise _damaged()
        yield name, data
        rest = rest[12 + length :]


def _measured(header: bytes, packed: bytes, size: int) -> Picture:
    """Return the measures, if as many pixels follow as the header says."""
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    depth, colour, interlaced = header[8], header[9], header[12]
    if not 0 < width * height <= _MOST_PIXELS or colour not in _SAMPLES:
        raise _damaged()
    passes = _INTERLACED if interlaced else ((0, 0, 1, 1),)
    bits = depth * _SAMPLES[colour]
    wanted = sum(
        _unpacked(len(range(left, width, right)), len(range(top, height, down)), bits)
        for left, top, right, down in passes
    )
    if _length(packed, most=wanted + 1) != wanted:
        raise _damaged()
    return Picture(width, height, size)


def _length(packed: bytes, *, most: int) -> int:
    """Return how many bytes are packed; when it is more than the most, that is all that is found out."""
    reader, found = zlib.decompressobj(), 0
    try:
        while found < most and not reader.eof:
            piece = reader.decompress(packed, min(_AT_ONCE, most - found))
            packed = reader.unconsumed_tail
            if not piece and not packed:
                break
            found += len(piece)
    except zlib.error:
        raise _damaged() from None
    return found


def _unpacked(width: int, height: int, bits: int) -> int:
    """Return the bytes of so many lines of pixels; each begins with the number of its filter."""
    return height * (1 + (width * bits + 7) // 8) if width else 0


def _damaged() -> Refused:
    return Refused(
        tr("The picture cannot be read: it is damaged, or ends early."),
        hint=tr("Nothing was set. Save it again as PNG."),
    )
