"""Figures: files of the bank's own folder that can do nothing but be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.adapters.bank_files.figures import find_figures, with_digests
from cequiz.domain.bank.bank import Figure
from tests.domain.bank.samples import bank

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
PNG = b"\x89PNG\r\n\x1a\n rest"


def wrong(folder: Path, file: str = "a.svg", *, sha256: str | None = None) -> str:
    """What is wrong with a figure of this name; empty when nothing is."""
    _, problems = find_figures({"a": Figure(file=file, alt="x", sha256=sha256)}, folder)
    return problems.get("a", "")


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0L1 1" style="fill:url(#g)"/>',
        '<defs><linearGradient id="g"><stop offset="0"/></linearGradient></defs><use xlink:href="#g"/>',
        "<style>.a { fill: red; stroke: url(#g) }</style><text>A &amp; B</text>",
    ],
)
def test_a_drawing_is_shown(tmp_path: Path, inside: str) -> None:
    (tmp_path / "a.svg").write_text(SVG.format(inside))
    assert wrong(tmp_path) == ""


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<path onload="alert(1)"/>',
        '<image href="https://example.org/a.png"/>',
        '<use xlink:href="other.svg#a"/>',
        '<use href="data:image/svg+xml,x"/>',
        '<a href="javascript:alert(1)"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>',
        '<script xmlns="http://www.w3.org/1999/xhtml">x</script>',
        '<set attributeName="href" to="x"/>',
        '<path style="fill:url(https://example.org/a)"/>',
        "<style>@import 'a.css';</style>",
        "<style>.a{fill:url( 'https://example.org')}</style>",
        "<style>.a{fill:u\\72l(https://example.org)}</style>",
        "<style>.a{}<!-- -->@im&#112;ort 'a.css';</style>",
        '<path xml:base="https://example.org/"/>',
        "<?xml-stylesheet href='a.css'?>",
        "<path>",
    ],
)
def test_a_drawing_that_does_more_is_refused(tmp_path: Path, inside: str) -> None:
    (tmp_path / "a.svg").write_text(SVG.format(inside))
    assert wrong(tmp_path)


def test_entities_are_refused_before_they_grow(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("<text>&a;</text>"))
    assert "DOCTYPE" in wrong(tmp_path)


@pytest.mark.parametrize("name", ["../a.svg", "/etc/a.svg", "a/../../a.svg", "..\\a.svg", "C:a.svg", "missing.svg"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.svg").write_text(SVG.format(""))
    (tmp_path / "bank").mkdir()
    assert wrong(tmp_path / "bank", name)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG.format(""))
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "a.svg").symlink_to(tmp_path / "a.svg")
    assert "outside" in wrong(tmp_path / "bank")


def test_a_file_must_be_what_its_name_says(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "b.png").write_bytes(b"GIF89a")
    (tmp_path / "c.gif").write_bytes(b"GIF89a")
    (tmp_path / "d.svg").mkdir()
    assert [bool(wrong(tmp_path, name)) for name in ("a.png", "b.png", "c.gif", "d.svg")] == [False, True, True, True]


def test_a_changed_picture_is_a_changed_bank(tmp_path: Path) -> None:
    drawn = bank(figures={"a": {"file": "a.png", "alt": "x"}})
    hashes = set()
    for content in (PNG, PNG + b"more"):
        (tmp_path / "a.png").write_bytes(content)
        found, _ = find_figures(drawn.figures, tmp_path)
        hashes.add(with_digests(drawn, found).content_hash())
    assert len(hashes) == 2


def test_a_digest_that_the_author_gives_must_be_right(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PNG)
    assert "SHA-256" in wrong(tmp_path, "a.png", sha256="0" * 64)
