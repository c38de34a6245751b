"""After everything about a year is erased nothing that was written about a student is left but what is said to stay."""

import json
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import ARRAY, Column, String, Table, exists, func, select, text
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from miaopu import tables
from miaopu.core import audit
from miaopu.core.audit import Act, AuditEntry, broken_links
from miaopu.core.db import Base
from miaopu.core.secrets import Vault
from miaopu.evaluations.certificates_models import Certificate
from miaopu.growth.models import GrowthLog
from miaopu.pairings.models import Enrolment
from miaopu.personal.about import RESULTS
from miaopu.personal.kept import KEPT
from miaopu.personal.models import ERASED_KINDS
from miaopu.personal.retention import blank
from miaopu.personal.service import PLANNED
from miaopu.programme.plan_personal import RetentionKind
from miaopu.registrations.models import Consent, Registration
from miaopu.trail.tree import LEAF
from years import Year

PLANTED = "阿古拉的秘密"
# Codes, numbers and keys are shorter than what people write into.
WRITTEN = 100
# What is said to stay: with results, accounts, one's own word, or as a technical log.
STAYING = {
    name
    for one in KEPT
    for name in (*one.columns, *one.also)
    if one.until not in PLANNED and not name.startswith("audit_entries.")
}
# Things of which words stay in the trail: results, and what their people keep up after the year.
KEEPING = {*RESULTS, "cutoff_lot", "certificate", "alumni_guest", "alumnus"}


def test_every_column_that_is_said_to_hold_words_about_people_is_one() -> None:
    columns = {f"{t.name}.{c.name}" for t in tables.metadata.tables.values() for c in t.columns}
    assert {name for one in KEPT for name in one.also} <= columns
    told = [name for one in KEPT for name in (*one.columns, *one.also)]
    assert len(told) == len(set(told))


async def test_nothing_written_about_a_student_is_left_and_every_check_of_the_trail_is_green(year: Year) -> None:
    vault: Vault = year.app.state.vault
    async with year.app.state.database.session() as session:
        student, real = await _student(session, vault)
        own = _own(student)
        planted = await _plant(session, own)
        assert len(planted) > 40
        assert {"growth_logs.review", "feedback.answers", "registrations.motivation", "certificates.name"} <= planted
        acts = await _said(session, own)
        assert {("registration", ""), ("growth_log", ""), ("registration", "consent"), ("enrolment", "")} <= acts
        before = await _leaves(session)
        for kind in ERASED_KINDS:
            await blank(session, cast(RetentionKind, kind), student.cycle_id, vault)
        await audit.seal(session)

        left = await _found(session, [PLANTED, *real])
        assert set(left) - STAYING == {"audit_entries.reason", "audit_entries.changes"}
        assert left.pop("audit_entries.reason") == {PLANTED}
        # Certificates say whose they are, in the trail as on paper.
        assert left.pop("audit_entries.changes") == {PLANTED, student.name}
        # The number and the phone are nowhere, in no column at all.
        assert not {word for words in left.values() for word in words if word.isdigit()}
        still = select(AuditEntry.thing_type, AuditEntry.part_type).where(AuditEntry.reason == PLANTED).distinct()
        assert {part or thing for thing, part in await session.execute(still)} <= KEEPING
        gone = select(func.count()).where(AuditEntry.changes.has_key("erased"), AuditEntry.salt.is_(None))
        assert (await session.scalar(gone) or 0) > len(acts)
        # Somebody else's words, about nobody of the year's students, are where they were.
        others = select(func.count()).where(AuditEntry.thing_type == "nomination", AuditEntry.salt.is_not(None))
        assert (await session.scalar(others) or 0) > 0
        # The chain holds, and what every published head was made of is the same.
        assert await broken_links(session) == []
        assert (await _leaves(session))[: len(before)] == before
        await session.rollback()


async def _leaves(session: AsyncSession) -> list[bytes]:
    return list((await session.execute(text(f"SELECT {LEAF} FROM audit_entries ORDER BY id"))).scalars())


