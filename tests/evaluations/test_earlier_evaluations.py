"""Later evaluations are read beside the initial opinion and the mid-term judgement (P22), by who may see those."""

from typing import Any

from test_midterm import submit, write
from test_panel import assign, dossiers, given, panel, source

from miaopu.people.roles import Role
from seeded import Headers, turn_to
from trained import Training

__all__ = ["source"]


async def of_student(training: Training, who: Headers, kind: str) -> list[Any]:
    """What the annual page asks for: the evaluations of the student whose dossier it shows."""
    path = f"/evaluations/{kind}?enrolment={training.enrolment.id}"
    return list((await training.call("GET", path, who))["items"])


async def test_p22_the_initial_opinion_and_the_midterm_are_read_with_the_dossier_by_those_around_alone(
    training: Training,
) -> None:
    plan = training.at.plan.evaluations.initial
    turn_to("2024-03-28T12:00", training.at.plan)
    body = {"enrolment_id": str(training.enrolment.id), "opinions": {f.code: "选题已定" for f in plan.fields}}
    made = await training.call("PUT", "/evaluations/initial", training.mentor, body)
    # A draft is the mentor's own.
    assert len(await of_student(training, training.mentor, "initial")) == 1
    assert await of_student(training, training.student, "initial") == []
    path = f"/evaluations/initial/{made['id']}/actions/submit"
    await training.call("POST", path, training.mentor, {"version": made["version"]})
    turn_to("2024-06-20T12:00", training.at.plan)
    await submit(training, await write(training))
    works = await dossiers(training)
    office, judges = await panel(training)
    for who in (office, training.mentor):
        (opinion,) = await of_student(training, who, "initial")
        read = await training.call("GET", f"/evaluations/initial/{opinion['id']}", who)
        assert set(read["opinions"].values()) == {"选题已定"}
        (midterm,) = await of_student(training, who, "midterm")
        read = await training.call("GET", f"/evaluations/midterm/{midterm['id']}", who)
        assert read["judgements"]
    # The family reads the opinion, and the mid-term once the city has confirmed it.
    assert len(await of_student(training, training.student, "initial")) == 1
    assert await of_student(training, training.student, "midterm") == []
    # Who judges the dossier, and another city, read neither.
    await assign(training, office, judges)
    other, _ = await training.at.person(Role.CITY_OFFICE, "baotou", "另一盟市")
    names = await given(training, judges, works["学生1"])
    for who in (other, *(judges[name][0] for name in names)):
        assert await of_student(training, who, "initial") == []
        assert await of_student(training, who, "midterm") == []
