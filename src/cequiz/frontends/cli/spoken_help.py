"""Help and the parser's refusals in the language that is spoken.

The help of a command stands in its declaration (docstring, `help=`), so its sentences are collected from the commands
themselves and put into other words when the command line is built for who speaks another language. The parser's own
few sentences are worded anew here. English is left alone: it costs nothing then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from cequiz.language import SOURCE, mark, spoken, tr

_HEADINGS = {"Usage": mark("Usage"), "Arguments": mark("Arguments"), "Options": mark("Options")} | {
    "Commands": mark("Commands")
}
"""The parser's headings; each begins a line and ends in a colon."""

_EXTRAS = {"[required]": mark("[required]"), "[default:": mark("[default:")}

_HELP_OPTION = mark("Show this message and exit.")

_EXAMPLE = "Example: "

_REFUSALS = (
    (r"Missing argument (?P<name>'.*')\.?", mark("The argument {name} is missing.")),
    (r"Missing option (?P<name>'.*')\.?", mark("The option {name} is missing.")),
    (r"Missing command\.", mark("The command is not complete.")),
    (
        r"No such command (?P<name>'.*')\. Did you mean (?P<others>.*)\?",
        mark("There is no command {name}. Did you mean {others}?"),
    ),
    (r"No such command (?P<name>'.*')\.", mark("There is no command {name}.")),
    (
        r"No such option: (?P<name>\S+) \(Possible options: (?P<others>.*)\)",
        mark("There is no option {name}. Possible options: {others}."),
    ),
    (r"No such option: (?P<name>\S+)", mark("There is no option {name}.")),
    (r"Option (?P<name>'.*') requires an argument\.", mark("The option {name} needs a value.")),
    (r"Option (?P<name>'.*') does not take a value\.", mark("The option {name} takes no value.")),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<words>.*)\)", mark("There are words too many: {words}.")),
    (r"Invalid value for (?P<name>'.*'): (?P<reason>.*)", mark("The value of {name} does not fit: {reason}")),
)
"""What the parser says, and the same for translators; its reasons within are left as they are."""


def put_into_words(command: Any) -> None:
    """Let a command and everything below it explain itself in the language that is spoken.

    Args:
        command: a command of the parser, built for this run alone.
    """
    if spoken() == SOURCE:
        return
    for one in _all(command):
        one.help = one.help and tr(one.help)
        one.short_help = one.short_help and tr(one.short_help)
        one.epilog = (one.epilog or "").replace(_EXAMPLE, f"{tr('Example')}: ")
        for param in one.params:
            if getattr(param, "help", None):
                param.help = tr(param.help)
        one.get_help = partial(_help, one.get_help)


def help_sentences(command: Any) -> Iterator[str]:
    """Yield every sentence of the help of a command and everything below it, for translators."""
    for one in _all(command):
        yield from (text for text in (one.help, one.short_help) if text)
        yield from (param.help for param in one.params if getattr(param, "help", None))


def parser_words(said: str) -> str:
    """Return a refusal of the parser in the language that is spoken; one that is not known stays as it is."""
    if spoken() == SOURCE:
        return said
    for pattern, sentence in _REFUSALS:
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found:
            return tr(sentence, **found.groupdict())
    return said


def _all(command: Any) -> Iterator[Any]:
    yield command
    for one in getattr(command, "commands", {}).values():
        yield from _all(one)


def _help(made: Any, context: Any) -> str:
    option = context.command.get_help_option(context)
    if option is not None:
        option.help = tr(_HELP_OPTION)
    text = str(made(context))
    for word, marked in _HEADINGS.items():
        text = re.sub(rf"(?m)^{word}:", f"{tr(marked)}:", text)
    for word, marked in _EXTRAS.items():
        text = text.replace(word, tr(marked))
    return text
