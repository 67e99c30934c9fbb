"""Everything a key can do where the provider and its keys are shown; a part of the one list in `commands`."""

from __future__ import annotations

from cequiz.frontends.tui.command import Command, Scope
from cequiz.language import mark

_PICTURES = mark("Set logo and signatures, or take them away.")
_ROTATE = mark("Make the key that signs from now on, in the place of the one in use; it asks why.")

PROVIDER_COMMANDS: tuple[Command, ...] = (
    Command("edit", "e", mark("edit"), mark("Say who issues certificates from now on."), Scope.PROVIDER, "e"),
    Command("pictures", "p", mark("pictures"), _PICTURES, Scope.PROVIDER, "p"),
    Command("rotate", "r", mark("new key"), _ROTATE, Scope.PROVIDER, "r"),
)  # fmt: skip
