"""The environment decides where things live."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.errors import EnvironmentFailed
from cequiz.settings import Settings


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


def test_without_a_word_the_platform_decides() -> None:
    settings = Settings.read({})
    assert settings.home.name == "cequiz"
    assert settings.home.is_absolute()
    assert settings.database_url is None
    assert not settings.accessible
