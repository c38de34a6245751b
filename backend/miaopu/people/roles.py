"""Who takes part, in which kind of unit, and who brings, helps and stops whom (programme.md, roles)."""

from enum import StrEnum


class Role(StrEnum):
    """The fourteen roles of the programme."""

    ASSOCIATION = "association"
    EDUCATION_DEPARTMENT = "education_department"
    REGION_OFFICE = "region_office"
    CITY_OFFICE = "city_office"
    UNIVERSITY = "university"
    SCHOOL = "school"
    MENTOR = "mentor"
    TEAM_MEMBER = "team_member"
    GUIDE_TEACHER = "guide_teacher"
    STUDENT = "student"
    GUARDIAN = "guardian"
    EXPERT = "expert"
    PUBLIC = "public"
    INTEGRATION = "integration"


class UnitKind(StrEnum):
    """What a unit is; the tree goes region > (association, education department, committee, city > …)."""

    REGION = "region"
    ASSOCIATION = "association"
    EDUCATION_DEPARTMENT = "education_department"
    EXPERT_COMMITTEE = "expert_committee"
    CITY = "city"
    UNIVERSITY = "university"
    SCHOOL = "school"


R = Role


SPONSORS = frozenset({R.ASSOCIATION, R.EDUCATION_DEPARTMENT})


OFFICES = frozenset({R.REGION_OFFICE, R.CITY_OFFICE})


OVERSIGHT = SPONSORS | {R.REGION_OFFICE}


TEAM = frozenset({R.MENTOR, R.TEAM_MEMBER})


SIGNED_IN = frozenset(Role) - {R.PUBLIC}


PERSONS = SIGNED_IN - {R.INTEGRATION}


# The kind of unit each role belongs to.
ROLE_UNIT: dict[Role, UnitKind] = {
    R.ASSOCIATION: UnitKind.ASSOCIATION,
    R.EDUCATION_DEPARTMENT: UnitKind.EDUCATION_DEPARTMENT,
    R.REGION_OFFICE: UnitKind.REGION,
    R.CITY_OFFICE: UnitKind.CITY,
    R.UNIVERSITY: UnitKind.UNIVERSITY,
    R.SCHOOL: UnitKind.SCHOOL,
    R.MENTOR: UnitKind.UNIVERSITY,
    R.TEAM_MEMBER: UnitKind.UNIVERSITY,
    R.GUIDE_TEACHER: UnitKind.SCHOOL,
    R.STUDENT: UnitKind.SCHOOL,
    R.GUARDIAN: UnitKind.SCHOOL,
    R.EXPERT: UnitKind.EXPERT_COMMITTEE,
    R.INTEGRATION: UnitKind.REGION,
}


# Whom a role may invite, into its own unit or one directly below it.
INVITES: dict[Role, frozenset[Role]] = {
    R.REGION_OFFICE: frozenset(
        {R.ASSOCIATION, R.EDUCATION_DEPARTMENT, R.REGION_OFFICE, R.CITY_OFFICE, R.EXPERT, R.INTEGRATION}
    ),
    R.CITY_OFFICE: frozenset({R.CITY_OFFICE, R.UNIVERSITY, R.SCHOOL}),
    R.UNIVERSITY: frozenset({R.UNIVERSITY, R.MENTOR, R.TEAM_MEMBER}),
    R.MENTOR: frozenset({R.TEAM_MEMBER}),
    R.SCHOOL: frozenset({R.SCHOOL, R.GUIDE_TEACHER, R.STUDENT}),
}


# Whom a role may help to get in again (a new password, another factor): whom it invites; a school its families too.
RESETS: dict[Role, frozenset[Role]] = {**INVITES, R.SCHOOL: INVITES[R.SCHOOL] | {R.GUARDIAN}}


# Whose accounts an office may disable, and enable again: of everybody below it, since that opens nothing to anybody.
_OF_SCHOOL = frozenset({R.SCHOOL, R.GUIDE_TEACHER, R.STUDENT, R.GUARDIAN})


_OF_UNIVERSITY = frozenset({R.UNIVERSITY, R.MENTOR, R.TEAM_MEMBER})


DISABLES: dict[Role, frozenset[Role]] = {
    R.REGION_OFFICE: SIGNED_IN,
    R.CITY_OFFICE: _OF_SCHOOL | _OF_UNIVERSITY | {R.CITY_OFFICE},
    R.UNIVERSITY: _OF_UNIVERSITY,
    R.SCHOOL: _OF_SCHOOL,
}


# Which kinds of unit a role may found below its own.
FOUNDS: dict[Role, frozenset[UnitKind]] = {
    R.REGION_OFFICE: frozenset(UnitKind) - {UnitKind.REGION},
    R.CITY_OFFICE: frozenset({UnitKind.SCHOOL}),
}


# Where in the tree a kind of unit stands: what it lies directly below.
BELOW: dict[UnitKind, UnitKind] = {
    UnitKind.ASSOCIATION: UnitKind.REGION,
    UnitKind.EDUCATION_DEPARTMENT: UnitKind.REGION,
    UnitKind.EXPERT_COMMITTEE: UnitKind.REGION,
    UnitKind.CITY: UnitKind.REGION,
    UnitKind.UNIVERSITY: UnitKind.CITY,
    UnitKind.SCHOOL: UnitKind.CITY,
}


def invitable(role: Role, kind: UnitKind) -> tuple[Role, ...]:
    """The roles that `role` may invite into a unit of this kind, if the unit is in its reach."""
    return tuple(r for r in Role if r in INVITES.get(role, frozenset()) and ROLE_UNIT[r] is kind)


def foundable(role: Role, kind: UnitKind) -> tuple[UnitKind, ...]:
    """The kinds of unit that `role` may found directly below a unit of this kind."""
    return tuple(k for k in UnitKind if k in FOUNDS.get(role, frozenset()) and BELOW.get(k) is kind)


STUDENT_SIDE = frozenset({R.STUDENT, R.GUARDIAN})


CITY_SIDE = OVERSIGHT | {R.CITY_OFFICE}


UNITS_SIDE = CITY_SIDE | {R.UNIVERSITY, R.SCHOOL}


CHAIN = STUDENT_SIDE | TEAM | {R.GUIDE_TEACHER, R.SCHOOL, R.CITY_OFFICE}


RECORD_SIDE = UNITS_SIDE | TEAM | STUDENT_SIDE | {R.GUIDE_TEACHER}
