"""Whose numbers a reader gets, and who reads them without the persons behind: here, and nowhere else.

Numbers go a little further than lists: the experts count the whole cycle, a university and a mentor those who chose
them. Who does not see such persons in a list gets no cell that would point at one (`hiding`).
"""

from sqlalchemy import ColumnElement, and_, exists, false, or_, true

from miaopu.growth.models import GrowthLog
from miaopu.growth.queries import visible as visible_logs
from miaopu.nominations.models import Nomination
from miaopu.numbers.schemas import Picture
from miaopu.pairings.models import Enrolment
from miaopu.pairings.queries import own_enrolments
from miaopu.people.access import may
from miaopu.people.models import Unit
from miaopu.people.permissions import Permission
from miaopu.people.queries import ME, MY_CITY, MY_UNIT
from miaopu.people.roles import CITY_SIDE, OVERSIGHT, Role
from miaopu.programme.queries import MY_CYCLE
from miaopu.registrations.models import MentorChoice, Registration

# Who sees the persons of a picture one by one elsewhere: they hold this permission.
PERSONS: dict[Picture, Permission] = {
    "funnel": Permission.REGISTRATION_READ,
    "marks": Permission.REGISTRATION_READ,
    "judges": Permission.REGISTRATION_READ,
    "years": Permission.REGISTRATION_READ,
    "map": Permission.REGISTRATION_READ,
    "places": Permission.BOARD_READ,
    "meetings": Permission.BOARD_READ,
    "logs": Permission.BOARD_READ,
    "results": Permission.BOARD_READ,
}


def without_persons(role: Role, picture: Picture, by: str | None) -> bool:
    """Small cells are hidden from the reader. The sex of a student is counted and never listed: from everybody."""
    return by == "sex" or not may(role, PERSONS[picture])


def trained(role: Role) -> ColumnElement[bool]:
    """Students in training, of any cycle."""
    return true() if role is Role.EXPERT else own_enrolments(role)


def registered(role: Role) -> ColumnElement[bool]:
    """Registrations that were sent, of any cycle."""
    sent = Registration.submitted_at.is_not(None)
    if role in OVERSIGHT or role is Role.EXPERT:
        return sent
    own: dict[Role, ColumnElement[bool]] = {
        Role.CITY_OFFICE: Registration.city_id == MY_CITY,
        Role.SCHOOL: Registration.school_id == MY_UNIT,
        Role.UNIVERSITY: or_(_chose(Nomination.university_id == MY_UNIT), _in_training(role)),
        Role.MENTOR: or_(_chose(Nomination.account_id == ME), _in_training(role)),
        Role.TEAM_MEMBER: _in_training(role),
        Role.GUIDE_TEACHER: _in_training(role),
    }
    return and_(sent, own[role]) if role in own else false()


def _in_training(role: Role) -> ColumnElement[bool]:
    seen = exists().where(Enrolment.registration_id == Registration.id, own_enrolments(role))
    return seen.correlate_except(Enrolment)


def _chose(whom: ColumnElement[bool]) -> ColumnElement[bool]:
    chosen = exists().where(
        MentorChoice.registration_id == Registration.id, Nomination.id == MentorChoice.mentor_id, whom
    )
    return chosen.correlate_except(MentorChoice, Nomination)


def logs(role: Role) -> ColumnElement[bool]:
    """Logs that were handed in, in this cycle."""
    seen = true() if role is Role.EXPERT else visible_logs(role)
    return and_(GrowthLog.cycle_id == MY_CYCLE, GrowthLog.state != "draft", seen)


def sees_judges(role: Role) -> bool:
    """How judges differ is for the offices and who supervises them."""
    return role in CITY_SIDE or role is Role.EXPERT


def judged(role: Role, city: ColumnElement[bool]) -> ColumnElement[bool]:
    """The rounds whose judges are compared: a city's office sees its own."""
    if not sees_judges(role):
        return false()
    return city if role is Role.CITY_OFFICE else true()


def cities(role: Role) -> ColumnElement[bool]:
    """The plan's places are no secret; a unit is shown those of its own city."""
    return true() if role in OVERSIGHT or role is Role.EXPERT else Unit.id == MY_CITY
