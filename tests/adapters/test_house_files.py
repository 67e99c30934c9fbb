"""The house's folder is looked through once, and no file goes that only may tell of somebody."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cequiz.adapters import house_files
from cequiz.adapters.house_files import FolderFiles
from cequiz.domain.people.remains import Known
from cequiz.domain.people.student import Licence

CORA = Known(names=frozenset({"Cora Lane"}), emails=frozenset(), licences=frozenset({Licence("GA", "12345")}))
BELA = Known(names=frozenset({"Bela Ito"}), emails=frozenset(), licences=frozenset({Licence("TX", "2026")}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    return tmp_path


def looked(home: Path, *people: Known) -> list[dict[str, bool]]:
    """Return for each of the people the names of the files that tell of them, and whether each goes."""
    found = FolderFiles(home, backups=home / "backups").about([one.finder for one in people])
    return [{file.path.name: file.goes for file in files} for files in found]


def test_a_report_in_which_only_a_number_stands_is_named_and_stays(home: Path) -> None:
    (home / "reports" / "of-others.csv").write_text("12345,678901,,,MA999,11/22/2026", encoding="utf-8")
    (home / "reports" / "with-state.csv").write_text("GA:12345,Passed", encoding="utf-8")
    (home / "reports" / "with-name.csv").write_text("12345,Cora Lane", encoding="utf-8")
    assert looked(home, CORA) == [{"of-others.csv": False, "with-state.csv": True, "with-name.csv": True}]


def test_each_person_is_told_of_their_own_files(home: Path) -> None:
    for name, text in {"a.csv": "Cora Lane", "b.csv": "Bela Ito", "c.csv": "Bela Ito, Cora Lane", "d.csv": "-"}.items():
        (home / "reports" / name).write_text(text, encoding="utf-8")
    assert looked(home, CORA, BELA) == [{"a.csv": True, "c.csv": True}, {"b.csv": True, "c.csv": True}]
    assert looked(home) == []


def test_an_archive_with_too_much_in_it_may_name_everybody(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that unpacks to more than the memory holds would end the purge."""
    with zipfile.ZipFile(home / "pack.zip", "w", zipfile.ZIP_DEFLATED) as pack:
        for place in range(3):
            pack.writestr(f"{place}.csv", "x" * 1000)
    assert looked(home, CORA) == [{}]
    monkeypatch.setattr(house_files, "_MOST", 2999)
    assert looked(home, CORA, BELA) == [{"pack.zip": False}, {"pack.zip": False}]


def test_an_archive_that_is_locked_may_name_everybody(home: Path) -> None:
    with zipfile.ZipFile(home / "pack.zip", "w") as pack:
        pack.writestr("people.csv", "nobody")
    content = bytearray((home / "pack.zip").read_bytes())
    content[6] |= 1  # encrypted, says the part
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and so says the list of parts
    (home / "pack.zip").write_bytes(content)
    assert looked(home, CORA) == [{"pack.zip": False}]
