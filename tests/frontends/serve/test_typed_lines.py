"""What a person types on a raw line: what becomes of it, what they see of it, and what they cannot do with it."""

from __future__ import annotations

import pytest

from cequiz.frontends.serve.typed_lines import LONGEST_LINE, Typed, Typing


def typed(data: bytes, *, raw: bool = True, secret: bool = False) -> tuple[str, list[str | Typed]]:
    """Return what is shown and the lines that come of bytes."""
    typing = Typing(raw=raw)
    typing.secret = secret
    typing.put(data)
    seen = ""
    lines: list[str | Typed] = []
    while True:
        shown, line = typing.take()
        seen += shown
        if line is None:
            return seen, lines
        lines.append(line)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_every_line_end_ends_one_line(end: bytes) -> None:
    assert typed(b"b" + end + b"c" + end) == ("b\r\nc\r\n", ["b", "c"])


@pytest.mark.parametrize(
    ("keys", "shown", "line"),
    [
        (b"ab\x7fc\r", "ab\b \bc\r\n", "ac"),
        (b"\x08a\r", "a\r\n", "a"),
        ("\u6f22\x7fa\r".encode(), "\u6f22\b \b\b \ba\r\n", "a"),
        ("e\u0301\x7fa\r".encode(), "e\u0301\b \ba\r\n", "a"),
        (b"wrong\x15b\r", "wrong" + "\b \b" * 5 + "b\r\n", "b"),
        (b"= axillary vein\x17nerve\r", "= axillary vein" + "\b \b" * 4 + "nerve\r\n", "= axillary nerve"),
        (b"a\tb\r", "a b\r\n", "a b"),
        (b"a\x04b\r", "ab\r\n", "ab"),
    ],
)
def test_editing_keys_do_what_they_do_at_a_terminal(keys: bytes, shown: str, line: str) -> None:
    assert typed(keys) == (shown, [line])


@pytest.mark.parametrize("key", [b"\x1b[A", b"\x1bOP", b"\x1b[1;5C", b"\x1b[200~", b"\x1b\x1b[D"])
def test_special_keys_do_nothing(key: bytes) -> None:
    assert typed(b"a" + key + b"b\r") == ("ab\r\n", ["ab"])


def test_a_lone_escape_and_a_sequence_cut_off_swallow_no_line_end() -> None:
    assert typed(b"\x1bb\r\x1b[1;\rc\r")[1] == ["b", "", "c"]


def test_ctrl_c_and_ctrl_d_stop() -> None:
    assert typed(b"half\x03") == ("half^C\r\n", [Typed.STOP])
    assert typed(b"\x04b\r") == ("\r\nb\r\n", [Typed.STOP, "b"])


def test_nothing_typed_can_act_on_a_terminal() -> None:
    hostile = "a\x00\x07\x9b2J\u202eb\u2028c\r"
    assert typed(hostile.encode()) == ("a2Jbc\r\n", ["a2Jbc"])
    assert typed("a\x1b]0;x\x07\u202eb\n".encode(), raw=False) == ("", ["a]0;xb"])


def test_bytes_that_are_no_text_and_text_cut_anywhere() -> None:
    typing = Typing(raw=True)
    seen = ""
    for byte in "\u00e9\u6f22\U0001f9b4\r".encode() + b"\xff\r":
        typing.put(bytes([byte]))
        shown, line = typing.take()
        seen += f"{shown}|{line}|" if line is not None else shown
    assert seen == "\u00e9\u6f22\U0001f9b4\r\n|\u00e9\u6f22\U0001f9b4|\ufffd\r\n|\ufffd|"


def test_a_line_without_an_end_is_cut() -> None:
    _, lines = typed(b"a" * 100_000 + b"\rb\r")
    assert [len(line) for line in lines if isinstance(line, str)] == [LONGEST_LINE, 1]


def test_a_secret_is_not_shown_and_neither_is_its_length() -> None:
    assert typed(b"corr\x7fect horse\x15battery\r", secret=True) == ("\r\n", ["battery"])


def test_a_pipe_is_read_as_it_is_and_shows_nothing() -> None:
    assert typed(b"a c\n\x03x\n", raw=False) == ("", ["a c", "x"])
