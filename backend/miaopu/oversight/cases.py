"""What is unusual over several decisions (P16a): found by the pure rules over what the reads bring."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from fastapi import FastAPI

from miaopu.core import clock
from miaopu.interviews.judging import Judged, NotConnected, decimal, leanings, severities
from miaopu.oversight import case_queries, queries
from miaopu.oversight.acts import FLAGS, REVIEWS, TIMES
from miaopu.oversight.rules import days_off, leans, night_hours, pace, passes_all, percent
from miaopu.oversight.schemas import (
    KINDS,
    BrokenLink,
    ChainCheck,
    FarOff,
    FarOffs,
    HeadFault,
    Leaning,
    Leanings,
    OversightSummary,
    PassesAll,
    PassesAlls,
    SameHands,
    SameHandsList,
    Thresholds,
    UnusualCount,
)
from miaopu.people.acting import Reads
from miaopu.programme.plan import Plan
from miaopu.programme.queries import plan_in_force
from miaopu.trail.checking import check

A_YEAR = timedelta(days=366)
BROKEN_SHOWN = 50


def times(plan: Plan) -> dict[str, Any]:
    """What the statements need to know of night and of days off: the plan's zone, hours and days."""
    stages = plan.stages
    first = min(stage.opens_on for stage in stages) - A_YEAR
    last = max(*(stage.closes_on for stage in stages), plan.local_day(clock.now()))
    return {
        "zone": plan.timezone,
        "night_hours": list(night_hours(plan.oversight.night_from, plan.oversight.night_until)),
        "days_off": list(days_off(first, last, plan.is_working_day)),
    }


async def summary(reads: Reads) -> OversightSummary:
    """How many cases there are of everything that can be unusual. Raises 409 `no_cycle`."""
    plan, role = await plan_in_force(reads), reads.actor.role
    (counted,) = await reads.rows(queries.counts(role), **times(plan))
    (late,) = await reads.rows(case_queries.late_marks_count(role))
    sheets = await reads.rows(case_queries.sheets(role))
    found = {flag: counted[flag] for flag in (*TIMES, *FLAGS)}
    far = [row for row in sheets if row["far_off"]]
    found |= {
        "late_mark": late[0],
        "far_off": len(far),
        "leaning": len(_leaners(plan, sheets)),
        "passes_all": len(_passes_alls(plan, await reads.rows(case_queries.reviewers(role)))),
        "same_hands": len(_hands(await reads.rows(case_queries.same_hands(role)))),
    }
    silent = {"far_off": sum(not row["reason"] for row in far)}
    o = plan.oversight
    return OversightSummary(
        decisions=counted["decisions"],
        items=[UnusualCount(kind=k, count=found[k], unexplained=silent.get(k, 0)) for k in KINDS],
        thresholds=Thresholds(outlier_points=plan.interview.outlier_points, **o.model_dump()),
    )


def _judged(sheets: Iterable[Any]) -> list[Judged]:
    return [Judged(str(s["slot_id"]), str(s["panel_id"]), str(s["account_id"]), s["score"]) for s in sheets]


def _grouped(rows: Sequence[Any], *fields: str) -> dict[tuple[Any, ...], list[Any]]:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for row in rows:
        found.setdefault(tuple(row[field] for field in fields), []).append(row)
    return found


async def far_off(reads: Reads) -> FarOffs:
    """Sheets that lie far off the others of the same candidate, those without a reason first."""
    items = []
    for of_one in _grouped(await reads.rows(case_queries.sheets(reads.actor.role)), "slot_id").values():
        gaps = leanings(_judged(of_one))
        items += [
            FarOff(
                id=str(row["id"]),
                panellist=row["panellist"],
                panel_name=row["panel_name"],
                registration_number=row["registration_number"],
                subject=row["subject"],
                city_name=row["city_name"],
                gap=gaps[str(row["account_id"])],
                at=row["submitted_at"],
                reason=row["reason"] or None,
                slot_id=row["shown_slot_id"],
            )
            for row in of_one
            if row["far_off"]
        ]
    items.sort(key=lambda one: (one.reason is not None, -abs(one.gap), one.id))
    return FarOffs(items=items, total=len(items))


@dataclass(frozen=True, slots=True)
class Leaner:
    """A panellist who leans, with the own sheets and all sheets of the same subject and city."""

    lean: Decimal
    own: Sequence[Any]
    every: Sequence[Any]


