"""The press: draws certificates with fonts and templates, shipped ones and those of the house, and reads them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from cequiz.errors import NotFound
from cequiz.language import tr

if TYPE_CHECKING:
    from cequiz.adapters.pdf.draw import Style
    from cequiz.adapters.pdf.fonts import Fonts
    from cequiz.adapters.pdf.lettering import Lettering
    from cequiz.adapters.pdf.page import Fitter
    from cequiz.adapters.pdf.template import Template
    from cequiz.domain.credential.facts import Facts
    from cequiz.domain.credential.look import Look, Paper
    from cequiz.domain.credential.proof import Proof
    from cequiz.domain.report import Report
    from cequiz.services.ports.outside import DrawMany

_USUAL = "classic"


class ReportLabPress:
    """Implements the `Press` port; ReportLab and pdfium are loaded when a page is first drawn or read."""

    def __init__(self, folder: Path, *, templates: Path | None = None, fonts: Path | None = None) -> None:
        """Know where the shipped files are, and those of the house.

        Args:
            folder: holds `fonts/` and `templates/`.
            templates: holds the house's own templates, which go before shipped ones of the same name.
            fonts: holds the fonts that the house has added.
        """
        self._folder = folder
        self._own_templates = templates
        self._added_fonts = fonts
        self._one_at_a_time = RLock()
        """A font of ReportLab reads its file at one place at a time."""
        self._templates: dict[str, Template] = {}
        self._styles: dict[tuple[str, Paper], Style] = {}

    @cached_property
    def _fonts(self) -> Fonts:
        from cequiz.adapters.pdf.fonts import Fonts  # noqa: PLC0415 - ReportLab is heavy

        return Fonts(self._folder / "fonts", self._added_fonts)

    @cached_property
    def _lettering(self) -> Lettering:
        from cequiz.adapters.pdf.lettering import Lettering  # noqa: PLC0415 - ReportLab is heavy

        return Lettering(self._fonts)

    @cached_property
    def _fitter(self) -> Fitter:
        from cequiz.adapters.pdf.page import Fitter  # noqa: PLC0415 - ReportLab is heavy

        return Fitter(self._fonts)

    def title(self, delivery: str) -> str:
        """Return the document title for a course's delivery."""
        with self._one_at_a_time:
            return self._template(_USUAL).title(delivery)

    def draw(self, facts: Facts, *, look: Look | None = None, proof: Proof | None = None) -> bytes:
        """Return the PDF of a certificate; the same arguments give the same bytes."""
        from cequiz.adapters.pdf.draw import draw  # noqa: PLC0415 - ReportLab is heavy
        from cequiz.domain.credential.look import Look  # noqa: PLC0415 - with the page

        chosen = look if look is not None else Look()
        with self._one_at_a_time:
            return draw(facts, self._style(chosen.template, chosen.paper), look=chosen, proof=proof)

    def read_fields(self, pdf: bytes) -> Mapping[str, str]:
        """Return every printed field of a certificate by name."""
        from cequiz.adapters.pdf.readback import read_fields  # noqa: PLC0415 - pdfium is heavy

        return read_fields(pdf)

    def uncovered(self, text: str) -> tuple[str, ...]:
        """Return the characters that no font can print."""
        with self._one_at_a_time:
            return self._fonts.uncovered(text)

    def looks(self) -> tuple[str, ...]:
        """Return the names of the templates."""
        return tuple(sorted(self._files()))

    def merge(self, pdfs: Sequence[bytes]) -> bytes:
        """Return one PDF with the pages of many, for printing; it keeps neither tags nor attachments nor signatures."""
        from cequiz.adapters.pdf.merging import merge  # noqa: PLC0415 - pdfium is heavy

        return merge(pdfs)

    def report(
        self,
        report: Report,
        *more: Report,
        provider: str = "",
        zone: str = "UTC",
        paper: Paper | None = None,
        tell: Callable[[int, int], None] | None = None,
    ) -> bytes:
        """Return reports as one paged, tagged PDF; the same arguments give the same bytes."""
        from cequiz.adapters.pdf.report_page import Filing, draw_report  # noqa: PLC0415 - ReportLab is heavy
        from cequiz.domain.credential.look import Paper  # noqa: PLC0415 - with the page

        filing = Filing(provider=provider, zone=zone, paper=paper if paper is not None else Paper.LETTER)
        with self._one_at_a_time:
            return draw_report((report, *more), self._fonts, filing, tell)

    def drawing(self, pages: int) -> AbstractContextManager[DrawMany]:
        """Hand out a function that draws many pages, on as many processes as are worth it."""
        from cequiz.adapters.pdf.pool import drawing, hands  # noqa: PLC0415 - only batches need processes

        workers = hands(pages)
        alike = partial(ReportLabPress, self._folder, templates=self._own_templates, fonts=self._added_fonts)
        return drawing(alike if workers > 1 else lambda: self, workers=workers)

    def _files(self) -> dict[str, Path]:
        folders = [self._folder / "templates", *([self._own_templates] if self._own_templates else [])]
        return {path.stem: path for folder in folders for path in folder.glob("*.yaml")}

    def _template(self, name: str) -> Template:
        from cequiz.adapters.pdf.template import read_template  # noqa: PLC0415 - only a page needs it

        if name not in self._templates:
            files = self._files()
            if name not in files and name != _USUAL:
                raise NotFound(
                    tr("There is no certificate template {name!r}.", name=name),
                    hint=tr("There are: {names}.", names=", ".join(sorted(files))),
                )
            self._templates[name] = read_template(files.get(name, self._folder / "templates" / f"{name}.yaml"))
        return self._templates[name]

    def _style(self, name: str, paper: Paper) -> Style:
        from cequiz.adapters.pdf.arrangements import layout_of  # noqa: PLC0415 - with the page
        from cequiz.adapters.pdf.artwork import Artwork  # noqa: PLC0415 - ReportLab is heavy
        from cequiz.adapters.pdf.draw import Style  # noqa: PLC0415 - ReportLab is heavy

        if (name, paper) not in self._styles:
            template = self._template(name)
            layout = layout_of(template.layout, paper, template.border)
            artwork = Artwork(template, layout, self._lettering)
            self._styles[name, paper] = Style(
                template=template, layout=layout, artwork=artwork, fitter=self._fitter, lettering=self._lettering
            )
        return self._styles[name, paper]
