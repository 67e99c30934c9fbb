"""A line for the path of a file or folder; what lies there is offered as it is typed, and Tab takes the offer."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

_MOST = 5_000
"""How many names of one folder are looked through."""


class PathSuggester(Suggester):
    """Offers the first name in the folder that begins with what is typed."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the whole path, with a slash behind a folder."""
        return await asyncio.to_thread(completion, value)


class PathInput(Input):
    """A path; Tab completes it, or goes on where there is nothing to complete."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", show=False)]

    def __init__(self, *, id: str, placeholder: str = "", value: str = "") -> None:
        super().__init__(
            value, placeholder=placeholder, suggester=PathSuggester(), id=id, compact=True, select_on_focus=False
        )

    def action_complete(self) -> None:
        """Take the offer, or go to the next field."""
        offer = completion(self.value)
        if offer is None or offer == self.value:
            self.screen.focus_next()
            return
        self.value = offer
        self.action_end()


def expanded(typed: str) -> str:
    """Return a path with the home folder in the place of `~`; as it is where there is no such home."""
    return os.path.expanduser(typed)  # noqa: PTH111 - a Path would lose the slash at the end, and refuses ~nobody


def completion(typed: str) -> str | None:
    """Return what a path may go on to be; None where nothing begins so, or the folder may not be looked into."""
    if not typed:
        return None
    head, slash, begun = typed.rpartition("/")
    folder = Path(expanded(f"{head}{slash}") or ".")
    try:
        names = sorted((one.name, one.is_dir()) for one, _ in zip(folder.iterdir(), range(_MOST), strict=False))
    except (OSError, ValueError):
        return None
    for name, is_folder in names:
        if name.startswith(begun) and (begun or not name.startswith(".")) and name.isprintable():
            return f"{head}{slash}{name}" + ("/" if is_folder else "")
    return None
