"""Single best answer in line mode: one letter."""

from __future__ import annotations

from cequiz.frontends.plain.face import LetteredFace

FACE = LetteredFace()
