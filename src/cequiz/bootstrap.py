"""The composition root: the one place that knows every part, and puts them together on demand.

A `House` is cheap to make. `glance()` reads what the first screen shows without loading the store's libraries;
`ports()` opens everything, which takes a few tenths of a second once, so a screen does it in the background.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from cequiz.clock import SystemClock
from cequiz.errors import EnvironmentFailed, StorageDamaged
from cequiz.language import tr
from cequiz.paths import bundled
from cequiz.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from cequiz.adapters.bank_files.load import Reading
    from cequiz.adapters.bank_files.watching import FileWatch
    from cequiz.adapters.figures import Points
    from cequiz.adapters.pdf.added_fonts import FontFile
    from cequiz.adapters.preview import Cell
    from cequiz.adapters.proof.log_proof import LogHead, LogProof
    from cequiz.adapters.viewer import Viewer
    from cequiz.domain.bank.bank import Bank
    from cequiz.domain.bank.blind import BlindSheet
    from cequiz.domain.bank.lexicon import Lexicon
    from cequiz.domain.bank.lint import Profile
    from cequiz.domain.canonical import Json
    from cequiz.domain.credential.proof import PublicKey
    from cequiz.domain.credential.trust import Trust
    from cequiz.domain.credential.verification import Exhibit
    from cequiz.domain.report import Report
    from cequiz.services.packing.parcel import Parcel
    from cequiz.services.ports import Clock, FigureFile, Glance, Ports, Store

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0, O, 1, I, L or U: nothing that is misread or spells words."""


class SystemIds:
    """Identities from the system's randomness."""

    def new(self, prefix: str) -> str:
        """Return the prefix and ten random characters (49 bits), safe to read aloud."""
        return f"{prefix}-{''.join(secrets.choice(_ALPHABET) for _ in range(10))}"

    def token(self) -> str:
        """Return 128 random bits in hexadecimal."""
        return secrets.token_hex(16)


class House:
    """Everything a front end calls, put together once."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or _clock(settings)
        """What time it is: the machine's, or with a database server the server's as soon as it was asked."""
        self._lock = threading.Lock()
        self._ports: Ports | None = None
        self._viewer: Viewer | None = None

    def glance(self) -> Glance | None:
        """Return the quick look at the store; None while there is no store, or it is not a plain SQLite file."""
        if self.settings.database_url or not self.settings.database.is_file():
            return None
        from cequiz.adapters.store.glance import SqliteGlance

        return SqliteGlance(self.settings.database)

    def ports(self) -> Ports:
        """Return every port, opening and if need be creating the store with the bundled course.

        Raises:
            EnvironmentFailed: the store cannot be opened.
        """
        with self._lock:
            if self._ports is None:
                self._ports = _open(self.settings, self.clock)
            return self._ports

    def stored(self) -> Ports | None:
        """Return every port where there is a store already, else None: looking makes none."""
        if self.settings.database_url is None and not self.settings.database.is_file():
            return None
        return self.ports()

    def past(self) -> str:
        """Return the sentence that says that the file's records live elsewhere now; empty where they are in it."""
        if self.settings.database_url is not None or not self.settings.database.is_file():
            return ""
        from cequiz.adapters.store.moved import moved_from, words

        told = moved_from(self.settings.database)
        return words(told) if told else ""

    def public_keys(self) -> tuple[PublicKey, ...]:
        """Return the provider's own keys, without a store; see `adapters.proof.notary`."""
        from cequiz.adapters.proof.notary import KeyNotary

        return KeyNotary(self.settings.keys).keys()

    def examine(self, content: bytes | str, keys: Sequence[PublicKey]) -> tuple[Exhibit, ...]:
        """Return the certificates in a file or in a pasted text; see `adapters.proof.reading`.

        Args:
            content: a file's bytes, which a process of its own reads; or a code or a credential.
            keys: those whose signatures count.
        """
        from cequiz.adapters.proof.confined import observe_confined
        from cequiz.adapters.proof.observing import observe_text
        from cequiz.adapters.proof.reading import exhibits

        if isinstance(content, str):
            return exhibits(observe_text(content.encode("utf-8", "replace")), keys)
        return exhibits(observe_confined(content, at=self.clock.read().wall), keys)

    @property
    def viewer(self) -> Viewer:
        """What shows pictures outside of the terminal."""
        from cequiz.adapters.viewer import Viewer

        if self._viewer is None:
            self._viewer = Viewer(desktop=self.settings.desktop)
        return self._viewer

    def draw_blocks(self, figure: FigureFile, points: Points, columns: int, rows: int) -> list[list[Cell]]:
        """Return a figure as half blocks for a terminal; see `adapters.figures`."""
        from cequiz.adapters.figures import blocks

        return blocks(figure.content, figure.media_type, points, columns=columns, rows=rows)

    def draw_png(self, figure: FigureFile, points: Points, width: int, height: int) -> bytes:
        """Return a figure with its markers as PNG, at most so many pixels large; see `adapters.figures`."""
        from cequiz.adapters.figures import png

        return png(figure.content, figure.media_type, points, width=width, height=height)

    def close(self) -> None:
        """Close the store, which a later `ports()` opens again, and remove the pictures that were shown outside."""
        if self._viewer is not None:
            self._viewer.close()
        with self._lock:
            if self._ports is not None:
                self._ports.store.close()
            self._ports = None


