"""What an eye sees of a certificate's page, against what a program reads from it.

Text can be read from a page on which nobody sees it: white, tiny, clipped, hidden under a patch. And what an eye sees
need not be text at all. So the page is drawn twice, with its text and without: every letter of a field must make a
difference, and nothing else may stand in its place. Knows nothing of structure or of fields.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from ctypes import cast
from typing import Any

import pypdfium2
from PIL import Image, ImageChops
from pypdfium2 import raw

from cequiz.adapters.pdf.characters import Character, characters

SIZES = frozenset({(792, 612), (842, 595)})
"""Points of the papers on which certificates are printed: Letter and A4, landscape."""

_SCALE = 2.0  # pixels a point
_FAINTEST = 60
"""Of 255 shades of grey, how much a letter must differ from what is behind it; the palest of ours differ by 110."""
_LOUDEST = 90
"""How much the ground of a text may differ in itself; ornaments behind text are pale, and differ by 30."""
_LONGEST_SIDE = 2000
"""Points, of a page that is looked at; a certificate has 842."""
_ROOM = 0.7
"""What belongs to a line before its first and after its last letter, in its height."""
_SMALLEST = 4.0
"""Points; no certificate is printed in smaller letters."""

Box = tuple[float, float, float, float]


def unseen(
    page: pypdfium2.PdfPage,
    texts: Iterable[Any],
    fields: Mapping[str, Sequence[Character]],
    everything: Sequence[Character],
) -> tuple[str, ...]:
    """Return the names of the fields that do not look as they read.

    The page's text is made invisible on the way, so that nothing can be read from it afterwards.

    Args:
        page: of one of `SIZES`.
        texts: every text object of it that is meant to be seen.
        fields: name to the characters that are drawn for it.
        everything: every character of the page.
    """
    written = _picture(page)
    for one in texts:
        raw.FPDFTextObj_SetTextRenderMode(one, raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    bare = _picture(page)
    ink = ImageChops.difference(written, bare)
    return tuple(
        name
        for name, drawn in fields.items()
        if not _looks_written(drawn, ink=ink, bare=bare) or _has_guests(drawn, everything)
    )


def seen_text(page: pypdfium2.PdfPage) -> str:
    """Return what an eye can read on any page; the text behind a scanned picture is not among it."""
    if max(page.get_size()) > _LONGEST_SIDE:
        return ""
    drawn = list(characters(page))
    written = _picture(page)
    for owner in {one.owner for one in drawn if one.owner}:
        raw.FPDFTextObj_SetTextRenderMode(cast(owner, raw.FPDF_PAGEOBJECT), raw.FPDF_TEXTRENDERMODE_INVISIBLE)
    ink = ImageChops.difference(written, _picture(page))
    return "".join(one.text for one in drawn if not one.text.strip() or _range(ink, one.box, 0.5) >= _FAINTEST)


def _looks_written(drawn: Sequence[Character], *, ink: Image.Image, bare: Image.Image) -> bool:
    """Whether every letter is seen, in a size that can be read, and each line of them stands alone."""
    letters = [one for one in drawn if one.text.strip() and unicodedata.category(one.text[0]) not in {"Cf", "Cc"}]
    return all(one.size >= _SMALLEST and _range(ink, one.box, 0.5) >= _FAINTEST for one in letters) and all(
        _range(bare, line, 0) <= _LOUDEST for line in _lines(letters)
    )


def _has_guests(drawn: Sequence[Character], everything: Sequence[Character]) -> bool:
    """Whether letters of another text stand in the place of this one."""
    hosts = {one.owner for one in drawn}
    centres = [
        ((one.box[0] + one.box[2]) / 2, (one.box[1] + one.box[3]) / 2) for one in everything if one.owner not in hosts
    ]
    return any(left < x < right and bottom < y < top for left, bottom, right, top in _lines(drawn) for x, y in centres)


def _lines(letters: Sequence[Character]) -> Iterable[Box]:
    """Return the ground of each line: wider, for a letter could be added there, and lower, for rules may touch it."""
    lines: dict[int, list[Box]] = {}
    for one in letters:
        lines.setdefault(round(one.y / _SMALLEST), []).append(one.box)
    for boxes in lines.values():
        left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
        high = top - bottom
        yield left - _ROOM * high, bottom + 0.25 * high, right + _ROOM * high, top - 0.15 * high


def _range(picture: Image.Image, box: Box, margin: float) -> float:
    """Return how much the shades differ inside of a box, in points; 0 where it is not on the page."""
    left, bottom, right, top = box
    place = (
        max(0, int((left - margin) * _SCALE)),
        max(0, picture.height - int((top + margin) * _SCALE) - 1),
        min(picture.width, int((right + margin) * _SCALE) + 1),
        min(picture.height, picture.height - int((bottom - margin) * _SCALE)),
    )
    if place[0] >= place[2] or place[1] >= place[3]:
        return 0
    lowest, highest = picture.crop(place).getextrema()
    assert isinstance(lowest, int | float)  # noqa: S101 - one band, for the type checker
    assert isinstance(highest, int | float)  # noqa: S101 - see above
    return highest - lowest


def _picture(page: pypdfium2.PdfPage) -> Image.Image:
    picture: Image.Image = page.render(scale=_SCALE, grayscale=True).to_pil()
    return picture
