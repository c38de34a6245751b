"""Reads of the contact chain (P21). Who reads a thread is said here once."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    exists,
    false,
    func,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.orm import aliased

from miaopu.contacts.models import FLOW, ContactMark, ContactPost, ContactThread
from miaopu.contacts.schemas import ThreadSort
from miaopu.core import files
from miaopu.core.audit import AuditEntry
from miaopu.core.files import StoredFile
from miaopu.core.read import Rows, among, as_page, as_record, filtered, kept
from miaopu.nominations.models import Nomination
from miaopu.pairings.changing_models import Mentorship
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import City, Mentor, by_leave
from miaopu.people.models import Account
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import Role
from miaopu.programme.offering import NOW, offers, waiting_for
from miaopu.programme.queries import ID, MY_CYCLE, rows_json, trail_of

T = ContactThread
Own = aliased(Enrolment, name="own")
Opener = aliased(Account, name="opener")
ESCALATED = ("with_city", "with_region")
FILE = bindparam("file_id", type_=Uuid)


def _about(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The student of the thread meets the conditions."""
    return exists().where(Own.id == T.enrolment_id, *conditions).correlate_except(Own, Nomination)


def _mentors() -> ColumnElement[bool]:
    """The reader is the student's co-mentor now, or the mentor, who was not always that."""
    mine = Nomination.account_id == ME
    return or_(
        _about(Nomination.id == Own.co_mentor_id, mine), and_(_about(Nomination.id == Own.mentor_id, mine), _told())
    )


def _before() -> Any:
    """The time at which the reader stopped being the mentor of the thread's student."""
    return (
        select(func.max(Mentorship.ended_at))
        .join(Nomination, Nomination.id == Mentorship.mentor_id)
        .where(Mentorship.enrolment_id == T.enrolment_id, Nomination.account_id == ME)
        .correlate(T)
        .scalar_subquery()
    )


def _since() -> Any:
    """The time at which the student came to the present mentor from another one."""
    return (
        select(func.max(Mentorship.started_at))
        .where(
            Mentorship.enrolment_id == T.enrolment_id, Mentorship.ended_at.is_(None), Mentorship.change_id.is_not(None)
        )
        .correlate(T)
        .scalar_subquery()
    )


def _told() -> ColumnElement[bool]:
    """What a mentor who came by a change is told of: the student's threads, and those of adults from then on."""
    return or_(T.with_student, _since().is_(None), T.opened_at >= _since())


def writers(role: Role) -> ColumnElement[bool]:
    """Who takes part in a thread now.

    With the student, a new mentor sees everything: the thread is the student's. What adults said among themselves
    before the change stays with those who said it.
    """
    own: dict[Role, ColumnElement[bool]] = {
        Role.CITY_OFFICE: _about(Own.city_id == MY_CITY),
        Role.REGION_OFFICE: T.region_at.is_not(None),
        Role.SCHOOL: and_(T.with_guide, _about(Own.school_id == MY_UNIT)),
        Role.GUIDE_TEACHER: and_(T.with_guide, _about(Own.guide_teacher_account_id == ME)),
        Role.GUARDIAN: and_(T.with_guardian, _about(Own.guardian_account_id == ME)),
        Role.STUDENT: and_(T.with_student, _about(Own.account_id == ME)),
        Role.MENTOR: and_(T.with_team, _mentors()),
        Role.TEAM_MEMBER: and_(T.with_team, _about(by_leave(Own, ME)), _told()),
    }
    return and_(T.cycle_id == MY_CYCLE, own[role]) if role in own else false()


def visible(role: Role) -> ColumnElement[bool]:
    """Who takes part, and a mentor of before: what there was up to the change."""
    if role is not Role.MENTOR:
        return writers(role)
    once = and_(T.cycle_id == MY_CYCLE, T.with_team, T.opened_at <= _before())
    return or_(writers(role), once)


def post_seen(role: Role) -> ColumnElement[bool]:
    """Of a thread that is seen: every post, for a mentor of before those up to the change."""
    if role is not Role.MENTOR:
        return true()
    return or_(writers(role), ContactPost.at <= _before())


def _unread(role: Role) -> ColumnElement[bool]:
    read = (
        select(ContactMark.read_at)
        .where(ContactMark.thread_id == T.id, ContactMark.account_id == ME)
        .correlate(T)
        .scalar_subquery()
    )
    return and_(
        ContactPost.account_id != ME,
        ContactPost.withdrawn_at.is_(None),
        or_(read.is_(None), ContactPost.at > read),
        post_seen(role),
    )


def unread_threads(role: Role) -> Rows:
    """Unread posts, for the count on home."""
    return select(ContactPost.id).join(T, T.id == ContactPost.thread_id).where(visible(role), _unread(role))


