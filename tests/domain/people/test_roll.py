"""A roll of students as CSV: what it says comes in, and what is wrong is named with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cequiz.domain.people.roll import read_roll
from cequiz.domain.people.student import Licence


def places(text: str) -> list[tuple[int, int]]:
    _, slips = read_roll(text)
    return [(slip.line, slip.column) for slip in slips]


def test_people_come_in_with_quotes_scripts_and_several_licences() -> None:
    people, slips = read_roll(
        '\ufeffEmail, name ,licences\na@example.org,"Doe, Jane ""JD""",FL:MA1; CA:7/8\n\nb@example.org, Zoë Σία ,\n'
    )
    assert not slips
    assert [(one.line, one.name, one.email) for one in people] == [
        (2, 'Doe, Jane "JD"', "a@example.org"),
        (4, "Zoë Σία", "b@example.org"),
    ]
    assert people[0].licences == (Licence("FL", "MA1"), Licence("CA", "7/8"))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", [(1, 1)]),
        ("name\nX\n", [(1, 1)]),
        ("name;email\nX;x@example.org\n", [(1, 1)]),
        ("name,email\n", [(1, 1)]),
        # A line that cannot be read hides nothing that is wrong with the others.
        ('name,email\n,x@example.org\n"X,y@example.org\nZ,x@example\n=1+1,@z\n', [(2, 1), (3, 1), (5, 6)]),
        ("name,email,phone\n", [(1, 12)]),
        ("name,email,name\n", [(1, 12)]),
        ("name,email\nX\n", [(2, 1)]),
        ("name,email\nX,x@example.org,1\n", [(2, 17)]),
        ("name,email\n,x@example.org\n", [(2, 1)]),
        ("name,email\nX,nobody\nY,y@example.org\n", [(2, 3)]),
        ("name,email,licences\nX,x@example.org,FL\n", [(2, 17)]),
        ("name,email\nX,x@example.org\nY,X@example.org\n", [(3, 3)]),
        ('name,email\n"X,x@example.org\n', [(2, 1)]),
        ('name,email\n"X" Y,x@example.org\n', [(2, 1)]),
        ("name,email\nA\u202eB,nobody\n", [(2, 1), (2, 5)]),
    ],
)
def test_every_problem_has_its_place(text: str, where: list[tuple[int, int]]) -> None:
    assert places(text) == where


@given(st.text(alphabet=st.sampled_from('ab@.",; \n\u202e'), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    people, slips = read_roll(f"name,email\n{text}")
    assert slips or (people and all(one.name and one.email for one in people))
    for slip in slips:
        assert slip.line >= 1
        assert slip.column >= 1
