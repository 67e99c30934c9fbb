"""A certificate's wording and colours, read from the template that ships beside the fonts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from cequiz.errors import EnvironmentFailed, NotFound
from cequiz.language import tr

_WORDS = {
    "certifies",
    "completed",
    "instructor",
    "administrator",
    "verify",
    "specimen",
    "seal_over",
    "seal_under",
    "seal_unit",
}
_COLOURS = {"ink", "accent", "quiet", "tint", "specimen", "pale"}
_COLOUR = re.compile("#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Template:
    """What a layout says and how it is coloured (colours as `#RRGGBB`)."""

    titles: Mapping[str, str]
    """Delivery of the course to document title."""
    words: Mapping[str, str]
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
    """Read a template that ships with cequiz or that a provider edited.

    Raises:
        EnvironmentFailed: the file is missing or is not a template.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        titles, words, colours = (
            {str(key): str(value) for key, value in data[name].items()} for name in ("titles", "words", "colours")
        )
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError):
        raise EnvironmentFailed(
            tr("The certificate template {name} cannot be read.", name=path.name),
            hint=tr("Install cequiz again, or mend the file."),
        ) from None
    missing = sorted((_WORDS - words.keys()) | (_COLOURS - colours.keys()))
    if missing:
        raise EnvironmentFailed(
            tr("The certificate template {name} lacks {names}.", name=path.name, names=", ".join(missing)),
            hint=tr("Add it."),
        )
    for name, colour in colours.items():
        if not _COLOUR.fullmatch(colour):
            raise EnvironmentFailed(
                tr(
                    "The colour {name} of the certificate template {template} is {colour!r}.",
                    name=name,
                    template=path.name,
                    colour=colour,
                ),
                hint=tr("Write it as #1B2A41."),
            )
    return Template(titles, words, colours)
