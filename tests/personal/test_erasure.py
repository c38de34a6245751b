"""When its time is over, what tells who somebody was is erased, by two people; results and certificates verify on."""

import uuid
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from miaopu.core import audit, jobs
from miaopu.core.audit import Act, AuditEntry, broken_links
from miaopu.core.files import StoredFile, read
from miaopu.core.jobs import Job
from miaopu.core.problem import Problem
from miaopu.core.secrets import Vault
from miaopu.doctor.examining import INVARIANTS, examine
from miaopu.evaluations import signatures
from miaopu.evaluations.certificates_models import Certificate
from miaopu.openness.record import compiled
from miaopu.openness.service import contents_of
from miaopu.people.access import Actor
from miaopu.people.acting import Tx
from miaopu.people.roles import Role
from miaopu.personal.models import ERASED_KINDS
from miaopu.personal.retention import blank
from miaopu.personal.targets import targets
from miaopu.programme.models import Cycle
from miaopu.programme.plan import load_plan
from miaopu.programme.plan_personal import RetentionKind
from miaopu.programme.queries import cycle_and_plan
from miaopu.registrations.models import Consent, Registration
from personal.test_keys import NUMBER, PHONE
from personal.test_own_data import PDF
from personal.test_reveals import Family, asking, family
from seeded import SOURCE, World, turn_to
from years import Year

__all__ = ["family"]


async def worked(app: FastAPI) -> None:
    state = app.state
    async with state.database.session() as session:
        waiting = list(await session.scalars(select(Job.id).where(Job.state == "queued")))
    for one in waiting:
        await jobs.execute(one, state.database, state.settings, state.files)


async def test_two_people_erase_what_is_over_its_time_and_nothing_before_it(
    app: FastAPI, client: httpx.AsyncClient, at: World, family: Family
) -> None:
    kept = await client.post("/files", files={"file": ("户口簿.pdf", PDF)}, headers=family.student)
    kind = at.plan.application.materials[0].code
    path = f"/registrations/{family.registration.id}/materials/{kind}"
    put = await client.put(path, json={"file_id": kept.json()["id"]}, headers=family.student)
    assert put.status_code == 200, put.text
    seen = (await client.get(path.rsplit("/", 2)[0], headers=family.student)).json()
    edit = {"version": seen["version"], "motivation": "想做实验"}
    assert (await client.patch(path.rsplit("/", 2)[0], json=edit, headers=family.student)).status_code == 200
    first, _ = await at.person(Role.REGION_OFFICE, "region", "甲")
    second, _ = await at.person(Role.REGION_OFFICE, "region", "乙")
    city, _ = await at.person(Role.CITY_OFFICE, "hohhot", "盟市")
    form = {"cycle_id": str(at.cycle_id), "kind": "guardian"}
    before = (await client.get("/retention", headers=first)).json()["items"]
    assert {(i["kind"], i["state"], i["years"]) for i in before} == {
        (kind, "later", at.plan.retention.years(cast(RetentionKind, kind))) for kind in ERASED_KINDS
    }
    early = await client.post("/retention/erasures", json=form, headers=first)
    assert (early.status_code, early.json()["code"]) == (409, "not_due")
    assert (await client.get("/retention/due", headers=first)).json()["items"] == []

    year = at.plan.ends_on.year + max(at.plan.retention.guardian_years, at.plan.retention.application_years) + 1
    turn_to(f"{year}-01-02T10:00:00", at.plan)
    assert (await client.get("/retention/due", headers=city)).status_code == 403
    due = {i["kind"]: i for i in (await client.get("/retention/due", headers=first)).json()["items"]}
    assert {k: (i["rows"], i["files"]) for k, i in due.items()} == {"guardian": (1, 0), "application": (2, 1)}
    for kind in due:
        form = {"cycle_id": str(at.cycle_id), "kind": kind}
        made = await client.post("/retention/erasures", json=form, headers=first)
        assert made.status_code == 201, made.text
        for who, own in ((first, True), (second, False)):
            seen = {i["kind"]: i for i in (await client.get("/retention", headers=who)).json()["items"]}
            assert (seen[kind]["state"], seen[kind]["proposed_by_name"], seen[kind]["own"]) == ("proposed", "甲", own)
        confirm = f"/retention/erasures/{made.json()['id']}/confirm"
        alone = await client.post(confirm, json={"version": 1}, headers=first)
        assert (alone.status_code, alone.json()["code"]) == (409, "same_person")
        assert (await client.post(confirm, json={"version": 1}, headers=city)).status_code == 403
        assert (await client.post(confirm, json={"version": 1}, headers=second)).status_code == 200
    # Asked for twice, the job does it once.
    await worked(app)
    assert (await client.get("/retention/due", headers=first)).json()["items"] == []
    assert (await client.get("/retention", headers=city)).status_code == 403
    after = {i["kind"]: i for i in (await client.get("/retention", headers=first)).json()["items"]}
    assert {k: (i["state"], i["done_rows"], i["done_files"]) for k, i in after.items() if i["state"] == "done"} == {
        "guardian": ("done", 1, 0), "application": ("done", 2, 1),
    }  # fmt: skip
    async with app.state.database.session() as session:
        assert set(await session.scalars(select(Job.state))) == {"done"}
        consent = await session.scalar(select(Consent))
        assert consent is not None
        assert (consent.guardian_name, consent.phone_index, consent.address) == ("", None, "")
        assert app.state.vault.open(consent.phone_sealed) == ""
        # That somebody agreed, when and to which text, stays.
        assert consent.given_at is not None
        assert consent.text_version == at.plan.consents.participation.version
        made_by = await session.scalar(select(Registration))
        assert made_by is not None
        assert (made_by.motivation, made_by.interests) == ("", "")
        # Another kind, whose time is not over, is untouched.
        assert made_by.identity_sealed is not None
        file = await session.get(StoredFile, uuid.UUID(kept.json()["id"]))
        assert file is not None
        assert file.name == ""
        with pytest.raises(Problem, match="not_found"):
            await read(app.state.files, file)
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.action.like("erasure.%"))))
        assert {e.action for e in entries} == {"erasure.propose", "erasure.confirm", "erasure.erase", "erasure.done"}
        said = " ".join(str(e.changes) for e in entries)
        assert not [value for value in (PHONE, NUMBER, "母亲", "户口簿") if value in said]
        assert await broken_links(session) == []
    gone = asking(family, field="guardian_phone", purpose="emergency", reason="联系不上家长")
    assert (await client.post("/reveals", json=gone, headers=family.school)).status_code == 404


