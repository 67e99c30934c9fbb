"""What a stranger on the web may say, from where, and how often."""

from __future__ import annotations

import json

import pytest

from cequiz.errors import WrongUsage
from cequiz.frontends.serve.web_guard import (
    Caller,
    Doors,
    Hello,
    Pace,
    Resized,
    Typed,
    Unheard,
    asked_language,
    binding,
    new_cookie,
    read_message,
)

HERE = Doors()
SERVED = Doors.read(origins=["https://Exam.example.org/", "http://10.0.0.5:8080"], proxies=["127.0.0.1", "10.1.0.0/16"])


def origin_of(doors: Doors, host: str, *, scheme: str = "", peer: str = "127.0.0.1") -> str | None:
    """Return the origin that a browser is believed to have the page from."""
    caller = doors.caller(peer=peer, host=host, scheme=scheme)
    return caller.origin if caller else None


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "192.0.2.7"])
def test_a_server_without_a_name_answers_to_addresses(host: str) -> None:
    assert origin_of(HERE, host) == f"http://{host}"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "", "a b", "127.0.0.1@evil", "[::1", "1.2.3"]
)
def test_a_name_that_somebody_else_let_lead_here_is_not_answered(host: str) -> None:
    assert HERE.caller(peer="127.0.0.1", host=host) is None


def test_a_named_server_answers_to_its_names_and_nothing_else() -> None:
    assert origin_of(SERVED, "exam.example.org") == "https://exam.example.org"
    assert origin_of(SERVED, "EXAM.example.org:443") == "https://exam.example.org"
    assert origin_of(SERVED, "10.0.0.5:8080") == "http://10.0.0.5:8080"
    assert SERVED.caller(peer="127.0.0.1", host="exam.example.org:8443") is None
    assert SERVED.caller(peer="127.0.0.1", host="127.0.0.1:8080") is None


def test_the_cookie_goes_over_tls_only_where_there_is_tls() -> None:
    assert Caller(address="192.0.2.1", origin="https://exam.example.org").cookie == "__Host-cequiz"
    assert Caller(address="192.0.2.1", origin="http://127.0.0.1:8080").cookie == "cequiz"


def test_the_scheme_is_believed_from_a_trusted_proxy_only() -> None:
    doors = Doors.read(origins=[], proxies=["127.0.0.1"])
    assert origin_of(doors, "192.0.2.7", scheme="https") == "https://192.0.2.7"
    assert origin_of(doors, "192.0.2.7", scheme="https", peer="192.0.2.9") == "http://192.0.2.7"
    assert origin_of(doors, "192.0.2.7", scheme="ftp") == "http://192.0.2.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # nobody has said that this one is a proxy
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),  # what stands before it the browser wrote itself
        ("127.0.0.1", ["6.6.6.6", "198.51.100.1, 10.1.2.3"], "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1, nonsense"], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("::ffff:198.51.100.1", [], "198.51.100.1"),
        ("127.0.0.1", ["10.1.2.3"], "10.1.2.3"),  # only proxies: the farthest of them
    ],
)
def test_the_address_is_the_last_one_that_no_trusted_proxy_has(peer: str, forwarded: list[str], address: str) -> None:
    caller = SERVED.caller(peer=peer, host="exam.example.org", forwarded=forwarded)
    assert caller is not None
    assert caller.address == address


@pytest.mark.parametrize(
    "origin", ["exam.example.org", "https://exam.example.org/path", "ftp://a", "https://", "x", "https://a?b"]
)
def test_an_origin_that_is_none_is_refused_with_an_example(origin: str) -> None:
    with pytest.raises(WrongUsage, match="is no origin"):
        Doors.read(origins=[origin], proxies=[])


def test_an_address_that_is_none_is_refused_with_an_example() -> None:
    with pytest.raises(WrongUsage, match="is no address"):
        Doors.read(origins=[], proxies=["proxy.example"])


def test_every_browser_gets_a_cookie_of_its_own_and_only_such_a_one_binds() -> None:
    one, other = new_cookie(), new_cookie()
    assert binding(one) == binding(one) != binding(other)
    assert len(binding(one)) == 64
    assert one not in binding(one)
    assert [binding(cookie) for cookie in ("", "x", one + "x", one[:-1] + "é", one[:-1] + "\n")] == [""] * 5


