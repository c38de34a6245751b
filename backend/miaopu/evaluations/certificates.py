"""Certificates (P26): issued to excellent and qualified, printed, checked by anybody."""

import json
import secrets
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from sqlalchemy import func, select

from miaopu.core import audit, clock
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.core.document_data import CertificateData
from miaopu.core.documents import certificate as set_certificate
from miaopu.core.problem import Language, Problem, not_found, words
from miaopu.core.read import Reader
from miaopu.disclosures.service import ask_no_objection
from miaopu.evaluations import certificates_queries as queries
from miaopu.evaluations.certificates_models import Certificate
from miaopu.evaluations.schemas import Issued, Reissue, Revocation
from miaopu.evaluations.service import circle
from miaopu.evaluations.signatures import Facts, PaperRing, signed
from miaopu.nominations.models import Nomination
from miaopu.notices.service import tell
from miaopu.pairings.models import ENROLMENT_FLOW, Enrolment
from miaopu.people.access import require
from miaopu.people.acting import Reads, Tx, cycle_of
from miaopu.people.bundles import Bundle, declare
from miaopu.people.models import Unit
from miaopu.people.names import masked
from miaopu.people.permissions import Permission
from miaopu.programme.flow import ask_window, move
from miaopu.programme.models import Cycle
from miaopu.programme.plan import Plan, StageCode
from miaopu.programme.queries import ask_version, load, plan_of


async def issue(tx: Tx, ring: PaperRing) -> Issued:
    """Certificates for all who were graded and have none; everybody graded becomes a former student.

    Raises:
        Problem: 409 `window_closed`, `nobody_to_certify`, `objection_open` while a grade is objected to.
    """
    cycle_id = cycle_of(tx.actor)
    await ask_window(tx.session, cycle_id, StageCode.CERTIFICATES)
    plan = await plan_of(tx.session, cycle_id)
    await ask_no_objection(tx.session, "final", [cycle_id])
    # The cycle's row is the lock under which serial numbers are given.
    await tx.session.execute(select(Cycle.id).where(Cycle.id == cycle_id).with_for_update())
    last = await tx.session.scalar(select(func.max(Certificate.serial)).where(Certificate.cycle_id == cycle_id))
    graded = list(
        await tx.session.scalars(
            select(Enrolment)
            .where(Enrolment.cycle_id == cycle_id, Enrolment.state.in_(("excellent", "qualified", "unqualified")))
            .order_by(Enrolment.number)
        )
    )
    if not graded:
        raise Problem("nobody_to_certify", 409)
    serial, issued = last or 0, 0
    for enrolment in graded:
        if enrolment.grade in plan.certificates.grades:
            serial += 1
            issued += 1
            await _issue_one(tx, ring, enrolment, plan, serial)
        _, told = await circle(tx, enrolment.id)
        await move(tx, ENROLMENT_FLOW, enrolment, "graduate", version=None, concerned=told)
    await tx.session.flush()
    return Issued(certificates=issued, without=len(graded) - issued)


async def revoke(tx: Tx, certificate_id: uuid.UUID, form: Revocation) -> Certificate:
    """Declare a certificate void, for a reason; its public check says so from now on.

    Raises:
        Problem: 404, 403, 409 `conflict`, `certificate_revoked`.
    """
    certificate = await _valid(tx, certificate_id, form.version)
    await _void(tx, certificate, form.reason)
    audit.note(tx.session, certificate, Act("certificate.revoke", form.reason))
    await tx.session.flush()
    await _tell(tx, certificate, "certificate.revoke")
    return certificate


async def reissue(tx: Tx, ring: PaperRing, certificate_id: uuid.UUID, form: Reissue) -> Certificate:
    """A new paper in the place of one with a mistake, with its own number; the old one is void. Raises as `revoke`."""
    old = await _valid(tx, certificate_id, form.version)
    plan = await plan_of(tx.session, old.cycle_id)
    enrolment = await tx.session.get(Enrolment, old.enrolment_id)
    assert enrolment is not None
    await tx.session.execute(select(Cycle.id).where(Cycle.id == old.cycle_id).with_for_update())
    last = await tx.session.scalar(select(func.max(Certificate.serial)).where(Certificate.cycle_id == old.cycle_id))
    await _void(tx, old, form.reason)
    audit.note(tx.session, old, Act("certificate.replace", form.reason))
    # The index of valid papers allows one: the old one goes first.
    await tx.session.flush()
    made = await _issue_one(tx, ring, enrolment, plan, (last or 0) + 1, name=form.name or old.name, replaces=old)
    await tx.session.flush()
    await _tell(tx, made, "certificate.replace")
    return made


