"""What was written before the accounts had sections, papers and sheets is still there after the change (P27)."""

import asyncio
import json
from typing import Any

import asyncpg
from alembic import command

from miaopu import migrate
from postgres import fresh_database

BEFORE = """
SET session_replication_role = replica;
INSERT INTO files (id, sha256, size, content_type, name, uploaded_by, created_at)
VALUES (gen_random_uuid(), 'x', 1, 'application/pdf', 'x.pdf', gen_random_uuid(), now());
INSERT INTO summaries (id, version, cycle_id, unit_id, state, state_since, text, file_id)
SELECT gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 'accepted', now(), '全年总结', id FROM files;
INSERT INTO appraisals (id, version, cycle_id, city_id, score, comment, at)
VALUES (gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 91.5, '好', now());
"""


def test_p27_summaries_and_appraisals_of_before_keep_text_file_and_mark() -> None:
    url = fresh_database()
    command.downgrade(migrate.config(url), "0039_appraisals-1")
    asyncio.run(_run(url, BEFORE))
    migrate.upgrade(url)
    (summary,) = asyncio.run(_rows(url, "SELECT sections, numbers FROM summaries"))
    assert (json.loads(summary["sections"]), summary["numbers"]) == ({"work": "全年总结"}, None)
    (paper,) = asyncio.run(_rows(url, "SELECT kind, file_id = (SELECT id FROM files) AS same FROM summary_papers"))
    assert (paper["kind"], paper["same"]) == ("other", True)
    (sheet,) = asyncio.run(_rows(url, "SELECT total, grade, state FROM appraisals"))
    assert (float(sheet["total"]), sheet["grade"], sheet["state"]) == (91.5, "excellent", "decided")
    command.downgrade(migrate.config(url), "0039_appraisals-1")
    (summary,) = asyncio.run(_rows(url, "SELECT text, file_id IS NOT NULL AS filed FROM summaries"))
    assert (summary["text"], summary["filed"]) == ("全年总结", True)
    (sheet,) = asyncio.run(_rows(url, "SELECT score FROM appraisals"))
    assert float(sheet["score"]) == 91.5


async def _run(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statements)
    await connection.close()


async def _rows(url: str, statement: str) -> list[Any]:
    connection = await asyncpg.connect(url)
    found = await connection.fetch(statement)
    await connection.close()
    return list(found)
