"""Conflicts of interest between a judge and a student (P16, P24, P25): one rule in SQL for each kind.

What arranges (panels, dossiers, finals) asks `pairs`; what a judge reads or scores is narrowed by `in_conflict` in the
query itself. Inferred are: the same school, now or before; work together in an earlier year; a guardian with the
judge's account, telephone or name. The last can be nothing but a name that two people share: the office clears it.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, column, exists, literal, or_, select, table, union_all
from sqlalchemy.orm import aliased

from miaopu.interviews.models import ClearedNamesake, DeclaredConflict
from miaopu.nominations.models import Nomination, TeamMember
from miaopu.people.models import Account, Membership
from miaopu.registrations.models import Consent, Registration


class ConflictKind(StrEnum):
    """Why somebody must not judge; `declared` by the judge, the others found, the surest first."""

    DECLARED = "declared"
    SCHOOL = "school"
    TEAM = "team"
    GUARDIAN_ACCOUNT = "guardian_account"
    GUARDIAN_PHONE = "guardian_phone"
    GUARDIAN_NAME = "guardian_name"


# Of these a pair is told the first that holds.
GUARDIANS = (ConflictKind.GUARDIAN_ACCOUNT, ConflictKind.GUARDIAN_PHONE, ConflictKind.GUARDIAN_NAME)
# What may be nothing but a name that two people share.
NAMESAKE = ConflictKind.GUARDIAN_NAME
# A room to the right; only who worked with whom is read of it.
enrolments = table("enrolments", column("registration_id"), column("mentor_id"))
Student = Any
Judge = Any


def _declared(student: Student, judge: Judge) -> ColumnElement[bool]:
    said = aliased(DeclaredConflict)
    return exists().where(said.registration_id == student.id, said.account_id == judge)


def _school(student: Student, judge: Judge) -> ColumnElement[bool]:
    member = aliased(Membership)
    return exists().where(member.account_id == judge, member.unit_id == student.school_id)


def _team(student: Student, judge: Judge) -> ColumnElement[bool]:
    again, mentor, team, place = aliased(Registration), aliased(Nomination), aliased(TeamMember), enrolments.alias()
    # Who comes back with another account is the same person by the identity number.
    same = or_(again.account_id == student.account_id, again.identity_index == student.identity_index)
    rows = (
        select(literal(1))
        .select_from(again)
        .join(place, place.c.registration_id == again.id)
        .join(mentor, mentor.id == place.c.mentor_id)
        .outerjoin(team, team.nomination_id == mentor.id)
        .where(same, again.id != student.id, or_(mentor.account_id == judge, team.account_id == judge))
    )
    return exists(rows.correlate_except(again, mentor, team, place))


def _guardian_account(student: Student, judge: Judge) -> ColumnElement[bool]:
    found: ColumnElement[bool] = student.guardian_account_id.is_not_distinct_from(judge)
    return found


def _guardian(student: Student, judge: Judge, same: Callable[[Any, Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    consent, account = aliased(Consent), aliased(Account)
    return exists().where(consent.registration_id == student.id, account.id == judge, same(consent, account))


def _guardian_phone(student: Student, judge: Judge) -> ColumnElement[bool]:
    return _guardian(student, judge, lambda consent, account: account.phone_index == consent.phone_index)


def _guardian_name(student: Student, judge: Judge) -> ColumnElement[bool]:
    return _guardian(student, judge, lambda consent, account: account.name == consent.guardian_name)


RULES: dict[ConflictKind, Callable[[Student, Judge], ColumnElement[bool]]] = {
    ConflictKind.DECLARED: _declared,
    ConflictKind.SCHOOL: _school,
    ConflictKind.TEAM: _team,
    ConflictKind.GUARDIAN_ACCOUNT: _guardian_account,
    ConflictKind.GUARDIAN_PHONE: _guardian_phone,
    ConflictKind.GUARDIAN_NAME: _guardian_name,
}


def in_conflict(student: Student, judge: Judge, without: Iterable[ConflictKind] = ()) -> ColumnElement[bool]:
    """The judge (an account's id) must not judge the student (a registration, or an alias); what is cleared is none."""
    cleared = aliased(ClearedNamesake)
    namesake = and_(
        _guardian_name(student, judge),
        ~exists().where(cleared.registration_id == student.id, cleared.account_id == judge),
    )
    kinds = [kind for kind in RULES if kind not in tuple(without)]
    return or_(*(namesake if kind is NAMESAKE else RULES[kind](student, judge) for kind in kinds))


def pairs(registrations: Iterable[Any], accounts: Iterable[Any]) -> Select[tuple[Any, Any, str]]:
    """Registration, account and kind of every conflict between these, cleared ones among them."""
    people, judges = list(registrations), list(accounts)
    found = [
        select(
            Registration.id.label("registration_id"),
            Account.id.label("account_id"),
            literal(kind.value, String).label("kind"),
        )
        .select_from(Registration)
        .join(Account, Account.id.in_(judges))
        .where(Registration.id.in_(people), rule(Registration, Account.id))
        for kind, rule in RULES.items()
    ]
    every = union_all(*found).subquery()
    return select(every.c.registration_id, every.c.account_id, every.c.kind)
