"""Signing in: who comes in, who waits, who learns nothing, and what is written down of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from cequiz.domain.house_rules import HouseRules
from cequiz.errors import CequizError, NotAllowed, PassphraseNeeded, Refused
from cequiz.services.enrolling import register, reset_passphrase
from cequiz.services.places import place_of
from cequiz.services.ports import AuditRecord, Ports
from cequiz.services.signing_in import sign_in
from tests.fakes import FakeClock, FakePassphrases, FakeStore, FakeUnit

WORDS = "four plain words here"
OTHER = "another four words"
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"
ANA = "ana@example.org"


@pytest.fixture
def ana(ports: Ports) -> str:
    """Return the id of a student with a passphrase."""
    return register(ports, name="Ana", email=ANA, passphrase=WORDS, actor="test").id


def refusal(ports: Ports, email: str = ANA, *, passphrase: str = "a wrong passphrase", address: str = HOME) -> str:
    """Return what somebody is told who does not come in."""
    with pytest.raises(NotAllowed) as caught:
        sign_in(ports, email=email, passphrase=passphrase, address=address)
    return f"{caught.value.sentence} {caught.value.hint}"


def deeds(ports: Ports, *, of: str = "student.") -> list[AuditRecord]:
    with ports.store.read() as unit:
        return [one for one in unit.audit.all() if one.deed.startswith(of) and one.deed != "student.registered"]


@pytest.mark.parametrize("who", [ANA, " ANA@Example.org ", "id", "ID in small letters"])
def test_address_or_id_and_passphrase_let_in(ports: Ports, ana: str, who: str) -> None:
    typed = {"id": ana, "ID in small letters": ana.lower()}.get(who, who)
    assert sign_in(ports, email=typed, passphrase=WORDS, address=HOME).student.id == ana


def test_at_this_machine_the_first_passphrase_becomes_that_of_a_student_who_has_none(ports: Ports) -> None:
    made = register(ports, name="Sample", email=ANA, actor="test")
    with pytest.raises(Refused, match="15 characters"):
        sign_in(ports, email=ANA, passphrase="short")
    assert sign_in(ports, email=ANA, passphrase=WORDS).student == made
    with pytest.raises(NotAllowed):
        sign_in(ports, email=ANA, passphrase="not the first one")


def test_over_a_line_nobody_takes_an_account_that_has_no_passphrase(ports: Ports) -> None:
    register(ports, name="Sample", email=ANA, actor="test")
    told = refusal(ports, passphrase=WORDS)
    assert told == refusal(ports, "nobody@example.org", passphrase=WORDS)
    assert "one-time code" in told
    code = reset_passphrase(ports, student_id=ANA, actor="os:admin")
    sign_in(ports, email=ANA, passphrase=code.shown, new=WORDS, address=HOME)
    assert sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)


def test_a_one_time_code_lets_a_student_choose_a_new_passphrase_once(ports: Ports, ana: str) -> None:
    code = reset_passphrase(ports, student_id=ANA, actor="os:admin")
    with pytest.raises(NotAllowed, match="is wrong"):
        sign_in(ports, email=ANA, passphrase=WORDS)
    with pytest.raises(PassphraseNeeded):
        sign_in(ports, email=ANA, passphrase=code.shown)
    with pytest.raises(Refused, match="15 characters"):
        sign_in(ports, email=ANA, passphrase=code.shown, new="short")
    typed = code.shown.replace("-", " ").lower()
    assert sign_in(ports, email=ANA, passphrase=typed, new=OTHER).student.id == ana
    with pytest.raises(NotAllowed, match="is wrong"):
        sign_in(ports, email=ANA, passphrase=code.shown, new="a third passphrase")
    assert sign_in(ports, email=ANA, passphrase=OTHER).student.id == ana
    assert [(one.deed, one.actor) for one in deeds(ports, of="student.passphrase")] == [
        ("student.passphrase_reset", "os:admin"),
        ("student.passphrase_set", f"student:{ana}"),
    ]


def test_a_one_time_code_is_good_for_a_day(ports: Ports, clock: FakeClock) -> None:
    register(ports, name="Sample", email=ANA, actor="test")
    code = reset_passphrase(ports, student_id=ANA, actor="os:admin")
    assert code.until == clock.read().wall + timedelta(hours=24)
    clock.advance(timedelta(hours=24))
    with pytest.raises(NotAllowed, match="has expired"):
        sign_in(ports, email=ANA, passphrase=code.shown, new=OTHER)
    with pytest.raises(NotAllowed, match="is wrong"):
        sign_in(ports, email=ANA, passphrase="anything else here")


def test_a_code_is_used_up_by_the_first_of_two_at_once(ports: Ports, ana: str) -> None:
    """Two windows with the same code: the second must not put its passphrase over the first's."""
    code = reset_passphrase(ports, student_id=ANA, actor="os:admin").shown

    class Slow(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            right = super().verify(stored, passphrase)
            if right:
                sign_in(ports, email=ANA, passphrase=code, new=WORDS)
            return right

    with pytest.raises(NotAllowed, match="changed a moment ago"):
        sign_in(replace(ports, passphrases=Slow()), email=ANA, passphrase=code, new=OTHER)
    assert sign_in(ports, email=ANA, passphrase=WORDS).student.id == ana


def test_a_new_passphrase_typed_without_a_code_changes_nothing(ports: Ports, ana: str) -> None:
    sign_in(ports, email=ANA, passphrase=WORDS, new=OTHER)
    assert sign_in(ports, email=ANA, passphrase=WORDS)


def test_an_account_that_does_not_exist_is_answered_like_one_that_does(ports: Ports, ana: str) -> None:
    """Words, waits and locks: nothing tells who is registered."""
    few = replace(ports, rules=HouseRules(sign_in_account_failures=5))
    for place in (HOME, ELSEWHERE, "203.0.113.5"):
        told = [[refusal(few, who, address=place) for _ in range(4)] for who in (ANA, "nobody@example.org", "S-9999")]
        assert told[0] == told[1] == told[2]
    assert "Too many tries at this account." in told[0][0]


def test_the_same_work_is_done_for_an_account_that_does_not_exist(ports: Ports, ana: str) -> None:
    asked: list[bool] = []

    class Counting(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            asked.append(stored is not None)
            return super().verify(stored, passphrase)

    for who in (ANA, "nobody@example.org"):
        refusal(replace(ports, passphrases=Counting()), who)
    assert asked == [True, False]


def test_waits_grow_for_one_account_and_place_and_nobody_else_waits(ports: Ports, ana: str, clock: FakeClock) -> None:
    register(ports, name="Bea", email="bea@example.org", passphrase=WORDS, actor="test")
    waits = []
    for _ in range(10):
        told = refusal(ports)
        if "Not so fast." in told:
            seconds = int(told.split("Wait ")[1].split()[0])
            waits.append(seconds)
            clock.advance(timedelta(seconds=seconds))
            assert "is wrong" in refusal(ports)
    assert waits == [2, 4, 8, 16, 32, 60, 60]
    assert sign_in(ports, email="bea@example.org", passphrase=WORDS, address=HOME)
    assert sign_in(ports, email=ANA, passphrase=WORDS, address=ELSEWHERE).student.id == ana


def test_whoever_comes_in_begins_anew(ports: Ports, ana: str) -> None:
    for _ in range(4):
        for _ in range(2):
            refusal(ports)
        sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)


def test_a_try_counts_before_the_passphrase_is_looked_at(ports: Ports, ana: str) -> None:
    """A hundred tries at once are a hundred: those that begin while another is looked at are counted too."""
    looked_at: list[str] = []
    told: list[str] = []

    class Nested(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            if stored is not None:
                looked_at.append(passphrase)
                told.append(refusal(replace(ports, passphrases=self)))
            return super().verify(stored, passphrase)

    refusal(replace(ports, passphrases=Nested()))
    assert len(looked_at) == 3
    assert "Not so fast." in told[0]


def test_a_place_that_guesses_at_many_accounts_is_refused_for_a_while(ports: Ports, ana: str, clock: FakeClock) -> None:
    strict = replace(ports, rules=HouseRules(sign_in_address_failures=6, sign_in_lock_minutes=15))
    for number in range(6):
        assert "is wrong" in refusal(strict, f"student{number}@example.org")
    assert "Too many tries from your address. Wait 15 minutes" in refusal(strict, passphrase=WORDS)
    assert sign_in(strict, email=ANA, passphrase=WORDS, address=ELSEWHERE).student.id == ana
    clock.advance(timedelta(minutes=15))
    assert sign_in(strict, email=ANA, passphrase=WORDS, address=HOME).student.id == ana
    [refused] = deeds(ports, of="student.address_refused")
    assert refused.details["tries"] == 6


def test_a_neighbour_who_guesses_all_the_time_keeps_no_student_out(ports: Ports, ana: str, clock: FakeClock) -> None:
    """A robot at the student's own address is there whenever a wait ends; she types once in five seconds."""
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    for _ in range(300):
        refusal(ports)
        clock.advance(timedelta(milliseconds=200))
    for _ in range(36):
        try:
            sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
            break
        except NotAllowed:
            for _ in range(25):
                refusal(ports)
                clock.advance(timedelta(milliseconds=200))
    else:
        pytest.fail("three minutes of tries did not let her in")


def test_guessing_where_a_student_is_known_stays_slow(ports: Ports, ana: str, clock: FakeClock) -> None:
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    looks: list[str] = []

    class Counting(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            looks.append(passphrase)
            return super().verify(stored, passphrase)

    counting = replace(ports, passphrases=Counting())
    for _ in range(3_000):
        refusal(counting)
        clock.advance(timedelta(milliseconds=200))
    assert len(looks) <= 100 + 20, "a hundred in a day, and those whose wait was over"
    told = refusal(counting, passphrase=WORDS)
    assert "Too many tries at this account." in told, "a right guess beyond the limit learns nothing"
    assert [one.details["looks"] for one in deeds(ports, of="student.sign_in_spared")] == [1, 2, 4, 8, 16, 32, 64]
    code = reset_passphrase(ports, student_id=ANA, actor="os:admin")
    assert sign_in(counting, email=ANA, passphrase=code.shown, new=OTHER, address=HOME).student.id == ana


def test_a_patient_guesser_where_a_student_is_known_has_few_looks_a_day(
    ports: Ports, ana: str, clock: FakeClock
) -> None:
    """If this fails, a neighbour who tries once a second looks at tens of thousands of passphrases in a day."""
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    few = replace(ports, rules=HouseRules(sign_in_address_failures=3, sign_in_lock_minutes=1440))
    for number in range(3):
        refusal(few, f"student{number}@example.org")
    told = []
    for _ in range(110):
        clock.advance(timedelta(seconds=60))
        told.append({refusal(few, who) for who in (ANA, "nobody@example.org")})
    assert all(len(one) == 1 for one in told), "used up for names that do not exist as well"
    assert ["at this account" in one.pop() for one in told] == [False] * 100 + [True] * 10
    clock.advance(timedelta(days=1))
    assert sign_in(few, email=ANA, passphrase=WORDS, address=HOME).student.id == ana


def test_tries_that_come_too_early_count_for_their_place(ports: Ports, ana: str) -> None:
    for who in (ANA, "bea@example.org", "carl@example.org"):
        for _ in range(10):
            refusal(ports, who)
    assert "Too many tries from your address." in refusal(ports, "nobody@example.org")
    assert [one.details["tries"] for one in deeds(ports, of="student.address_refused")] == [30]


def test_a_program_that_repeats_one_wrong_passphrase_shuts_nobody_else_out(
    ports: Ports, ana: str, clock: FakeClock
) -> None:
    """If this fails, one student's file program with an old passphrase keeps the newcomers of the class out."""
    register(ports, name="Bea", email="bea@example.org", passphrase=WORDS, actor="test")
    for _ in range(2_000):
        refusal(ports)
        clock.advance(timedelta(seconds=1))
    assert sign_in(ports, email="bea@example.org", passphrase=WORDS, address=HOME)
    assert deeds(ports, of="student.address_refused") == []


def test_who_was_there_before_comes_in_although_the_place_is_refused(ports: Ports, ana: str) -> None:
    """Else one neighbour with invented names shuts a whole school out of its exams."""
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    register(ports, name="Bea", email="bea@example.org", passphrase=WORDS, actor="test")
    strict = replace(ports, rules=HouseRules(sign_in_address_failures=6))
    for number in range(6):
        refusal(strict, f"student{number}@example.org")
    told = refusal(strict, passphrase=WORDS, email="bea@example.org")
    assert "Too many tries from your address. Wait 15 minutes" in told
    assert refusal(strict) == told, "who mistypes there is told what strangers are told"
    for _ in range(30):
        assert sign_in(strict, email=ANA, passphrase=WORDS, address=HOME).student.id == ana
    code = reset_passphrase(ports, student_id="bea@example.org", actor="os:admin")
    with pytest.raises(PassphraseNeeded):
        sign_in(strict, email="bea@example.org", passphrase=code.shown, address=HOME)
    assert sign_in(strict, email="bea@example.org", passphrase=code.shown, new=OTHER, address=HOME)


def test_guessing_at_many_names_leaves_looks_for_others_and_time_for_other_hashes(ports: Ports, ana: str) -> None:
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    looks: list[str] = []

    class Counting(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            looks.append(passphrase)
            return super().verify(stored, passphrase)

    strict = replace(ports, rules=HouseRules(sign_in_address_failures=3), passphrases=Counting())
    for number in range(3 + 11):
        refusal(strict, f"student{number}@example.org")
    assert sign_in(strict, email=ANA, passphrase=WORDS, address=HOME).student.id == ana
    looks.clear()
    for number in range(100):
        refusal(strict, f"student{number}@example.org")
    assert len(looks) == 1


def test_where_a_place_is_refused_nothing_tells_who_is_known_there(ports: Ports, ana: str, clock: FakeClock) -> None:
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    asked: list[str] = []

    class Counting(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            asked.append(passphrase)
            return super().verify(stored, passphrase)

    strict = replace(ports, rules=HouseRules(sign_in_address_failures=3), passphrases=Counting())
    for number in range(3):
        refusal(strict, f"student{number}@example.org")
    asked.clear()
    for who in (ANA, "nobody@example.org"):
        told = {refusal(strict, who) for _ in range(5)}
        assert len(asked) == 3, "the same work for both, so that neither is quicker"
        assert told == {refusal(strict, "somebody@example.org")}
        clock.advance(timedelta(seconds=6))
        asked.clear()


def test_a_lock_that_is_shorter_than_the_count_ends_with_it(ports: Ports, ana: str, clock: FakeClock) -> None:
    strict = replace(ports, rules=HouseRules(sign_in_address_failures=3, sign_in_lock_minutes=1))
    for number in range(3):
        refusal(strict, f"student{number}@example.org")
    clock.advance(timedelta(minutes=1))
    assert "is wrong" in refusal(strict, "one@example.org")


def test_a_guess_that_was_right_learns_nothing_once_its_place_is_refused(ports: Ports, ana: str) -> None:
    """A thousand guesses that begin at once, before any has failed, are told as many answers as one by one."""
    strict = replace(ports, rules=HouseRules(sign_in_address_failures=3))

    class Late(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            for number in range(3):
                refusal(strict, f"student{number}@example.org")
            return super().verify(stored, passphrase)

    told = refusal(replace(strict, passphrases=Late()), passphrase=WORDS)
    assert "Too many tries from your address." in told


def test_a_class_behind_one_address_comes_in_together(ports: Ports) -> None:
    for number in range(100):
        register(ports, name="Sample", email=f"s{number}@example.org", passphrase=WORDS, actor="test")
    for number in range(100):
        assert sign_in(ports, email=f"s{number}@example.org", passphrase=WORDS, address=HOME)


def test_nobody_locks_a_student_out_from_elsewhere(ports: Ports, ana: str) -> None:
    """Guessing at an account closes it to strangers, not to where the student came in before, nor to this machine."""
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    strict = replace(ports, rules=HouseRules(sign_in_account_failures=10))
    for number in range(10):
        assert "is wrong" in refusal(strict, address=f"198.51.100.{number}")
    assert "Too many tries at this account." in refusal(strict, address="198.51.100.77", passphrase=WORDS)
    assert sign_in(strict, email=ANA, passphrase=WORDS, address=HOME).student.id == ana
    assert sign_in(strict, email=ANA, passphrase=WORDS).student.id == ana
    [guarded] = deeds(ports, of="student.sign_in_guarded")
    assert (guarded.subject, guarded.details["tries"]) == (ana, 10)


def test_a_one_time_code_opens_an_account_that_is_guessed_at(ports: Ports, ana: str) -> None:
    strict = replace(ports, rules=HouseRules(sign_in_account_failures=5))
    for number in range(5):
        refusal(strict, address=f"198.51.100.{number}")
    code = reset_passphrase(ports, student_id=ANA, actor="os:admin")
    assert sign_in(strict, email=ANA, passphrase=code.shown, new=OTHER, address=HOME).student.id == ana


def test_an_account_opens_again_after_an_hour(ports: Ports, ana: str, clock: FakeClock) -> None:
    strict = replace(ports, rules=HouseRules(sign_in_account_failures=5))
    for number in range(5):
        refusal(strict, address=f"198.51.100.{number}")
    clock.advance(timedelta(hours=1))
    assert sign_in(strict, email=ANA, passphrase=WORDS, address=ELSEWHERE).student.id == ana


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer(ports: Ports, ana: str, clock: FakeClock) -> None:
    for _ in range(3):
        refusal(ports)
    clock.set_wall(-timedelta(days=400))
    assert sign_in(ports, email=ANA, passphrase=WORDS, address=HOME).student.id == ana


def test_the_right_passphrase_closes_no_account(ports: Ports, ana: str, clock: FakeClock) -> None:
    """Four strangers guess, the student comes in with the fifth try: a new place of hers lets her in afterwards."""
    strict = replace(ports, rules=HouseRules(sign_in_account_failures=5))
    for number in range(4):
        refusal(strict, address=f"198.51.100.{number}")
    assert sign_in(strict, email=ANA, passphrase=WORDS, address=HOME).student.id == ana
    clock.advance(timedelta(seconds=1))
    assert sign_in(strict, email=ANA, passphrase=WORDS, address=ELSEWHERE).student.id == ana
    refusal(strict, address="198.51.100.8")
    assert "Too many tries at this account." in refusal(strict, address="198.51.100.77", passphrase=WORDS)


@pytest.mark.parametrize(("behind", "holds"), [(timedelta(milliseconds=40), True), (timedelta(minutes=1), False)])
def test_a_lock_holds_on_a_host_whose_clock_is_a_little_behind(
    ports: Ports, ana: str, clock: FakeClock, behind: timedelta, *, holds: bool
) -> None:
    """Else whoever guesses through two hosts at once is never refused by the slower one."""
    strict = replace(ports, rules=HouseRules(sign_in_address_failures=3))
    for number in range(3):
        refusal(strict, f"student{number}@example.org")
    clock.set_wall(-behind)
    assert ("Too many tries from your address." in refusal(strict)) is holds


def test_the_clock_is_read_once_others_are_done(ports: Ports, ana: str, clock: FakeClock) -> None:
    """A right guess that waited behind the failures which refuse its place is refused with them."""
    strict = replace(ports, rules=HouseRules(sign_in_address_failures=3))

    class Waiting(FakePassphrases):
        def verify(self, stored: str | None, passphrase: str) -> bool:
            store.before_next_write = others
            return super().verify(stored, passphrase)

    class QueueStore(FakeStore):
        before_next_write: Callable[[], None] = staticmethod(lambda: None)

        @contextmanager
        def write(self) -> Iterator[FakeUnit]:
            waited, self.before_next_write = self.before_next_write, lambda: None
            waited()
            with super().write() as unit:
                yield unit

    def others() -> None:
        clock.advance(timedelta(seconds=30))
        for number in range(3):
            refusal(others_ports, f"student{number}@example.org")

    store = QueueStore()
    others_ports = replace(strict, store=store)
    register(others_ports, name="Ana", email=ANA, passphrase=WORDS, actor="test")
    told = refusal(replace(others_ports, passphrases=Waiting()), passphrase=WORDS)
    assert "Too many tries from your address." in told


def test_every_sign_in_and_failure_is_written_down_without_the_address(ports: Ports, ana: str) -> None:
    refusal(ports)
    refusal(ports, "nobody@example.org")
    sign_in(ports, email=ANA, passphrase=WORDS, address=HOME)
    found = deeds(ports)
    assert [(one.deed, one.actor, one.subject) for one in found] == [
        ("student.sign_in_failed", "system:door", ana),
        ("student.sign_in_failed", "system:door", "unknown"),
        ("student.signed_in", f"student:{ana}", ana),
    ]
    said = str([dict(one.details) for one in found])
    assert HOME not in said
    assert "nobody" not in said
    assert len({one.details["from"] for one in found}) == 1


def test_who_guesses_for_ever_does_not_write_for_ever(ports: Ports, ana: str, clock: FakeClock) -> None:
    patient = replace(ports, rules=HouseRules(sign_in_address_failures=10_000))
    for _ in range(40):
        refusal(patient)
        clock.advance(timedelta(seconds=61))
    assert [one.details["tries"] for one in deeds(ports, of="student.sign_in_failed")] == [1, 2, 4, 8, 16, 32]


def test_old_tries_are_swept(ports: Ports, ana: str, clock: FakeClock) -> None:
    for number in range(20):
        refusal(ports, f"student{number}@example.org", address=f"198.51.100.{number}")
    clock.advance(timedelta(days=3))
    refusal(ports)
    with ports.store.read() as unit:
        kept = [unit.door.tries(f"place:{unit.door.tag(f'198.51.100.{number}')}") for number in range(20)]
        assert kept == [None] * 20
        assert unit.door.tries(f"place:{unit.door.tag(HOME)}") is not None


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:DB8:1:2::9", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        (" a-socket ", "a-socket"),
    ],
)
def test_one_place_is_one_place_however_it_is_written(address: str, place: str) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize("typed", ["", " ", "\x00", "\ud800", "x" * 100_000, "a@b\x1b]0;t\x07", "@"])
def test_whatever_is_typed_is_a_plain_refusal(ports: Ports, ana: str, typed: str) -> None:
    for email, passphrase in ((typed, WORDS), (ANA, typed)):
        with pytest.raises(CequizError):
            sign_in(ports, email=email, passphrase=passphrase, address=HOME)
