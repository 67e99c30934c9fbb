"""Files given to the page: certificates, credentials, pictures, and what only looks like one."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from cequiz.domain.canonical import Json
from tests.papers import press
from tests.web.conftest import Browser
from tests.web.making import Signer, attach, changed, paper


@pytest.fixture(scope="module")
def certificate(signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a certificate as the press draws it."""
    file = tmp_path_factory.mktemp("files") / "certificate.pdf"
    one = paper()
    file.write_bytes(press().draw(one, proof=signer.proof(one)))
    return file


@pytest.fixture
def page(browser: Browser, held: dict[str, Json]) -> Browser:
    browser.open(held)
    return browser


def with_attachment(certificate: Path, file: Path, data: str, *, packed: bool = False) -> Path:
    """Write the certificate with another credential in it, its objects packed into streams or not."""
    streams = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    with pikepdf.open(certificate) as pdf:
        embedded = pdf.Root.AF[0].EF
        embedded.F.write(data.encode("utf-8"))
        embedded.UF = embedded.F
        pdf.save(file, object_stream_mode=streams)
    return file


def test_a_certificate_s_file_shows_its_signed_fields_and_asks_to_compare_the_page(
    page: Browser, certificate: Path
) -> None:
    assert page.choose(certificate) == "in_force"
    assert page.fields() == {field.name: field.text for field in paper().printed_fields()}
    assert "not the drawing of its page" in page.text("compare")
    assert page.run("return document.activeElement.id") == "verdict", "the reader is led to the answer"
    assert page.site.asked == ["/V"]


def test_a_changed_attachment_is_seen(page: Browser, signer: Signer, certificate: Path, tmp_path: Path) -> None:
    text = changed(signer.credential(paper()), "Marisol Ortega-Quinn", "Marisol Ortega-Quint")
    assert page.choose(with_attachment(certificate, tmp_path / "changed.pdf", text)) == "altered"
    assert page.text("lines-heading") == "What it says: not proven"


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_another_program_wrote_anew_still_shows_its_record(
    page: Browser, signer: Signer, certificate: Path, tmp_path: Path, packed: bool
) -> None:
    same = with_attachment(certificate, tmp_path / "again.pdf", signer.credential(paper()), packed=packed)
    assert (b"/ObjStm" in same.read_bytes()) is packed
    assert page.choose(same) == "in_force"


def test_a_file_that_was_added_to_still_shows_its_record(page: Browser, certificate: Path, tmp_path: Path) -> None:
    writing = pytest.importorskip("pyhanko.pdf_utils.incremental_writer", reason="pyHanko is not installed")
    with certificate.open("rb") as original:
        writer = writing.IncrementalPdfFileWriter(original)
        writer.update_root()
        with (tmp_path / "updated.pdf").open("wb") as updated:
            writer.write(updated)
    assert (tmp_path / "updated.pdf").read_bytes().count(b"startxref") == 2
    assert page.choose(tmp_path / "updated.pdf") == "in_force"


