"""A student in a real browser: signs in, answers, reloads, finishes, and takes the certificate home."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.keys import Keys

from tests.frontends.serve.chromium import Tab, Thread, chromium, thread
from tests.frontends.serve.web_stage import web_stage
from tests.frontends.tui.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return web_stage(tmp_path)


@pytest.fixture
def server(stage: Stage) -> Iterator[Thread]:
    with thread(stage) as server:
        yield server


@pytest.fixture
def tab(server: Thread, tmp_path: Path) -> Iterator[Tab]:
    with chromium(tmp_path / "downloads") as tab:
        tab.driver.get(server.origin)
        yield tab


def start(tab: Tab) -> None:
    """Start the exam from the home screen."""
    tab.type(Keys.ENTER)
    tab.shows("a accept")
    tab.type("a")
    tab.shows("s start")
    tab.type("s")
    tab.shows("Question 1 of 4")


def answer(tab: Tab) -> str:
    """Choose the right option of the question that is shown, and return its letter."""
    found = re.search(r"([A-D])  Second of", tab.text)
    assert found is not None, tab.text
    tab.type(found[1].lower())
    tab.shows(f"Saved: {found[1]}")
    return found[1]


def test_from_signing_in_to_the_certificate(stage: Stage, server: Thread, tab: Tab) -> None:
    stage.student()
    tab.sign_in()
    start(tab)
    letter = answer(tab)
    tab.type("n")
    tab.shows("Question 2 of 4")

    tab.reload()
    tab.shows("Question 2 of 4", "1 answered")
    tab.type("p")
    tab.shows("Question 1 of 4", f"Saved: {letter}")
    for number in (2, 3, 4):
        tab.type("n")
        tab.shows(f"Question {number} of 4")
        answer(tab)
    tab.type("s")
    tab.shows("All 4 questions are answered and saved")
    tab.type("s")
    tab.shows("Hand in now?")
    tab.type("y")
    tab.shows("✓ PASSED")
    tab.type("h")
    tab.shows("Sample exam  passed", "Certificate  CQ-")
    tab.type(Keys.END + Keys.ENTER)
    tab.shows("d download")
    tab.type("d")
    with stage.ports.store.read() as unit:
        [record] = unit.certificates.all()
    file = tab.downloads / f"{record.number}.pdf"
    tab.wait(file.is_file)
    tab.shows("among the downloads")
    assert file.read_bytes() == record.pdf
    assert tab.complaints() == []
    assert {urlsplit(url).netloc for url in tab.requests} == {urlsplit(server.origin).netloc}

    [path] = [value for kind, value in map(json.loads, tab.told) if kind == "certificate"]
    tab.driver.get(server.origin + path)
    assert "This link does not work any more." in tab.driver.page_source


def test_a_server_that_comes_back_finds_the_student_at_the_same_question(
    stage: Stage, server: Thread, tab: Tab
) -> None:
    stage.student()
    tab.sign_in()
    start(tab)
    answer(tab)
    tab.type("n")
    tab.shows("Question 2 of 4")
    server.stop()
    tab.wait(lambda: "connecting again" in tab.notice)
    assert tab.driver.find_element("id", "words").aria_role == "status"
    server.start()
    tab.wait(lambda: tab.notice == "")
    tab.shows("Question 2 of 4", "1 answered")
    answer(tab)


def test_whoever_leaves_is_told_and_the_next_one_must_sign_in(stage: Stage, tab: Tab) -> None:
    stage.student()
    tab.sign_in()
    tab.wait(lambda: tab.driver.execute_script("return sessionStorage.length") == 1)
    tab.type(Keys.CONTROL + "q")
    tab.wait(lambda: "You have left." in tab.notice)
    assert tab.driver.execute_script("return sessionStorage.length") == 0
    assert tab.driver.switch_to.active_element.text == "Connect again"
    tab.type(Keys.ENTER)
    tab.shows("Welcome. Sign in")
    tab.wait(lambda: tab.notice == "")


def test_what_is_pasted_is_sent_in_pieces_that_are_whole_characters(tab: Tab) -> None:
    tab.shows("Welcome. Sign in")
    tab.type(Keys.ENTER)
    tab.shows("Passphrase")
    tab.driver.execute_script(
        "const data = new DataTransfer(); data.setData('text/plain', arguments[0]);"
        "document.activeElement.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))",
        "e" + "😀" * 10_000,
    )
    tab.type(Keys.ESCAPE)
    tab.shows("Welcome. Sign in")
    pieces = [value for kind, value in map(json.loads, tab.sent) if kind == "stdin"]
    assert "".join(pieces).count("😀") == 10_000
    assert max(map(len, tab.sent)) < 64 * 1024


def test_the_page_can_be_read_by_those_who_do_not_see_it(tab: Tab) -> None:
    tab.shows("Welcome. Sign in")
    run = tab.driver.execute_script
    assert run("return document.documentElement.lang") == "en"
    assert tab.driver.title == "cequiz: exams and certificates"
    assert "needs JavaScript" in run("return document.querySelector('noscript').textContent")
    assert run("return document.activeElement.tagName") == "TEXTAREA"
    assert run("return getComputedStyle(document.getElementById('terminal')).transitionDuration") in {"0s", ""}
