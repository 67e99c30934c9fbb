"""The verification page as a file: one document, whole in itself, that may do nothing but what was put into it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from cequiz.adapters.verification_page import page
from cequiz.domain.canonical import Json
from cequiz.domain.credential.claims import FIELD_CODES
from cequiz.domain.credential.facts import label_of
from cequiz.errors import Refused
from tests.web.asking import MODULES
from tests.web.making import Signer, trust

HELD = trust(Signer())


class Parsed(HTMLParser):
    """The elements of a page, as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        self._open = f"{tag}#{values['id']}" if values.get("id") else tag

    def handle_data(self, data: str) -> None:
        self.texts[self._open] = self.texts.get(self._open, "") + data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def _policy(parsed: Parsed) -> str:
    found = [one["content"] for tag, one in parsed.elements if one.get("http-equiv") == "Content-Security-Policy"]
    assert len(found) == 1
    assert found[0] is not None
    return found[0]


def _hash(text: str) -> str:
    return "'sha256-" + b64encode(sha256(text.encode()).digest()).decode() + "'"


def test_the_policy_lets_in_the_page_s_own_style_and_program_and_nothing_else() -> None:
    parsed = Parsed(page(HELD))
    assert _policy(parsed).split("; ") == [
        "default-src 'none'",
        f"style-src {_hash(parsed.texts['style'])}",
        f"script-src {_hash(parsed.texts['script'])}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_nothing_on_the_page_names_another_file() -> None:
    parsed = Parsed(page(HELD))
    for tag, values in parsed.elements:
        assert not {"src", "srcset", "action", "data", "poster", "style"} & set(values), tag
        assert (values.get("href") or "data:,") == "data:,"
        assert not [name for name in values if name.startswith("on")], "a program in an attribute would be refused"
    assert not re.search(r"@import|url\(", parsed.texts["style"])
    assert not re.search(
        r"\bfetch\b|XMLHttpRequest|WebSocket|sendBeacon|\bimport\b|\bexport\b|innerHTML|outerHTML|insertAdjacent"
        r"|document\.write|\beval\b|new Function|localStorage|cookie",
        re.sub(r"/\*.*?\*/", "", parsed.texts["script"], flags=re.DOTALL),
    )


def test_modules_that_become_one_program_name_everything_differently() -> None:
    declared = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
    names = [name for path in MODULES.glob("*.mjs") for name in declared.findall(path.read_text("utf-8"))]
    assert len(names) > 60
    assert [name for name in names if names.count(name) > 1] == []
    program = Parsed(page(HELD)).texts["script"]
    assert all(re.search(rf"\b{name}\b", program) for name in names), "a module was left out"


def test_hostile_texts_of_a_provider_stay_texts() -> None:
    hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)> & {{script}} <!-- "
    provider: dict[str, Json] = {"name": hostile, "contact": hostile, "address": hostile, "verify_at": hostile}
    parsed = Parsed(page({**HELD, "provider": provider}))
    assert [tag for tag, _ in parsed.elements if tag == "script"] == ["script", "script"]
    assert "img" not in [tag for tag, _ in parsed.elements]
    assert parsed.texts["title"] == f"Check a certificate · {hostile}"
    held: dict[str, Any] = json.loads(parsed.texts["script#held"])
    assert held["trust"]["provider"] == provider


def test_the_page_holds_the_trust_file_and_the_fields_of_codes_unchanged() -> None:
    held = json.loads(Parsed(page(HELD)).texts["script#held"])
    assert held == {"trust": json.loads(json.dumps(HELD)), "fields": dict(FIELD_CODES)}


def test_the_same_trust_file_gives_the_same_page() -> None:
    assert page(HELD) == page(json.loads(json.dumps(HELD)))


@pytest.mark.parametrize("changes", [{"format": "cequiz-trust/2"}, {"keys": None}, {"provider": "Harbour School"}])
def test_what_is_no_trust_file_makes_no_page(changes: dict[str, Json]) -> None:
    with pytest.raises(Refused) as refusal:
        page({**HELD, **changes})
    assert "trust file" in refusal.value.sentence


def test_both_languages_say_everything_with_the_same_places() -> None:
    english, spanish = _tables()
    assert english.keys() == spanish.keys()
    for key, sentence in english.items():
        assert sorted(re.findall(r"\{\w+\}", sentence)) == sorted(re.findall(r"\{\w+\}", spanish[key])), key
    said = set(re.findall(r'data-say="(\w+)"', page(HELD)))
    assert said <= english.keys()
    assert len(said) > 8


def test_every_field_of_a_certificate_has_its_label_on_the_page() -> None:
    english, _ = _tables()
    assert {f"field.{name}": label_of(name) for name in FIELD_CODES} == {
        key: label for key, label in english.items() if key.startswith("field.")
    }


def _tables() -> tuple[dict[str, str], dict[str, str]]:
    """Return the words of the page, English and Spanish."""
    text = (MODULES / "words.mjs").read_text("utf-8")
    entry = re.compile(r'^    "?([\w.]+)"?:\s+"((?:[^"\\]|\\.)*)",$', re.MULTILINE)
    english, spanish = (dict(entry.findall(part)) for part in text.split("\n  es: {")[:2])
    return english, spanish
