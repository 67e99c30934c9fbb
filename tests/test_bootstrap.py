"""Putting everything together: what is left when one part fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz import bootstrap
from cequiz.adapters.store.gate import Presence
from cequiz.adapters.store.place import Place
from cequiz.bootstrap import House
from cequiz.errors import StorageDamaged
from cequiz.paths import bundled
from cequiz.settings import Settings


def test_a_store_is_closed_again_when_a_later_part_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that tries again and again would hold one more store with each try, and nobody could restore."""
    settings = Settings(home=tmp_path / "home", database_url=None, user="me")
    (tmp_path / "banks").mkdir()
    (tmp_path / "banks" / "broken.bank.yaml").write_text("format: [", encoding="ascii")
    monkeypatch.setattr(
        bootstrap, "bundled", lambda name: tmp_path / "banks" if name == "question_banks" else bundled(name)
    )
    monkeypatch.setattr(bootstrap, "bundled_lexicon", lambda: None)
    with pytest.raises(StorageDamaged, match="A bundled file has an error") as caught:
        House(settings).ports()
    presence = Presence(Place(settings.database).presence)
    presence.alone()
    presence.leave()
    assert caught.value.hint
