"""What everybody sees of lists on public notice (P16a)."""

from sqlalchemy import (
    and_,
    bindparam,
    case,
    func,
    select,
)

from miaopu.core.read import Rows, as_page, as_record, filtered, kept
from miaopu.disclosures.models import Disclosure, Objection
from miaopu.disclosures.queries import WAITING, City, Corrected, _count, _counted, _editions, _headline
from miaopu.programme.models import CycleSubject
from miaopu.programme.offering import NOW
from miaopu.programme.queries import ID


def _public() -> Rows:
    subject = (CycleSubject.cycle_id == Disclosure.cycle_id) & (CycleSubject.code == Disclosure.subject)
    return (
        select(
            Disclosure.id,
            Disclosure.kind,
            City.name.label("city_name"),
            Disclosure.subject,
            CycleSubject.name.label("subject_name"),
            CycleSubject.name_en.label("subject_name_en"),
            Disclosure.edition,
            Disclosure.state,
            Disclosure.began_at,
            Disclosure.ends_at,
            and_(Disclosure.state == "standing", Disclosure.ends_at > NOW).label("running"),
            _count().label("count"),
            _counted().label("objections"),
            _counted(WAITING).label("open_objections"),
            Disclosure.evidence_digest,
            Disclosure.reason,
            _headline(),
        )
        .outerjoin(City, City.id == Disclosure.city_id)
        .join(CycleSubject, subject)
    )


@kept
def public_page(filters: frozenset[str]) -> Rows:
    """Lists on public notice, those that run first; replaced editions are found from the one that stands."""
    conditions = {
        "kind": Disclosure.kind == bindparam("kind"),
        "running": Disclosure.ends_at > NOW,
    }
    rows = filtered(_public().where(Disclosure.state == "standing"), conditions, filters)
    return as_page(
        rows,
        case((Disclosure.ends_at > NOW, 0), else_=1),
        Disclosure.began_at.desc(),
        City.name,
        CycleSubject.position,
        Disclosure.id,
    )


@kept
def public_record() -> Rows:
    """One edition; its lines as long as the notice of the list's last edition runs."""
    last = (
        select(func.max(Corrected.ends_at))
        .where(
            Corrected.kind == Disclosure.kind,
            Corrected.thing_id == Disclosure.thing_id,
            Corrected.subject == Disclosure.subject,
        )
        .scalar_subquery()
    )
    return as_record(
        _public()
        .add_columns(
            case((last > NOW, Disclosure.lines)).label("lines"),
            Disclosure.unnamed,
            _editions().label("editions"),
        )
        .where(Disclosure.id == ID)
    )


@kept
def by_receipt() -> Rows:
    """An objection by its receipt."""
    return as_record(
        select(
            Disclosure.kind,
            Disclosure.subject,
            Objection.about,
            Objection.state,
            Objection.raised_at,
            Objection.due_at,
            Objection.answered_at,
            Objection.answer,
            Objection.corrected_by_id.is_not(None).label("corrected"),
        )
        .join(Disclosure, Disclosure.id == Objection.disclosure_id)
        .where(Objection.receipt == bindparam("receipt"))
    )
