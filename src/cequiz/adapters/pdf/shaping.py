"""From a text to glyphs in their places: which font prints which part, in which order, joined as its script asks.

A text is cut where the font, the script or the direction changes, never between a letter and its marks. HarfBuzz shapes
each piece. Lengths are thousandths of an em. Knows nothing of pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import NamedTuple
from unicodedata import bidirectional, category, combining, mirrored, normalize

import uharfbuzz as hb

from cequiz.adapters.pdf.direction import levels, runs_right_to_left, visual
from cequiz.adapters.pdf.face import Face
from cequiz.adapters.pdf.face import script as script_of

_JOINERS = frozenset("\u200c\u200d")
_VIRAMA = 9
"""The combining class of the sign that joins consonants."""
_CONNECTED = frozenset({"ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI"})
"""Scripts whose letters hang together, so that letter-spacing would tear them apart."""
_EUROPEAN_MARKS = range(0x300, 0x370)
_ABOVE, _BELOW = 230, 220
"""Combining classes."""
_GAP = 40.0
"""Between a letter and its mark, in thousandths of an em."""
_UNSPACED: Mapping[str, bool] = {"liga": False, "clig": False}
"""Letter-spaced text has no ligatures."""


class Glyph(NamedTuple):
    """One glyph: what it stands for, how far it leads on, and by how much it is moved."""

    number: int
    text: str
    """The source text; empty where another glyph of its cluster bears it."""
    advance: float
    right: float
    up: float
    begins: bool
    """Whether a cluster begins here, so that tracking may go before it."""


@dataclass(frozen=True)
class Run:
    """Glyphs of one font from left to right."""

    face: Face
    glyphs: tuple[Glyph, ...]
    connected: bool
    """Whether letter-spacing would tear it apart."""


class _Piece(NamedTuple):
    """A stretch of text to shape at once."""

    face: Face
    script: str
    level: int
    text: str


def shape(text: str, faces: Sequence[Face], *, tracked: bool = False) -> list[Run]:
    """Return the runs of a line from left to right.

    Args:
        text: one line.
        faces: the font that is wanted, then those that stand in for it.
        tracked: whether the line will be letter-spaced.
    """
    if text.isascii() and _prints(faces[0], text):
        return [_shaped(_Piece(faces[0], "", 0, text), tracked=tracked)]
    found = levels(text) if runs_right_to_left(text) else [0] * len(text)
    pieces = list(_pieces(text, faces, found))
    ordered = visual(pieces, [piece.level for piece in pieces])
    return [_shaped(piece, tracked=tracked) for piece in ordered]


def shape_as_capitals(text: str, faces: Sequence[Face], *, tracked: bool = False) -> list[Run]:
    """Return the runs of a line in capitals whose glyphs stand for the text as it is written.

    A line in which letters and glyphs are not one to one is left as it is written.

    Args:
        text: one line.
        faces: the font that is wanted, then those that stand in for it.
        tracked: whether the line will be letter-spaced.
    """
    raised = "".join(one.upper() if len(one.upper()) == 1 else one for one in text)
    runs = shape(raised, faces, tracked=tracked)
    if "".join(glyph.text or "\0" for run in runs for glyph in run.glyphs) != raised:
        return shape(text, faces, tracked=tracked)
    left = iter(text)
    return [
        replace(run, glyphs=tuple(glyph._replace(text="".join(islice(left, len(glyph.text)))) for glyph in run.glyphs))
        for run in runs
    ]


def uncovered(text: str, faces: Sequence[Face]) -> list[str]:
    """Return the characters that no font can print, in order; a mark counts only with its letter."""
    if text.isascii() and _prints(faces[0], text):
        return []
    missing: list[str] = []
    for cluster in clusters(text):
        if not any(_prints(face, cluster) for face in faces):
            strange = [one for one in cluster if not any(_prints(face, one) for face in faces)]
            missing += strange or list(cluster)
    return missing


def clusters(text: str) -> Iterator[str]:
    """Yield what must not be torn apart: a character with the marks and joiners that follow it."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not _follows(text, place):
            yield text[start:place]
            start = place


def prints(face: Face, text: str) -> bool:
    """Return whether a font has glyphs for every cluster of a text."""
    return all(_prints(face, cluster) for cluster in clusters(text))


def _follows(text: str, place: int) -> bool:
    character = text[place]
    return not character.isascii() and (
        category(character)[0] == "M" or (character in _JOINERS and _may_join(text[place - 1]))
    )


def _may_join(before: str) -> bool:
    """Whether an invisible joiner changes something after a character (as RFC 5892, A.1 and A.2)."""
    return bidirectional(before) == "AL" or combining(before) == _VIRAMA or category(before) == "Mn"


def _prints(face: Face, cluster: str) -> bool:
    """Whether a font has what a cluster needs, as it is written, composed, or taken apart."""
    if cluster.isascii():
        return face.codes.issuperset(map(ord, cluster))
    bare = cluster[0] + "".join(one for one in cluster[1:] if one not in _JOINERS)
    if not all(map(_is_seen, bare)):
        return False
    forms = (bare, normalize("NFC", bare), normalize("NFD", bare))
    return any(face.codes.issuperset(map(ord, form)) for form in forms)


def _is_seen(character: str) -> bool:
    """Whether a character is one that prints: no control, no invisible sign, no private or unassigned one."""
    return category(character) not in {"Cc", "Cf", "Cn", "Co", "Cs"}


