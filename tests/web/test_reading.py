"""The page for every reader: by keyboard, by ear, on a phone, enlarged, in the dark, on paper, in Spanish."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from cequiz.adapters.verification_page import page
from cequiz.domain.canonical import Json
from tests.web.conftest import Browser
from tests.web.making import INDEX, Signer, fresh, paper, trust

LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff" * 3


@pytest.fixture
def axe() -> str:
    """Return the program of axe-core, which finds what keeps readers out."""
    folder = os.environ.get("CEQUIZ_TEST_NODE_MODULES", "")
    program = Path(folder) / "axe-core" / "axe.min.js"
    if not folder or not program.exists():
        pytest.skip("axe-core is not in CEQUIZ_TEST_NODE_MODULES: accessibility was not checked by it")
    return program.read_text("utf-8")


def sized(browser: Browser, width: int, height: int, *, colours: str = "light", media: str = "") -> None:
    """Show the page as a screen of that size does, or as paper."""
    screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    features = [{"name": "prefers-color-scheme", "value": colours}]
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})


def pressed(browser: Browser, *keys: str) -> None:
    """Press keys one after another, wherever the focus is."""
    for key in keys:
        ActionChains(browser.driver).send_keys(key).perform()


def focused(browser: Browser) -> str:
    """Return the id of the element with the focus; its language for the buttons of languages."""
    return str(
        browser.run("const one = document.activeElement; return one.id || one.dataset.language || one.dataset.say")
    )


def faults(browser: Browser, axe: str) -> list[Any]:
    """Return what axe-core finds wrong, with the place."""
    browser.run(axe)
    found = browser.driver.execute_async_script("axe.run(document).then(arguments[0])")
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_keeps_readers_out(
    browser: Browser, signer: Signer, held: dict[str, Json], axe: str, colours: str, width: int
) -> None:
    sized(browser, width, 900, colours=colours)
    browser.open(held)
    assert faults(browser, axe) == []
    revoked = trust(signer, fresh(revocation=[INDEX]))
    expired = trust(signer, fresh(expired=[INDEX]))
    for one, code in (
        (held, "NOTHING"),
        (held, signer.code(paper())),
        (revoked, signer.code(paper())),
        (expired, signer.code(paper())),
    ):
        browser.open(one, code=code)
        assert faults(browser, axe) == [], browser.verdict()


def test_the_keyboard_alone_is_enough(browser: Browser, signer: Signer, held: dict[str, Json]) -> None:
    browser.open(held)
    walk = []
    for _ in range(6):
        pressed(browser, Keys.TAB)
        walk.append(focused(browser))
    assert walk == ["en", "es", "file", "pasted", "check", "clear"]
    browser.run("document.getElementById('pasted').value = arguments[0]", signer.code(paper()))
    ActionChains(browser.driver).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
    pressed(browser, Keys.ENTER)
    assert browser.verdict(after=0) == "in_force"
    assert focused(browser) == "verdict"
    pressed(browser, Keys.TAB)
    assert focused(browser) == "print"
    browser.driver.find_element("id", "clear").click()
    assert focused(browser) == "pasted"
    assert browser.run("return document.getElementById('result').hidden")


@pytest.mark.parametrize("element", ["button[data-language=es]", "#file", "#pasted", "#clear"])
def test_the_focus_is_always_in_sight(browser: Browser, held: dict[str, Json], element: str) -> None:
    browser.open(held)
    pressed(browser, Keys.TAB)
    browser.run("document.querySelector(arguments[0]).focus()", element)
    drawn = "label[for=file]" if element == "#file" else element  # the label is what is seen of the input
    script = "const one = getComputedStyle(document.querySelector(arguments[0])); return one.outlineStyle"
    style = browser.run(f"{script} + one.outlineWidth", drawn)
    assert style == "solid3px"


def test_the_verdict_is_told_to_those_who_listen(browser: Browser, signer: Signer, held: dict[str, Json]) -> None:
    browser.open(held, code=signer.code(paper()))
    assert browser.run("return document.getElementById('announcement').getAttribute('role')") == "status"
    spoken = browser.run("return document.getElementById('announcement').textContent")
    assert spoken == f"{browser.text('verdict')}. {browser.text('sentence')}"
    headings = browser.run(
        "return [...document.querySelectorAll('h1, h2, h3')].filter((one) => one.checkVisibility())"
        ".map((one) => Number(one.tagName[1]))"
    )
    assert headings == [1, 2, 3, 3, 2, 3]


def test_a_verdict_never_rests_on_colour_alone(browser: Browser, signer: Signer) -> None:
    drawings = set()
    kinds: list[tuple[str, ...]] = [
        (),
        ("revocation",),
        ("revocation", "suspension"),
        ("revocation", "superseded"),
        ("expired",),
    ]
    for purposes in kinds:
        browser.open(trust(signer, fresh(**{one: [INDEX] for one in purposes})), code=signer.code(paper()))
        drawings.add((browser.text("verdict"), browser.run("return document.querySelector('#glyph path').outerHTML")))
    assert len({word for word, _ in drawings}) == len({glyph for _, glyph in drawings}) == len(kinds)


@pytest.mark.parametrize(("width", "height"), [(320, 640), (390, 844), (640, 450), (1280, 900)])
def test_nothing_is_cut_off_on_narrow_or_enlarged_screens(
    browser: Browser, signer: Signer, held: dict[str, Json], width: int, height: int
) -> None:
    # 640 by 450 is what 1280 by 900 shows at 200 %.
    sized(browser, width, height)
    browser.open(held, code=signer.code(paper(student_name=LONG_NAME, provider_name=LONG_NAME)))
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
    outside = browser.run(
        "return [...document.querySelectorAll('dd, h2, p, button')].filter((one) => one.checkVisibility()"
        " && one.scrollWidth > one.clientWidth + 1 && !one.matches('.unseen')).map((one) => one.textContent)"
    )
    assert outside == []


def test_the_verdict_is_on_the_first_screen_of_a_phone(browser: Browser, signer: Signer, held: dict[str, Json]) -> None:
    sized(browser, 390, 844)
    browser.open(held, code=signer.code(paper()))
    bottoms = [
        browser.run("return document.querySelector(arguments[0]).getBoundingClientRect().bottom", one)
        for one in ("#sentence", "#compare", "[data-field=name]")
    ]
    assert bottoms == sorted(bottoms)
    assert bottoms[-1] < 844


def test_spanish_readers_read_spanish_and_the_certificate_s_own_words(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    browser.open(held, code=signer.code(paper()))
    browser.driver.find_element("css selector", "button[data-language=es]").click()
    assert browser.run("return document.documentElement.lang") == "es"
    assert browser.driver.title == "Comprobar un certificado · Harbour School"
    assert browser.text("verdict") == "Auténtico y vigente"
    assert browser.text("fields").splitlines()[:2] == ["Proveedor", "Harbour School"]
    assert browser.fields()["completed"] == "November 22, 2026", "what was signed is never translated"
    assert browser.run("return document.querySelector('[aria-pressed=true]').dataset.language") == "es"


def test_without_scripts_the_page_says_that_it_checks_nothing(browser: Browser, held: dict[str, Json]) -> None:
    address = browser.site.put("/V", page(held))
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.driver.get(address)
        shown = browser.driver.find_element("tag name", "body").text
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "Nothing was checked." in shown
    assert "No se comprobó nada." in shown
    assert "Choose a file" not in shown


def test_paper_carries_the_verdict_and_leaves_the_form_out(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    browser.open(held, code=signer.code(paper()))
    sized(browser, 800, 1100, media="print")
    shown = "return document.querySelector(arguments[0]).checkVisibility()"
    assert [browser.run(shown, one) for one in ("#verdict", "#fields", "#facts", "#about")] == [True] * 4
    assert [browser.run(shown, one) for one in ("#form", "#languages", "#print")] == [False] * 3
    assert "Checked on" in browser.text("facts")


def test_nothing_moves_for_readers_who_asked_for_stillness(
    browser: Browser, signer: Signer, held: dict[str, Json]
) -> None:
    browser.open(held, code=signer.code(paper()))
    assert browser.run("return document.getAnimations().length") == 0
