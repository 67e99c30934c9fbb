"""The page in a browser: every verdict in words, every field in sight, and nothing asked of anybody."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cequiz.adapters.proof.base_texts import from_base32, to_base32
from cequiz.domain.canonical import Json
from tests.web.conftest import UNSAFE_NAME, Browser
from tests.web.making import INDEX, Lists, Signer, fresh, paper, trust

CHECK_ALL = """
const [codes, done] = arguments;
const result = document.getElementById("result");
const kinds = [];
const next = () => {
  if (kinds.length === codes.length) return done(kinds);
  document.getElementById("pasted").value = codes[kinds.length];
  document.getElementById("form").requestSubmit();
};
new MutationObserver(() => {
  kinds.push(result.dataset.kind);
  next();
}).observe(result, { attributeFilter: ["data-turn"] });
next();
"""


def test_a_code_that_a_phone_opens_shows_every_field_and_asks_nobody(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    one = paper()
    browser.open(held, code=signer.code(one))
    assert browser.verdict() == "in_force"
    assert browser.fields() == {field.name: field.text for field in one.printed_fields()}
    assert browser.text("verdict") == "Genuine and in force"
    assert "Compare every line" in browser.text("compare")
    signed = browser.text("facts")
    for fact in ("Harbour School", str(INDEX), "good until", *[signer.public.id[at : at + 4] for at in (0, 4, 8, 12)]):
        assert fact in signed
    assert browser.site.asked == ["/V"], "the page itself, and not a word of the code"
    assert [url.partition("#")[0].rpartition("/")[2] for url in browser.requests()] == ["V"]
    assert browser.complaints() == [], "no error, and nothing that the policy had to stop"


def test_the_page_could_not_ask_anybody_if_it_tried(browser: Browser, held: dict[str, Json]) -> None:
    browser.open(held)
    tried = browser.driver.execute_async_script(
        """
        const done = arguments[0];
        const picture = new Image();
        const stopped = [];
        document.addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
        picture.src = "/picture.png";
        const script = document.createElement("script");
        script.textContent = "window.broken = true";
        document.body.append(script);
        fetch("/anything").then(() => done("it went out"), () => setTimeout(() => done(stopped.sort()), 50));
        """
    )
    assert tried == ["connect-src", "img-src", "script-src-elem"]
    assert browser.site.asked == ["/V"]
    assert browser.run("return window.broken === undefined")


@pytest.mark.parametrize(
    ("purposes", "kind", "word"),
    [
        (("revocation",), "revoked", "Revoked"),
        (("revocation", "suspension"), "suspended", "Suspended"),
        (("revocation", "superseded"), "superseded", "Replaced by a correction"),
        (("expired",), "expired", "Expired"),
    ],
)
def test_what_has_become_of_a_certificate_is_said(
    browser: Browser, signer: Signer, purposes: tuple[str, ...], kind: str, word: str
) -> None:
    lists = fresh(**{purpose: [INDEX] for purpose in purposes})
    browser.open(trust(signer, lists), code=signer.code(paper()))
    assert browser.verdict() == kind
    assert browser.text("verdict") == word
    assert browser.text("announcement").startswith(word)
    assert len(browser.fields()) > 15


def test_old_lists_do_not_say_that_a_certificate_is_in_force(browser: Browser, signer: Signer) -> None:
    old = datetime.now(UTC) - timedelta(days=31)
    browser.open(trust(signer, Lists(made=old)), code=signer.code(paper()))
    assert browser.text("verdict") == "Valid when issued; revocation not checked"
    assert "were good until" in browser.text("sentence")
    assert "too old" in browser.text("lists-known")
    suspended = {"revocation": [INDEX], "suspension": [INDEX]}
    browser.open(trust(signer, Lists(made=old, set_in=suspended)), code=signer.code(paper()))
    assert browser.text("verdict") == "Valid when issued; revocation not checked"
    assert "named it as suspended" in browser.text("sentence")
    browser.open(trust(signer, Lists(made=old, set_in={"revocation": [INDEX]})), code=signer.code(paper()))
    assert browser.text("verdict") == "Revoked", "that is never undone"


def test_lists_that_somebody_else_signed_are_not_believed(browser: Browser, signer: Signer) -> None:
    foreign = fresh().signed_by(Signer(seed="somebody else"))
    browser.open(trust(signer, status=foreign), code=signer.code(paper()))
    assert browser.text("verdict") == "Valid when issued; revocation not checked"
    assert "not signed by Harbour School" in browser.text("sentence")


def test_lists_that_were_changed_are_not_believed(browser: Browser, signer: Signer) -> None:
    revoked: dict[str, Any] = fresh(revocation=[INDEX]).signed_by(signer)
    empty: dict[str, Any] = fresh().signed_by(signer)
    # The signature of the true list, around the bits of an empty one.
    revoked["revocation"]["credentialSubject"] = empty["revocation"]["credentialSubject"]
    browser.open(trust(signer, status=revoked), code=signer.code(paper()))
    assert browser.verdict() == "not_checked"


def test_without_lists_revocation_was_not_checked(browser: Browser, signer: Signer) -> None:
    browser.open(trust(signer, status={}), code=signer.code(paper()))
    assert browser.text("verdict") == "Valid when issued; revocation not checked"
    assert browser.text("lists-known") == "There are no status lists in this page."


def test_flipped_bits_are_refused_in_a_browser(browser: Browser, signer: Signer, held: dict[str, Json]) -> None:
    code = signer.code(paper()).rpartition("#")[2]
    message = from_base32(code)
    places = random.Random(7).sample(range(len(message) * 8), 200)
    flipped = []
    for place in places:
        changed = bytearray(message)
        changed[place // 8] ^= 1 << place % 8
        flipped.append(to_base32(bytes(changed)))
    browser.open(held)
    browser.driver.set_script_timeout(60)
    kinds = browser.driver.execute_async_script(CHECK_ALL, [code, *flipped])
    assert kinds[0] == "in_force"
    assert set(kinds[1:]) <= {"altered", "unreadable", "unknown_key"}
    assert len(kinds) == 201


def test_what_another_key_signed_is_shown_as_not_proven(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    stranger = Signer(seed="somebody else")
    browser.open(held, code=stranger.code(paper()))
    assert browser.verdict() == "unknown_key"
    assert browser.text("lines-heading") == "What it says: not proven"
    assert "Do not rely" in browser.text("compare")
    assert "Signed by" not in browser.text("facts")


def test_a_second_code_in_the_address_is_checked_as_well(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    browser.open(held, code=signer.code(paper()))
    before = browser.turn()
    browser.run("location.hash = arguments[0]", signer.code(paper(student_name="Ada Second")).rpartition("#")[2])
    assert browser.verdict(after=before) == "in_force"
    assert browser.fields()["name"] == "Ada Second"


def test_hostile_texts_are_shown_as_they_are(browser: Browser, signer: Signer, held: dict[str, Json]) -> None:
    name = "<script>window.broken = 1</script><img src=x onerror=window.broken=1> {provider} \u202eevil\u202c \x1b[31m"
    browser.open(held, code=signer.code(paper(student_name=name)))
    shown = browser.fields()["name"]
    assert shown.startswith("<script>window.broken = 1</script><img src=x onerror=window.broken=1> {provider} ")
    assert shown.endswith("[U+202E]evil[U+202C] [U+001B][31m")
    assert browser.run("return window.broken === undefined && document.images.length === 0")
    assert browser.site.asked == ["/V"]


def test_a_browser_that_cannot_check_signatures_says_so_and_never_valid(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    # What browsers did before they knew Ed25519.
    old = (
        'crypto.subtle.importKey = async () => { throw new DOMException("Unrecognized name.", "NotSupportedError"); };'
    )
    script = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": old})
    try:
        browser.open(held, code=signer.code(paper()))
        assert browser.verdict() == "incapable"
        assert browser.text("verdict") == "Not checked"
        assert "newer browser" in browser.text("sentence")
        assert browser.fields() == {}
    finally:
        browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_over_a_connection_without_protection_nothing_is_checked_and_that_is_said(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    browser.open(held, code=signer.code(paper()), host=UNSAFE_NAME)
    assert browser.verdict() == "incapable"
    assert "https" in browser.text("sentence")
