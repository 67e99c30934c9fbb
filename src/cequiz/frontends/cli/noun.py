"""How a noun's commands are declared, once for all nouns: plain help that ends with an example."""

from __future__ import annotations

import typer


def noun(name: str, *, about: str, example: str) -> typer.Typer:
    """Return the group of a noun's commands."""
    return typer.Typer(
        name=name,
        help=about,
        epilog=f"Example: {example}",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
