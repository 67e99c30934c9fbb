"""The page and its files: nothing inline, nothing from elsewhere, nothing missing."""

from __future__ import annotations

import gzip
import re
from contextvars import copy_context

import pytest

from cequiz.frontends.serve.web_page import certificate_headers, page, page_files, page_headers, page_source
from cequiz.language import speak


def test_the_page_holds_no_program_and_no_style_of_its_own() -> None:
    html = page(page_source())
    assert "{{" not in html
    assert re.findall(r"<script[^>]*>([^<]*)", html) == [""]
    assert "<style" not in html
    assert not re.search(r"\s(?:on\w+|style)=", html)
    assert "://" not in html


def test_everything_the_page_names_is_there() -> None:
    files = page_files()
    named = re.findall(r'(?:href|src)="(/[^"]+)"', page(page_source()))
    styles = files["/page/page.css"].content.decode()
    loaded = [*re.findall(r'url\("([^"]+)"\)', styles), "/terminal/textual.js"]
    assert {*named, *loaded} == set(files)
    assert b"/terminal/textual.js" in files["/page/page.js"].content


def test_what_is_sent_packed_is_the_same() -> None:
    for path, file in page_files().items():
        if file.packed:
            assert gzip.decompress(file.packed) == file.content, path
    assert len(page_files()["/terminal/textual.js"].packed) < 200_000


def test_the_page_speaks_the_language_of_the_house() -> None:
    def spanish() -> str:
        speak("es")
        return page(page_source())

    assert '<html lang="en">' in page(page_source())
    assert '<html lang="es">' in copy_context().run(spanish)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("CQ-2026-000001.pdf", "CQ-2026-000001.pdf"),
        ('a"; b\r\nSet-Cookie: c.pdf', "a___b__Set-Cookie__c.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("Zoë.pdf", "Zo_.pdf"),
        ("", "certificate.pdf"),
    ],
)
def test_the_name_of_a_certificate_cannot_become_anything_else(name: str, safe: str) -> None:
    headers = certificate_headers(name, "https://exam.example.org")
    assert headers["Content-Disposition"] == f'attachment;filename="{safe}"'
    assert "sandbox" in headers["Content-Security-Policy"]


def test_only_over_tls_browsers_are_told_to_stay_there() -> None:
    assert "Strict-Transport-Security" in page_headers("https://exam.example.org")
    assert "Strict-Transport-Security" not in page_headers("http://127.0.0.1:8080")
