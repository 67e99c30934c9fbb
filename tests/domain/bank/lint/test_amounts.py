"""W13 and W14: a student looks numbers up in their order, and finds each in one option only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.bank.lint.said import asked, said

STEM = "Below which angle is the rotation of the neck read as limited?"


def messages(*texts: str, shuffle: bool = False, code: str = "W13") -> list[str]:
    """Return what is said about options of these texts."""
    question = asked(STEM, *texts, shuffle=str(shuffle).lower())
    return [finding.message for finding in said(code, question)]


@pytest.mark.parametrize(
    "texts",
    [
        ("30°", "60°", "45°", "80°"),
        ("About 31 %", "67 %", "about 60 %", "About 86 %"),
        ("C5", "C7", "C6", "T1"),
        ("L4-L5", "L1-L2", "L2-L3", "S1-S2"),
        ("Two weeks", "Four weeks", "Three weeks", "Six weeks"),
        ("1,000 steps", "500 steps", "2,000 steps", "3,000 steps"),
        ("0.9 cm", "0.45 cm", "1.5 cm", "2.5 cm"),
        ("One week", "3 weeks", "2 weeks", "4 weeks"),
    ],
)
def test_numbers_out_of_order_are_to_be_ordered(texts: tuple[str, ...]) -> None:
    (message,) = messages(*texts)
    assert "out of order" in message


@pytest.mark.parametrize(
    "texts",
    [
        ("30°", "45°", "60°", "80°"),
        ("80 mm", "60 mm", "45 mm", "30 mm"),
        ("0.125", "0.45", "1.5", "8.00"),
        ("0,125 g", "0,45 g", "1,5 g", "12,25 g"),
        ("999 steps", "1,000 steps", "1,000.5 steps", "2,000,000 steps"),
        ("C7", "C8", "T1", "T2"),
        ("C1 to C2", "C3 to C5", "C6 to C8", "T1 to T3"),
        ("From 150° to 130°", "From 120° to 70°", "From 60° to 40°", "From 30° to 10°"),
        ("-5 degrees", "0 degrees", "5 degrees", "10 degrees"),
    ],
)
def test_numbers_in_order_need_no_more_than_that_they_are_not_shuffled(texts: tuple[str, ...]) -> None:
    assert messages(*texts) == []
    (message,) = messages(*texts, shuffle=True)
    assert "shuffle: false" in message


@pytest.mark.parametrize(
    "texts",
    [
        ("C7 root, at the C6-C7 disc", "C6 root, at the C5-C6 disc", "C8 root, at the C7-T1 disc", "T1 root"),
        ("Posterior ramus of C2", "Posterior ramus of C1", "Anterior ramus of C1", "Posterior ramus of C3"),
        ("17 mm drop, normal arch", "17 mm drop, flat arch", "37 mm drop, flat arch", "37 mm drop, high arch"),
        ("Two hours", "One week", "One month", "Three days"),
        ("60°", "45°", "About half of it", "30°"),
        ("Thrice", "Once", "Twice", "Never"),
        ("Type 2 collagen", "Grade 1 tear", "Stage 4 ulcer", "Zone 3 nerve"),
    ],
)
def test_options_that_say_more_than_one_number_of_one_thing_are_left_alone(texts: tuple[str, ...]) -> None:
    assert messages(*texts, shuffle=True) == []


@given(st.lists(st.integers(-500, 500), min_size=4, max_size=4, unique=True))
def test_any_numbers_are_fine_once_they_are_sorted_and_not_shuffled(numbers: list[int]) -> None:
    up = [f"{number} mm" for number in sorted(numbers)]
    assert messages(*up) == messages(*up[::-1]) == []
    assert bool(messages(*(f"{number} mm" for number in numbers))) == (
        numbers not in (sorted(numbers), sorted(numbers)[::-1])
    )


@pytest.mark.parametrize(
    ("texts", "pairs"),
    [
        (("0-10 %", "10-20 %", "20-30 %", "31-40 %"), ["a and b", "b and c"]),
        (("5 to 9 cm", "8 to 12 cm", "13 to 15 cm", "16 to 18 cm"), ["a and b"]),
        (("0 to 30°", "45°", "40 to 60°", "Over 60°"), ["b and c"]),
        (("Under 30°", "20 to 40°", "41 to 60°", "Over 60°"), ["a and b"]),
    ],
)
def test_ranges_that_share_a_number_are_named_in_pairs(texts: tuple[str, ...], pairs: list[str]) -> None:
    found = messages(*texts, code="W14")
    assert len(found) == len(pairs)
    assert all(pair in message for pair, message in zip(pairs, found, strict=True))


@pytest.mark.parametrize(
    "texts",
    [
        ("0-9 %", "10-19 %", "20-29 %", "30-39 %"),
        ("Under 30°", "30 to 60°", "61 to 89°", "Over 90°"),
        # Borders to choose between, two numbers that are no range, extents of structures, and spaces between levels.
        ("Below 30°", "Below 45°", "Below 60°", "Below 80°"),
        ("0 and 10 degrees", "0 and 30 degrees", "5 and 20 degrees", "15 and 45 degrees"),
        ("C1 to C4", "C3 to C5", "C5 to T1", "C6 to T1"),
        ("L1-L2", "L2-L3", "L3-L4", "L4-L5"),
    ],
)
def test_ranges_apart_are_left_alone(texts: tuple[str, ...]) -> None:
    assert messages(*texts, code="W14") == []
