"""Templates: shipped ones read, a provider's own go first, and whatever is wrong in one is said with its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from cequiz.adapters.pdf.press import ReportLabPress
from cequiz.adapters.pdf.template import read_template
from cequiz.domain.credential.look import Look
from cequiz.errors import EnvironmentFailed, NotFound
from tests.adapters.pdf.test_page import page_text
from tests.papers import CERTIFICATES, facts

SHIPPED = CERTIFICATES / "templates"
CLASSIC = (SHIPPED / "classic.yaml").read_text(encoding="utf-8")


def test_the_shipped_templates_read_and_draw_different_pages(press: ReportLabPress) -> None:
    assert press.looks() == ("classic", "modern", "plain")
    pages = {press.draw(facts(), look=Look(template=name)) for name in press.looks()}
    assert len(pages) == 3


def test_an_unknown_template_is_refused_and_the_known_ones_are_named(press: ReportLabPress) -> None:
    for name in ("baroque", "../templates/classic", ""):
        with pytest.raises(NotFound, match="There is no certificate template") as refused:
            press.draw(facts(), look=Look(template=name))
        assert "classic, modern, plain" in (refused.value.hint or "")


def test_a_provider_may_put_its_own_template_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "house.yaml").write_text(CLASSIC.replace("This certifies that", "We declare that"), encoding="utf-8")
    (tmp_path / "plain.yaml").write_text(CLASSIC.replace("This certifies that", "It is said that"), encoding="utf-8")
    press = ReportLabPress(CERTIFICATES, templates=tmp_path)
    assert press.looks() == ("classic", "house", "modern", "plain")
    assert "We declare that" in page_text(press.draw(facts(), look=Look(template="house")))
    assert "It is said that" in page_text(press.draw(facts(), look=Look(template="plain")))
    assert "This certifies that" in page_text(press.draw(facts()))


def test_every_choice_of_ornament_draws(tmp_path: Path) -> None:
    for border in ("braid", "rules", "bar", "none"):
        for seal in ("waves", "ring", "none"):
            text = CLASSIC.replace("border: braid", f"border: {border}").replace("seal: waves", f"seal: {seal}")
            (tmp_path / f"{border}-{seal}.yaml").write_text(text, encoding="utf-8")
    press = ReportLabPress(CERTIFICATES, templates=tmp_path)
    own = [name for name in press.looks() if "-" in name]
    assert len({press.draw(facts(), look=Look(template=name)) for name in own}) == 12


@pytest.mark.parametrize(
    "text", ["", "[]", "format: cequiz-template/1", "titles: {", "\x00", "a: &a [*a]", "- " * 70_000, "format: [1"]
)
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "classic.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EnvironmentFailed, match=r"classic\.yaml cannot be read"):
        read_template(path)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("  certifies: This certifies that\n", "", "lacks certifies"),
        ('  ink: "#1B2A41"\n', "", "lacks ink"),
        ("  number: Certificate no.\n", "", "lacks number"),
        ("#1B2A41", "navy", "ink under colours is 'navy'"),
        ("layout: centred", "layout: diagonal", "layout under template is 'diagonal'"),
        ("border: braid", "border: 3", "border under ornaments is 3"),
        ("watermark: true", "watermark: maybe", "watermark under ornaments is 'maybe'"),
        ("logo: left", "logo: above", "logo under template is 'above'"),
        ("  scan: Scan to verify", "  scan: ''", "scan under words is ''"),
        ("  scan: Scan to verify", "  scan: [x]", "scan under words"),
        ("  scan: Scan to verify", '  scan: "a\\u202Eb"', r"scan under words is 'U\+202E'"),
        ("  scan: Scan", "  scann: x\n  scan: Scan", "says scann under words, which nothing reads"),
        ("logo: left", "logo: left\nlogos: left", "says logos under template"),
        ("titles:", "headings: {}\ntitels:", "says headings, titels under template"),
    ],
)
def test_a_template_that_was_edited_badly_is_refused(tmp_path: Path, before: str, after: str, words: str) -> None:
    path = tmp_path / "classic.yaml"
    assert before in CLASSIC
    path.write_text(CLASSIC.replace(before, after), encoding="utf-8")
    with pytest.raises(EnvironmentFailed, match=words) as refused:
        read_template(path)
    assert "classic.yaml" in str(refused.value)
    assert refused.value.hint
