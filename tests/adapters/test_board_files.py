"""Packs of boards: what ships can be used, a provider's own goes first, and a slip in one is named with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cequiz.adapters.board_files import BoardFiles, read_pack
from cequiz.domain.bank.course import Approval, Delivery
from cequiz.domain.credential.boards import breaches
from cequiz.errors import EnvironmentFailed
from tests.papers import CERTIFICATES, facts

SHIPPED = CERTIFICATES / "boards"

GOOD = """\
format: cequiz-board/1
id: own
name: Own Board
required: [name, hours]
titles:
  live: [Certificate of Completion]
source: Somewhere
checked_on: 2026-11-22
"""


def write(folder: Path, text: str, name: str = "own.yaml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_packs_ship_and_each_tells_its_source_and_date() -> None:
    packs = BoardFiles(SHIPPED).packs()
    assert [pack.id for pack in packs] == ["az", "ct", "fl", "generic", "ia", "ncbtmb", "ny", "tn", "tx"]
    assert all(pack.source and pack.checked_on.year >= 2026 and pack.note for pack in packs)


@pytest.mark.parametrize(
    ("called", "board"),
    [("NCBTMB", "ncbtmb"), ("florida board of massage therapy", "fl"), ("TX", "tx"), ("ny", "ny"), ("Utah", "generic")],
)
def test_a_board_is_found_as_courses_call_it(called: str, board: str) -> None:
    assert BoardFiles(SHIPPED).pack(called).id == board


def test_a_home_study_certificate_as_ncbtmb_documents_it_is_accepted() -> None:
    approval = Approval.model_validate(
        {"board": "NCBTMB", "title": "Essential Assessments", "hours": "16", "from": "2027-06-01", "to": "2029-01-01"}
    )
    pack = BoardFiles(SHIPPED).pack("ncbtmb")
    assert breaches(pack, facts(), approval) == (), "completed less than 365 days before the approval"
    (title,) = breaches(pack, facts(document_title="Certificate of Completion"), approval)
    assert title.rule == "titles.home-study", "Certificate of Completion means a live course"


def test_the_sample_certificate_satisfies_every_shipped_pack() -> None:
    for pack in BoardFiles(SHIPPED).packs():
        assert breaches(pack, facts(), None) == (), pack.id


def test_a_providers_own_pack_goes_before_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path / "boards", GOOD.replace("id: own", "id: fl").replace("Own Board", "Florida, edited"), "fl.yaml")
    boards = BoardFiles(SHIPPED, own=tmp_path / "boards")
    assert boards.pack("FL").name == "Florida, edited"
    assert boards.pack("ncbtmb").name == "NCBTMB", "the others stay"


def test_a_pack_may_be_added(tmp_path: Path) -> None:
    write(tmp_path / "boards", GOOD)
    assert BoardFiles(SHIPPED, own=tmp_path / "boards").pack("own board").id == "own"


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert len(BoardFiles(SHIPPED, own=tmp_path / "none").packs()) == len(BoardFiles(SHIPPED).packs())


@pytest.mark.parametrize(
    ("change", "place", "word"),
    [
        (("required: [name, hours]", "required: [name, hour]"), "4:18", "hour"),
        (("source: Somewhere\n", ""), "1:1", "source"),
        (("checked_on: 2026-11-22", "checked_on: yesterday"), "8:13", "date"),
        (("  live:", "  lively:"), "6:3", "lively"),
        (("name: Own Board", "nam: Own Board"), "3:1", "nam"),
        (("id: own", "id: other"), "2:5", "other.yaml"),
        (("source: Somewhere", "source: Somewhere\nunit: CEU"), "8:7", "CEU"),
        (("source: Somewhere", "source: Somewhere\nretroactive_days: -1"), "8:19", "0"),
        (("source: Somewhere", "source: Somewhere\nexact_approval: maybe"), "8:17", "true or false"),
        (("format: cequiz-board/1", "format: cequiz-bank/1"), "1:9", "cequiz-board/1"),
        (("titles:\n  live: [Certificate of Completion]", "titles:\n  live: []"), "6:9", "1"),
        (("source: Somewhere", "source: Somewhere\nsource: Again"), "8:1", "source"),
    ],
)
def test_a_slip_is_named_with_file_line_and_column(
    tmp_path: Path, change: tuple[str, str], place: str, word: str
) -> None:
    path = write(tmp_path, GOOD.replace(*change))
    with pytest.raises(EnvironmentFailed) as caught:
        read_pack(path)
    assert f"own.yaml:{place}: " in caught.value.sentence
    assert word in caught.value.sentence


def test_a_file_that_is_no_yaml_at_all_is_refused(tmp_path: Path) -> None:
    for text in ("", "[", "- a\n- b\n", "\x00"):
        with pytest.raises(EnvironmentFailed, match=r"own\.yaml:"):
            read_pack(write(tmp_path, text))


def test_one_bad_pack_stops_every_board_rather_than_being_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "boards", GOOD.replace("name: Own Board", ""))
    with pytest.raises(EnvironmentFailed):
        BoardFiles(SHIPPED, own=tmp_path / "boards").pack("ncbtmb")


def test_a_folder_without_the_general_rules_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "boards", GOOD)
    with pytest.raises(EnvironmentFailed, match=r"generic\.yaml"):
        BoardFiles(tmp_path / "boards").pack("own")


def test_every_delivery_that_a_pack_names_is_one_that_courses_have() -> None:
    known = {one.value for one in Delivery}
    assert all(set(pack.titles) <= known for pack in BoardFiles(SHIPPED).packs())


def test_the_limits_of_home_study_are_those_of_their_sources() -> None:
    found = {pack.id: pack.advisory for pack in BoardFiles(SHIPPED).packs() if pack.advisory}
    limits = {board: (int(one.hours), int(one.of), one.about) for board, one in found.items()}
    assert limits == {
        "az": (12, 25, False),
        "ct": (6, 24, False),
        "fl": (5, 24, True),
        "ia": (8, 16, False),
        "ny": (12, 36, False),
        "tn": (8, 24, False),
    }
    assert all(one.source and one.checked_on.year >= 2026 for one in found.values())


def test_what_providers_owe_a_board_is_data() -> None:
    packs = {pack.id: pack for pack in BoardFiles(SHIPPED).packs()}
    assert packs["fl"].report_within_days == 30
    assert packs["tx"].report_within_days is None
    assert {board: pack.keep_years for board, pack in packs.items() if pack.keep_years} == {
        "fl": 4,
        "ncbtmb": 6,
        "tx": 5,
    }


def test_a_licence_of_florida_looks_like_its_example() -> None:
    (florida,) = BoardFiles(SHIPPED).pack("fl").licence_formats
    assert florida.fits(florida.example)
    assert florida.fits("ma 123")
    assert not florida.fits("12345")
    assert not florida.fits("MM12345")
    assert florida.source


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ("advisory: {state: NY, name: New York, hours: 0, of: 36}", "number of hours"),
        ("advisory: {state: NY, name: New York, hours: 12, of: 36, deliveries: []}", "advisory"),
        ("advisory: {state: NY, name: New York, hours: 12}", "of"),
        ("licence_format: {FL: {pattern: 'MA[', example: MA1}}", "not a regular expression"),
        ("report_within_days: 0", "at least 1"),
        ("advice: {}", "advice"),
    ],
)
def test_a_slip_in_an_advisory_is_named_with_its_place(tmp_path: Path, extra: str, words: str) -> None:
    with pytest.raises(EnvironmentFailed) as caught:
        read_pack(write(tmp_path / "boards", f"{GOOD}{extra}\n"))
    assert "own.yaml:9:" in caught.value.sentence
    assert words in caught.value.sentence


def test_an_advisory_has_the_packs_source_unless_it_names_its_own(tmp_path: Path) -> None:
    text = GOOD + "advisory: {state: OR, name: Oregon, hours: 10, of: 25, source: a rule, checked_on: 2025-01-02}\n"
    own = read_pack(write(tmp_path / "boards", text)).advisory
    assert own is not None
    assert own.grounds() == "Oregon: a rule, checked on 2025-01-02."
    plain = read_pack(write(tmp_path / "boards", text.replace(", source: a rule, checked_on: 2025-01-02", "")))
    assert plain.advisory is not None
    assert plain.advisory.grounds() == "Oregon: Somewhere, checked on 2026-11-22."


LICENCES = """\
format: cequiz-licences/1
states:
  TX: {pattern: 'MT\\d{6}', example: MT012345, source: The letter of the board of 2 May, checked_on: 2026-05-04}
