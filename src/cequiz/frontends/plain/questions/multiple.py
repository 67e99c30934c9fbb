"""Multiple response in line mode: all letters in one line, which replace the ones before."""

from __future__ import annotations

from cequiz.frontends.plain.face import LetteredFace


class MultipleFace(LetteredFace):
    """Several letters at once."""

    instruction = "More than one answer may be right. Type all of yours in one line, for example: a c"


FACE = MultipleFace()
