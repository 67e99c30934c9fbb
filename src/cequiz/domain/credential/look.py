"""How a certificate looks: layout, paper, logo and signatures. Nothing here is a fact, and nothing is verified."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cequiz.domain.canonical import Json


class Paper(StrEnum):
    """The paper, always landscape."""

    LETTER = "letter"
    A4 = "a4"


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a provider chose for its certificates."""

    template: str = "classic"
    """The name of a file in `certificates/templates`, without its ending."""
    paper: Paper = Paper.LETTER
    logo: bytes = b""
    """A PNG; empty for none."""
    signatures: Mapping[str, bytes] = field(default_factory=dict)
    """`instructor` and `administrator` to a PNG of the signature; a role without one gets its name drawn."""

    def to_json(self) -> dict[str, Json]:
        """Return the look as JSON values; pictures in base64."""
        return {
            "template": self.template,
            "paper": self.paper.value,
            "logo": _text(self.logo),
            "signatures": {role: _text(picture) for role, picture in sorted(self.signatures.items())},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Look:
        """Rebuild a look from `to_json`."""
        signatures = data["signatures"]
        return cls(
            template=str(data["template"]),
            paper=Paper(str(data["paper"])),
            logo=b64decode(str(data["logo"])),
            signatures={str(role): b64decode(str(picture)) for role, picture in signatures.items()}
            if isinstance(signatures, Mapping)
            else {},
        )


def _text(picture: bytes) -> str:
    return b64encode(picture).decode("ascii")