def _clock(settings: Settings) -> Clock:
    if settings.database_url is None:
        return SystemClock()
    from cequiz.adapters.store.postgres.server_clock import ServerClock

    return ServerClock(SystemClock())


def _open_store(settings: Settings, clock: Clock) -> Store:
    """Open the house's store, wherever it is.

    Raises:
        EnvironmentFailed: it cannot be opened, or a library for it is not installed.
    """
    if settings.database_url is None:
        from cequiz.adapters.store.store import SqliteStore

        return SqliteStore.open(settings.database, key_path=settings.store_key)
    from cequiz.adapters.store.postgres.server_clock import ServerClock

    require_server_library()
    from cequiz.adapters.store.postgres.store import PostgresStore

    theirs = clock if isinstance(clock, ServerClock) else None
    return PostgresStore.open(settings.database_url, key_path=settings.store_key, clock=theirs)


def require_server_library() -> None:
    """Refuse to go on without the library that speaks to a database server.

    Raises:
        EnvironmentFailed: it is not installed, or does not work here.
    """
    try:
        import_module("psycopg")
    except ImportError as error:
        raise EnvironmentFailed(
            tr("The library for PostgreSQL is not installed: {reason}.", reason=error),
            hint=tr('Install it with `pip install "cequiz[postgres]"`, or unset CEQUIZ_DATABASE_URL.'),
        ) from error


def _open(settings: Settings, clock: Clock) -> Ports:
    from cequiz.adapters.board_files import BoardFiles
    from cequiz.adapters.house_files import FolderFiles
    from cequiz.adapters.passphrases import Argon2Passphrases
    from cequiz.adapters.pdf.press import ReportLabPress
    from cequiz.adapters.printer import SystemPrinter
    from cequiz.adapters.proof.notary import KeyNotary
    from cequiz.adapters.rest import FsrsRest
    from cequiz.services.ports import Ports

    with ExitStack() as undone:
        store = _open_store(settings, clock)
        undone.callback(store.close)
        ports = Ports(
            store=store,
            clock=clock,
            ids=SystemIds(),
            passphrases=Argon2Passphrases(),
            press=ReportLabPress(bundled("certificates"), templates=settings.home / "templates", fonts=settings.fonts),
            printer=SystemPrinter(),
            folder=settings.certificates,
            lexicon=bundled_lexicon(),
            rest=FsrsRest(),
            notary=KeyNotary(settings.keys, passphrase=settings.key_passphrase),
            boards=BoardFiles(bundled("certificates") / "boards", own=settings.home / "boards"),
            rules=settings.rules,
            files=FolderFiles(settings.home, backups=settings.backups),
        )
        _load_starter(ports)
        undone.pop_all()
    return ports


def _load_starter(ports: Ports) -> None:
    """Load the bundled course into a store that has no course yet."""
    with ports.store.read() as unit:
        if unit.courses.versions():
            return
    load_files(ports, [bundled("question_banks")], actor="system:starter")


def bundled_lexicon() -> Lexicon:
    """Return the terms that tolerant spelling keeps apart."""
    from cequiz.adapters.bank_files.lexicon import read_lexicon

    return read_lexicon(bundled("question_banks") / "lexicon.yaml")


def load_files(ports: Ports, paths: list[Path], *, actor: str) -> None:
    """Read and load banks and courses; see `services.loading`."""
    from cequiz.adapters.bank_files.load import read_paths
    from cequiz.services.loading import load

    reading = read_paths(paths, lint=False)  # the linter has passed them before they were shipped
    if reading.has_errors:
        first = next(problem for problem in reading.problems if problem.level == "error")
        raise StorageDamaged(
            tr("A bundled file has an error: {problem}.", problem=first), hint=tr("Install cequiz again.")
        )
    load(
        ports,
        banks=[one.bank for one in reading.banks],
        courses=[one.course for one in reading.courses],
        figures=[figure for one in reading.banks for figure in one.figure_files()],
        actor=actor,
    )


def read_files(paths: Sequence[str], profile: Profile | None = None) -> Reading:
    """Return what files and folders of banks and courses hold, and everything that is wrong with it.

    Args:
        paths: as they were typed, and as problems name them.
        profile: a board's stricter rules, or None.

    Raises:
        NotFound: for a path that does not exist.
    """
    from cequiz.adapters.bank_files.load import read_paths

    return read_paths(paths, profile)


