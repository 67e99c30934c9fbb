"""`cequiz fonts`: adding a font so that further scripts can be printed."""

from __future__ import annotations

import json
from pathlib import Path

from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.settings import Settings
from tests.adapters.pdf.made_fonts import KOREAN, SHIPPED, korean_font
from tests.frontends.desks import command, fake_ports
from tests.papers import CERTIFICATES, facts


def test_an_added_font_lets_names_in_its_script_be_printed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    fonts = Settings(home=home, database_url=None, user="tester").fonts
    before = ReportLabPress(CERTIFICATES, fonts=fonts)
    assert before.uncovered(KOREAN) == tuple(KOREAN)
    ran = command(fake_ports(tmp_path), "fonts", "add", str(korean_font(tmp_path)), home=home)
    assert ran.code == 0
    assert "Hangul" in ran.err
    press = ReportLabPress(CERTIFICATES, fonts=fonts)
    name = f"Zoë {KOREAN} (محمد)"
    assert press.read_fields(press.draw(facts(student_name=name)))["name"] == name


def test_fonts_are_listed_with_what_they_print(tmp_path: Path) -> None:
    home, ports = tmp_path / "home", fake_ports(tmp_path)
    command(ports, "fonts", "add", str(korean_font(tmp_path)), home=home)
    ran = command(ports, "fonts", "list", home=home)
    rows = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines()}
    assert rows["Hangul.ttf"] == ["own", "Hangul"]
    assert rows["EBGaramond-Regular.ttf"] == ["shipped", "Latin,", "Greek,", "Cyrillic"]
    listed = json.loads(command(ports, "fonts", "list", "--json", home=home).out)
    assert {"file": "Hangul.ttf", "scripts": ["Hangul"], "added": True}.items() <= listed[-1].items()


def test_a_font_that_cannot_be_used_is_refused_with_a_hint(tmp_path: Path) -> None:
    home, ports = tmp_path / "home", fake_ports(tmp_path)
    outlines = tmp_path / "outlines.otf"
    outlines.write_bytes(b"OTTO" + bytes(60))
    for file in (outlines, SHIPPED, tmp_path / "none.ttf", tmp_path):
        ran = command(ports, "fonts", "add", str(file), home=home)
        assert ran.code
        assert file.name in ran.err
        assert len(ran.err.splitlines()) == 2
    assert not home.exists()
