"""What is refused at the door for files, and what is left of a photo once it is inside."""

import asyncio
import io
import struct
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pypdf
import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import select

from miaopu.core import files, photos, unzip
from miaopu.core.workbooks import write_rows
from miaopu.main import make_app, open_state
from miaopu.people.models import Account
from miaopu.people.service import first_account
from papers import jpeg, pdf, png
from settled import test_settings

PASSWORD = "a long enough password"
# The test file of the makers of scanners (EICAR), in pieces: whole, it would have this repository quarantined.
EICAR = "".join(("X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE", "!$H+H*")).encode()
PLACE, ORIENTATION, CAMERA = 0x8825, 0x0112, 0x0110
SIDEWAYS = 6
LONG_SIDE = 200


class Clamd:
    """A scanner that speaks INSTREAM as clamd(8) does and knows one virus."""

    def __init__(self) -> None:
        self.scanned: list[bytes] = []

    async def speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
        whole = b""
        while length := struct.unpack("!L", await reader.readexactly(4))[0]:
            whole += await reader.readexactly(length)
        self.scanned.append(whole)
        found = b"stream: Win.Test.EICAR_HDB-1 FOUND" if EICAR in whole else b"stream: OK"
        writer.write(found + b"\0")
        await writer.drain()
        writer.close()


async def opened(url: str, folder: Path, **more: object) -> FastAPI:
    made = make_app(test_settings(url, folder, picture_long_side=LONG_SIDE, picture_pixels=1_000_000, **more))
    await open_state(made, made.state.settings)
    return made


