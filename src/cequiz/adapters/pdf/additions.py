"""What stands on a certificate's page and was not drawn by cequiz, as far as the kinds of pieces and their order tell.

A page of ours is simple: ornaments first, then one piece of marked content after the other, each with its own number
and its own element of the structure; texts are texts, and only pictures are pictures. A patch, a layer, a second use
of a number is somebody else's.
"""

from __future__ import annotations

from collections.abc import Collection
from ctypes import POINTER, byref, c_float, c_ulong, cast, create_string_buffer
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

_THICKEST = 3.0
"""Points, of the rules that are drawn between texts."""
_LAYER = "OC"


@dataclass
class Additions:
    """Looks at the pieces of one page in the order in which they are drawn, and counts what is not ours."""

    texts: Collection[int]
    """The numbers of the marked content that holds text."""
    figures: Collection[int]
    """The numbers of the marked content that holds pictures."""
    count: int = 0
    _pieces: int = 0
    _last: int = -1

    def look_at(self, one: Any, number: int) -> None:
        """Take note of the next piece.

        Args:
            one: the page object.
            number: of its marked content; negative for an ornament.
        """
        self._pieces += 1
        self.count += _is_on_a_layer(one) or not (
            self._is_ornament(one) if number < 0 else self._is_in_place(one, number)
        )
        self._last = max(self._last, number)

    def _is_ornament(self, one: Any) -> bool:
        """Whether it is the page's artwork, or lines before all text, or a rule between texts."""
        kind = raw.FPDFPageObj_GetType(one)
        if raw.FPDFPageObj_CountMarks(one) == 0:
            return False
        if kind == raw.FPDF_PAGEOBJ_FORM:
            return self._pieces == 1
        return kind == raw.FPDF_PAGEOBJ_PATH and (self._last < 0 or _height(one) <= _THICKEST)

    def _is_in_place(self, one: Any, number: int) -> bool:
        if number < self._last:
            return False
        return number in self.figures or (
            number in self.texts and raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_TEXT
        )


def _is_on_a_layer(one: Any) -> bool:
    marks = (raw.FPDFPageObj_GetMark(one, index) for index in range(raw.FPDFPageObj_CountMarks(one)))
    return any(_name(mark) == _LAYER for mark in marks)


def _name(mark: Any) -> str:
    buffer, length = create_string_buffer(32), c_ulong()
    found = raw.FPDFPageObjMark_GetName(mark, cast(buffer, POINTER(raw.FPDF_WCHAR)), len(buffer), byref(length))
    return buffer.raw[: length.value].decode("utf-16-le", "replace").rstrip("\0") if found else ""


def _height(one: Any) -> float:
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    found = raw.FPDFPageObj_GetBounds(one, byref(left), byref(bottom), byref(right), byref(top))
    return top.value - bottom.value if found else _THICKEST + 1
