"""What the status page reads. Figures of the whole installation: no unit's and no person's."""

from sqlalchemy import DateTime, Interval, String, bindparam, column, func, select, table, true
from sqlalchemy.dialects.postgresql import distinct_on

from miaopu.core.audit import AuditHead
from miaopu.core.jobs import Job
from miaopu.core.read import Rows, among, kept
from miaopu.core.throttle import Attempt
from miaopu.operations.models import UpkeepRun
from miaopu.people.refusals import BUCKET
from miaopu.reminders.models import Delivery
from miaopu.trail.models import Countersignature, CountersignerKey, TreeHead

FAILED_SHOWN = 20
SINCE = bindparam("since", type_=DateTime(timezone=True))
AT = bindparam("at", type_=DateTime(timezone=True))
OVERDUE = bindparam("overdue", type_=DateTime(timezone=True))
VERSION = table("alembic_version", column("version_num", String))


@kept
def job_counts() -> Rows:
    """Jobs that are not done, by state."""
    rows = select(Job.state, func.count().label("jobs"), func.min(Job.created_at).label("oldest"))
    return rows.where(among(Job.state, ("queued", "running"))).group_by(Job.state)


@kept
def failed_jobs() -> Rows:
    """The newest jobs that failed since `since`."""
    rows = select(Job.id, Job.kind, Job.error, Job.finished_at)
    rows = rows.where(Job.state == "failed", Job.finished_at >= SINCE)
    return rows.order_by(Job.finished_at.desc(), Job.id).limit(FAILED_SHOWN)


@kept
def deliveries() -> Rows:
    """What waits to leave, how much of it since before `overdue`, and what failed since `since`."""
    waiting = Delivery.state == "waiting"
    return select(
        func.count().filter(waiting).label("waiting"),
        func.count().filter(waiting, Delivery.next_at < OVERDUE).label("overdue"),
        func.count().filter(Delivery.state == "failed", Delivery.created_at >= SINCE).label("failed"),
    )


@kept
def refusals() -> Rows:
    """Who was not let in, by kind: within a day and within a week of `:at`."""
    kind = func.split_part(Attempt.bucket, ":", 2)
    day = func.sum(Attempt.count).filter(Attempt.until > AT + bindparam("rest", type_=Interval))
    rows = select(kind.label("kind"), func.coalesce(day, 0).label("day"), func.sum(Attempt.count).label("week"))
    return rows.where(Attempt.bucket.startswith(BUCKET), Attempt.until > AT).group_by(kind).order_by(kind)


@kept
def newest_runs() -> Rows:
    """The newest run of each kind."""
    rows = select(UpkeepRun.kind, UpkeepRun.ended_at, UpkeepRun.ok, UpkeepRun.facts)
    return rows.ext(distinct_on(UpkeepRun.kind)).order_by(UpkeepRun.kind, UpkeepRun.began_at.desc())


@kept
def well_runs() -> Rows:
    """When each kind was last well."""
    rows = select(UpkeepRun.kind, func.max(UpkeepRun.ended_at).label("at")).where(UpkeepRun.ok)
    return rows.group_by(UpkeepRun.kind)


@kept
def database_says() -> Rows:
    """The schema's revision, and the database's clock."""
    return select(VERSION.c.version_num, func.clock_timestamp().label("at"))


@kept
def newest_head() -> Rows:
    """The trail's newest head, the units that countersigned it, and how many entries there are by now; one row."""
    last = select(TreeHead.size, TreeHead.made_at).order_by(TreeHead.size.desc()).limit(1).subquery()
    signed = (
        select(func.count(CountersignerKey.unit_id.distinct()))
        .join(Countersignature, Countersignature.key_id == CountersignerKey.id)
        .where(Countersignature.size == last.c.size)
        .correlate(last)
        .scalar_subquery()
    )
    entries = select(func.coalesce(func.sum(AuditHead.seq), 0).label("entries")).subquery()
    rows = select(last.c.size, last.c.made_at, signed.label("signed"), entries.c.entries)
    return rows.select_from(entries.outerjoin(last, true()))