"""


def write_licences(folder: Path, text: str) -> Path:
    """Write the provider's own formats of licences."""
    folder.mkdir(exist_ok=True)
    (folder / "licences.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_house_adds_formats_of_licences_without_touching_a_pack(tmp_path: Path) -> None:
    """Whoever copied a pack for it would go without its updates."""
    files = BoardFiles(SHIPPED, own=write_licences(tmp_path / "own", LICENCES))
    found = {one.state: one for one in files.licence_formats()}
    assert sorted(found) == ["FL", "TX"]
    assert (found["TX"].source, found["TX"].checked_on) == ("The letter of the board of 2 May", date(2026, 5, 4))
    assert files.pack("tx") == BoardFiles(SHIPPED).pack("tx")
    assert "licences" not in {pack.id for pack in files.packs()}


def test_the_houses_own_format_goes_before_the_one_that_ships(tmp_path: Path) -> None:
    text = LICENCES.replace("TX:", "FL:").replace("MT", "ZZ")
    (florida,) = BoardFiles(SHIPPED, own=write_licences(tmp_path / "own", text)).licence_formats()
    assert florida.fits("ZZ012345") and not florida.fits("MA12345")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (", source: The letter of the board of 2 May", "", "source"),
        (", checked_on: 2026-05-04", "", "checked_on"),
        ("MT012345", "MT1", "the example does not fit the pattern"),
        ("MT\\d{6}", "MT(", "not a regular expression"),
        ("TX:", "Texas:", "not the letters of a state"),
        ("licences/1", "licences/2", "cequiz-licences/1"),
    ],
)
def test_a_slip_in_the_formats_of_licences_is_named_with_its_place(
    tmp_path: Path, before: str, after: str, words: str
) -> None:
    assert before in LICENCES
    files = BoardFiles(SHIPPED, own=write_licences(tmp_path / "own", LICENCES.replace(before, after)))
    with pytest.raises(EnvironmentFailed, match=r"licences\.yaml:\d+:\d+") as caught:
        files.licence_formats()
    assert words in caught.value.sentence
    assert files.pack("fl").licence_formats, "certificates are issued by the packs, whatever the hints say"
