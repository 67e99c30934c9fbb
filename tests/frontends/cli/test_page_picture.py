"""`--page`: the page of a certificate in the terminal, and a sentence where there is none."""

from __future__ import annotations

import io
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.frontends.cli.app import run
from cequiz.frontends.cli.desk import Desk
from cequiz.services.ports import CertificateRecord, Ports
from cequiz.settings import Settings
from tests.builders import NOON
from tests.frontends.desks import FakeHouse, command, fake_ports
from tests.papers import CERTIFICATES, facts

NUMBER = "CQ-2026-000001"


class Terminal(io.StringIO):
    """A screen."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    """Return ports with one certificate on a real page."""
    made = replace(fake_ports(tmp_path), press=ReportLabPress(CERTIFICATES))
    frozen = facts(number=NUMBER).frozen()
    pdf = made.press.draw(frozen)
    with made.store.write() as unit:
        unit.certificates.add(
            CertificateRecord(
                number=NUMBER,
                award_id="A",
                facts=frozen,
                pdf=pdf,
                sha256=sha256(pdf).hexdigest(),
                issued_at=NOON,
            ),
            actor="os:tester",
        )
    return made


def on_screen(ports: Ports, *arguments: str, accessible: bool = False) -> tuple[int, str, str]:
    """Run a command whose output is a terminal; return exit code, data and words."""
    out, err = Terminal(), io.StringIO()
    settings = Settings(home=Path("/nowhere"), database_url=None, user="tester", accessible=accessible)
    code = run(arguments, Desk(house=FakeHouse(settings, ports), out=out, err=err, stdin=None))
    return code, out.getvalue(), err.getvalue()


def test_the_page_stands_over_the_fields_and_leaves_the_terminal_as_it_was(ports: Ports) -> None:
    code, out, _ = on_screen(ports, "certificate", "show", NUMBER, "--page")
    assert code == 0
    picture = [line for line in out.splitlines() if "\u2580" in line]
    assert 25 < len(picture) < 40, "a landscape page on 80 columns"
    assert {line.count("\u2580") for line in picture} <= {79, 80}
    assert all(line.endswith("\x1b[0m") for line in picture)
    assert len(set(picture)) > 10, "something is drawn on it"
    after = out[out.rindex("\u2580") :]
    assert "Marisol Ortega-Quinn" in after
    assert "\u2580" not in on_screen(ports, "certificate", "show", NUMBER)[1]


@pytest.mark.parametrize("option", [("--json",), ()])
def test_where_nobody_would_see_it_nothing_is_drawn(ports: Ports, option: tuple[str, ...]) -> None:
    asked = ("certificate", "show", NUMBER, "--page", *option)
    refused = command(ports, *asked)
    assert (refused.code, refused.out) == (2, "")
    assert "in a terminal" in refused.err
    if option:
        assert on_screen(ports, *asked)[:2] == (2, "")
    assert on_screen(ports, *asked, accessible=True)[:2] == (2, "")
