"""One's own data as a ZIP (PIPL 45): what the pages show to this person, as JSON and as a page, with the files.

Everything about a registration and a training year comes from the very statements that the pages ask, as this
person: the export can neither hold more than they may see, nor fall behind what the pages learn to show.
"""

import html
import json
import tempfile
import uuid
import zipfile
from dataclasses import asdict, replace
from typing import IO, Any

from sqlalchemy import Uuid, bindparam, or_, select

from miaopu.core import audit, clock, files, jobs
from miaopu.core.audit import Act
from miaopu.core.files import StoredFile
from miaopu.core.jobs import Job, JobContext, Params
from miaopu.core.problem import Language, Problem, not_found, say
from miaopu.core.read import Rows, as_record, kept
from miaopu.core.secrets import Vault, vault_of
from miaopu.pairings.models import Enrolment
from miaopu.people.access import Actor
from miaopu.people.acting import Reads, Tx
from miaopu.people.models import Account, Membership, SignIn, Unit
from miaopu.people.queries import ME
from miaopu.people.roles import STUDENT_SIDE, Role
from miaopu.personal.queries import looks
from miaopu.personal.service import told
from miaopu.programme.queries import rows_json
from miaopu.registrations import queries as registrations
from miaopu.registrations.models import ApplicationMaterial, Registration
from miaopu.reminders.models import Preference
from miaopu.reports import file_paper

MOST_LOOKS = 1000


async def begin(tx: Tx, language: Language) -> Job:
    """Ask for the export of the actor's own data; taking it stands in the trail."""
    actor = {key: str(value) for key, value in asdict(tx.actor).items() if value is not None}
    audit.record(tx.session, Act("account.export_data"), "account", tx.actor.account_id)
    return await jobs.enqueue(tx.session, "my_data", {"actor": actor, "language": language}, tx.actor.account_id)


@kept
def _account() -> Rows:
    memberships = rows_json(
        select(Membership.role, Unit.name, Membership.since, Membership.ended_at)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Membership.account_id == Account.id)
        .order_by(Membership.since)
    )
    signed = rows_json(
        select(SignIn.created_at, SignIn.revoked_at, SignIn.agent, SignIn.address)
        .where(SignIn.account_id == Account.id)
        .order_by(SignIn.created_at)
    )
    return as_record(
        select(
            Account.login, Account.name, Account.created_at, memberships.label("memberships"), signed.label("sign_ins")
        ).where(Account.id == ME)
    )


@kept
def _sealed() -> Rows:
    return (
        select(Account.phone_sealed, Preference.mail_sealed)
        .outerjoin(Preference, Preference.account_id == Account.id)
        .where(Account.id == ME)
    )


@kept
def _registrations() -> Rows:
    """The own ones, and those of children, of every year."""
    return (
        select(
            Registration.id, Registration.number, Registration.cycle_id, Registration.identity_sealed,
            Enrolment.id.label("enrolment_id"),
        )
        .outerjoin(Enrolment, Enrolment.registration_id == Registration.id)
        .where(or_(Registration.account_id == ME, Registration.guardian_account_id == ME))
        .order_by(Registration.id)
    )  # fmt: skip


@kept
def _materials() -> Rows:
    return (
        select(*files.columns(), ApplicationMaterial.kind)
        .join(ApplicationMaterial, ApplicationMaterial.file_id == StoredFile.id)
        .where(ApplicationMaterial.registration_id == bindparam("id", type_=Uuid))
    )