@pytest.fixture
async def app(own_database: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The application, small pictures only."""
    made = await opened(own_database, tmp_path)
    yield made
    await made.state.database.close()


async def somebody(app: FastAPI, client: httpx.AsyncClient) -> dict[str, str]:
    async with app.state.database.session() as session:
        link = await first_account(session, unit_code="region", unit_name="办公室", name="乌云", demo=False)
    form = {"login": "wuyun", "password": PASSWORD}
    token = (await client.post(f"/public/invitations/{link}/accept", json=form)).json()["access_token"]
    return {"authorization": f"Bearer {token}"}


async def code_of(client: httpx.AsyncClient, who: dict[str, str], data: bytes, name: str = "a") -> str:
    answer = await client.post("/files", headers=who, files={"file": (name, data)})
    return "kept" if answer.status_code == 201 else str(answer.json()["code"])


def kept_bytes(app: FastAPI) -> list[bytes]:
    return [p.read_bytes() for p in (app.state.settings.data_dir / "files").rglob("*") if p.is_file()]


def photo(width: int = 60, height: int = 30) -> bytes:
    """A photo taken sideways in a known place by a known camera: its left half is red."""
    picture = Image.new("RGB", (width, height), (0, 0, 255))
    picture.paste((255, 0, 0), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[CAMERA], exif[ORIENTATION] = "CAMERA-OF-BAYAN", SIDEWAYS
    exif.get_ifd(PLACE)[2] = (40.0, 49.0, 30.0)
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif, comment=b"HOME-OF-BAYAN", quality=95)
    return made.getvalue()


async def test_a_photo_is_kept_upright_without_place_or_camera_and_without_what_hides_behind_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    who = await somebody(app, client)
    sent = photo() + b"PK\x03\x04<script>alert(1)</script>"
    assert b"CAMERA-OF-BAYAN" in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(PLACE)
    assert await code_of(client, who, sent, "IMG_1.jpg") == "kept"
    (kept,) = kept_bytes(app)
    for secret in (b"BAYAN", b"<script>", b"Exif", b"PK\x03\x04"):
        assert secret not in kept
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (30, 60), {})
    # Turned by a quarter to the right, the left half is the upper one.
    upper = picture.convert("RGB").getpixel((15, 10))
    assert isinstance(upper, tuple)
    assert upper[0] > 200 > 60 > upper[2]


async def test_a_png_loses_its_texts_and_keeps_its_dots_and_its_glass(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await somebody(app, client)
    picture = Image.new("RGBA", (400, 100), (0, 255, 0, 128))
    made, exif = io.BytesIO(), Image.Exif()
    exif[CAMERA] = "CAMERA-OF-BAYAN"
    picture.save(made, "PNG", exif=exif)
    sent = made.getvalue()
    assert b"BAYAN" in sent
    assert await code_of(client, who, sent) == "kept"
    (kept,) = kept_bytes(app)
    assert b"BAYAN" not in kept
    found = Image.open(io.BytesIO(kept))
    assert (found.mode, found.size, found.getpixel((5, 5))) == ("RGBA", (LONG_SIDE, 50), (0, 255, 0, 128))


async def test_a_picture_that_would_fill_the_memory_is_refused_before_a_dot_is_decoded(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await somebody(app, client)
    made = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    bomb = made.getvalue()
    assert len(bomb) < 100_000
    decoded: list[object] = []
    really = photos._plain
    monkeypatch.setattr(photos, "_plain", lambda opened: decoded.append(opened) or really(opened))
    assert await code_of(client, who, bomb) == "picture_too_large"
    assert decoded == []
    assert await code_of(client, who, png(900)) == "kept"
    assert len(decoded) == 1
    # A bomb that lies about its size is cut off where its dots end.
    assert await code_of(client, who, png(900)[:-40]) == "file_broken"
    assert await code_of(client, who, b"\xff\xd8\xff\xe0 not a photo") == "file_broken"


SCRIPT = "<</S/JavaScript/JS(app.alert\\(1\\))>>"
LINK = "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://example.org)>>>>"


def packed(body: str) -> bytes:
    """A page whose object `body` stands in a compressed stream, where no search of the bytes finds it."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(objects=(body,), catalog="/X 6 0 R")))
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt("secret", algorithm="AES-256")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def attached() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.add_attachment("a.exe", b"MZ")
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def also_an_archive() -> bytes:
    made = io.BytesIO(pdf())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("a.exe", b"MZ")
    return made.getvalue()


PDFS = (
    (pdf("plain"), "kept"),
    (pdf(catalog="/OpenAction[3 0 R/Fit]"), "kept"),
    (pdf(catalog="/OpenAction 6 0 R", objects=("<</S/GoTo/D[3 0 R/Fit]>>",)), "kept"),
    (pdf(objects=(LINK,)), "kept"),
    (pdf(catalog=f"/OpenAction{SCRIPT}"), "file_active"),
    (pdf(catalog="/OpenAction 6 0 R", objects=("<</S/URI/URI(https://example.org)>>",)), "file_active"),
    (pdf(objects=(SCRIPT,)), "file_active"),
    (pdf(objects=("<</S/#4aavaScript/J#53(1)>>",)), "file_active"),
    (packed("<</S/Launch/F(calc.exe)>>"), "file_active"),
    (packed("<</Names<</X[<</JS(1)>>]>>>>"), "file_active"),
    (pdf(objects=("<</AA<</O 3 0 R>>>>",)), "file_active"),
    (attached(), "file_active"),
    (also_an_archive(), "file_active"),
    (locked(), "pdf_locked"),
    (b"%PDF-1.7\n" + b"x" * 100, "file_broken"),
    (b"%PDF-1.7\n<html><script>alert(1)</script></html>", "file_broken"),
)


async def test_a_pdf_is_taken_only_if_it_does_nothing_but_show(app: FastAPI, client: httpx.AsyncClient) -> None:
    who = await somebody(app, client)
    assert [await code_of(client, who, data, "a.pdf") for data, _ in PDFS] == [code for _, code in PDFS]
    assert sorted(kept_bytes(app)) == sorted(data for data, code in PDFS if code == "kept")


def workbook(**more: bytes) -> bytes:
    """A real workbook with further parts (`__` stands for `/`, `_dot_` for `.`)."""
    made = io.BytesIO(write_rows(["姓名"], [["乌云"]]))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in more.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return made.getvalue()


def small_archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a", b"b")
    return made.getvalue()


WORKBOOKS = (
    (workbook(xl__media__a_dot_png=png()), "kept"),
    (workbook(xl__worksheets__sheet9_dot_xml=b" " * (unzip.RATIO_FROM * 2)), "workbook_too_large"),
    (workbook(**{f"xl__media__{n}": b"" for n in range(unzip.MAX_ENTRIES)}), "workbook_too_large"),
    (workbook(xl__media__inner=small_archive()), "file_active"),
    (workbook(xl__vbaProject_dot_bin=b"macros"), "file_active"),
    (workbook(xl__externalLinks__externalLink1_dot_xml=b"<a/>"), "file_active"),
    (workbook() + b"<script>alert(1)</script>", "workbook_unreadable"),
)


async def test_a_workbook_that_unpacks_to_too_much_or_runs_something_is_refused(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    who = await somebody(app, client)
    assert [await code_of(client, who, data, "a.xlsx") for data, _ in WORKBOOKS] == [code for _, code in WORKBOOKS]
    assert kept_bytes(app) == [data for data, code in WORKBOOKS if code == "kept"]


@pytest.mark.parametrize("kind", ["tcp", "unix"])
async def test_the_scanner_sees_every_upload_and_what_it_cannot_clear_is_not_taken(
    own_database: str, tmp_path: Path, kind: str
) -> None:
    clamd, socket = Clamd(), tmp_path / "clamd.ctl"
    if kind == "tcp":
        server = await asyncio.start_server(clamd.speak, "127.0.0.1", 0)
        address = f"tcp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    else:
        server = await asyncio.start_unix_server(clamd.speak, socket)
        address = f"unix:{socket}"
    app = await opened(own_database, tmp_path, clamav=address)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver/api/v1") as client:
        who = await somebody(app, client)
        large = b"a,b\n" * 50_000
        assert await code_of(client, who, large, "a.csv") == "kept"
        assert await code_of(client, who, jpeg(), "a.jpg") == "kept"
        # It sees what was sent, not what was made of it.
        assert clamd.scanned == [large, jpeg()]
        assert await code_of(client, who, b"a,b\n" + EICAR, "a.csv") == "file_infected"
        assert len(kept_bytes(app)) == 2
        server.close()
        await server.wait_closed()
        socket.unlink(missing_ok=True)
        away = await client.post("/files", headers=who, files={"file": ("b.csv", b"a,b\n")})
        assert (away.status_code, away.json()["code"]) == (503, "scanner_away")
        assert int(away.headers["retry-after"]) > 0
        assert len(kept_bytes(app)) == 2
    await app.state.database.close()


async def test_what_is_served_can_neither_run_nor_be_guessed_nor_stay_behind(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await somebody(app, client)
    async with app.state.database.session() as session:
        owner = (await session.scalars(select(Account.id))).one()
        kept = await files.keep(
            session, app.state.files, b"<svg onload='alert(1)'/>", name="a.svg", content_type=files.SVG, owner=owner
        )
        answer = await files.serve(app.state.files, kept)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].endswith("; sandbox")
    assert "script" not in answer.headers["content-security-policy"]
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == (
        "nosniff",
        "private, no-store",
    )
