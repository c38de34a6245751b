"""The journey's public side: a notice is objected to and answered, the record is published (P16a)."""

from miaopu.demo.journey.http import Json
from miaopu.demo.journey.world import World


async def object_and_answer(world: World) -> None:
    """Somebody without an account objects to the first shortlist; who did not release it looks and answers."""
    first = world.region.staff[0]
    anybody = world.anyone()
    listed = (await anybody.get("/public/notices", kind="shortlist", running=True))["items"]
    text = "听说有同学的成绩登记有误，请核实该学科名单的依据。"
    raised = await anybody.post(f"/public/notices/{listed[0]['id']}/objections", {"text": text})
    waiting = (await first.get("/objections", state="open"))["items"][0]
    taken = await first.act(f"/objections/{waiting['id']}", "take_up", waiting["version"])
    await first.act(
        f"/objections/{waiting['id']}",
        "dismiss",
        taken["version"],
        "已调取答卷、两次登分记录和分数线计算依据逐一核对，名单与依据一致，未发现登记错误。",
    )
    answered = await anybody.get(f"/public/objections/{raised['receipt']}")
    world.say(f"objection {answered['state']}")


async def correct_a_grade(world: World) -> None:
    """An objection to a final list is upheld by one person and put right by another: a new edition is on notice."""
    corrector, reviewer = world.region.staff[:2]
    judged: list[tuple[str, Json]] = []
    for listed in await corrector.all("/disclosures", kind="final"):
        shown = await corrector.get(f"/disclosures/{listed['id']}")
        judged += [(listed["id"], p) for p in shown["evidence"]["people"] if p["scores"]]
    notice, person = judged[0]
    other = "qualified" if person["grade"] == "excellent" else "excellent"
    anybody = world.anyone()
    text = "申诉：终评时一位专家的评分表漏计一项，请按评分表复核等次。"
    await anybody.post(f"/public/notices/{notice}/objections", {"text": text})
    waiting = (await reviewer.get("/objections", state="open"))["items"][0]
    path = f"/objections/{waiting['id']}"
    taken = await reviewer.act(path, "take_up", waiting["version"])
    await reviewer.act(path, "uphold", taken["version"], "经核对评分表，确有一项登记错误，等次应予更正。")
    await corrector.post(
        "/evaluations/final/correct",
        {
            "objection_id": waiting["id"],
            "reason": "评分表一项登记错误，复核后更正等次",
            "changes": [{"number": person["number"], "outcome": other}],
        },
    )


async def publish_record(world: World) -> None:
    """The region publishes the record of the selection as it stands."""
    made = await world.region.office.post("/records")
    checks = await world.region.office.get(f"/public/cycles/{world.plan.code}/record/checks")
    world.say(f"record {made['number']}: {len(checks['checks'])} checks, all agree: {checks['agrees']}")
