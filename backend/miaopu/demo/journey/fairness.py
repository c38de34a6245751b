"""The journey's public side: a notice is objected to and answered, the record is published (P16a)."""

from miaopu.demo.journey.http import Person
from miaopu.demo.journey.world import World


async def object_and_answer(world: World) -> None:
    """Somebody without an account objects to the first shortlist; who did not release it looks and answers."""
    anybody = Person(world.region.office.http, "anybody")
    listed = (await anybody.get("/public/notices", kind="shortlist", running=True))["items"]
    raised = await anybody.post(
        f"/public/notices/{listed[0]['id']}/objections",
        {"about": "", "text": "听说有同学的成绩登记有误，请核实该学科名单的依据。", "contact": ""},
    )
    first = world.region.staff[0]
    waiting = (await first.get("/objections", state="open"))["items"]
    taken = await first.act(f"/objections/{waiting[0]['id']}", "take_up", waiting[0]["version"])
    await first.act(
        f"/objections/{waiting[0]['id']}",
        "dismiss",
        taken["version"],
        "已调取答卷、两次登分记录和分数线计算依据逐一核对，名单与依据一致，未发现登记错误。",
    )
    answered = await anybody.get(f"/public/objections/{raised['receipt']}")
    world.say(f"objection {answered['state']}")


async def publish_record(world: World) -> None:
    """The region publishes the record of the selection as it stands."""
    made = await world.region.office.post("/records")
    checks = await world.region.office.get(f"/public/cycles/{world.plan.code}/record/checks")
    world.say(f"record {made['number']}: {len(checks['checks'])} checks, all agree: {checks['agrees']}")
