"""The text of the consent that is in force in a year: the newest revision, else the plan's. Its only home."""

import uuid
from typing import Any

from sqlalchemy import String, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu.programme.models import Cycle
from miaopu.programme.plan_public import ConsentText
from miaopu.registrations.words_models import ConsentRevision as Revision


def text_in_force() -> Any:
    """`{version, zh, en, changes?}` of a statement's cycle, as JSON."""
    newest = (
        select(
            func.jsonb_build_object(
                "version", Revision.text_version, "zh", Revision.zh, "en", Revision.en,
                "changes", func.jsonb_build_object("zh", Revision.changes_zh, "en", Revision.changes_en),
            )
        )
        .where(Revision.cycle_id == Cycle.id)
        .order_by(Revision.released_at.desc(), Revision.id.desc())
        .limit(1)
        .correlate(Cycle)
        .scalar_subquery()
    )  # fmt: skip
    return type_coerce(func.coalesce(newest, Cycle.plan["consents"]["participation"]), JSONB)


TEXT = text_in_force()


def said(key: str) -> Any:
    """One of its texts."""
    return func.jsonb_extract_path_text(TEXT, key, type_=String)


VERSION = said("version")
CHANGES = func.jsonb_extract_path(TEXT, "changes", type_=JSONB)


def digest_sql() -> Any:
    """The digest of that text, as `words.digest_of` computes it."""
    joined = VERSION + literal("\n") + said("zh") + literal("\n") + said("en")
    return func.encode(func.sha256(func.convert_to(joined, "UTF8")), "hex", type_=String)


async def in_force(session: AsyncSession, cycle_id: uuid.UUID) -> ConsentText:
    """The text of a cycle that exists."""
    found: dict[str, str] = (await session.scalars(select(TEXT).where(Cycle.id == cycle_id))).one()
    return ConsentText(version=found["version"], zh=found["zh"], en=found["en"])
