"""Figures of a bank: files inside its own folder, PNG or SVG, that cannot do anything but be looked at."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from xml.parsers import expat

from cequiz.domain.bank.bank import Bank, Figure
from cequiz.language import tr

_MOST_BYTES = 5 * 2**20
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SVG = "http://www.w3.org/2000/svg"
_NAMESPACED = " "
"""Expat puts this between a namespace and a name."""

_DRAWN = frozenset(
    {
        "svg",
        "g",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "title",
        "desc",
        "defs",
        "use",
        "symbol",
        "marker",
        "style",
        "linearGradient",
        "radialGradient",
        "stop",
        "clipPath",
        "mask",
        "pattern",
        "switch",
        "view",
        "metadata",
    }
)
"""Elements that draw; scripts, animation, foreign content and pictures from elsewhere are not among them."""

_FETCHES = re.compile(r"url\s*\(\s*[\"']?\s*(?!#)[^\s\"']|@import|expression\s*\(|javascript:|\\", re.IGNORECASE)


class _Unsafe(Exception):
    """An SVG that does more than draw."""


class FoundFigure(NamedTuple):
    """A figure that is there and safe to show."""

    path: Path
    sha256: str
    content: bytes


def find_figures(figures: Mapping[str, Figure], folder: Path) -> tuple[Mapping[str, FoundFigure], Mapping[str, str]]:
    """Return the figures that can be shown and what is wrong with the others, both by name.

    Args:
        figures: as the bank names them.
        folder: the bank's own folder; no figure may lie outside of it, not even through a symbolic link.
    """
    found: dict[str, FoundFigure] = {}
    wrong: dict[str, str] = {}
    for name, figure in figures.items():
        sentence = _looked_up(name, figure, folder, found)
        if sentence:
            wrong[name] = sentence
    return found, wrong


def with_digests(bank: Bank, found: Mapping[str, FoundFigure]) -> Bank:
    """Return the bank with the digest of every figure's file, so that a changed picture is a changed bank."""
    if not found:
        return bank
    figures = {
        name: figure.model_copy(update={"sha256": found[name].sha256}) if name in found else figure
        for name, figure in bank.figures.items()
    }
    return bank.model_copy(update={"figures": figures})


def _looked_up(name: str, figure: Figure, folder: Path, found: dict[str, FoundFigure]) -> str:
    inside = PurePosixPath(figure.file)
    if inside.is_absolute() or ".." in inside.parts or "\\" in figure.file or ":" in figure.file:
        return tr("a figure is a file inside the bank's own folder, named by a relative path with / and without ..")
    path = folder.joinpath(*inside.parts)
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            return tr("the figure lies outside of the bank's folder")
        if not path.is_file():
            return tr("the figure is not a file")
        if path.stat().st_size > _MOST_BYTES:
            return tr("the figure is larger than {most} MB", most=_MOST_BYTES // 2**20)
        content = path.read_bytes()
    except FileNotFoundError:
        return tr("there is no such file")
    except (OSError, ValueError, RuntimeError):  # ValueError: a NUL in the name; RuntimeError: a loop of links
        return tr("the file cannot be read")
    digest = hashlib.sha256(content).hexdigest()
    sentence = _harm(inside.suffix.lower(), content)
    if not sentence and figure.sha256 not in (None, digest):
        sentence = tr("the file's SHA-256 is {digest}, not the one given", digest=digest)
    if not sentence:
        found[name] = FoundFigure(path, digest, content)
    return sentence


def _harm(suffix: str, content: bytes) -> str:
    if suffix == ".png":
        return "" if content.startswith(_PNG_SIGNATURE) else tr("the file is not a PNG picture")
    if suffix == ".svg":
        return next(_svg_harm(content), "")
    return tr("a figure is an .svg or a .png file")


def _svg_harm(content: bytes) -> Iterator[str]:
    parser = expat.ParserCreate(namespace_separator=_NAMESPACED)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ProcessingInstructionHandler = _refuse_instruction
    parser.StartElementHandler = _check_element
    words: list[str] = []
    parser.CharacterDataHandler = words.append
    try:
        parser.Parse(content, True)
        # Style sheets arrive as text, perhaps in pieces; in a label none of this would make sense either.
        if _FETCHES.search("".join(words)):
            yield tr("a style of the SVG refers to something outside of itself")
    except _Unsafe as problem:
        yield str(problem)
    except (expat.ExpatError, LookupError, ValueError):  # not well formed, or an encoding nobody knows
        yield tr("the file is not well-formed SVG")


def _refuse_doctype(*_parts: object) -> None:
    raise _Unsafe(tr("the SVG has a DOCTYPE, which can hold entities: remove it"))


def _refuse_instruction(*_parts: object) -> None:
    raise _Unsafe(tr("the SVG has a processing instruction: remove it"))


def _check_element(element: str, attributes: Mapping[str, str]) -> None:
    namespace, _, name = element.rpartition(_NAMESPACED)
    if namespace != _SVG or name not in _DRAWN:
        raise _Unsafe(tr("the SVG has the element {name}, which does more than draw: save it as plain SVG", name=name))
    for attribute, value in attributes.items():
        local = attribute.rpartition(_NAMESPACED)[2].lower()
        if local.startswith("on"):
            raise _Unsafe(tr("the SVG has the script attribute {name}", name=local))
        if local == "base":
            raise _Unsafe(tr("the SVG has an xml:base, which moves its references elsewhere"))
        if local in ("href", "src") and not value.strip().startswith("#"):
            raise _Unsafe(tr("the SVG refers to something outside of itself"))
        if _FETCHES.search(value):
            raise _Unsafe(tr("the attribute {name} of the SVG refers to something outside of itself", name=local))