def _pieces(text: str, faces: Sequence[Face], found: Sequence[int]) -> Iterator[_Piece]:
    """Yield pieces of one font, script and direction in the order of the text."""
    parts = list(clusters(text))
    scripts = [script_of(part[0]) for part in parts]
    own = [_chosen(part, faces) if script else None for part, script in zip(parts, scripts, strict=True)]
    chosen: list[tuple[Face, str, int]] = []
    place = 0
    for number, part in enumerate(parts):
        face, script = own[number], scripts[number]
        if face is None:  # spaces, digits, signs: as their neighbours where these agree; brackets always look alike
            left = chosen[-1][:2] if chosen else None
            right = next(((one, scripts[at]) for at, one in enumerate(own[number:], number) if one), None)
            if left and left == right and category(part[0]) not in {"Ps", "Pe"} and _prints(left[0], part):
                face, script = left
            else:
                face = _chosen(part, faces)
                script = left[1] if left and left[0] is face else right[1] if right and right[0] is face else ""
        chosen.append((face, script, found[place]))
        place += len(part)
    for (face, script, level), group in groupby(zip(chosen, parts, strict=True), key=lambda one: one[0]):
        yield _Piece(face, script, level, "".join(part for _, part in group))


def _chosen(cluster: str, faces: Sequence[Face]) -> Face:
    return next((face for face in faces if _prints(face, cluster)), faces[0])


def _shaped(piece: _Piece, *, tracked: bool) -> Run:
    face, text = piece.face, piece.text
    connected = piece.script in _CONNECTED
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.flags = hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if piece.level % 2 else "ltr"
    hb.shape(face.hb_font, buffer, _UNSPACED if tracked and not connected else None)
    infos, places = buffer.glyph_infos, buffer.glyph_positions or []
    found = [(info.codepoint, info.cluster, place.x_advance) for info, place in zip(infos, places, strict=True)]
    texts = _texts(face, text, found)
    unit, glyphs, before = face.unit, [], -1
    for info, place, said in zip(infos, places, texts, strict=True):
        number, start = info.codepoint, info.cluster
        glyphs.append(
            Glyph(number, said, place.x_advance * unit, place.x_offset * unit, place.y_offset * unit, start != before)
        )
        before = start
    return Run(face, tuple(_seated(face, glyphs)), connected)


def _seated(face: Face, glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    """Yield glyphs, with marks over and under European letters where they belong if the font does not say where."""
    base: Glyph | None = None
    for glyph in glyphs:
        unplaced = base is not None and not (glyph.begins or glyph.advance or glyph.right or glyph.up)
        if base is not None and unplaced and len(glyph.text) == 1 and ord(glyph.text) in _EUROPEAN_MARKS:
            yield _over(face, base, glyph)
        else:
            yield glyph
        base = glyph if glyph.begins else base


def _over(face: Face, base: Glyph, mark: Glyph) -> Glyph:
    """Return a mark in the middle over its letter, or under it, where it does not touch."""
    letter, sign = (face.hb_font.get_glyph_extents(one.number) for one in (base, mark))
    middle = letter.x_bearing - sign.x_bearing + (letter.width - sign.width) / 2
    up = 0.0
    if combining(mark.text) == _ABOVE:
        up = max(0.0, letter.y_bearing - sign.y_bearing - sign.height + _GAP / face.unit)
    elif combining(mark.text) == _BELOW:
        up = min(0.0, letter.y_bearing + letter.height - sign.y_bearing - _GAP / face.unit)
    return mark._replace(right=middle * face.unit - base.advance, up=up * face.unit)


def _texts(face: Face, text: str, found: Sequence[tuple[int, int, int]]) -> list[str]:
    """Return what each glyph stands for, so that a cluster's glyphs together say its text once.

    Args:
        face: the font.
        text: what was shaped.
        found: number, cluster and advance of each glyph.
    """
    starts = sorted({start for _, start, _ in found})
    if len(found) == len(text) == len(starts):  # a glyph for each character
        return [_seen(face, number, text[start]) for number, start, _ in found]
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    said = []
    for start, group in groupby(found, key=lambda one: one[1]):
        members = list(group)
        source = text[start : ends[start]]
        said += [_seen(face, members[0][0], source)] if len(members) == 1 else _shares(face, source, members)
    return said


def _seen(face: Face, number: int, source: str) -> str:
    """Return what a single glyph stands for; a bracket that was turned round is what it looks like."""
    return (face.meaning(number) or source) if len(source) == 1 and mirrored(source) else source


def _shares(face: Face, source: str, members: Sequence[tuple[int, int, int]]) -> list[str]:
    """Divide a cluster's text among its glyphs: to each what it means by itself, the rest to those that lead on."""
    left = list(source)
    shares: dict[int, str] = {}
    for place, (number, _, _) in enumerate(members):
        meaning = face.meaning(number)
        if meaning and all(meaning.count(one) <= left.count(one) for one in meaning):
            shares[place] = meaning
            for one in meaning:
                left.remove(one)
    others = [place for place in range(len(members)) if place not in shares]
    others.sort(key=lambda place: members[place][2] == 0)  # marks last
    if left and not others:
        return [source, *[""] * (len(members) - 1)]
    for place in others:
        last = place == others[-1] or members[place][2]
        shares[place] = "".join(left if last else left[:1])
        left = [] if last else left[1:]
    return [shares[place] for place in range(len(members))]
