"""Which way each character of a line runs: the Unicode bidirectional algorithm for one line without controls.

Characters that steer the direction are refused wherever text enters (`cequiz.domain.text`), so the explicit levels and
isolates of the algorithm have no part here; everything implicit has, paired brackets included. Rule names are those of
Unicode Standard Annex #9. Knows nothing of fonts and pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar
from unicodedata import bidirectional

_BRACKETS = "()[]{}⁅⁆⁽⁾₍₎⌈⌉⌊⌋⟨⟩⟪⟫〈〉《》「」『』【】〔〕〖〗（）［］｛｝"
_CLOSING = dict(zip(_BRACKETS[::2], _BRACKETS[1::2], strict=True))
_OPENINGS = {closing: opening for opening, closing in _CLOSING.items()}
_DEEPEST = 63  # BD16

_RIGHT = frozenset({"R", "AL", "AN"})
_SEPARATORS = frozenset({("ES", ("EN", "EN")), ("CS", ("EN", "EN")), ("CS", ("AN", "AN"))})
"""Signs that join numbers, with the kinds on both sides."""
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})

_Piece = TypeVar("_Piece")


def runs_right_to_left(text: str) -> bool:
    """Return whether anything in a text runs from right to left."""
    return not text.isascii() and any(bidirectional(character) in _RIGHT for character in text)


def levels(text: str) -> list[int]:
    """Return the level of each character: odd ones run from right to left.

    The first letter decides the direction of the line (P2, P3); a line without any runs from left to right.
    """
    kinds = [bidirectional(character) or "L" for character in text]
    base = next((int(kind != "L") for kind in kinds if kind in {"L", "R", "AL"}), 0)
    if not base and _RIGHT.isdisjoint(kinds):
        return [0] * len(text)
    edge = "R" if base else "L"
    marks = [kind in {"NSM", "BN"} for kind in kinds]
    _weak(kinds, edge)
    _brackets(text, kinds, marks, edge)
    _neutral(kinds, edge)
    found = [_level(kind, base) for kind in kinds]
    for place in range(len(text) - 1, -1, -1):  # L1
        if bidirectional(text[place]) not in {"WS", "S", "B"}:
            break
        found[place] = base
    return found


def visual(pieces: Sequence[_Piece], levels: Sequence[int]) -> list[_Piece]:
    """Return pieces of a line from left to right (L2).

    Args:
        pieces: in the order in which they are read.
        levels: one for each piece.
    """
    ordered = list(zip(levels, pieces, strict=True))
    for level in range(max(levels, default=0), 0, -1):
        start = 0
        while start < len(ordered):
            end = start
            while end < len(ordered) and ordered[end][0] >= level:
                end += 1
            ordered[start:end] = ordered[start:end][::-1]
            start = end + 1
    return [piece for _, piece in ordered]


def _level(kind: str, base: int) -> int:
    """I1 and I2."""
    if kind in {"EN", "AN"}:
        return 2
    return base + ((kind == "L") if base else (kind == "R"))


def _weak(kinds: list[str], edge: str) -> None:
    """W1 to W7: marks follow their letter, numbers and what belongs to them find their kind."""
    for place, kind in enumerate(kinds):  # W1
        if kind in {"NSM", "BN"}:
            kinds[place] = kinds[place - 1] if place else edge
    _number_after(kinds, edge, letter="AL", becomes="AN")  # W2
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for place in range(1, len(kinds) - 1):  # W4
        between, around = kinds[place], (kinds[place - 1], kinds[place + 1])
        if (between, around) in _SEPARATORS:
            kinds[place] = around[0]
    for start, end in _stretches(kinds, {"ET"}):  # W5
        beside = {*kinds[max(start - 1, 0) : start], *kinds[end : end + 1]}
        kinds[start:end] = ["EN" if "EN" in beside else "ON"] * (end - start)
    kinds[:] = ["ON" if kind in {"ES", "CS"} else kind for kind in kinds]  # W6
    _number_after(kinds, edge, letter="L", becomes="L")  # W7


def _number_after(kinds: list[str], edge: str, *, letter: str, becomes: str) -> None:
    """Let European numbers become something else where the last letter before them is of one kind."""
    last = edge
    for place, kind in enumerate(kinds):
        if kind in {"L", "R", "AL"}:
            last = kind
        elif kind == "EN" and last == letter:
            kinds[place] = becomes


def _brackets(text: str, kinds: list[str], marks: Sequence[bool], edge: str) -> None:
    """N0: a pair of brackets takes one direction, the line's if anything inside runs that way."""
    for start, end in _pairs(text, kinds):
        inside = {_strong(kind) for kind in kinds[start + 1 : end]} - {""}
        if not inside:
            continue
        chosen = edge
        if edge not in inside:
            before = next((strong for kind in reversed(kinds[:start]) if (strong := _strong(kind))), edge)
            chosen = before if before != edge else edge
        for place in (start, end):
            kinds[place] = chosen
            while place + 1 < len(kinds) and marks[place + 1]:
                place += 1  # noqa: PLW2901 - walks over the marks on the bracket
                kinds[place] = chosen


def _pairs(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of paired brackets in the order of the opening ones (BD16)."""
    found, waiting = [], list[int]()
    for place, character in enumerate(text):
        if kinds[place] != "ON":
            continue
        if character in _CLOSING:
            if len(waiting) == _DEEPEST:
                break
            waiting.append(place)
        elif character in _OPENINGS:
            for depth in range(len(waiting) - 1, -1, -1):
                if text[waiting[depth]] == _OPENINGS[character]:
                    found.append((waiting[depth], place))
                    del waiting[depth:]
                    break
    return sorted(found)


def _neutral(kinds: list[str], edge: str) -> None:
    """N1 and N2: what stands between two of one direction goes with them, the rest with the line."""
    for start, end in _stretches(kinds, _NEUTRAL):
        left = _strong(kinds[start - 1]) if start else edge
        right = _strong(kinds[end]) if end < len(kinds) else edge
        kinds[start:end] = [left if left == right else edge] * (end - start)


def _strong(kind: str) -> str:
    """Return the direction a kind has for what stands beside it; numbers count as running from right to left."""
    return "R" if kind in {"R", "EN", "AN"} else "L" if kind == "L" else ""


def _stretches(kinds: Sequence[str], wanted: set[str] | frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield start and end of every longest stretch of some kinds."""
    start = 0
    while start < len(kinds):
        end = start
        while end < len(kinds) and kinds[end] in wanted:
            end += 1
        if end > start:
            yield start, end
        start = end + 1