def _leaners(plan: Plan, rows: Sequence[Any]) -> list[Leaner]:
    found = []
    for sheets in _grouped(rows, "city_name", "subject").values():
        lean = leanings(_judged(sheets))
        for (judge,), own in _grouped(sheets, "account_id").items():
            mine = lean.get(str(judge), Decimal(0))
            if leans(mine, len(own), plan.oversight.lean_points, plan.oversight.lean_from_sheets):
                found.append(Leaner(mine, own, sheets))
    return sorted(found, key=lambda one: (-abs(one.lean), str(one.own[0]["account_id"])))


def _severity(one: Leaner) -> Decimal | None:
    try:
        return decimal(severities(_judged(one.every))[str(one.own[0]["account_id"])], 4)
    except NotConnected:
        return None


async def leaning(reads: Reads) -> Leanings:
    """Panellists who lie above or below the others by the plan's points, the furthest first."""
    plan = await plan_in_force(reads)
    items = [
        Leaning(
            id=f"{one.own[0]['panel_id']} {one.own[0]['account_id']}",
            panellist=one.own[0]["panellist"],
            panel_name=one.own[0]["panel_name"],
            subject=one.own[0]["subject"],
            city_name=one.own[0]["city_name"],
            sheets=len(one.own),
            lean=one.lean,
            severity=_severity(one),
            round_id=one.own[0]["round_id"],
        )
        for one in _leaners(plan, await reads.rows(case_queries.sheets(reads.actor.role)))
    ]
    return Leanings(items=items, total=len(items))


def _passes_alls(plan: Plan, rows: Sequence[Any]) -> list[PassesAll]:
    found = []
    for kind in (review.kind for review in REVIEWS):
        of_kind = [row for row in rows if row["kind"] == kind]
        every = sum(row["passed"] + row["stopped"] for row in of_kind)
        stopped = sum(row["stopped"] for row in of_kind)
        for row in of_kind:
            if not passes_all(row["passed"], row["stopped"], plan.oversight.passes_all_from):
                continue
            how = pace(row["moments"])
            found.append(
                PassesAll(
                    id=f"{kind} {row['account_id']} {row['role']}",
                    review=kind,
                    actor_id=row["account_id"],
                    name=row["name"],
                    role=row["role"],
                    unit_name=row["unit_name"],
                    reviews=row["passed"],
                    share=percent(row["passed"], every),
                    others_stopped=percent(stopped, every - row["passed"]),
                    acts=how.acts,
                    median_seconds=how.median_seconds,
                    most_at_once=how.most_at_once,
                )
            )
    return found


async def passing(reads: Reads) -> PassesAlls:
    """Reviewers who let through everything they reviewed, by the kind of review."""
    plan = await plan_in_force(reads)
    items = _passes_alls(plan, await reads.rows(case_queries.reviewers(reads.actor.role)))
    return PassesAlls(items=items, total=len(items))


def _hands(rows: Sequence[Any]) -> list[SameHands]:
    # What a thing's columns say, and what the trail says of the same thing and person, is one case.
    found: dict[tuple[uuid.UUID, uuid.UUID], Any] = {}
    for row in sorted(rows, key=lambda r: r["way"] == "two_roles"):
        found.setdefault((row["thing_id"], row["account_id"]), row)
    return [
        SameHands(
            id=f"{thing_id} {account_id}",
            way=row["way"],
            actor_name=row["actor_name"],
            thing=row["thing"],
            thing_id=row["shown_id"],
            label=row["label"],
            subject=row["subject"],
            city_name=row["city_name"],
            at=row["at"],
        )
        for (thing_id, account_id), row in found.items()
    ]


async def hands(reads: Reads) -> SameHandsList:
    """One person where two are asked: none, as long as nobody got past the platform."""
    items = _hands(await reads.rows(case_queries.same_hands(reads.actor.role)))
    return SameHandsList(items=items, total=len(items))


async def check_chain(app: FastAPI) -> ChainCheck:
    """Go over the whole trail, entry by entry and head by head: takes seconds, and is asked for by hand."""
    async with app.state.database.session() as session:
        found = await check(session, app.state.paper_keys.public)
    return ChainCheck(
        whole=found.whole,
        entries=found.entries,
        sealed=found.sealed,
        heads=found.heads,
        countersignatures=found.countersignatures,
        faults=[HeadFault(kind=f.kind, size=f.size, whose=f.whose) for f in found.faults[:BROKEN_SHOWN]],
        checked_at=clock.real_now(),
        broken=[BrokenLink(entry=e, lane=lane, position=at) for e, lane, at in found.broken[:BROKEN_SHOWN]],
    )
