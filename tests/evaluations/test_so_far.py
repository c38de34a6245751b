"""What is known of a student beside the form of who evaluates (P22), and the first opinions read by the later ones."""

from seeded import turn_to
from trained import Training


async def test_p22_the_form_stands_beside_meetings_logs_and_topic_and_the_opinions_are_read_later(
    training: Training,
) -> None:
    path = f"/enrolments/{training.enrolment.id}/so-far"
    found = await training.call("GET", path, training.mentor)
    assert (found["meetings"], found["on_campus"], found["minutes"], found["logs_handed_in"]) == (1, 1, 60, 0)
    await training.hold(minutes=30, attendance=[{"enrolment_id": str(training.enrolment.id), "mode": "absent"}])
    log = await training.hand_in()
    await training.review(log, "accept")
    body = {
        "enrolment_id": str(training.enrolment.id),
        "opinions": dict.fromkeys([f.code for f in training.at.plan.evaluations.initial.fields], "进展顺利"),
    }
    turn_to("2024-03-25T12:00", training.at.plan)
    made = await training.call("PUT", "/evaluations/initial", training.mentor, body)
    # A draft is the mentor's alone.
    assert (await training.call("GET", path, training.guardian))["initial"] == []
    act = f"/evaluations/initial/{made['id']}/actions/submit"
    await training.call("POST", act, training.mentor, {"version": made["version"]})
    found = await training.call("GET", path, training.guardian)
    assert (found["meetings"], found["logs_handed_in"], found["logs_accepted"]) == (1, 1, 1)
    assert [one["opinions"] for one in found["initial"]] == [body["opinions"]]
    for who in (training.stranger, training.strange_mentor, training.strange_teacher):
        await training.call("GET", path, who, status=404)
