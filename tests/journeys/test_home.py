"""Home says what waits for whom, by the same edges that let them act."""

from miaopu.people.roles import Role
from miaopu.reports.queries import KINDS, turns


def test_every_task_named_on_a_home_page_is_an_edge_the_role_may_take() -> None:
    for kind in KINDS:
        for role in Role:
            for state, (action, _) in turns(kind.flow, role).items():
                edge = kind.flow.edge(state, action)
                assert edge is not None
                assert role.value


def test_the_roles_of_the_selection_are_awaited_where_the_programme_says() -> None:
    flows = {kind.thing: kind.flow for kind in KINDS}
    waiting = {
        ("nomination", "recommended"): (Role.CITY_OFFICE, "pass_first_review"),
        ("nomination", "profile_submitted"): (Role.REGION_OFFICE, "pass_second_review"),
        ("nomination", "region_reviewed"): (Role.ASSOCIATION, "approve"),
        ("registration", "submitted"): (Role.SCHOOL, "recommend"),
        ("registration", "eligible"): (Role.CITY_OFFICE, "seat"),
        ("registration", "shortlisted"): (Role.CITY_OFFICE, "interview"),
        ("registration", "selected"): (Role.CITY_OFFICE, "pair"),
        ("growth_log", "submitted"): (Role.MENTOR, "accept"),
        ("midterm_summary", "handed_in"): (Role.REGION_OFFICE, "file"),
        ("annual_evaluation", "recommended"): (Role.REGION_OFFICE, "grade"),
    }
    for (thing, state), (role, action) in waiting.items():
        assert turns(flows[thing], role)[state][0] == action, (thing, state)
    # Who is in reserve waits for a place that falls free, not to be paired.
    assert "reserve" not in turns(flows["registration"], Role.CITY_OFFICE)
    # Nobody is awaited to undo, to object or to leave.
    assert "enrolled" not in turns(flows["registration"], Role.STUDENT)
    assert "confirmed" not in turns(flows["midterm_evaluation"], Role.STUDENT)
