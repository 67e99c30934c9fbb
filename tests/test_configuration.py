"""`config.toml`: read strictly, and documented by its own model."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from cequiz import configuration
from cequiz.configuration import read_configuration
from cequiz.domain.house_rules import HouseRules, rules
from cequiz.errors import EnvironmentFailed
from cequiz.frontends.cli.config_page import page
from cequiz.settings import Settings

DOCS = Path(__file__).parent.parent / "docs"


def written(home: Path, text: str) -> Path:
    (home / "config.toml").write_text(text, encoding="utf-8")
    return home


def test_without_a_file_everything_is_as_it_is_by_itself(tmp_path: Path) -> None:
    found = read_configuration(tmp_path)
    assert (found.language, found.rules, found.given) == ("", HouseRules(), frozenset())


def test_what_the_file_says_holds_and_reaches_the_program(tmp_path: Path) -> None:
    home = written(tmp_path, 'language = "es"\n[office]\nsecond_approver = true\nretention_years = 10\n')
    settings = Settings.read({"CEQUIZ_HOME": str(home)})
    assert settings.language == "es"
    assert settings.rules == HouseRules(second_approver=True, retention_years=10)
    assert settings.backups == home / "backups"
    assert read_configuration(home).given == {"language", "office.second_approver", "office.retention_years"}


@pytest.mark.parametrize(
    ("text", "sentence", "hint"),
    [
        ("second_approver = true", "second_approver", "language, \\[office\\]"),
        ("[office]\nsecond_aprover = true", "office.second_aprover", "second_approver"),
        ("[office]\nsecond_approver = 1", "office.second_approver", "true or false"),
        ("[office]\nretention_years = 3", "office.retention_years", "from 4 to 100"),
        ("[office]\nretention_years = true", "office.retention_years", "from 4 to 100"),
        ("[office]\nce_broker_profession = 7", "office.ce_broker_profession", "quotation marks"),
        ("office = 1", "office", "section"),
    ],
)
def test_what_is_not_known_or_not_possible_is_refused_with_the_way_out(
    tmp_path: Path, text: str, sentence: str, hint: str
) -> None:
    with pytest.raises(EnvironmentFailed, match=sentence) as refused:
        read_configuration(written(tmp_path, text))
    assert re.search(hint, refused.value.hint)


def test_the_example_changes_nothing_and_names_every_rule(tmp_path: Path) -> None:
    text = configuration.example()
    assert read_configuration(written(tmp_path, text)).rules == HouseRules()
    spoken = text.replace("# language", "language")
    for one in rules():
        spoken = spoken.replace(f"# {one.name} =", f"{one.name} =")
    said = tomllib.loads(spoken)
    assert said == {"language": "", "office": {one.name: one.default for one in rules()}}


def test_the_page_is_made_from_the_model() -> None:
    assert (DOCS / "configuration.md").read_text(encoding="utf-8") == page()
