"""`cequiz serve web`: the program that serves, with real processes and a real store, and what it refuses."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import aiohttp
import pytest

from cequiz.frontends.cli import serve
from cequiz.frontends.cli.serve_web import warnings_about
from cequiz.frontends.serve.web_guard import Doors
from tests.frontends.cli.test_end_to_end import environment
from tests.frontends.desks import command, fake_ports

_STARTS = 60.0
"""Seconds for a program to start on a machine that is busy."""


@pytest.mark.skipif(sys.platform == "win32", reason="signals and shared ports are POSIX")
@pytest.mark.parametrize(
    ("options", "known_as"),
    [
        (("--workers", "1"), r"127\.0\.0\.1"),
        (("--workers", "2"), r"127\.0\.0\.1"),
        (("--host", "0.0.0.0", "--insecure"), "localhost"),
    ],
)
async def test_it_serves_the_page_until_it_is_told_to_end(
    tmp_path: Path, options: tuple[str, ...], known_as: str
) -> None:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cequiz", "serve", "web", "--port", "0", *options),
        env=environment(tmp_path / "home"),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert program.stderr is not None
    try:
        said = ""
        async with asyncio.timeout(_STARTS):
            while (found := re.search(rf"Students open (http://{known_as}:\d+)\n", said)) is None:
                line = await program.stderr.readline()
                assert line, said
                said += line.decode()
            async with aiohttp.ClientSession(found[1]) as browser:
                async with browser.get("/healthz") as answer:
                    assert await answer.text() == "well\n"
                async with browser.get("/") as page:
                    assert "cequiz" in await page.text()
            program.send_signal(signal.SIGTERM)
            said += (await program.stderr.read()).decode()
            assert await program.wait() == 0
            assert ("in the clear" in said) is ("--insecure" in options)
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (("--origin", "exam.example.org"), "exam.example.org is no origin."),
        (("--trusted-proxy", "proxy"), "proxy is no address."),
    ],
)
def test_names_and_addresses_that_are_none_are_refused(tmp_path: Path, option: tuple[str, str], words: str) -> None:
    ran = command(fake_ports(tmp_path), "serve", "web", *option)
    assert ran.code == 2
    assert words in ran.err


@pytest.mark.parametrize("options", [("--host", "0.0.0.0"), ("--host", "exam.lan"), ("--origin", "http://exam.lan")])
def test_passphrases_cross_no_network_in_the_clear_unless_that_is_asked_for(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    ran = command(fake_ports(tmp_path), "serve", "web", *options)
    assert ran.code == 2
    assert "in the clear" in ran.err
    assert "--insecure" in ran.err


@pytest.mark.parametrize("library", ["aiohttp", "textual_serve"])
def test_a_library_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    def found(name: str) -> ModuleSpec | None:
        return None if name == library else ModuleSpec(name, None)

    monkeypatch.setattr(serve, "find_spec", found)
    ran = command(fake_ports(tmp_path), "serve", "web")
    assert ran.code == 4
    assert f"Serving needs {library}, which is not installed." in ran.err
    assert "pip install 'cequiz[serve]'" in ran.err


@pytest.mark.parametrize(
    ("origins", "proxies", "warned"),
    [
        (["https://exam.example.org"], [], True),
        (["https://exam.example.org"], ["127.0.0.1"], False),
        (["http://localhost:8080"], [], False),
        ([], [], False),
    ],
)
def test_whoever_forgets_to_name_the_proxy_is_warned(origins: list[str], proxies: list[str], *, warned: bool) -> None:
    """If this fails, a whole school is one address without anybody knowing: one who guesses shuts all of it out."""
    said = " ".join(warnings_about(Doors.read(origins=origins, proxies=proxies), clear=False))
    assert ("counts as one address" in said) is warned
