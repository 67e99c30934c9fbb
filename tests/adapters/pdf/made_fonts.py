"""A font with letters that the shipped ones lack: the glyphs of one of them under the codes of another script."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.papers import CERTIFICATES

SHIPPED = CERTIFICATES / "fonts" / "NotoSerifThai-Regular.ttf"
KOREAN = "가각간"
"""Some of the characters that it has."""
_FIRST, _COUNT, _GLYPH = 0xAC00, 64, 20


def korean_font(folder: Path, name: str = "Hangul.ttf") -> Path:
    """Write the font into a folder and return its path; it has the first 64 Korean syllables, space and tab."""
    data = SHIPPED.read_bytes()
    count = struct.unpack_from(">H", data, 4)[0]
    entries = [struct.unpack_from(">4sLLL", data, 12 + 16 * number) for number in range(count)]
    tables = {tag: data[at : at + size] for tag, _, at, size in entries}
    groups = [(0x09, 0x09, 3), (0x20, 0x20, 3), (_FIRST, _FIRST + _COUNT - 1, _GLYPH)]
    coded = b"".join(struct.pack(">LLL", *group) for group in groups)
    tables[b"cmap"] = struct.pack(">HHHHL", 0, 1, 3, 10, 12) + struct.pack(
        ">HHLLL", 12, 0, 16 + len(coded), 0, len(groups)
    )
    tables[b"cmap"] += coded
    place, directory, body = 12 + 16 * count, b"", b""
    for tag, content in sorted(tables.items()):
        directory += struct.pack(">4sLLL", tag, 0, place + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    path = folder / name
    path.write_bytes(data[:12] + directory + body)
    return path
