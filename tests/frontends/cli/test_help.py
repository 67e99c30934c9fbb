"""Every command explains itself, and ends with an example that can be copied."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cequiz.frontends.cli.app import build
from tests.frontends.desks import command, fake_ports

CONTRACT = {
    "bank": {
        "blind",
        "check",
        "coverage",
        "diff",
        "item",
        "list",
        "load",
        "reinstate",
        "rekey",
        "retire",
        "schema",
        "show",
    },
    "course": {"load", "list", "show", "schema", "retire", "reinstate"},
    "student": {
        "accommodate",
        "add",
        "correct",
        "enrol",
        "import",
        "list",
        "merge",
        "renew",
        "reset-passphrase",
        "show",
        "transcript",
    },
    "code": {"create", "list", "show", "withdraw"},
    "attempt": {
        "adjust-time",
        "board",
        "explain-time",
        "export",
        "hold",
        "list",
        "message",
        "release",
        "show",
        "void",
    },
    "queue": {"list", "show", "accept", "decline"},
    "proposal": {"list", "show", "approve", "decline", "renew"},
    "certificate": {
        "batch",
        "boards",
        "correct",
        "credential",
        "expire",
        "issue",
        "list",
        "preview",
        "print",
        "reinstate",
        "revoke",
        "show",
        "suspend",
        "verify",
    },
    "provider": {"set", "show"},
    "keys": {"create", "rotate", "list", "export"},
    "trust": {"export", "page"},
    "log": {"head", "prove", "check"},
    "fonts": {"add", "list"},
    "db": {"check", "backup", "copy", "restore", "upgrade"},
    "audit": {"verify", "seal", "list"},
    "report": {
        "audit-pack",
        "batch",
        "batches",
        "ce-broker",
        "due",
        "enrolments",
        "evaluations",
        "hours",
        "items",
        "post",
        "requeue",
        "results",
        "roster",
    },
    "retention": {"list", "hold", "holds", "lift", "purge"},
    "admin": {"create", "dismiss", "list", "reinstate", "reset-passphrase", "role", "unlock"},
    "config": {"show", "example"},
    "serve": {"ssh", "web"},
}
REPORTS = {"check", "list", "show", "diff", "verify", "explain-time"}


def tree(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with the words that call it."""
    yield path, group
    for name, sub in getattr(group, "commands", {}).items():
        yield from tree(sub, (*path, name))


COMMANDS = dict(tree(typer.main.get_command(build())))


def test_the_commands_are_those_of_the_contract() -> None:
    for noun, verbs in CONTRACT.items():
        assert {path[1] for path in COMMANDS if len(path) == 2 and path[0] == noun} == verbs
    alone = {"sit", "practice", "evaluate", "demo", "doctor"}
    assert {path[0] for path in COMMANDS if len(path) == 1} == {*CONTRACT, *alone}


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: " ".join(path) or "cequiz")
def test_help_ends_with_an_example_of_that_command(
    path: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(fake_ports(tmp_path), *path, "--help").code == 0
    last = capsys.readouterr().out.strip().splitlines()[-1].strip()
    assert last.startswith(f"Example: {' '.join(('cequiz', *path))}".strip())


@pytest.mark.parametrize("path", [path for path in COMMANDS if path and not hasattr(COMMANDS[path], "commands")])
def test_the_example_is_a_command_line_that_the_parser_takes(path: tuple[str, ...]) -> None:
    shown = str(COMMANDS[path].epilog).split("Example: cequiz ", 1)[1].split(" > ")[0]
    words = shlex.split(shown)[len(path) :]
    COMMANDS[path].make_context("cequiz", words, resilient_parsing=False)


def test_every_listing_and_report_takes_json() -> None:
    for path, found in COMMANDS.items():
        if path and path[-1] in REPORTS:
            assert "--json" in {option for param in found.params for option in param.opts}, path
