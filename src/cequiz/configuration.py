"""`config.toml` in the home: the house's language and its rules, read strictly.

A key that is not known is refused: a rule that was mistyped must not silently be another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cequiz.domain.house_rules import HouseRules, Rule, rules
from cequiz.errors import EnvironmentFailed
from cequiz.language import mark, tr

NAME = "config.toml"
"""The file's name in the home."""

LANGUAGE_ABOUT = mark("The language of the program, such as `es`; empty for that of the system.")

SECTION = "office"
"""The section of the rules."""


@dataclass(frozen=True)
class Configuration:
    """What the file says; what it leaves out is as it is by itself."""

    language: str = ""
    rules: HouseRules = field(default_factory=HouseRules)
    given: frozenset[str] = frozenset()
    """Names of the keys that the file has, those of the office as `office.NAME`."""


def read_configuration(home: Path) -> Configuration:
    """Return what the file in a home says; everything by itself where there is none.

    Raises:
        EnvironmentFailed: the file cannot be read, is not TOML, or has a key or a value that is not known.
    """
    path = home / NAME
    try:
        if not path.is_file():
            return Configuration()
    except OSError:  # a home that cannot even be looked at: whoever opens it has the words for that
        return Configuration()
    data = _parse(path)
    language = data.get("language", "")
    if not isinstance(language, str):
        raise EnvironmentFailed(
            tr("The language in {path} is not a text.", path=path), hint=tr('Write it like this: language = "es"')
        )
    office = data.get(SECTION, {})
    if not isinstance(office, Mapping):
        raise _wrong(path, SECTION, tr("It is a section: write [office], and the rules below it."))
    for name in data:
        if name not in ("language", SECTION):
            raise _unknown(path, name, ("language", f"[{SECTION}]"))
    given = frozenset({name for name in data if name != SECTION} | {f"{SECTION}.{name}" for name in office})
    return Configuration(language, HouseRules(**_rules(path, office)), given)


def _parse(path: Path) -> Mapping[str, object]:
    import tomllib  # noqa: PLC0415 - few houses have the file

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EnvironmentFailed(
            tr("{path} cannot be read: {reason}.", path=path, reason=error.strerror), hint=tr("Check who owns it.")
        ) from None
    except ValueError as error:  # of text that is not UTF-8 as well
        raise EnvironmentFailed(
            tr("{path} is not a TOML file: {reason}.", path=path, reason=error), hint=tr("Correct it, or remove it.")
        ) from None


def _rules(path: Path, office: Mapping[str, object]) -> dict[str, Any]:
    known = {one.name: one for one in rules()}
    found: dict[str, Any] = {}
    for name, value in office.items():
        rule = known.get(name)
        if rule is None:
            raise _unknown(path, f"{SECTION}.{name}", tuple(known))
        if not rule.accepts(value):
            raise _wrong(path, f"{SECTION}.{name}", _wanted(rule))
        found[name] = value
    return found


def _wanted(rule: Rule) -> str:
    if isinstance(rule.default, bool):
        return tr("Write true or false.")
    if isinstance(rule.default, int):
        return tr("Write a whole number from {least} to {most}.", least=rule.least, most=rule.most)
    return tr('Write a text in quotation marks, such as "{example}".', example=rule.default or "backups")


def _unknown(path: Path, name: str, known: tuple[str, ...]) -> EnvironmentFailed:
    return EnvironmentFailed(
        tr("{path} has {name}, which is not known.", path=path, name=name),
        hint=tr("There are {known}. `cequiz config example` shows them all.", known=", ".join(known)),
    )


def _wrong(path: Path, name: str, hint: str) -> EnvironmentFailed:
    return EnvironmentFailed(tr("The value of {name} in {path} is not one.", name=name, path=path), hint=hint)


def example() -> str:
    """Return a `config.toml` in which everything is said and nothing is changed: each key is a comment."""
    lines = [f"# {tr(LANGUAGE_ABOUT)}", '# language = ""', "", f"[{SECTION}]"]
    for one in rules():
        lines += ["", *(f"# {words}" for words in _wrapped(tr(one.about))), f"# {one.name} = {toml(one.default)}"]
    return "\n".join(lines) + "\n"


def toml(value: bool | int | str) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wrapped(text: str, width: int = 100) -> list[str]:
    import textwrap  # noqa: PLC0415 - only the example is wrapped

    return textwrap.wrap(text, width)
