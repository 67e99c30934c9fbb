"""Which private names of Textual the serving uses, and where: a new Textual may change any of them without a word."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import textual

from cequiz.frontends import serve

ROOMS = {"terminal.py", "sheet.py", "app.py"}
"""Where they may stand; these rooms say so themselves."""

_THEIRS = (
    "app.py",
    "screen.py",
    "widget.py",
    "dom.py",
    "message_pump.py",
    "driver.py",
    "strip.py",
    "css/stylesheet.py",
)


def test_private_names_of_textual_are_used_in_the_rooms_that_say_so_and_nowhere_else() -> None:
    known = _known_to_textual()
    found = {
        f"{room.name}: {name}"
        for room in sorted(Path(str(serve.__file__)).parent.glob("*.py"))
        for name in _of_others(ast.parse(room.read_text(encoding="utf-8")))
        if room.name not in ROOMS and (name in known or name.startswith("textual._"))
    }
    assert found == set()


def test_the_look_for_private_names_finds_those_that_are_known() -> None:
    folder, known = Path(str(serve.__file__)).parent, _known_to_textual()
    for room, name in [
        ("terminal.py", "_screen_stack"),
        ("terminal.py", "textual._xterm_parser"),
        ("sheet.py", "_parse_rules"),
        ("app.py", "_process_messages"),
    ]:
        assert name in known or name.startswith("textual._")
        assert name in set(_of_others(ast.parse((folder / room).read_text(encoding="utf-8"))))


def _known_to_textual() -> set[str]:
    folder = Path(str(textual.__file__)).parent
    texts = [(folder / name).read_text(encoding="utf-8") for name in _THEIRS]
    return {name for text in texts for name in re.findall(r"(?:def |self\.)(_[a-z]\w+)", text)}


def _of_others(tree: ast.Module) -> Iterator[str]:
    """Yield private modules that are imported, and private attributes of anything but the object itself."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if "._" in module:
                yield module
            case ast.Attribute(value=ast.Name(id="self" | "cls" | "sys" | "os")):
                pass
            case ast.Attribute(attr=str(name)) if name.startswith("_") and not name.startswith("__"):
                yield name
