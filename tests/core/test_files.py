"""Files: typed by content, capped, one's own, claimed once, sent out safely."""

import asyncio
import hashlib
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text

from miaopu.core import files
from miaopu.core.files import StoredFile
from miaopu.core.problem import Problem
from miaopu.core.workbooks import write_rows
from miaopu.main import make_app, open_state
from miaopu.people import files_router
from miaopu.people.service import first_account
from papers import jpeg, pdf, png
from settled import test_settings

PASSWORD = "a long enough password"
PNG = png()
XLS = (Path(__file__).parents[1] / "imports" / "files" / "marks.xls").read_bytes()
PDF = pdf()
LIMIT = 300_000


@pytest.fixture
async def app(own_database: str, tmp_path: Path) -> AsyncIterator[FastAPI]:
    """The application with the path for files and its table."""
    made = make_app(test_settings(own_database, tmp_path, upload_limit=LIMIT))
    if not any(getattr(route, "path", "") == "/api/v1/files" for route in made.routes):
        made.include_router(files_router.router, prefix="/api/v1")
    await open_state(made, made.state.settings)
    made.state.files = files.make_store(made.state.settings)
    async with made.state.database.engine.begin() as connection:
        await connection.run_sync(StoredFile.__table__.create, checkfirst=True)  # type: ignore[attr-defined]
    yield made
    await made.state.database.close()


@pytest.fixture
async def headers(app: FastAPI, client: httpx.AsyncClient) -> dict[str, str]:
    """Somebody, signed in."""
    async with app.state.database.session() as session:
        link = await first_account(session, unit_code="region", unit_name="办公室", name="乌云", demo=False)
    form = {"login": "wuyun", "password": PASSWORD}
    token = (await client.post(f"/public/invitations/{link}/accept", json=form)).json()["access_token"]
    return {"authorization": f"Bearer {token}"}


async def send(client: httpx.AsyncClient, headers: dict[str, str], data: bytes, name: str = "a.bin") -> httpx.Response:
    return await client.post("/files", headers=headers, files={"file": (name, data, "text/html")})


@pytest.mark.parametrize(
    ("name", "data", "content_type", "true_name"),
    [
        ("成绩单.pdf", PDF, files.PDF, "成绩单.pdf"),
        ("photo.exe", PNG, files.PNG, "photo.png"),
        ("photo", jpeg(), files.JPEG, "photo.jpg"),
        ("photo.JPEG", jpeg(), files.JPEG, "photo.JPEG"),
        ("名单.bin", write_rows(["姓名"], [["乌云"]]), files.XLSX, "名单.xlsx"),
        ("名单", XLS, files.XLS, "名单.xls"),
        ("名单.csv", "姓名,学校\n乌云,二中".encode("gb18030"), files.CSV_GB18030, "名单.csv"),
        ("list.CSV", "姓名,学校\n乌云,二中".encode("utf-8-sig"), files.CSV, "list.CSV"),
        ("成绩单.2024", PDF, files.PDF, "成绩单.2024.pdf"),
        ("report.html.js", PDF, files.PDF, "report.html.pdf"),
    ],
)
async def test_the_content_decides_the_type_and_the_ending(
    app: FastAPI,
    client: httpx.AsyncClient,
    headers: dict[str, str],
    name: str,
    data: bytes,
    content_type: str,
    true_name: str,
) -> None:
    answer = await send(client, headers, data, name)
    assert answer.status_code == 201, answer.text
    kept = answer.json()
    assert kept["content_type"] == content_type
    assert kept["name"] == true_name
    async with app.state.database.session() as session:
        file = await session.get(StoredFile, uuid.UUID(kept["id"]))
        assert file is not None
        stored = await files.read(app.state.files, file)
    assert (kept["size"], kept["sha256"]) == (len(stored), hashlib.sha256(stored).hexdigest())
    served = await files.serve(app.state.files, file)
    # A table in another encoding is not called UTF-8.
    assert served.headers["content-type"] == content_type + ("; charset=utf-8" if content_type == files.CSV else "")
    # A photo is written anew; what is not a picture is kept byte by byte.
    assert content_type == files.JPEG or stored == data


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.pdf", b"<html><script>alert(1)</script></html>"),
        ("a.xlsx", b"PK\x03\x04 not an archive"),
        ("a.xls", XLS[:8] + "WordDocument".encode("utf-16-le") + b"\0" * 600),
        ("a.csv", b"a,b\x00\x01\n"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.exe", b"MZ\x90\x00"),
    ],
)
async def test_other_content_is_refused_whatever_its_name(
    client: httpx.AsyncClient, headers: dict[str, str], name: str, data: bytes
) -> None:
    answer = await send(client, headers, data, name)
    assert (answer.status_code, answer.json()["code"]) == (422, "file_type_unknown")


async def test_size_is_capped_and_nothing_is_kept(
    app: FastAPI, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    fits = PDF + b" " * (LIMIT - len(PDF))
    assert (await send(client, headers, fits)).status_code == 201
    refused = await send(client, headers, fits + b"x")
    assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
    assert (await send(client, headers, b"")).json()["code"] == "file_empty"
    async with app.state.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(StoredFile)) == 1
    folder = app.state.settings.data_dir / "files"
    assert len([p for p in folder.rglob("*") if p.is_file()]) == 1


async def test_without_a_token_nothing_is_taken(client: httpx.AsyncClient) -> None:
    assert (await send(client, {}, PDF)).status_code == 401


async def test_a_file_is_claimed_once_and_only_by_its_owner(
    app: FastAPI, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    file_id = uuid.UUID((await send(client, headers, PDF)).json()["id"])
    me = uuid.UUID((await client.get("/me", headers=headers)).json()["account"]["id"])
    things = [uuid.uuid4() for _ in range(8)]

    async def try_claim(account: uuid.UUID, thing: uuid.UUID) -> int:
        async with app.state.database.session() as session:
            try:
                await files.claim(session, file_id, account, "registration", thing)
            except Problem as refused:
                return refused.status
            await session.commit()
            return 200

    assert await try_claim(uuid.uuid4(), things[0]) == 404
    assert sorted(await asyncio.gather(*(try_claim(me, t) for t in things))) == [200] + [404] * 7


async def test_what_goes_out_is_named_safely_and_never_guessed(app: FastAPI, headers: dict[str, str]) -> None:
    async with app.state.database.session() as session:
        owner = (await session.execute(text("SELECT id FROM accounts"))).scalar_one()
        kept = await files.keep(
            session,
            app.state.files,
            b"a,b\n",
            name='../x\r\n";成绩\u202e.csv',
            content_type=files.CSV,
            owner=owner,
        )
        answer = await files.serve(app.state.files, kept)
    assert kept.name == 'x";成绩.csv'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"file.csv\"; filename*=UTF-8''x%22%3B%E6%88%90%E7%BB%A9.csv"
    )
    assert b"".join([bytes(piece) async for piece in answer.body_iterator]) == b"a,b\n"  # type: ignore[arg-type]
    (app.state.settings.data_dir / "files" / kept.id.hex[-2:] / kept.id.hex).unlink()
    with pytest.raises(Problem) as lost:
        await files.serve(app.state.files, kept)
    assert lost.value.status == 404


def test_a_long_name_keeps_its_ending() -> None:
    assert files.safe_name("长" * 300 + ".pdf").endswith("长.pdf")
    assert len(files.safe_name("长" * 300 + ".pdf")) == files.NAME
    assert files.safe_name("C:\\fakepath\\a.pdf") == "a.pdf"
    assert files.safe_name("..") == "file"
