"""Reads over all rooms: what waits for whom, and how many got how far. The edges say what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)

from miaopu.appraisals.models import APPRAISAL_FLOW, SUMMARY_FLOW, Appraisal, Summary
from miaopu.appraisals.queries import waiting_summaries
from miaopu.appraisals.sheet_queries import waiting_appraisals
from miaopu.contacts.models import FLOW as CONTACT_FLOW
from miaopu.contacts.models import ContactPost, ContactThread
from miaopu.contacts.queries import unread_threads
from miaopu.contacts.queries import visible as visible_threads
from miaopu.core.read import Rows, among, as_record, kept
from miaopu.disclosures.models import OBJECTION_FLOW, Objection
from miaopu.disclosures.queries import visible_objections
from miaopu.evaluations.conflict_queries import judge_in_conflict, to_be_given_again
from miaopu.evaluations.midterm_models import SUMMARY_FLOW as MIDTERM_SUMMARY_FLOW
from miaopu.evaluations.midterm_models import MidtermSummary
from miaopu.evaluations.midterm_summary_queries import visible_midterm_summaries
from miaopu.evaluations.models import (
    ANNUAL_FLOW,
    INITIAL_FLOW,
    MIDTERM_FLOW,
    AnnualEvaluation,
    FinalSheet,
    InitialEvaluation,
    MidtermEvaluation,
    PanelSheet,
)
from miaopu.evaluations.queries import visible_annual, visible_initial, visible_midterm
from miaopu.exams.cutoff_queries import visible_cutoffs
from miaopu.exams.models import CUTOFF_FLOW, RECHECK_FLOW, Cutoff, Recheck, Sitting
from miaopu.exams.queries import visible_rechecks
from miaopu.growth.models import FLOW as GROWTH_FLOW
from miaopu.growth.models import GrowthLog
from miaopu.growth.queries import visible as visible_logs
from miaopu.interviews.conflict_rule import in_conflict
from miaopu.interviews.models import (
    OFFER_FLOW,
    InterviewRound,
    Panel,
    PanelMember,
    PlaceOffer,
    ScoreSheet,
    Slot,
)
from miaopu.interviews.models import ROUND_FLOW as INTERVIEW_FLOW
from miaopu.interviews.round_queries import visible_offers
from miaopu.interviews.round_queries import visible_rounds as visible_interviews
from miaopu.nominations.models import FLOW as NOMINATION_FLOW
from miaopu.nominations.models import Nomination
from miaopu.nominations.queries import visible as visible_nominations
from miaopu.pairings.changing_models import FLOW as CHANGE_FLOW
from miaopu.pairings.changing_models import PlaceChange
from miaopu.pairings.changing_queries import waiting_changes
from miaopu.pairings.models import ENROLMENT_FLOW, ROUND_FLOW, Enrolment, PairingRound
from miaopu.pairings.queries import visible_enrolments, visible_rounds
from miaopu.people.access import may
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME, MY_CITY
from miaopu.people.roles import Role
from miaopu.programme.flow import Flow, stages
from miaopu.programme.offering import NOW
from miaopu.programme.plan import StageCode
from miaopu.programme.queries import MY_CYCLE, rows_json
from miaopu.registrations.models import FLOW as REGISTRATION_FLOW
from miaopu.registrations.models import Registration
from miaopu.registrations.queries import visible as visible_registrations
from miaopu.reports.coming_queries import coming
from miaopu.reports.funnel_queries import counted, total_of
from miaopu.training.models import PLAN_FLOW, Attendance, TrainingPlan
from miaopu.training.queries import visible_plans


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: its table, who sees which, its edges."""

    thing: str
    model: Any
    visible: Callable[[Role], ColumnElement[bool]]
    flow: Flow


