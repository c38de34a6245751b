"""Verbs of supervision: a visit, its findings and their answers, model cases and the consents to them (P28)."""

import uuid

from sqlalchemy import or_, select

from miaopu.core import clock
from miaopu.core.db import new_id
from miaopu.core.problem import FieldError, Problem, invalid, not_found
from miaopu.notices.service import holders, tell
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import visible_enrolments
from miaopu.people.access import require
from miaopu.people.acting import Tx, cycle_of, scope
from miaopu.people.models import Membership, Unit
from miaopu.people.permissions import Permission
from miaopu.people.roles import Role, UnitKind
from miaopu.programme.flow import Concerned, Move, move
from miaopu.programme.queries import ask_version, load, plan_of
from miaopu.supervision.models import CASE_FLOW, FINDING_FLOW, CasePerson, Finding, ModelCase, SupervisionVisit
from miaopu.supervision.queries import all_agree, visible_cases, visible_findings, visible_visits
from miaopu.supervision.schemas import (
    CaseAction,
    FindingAction,
    FindingAnswer,
    FindingForm,
    ModelCaseAgree,
    ModelCaseForm,
    ModelCaseWord,
    VisitForm,
)

OWNERS = {
    UnitKind.CITY.value: Role.CITY_OFFICE,
    UnitKind.UNIVERSITY.value: Role.UNIVERSITY,
    UnitKind.SCHOOL.value: Role.SCHOOL,
}


async def visit(tx: Tx, form: VisitForm) -> SupervisionVisit:
    """An expert's visit. Raises 422 for a unit that is not visited, or means that are not the plan's."""
    cycle_id = cycle_of(tx.actor)
    await _unit(tx, form.unit_id)
    known = {one.code for one in (await plan_of(tx.session, cycle_id)).supervision.means}
    faults = [FieldError(f"/means/{i}", "enum") for i, code in enumerate(form.means) if code not in known]
    if faults:
        raise invalid(*faults)
    made = SupervisionVisit(id=new_id(), cycle_id=cycle_id, account_id=tx.actor.account_id, **form.model_dump())
    tx.session.add(made)
    await tx.session.flush()
    return made


async def _unit(tx: Tx, unit_id: uuid.UUID) -> Unit:
    unit = await tx.session.get(Unit, unit_id)
    if unit is None or unit.kind not in OWNERS:
        raise invalid(FieldError("/unit_id", "unknown"))
    return unit


async def find(tx: Tx, visit_id: uuid.UUID, form: FindingForm) -> Finding:
    """A finding of one's own visit; its owner is told. Raises 404, 403, 422."""
    seen = await _own_visit(tx, visit_id)
    unit = await _unit(tx, form.unit_id or seen.unit_id)
    visited = await tx.session.get(Unit, seen.unit_id)
    # What one saw is for whom one saw, or for the office above it.
    if unit.id != seen.unit_id and (visited is None or unit.id != visited.city_id):
        raise invalid(FieldError("/unit_id", "unknown"))
    if form.due_on < seen.visited_on:
        raise invalid(FieldError("/due_on", "before_visit"))
    made = Finding(
        id=new_id(), cycle_id=seen.cycle_id, state="open", visit_id=seen.id, unit_id=unit.id, text=form.text,
        due_on=form.due_on,
    )  # fmt: skip
    tx.session.add(made)
    await tx.session.flush()
    await tell(
        tx.session, await holders(tx.session, OWNERS[unit.kind], unit.id), "finding.created",
        thing_type="finding", thing_id=made.id, cycle_id=made.cycle_id, title=unit.name,
    )  # fmt: skip
    return made


async def _own_visit(tx: Tx, visit_id: uuid.UUID) -> SupervisionVisit:
    found = await load(tx, SupervisionVisit, visible_visits(tx.actor.role), visit_id)
    require(tx.actor, Permission.SUPERVISION_WRITE)
    return found


def _ask_owner(tx: Tx, thing: Finding | ModelCase, permission: Permission) -> None:
    require(tx.actor, permission)
    if thing.unit_id != tx.actor.unit_id:
        raise Problem("forbidden", 403, permission=permission.value)


async def _told(tx: Tx, thing: Finding | ModelCase) -> Concerned:
    """The owner, the expert who was there, and the region's office when it is its turn."""
    unit = await tx.session.get(Unit, thing.unit_id)
    seen = await tx.session.get(SupervisionVisit, thing.visit_id)
    assert unit is not None
    assert seen is not None
    units: dict[Role, uuid.UUID | None] = {OWNERS[unit.kind]: unit.id, Role.REGION_OFFICE: None}
    return Concerned(title=unit.name, owners=(seen.account_id,), units=units)


async def answer(tx: Tx, finding_id: uuid.UUID, form: FindingAnswer) -> Finding:
    """What the owner has done about it. Raises as `flow.move`; 403 for another unit's."""
    found = await load(tx, Finding, visible_findings(tx.actor.role), finding_id)
    _ask_owner(tx, found, Permission.FINDING_ANSWER)
    found.answer, found.answered_at = form.answer, clock.now()
    await move(tx, FINDING_FLOW, found, "answer", version=form.version, concerned=await _told(tx, found))
    return found