def blind_sheet(bank: Bank) -> str:
    """Return the sheet on which somebody answers a bank's items without their keys; see `adapters.bank_files.sheets`.

    Raises:
        NotAllowed: nothing in the bank can be answered on a sheet.
    """
    from cequiz.adapters.bank_files.sheets import sheet_text

    return sheet_text(bank)


def read_blind_sheet(path: Path) -> BlindSheet:
    """Return a sheet as it came back; see `adapters.bank_files.sheets`."""
    from cequiz.adapters.bank_files.sheets import read_sheet

    return read_sheet(path)


def watch_files(paths: Sequence[str]) -> FileWatch:
    """Return what tells when files and folders of banks and courses change; see `adapters.bank_files.watching`.

    Raises:
        NotFound: for a path that does not exist.
    """
    from cequiz.adapters.bank_files.watching import FileWatch

    return FileWatch(paths)


def font_files(settings: Settings) -> list[FontFile]:
    """Return the fonts that certificates are printed with; see `adapters.pdf.added_fonts`."""
    from cequiz.adapters.pdf.added_fonts import font_files as files
    from cequiz.adapters.pdf.fonts import Fonts

    return files(Fonts(bundled("certificates") / "fonts").shipped(), settings.fonts)


def add_font(settings: Settings, source: Path) -> FontFile:
    """Add a font for scripts that the shipped ones lack, and return what it adds; see `adapters.pdf.added_fonts`."""
    from cequiz.adapters.pdf.added_fonts import add_font as add
    from cequiz.adapters.pdf.fonts import Fonts

    return add(source, settings.fonts, shipped=Fonts(bundled("certificates") / "fonts").shipped())


def make_pdf_key(settings: Settings, *, provider: str, passphrase: str, at: datetime) -> str:
    """Make the key that signs PDF files, and return the SHA-256 of its root; see `adapters.proof.pades_key`."""
    from cequiz.adapters.proof.notary import KeyNotary

    notary = KeyNotary(settings.keys, passphrase=passphrase or settings.key_passphrase)
    return notary.make_pdf_key(provider=provider, at=at)


def add_rdf_proof(settings: Settings, credential: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return a credential with a second proof, `eddsa-rdfc-2022`; see `adapters.proof.rdf`."""
    from cequiz.adapters.proof.notary import KeyNotary
    from cequiz.adapters.proof.rdf import add_rdf_proof as add

    return add(KeyNotary(settings.keys, passphrase=settings.key_passphrase).keyring, credential)


def verification_page(trust: Mapping[str, Json]) -> str:
    """Return the provider's verification page; see `adapters.verification_page`."""
    from cequiz.adapters.verification_page import page

    return page(trust)


def report_csv(report: Report) -> str:
    """Return a report as CSV; see `adapters.spreadsheets`."""
    from cequiz.adapters.spreadsheets import report_csv as csv

    return csv(report)


def roster_csv(lines: Sequence[Sequence[str]]) -> str:
    """Return the columns of a roster as CSV; see `adapters.spreadsheets`."""
    from cequiz.adapters.spreadsheets import lines_csv

    return lines_csv(lines)


def roster_xls(lines: Sequence[Sequence[str]]) -> bytes:
    """Return the columns of a CE Broker roster as an Excel workbook; see `adapters.spreadsheets`."""
    from cequiz.adapters.spreadsheets import roster_xls as xls

    return xls(lines)


def read_log_head(document: Mapping[str, Json], keys: Sequence[PublicKey]) -> LogHead:
    """Return a signed head of a certificate log; see `adapters.proof.log_proof`."""
    from cequiz.adapters.proof.log_proof import read_head

    return read_head(document, keys)


def check_log_proof(document: Mapping[str, Json], keys: Sequence[PublicKey]) -> LogProof:
    """Return what a proof from the log shows; see `adapters.proof.log_proof`."""
    from cequiz.adapters.proof.log_proof import check_log_proof as check

    return check(document, keys)


def read_trust(text: str) -> Trust:
    """Return what a trust file says; see `adapters.proof.reading`."""
    from cequiz.adapters.proof.reading import read_trust as read

    return read(text)


def audit_pack_file(target: Path) -> AbstractContextManager[Parcel]:
    """Open a file that an audit pack is put into; see `adapters.audit_pack`."""
    from cequiz.adapters.audit_pack import zip_parcel

    return zip_parcel(target)


def preview(pdf: bytes, columns: int, rows: int) -> list[list[Cell]]:
    """Return a page as half blocks for a terminal; see `adapters.preview`."""
    from cequiz.adapters.preview import preview as render

    return render(pdf, columns=columns, rows=rows)
