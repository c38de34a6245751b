"""Reads of heads and of who countersigns them, which are public, and of receipts, which are not."""

from typing import Any

from sqlalchemy import BigInteger, String, Uuid, bindparam, cast, exists, false, func, select

from miaopu.core.audit import AuditEntry
from miaopu.core.read import Rows, as_list, as_page, as_record, kept
from miaopu.people.models import Unit
from miaopu.people.queries import MY_UNIT
from miaopu.people.roles import OVERSIGHT, STUDENT_SIDE, Role
from miaopu.programme.queries import ID, rows_json
from miaopu.registrations.commitments import Commitment
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible
from miaopu.trail.models import Countersignature, CountersignerKey, TreeHead

SIZE = bindparam("size_of_head", type_=BigInteger)


def _base64(column: Any) -> Any:
    return func.encode(column, "base64", type_=String)


def _heads() -> Rows:
    lines = (
        select(Unit.name.label("unit_name"), CountersignerKey.name, Countersignature.received_at)
        .join(CountersignerKey, CountersignerKey.id == Countersignature.key_id)
        .join(Unit, Unit.id == CountersignerKey.unit_id)
        .where(Countersignature.size == TreeHead.size)
        .order_by(Countersignature.received_at, Countersignature.id)
        .correlate(TreeHead)
    )
    return select(
        TreeHead.size, _base64(TreeHead.root).label("root"), TreeHead.made_at, rows_json(lines).label("countersigned")
    )


def _asked() -> Any:
    newest = select(func.max(TreeHead.size)).scalar_subquery()
    return TreeHead.size == func.coalesce(func.nullif(SIZE, 0), newest)


@kept
def heads_page() -> Rows:
    """Heads, the newest first."""
    return as_page(_heads(), TreeHead.size.desc())


@kept
def head_record() -> Rows:
    """One head; 0 asks for the newest."""
    return as_record(_heads().where(_asked()))


@kept
def note_parts() -> Rows:
    """What the signed note of one head is made of: a row for each countersignature, one where there is none."""
    return (
        select(
            TreeHead.text, TreeHead.kid, TreeHead.signature, CountersignerKey.name, CountersignerKey.public,
            Countersignature.raw,
        )
        .outerjoin(Countersignature, Countersignature.size == TreeHead.size)
        .outerjoin(CountersignerKey, CountersignerKey.id == Countersignature.key_id)
        .where(_asked())
        .order_by(Countersignature.received_at, Countersignature.id)
    )  # fmt: skip


def _keys() -> Rows:
    last = (
        select(func.max(Countersignature.size)).where(Countersignature.key_id == CountersignerKey.id).scalar_subquery()
    )
    return (
        select(
            CountersignerKey.id,
            CountersignerKey.unit_id,
            Unit.name.label("unit_name"),
            CountersignerKey.name,
            _base64(CountersignerKey.public).label("public"),
            CountersignerKey.registered_at,
            CountersignerKey.retired_at,
            last.label("last_size"),
            CountersignerKey.version,
        )
        .join(Unit, Unit.id == CountersignerKey.unit_id)
        .order_by(CountersignerKey.registered_at, CountersignerKey.id)
    )


@kept
def countersigners() -> Rows:
    """Every key that ever was registered."""
    return as_list(_keys())


@kept
def own_keys(role: Role) -> Rows:
    """The keys of the reader's unit; who supervises sees all."""
    mine = CountersignerKey.unit_id == MY_UNIT
    return as_list(_keys() if role in OVERSIGHT else _keys().where(mine))


def _receipts(role: Role) -> Rows:
    # Who made it and when is nobody's secret within the family; what it says leaves in the receipt alone.
    sealed = exists().where(
        AuditEntry.thing_type == "registration",
        AuditEntry.thing_id == Commitment.registration_id,
        AuditEntry.part_type == "commitment",
        AuditEntry.part_id == Commitment.id,
        AuditEntry.action == "commitment.make",
        exists().where(cast(TreeHead.ends[AuditEntry.lane].as_string(), BigInteger) >= AuditEntry.seq),
    )
    return (
        select(
            Commitment.id,
            Commitment.kind,
            Commitment.made_at,
            Commitment.commitment,
            sealed.label("sealed"),
            Commitment.value.is_(None).label("forgotten"),
        )
        .join(Registration, Registration.id == Commitment.registration_id)
        .where(Registration.id == ID, visible(role) if role in STUDENT_SIDE else false())
    )


@kept
def own_registration(role: Role) -> Rows:
    """The registration, where it is the reader's own or the reader's child's."""
    return select(Registration.id).where(Registration.id == ID, visible(role) if role in STUDENT_SIDE else false())


@kept
def receipts(role: Role) -> Rows:
    """What a family can have receipts of, the newest first."""
    return as_list(_receipts(role).order_by(Commitment.made_at.desc(), Commitment.id))


@kept
def receipt_owner(role: Role) -> Rows:
    """One of them, where it is the reader's own or the reader's child's."""
    return _receipts(role).where(Commitment.id == bindparam("receipt", type_=Uuid))
