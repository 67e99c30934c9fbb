"""A real browser on the real page, served by a server that remembers what it was asked for."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

from cequiz.adapters.verification_page import page
from cequiz.domain.canonical import Json
from tests.web.making import Signer, trust

UNSAFE_NAME = "unsafe.example"
"""A name that leads to this machine without being `localhost`: browsers protect a page from there no further."""


class Site:
    """A web site with verification pages, by path."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def put(self, path: str, html: str, *, host: str = "localhost") -> str:
        """Publish a page and return its address."""
        self.pages[path] = html
        return f"http://{host}:{self._server.server_port}{path}"

    def close(self) -> None:
        """End the server."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *arguments: Any) -> None:
        self._site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._site.asked.append(self.path)
        found = self._site.pages.get(self.path.partition("?")[0])
        body = (found or "").encode("utf-8")
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Browser:
    """Chromium, and what a reader does with the page in it."""

    def __init__(self, driver: webdriver.Chrome, site: Site) -> None:
        self.driver = driver
        self.site = site

    def open(self, held: dict[str, Json], *, code: str = "", host: str = "localhost") -> None:
        """Open the page of a trust file, with the part of a code after `#`; wait until it has settled."""
        self.open_page(page(held), code=code, host=host)

    def open_page(self, html: str, *, code: str = "", host: str = "localhost") -> None:
        """Open a page that is written already."""
        self.driver.get("about:blank")
        address = self.site.put("/V", html, host=host)
        self.site.asked.clear()
        self.requests()
        self.complaints()
        self.driver.get(f"{address}#{code.rpartition('#')[2]}" if code else address)
        self.wait(lambda: self.run("return document.documentElement.dataset.ready"))
        if code:
            self.verdict()

    def run(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page and return what it returns."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, until: Callable[[], Any]) -> Any:
        """Wait until something is true, at most a minute: a machine that is busy needs some of it."""
        return WebDriverWait(self.driver, 60, poll_frequency=0.05).until(lambda _: until())

    def verdict(self, *, after: int = 0) -> str:
        """Return the kind of the verdict that is shown, once there is one later than a turn."""
        shown = "const r = document.getElementById('result'); return !r.hidden && Number(r.dataset.turn) > arguments[0]"
        self.wait(lambda: self.run(shown, after))
        return str(self.run("return document.getElementById('result').dataset.kind"))

    def turn(self) -> int:
        """Return the number of the last check that was shown."""
        return int(self.run("return Number(document.getElementById('result').dataset.turn ?? 0)"))

    def paste(self, text: str) -> str:
        """Paste a text, press the button and return the kind of the verdict."""
        before = self.turn()
        self.run("document.getElementById('pasted').value = arguments[0]", text)
        self.driver.find_element("id", "form").find_element("css selector", "button[type=submit]").click()
        return self.verdict(after=before)

    def choose(self, file: Path) -> str:
        """Choose a file and return the kind of the verdict."""
        before = self.turn()
        self.driver.find_element("id", "file").send_keys(str(file))
        return self.verdict(after=before)

    def text(self, element: str) -> str:
        """Return the visible text of an element by its id."""
        return self.driver.find_element("id", element).text

    def fields(self) -> dict[str, str]:
        """Return every field that is shown, by name."""
        script = (
            "return [...document.querySelectorAll('dd[data-field]')].map((one) => [one.dataset.field, one.textContent])"
        )
        return dict(self.run(script))

    def requests(self) -> list[str]:
        """Return every address that was asked for since the page was opened, data: apart."""
        events = [json.loads(one["message"])["message"] for one in self._log("performance")]
        asked = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
        return [url for url in asked if not url.startswith(("data:", "about:"))]

    def complaints(self) -> list[str]:
        """Return what the browser wrote to its console since the page was opened."""
        return [str(one["message"]) for one in self._log("browser")]

    def _log(self, name: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.driver.get_log(name)  # type: ignore[no-untyped-call] # selenium left it so
        return entries


def _options(chromium: str) -> webdriver.ChromeOptions:
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",  # containers have no user namespaces
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--lang=en-US",
        "--force-prefers-reduced-motion",  # what fades in is not in sight at once
        "--window-size=1280,900",
        f"--host-resolver-rules=MAP {UNSAFE_NAME} 127.0.0.1",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return options


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    binary, driver_path = shutil.which("chromium"), shutil.which("chromedriver")
    if binary is None or driver_path is None:
        pytest.skip("chromium and chromedriver are not installed: the verification page was not tried in a browser")
    site = Site()
    driver = webdriver.Chrome(options=_options(binary), service=Service(driver_path))
    try:
        yield Browser(driver, site)
    finally:
        driver.quit()
        site.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    yield chromium
    chromium.driver.get("about:blank")
    chromium.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


@pytest.fixture(scope="session")
def signer() -> Signer:
    return Signer()


@pytest.fixture(scope="session")
def held(signer: Signer) -> dict[str, Json]:
    return trust(signer)