def _threads(role: Role) -> Rows:
    def of_posts(what: Any, *conditions: ColumnElement[bool]) -> Any:
        rows = select(what).select_from(ContactPost).where(ContactPost.thread_id == T.id, post_seen(role), *conditions)
        return rows.correlate(T).scalar_subquery()

    return (
        select(
            T.id,
            T.enrolment_id,
            Enrolment.name.label("student_name"),
            Enrolment.number,
            T.title,
            Mentor.name.label("mentor_name"),
            City.name.label("city_name"),
            T.with_team,
            T.with_guide,
            T.with_guardian,
            T.with_student,
            T.opened_at,
            Opener.name.label("opened_by_name"),
            func.coalesce(of_posts(func.max(ContactPost.at)), T.opened_at).label("last_at"),
            of_posts(func.count()).label("posts_count"),
            of_posts(func.count(), _unread(role)).label("unread"),
            T.due_at,
            case((among(T.state, ESCALATED), T.due_at <= NOW), else_=false()).label("overdue"),
            T.state,
            T.state_since,
            T.version,
        )
        .join(Enrolment, Enrolment.id == T.enrolment_id)
        .join(Mentor, Mentor.id == Enrolment.mentor_id)
        .join(City, City.id == Enrolment.city_id)
        .join(Opener, Opener.id == T.opened_by)
        .where(visible(role))
    )


def _filters(role: Role) -> dict[str, Any]:
    q = bindparam("q", type_=String)
    unread = exists().where(ContactPost.thread_id == T.id, _unread(role)).correlate(T)
    return {
        "state": T.state == bindparam("state"),
        "enrolment": T.enrolment_id == bindparam("enrolment", type_=Uuid),
        "q": T.title.contains(q) | Enrolment.name.contains(q),
        "unread": unread,
        "escalated": among(T.state, ESCALATED),
        "mine": T.opened_by == ME,
    }


@kept
def page(role: Role, filters: frozenset[str], sort: ThreadSort) -> Rows:
    """Threads, the last said first, or what has to be answered first."""
    rows = filtered(_threads(role), _filters(role), filters)
    last = (
        select(func.max(ContactPost.at))
        .where(ContactPost.thread_id == T.id, post_seen(role))
        .correlate(T)
        .scalar_subquery()
    )
    order = T.due_at.asc().nulls_last() if sort == "due_at" else func.coalesce(last, T.opened_at).desc()
    return as_page(rows, order, T.id)


@kept
def record(role: Role) -> Rows:
    """One thread with everything said in it; what was taken back is for the city alone."""
    papers = rows_json(
        select(StoredFile.id, StoredFile.name)
        .where(StoredFile.id == any_(ContactPost.files))
        .order_by(func.array_position(ContactPost.files, StoredFile.id))
    )
    kept_text = true() if role is Role.CITY_OFFICE else ContactPost.withdrawn_at.is_(None)
    empty = func.json_build_array()
    posts = rows_json(
        select(
            ContactPost.id,
            ContactPost.account_id,
            Account.name,
            ContactPost.role,
            case((kept_text, ContactPost.text), else_=null()).label("text"),
            ContactPost.mentions,
            case((kept_text, papers), else_=empty).label("files"),
            ContactPost.act,
            ContactPost.at,
            (ContactPost.account_id == ME).label("mine"),
            _unread(role).label("unread"),
            ContactPost.withdrawn_at,
            ContactPost.withdrawn_reason,
            ContactPost.version,
        )
        .join(Account, Account.id == ContactPost.account_id)
        .where(ContactPost.thread_id == T.id, post_seen(role))
        .order_by(ContactPost.at, ContactPost.id)
    )
    # A mentor of before takes no act any more.
    acts = offers(FLOW, role, T.state, T.cycle_id)
    return as_record(
        _threads(role)
        .add_columns(
            posts.label("posts"),
            (writers(role) if role is not Role.REGION_OFFICE else false()).label("may_write"),
            T.region_at,
            T.answered_at,
            case((writers(role), acts.element), else_=func.jsonb_build_array()).label("actions"),
            waiting_for(FLOW, T.state),
        )
        .where(T.id == ID)
    )


@kept
def file(role: Role) -> Rows:
    """A file of a post; of one that was taken back, for the city alone."""
    kept_file = true() if role is Role.CITY_OFFICE else ContactPost.withdrawn_at.is_(None)
    return (
        select(*files.columns())
        .join(ContactPost, StoredFile.id == any_(ContactPost.files))
        .join(T, T.id == ContactPost.thread_id)
        .where(StoredFile.id == FILE, T.id == ID, visible(role), post_seen(role), kept_file)
    )


@kept
def trail(role: Role) -> Rows:
    """The trail of a thread; for a mentor of before, up to the change."""
    seen = select(T.id).where(T.id == ID, visible(role))
    if role is not Role.MENTOR:
        return trail_of(role, "contact_thread", seen)
    then = select(T.id).where(T.id == ID, or_(writers(role), AuditEntry.at <= _before())).correlate(AuditEntry)
    return trail_of(role, "contact_thread", seen, only=then.exists())
