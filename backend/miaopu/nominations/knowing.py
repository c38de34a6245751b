"""Who takes part again (P5, P7): the account that a mentor, or a member of a mentor's team, had in an earlier year.

A person stands in a list by name: of one subject at one university a mentor is the only one of the name, and so is a
member in a team. Whether it is the same person a human says; nothing is joined by name alone.
"""

from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from miaopu.nominations.models import Nomination, TeamMember
from miaopu.people.models import Account, Membership
from miaopu.people.queries import TAKEN_UP
from miaopu.people.roles import Role
from miaopu.programme.models import Cycle

Earlier = aliased(Nomination, name="earlier")
OfEarlier = aliased(TeamMember, name="of_earlier")
Then = aliased(Cycle, name="then")
Now = aliased(Cycle, name="present")


def _before(columns: tuple[Any, ...], account: Any, role: Role) -> Select[Any]:
    """Nominations of earlier cycles at the same university, newest first, whose people can still sign in."""
    still = exists().where(
        Membership.account_id == account,
        Membership.role == role.value,
        Membership.unit_id == Earlier.university_id,
        Membership.ended_at.is_(None),
    )
    return (
        select(*columns)
        .select_from(Earlier)
        .join(Then, Then.id == Earlier.cycle_id)
        .join(Now, Now.id == Nomination.cycle_id)
        .where(
            Then.year < Now.year,
            Earlier.university_id == Nomination.university_id,
            exists().where(Account.id == account, Account.active, TAKEN_UP),
            still,
        )
        .order_by(Then.year.desc())
        .limit(1)
    )


def mentor_before(*columns: Any) -> Select[Any]:
    """The same mentor's nomination in an earlier year."""
    found = _before(columns, Earlier.account_id, Role.MENTOR)
    return found.where(Earlier.subject == Nomination.subject, Earlier.name == Nomination.name).correlate(Nomination)


def member_before(*columns: Any) -> Select[Any]:
    """The same member's place in the same mentor's team of an earlier year."""
    found = _before(columns, OfEarlier.account_id, Role.TEAM_MEMBER).join(
        OfEarlier, OfEarlier.nomination_id == Earlier.id
    )
    same = (Earlier.account_id == Nomination.account_id, OfEarlier.name == TeamMember.name)
    return found.where(*same).correlate(Nomination, TeamMember)
