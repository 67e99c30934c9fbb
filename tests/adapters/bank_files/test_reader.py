"""The strict reader: what it keeps, what it refuses and where, and that no text can harm it."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cequiz.adapters.bank_files import reader
from cequiz.adapters.bank_files.document import Place
from cequiz.adapters.bank_files.reader import MOST_DEPTH, read
from cequiz.domain.text import first_unsafe
from cequiz.errors import EnvironmentFailed

INVISIBLE = (0xAD, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x200B, 0x2060, 0x3164, 0xFEFF, 0xE0001, 0xE007F)

ANY_TEXT = st.text(st.characters(codec=None), max_size=200)
YAMLISH = st.lists(
    st.sampled_from(
        [
            *"a\n[]{},#'\"\t\r\x00\u2028\ufeff",
            "\\u202e",
            "\\0",
            ": ",
            "- ",
            "  ",
            "? ",
            "&x ",
            "*x",
            "!!str ",
            "<<",
            " #",
            "|\n",
            ">\n",
            "%YAML 1.1\n",
            "---\n",
            "...\n",
        ]
    ),
    max_size=60,
).map("".join)


def notes(text: str) -> list[tuple[int, int, str]]:
    """Where and what the reader objects to."""
    return [(note.place.line, note.place.column, str(note.code)) for note in read(text).notes]


@pytest.mark.parametrize("text", ["no", "on", "Yes", "1:30", "010", "1_000", "0x1F", "1.50", "2024-01-01", "~", "null"])
def test_scalars_stay_the_text_that_was_typed(text: str) -> None:
    assert read(f"field: {text}\n").data == {"field": text}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: &id001 [x]\n", (2, 4, "R05")),
        ("a: [x]\nb: *a\n", (2, 4, "R06")),
        ("a: !!python/object:os.system x\n", (1, 4, "R07")),
        ("a: !!str x\n", (1, 4, "R07")),
        ("b: 1\n<<: {a: 1}\n", (2, 1, "R08")),
        ("%YAML 1.1\n---\na: b\n", (1, 1, "R09")),
        ("%TAG ! tag:x,2026:\n---\na: b\n", (1, 1, "R09")),
        ("a: b\n---\nc: d\n", (2, 1, "R10")),
        ("a: 1\nb: 2\na: 3\n", (3, 1, "R11")),
        ('1: a\n"1": b\n', (2, 1, "R11")),
        ("? [a]\n: b\n", (1, 3, "R12")),
        ("{[a]: b}\n", (1, 2, "R12")),
        ('a: "\\e[31m"\n', (1, 4, "R13")),
        ('a: "\\u202e"\n', (1, 4, "R13")),
        ('a: "\\0"\n', (1, 4, "R13")),
        ('a: "\\x85"\n', (1, 4, "R13")),
        ('a: "\\r"\n', (1, 4, "R13")),
        *((f"a: x{chr(number)}y\n", (1, 5, "R13")) for number in INVISIBLE),
        ("stem: [C2] is the axis\n", (1, 7, "R18")),
        ("- {stem: {C2} is the axis}\n", (1, 10, "R18")),
        ("- [C2], the axis\n", (1, 3, "R18")),
        ("a: [[b] c\n", (1, 5, "R18")),
        ("a: [b\n", (2, 1, "R03")),
        ('a: "\\ud800"\n', (1, 7, "R03")),
        ("a: x\u202ey\n", (1, 5, "R13")),
        ("a: \x1b[31m\n", (1, 4, "R13")),
        ("a: \x9b31m\n", (1, 4, "R13")),
        ("a: \ud800\n", (1, 4, "R13")),
        ("a: b\n\ufeffc: d\n", (2, 1, "R13")),
        ("# \u2066\na: b\n", (1, 3, "R13")),
        ("a: b\n  c: d\n", (2, 4, "R03")),
        ("", (1, 1, "R01")),
        ("\ufeff", (1, 1, "R01")),
        ("# only a comment\n", (1, 1, "R01")),
    ],
)
def test_what_a_bank_never_needs_is_refused_where_it_stands(text: str, expected: tuple[int, int, str]) -> None:
    assert expected in notes(text)


def test_the_writer_of_an_anchor_learns_where_it_may_have_come_from() -> None:
    assert "&id001" in read("a: &id001 [x]\n").notes[0].message


@pytest.mark.parametrize("typed", ["!!str", "!str", "!", "!<tag:yaml.org,2002:str>"])
def test_a_tag_is_named_as_it_was_typed(typed: str) -> None:
    assert f"tags ({typed}) are" in read(f"a: {typed} x\n").notes[0].message


@pytest.mark.parametrize("text", ["a: & what\n", "a: *Which* one\n", "a: !Which! one\n"])
def test_a_text_that_begins_with_a_sign_of_yaml_needs_quotes(text: str) -> None:
    assert "needs quotes" in read(text).notes[-1].message


def test_joiners_that_scripts_need_are_kept() -> None:
    assert read("a: \u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u0915\u094d\u200d\n").notes == []


def test_a_repeated_key_names_both_places_and_keeps_the_first_value() -> None:
    document = read("a: 1\nb: 2\na: {c: [3]}\nd: 4\n")
    assert document.data == {"a": "1", "b": "2", "d": "4"}
    (note,) = document.notes
    assert note.place == Place(3, 1)
    assert "1:1" in note.message


def test_all_of_several_problems_are_found_in_one_run() -> None:
    assert [code for *_, code in notes('a: &x 1\na: 2\nb: !t y\nc: "\\e"\n')] == ["R05", "R11", "R07", "R13"]


def test_a_byte_order_mark_at_the_very_start_is_fine_and_moves_no_column() -> None:
    assert read("\ufeffa: b\n").data == {"a": "b"}
    assert notes("\ufeffa: b\na: c\n") == [(2, 1, "R11")]


def test_a_tab_after_a_value_is_read_by_one_parser_in_one_way() -> None:
    assert read("a: b\t\nc: d\t# e\n").data == {"a": "b", "c": "d"}


def test_columns_count_characters_not_bytes() -> None:
    assert notes("{é: 日本, é: x}\n") == [(1, 9, "R11")]


@pytest.mark.parametrize(
    ("text", "cuts"),
    [
        ("stem: What is # here\n", [(("stem",), Place(1, 15))]),
        ("stem: 'What is # here'\n", []),
        ("stem: 'What is'  # a comment\n", []),
        ("stem: |\n  What is # here\n", []),
        ("stem: C#\n", []),
        ("a:\n  - {b: c}\n  - b: one\n      two # three\n", [(("a", 1, "b"), Place(4, 11))]),
        ("a: [x, y # z\n  ]\n", [(("a", 1), Place(1, 10))]),
        ("a: {b: [c]} # fine\n", []),
    ],
)
def test_a_text_that_a_comment_cuts_off_is_noticed(text: str, cuts: list[Any]) -> None:
    assert list(read(text).cuts) == cuts


def test_a_missing_parser_is_said_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    with pytest.raises(EnvironmentFailed, match="libyaml"):
        read("a: b\n")


def test_every_key_and_value_has_its_place() -> None:
    document = read("a: 1\nlist:\n  - {b: 2}\n  - c:\n      d: 3\n")
    assert document.place(("a",)) == Place(1, 4)
    assert document.place(("list",), key=True) == Place(2, 1)
    assert document.place(("list", 0, "b")) == Place(3, 9)
    assert document.place(("list", 1, "c", "d")) == Place(5, 10)
    assert document.place(("list", 1, "missing")) == Place(4, 5)
    assert document.place(("list", 7)) == Place(3, 3)
    assert document.place(()) == Place(1, 1)


def test_what_stands_where_a_key_should_be_takes_its_value_along() -> None:
    assert read("? {a: [b]}\n: {c: d}\ne: f\n").data == {"e": "f"}


def test_nesting_ends_where_no_bank_goes() -> None:
    assert read("[" * MOST_DEPTH + "]" * MOST_DEPTH).notes == []
    assert notes("[" * (MOST_DEPTH + 1)) == [(1, MOST_DEPTH + 1, "R04")]


def test_values_end_where_no_bank_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_VALUES", 4)
    assert read("a:\n  - x\n").notes == []
    document = read("a:\n  - x\n  - y\n  - z\n")
    assert document.data is None
    (note,) = document.notes
    assert (note.place, str(note.code)) == (Place(3, 5), "R14")
    assert note.message == "more than 4 values: split the bank into several"


def test_problems_end_where_nobody_reads_on() -> None:
    document = read("".join(f"- &x{number} value\n" for number in range(200)))
    assert document.data is None
    assert [str(note.code) for note in document.notes] == ["R05"] * 100 + ["R14"]
    assert document.notes[-1].place.line == 100
    assert document.notes[-1].message == "100 problems so far: the rest of the file is not read"
    assert "R14" not in {code for _, _, code in notes("".join(f"- &x{number} value\n" for number in range(99)))}


BOMB = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    "text",
    [
        part * 50_000
        for part in ("[", "{", "- ", "? ", "a: ", "[a, ", "- *a\n", "- &a b\n", "a:\n", "!", '"', "\t", "\x07")
    ]
    + [BOMB, "[" * 20 + "x, " * 50_000, "'" + "\\\n" * 50_000, "- " + "x" * 1_000_000],
    ids=lambda text: repr(text[:6]),
)
def test_hostile_texts_are_read_in_bounded_time(text: str) -> None:
    start = time.process_time()
    document = read(text)
    assert time.process_time() - start < 2
    assert len(document.notes) <= 102


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT | YAMLISH)
def test_no_text_makes_the_reader_fail(text: str) -> None:
    document = read(text)
    lines = len(document.lines)
    assert all(1 <= note.place.line <= lines + 1 and note.place.column >= 1 for note in document.notes)
    assert document.data is not None or document.notes


SEEN = st.characters(categories=["L", "N", "P", "S", "Zs"]).filter(lambda one: first_unsafe(one) is None)
"""Some letters, such as the Hangul fillers, cannot be seen: they are refused."""


@settings(deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1), st.text(SEEN)))
def test_quoted_text_comes_back_as_it_was(data: dict[str, str]) -> None:
    text = "{" + ", ".join(f"{key}: '" + value.replace("'", "''") + "'" for key, value in data.items()) + "}\n"
    assert read(text).data == data
