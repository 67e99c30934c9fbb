"""Finds sentences in the source that no translator would ever see, and those that are said too early."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SAID = {"tr", "trn", "mark"}
"""What hands a sentence to translators."""

_PROSE = re.compile(r"[A-Za-z]{2,}[,;]? [a-z]{2,}")
"""Two words beside each other, the second one small: what a name, a key or a style is not."""

_TO_PEOPLE = {"say", "tell", "ask", "refuse", "notify", "Static", "Content", "Label", "Button", "Dialog"}
"""Whatever is handed to these is read by a person, one word or many."""

_NOT_PROSE = re.compile(
    r"(?:SELECT|PRAGMA|INSERT|CREATE|UPDATE|DELETE|DROP|ALTER|BEGIN|WHERE|AFTER INSERT|SET LOCAL)\b|\{0\} |"
    r".*(?:\bbold\b|\$\w|{ ?\w+: |= NEW\.)|"
    r"cequiz [a-z]|tuple\["
)
"""SQL, styles, commands and types."""

_UNSEEN = {"classes", "id", "style", "group", "name", "format", "prefix"}
"""Keywords whose values nobody reads."""

_DECLARED = {"Option", "Argument", "example", "noun", "Typer"}
"""The help of commands is collected from the commands."""

_OF_PROGRAMMERS = {"ValueError", "TypeError", "RuntimeError", "KeyError", "LookupError", "AssertionError", "compile"}

_TO_A_LOG = {"_log", "_unforeseen"}
"""Methods that lead to a journal's `note`."""


def unsaid(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of every literal of a file that reads like a sentence and is not handed to translators."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = {*_passed(tree), *_beside_ours(tree)}
    for node in ast.walk(tree):
        text = _text(node)
        if text is not None and node not in passed and _PROSE.search(text) and not _NOT_PROSE.match(text.strip()):
            yield node.lineno, text  # type: ignore[attr-defined]  # `_text` knows none but expressions
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _TO_PEOPLE:
            for given in [*node.args[:1], *(one.value for one in node.keywords if one.arg in {"yes", "no", "none"})]:
                text = _text(given)
                if text is not None and given not in passed and re.search(r"[A-Za-z]{2}", text):
                    yield given.lineno, text


def said_at_import(path: Path) -> Iterator[int]:
    """Yield the line of every sentence that is said when a file is imported, before anybody chose a language."""
    yield from _said_now(ast.parse(path.read_text(encoding="utf-8")))


def _said_now(node: ast.AST) -> Iterator[int]:
    if isinstance(node, ast.Call) and _name(node.func) in {"tr", "trn"}:
        yield node.lineno
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():  # its defaults are made now, its body runs later
            below: list[ast.AST] = [*node.decorator_list, node.args]
        case ast.Lambda():
            below = [node.args]
        case _:
            below = list(ast.iter_child_nodes(node))
    for one in below:
        yield from _said_now(one)


def _passed(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the literals that need no translator: said already, docstrings, declarations, errors of programmers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from node.values
        elif isinstance(node, ast.Dict):
            yield from (key for key in node.keys if key is not None)
        elif isinstance(node, ast.Call):
            name = _name(node.func)
            if name in SAID:
                yield from node.args
            elif name in _DECLARED | _OF_PROGRAMMERS or _of_a_log(node.func):
                yield from ast.walk(node)
        elif _of_programmers(node):
            yield from ast.walk(node)


def _of_a_log(function: ast.expr) -> bool:
    """Whether what is called writes a line into a log: a journal's `note`, or somebody's own way to it."""
    if not isinstance(function, ast.Attribute):
        return False
    if function.attr in _TO_A_LOG:
        return True
    return function.attr == "note" and _name(function.value).lstrip("_") == "journal"


def _beside_ours(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield other people's words in a constant table where our own stand beside them."""
    for constant in tree.body:
        for node in ast.walk(constant) if isinstance(constant, ast.Assign | ast.AnnAssign) else ():
            if isinstance(node, ast.Tuple) and any(
                isinstance(one, ast.Call) and _name(one.func) == "mark" for one in node.elts
            ):
                yield from (one for one in node.elts if isinstance(one, ast.Constant))


def _of_programmers(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return any(isinstance(to, ast.Name) and to.id == "msg" for to in node.targets)
    if isinstance(node, ast.keyword):
        return node.arg in _UNSEEN
    return isinstance(node, ast.Assert | ast.Compare)


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""
