"""The reference of every command as Markdown, made from the commands themselves, so that it cannot fall behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from cequiz.frontends.cli.app import build

_HEAD = """\
# Commands

Made from the commands themselves by `cequiz.frontends.cli.reference`; a test compares.

Data goes to the standard output, everything else to the standard error. `--json` prints one JSON document; times in it
are UTC ISO-8601. A command that creates something prints its id alone. Every command works with its input closed.

| exit code | means |
|---|---|
| 0 | done; of `sit`: passed, or left and the exam goes on, or ended with a result that the course does not show |
| 1 | problems were found, an exam was not passed, a certificate is not valid |
| 2 | wrong usage |
| 3 | refused: not found, not allowed, in the wrong state, open elsewhere |
| 4 | the environment failed: disk, database, printer |
| 130 | ended by Ctrl-C outside an exam; inside one, Ctrl-C leaves it and it goes on |

`CEQUIZ_HOME` says where everything lives, `ACCESSIBLE` (set to anything) or `TERM=dumb` makes `sit` ask in plain lines.
`CEQUIZ_LANGUAGE` (else `language` in `config.toml` there, else the locale) says which language is spoken: `en` or `es`;
with `--json` it is always English. See [languages](languages.md).
"""


def reference() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_lines(typer.main.get_command(build()), "cequiz")])


def _lines(found: Any, path: str) -> Iterator[str]:
    commands = getattr(found, "commands", None)
    yield f"{'##' if path.count(' ') < 2 else '###'} `{path}`"
    yield ""
    yield str(found.help)
    yield ""
    shown = [param for param in found.params if "--help" not in param.opts]
    yield from (f"- {_param(param)}" for param in shown)
    if shown:
        yield ""
    yield f"`{str(found.epilog).split('Example: ', 1)[1]}`"
    yield ""
    for name, sub in (commands or {}).items():
        yield from _lines(sub, f"{path} {name}")


def _param(param: Any) -> str:
    name = param.opts[0] if param.param_type_name == "option" else (param.metavar or param.name)
    return f"`{name}`{' (required)' if param.required else ''}: {param.help}"
