"""Watching files: every save is noticed once, whatever way an editor saves, and nothing else is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cequiz.adapters.bank_files.watching import PATIENCE, FileWatch
from cequiz.errors import NotFound


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    path = tmp_path / "banks" / "neck.yaml"
    path.parent.mkdir()
    path.write_text("one", encoding="utf-8")
    return path


def looks(watch: FileWatch, times: int = PATIENCE + 1) -> int:
    """Look so often, and return how often something had changed."""
    return sum(watch.changed() for _ in range(times))


def test_what_stays_as_it_is_is_never_reported(bank: Path) -> None:
    assert looks(FileWatch([str(bank)]), 5) == 0


def test_a_save_is_reported_once_and_the_next_one_again(bank: Path) -> None:
    watch = FileWatch([str(bank)])
    bank.write_text("two and more", encoding="utf-8")
    assert [watch.changed(), watch.changed(), watch.changed()] == [False, True, False]
    bank.write_text("three", encoding="utf-8")
    assert looks(watch) == 1


def test_a_save_of_the_same_length_is_noticed(bank: Path) -> None:
    watch = FileWatch([str(bank)])
    bank.write_text("eno", encoding="utf-8")
    assert looks(watch) == 1


def test_an_editor_that_puts_a_new_file_in_the_place_is_noticed(bank: Path) -> None:
    watch = FileWatch([str(bank)])
    draft = bank.with_suffix(".tmp")
    draft.write_text("two", encoding="utf-8")
    draft.replace(bank)
    assert looks(watch) == 1


def test_touching_or_saving_the_same_content_is_no_change(bank: Path) -> None:
    watch = FileWatch([str(bank)])
    os.utime(bank, ns=(1, 1))
    assert looks(watch) == 0
    draft = bank.with_suffix(".tmp")
    draft.write_text("one", encoding="utf-8")
    draft.replace(bank)
    assert looks(watch) == 0


def test_a_file_that_is_gone_for_a_moment_is_waited_for(bank: Path) -> None:
    watch = FileWatch([str(bank)])
    bank.unlink()
    assert looks(watch, PATIENCE - 1) == 0
    bank.write_text("one", encoding="utf-8")
    assert looks(watch) == 0
    bank.unlink()
    assert looks(watch, 2) == 0
    bank.write_text("two", encoding="utf-8")
    assert looks(watch) == 1


def test_a_file_that_stays_away_is_reported_and_so_is_its_return(bank: Path) -> None:
    watch = FileWatch([str(bank)])
    bank.unlink()
    assert looks(watch, PATIENCE + 3) == 1
    bank.write_text("one", encoding="utf-8")
    assert looks(watch) == 1


def test_a_file_that_is_still_being_written_is_waited_for(bank: Path) -> None:
    watch = FileWatch([str(bank)])
    found = []
    for length in range(5):
        bank.write_text("x" * (length + 7), encoding="utf-8")
        found.append(watch.changed())
    assert found == [False] * 5
    assert looks(watch) == 1


def test_new_files_and_figures_of_a_folder_are_noticed(bank: Path) -> None:
    watch = FileWatch([str(bank.parent)])
    (bank.parent / "back.yaml").write_text("x", encoding="utf-8")
    assert looks(watch) == 1
    (bank.parent / "notes.txt").write_text("x", encoding="utf-8")
    assert looks(watch) == 0
    (bank.parent / "figures").mkdir()
    (bank.parent / "figures" / "skull.svg").write_text("<svg/>", encoding="utf-8")
    assert looks(watch) == 1


def test_the_figures_beside_a_file_are_watched_with_it(bank: Path) -> None:
    figure = bank.parent / "figures" / "skull.svg"
    figure.parent.mkdir()
    figure.write_text("<svg/>", encoding="utf-8")
    watch = FileWatch([str(bank)])
    figure.write_text("<svg />", encoding="utf-8")
    assert looks(watch) == 1


def test_a_path_that_leads_nowhere_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        FileWatch([str(tmp_path / "nothing.yaml")])
