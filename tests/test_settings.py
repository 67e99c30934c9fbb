"""The environment decides where things live."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.errors import EnvironmentFailed
from cequiz.settings import Settings, asked_language


def test_a_named_home_holds_everything(tmp_path: Path) -> None:
    settings = Settings.read({"CEQUIZ_HOME": str(tmp_path), "ACCESSIBLE": "1"})
    assert settings.database == tmp_path / "cequiz.db"
    assert settings.keys.parent == settings.certificates.parent == tmp_path
    assert settings.accessible
    assert settings.actor.startswith("os:")


def test_a_home_of_nobody_is_refused_with_a_sentence() -> None:
    with pytest.raises(EnvironmentFailed, match="CEQUIZ_HOME leads nowhere: ~nobodyhere/x") as caught:
        Settings.read({"CEQUIZ_HOME": "~nobodyhere/x"})
    assert caught.value.hint


def test_the_passphrase_of_the_providers_key_comes_from_the_environment_and_is_never_shown(tmp_path: Path) -> None:
    settings = Settings.read({"CEQUIZ_HOME": str(tmp_path), "CEQUIZ_KEY_PASSPHRASE": "correct horse"})
    assert settings.key_passphrase == "correct horse"
    assert "correct horse" not in repr(settings)
    assert Settings.read({"CEQUIZ_HOME": str(tmp_path)}).key_passphrase == ""


def test_without_a_word_the_platform_decides() -> None:
    settings = Settings.read({})
    assert settings.home.name == "cequiz"
    assert settings.home.is_absolute()
    assert settings.database_url is None
    assert not settings.accessible


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, ""),
        ({"LANG": "es_MX.UTF-8"}, "es_MX.UTF-8"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "es_ES"}, "es_ES"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "en_US", "LC_ALL": "es_ES"}, "es_ES"),
        ({"LC_ALL": "en_US.UTF-8", "CEQUIZ_LANGUAGE": "es"}, "es"),
        ({"LC_ALL": "", "LANG": "es"}, "es"),
    ],
)
def test_the_language_is_the_one_asked_for_most_plainly(environ: dict[str, str], language: str, tmp_path: Path) -> None:
    assert Settings.read({"CEQUIZ_HOME": str(tmp_path), **environ}).language == language
    assert asked_language(environ) == language


def test_the_house_may_choose_a_language_and_a_person_another(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('language = "es"\n', encoding="utf-8")
    house = {"CEQUIZ_HOME": str(tmp_path), "LANG": "en_US.UTF-8"}
    assert Settings.read(house).language == "es"
    assert Settings.read({**house, "CEQUIZ_LANGUAGE": "en"}).language == "en"


@pytest.mark.parametrize("content", [b"language = es\n", b"\xff\xfe", b"language = 5\n"])
def test_a_config_file_that_cannot_be_read_is_refused_with_a_sentence(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(EnvironmentFailed, match=r"config\.toml") as caught:
        Settings.read({"CEQUIZ_HOME": str(tmp_path)})
    assert caught.value.hint


@pytest.mark.parametrize(
    ("environ", "pictures"),
    [
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-ghostty"}, "kitty"),
        ({"TERM": "foot-extra"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "sixel"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "WezTerm"}, ""),
        ({"TERM": "xterm-256color", "CEQUIZ_PICTURES": "Sixel"}, "sixel"),
        ({"TERM": "xterm-kitty", "CEQUIZ_PICTURES": "blocks"}, ""),
        ({"TERM": "xterm-kitty", "CEQUIZ_PICTURES": "nonsense"}, "kitty"),
        ({}, ""),
    ],
)
def test_terminals_that_draw_pictures_are_known_by_name_and_a_person_knows_better(
    environ: dict[str, str], pictures: str
) -> None:
    assert Settings.read(environ).pictures == pictures


def test_a_desktop_is_there_where_a_display_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    assert Settings.read({"WAYLAND_DISPLAY": "wayland-0"}).desktop
    assert not Settings.read({}).desktop
    monkeypatch.setattr("sys.platform", "darwin")
    assert Settings.read({}).desktop
    assert not Settings.read({"SSH_CONNECTION": "a b"}).desktop


def test_a_home_that_cannot_be_looked_at_has_no_language_of_its_own() -> None:
    assert Settings.read({"CEQUIZ_HOME": "/" + "x" * 300}).language == ""
