"""The page in which a browser shows the terminal, the files it is made of, and the headers everything is sent with.

The terminal itself is that of the installed package `textual_serve`: its program, its style sheet, its fonts, and
nothing else of it. The page, its style and the program that keeps the line up are ours (`page/`). Nothing is asked of
other hosts, and only the files named here are ever sent. This room knows neither sessions nor sockets.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from importlib.resources import files

from cequiz.language import spoken, tr

_PLACE = re.compile(r"\{\{(\w+)\}\}")

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        # xterm.js writes its colours and the width of a cell into style elements of its own, without a nonce.
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src {connect}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)

_FILE_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""For everything but the page: nothing that is opened by itself may run or load anything."""

_PERMISSIONS = (
    "accelerometer=(), camera=(), clipboard-read=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
)

_YEAR = 365 * 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class PageFile:
    """One file of the page as it is sent."""

    kind: str
    """Its media type."""
    content: bytes
    packed: bytes
    """The same in gzip; empty where that saves nothing."""

    @property
    def tag(self) -> str:
        """What names this content: a browser that has it is not sent it again."""
        return f'"{sha256(self.content).hexdigest()[:32]}"'


def page_files() -> Mapping[str, PageFile]:
    """Return every file that the page loads, by the path it is asked for under.

    Raises:
        ImportError: `textual_serve` is not installed.
        FileNotFoundError: it is, without a file that belongs to it.
    """
    terminal, own = files("textual_serve") / "static", files("cequiz.frontends.serve") / "page"
    script, style, font = "text/javascript;charset=utf-8", "text/css;charset=utf-8", "font/ttf"
    found = {
        "/terminal/textual.js": (terminal / "js" / "textual.js", script),
        "/terminal/xterm.css": (terminal / "css" / "xterm.css", style),
        "/terminal/RobotoMono.ttf": (terminal / "fonts" / "RobotoMono-VariableFont_wght.ttf", font),
        "/terminal/RobotoMono-Italic.ttf": (terminal / "fonts" / "RobotoMono-Italic-VariableFont_wght.ttf", font),
        "/page/page.js": (own / "page.js", script),
        "/page/page.css": (own / "page.css", style),
        "/page/icon.svg": (own / "icon.svg", "image/svg+xml"),
    }
    return {path: _packed(source.read_bytes(), kind) for path, (source, kind) in found.items()}


def _packed(content: bytes, kind: str) -> PageFile:
    packed = gzip.compress(content, mtime=0)
    return PageFile(kind=kind, content=content, packed=packed if len(packed) < len(content) else b"")


def page_source() -> str:
    """Return the page with places for its words; read once, since everybody would wait for the disk."""
    return (files("cequiz.frontends.serve") / "page" / "page.html").read_text(encoding="utf-8")


def page(source: str) -> str:
    """Return the page, in the language that is spoken."""
    sentences = {
        "language": spoken(),
        "title": tr("cequiz: exams and certificates"),
        "terminal": tr("The exam's screen"),
        "noscript": tr("This page shows a terminal and needs JavaScript. Your provider can tell you of another way."),
        "again": tr("Connect again"),
        "lost": tr("The connection is lost; connecting again … What was saved is saved, and your exam goes on."),
        "refused": tr("The server has closed the connection. What was saved is saved."),
        "ended": tr("You have left. You can close this page."),
        "unloaded": tr("The terminal of this page could not be loaded."),
        "undrawn": tr("This browser cannot draw the terminal: it needs WebGL 2. Try another browser."),
    }
    return _PLACE.sub(lambda place: escape(sentences[place[1]]), source)


def page_headers(origin: str) -> dict[str, str]:
    """Return the headers of the page.

    Args:
        origin: where the browser has the page from, such as `https://exam.example.org`.
    """
    return {
        "Content-Type": "text/html;charset=utf-8",
        "Cache-Control": "no-store",
        # Not every browser counts a WebSocket of the same host to 'self'.
        "Content-Security-Policy": _POLICY.format(connect=f"'self' {origin.replace('http', 'ws', 1)}"),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": _PERMISSIONS,
        **_everywhere(origin),
    }


def file_headers(file: PageFile, origin: str) -> dict[str, str]:
    """Return the headers of one file of the page: kept by the browser, and asked after each time."""
    return {
        "Content-Type": file.kind,
        "Cache-Control": "no-cache",
        "ETag": file.tag,
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": _FILE_POLICY,
        **_everywhere(origin),
    }


def text_headers(origin: str) -> dict[str, str]:
    """Return the headers of a plain sentence."""
    return {
        "Content-Type": "text/plain;charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": _FILE_POLICY,
        **_everywhere(origin),
    }


def certificate_headers(name: str, origin: str) -> dict[str, str]:
    """Return the headers of a certificate that is handed over.

    Args:
        name: the file's name; whatever a header or a file system could misread in it is replaced.
        origin: where the browser has the page from.
    """
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", name).lstrip(".") or "certificate.pdf"
    return {
        **text_headers(origin),
        "Content-Type": "application/pdf",
        "Content-Disposition": f'attachment;filename="{safe}"',
    }


def _everywhere(origin: str) -> dict[str, str]:
    headers = {
        "Server": "cequiz",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if origin.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    return headers
