"""A student's file: every part for whom it is, on the page, on paper and in the archive, and nothing of others."""

import asyncio
import io
import re
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pypdf
import pytest

from miaopu.core.read import Reader
from miaopu.people.roles import Role
from papers import png
from trained import JPEG, Training


async def file_of(training: Training, who: Any, status: int = 200) -> Any:
    return await training.call("GET", f"/student-files/{training.enrolment.id}", who, status=status)


async def paper_of(training: Training, who: Any) -> pypdf.PdfReader:
    path = f"/student-files/{training.enrolment.id}/file.pdf"
    return pypdf.PdfReader(io.BytesIO(await training.call("GET", path, who)))


async def test_each_reader_finds_in_the_file_what_they_find_elsewhere_and_strangers_find_nothing(
    training: Training,
) -> None:
    await training.hand_in(learned="只有本人和老师知道")
    office, _ = await training.at.person(Role.CITY_OFFICE, "hohhot")
    other_city, _ = await training.at.person(Role.CITY_OFFICE, "baotou")
    parts = {
        name: [part["code"] for part in (await file_of(training, who))["parts"]]
        for name, who in (("student", training.student), ("mentor", training.mentor), ("city", office))
    }
    assert parts["city"] == ["registration", "pairing", "counters", "sessions", "logs", "trail"]
    # A mentor does not see the registration, here no more than in its list.
    assert "registration" not in parts["mentor"]
    assert {"pairing", "sessions", "logs"} <= set(parts["mentor"])
    assert "registration" in parts["student"]
    for who in (training.stranger, training.strange_mentor, training.strange_teacher, other_city):
        assert (await file_of(training, who, 404))["code"] == "not_found"
        for path, method in (("file.pdf", "GET"), ("archive", "POST")):
            answer = await training.at.client.request(
                method, f"/student-files/{training.enrolment.id}/{path}", headers=who
            )
            assert answer.status_code in (403, 404)


async def test_the_pdf_has_contents_with_the_right_pages_photos_and_no_torn_picture(training: Training) -> None:
    good, torn = await training.upload(training.student, png()), await training.upload(training.student, JPEG)
    # What was whole when it came can have suffered since.
    (training.at.app.state.settings.data_dir / "files" / torn[-2:] / torn.replace("-", "")).write_bytes(JPEG[:60])
    await training.hand_in(photos=[good, torn], did="量了三次水温，第二次加盖😀")
    made = await paper_of(training, training.mentor)
    contents = made.pages[1].extract_text()
    found = dict(re.findall(r"^\d+ ([\u4e00-\u9fff]+) [. ]+ (\d+)$", contents, re.MULTILINE))
    assert {"成长日志", "培养活动"} <= set(found)
    for title, page in found.items():
        assert title in made.pages[int(page) - 1].extract_text()
    whole = "".join(page.extract_text() for page in made.pages)
    # What a phone's keyboard offers and no font of the documents has costs nobody the file.
    assert "量了三次水温，第二次加盖〔U+1F600〕" in whole
    assert "另有 1 张照片见档案压缩包" in re.sub(r"\s+", " ", whole)
    assert sum(len(page.images) for page in made.pages) == 1
    assert not re.search(r"(enrolment|registration|growth_log)\.\w+", whole)


async def test_the_archive_holds_the_originals_and_its_hashes_are_checked_by_a_common_tool(
    training: Training, tmp_path: Path
) -> None:
    photo = png(16)
    await training.hand_in(photos=[await training.upload(training.student, photo)])
    path = f"/student-files/{training.enrolment.id}/archive"
    data = await training.call("POST", path, training.guardian)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path)
    assert any(name.endswith("photo.png") for name in names)
    assert photo in [(tmp_path / name).read_bytes() for name in names]
    assert sum(name.endswith(".pdf") for name in names) == 1
    run = ("sha256sum", "-c", "--strict", "SHA256SUMS")
    checked = await asyncio.to_thread(subprocess.run, run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.count(": OK") == len(names) - 1
    trail = await training.call("GET", f"/enrolments/{training.enrolment.id}/trail", training.guardian)
    assert trail["items"][-1]["action"] == "enrolment.archive"
    await training.call("POST", path, training.mentor, status=403)


async def test_the_statements_of_a_file_do_not_grow_with_the_year(
    training: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    for name in ("text", "rows"):
        really = getattr(Reader, name)

        async def count(self: Reader, sql: Any, _really: Any = really, **values: Any) -> Any:
            counted.append(sql.text)
            return await _really(self, sql, **values)

        monkeypatch.setattr(Reader, name, count)
    await training.hand_in()
    await file_of(training, training.student)
    once = len(counted)
    for n in range(6):
        session = await training.hold(title=f"组会 {n}")
        await training.hand_in(session_id=session)
    counted.clear()
    found = await file_of(training, training.student)
    assert len(next(p for p in found["parts"] if p["code"] == "logs")["entries"]) == 7
    assert len(counted) == once