async def settle(tx: Tx, finding_id: uuid.UUID, action: FindingAction, form: Move) -> Finding:
    """The expert or the region accepts the answer or returns it. Raises as `flow.move`."""
    found = await load(tx, Finding, visible_findings(tx.actor.role), finding_id)
    told = await _told(tx, found)
    await move(tx, FINDING_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    if action == "accept":
        unit = await tx.session.get(Unit, found.unit_id)
        assert unit is not None
        owners = await holders(tx.session, OWNERS[unit.kind], unit.id)
        await tell(
            tx.session, owners, "finding.accept",
            thing_type="finding", thing_id=found.id, cycle_id=found.cycle_id, title=unit.name,
        )  # fmt: skip
    return found


async def propose(tx: Tx, visit_id: uuid.UUID, form: ModelCaseForm) -> ModelCase:
    """A model case seen on one's own visit; its unit is asked. Raises 404, 403."""
    seen = await _own_visit(tx, visit_id)
    made = ModelCase(
        id=new_id(), cycle_id=seen.cycle_id, state="proposed", visit_id=seen.id, unit_id=seen.unit_id,
        **form.model_dump(),
    )  # fmt: skip
    tx.session.add(made)
    await tx.session.flush()
    unit = await _unit(tx, seen.unit_id)
    await tell(
        tx.session, await holders(tx.session, OWNERS[unit.kind], unit.id), "model_case.created",
        thing_type="model_case", thing_id=made.id, cycle_id=made.cycle_id, title=made.title,
    )  # fmt: skip
    return made


async def agree(tx: Tx, case_id: uuid.UUID, form: ModelCaseAgree) -> ModelCase:
    """The unit agrees and says whom the case names; each is asked, and the guardian of a student as well.

    Raises as `flow.move`; 422 for people who are neither of the unit nor its students.
    """
    found = await load(tx, ModelCase, visible_cases(tx.actor.role), case_id)
    _ask_owner(tx, found, Permission.CASE_CONSENT)
    wanted = await _whom(tx, form)
    await move(tx, CASE_FLOW, found, "agree", version=form.version, concerned=await _told(tx, found))
    lines = await tx.session.scalars(select(CasePerson).where(CasePerson.case_id == found.id))
    there = {line.account_id for line in lines}
    for account_id, guardian in wanted.items():
        if account_id not in there:
            tx.session.add(CasePerson(id=new_id(), case_id=found.id, account_id=account_id, guardian=guardian))
    await tx.session.flush()
    await tell(
        tx.session, [a for a in wanted if a not in there], "model_case.ask",
        thing_type="model_case", thing_id=found.id, cycle_id=found.cycle_id, title=found.title,
    )  # fmt: skip
    return found


async def _whom(tx: Tx, form: ModelCaseAgree) -> dict[uuid.UUID, bool]:
    """Accounts to be asked; true for a guardian's."""
    members = set(
        await tx.session.scalars(
            select(Membership.account_id).where(
                Membership.unit_id == tx.actor.unit_id, Membership.account_id.in_(form.account_ids)
            )
        )
    )
    students = list(
        await tx.session.scalars(
            select(Enrolment).where(
                visible_enrolments(tx.actor.role),
                or_(Enrolment.id.in_(form.enrolment_ids), Enrolment.account_id.in_(form.account_ids)),
            ),
            scope(tx.actor),
        )
    )
    seen, known = {one.id for one in students}, members | {one.account_id for one in students}
    faults = [FieldError(f"/account_ids/{i}", "unknown") for i, a in enumerate(form.account_ids) if a not in known]
    faults += [FieldError(f"/enrolment_ids/{i}", "unknown") for i, e in enumerate(form.enrolment_ids) if e not in seen]
    if faults:
        raise invalid(*faults)
    found = dict.fromkeys(form.account_ids, False)
    for student in students:
        found[student.account_id] = False
        if student.guardian_account_id is not None:
            found.setdefault(student.guardian_account_id, True)
    return found


async def say(tx: Tx, case_id: uuid.UUID, form: ModelCaseWord) -> CasePerson:
    """The own word of somebody whom a case names; withdrawn, the case leaves the public page at once.

    Raises:
        Problem: 404 for who is not named; 409 `stale` also for another text, `wrong_state`.
    """
    case = await load(tx, ModelCase, visible_cases(tx.actor.role), case_id)
    line = await tx.session.scalar(
        select(CasePerson).where(CasePerson.case_id == case.id, CasePerson.account_id == tx.actor.account_id)
    )
    if line is None:
        raise not_found()
    require(tx.actor, Permission.CASE_READ)
    ask_version(line, form.version)
    text = (await plan_of(tx.session, case.cycle_id)).supervision.consent
    if form.text_version != text.version:
        raise Problem("stale", 409, version=line.version)
    if (line.said == "given") != (form.decision == "withdrawn"):
        raise Problem("wrong_state", 409, state=line.said or "")
    line.said, line.said_at = form.decision, clock.now()
    line.text_version, line.text = text.version, {"zh": text.zh, "en": text.en}
    await tx.session.flush()
    return line


async def act(tx: Tx, case_id: uuid.UUID, action: CaseAction, form: Move) -> ModelCase:
    """Refuse or withdraw for the unit; publish or take down for the region. Raises as `move`; 409 `not_all_agree`."""
    found = await load(tx, ModelCase, visible_cases(tx.actor.role), case_id)
    permission = CASE_FLOW.permission(action)
    if permission is Permission.CASE_CONSENT:
        _ask_owner(tx, found, permission)
    require(tx.actor, permission)
    if action == "publish":
        # Locked, so that nobody withdraws unseen between the question and the publication.
        await tx.session.execute(select(CasePerson.id).where(CasePerson.case_id == found.id).with_for_update())
        if await tx.session.scalar(select(ModelCase.id).where(ModelCase.id == found.id, all_agree())) is None:
            raise Problem("not_all_agree", 409)
        found.published_at = clock.now()
    told = await _told(tx, found)
    await move(tx, CASE_FLOW, found, action, version=form.version, reason=form.reason, concerned=told)
    return found
