"""Passphrases are kept as Argon2id hashes and as nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Literal

import pytest
from argon2 import PasswordHasher

from cequiz.adapters.passphrases import AT_ONCE, Argon2Passphrases
from cequiz.bootstrap import House
from cequiz.services.enrolling import register
from cequiz.services.signing_in import sign_in
from cequiz.settings import Settings

WORDS = "four plain words here"


@pytest.fixture
def passphrases() -> Argon2Passphrases:
    return Argon2Passphrases(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_the_default_is_argon2id_at_the_strength_of_rfc_9106() -> None:
    assert Argon2Passphrases().hash(WORDS).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_each_hash_has_its_own_salt_and_only_the_passphrase_opens_it(passphrases: Argon2Passphrases) -> None:
    one, other = passphrases.hash(WORDS), passphrases.hash(WORDS)
    assert one != other
    assert passphrases.verify(one, WORDS)
    assert passphrases.verify(other, WORDS)
    assert not passphrases.verify(one, WORDS + " ")


def test_nobody_and_a_damaged_hash_never_open(passphrases: Argon2Passphrases) -> None:
    assert not passphrases.verify(None, "nobody has this passphrase")
    assert not passphrases.verify("no hash at all", WORDS)


def test_the_store_of_a_registered_student_does_not_hold_the_passphrase(tmp_path: Path) -> None:
    house = House(Settings(home=tmp_path / "home", database_url=None, user="tester"))
    made = register(house.ports(), name="Sample", email="s@example.org", passphrase=WORDS, actor="test")
    assert sign_in(house.ports(), email="s@example.org", passphrase=WORDS).student == made
    house.close()
    content = b"".join(
        path.read_bytes() for path in (tmp_path / "home").glob("cequiz.db*") if "ballast" not in path.name
    )
    assert b"$argon2id$" in content
    assert WORDS.encode() not in content


def test_a_damaged_hash_takes_as_long_as_a_real_one() -> None:
    """A purged student's hash is `!`: an answer at once would tell that there was somebody."""
    asked: list[str | bytes] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            asked.append(hash)
            return super().verify(hash, password)

    watched = Argon2Passphrases(Watched(time_cost=1, memory_cost=8, parallelism=1))
    assert not watched.verify("!", WORDS)
    assert str(asked[-1]).startswith("$argon2id$")


def test_a_passphrase_is_the_same_from_every_keyboard(passphrases: Argon2Passphrases) -> None:
    composed, apart = "caf\u00e9 und gr\u00fcne Zeilen", "cafe\u0301 und gru\u0308ne Zeilen"
    assert passphrases.verify(passphrases.hash(apart), composed)
    assert passphrases.verify(passphrases.hash(composed), apart)
    assert not passphrases.verify(passphrases.hash(composed), "cafe und grune Zeilen")


def test_what_was_hashed_as_it_was_typed_still_opens() -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    apart = "cafe\u0301 und gru\u0308ne Zeilen"
    assert Argon2Passphrases(hasher).verify(hasher.hash(apart), apart)


def test_half_a_character_is_a_wrong_passphrase(passphrases: Argon2Passphrases) -> None:
    assert not passphrases.verify(passphrases.hash(WORDS), "\ud800")


def test_a_hundred_at_once_take_the_memory_of_two_and_all_are_answered() -> None:
    lock, now, most = Lock(), 0, 0

    class Counted(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            try:
                return super().verify(hash, password)
            finally:
                with lock:
                    now -= 1

    crowd = Argon2Passphrases(Counted(time_cost=1, memory_cost=1024, parallelism=1))
    stored = crowd.hash(WORDS)
    with ThreadPoolExecutor(100) as pool:
        assert all(pool.map(lambda _: crowd.verify(stored, WORDS), range(100)))
    assert most == AT_ONCE
