"""A certificate's layout, ornaments, wording and colours, read from a template that ships or that a provider wrote.

Strict: a word that is missing or that nothing reads is refused, because a certificate shows it to everybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import yaml

from cequiz.domain.text import code_point, first_unsafe
from cequiz.errors import EnvironmentFailed, NotFound
from cequiz.language import tr

FORMAT = "cequiz-template/2"

WORDS = (
    *("certifies", "completed", "instructor", "administrator", "approvals", "scan", "verify", "verify_offline"),
    *("verify_file", "specimen", "seal_over", "seal_under", "seal_unit"),
)
"""What a template says around the facts."""
COLOURS = ("ink", "accent", "quiet", "tint", "specimen", "pale")
_MAY_BE_EMPTY = frozenset({"seal_over", "seal_under"})
_KEYS = {"format", "id", "layout", "ornaments", "logo", "titles", "source", "checked_on", "words", "labels", "colours"}
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")
_LARGEST = 64 * 1024  # bytes; ours have two thousand


class Arrangement(StrEnum):
    """How the words stand on the page."""

    CENTRED = "centred"
    LEFT = "left"


class Border(StrEnum):
    """What runs around the page."""

    BRAID = "braid"
    RULES = "rules"
    BAR = "bar"
    NONE = "none"


class Seal(StrEnum):
    """What stands around the hours."""

    WAVES = "waves"
    RING = "ring"
    NONE = "none"


class LogoPlace(StrEnum):
    """The upper corner that a logo goes into."""

    LEFT = "left"
    RIGHT = "right"


LABELS = ("completed", "issued", "examination", "format", "place", "revision", "number")
"""The fields that have a label of their own over them."""

_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Template:
    """What a layout says, how it is arranged and how it is coloured (colours as `#RRGGBB`)."""

    layout: Arrangement
    border: Border
    seal: Seal
    watermark: bool
    """Whether a pale rosette lies behind the words."""
    logo: LogoPlace
    titles: Mapping[str, str]
    """Delivery of the course to document title."""
    words: Mapping[str, str]
    labels: Mapping[str, str]
    colours: Mapping[str, str]

    def title(self, delivery: str) -> str:
        """Return the document title for a delivery.

        Raises:
            NotFound: the template has no title for it.
        """
        try:
            return self.titles[delivery]
        except KeyError:
            raise NotFound(
                tr("The certificate template has no title for the delivery {delivery}.", delivery=delivery),
                hint=tr("Add it under `titles`."),
            ) from None


def read_template(path: Path) -> Template:
    """Read a template that ships with cequiz or that a provider wrote.

    Raises:
        EnvironmentFailed: the file is missing or is not a template; the sentence names what is wrong in it.
    """
    return _Reading(path).template()


class _Reading:
    """One file on its way to a template; everything wrong is said with the file's name."""

    def __init__(self, path: Path) -> None:
        self._file = path.name
        unreadable = EnvironmentFailed(
            tr("The certificate template {name} cannot be read.", name=path.name),
            hint=tr("Install cequiz again, or mend the file."),
        )
        try:
            text = path.read_bytes()
            data = yaml.safe_load(text.decode("utf-8")) if len(text) <= _LARGEST else None
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError):
            raise unreadable from None
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise unreadable
        self._data: dict[object, object] = data

    def template(self) -> Template:
        self._only("template", self._data, _KEYS)
        ornaments = self._group("ornaments")
        self._only("ornaments", ornaments, {"border", "seal", "watermark"})
        colours = self._texts("colours", COLOURS)
        for name, colour in colours.items():
            if not _COLOUR.fullmatch(colour):
                raise self._wrong("colours", name, colour, hint=tr("Write it as #1B2A41."))
        watermark = ornaments.get("watermark")
        if not isinstance(watermark, bool):
            raise self._wrong("ornaments", "watermark", watermark, hint=tr("Write true or false."))
        return Template(
            layout=self._choice("template", self._data, "layout", Arrangement),
            border=self._choice("ornaments", ornaments, "border", Border),
            seal=self._choice("ornaments", ornaments, "seal", Seal),
            watermark=watermark,
            logo=self._choice("template", self._data, "logo", LogoPlace),
            titles=self._texts("titles", None),
            words=self._texts("words", WORDS),
            labels=self._texts("labels", LABELS),
            colours=colours,
        )

    def _choice(self, where: str, group: Mapping[object, object], name: str, kind: type[_Choice]) -> _Choice:
        value = group.get(name)
        if value not in list(kind):
            hint = tr("Write one of: {choices}.", choices=", ".join(kind))
            raise self._wrong(where, name, value, hint=hint)
        return kind(str(value))

    def _group(self, name: str) -> Mapping[object, object]:
        group = self._data.get(name)
        if not isinstance(group, dict):
            raise self._lacks([name])
        return group

    def _texts(self, name: str, wanted: tuple[str, ...] | None) -> dict[str, str]:
        group = self._group(name)
        if wanted is not None:
            if missing := [key for key in wanted if key not in group]:
                raise self._lacks(missing)
            self._only(name, group, set(wanted))
        for key, text in group.items():
            if not isinstance(text, str) or not (text.strip() or key in _MAY_BE_EMPTY):
                raise self._wrong(name, key, text, hint=tr("Write a text."))
            if unsafe := first_unsafe(text, line=True):
                raise self._wrong(name, key, code_point(unsafe), hint=tr("Take the invisible character out."))
        return {str(key): str(text) for key, text in group.items()}

    def _only(self, where: str, group: Mapping[object, object], known: set[str]) -> None:
        if strange := [str(key) for key in group if key not in known]:
            raise EnvironmentFailed(
                tr(
                    "The certificate template {name} says {names} under {where}, which nothing reads.",
                    name=self._file,
                    names=", ".join(strange),
                    where=where,
                ),
                hint=tr("Mend the spelling, or take it out."),
            )

    def _lacks(self, missing: list[str]) -> EnvironmentFailed:
        return EnvironmentFailed(
            tr("The certificate template {name} lacks {names}.", name=self._file, names=", ".join(missing)),
            hint=tr("Add it."),
        )

    def _wrong(self, where: str, name: object, value: object, *, hint: str) -> EnvironmentFailed:
        return EnvironmentFailed(
            tr(
                "In the certificate template {template}, {name} under {where} is {value!r}.",
                template=self._file,
                name=name,
                where=where,
                value=value,
            ),
            hint=hint,
        )