KINDS = (
    Kind("nomination", Nomination, visible_nominations, NOMINATION_FLOW),
    Kind("objection", Objection, visible_objections, OBJECTION_FLOW),
    Kind("registration", Registration, visible_registrations, REGISTRATION_FLOW),
    Kind("recheck", Recheck, visible_rechecks, RECHECK_FLOW),
    Kind("cutoff", Cutoff, visible_cutoffs, CUTOFF_FLOW),
    Kind("interview_round", InterviewRound, visible_interviews, INTERVIEW_FLOW),
    Kind("place_offer", PlaceOffer, visible_offers, OFFER_FLOW),
    Kind("pairing", PairingRound, visible_rounds, ROUND_FLOW),
    Kind("enrolment", Enrolment, visible_enrolments, ENROLMENT_FLOW),
    Kind("place_change", PlaceChange, waiting_changes, CHANGE_FLOW),
    Kind("contact_thread", ContactThread, visible_threads, CONTACT_FLOW),
    Kind("training_plan", TrainingPlan, visible_plans, PLAN_FLOW),
    Kind("growth_log", GrowthLog, visible_logs, GROWTH_FLOW),
    Kind("initial_evaluation", InitialEvaluation, visible_initial, INITIAL_FLOW),
    Kind("midterm_evaluation", MidtermEvaluation, visible_midterm, MIDTERM_FLOW),
    Kind("midterm_summary", MidtermSummary, visible_midterm_summaries, MIDTERM_SUMMARY_FLOW),
    Kind("annual_evaluation", AnnualEvaluation, visible_annual, ANNUAL_FLOW),
    Kind("summary", Summary, waiting_summaries, SUMMARY_FLOW),
    Kind("appraisal", Appraisal, waiting_appraisals, APPRAISAL_FLOW),
)
# Acts with data of their own that wait for somebody; the others are outcomes of these, not tasks.
SHOWN = frozenset({"approve", "seat", "interview", "pair", "meet", "agree", "evaluate", "grade", "graduate"})


def turns(flow: Flow, role: Role) -> dict[str, tuple[str, StageCode | None]]:
    """From which states this role is awaited, and for which act: the first edge of the state that it may take."""
    found: dict[str, tuple[str, StageCode | None]] = {}
    for edge in flow.edges:
        if edge.aside or (edge.form and edge.action not in SHOWN) or not may(role, edge.permission):
            continue
        # Nobody is awaited to revise what is agreed, or to object to what was decided.
        if edge.action in ("revise", "object", "ask_for_changes"):
            continue
        for source in edge.sources:
            # Who is in reserve is paired only after taking a place that fell free.
            if (source, edge.action) == ("reserve", "pair"):
                continue
            found.setdefault(source, (edge.action, edge.stage))
    return found


def _line(thing: str, state: Any, action: Any, stage: Any, since: Any, rows: Rows) -> Any:
    return rows.with_only_columns(
        literal(thing, String).label("thing"),
        cast(state, String).label("state"),
        cast(action, String).label("action"),
        func.count().label("count"),
        cast(func.min(since), DateTime(timezone=True)).label("since"),
        cast(stage, String).label("stage"),
    )


def _queues(role: Role) -> list[Any]:
    found = []
    for kind in KINDS:
        awaited = turns(kind.flow, role)
        if not awaited:
            continue
        state = kind.model.state
        action = case({s: a for s, (a, _) in awaited.items()}, value=state)
        named = {s: g.value for s, (_, g) in awaited.items() if g is not None}
        stage = case(named, value=state) if named else null()
        rows = select(kind.model.id).where(kind.model.cycle_id == MY_CYCLE, kind.visible(role), among(state, awaited))
        found.append(_line(kind.thing, state, action, stage, kind.model.state_since, rows).group_by(state))
    if may(role, Permission.CONTACT_READ):
        found.append(_only("unread_post", "open", "read", None, ContactPost.at, unread_threads(role)))
    return found + _special(role) + _conflicts(role)


def _conflicts(role: Role) -> list[Any]:
    """Works that the office has to give to another judge, since theirs came into conflict with them."""
    found = []
    for sheet, thing, stage in (
        (PanelSheet, "panel_conflict", StageCode.ANNUAL_EVALUATION),
        (FinalSheet, "final_conflict", StageCode.FINAL_EVALUATION),
    ):
        rows = to_be_given_again(role, sheet)
        if rows is not None:
            found.append(_only(thing, "open", "withdraw", stage, AnnualEvaluation.state_since, rows))
    return found


def _panel_sheets() -> Any:
    """Dossiers that a city's panel gave the reader to score."""
    rows = (
        select(PanelSheet.id)
        .join(AnnualEvaluation, AnnualEvaluation.id == PanelSheet.annual_id)
        .where(
            AnnualEvaluation.cycle_id == MY_CYCLE,
            AnnualEvaluation.state == "mentor_evaluated",
            PanelSheet.account_id == ME,
            PanelSheet.score.is_(None),
            PanelSheet.recused_reason == "",
            ~judge_in_conflict(PanelSheet),
        )
    )
    return _only("panel_sheet", "open", "score", StageCode.ANNUAL_EVALUATION, AnnualEvaluation.state_since, rows)