@jobs.handler("my_data")
async def work(context: JobContext, params: Params) -> dict[str, Any]:
    """Gather, and keep the ZIP for whoever asked."""
    language: Language = params["language"]
    given = {key: uuid.UUID(value) for key, value in params["actor"].items() if key != "role"}
    actor = Actor(**{"city_id": None, "cycle_id": None, **given}, role=Role(params["actor"]["role"]))  # type: ignore[arg-type]
    with tempfile.TemporaryFile() as out:
        held = await _written(context, actor, language, out)
        async with context.session() as session:
            name = say(language, "my_data.file", {"day": clock.now().date()})
            file = await files.keep(
                session, context.files, out, name=name, content_type="application/zip", owner=actor.account_id
            )
            file.claimed_type, file.claimed_id = "job", context.job_id
            await audit.commit(session)
    return {"files": held}


async def _written(context: JobContext, actor: Actor, language: Language, out: IO[bytes]) -> int:
    reads, vault = Reads(context.database.reads, actor), vault_of(context.settings)
    data = await _person(reads, vault, language)
    children = await reads.rows(_registrations()) if actor.role in STUDENT_SIDE else []
    held = 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for n, row in enumerate(children):
            await context.progress(n, len(children))
            own = Reads(context.database.reads, replace(actor, cycle_id=row["cycle_id"]))
            text = await own.text(registrations.record(actor.role), id=row["id"])
            record = json.loads(text) if text else {}
            sealed = row["identity_sealed"]
            record["identity_number"] = (vault.open(sealed) or None) if sealed else None
            data["registrations"].append(record)
            held += await _files(context, own, archive, row, language)
        archive.writestr("data.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
        archive.writestr("data.html", page(data, language))
    return held


async def _person(reads: Reads, vault: Vault, language: Language) -> dict[str, Any]:
    account = json.loads(await reads.text(_account()) or "{}")
    for row in await reads.rows(_sealed()):
        account["phone"] = vault.open(row["phone_sealed"]) if row["phone_sealed"] else None
        account["mail"] = vault.open(row["mail_sealed"]) if row["mail_sealed"] else None
    seen = json.loads(await reads.text(looks(), page=1, size=MOST_LOOKS) or "{}")
    kept_lines = (await told(reads, language)).model_dump(mode="json")["items"]
    return {"account": account, "registrations": [], "looks": seen.get("items", []), "kept": kept_lines}


async def _files(context: JobContext, reads: Reads, archive: zipfile.ZipFile, row: Any, language: Language) -> int:
    held = 0
    for material in await reads.rows(_materials(), id=row["id"]):
        stored = StoredFile(**{key: material[key] for key in ("id", "sha256", "size", "content_type", "name")})
        try:
            data = await files.read(context.files, stored)
        except Problem:
            # Erased since: the record says so.
            continue
        archive.writestr(f"{row['number']}/{material['kind']}-{stored.name}", data)
        held += 1
    if row["enrolment_id"] is not None:
        try:
            name, made = await file_paper.archive(reads, context.files, row["enrolment_id"], language)
        except Problem as problem:
            if problem.code != not_found().code:
                raise
            return held
        archive.writestr(f"{row['number']}/{name}", made)
        held += 1
    return held


def page(data: dict[str, Any], language: Language) -> str:
    """The data as one page that any browser shows; nothing in it is a link, a script or from elsewhere."""
    title = html.escape(say(language, "my_data.title", {}))
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font:16px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
        "table{border-collapse:collapse;width:100%}td{border:1px solid #ccc;padding:.3em .6em;vertical-align:top}"
        f"td:first-child{{width:30%;color:#555}}</style><h1>{title}</h1>{_table(data, language)}</html>"
    )


def _table(value: Any, language: Language) -> str:
    if isinstance(value, dict):
        lines = (
            f"<tr><td>{html.escape(_word(key, language))}</td><td>{_table(one, language)}</td></tr>"
            for key, one in value.items()
        )
        return f"<table>{''.join(lines)}</table>"
    if isinstance(value, list):
        return "".join(_table(one, language) for one in value) or "—"
    return f"<p>{html.escape('—' if value is None else str(value))}</p>"


def _word(key: str, language: Language) -> str:
    code = f"my_data.field.{key}"
    said = say(language, code, {})
    return key if said == code else said
