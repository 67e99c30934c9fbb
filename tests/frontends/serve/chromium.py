"""Chromium on the page of a web server that runs in a thread of the test."""

from __future__ import annotations

import asyncio
import json
import shutil
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyte
import pytest
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.wait import WebDriverWait

from cequiz.frontends.serve.web import serve_web
from tests.frontends.tui.stage import PASSPHRASE, Stage

PATIENCE = 60.0
"""Seconds until a test gives up."""


class Thread:
    """A web server with a loop and a thread of its own, which can be stopped and started on the same port."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.port = 0
        self.start()

    @property
    def origin(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to serve."""
        ready = threading.Event()

        def serve() -> None:
            with suppress(asyncio.CancelledError):
                asyncio.run(self._serve(ready))

        self._thread = threading.Thread(target=serve)
        self._thread.start()
        assert ready.wait(PATIENCE)

    def stop(self) -> None:
        """End as a signal ends it."""
        assert self._loop is not None
        assert self._task is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()

    async def _serve(self, ready: threading.Event) -> None:
        def listening(port: int) -> None:
            self.port = port
            ready.set()

        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        await serve_web(self._stage.house, host="127.0.0.1", port=self.port, ready=listening)


@contextmanager
def thread(stage: Stage) -> Iterator[Thread]:
    """Serve while the context lasts."""
    server = Thread(stage)
    try:
        yield server
    finally:
        server.stop()


class Tab:
    """A window of Chromium, and what somebody does in it."""

    def __init__(self, driver: webdriver.Chrome, downloads: Path) -> None:
        self.driver = driver
        self.downloads = downloads
        self.requests: list[str] = []
        """Every address that was asked for, once `text` was looked at."""
        self.sent: list[str] = []
        """Every message of the page, once `text` was looked at."""
        self.told: list[str] = []
        """Every message to the page, once `text` was looked at."""
        self._screens: dict[str, pyte.Screen] = {}
        self._streams: dict[str, pyte.ByteStream] = {}

    @property
    def text(self) -> str:
        """What the page's terminal shows: what came to it over the newest line, obeyed as a terminal obeys it."""
        for event in self._log("performance"):
            message = json.loads(event["message"])["message"]
            line, told = message["params"].get("requestId", ""), message["params"]
            match message["method"]:
                case "Network.requestWillBeSent":
                    self.requests.append(told["request"]["url"])
                case "Network.webSocketCreated":
                    self.requests.append(told["url"])
                    self._screens[line] = pyte.Screen(200, 60)
                    self._streams[line] = pyte.ByteStream(self._screens[line])
                case "Network.webSocketFrameSent":
                    self.sent.append(told["response"]["payloadData"])
                case "Network.webSocketFrameReceived" if told["response"]["opcode"] == 1:
                    self.told.append(told["response"]["payloadData"])
                case "Network.webSocketFrameReceived" if told["response"]["opcode"] == 2:
                    self._streams[line].feed(b64decode(told["response"]["payloadData"]))
        newest = list(self._screens.values())[-1:]
        return "\n".join(line.rstrip() for screen in newest for line in screen.display).strip()

    @property
    def notice(self) -> str:
        """The words of the notice below the terminal; empty where there is none."""
        return self.driver.find_element("id", "words").text

    def shows(self, *words: str) -> None:
        """Wait until words stand on the screen, and the page has drawn: before that it takes no keys."""
        try:
            self.wait(lambda: all(word in self.text for word in words))
        except TimeoutException:
            raise AssertionError(f"{words} not in {self.text}") from None
        self.wait(lambda: self.driver.execute_script("return document.body.classList.contains('-first-byte')"))

    def reload(self) -> None:
        """Load the page anew, and wait for the line that comes with it: the browser waits for the page alone."""
        _, lines = self.text, len(self._screens)
        self.driver.refresh()
        self.wait(lambda: self.text and len(self._screens) > lines)

    def wait(self, until: Callable[[], Any]) -> Any:
        """Wait until something holds, and return it."""
        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05).until(lambda _: until())

    def type(self, keys: str) -> None:
        """Press keys, wherever the page has the focus."""
        self.driver.switch_to.active_element.send_keys(keys)

    def sign_in(self, email: str = "ana@example.org") -> None:
        """Sign in at the screen."""
        self.shows("Welcome. Sign in")
        self.type(Keys.ENTER)
        self.shows("Passphrase")
        self.type(email)
        self.shows(email)
        row = self._row
        self.type(Keys.TAB)
        self.wait(lambda: self.text and self._row != row)
        self.type(PASSPHRASE + Keys.ENTER)
        self.shows("o sign out")

    def complaints(self) -> list[str]:
        """Return what the browser wrote to its console that is an error, or that a policy forbade."""
        told = [(str(one["level"]), str(one["message"])) for one in self._log("browser")]
        return [words for level, words in told if level == "SEVERE" or "Content Security Policy" in words]

    @property
    def _row(self) -> int:
        return int(list(self._screens.values())[-1].cursor.y)

    def _log(self, name: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(name)  # type: ignore[no-untyped-call] # selenium left it so
        return entries


@contextmanager
def chromium(downloads: Path) -> Iterator[Tab]:
    """Open a browser that has never been anywhere; skips where there is none."""
    binary, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver_path is None:
        pytest.skip("chromium and chromedriver are not installed: the page of `serve web` was not tried in a browser")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for argument in (
        "--headless=new",
        "--no-sandbox",  # containers have no user namespaces
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--lang=en-US",
        "--force-prefers-reduced-motion",
        "--window-size=1100,800",
    ):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(driver_path))
    try:
        yield Tab(driver, downloads)
    finally:
        driver.quit()