async def _student(session: AsyncSession, vault: Vault) -> tuple[Registration, set[str]]:
    """One who went through the whole year, with the name, the number, the guardian's name and phone."""
    logs = exists().where(GrowthLog.enrolment_id == Enrolment.id, GrowthLog.state == "accepted")
    student, consent = (
        await session.execute(
            select(Registration, Consent)
            .join(Enrolment, Enrolment.registration_id == Registration.id)
            .join(Certificate, Certificate.enrolment_id == Enrolment.id)
            .join(Consent, Consent.registration_id == Registration.id)
            .where(logs, Consent.given_at.is_not(None))
            .order_by(Certificate.number)
        )
    ).first() or (None, None)
    assert student is not None
    assert student.identity_sealed is not None
    number, phone = vault.open(student.identity_sealed), vault.open(consent.phone_sealed)
    assert len(number) == 18
    assert len(phone) == 11
    return student, {student.name, number, consent.guardian_name, phone}


def _own(student: Registration) -> dict[str, str]:
    """SQL for which rows of each table are the student's: those that name the registration, or name one that does."""
    own = {"registrations": f"id = '{student.id}'"}
    every = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    before = 0
    while len(own) > before:
        before = len(own)
        for table in every:
            for key in table.foreign_keys:
                parent = key.column.table.name
                if table.name not in own and parent in own:
                    ids = f"SELECT {key.column.name} FROM {parent} WHERE {own[parent]}"
                    own[table.name] = f"{key.parent.name} IN ({ids})"
    return own


def _words(table: Table) -> Iterable[Column[Any]]:
    for column in table.columns:
        long = isinstance(column.type, String) and (column.type.length or WRITTEN) >= WRITTEN
        if (long or isinstance(column.type, JSONB)) and not column.foreign_keys:
            yield column


async def _plant(session: AsyncSession, own: dict[str, str]) -> set[str]:
    """The words into every column of the student's rows that people write into; which ones."""
    planted = set()
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    for name, where in own.items():
        for column in _words(Base.metadata.tables[name]):
            json_ = isinstance(column.type, JSONB)
            given = "CAST(:words AS jsonb)" if json_ else ":words"
            change = text(f'UPDATE "{name}" SET "{column.name}" = {given} WHERE {where} RETURNING 1')
            nested = await session.begin_nested()
            try:
                rows = list(await session.execute(change, {"words": json.dumps([PLANTED]) if json_ else PLANTED}))
            except IntegrityError:
                # Free only beside another state: a certificate that was not revoked has no reason for it.
                await nested.rollback()
                continue
            await nested.commit()
            if rows:
                planted.add(f"{name}.{column.name}")
    await session.execute(text("SET LOCAL session_replication_role = origin"))
    return planted


async def _said(session: AsyncSession, own: dict[str, str]) -> set[tuple[str, str]]:
    """An entry with the words as its reason about every thing and part of the student; which kinds there are."""
    pending, acts = session.sync_session.info.setdefault("entries", []), set()
    for name, where in own.items():
        model = next(m.class_ for m in Base.registry.mappers if m.local_table is Base.metadata.tables[name])
        if not model.__thing__:
            continue
        root, column = model.__trail__ or (model.__thing__, "id")
        for row in await session.execute(text(f'SELECT to_jsonb(t) AS own FROM "{name}" t WHERE {where}')):
            part = model.__thing__ if model.__trail__ else None
            audit.record(session, Act("test.said", reason=PLANTED), root, row.own[column], words=PLANTED)
            if part:
                pending[-1].update(part_type=part, part_id=row.own.get("id"))
            acts.add((root, part or ""))
    await audit.seal(session)
    return acts


async def _found(session: AsyncSession, words: Iterable[str]) -> dict[str, set[str]]:
    """Which columns hold which of the words, in all rows of all tables."""
    found: dict[str, set[str]] = {}
    for table in Base.metadata.tables.values():
        columns = [column for column in table.columns if isinstance(column.type, String | JSONB | ARRAY)]
        asked = [
            func.bool_or(func.strpos(as_type(column, String), word) > 0).label(f"{column.name} {word}")
            for column in columns
            for word in words
        ]
        if asked:
            for label, holds in (await session.execute(select(*asked).select_from(table))).one()._mapping.items():
                if holds:
                    column, word = label.split(" ", 1)
                    found.setdefault(f"{table.name}.{column}", set()).add(word)
    return found