def _special(role: Role) -> list[Any]:
    """What waits without being an edge: sheets to fill in, logs to write, marks to enter."""
    if role is Role.MENTOR:
        rows = (
            select(Slot.id)
            .join(Panel, Panel.id == Slot.panel_id)
            .join(PanelMember, and_(PanelMember.panel_id == Panel.id, PanelMember.account_id == ME))
            .join(Registration, Registration.id == Slot.registration_id)
            .where(
                Panel.cycle_id == MY_CYCLE,
                Registration.state == "shortlisted",
                Slot.missed_reason == "",
                ~in_conflict(Registration, ME),
                ~exists().where(ScoreSheet.slot_id == Slot.id, ScoreSheet.account_id == ME, ScoreSheet.locked),
            )
        )
        odd = select(ScoreSheet.id).where(
            ScoreSheet.account_id == ME,
            ScoreSheet.far_off,
            ScoreSheet.far_off_reason == "",
            exists().where(
                Registration.id == ScoreSheet.registration_id,
                Registration.cycle_id == MY_CYCLE,
                Registration.state == "shortlisted",
            ),
        )
        return [
            _panel_sheets(),
            _only("interview_slot", "open", "score", StageCode.INTERVIEW, Slot.starts_at, rows),
            _only("interview_slot", "far_off", "explain", StageCode.INTERVIEW, ScoreSheet.submitted_at, odd),
        ]
    if role is Role.EXPERT:
        rows = (
            select(FinalSheet.id)
            .join(AnnualEvaluation, AnnualEvaluation.id == FinalSheet.annual_id)
            .where(
                AnnualEvaluation.cycle_id == MY_CYCLE,
                AnnualEvaluation.state == "recommended",
                FinalSheet.account_id == ME,
                FinalSheet.score.is_(None),
                FinalSheet.recused_reason == "",
                ~judge_in_conflict(FinalSheet),
            )
        )
        at = AnnualEvaluation.state_since
        return [_panel_sheets(), _only("final_sheet", "open", "score", StageCode.FINAL_EVALUATION, at, rows)]
    if role is Role.STUDENT:
        rows = (
            select(Attendance.id)
            .join(Enrolment, Enrolment.id == Attendance.enrolment_id)
            .where(
                visible_enrolments(role),
                Enrolment.state == "active",
                Attendance.mode != "absent",
                ~exists().where(
                    GrowthLog.enrolment_id == Attendance.enrolment_id,
                    GrowthLog.session_id == Attendance.session_id,
                ),
            )
        )
        return [_only("missing_log", "open", "write", None, Attendance.log_due_at, rows)]
    if role is Role.CITY_OFFICE:
        rows = select(Sitting.id).where(
            Sitting.cycle_id == MY_CYCLE, Sitting.city_id == MY_CITY, Sitting.published_at.is_(None)
        )
        return [_only("sitting", "open", "mark", StageCode.WRITTEN_TEST, Sitting.starts_at, rows)]
    return []


def _only(thing: str, state: str, action: str, stage: StageCode | None, since: Any, rows: Rows) -> Any:
    named = literal(stage.value, String) if stage else null()
    line = _line(thing, literal(state, String), literal(action, String), named, since, rows)
    return line.having(func.count() > 0)


def _standing(role: Role) -> list[Any]:
    return [
        select(
            literal(kind.thing, String).label("thing"),
            cast(kind.model.state, String).label("state"),
            func.count().label("count"),
        )
        .where(kind.model.cycle_id == MY_CYCLE, kind.visible(role))
        .group_by(kind.model.state)
        for kind in KINDS
    ]


@kept
def home(role: Role) -> Rows:
    """Home in one statement."""
    queues = _queues(role)
    waiting: Any = literal_column("'[]'::json")
    if queues:
        q = union_all(*queues).subquery("q")
        w = stages.alias("w")
        waiting = rows_json(
            select(q.c.thing, q.c.state, q.c.action, q.c["count"], q.c.since, q.c.stage, w.c.opens_at, w.c.closes_at)
            .select_from(q.outerjoin(w, (w.c.cycle_id == MY_CYCLE) & (w.c.code == q.c.stage)))
            # What can be done now stands first, by what closes first; a thing whose stage is shut, last.
            .order_by(
                case((w.c.closes_at <= NOW, 2), (w.c.opens_at > NOW, 1), else_=0), w.c.closes_at, q.c.thing, q.c.state
            )
        )
    m = union_all(*_standing(role)).subquery("m")
    mine = rows_json(select(m.c.thing, m.c.state, m.c["count"]).order_by(m.c.thing, m.c.state))
    numbers: Any = null()
    if counted(role) is not None:
        numbers = select(total_of(role)).scalar_subquery()
    return as_record(
        select(
            waiting.label("waiting"),
            coming(role).label("coming"),
            mine.label("mine"),
            numbers.label("numbers"),
        )
    )