def test_a_credential_in_a_file_or_pasted_is_checked(page: Browser, signer: Signer, tmp_path: Path) -> None:
    file = tmp_path / "open-badge-credential.json"
    file.write_text(signer.credential(paper()), encoding="utf-8")
    assert page.choose(file) == "in_force"
    assert page.paste(changed(file.read_text("utf-8"), "Essential", "Potential")) == "altered"
    assert page.paste(f"\n  {file.read_text('utf-8')}\n") == "in_force"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("empty.pdf", b"", "This is not a code of a certificate"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog", "This page cannot read the PDF."),
        (
            "loop.pdf",
            b"%PDF-1.7\nxref\n0 0\ntrailer\n<< /Prev 9 >>\nstartxref\n9\n%%EOF",
            "This page cannot read the PDF.",
        ),
        (
            "deep.pdf",
            b"%PDF-1.7\nxref\n0 0\ntrailer\n" + b"[" * 5000 + b"\nstartxref\n9\n",
            "This page cannot read the PDF.",
        ),
        ("words.json", b'{"credential": "none"}', "This does not hold a certificate of cequiz."),
        ("words.txt", b"Dear office, attached is my certificate.", "This is not a code of a certificate"),
        ("large.pdf", b"%PDF-1.7\n" + b"0" * (10 * 1024 * 1024), "This is too large"),
    ],
    ids=["empty", "cut", "loop", "deep", "json", "text", "large"],
)
def test_what_is_no_certificate_ends_in_a_sentence(
    page: Browser, tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert page.choose(tmp_path / name) == "unreadable"
    assert page.text("verdict") == "No certificate found"
    assert page.text("sentence").startswith(sentence)
    assert page.complaints() == []


def test_a_pdf_without_a_record_sends_the_reader_to_the_code(page: Browser, tmp_path: Path) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "blank.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="a", user="b", R=4))
    assert page.choose(tmp_path / "blank.pdf") == "unreadable"
    assert "use the code printed on the certificate" in page.text("sentence")
    assert page.choose(tmp_path / "locked.pdf") == "unreadable"
    assert "password" in page.text("sentence")


def test_two_records_in_one_file_are_not_chosen_from(page: Browser, certificate: Path, tmp_path: Path) -> None:
    with pikepdf.open(certificate) as pdf:
        attach(pdf, "{}")
        pdf.save(tmp_path / "two.pdf", object_stream_mode=pikepdf.ObjectStreamMode.disable)
    assert page.choose(tmp_path / "two.pdf") == "unreadable"
    assert "several signed records" in page.text("sentence")


def test_a_file_may_be_dropped_anywhere_on_the_page(page: Browser, signer: Signer) -> None:
    drop = """
        const carried = new DataTransfer();
        carried.items.add(new File([arguments[0]], "open-badge-credential.json", { type: "application/json" }));
        const about = { dataTransfer: carried, bubbles: true, cancelable: true };
        const over = new DragEvent("dragover", about);
        document.querySelector("footer").dispatchEvent(over);
        const marked = document.documentElement.classList.contains("dragging");
        document.querySelector("footer").dispatchEvent(new DragEvent("drop", about));
        return [over.defaultPrevented, marked, document.documentElement.classList.contains("dragging")];
    """
    assert page.run(drop, signer.credential(paper())) == [True, True, False]
    assert page.verdict() == "in_force"


@pytest.mark.parametrize(
    ("codes", "kind", "words"),
    [
        (1, "in_force", "signed the lines below"),
        (0, "unreadable", "No code was found"),
        (2, "unreadable", "several codes"),
    ],
)
def test_the_code_in_a_picture_is_checked_as_on_paper(
    browser: Browser, held: dict[str, Json], signer: Signer, tmp_path: Path, codes: int, kind: str, words: str
) -> None:
    # What Android's Chromium finds in a photograph; Debian's has no reader of codes.
    found = json.dumps([{"rawValue": signer.code(paper())}] * codes)
    reader = (
        "window.BarcodeDetector = class {"
        " static async getSupportedFormats() { return ['qr_code']; }"
        f" async detect(picture) {{ return picture.width === 50 ? {found} : []; }} }};"
    )
    script = browser.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": reader})
    try:
        browser.open(held)
        assert "a photograph of its code" in browser.text("choose-help")
        Image.new("L", (50, 50), 255).save(tmp_path / "photo.png")
        assert browser.choose(tmp_path / "photo.png") == kind
        assert words in browser.text("sentence")
    finally:
        browser.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_pictures_are_read_where_the_browser_can_and_it_says_where_it_cannot(page: Browser, tmp_path: Path) -> None:
    Image.new("L", (50, 50), 255).save(tmp_path / "photo.png")
    assert page.choose(tmp_path / "photo.png") == "unreadable"
    if page.run("return 'BarcodeDetector' in window"):
        assert page.text("sentence").startswith("No code was found")
    else:
        assert page.text("sentence").startswith("This browser cannot read codes in pictures.")
        assert "camera app" in page.text("choose-help")


def test_of_two_files_at_once_none_is_checked(page: Browser, signer: Signer) -> None:
    drop = """
        const about = { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true };
        for (const name of ["1.json", "2.json"]) about.dataTransfer.items.add(new File([arguments[0]], name));
        document.querySelector("footer").dispatchEvent(new DragEvent("drop", about));
    """
    before = page.turn()
    page.run(drop, signer.credential(paper()))
    assert page.verdict(after=before) == "unreadable"
    assert "Give one alone" in page.text("sentence")


def test_going_back_to_the_page_without_a_code_takes_the_verdict_away(
    browser: Browser, held: dict[str, Json], signer: Signer
) -> None:
    browser.open(held, code=signer.code(paper()))
    browser.run("location.hash = ''")
    browser.wait(lambda: browser.run("return document.getElementById('result').hidden"))
    assert browser.text("announcement") == ""
