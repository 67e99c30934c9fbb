"""Certificates fetched over SSH: a student's own, as they were issued, and nothing else of the host."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest
from asyncssh.constants import FXF_APPEND, FXF_CREAT, FXF_READ, FXF_TRUNC, FXF_WRITE

from cequiz.domain.people.student import Student
from cequiz.frontends.serve.sftp import CertificateFolder
from tests.frontends.serve.ssh_stage import Served, serving
from tests.services.earned import earn, issue, set_school

NUMBER = "CQ-2026-000001"
FILE = f"certificates/{NUMBER}.pdf"


@asynccontextmanager
async def folder(tmp_path: Path) -> AsyncIterator[tuple[Served, Student, asyncssh.SFTPClient]]:
    """Serve a student who has earned a certificate, and open their folder."""
    async with serving(tmp_path) as served:
        student = served.stage.student()
        set_school(served.stage.ports)
        earn(served.stage.ports, student.id)
        issue(served.stage.ports, student.id)
        async with served.client(student.id) as connection, connection.start_sftp_client() as sftp:
            yield served, student, sftp


async def test_a_certificate_is_fetched_with_the_bytes_that_were_issued(tmp_path: Path) -> None:
    async with folder(tmp_path) as (served, _, sftp):
        assert await sftp.listdir(".") == [".", "..", "certificates"]
        assert await sftp.listdir("certificates") == [".", "..", f"{NUMBER}.pdf"]
        await sftp.get(FILE, tmp_path / "got.pdf")
        with served.stage.store.read() as unit:
            record = unit.certificates.get(NUMBER)
        assert record is not None
        assert (tmp_path / "got.pdf").read_bytes() == record.pdf
        found = await sftp.stat(f"/{FILE}")
        assert found.size == len(record.pdf)
        assert found.mtime == int(record.issued_at.timestamp())


async def test_a_program_that_has_fetched_all_is_told_that_it_went_well(tmp_path: Path) -> None:
    async with folder(tmp_path) as (served, student, _), served.client(student.id) as connection:
        process = await connection.create_process(subsystem="sftp", encoding=None)
        process.stdin.write(b"\x00\x00\x00\x05\x01\x00\x00\x00\x03")  # the first word of the protocol
        process.stdin.write_eof()
        await process.wait_closed()
        assert process.exit_status == 0


async def test_scp_fetches_it_too_the_old_way(tmp_path: Path) -> None:
    async with folder(tmp_path) as (served, student, _):
        async with served.client(student.id) as connection:
            await asyncssh.scp((connection, "certificates/*.pdf"), tmp_path / "got.pdf")
            with served.stage.store.read() as unit:
                record = unit.certificates.get(NUMBER)
            assert record is not None
            assert (tmp_path / "got.pdf").read_bytes() == record.pdf
            with pytest.raises(asyncssh.SFTPError):
                await asyncssh.scp((connection, "/etc/passwd"), tmp_path / "no")
            with pytest.raises(asyncssh.SFTPError):
                await asyncssh.scp(tmp_path / "got.pdf", (connection, "certificates/mine.pdf"))
        assert not (tmp_path / "no").exists()


async def test_another_students_certificate_is_not_there(tmp_path: Path) -> None:
    async with folder(tmp_path) as (served, _, _sftp):
        other = served.stage.student("Other Student", email="other@example.org")
        async with served.client(other.email) as connection, connection.start_sftp_client() as sftp:
            assert await sftp.listdir("certificates") == [".", ".."]
            with pytest.raises(asyncssh.SFTPNoSuchFile):
                await sftp.stat(FILE)


async def test_a_certificate_issued_meanwhile_shows_without_connecting_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.sftp._FRESH", -1.0)
    async with serving(tmp_path) as served:
        student = served.stage.student()
        async with served.client(student.id) as connection, connection.start_sftp_client() as sftp:
            assert await sftp.listdir("certificates") == [".", ".."]
            set_school(served.stage.ports)
            earn(served.stage.ports, student.id)
            issue(served.stage.ports, student.id)
            assert await sftp.exists(FILE)


async def test_a_guest_has_no_folder(tmp_path: Path) -> None:
    async with serving(tmp_path) as served, served.client("exam", None) as connection:
        with pytest.raises((asyncssh.ChannelOpenError, asyncssh.SFTPError, OSError)):
            await connection.start_sftp_client()
        done = await connection.run(f"scp -f {FILE}")
        assert done.exit_status == 2


@pytest.mark.parametrize(
    "path",
    [
        b"../etc/passwd",
        b"/etc/passwd",
        b"certificates/../../etc/passwd",
        b"certificates/../cequiz.db",
        b"//etc/passwd",
        b"certificates/" + NUMBER.encode() + b".pdf/..\x00/x",
        b"certificates/\x00",
        b"certificates/\xff\xfe.pdf",
        b"certificates\\" + NUMBER.encode() + b".pdf",
        b"~/cequiz.db",
        b"certificates/" + b"../" * 500 + b"etc/passwd",
        b"a" * 20_000,
    ],
)
async def test_no_path_leads_out(tmp_path: Path, path: bytes) -> None:
    async with folder(tmp_path) as (_, _, sftp):
        with pytest.raises(asyncssh.SFTPError):
            await sftp.stat(path)
        with pytest.raises(asyncssh.SFTPError):
            await sftp.open(path, "rb")
        with pytest.raises(asyncssh.SFTPError):
            await sftp.listdir(path)


async def test_paths_are_made_plain_and_stay_inside(tmp_path: Path) -> None:
    async with folder(tmp_path) as (_, _, sftp):
        assert await sftp.realpath(".") == "/"
        assert await sftp.realpath("../..//./certificates/x/..") == "/certificates"
        assert await sftp.realpath("/../../../etc") == "/etc", "a name only: nothing is there"
        assert not await sftp.exists("/etc")


async def test_nothing_can_be_changed(tmp_path: Path) -> None:
    async with folder(tmp_path) as (_, _, sftp):
        for flags in (FXF_WRITE, FXF_READ | FXF_WRITE, FXF_WRITE | FXF_CREAT | FXF_TRUNC, FXF_READ | FXF_APPEND):
            with pytest.raises(asyncssh.SFTPPermissionDenied):
                await sftp.open(FILE, flags)
        async with sftp.open(FILE, "rb") as opened:
            with pytest.raises(asyncssh.SFTPError):
                await opened.write(b"x", 0)
            with pytest.raises(asyncssh.SFTPError):
                await opened.setstat(asyncssh.SFTPAttrs(permissions=0o777))
            with pytest.raises(asyncssh.SFTPError):
                await opened.statvfs()
        deeds = (
            sftp.remove(FILE),
            sftp.rename(FILE, "certificates/other.pdf"),
            sftp.posix_rename(FILE, "certificates/other.pdf"),
            sftp.mkdir("new"),
            sftp.rmdir("certificates"),
            sftp.symlink("/etc/passwd", "certificates/link"),
            sftp.link(FILE, "certificates/link"),
            sftp.readlink(FILE),
            sftp.chmod(FILE, 0o777),
            sftp.utime(FILE, (0, 0)),
            sftp.truncate(FILE, 0),
            sftp.statvfs("."),
        )
        for deed in deeds:
            with pytest.raises(asyncssh.SFTPError):
                await deed
        assert await sftp.listdir("certificates") == [".", "..", f"{NUMBER}.pdf"]


def test_whatever_the_library_would_do_with_the_disk_is_overridden() -> None:
    harmless = {"channel", "connection", "convert_attrs", "env", "format_longname", "logger"}
    for name, member in inspect.getmembers(asyncssh.SFTPServer):
        if not name.startswith("_") and name not in harmless:
            assert vars(CertificateFolder).get(name) is not None, f"{name} is the library's own"
            assert vars(CertificateFolder)[name] is not member


async def test_one_connection_opens_so_many_files_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cequiz.frontends.serve.sftp._MOST_OPENED", 3)
    async with folder(tmp_path) as (_, _, sftp):
        for _ in range(3):
            await sftp.open(FILE, "rb")
        with pytest.raises(asyncssh.SFTPFailure):
            await sftp.open(FILE, "rb")
