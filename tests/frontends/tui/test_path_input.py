"""The line for a path: what is typed goes on to be what lies there, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.frontends.tui.widgets.path_input import completion, expanded


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("neck.yaml", "back.yaml", ".hidden.yaml", "bad\x1bname"):
        (tmp_path / name).touch()
    (tmp_path / "banks").mkdir()
    (tmp_path / "banks" / "año.yaml").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "offer"),
    [
        ("ne", "neck.yaml"),
        ("ba", "back.yaml"),
        ("ban", "banks/"),
        ("banks/", "banks/año.yaml"),
        ("./n", "./neck.yaml"),
        (".h", ".hidden.yaml"),
        ("bad", None),  # its name could steer a terminal
        ("x", None),
        ("", None),
        ("neck.yaml/", None),
        ("a\0b/", None),
        ("~nobody-has-this-name/x", None),
    ],
)
def test_the_first_name_that_begins_so_is_offered(folder: Path, typed: str, offer: str | None) -> None:
    assert completion(typed) == offer


def test_a_whole_path_and_the_home_folder_are_completed_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert completion(f"{folder}/ne") == f"{folder}/neck.yaml"
    monkeypatch.setenv("HOME", str(folder))
    assert completion("~/ne") == "~/neck.yaml"
    assert expanded("~/neck.yaml") == f"{folder}/neck.yaml"
    assert expanded("~nobody-has-this-name/x") == "~nobody-has-this-name/x"