async def _valid(tx: Tx, certificate_id: uuid.UUID, version: int) -> Certificate:
    found = await load(tx, Certificate, queries.visible_certificates(tx.actor.role), certificate_id)
    require(tx.actor, Permission.CERTIFICATE_ISSUE)
    ask_version(found, version)
    if found.revoked_at is not None:
        raise Problem("certificate_revoked", 409, number=found.number)
    return found


async def _void(tx: Tx, certificate: Certificate, reason: str) -> None:
    certificate.revoked_at, certificate.revoked_by = clock.now(), tx.actor.account_id
    certificate.revoked_reason = reason


async def _tell(tx: Tx, certificate: Certificate, kind: str) -> None:
    _, told = await circle(tx, certificate.enrolment_id)
    await tell(
        tx.session,
        [one for one in told.owners if one is not None],
        kind,
        thing_type="certificate",
        thing_id=certificate.id,
        cycle_id=certificate.cycle_id,
        title=certificate.number,
    )


async def _issue_one(
    tx: Tx,
    ring: PaperRing,
    enrolment: Enrolment,
    plan: Plan,
    serial: int,
    *,
    name: str | None = None,
    replaces: Certificate | None = None,
) -> Certificate:
    mentor = await tx.session.get(Nomination, enrolment.mentor_id)
    university = await tx.session.get(Unit, enrolment.university_id)
    city = await tx.session.get(Unit, enrolment.city_id)
    assert mentor is not None
    assert university is not None
    assert city is not None
    certificate = Certificate(
        id=new_id(),
        cycle_id=enrolment.cycle_id,
        enrolment_id=enrolment.id,
        serial=serial,
        number=plan.number(plan.numbering.certificate, serial=serial, city=city.code, subject=enrolment.subject),
        code=secrets.token_hex(8).upper(),
        grade=enrolment.grade,
        name=name or enrolment.name,
        subject=enrolment.subject,
        mentor_name=mentor.name,
        university_name=university.name,
        issued_at=clock.now(),
        replaces_id=replaces.id if replaces else None,
    )
    certificate.signature = signed(ring, facts_of(certificate, plan))
    tx.session.add(certificate)
    audit.note(tx.session, certificate, Act("certificate.issue"))
    return certificate


def facts_of(certificate: Certificate, plan: Plan) -> Facts:
    """What the signature vouches for."""
    return Facts(
        number=certificate.number,
        code=certificate.code,
        name=certificate.name,
        subject=certificate.subject,
        grade=certificate.grade,
        university=certificate.university_name,
        year=plan.year,
        issued_on=plan.local_day(certificate.issued_at),
    )


async def printed(reads: Reads, certificate_id: uuid.UUID, address: str, language: Language) -> CertificateData:
    """The certificate as it is printed, in the language asked for. Raises 404."""
    rows = await reads.rows(queries.certificate_print(reads.actor.role), id=certificate_id)
    if not rows:
        raise not_found()
    row = rows[0]
    said = words(language)
    local: datetime = row["issued_at"].astimezone(ZoneInfo(row["timezone"]))
    return CertificateData(
        name=row["name"],
        school=row["school_name"],
        subject=row["subject_name_en"] if language == "en" else row["subject_name"],
        mentor=row["mentor_name"],
        university=row["university_name"],
        year=str(row["year"]),
        grade=said[f"grade_{row['grade']}"],
        number=row["number"],
        date=said["paper_date"].format(year=local.year, month=local.month, day=local.day),
        issuers=tuple(row["issuers"] or ()),
        check_url=f"{address}/c/{row['code']}" + (f"#{row['signature']}" if row["signature"] else ""),
        programme=row["title_en"] if language == "en" else row["title"],
    )


async def checked(reads: Reader, code: str) -> str:
    """What anybody learns by a certificate's code, as JSON: the name is masked. Raises 404."""
    rows = await reads.rows(queries.certificate_check(), code=code.strip().upper())
    if not rows:
        raise not_found("certificate")
    row = dict(rows[0])
    shown = {key: value for key, value in row.items() if key != "name"}
    shown["masked_name"] = masked(row["name"])
    for name in ("issued_at", "revoked_at"):
        shown[name] = row[name].isoformat() if row[name] else None
    return json.dumps(shown, ensure_ascii=False)


async def document(reads: Reads, certificate_id: uuid.UUID, language: Language, public_url: str) -> tuple[str, bytes]:
    """A name for the file, and the certificate as PDF. Raises 404."""
    data = await printed(reads, certificate_id, public_url, language)
    return f"{data.number} {data.name}.pdf", await run_sync(set_certificate, data, language)


# All certificates of the cycle that one may see, as one ZIP.
CERTIFICATES = declare(Bundle("certificates", Permission.CERTIFICATE_READ, queries.certificate_ids, document))