def test_logs_are_kept_for_six_months_at_least_whatever_a_plan_says() -> None:
    given = SOURCE.replace("technical_months = 12", "technical_months = 5")
    assert given != SOURCE
    with pytest.raises(Exception, match="technical_months"):
        load_plan(given)
    # A plan from before this part still loads.
    start = SOURCE.index("[retention]")
    assert load_plan(SOURCE[:start] + SOURCE[SOURCE.index("[reminders]") :]).retention.technical_months >= 6


async def test_after_everything_is_erased_the_record_is_the_same_and_certificates_verify(year: Year) -> None:
    state = year.app.state
    vault: Vault = state.vault
    ring = await signatures.load(state.database, vault)
    async with state.database.session() as session:
        cycle_id = await session.scalar(select(Cycle.id))
        assert cycle_id is not None
        actor = Actor(uuid.uuid4(), uuid.uuid4(), Role.REGION_OFFICE, uuid.uuid4(), None, cycle_id)
        tx = Tx(session, actor, "trial")
        cycle, plan = await cycle_and_plan(session, cycle_id)
        public, complete = await compiled(tx, cycle, plan, 1)
        before = (contents_of(public), contents_of(complete))
        raw = (await (await session.connection()).get_raw_connection()).driver_connection
        assert raw is not None
        sound = [(one.invariant.code, one.count) for one in await examine(raw, None, INVARIANTS)]
        for kind in ERASED_KINDS:
            assert await blank(session, cast(RetentionKind, kind), cycle_id, vault) > 10, kind
            for target in targets(cast(RetentionKind, kind), cycle_id, vault):
                left = select(func.count()).select_from(target.model).where(target.filled)
                assert await session.scalar(left) == 0
        # Nothing that was read before is looked at again.
        session.expunge_all()
        cycle, plan = await cycle_and_plan(session, cycle_id)
        public, complete = await compiled(tx, cycle, plan, 1)
        assert (contents_of(public), contents_of(complete)) == before
        await audit.seal(session)
        assert [(one.invariant.code, one.count) for one in await examine(raw, None, INVARIANTS)] == sound
        papers = list(await session.scalars(select(Certificate)))
        assert len(papers) > 3
        for paper in papers:
            assert signatures.read(ring.public, paper.signature).number == paper.number
        audit.record(session, Act("trial"), "cycle", cycle_id)
        await session.rollback()