def test_messages_of_the_page_are_understood() -> None:
    assert read_message('["stdin", "aé"]') == Typed("aé".encode())
    assert read_message('["resize", {"width": 100, "height": 40}]') == Resized((100, 40))
    assert read_message('["hello", {"width": 100, "height": 40, "visit": "abc_-"}]') == Hello((100, 40), "abc_-")
    assert read_message('["hello", {"width": 100, "height": 40, "visit": null}]') == Hello((100, 40), "")


@pytest.mark.parametrize("visit", [7, "", "a b", "x" * 257, ["a"], "é"])
def test_a_token_that_cannot_be_one_is_none(visit: object) -> None:
    message = read_message(json.dumps(["hello", {"width": 80, "height": 24, "visit": visit}]))
    assert message == Hello((80, 24), "")


def test_sizes_are_held_within_what_a_screen_can_be() -> None:
    assert read_message('["resize", {"width": 1, "height": -5}]') == Resized((20, 5))
    assert read_message('["resize", {"width": 99999, "height": 99999}]') == Resized((250, 100))


def test_half_a_character_is_no_reason_to_fall_over() -> None:
    assert read_message('["stdin", "a\\ud83d"]') == Typed(b"a?")


@pytest.mark.parametrize("text", ['["ping", "1"]', '["focus"]', '["blur"]', '["later", {"a": 1}]'])
def test_what_a_later_page_may_say_is_passed_over(text: str) -> None:
    assert read_message(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "null",
        "{}",
        "[]",
        "[1]",
        '"stdin"',
        '["stdin"]',
        '["stdin", 7]',
        '["stdin", "a", "b"]',
        '["resize", {"width": 80}]',
        '["resize", {"width": 80, "height": true}]',
        '["resize", {"width": 80, "height": 24.5}]',
        '["resize", {"width": NaN, "height": 24}]',
        '["resize", {"width": 1e999, "height": 24}]',
        '["hello"]',
        "[" * 60_000,
        "[" * 20_000 + "]" * 20_000,
        '["resize", {"width": ' + "9" * 6000 + ', "height": 24}]',
    ],
    ids=lambda text: text[:40],
)
def test_what_no_page_says_ends_the_line(text: str) -> None:
    with pytest.raises(Unheard):
        read_message(text)


def test_a_fast_typist_and_a_large_paste_are_heard_at_once() -> None:
    pace = Pace()
    assert all(pace.wait(1, at=key / 30) == 0 for key in range(3000))
    assert sum(pace.wait(8192, at=100.0) for _ in range(8)) == 0


def test_a_flood_is_slowed_down_and_then_ended() -> None:
    pace, now, heard = Pace(), 0.0, 0
    with pytest.raises(Unheard):
        while now < 60:
            wait = pace.wait(1, at=now)
            heard += 1
            now += max(wait, 0.001)
    assert 10 < now < 20
    assert heard < 2000


def test_whoever_pauses_is_forgiven() -> None:
    pace, now = Pace(), 0.0
    for _ in range(20):
        for _ in range(500):
            now += pace.wait(1, at=now)
        now += 5
    assert now < 200


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", ""),
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr, en;q=0.3, es;q=0.7", "es"),
        ("ES-419", "es"),
        ("es;q=0, fr", ""),
        ("*", ""),
        ("../../es", ""),
        ("es;q=x,;;,=", ""),
        ("fr", ""),
    ],
)
def test_the_language_is_the_best_there_is_of_those_a_browser_asks_for(header: str, language: str) -> None:
    assert asked_language(header, ("en", "es")) == language


@pytest.mark.parametrize(
    ("host", "origins", "clear"),
    [
        ("127.0.0.1", (), False),
        ("localhost", (), False),
        ("::1", (), False),
        ("0.0.0.0", (), True),
        ("", (), True),
        ("192.0.2.7", (), True),
        ("exam.lan", (), True),
        ("0.0.0.0", ("https://exam.example.org",), False),
        ("127.0.0.1", ("http://exam.lan",), True),
        ("0.0.0.0", ("http://localhost:8080",), False),
        ("0.0.0.0", ("https://exam.example.org", "http://exam.lan"), True),
    ],
)
def test_a_server_knows_whether_the_network_reads_along(host: str, origins: tuple[str, ...], clear: bool) -> None:
    assert Doors.read(origins=origins, proxies=()).lets_read_along(host) is clear
