"""How a noun's commands are declared, once for all nouns: plain help that ends with an example."""

from __future__ import annotations

import typer


def example(command: str) -> str:
    """Return the end of a command's help; it is never broken into lines, so that it can be copied."""
    return f"\b\nExample: {command}"


def noun(name: str, *, about: str, shows: str) -> typer.Typer:
    """Return the group of a noun's commands."""
    return typer.Typer(
        name=name,
        help=about,
        epilog=example(shows),
        rich_markup_mode=None,
    )
