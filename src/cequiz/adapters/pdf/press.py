"""The press: draws certificates with the shipped fonts and template, and reads them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cequiz.adapters.pdf.artwork import Artwork
    from cequiz.adapters.pdf.fonts import Fonts
    from cequiz.adapters.pdf.template import Template
    from cequiz.domain.credential.facts import Facts
    from cequiz.domain.credential.look import Look
    from cequiz.domain.credential.proof import Proof


class ReportLabPress:
    """Implements the `Press` port; ReportLab and pdfium are loaded when a page is first drawn or read."""

    def __init__(self, folder: Path, *, template: str = "classic") -> None:
        self._folder = folder
        self._name = template
        self._one_at_a_time = Lock()
        """A font of ReportLab reads its file at one place at a time."""

    @cached_property
    def _fonts(self) -> Fonts:
        from cequiz.adapters.pdf.fonts import Fonts  # noqa: PLC0415 - ReportLab is heavy

        return Fonts(self._folder / "fonts")

    @cached_property
    def _template(self) -> Template:
        from cequiz.adapters.pdf.template import read_template  # noqa: PLC0415 - only a page needs it

        return read_template(self._folder / "templates" / f"{self._name}.yaml")

    @cached_property
    def _artwork(self) -> Artwork:
        from cequiz.adapters.pdf.artwork import Artwork  # noqa: PLC0415 - ReportLab is heavy

        return Artwork(self._template)

    def title(self, delivery: str) -> str:
        """Return the document title for a course's delivery."""
        return self._template.title(delivery)

    def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
        """Return the PDF of a certificate; the same facts give the same bytes."""
        from cequiz.adapters.pdf.draw import draw  # noqa: PLC0415 - ReportLab is heavy

        with self._one_at_a_time:
            return draw(facts, template=self._template, faces=self._fonts, artwork=self._artwork)

    def read_fields(self, pdf: bytes) -> Mapping[str, str]:
        """Return every printed field of a certificate by name."""
        from cequiz.adapters.pdf.readback import read_fields  # noqa: PLC0415 - pdfium is heavy

        return read_fields(pdf)

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters that no shipped font can print."""
        with self._one_at_a_time:
            return self._fonts.uncovered(text)

    def looks(self) -> tuple[str, ...]:
        """Return the names of the templates."""
        return tuple(sorted(path.stem for path in (self._folder / "templates").glob("*.yaml")))

    def merge(self, pdfs: Sequence[bytes]) -> bytes:
        """Return one PDF with the pages of many."""
        raise NotImplementedError
