"""The journey's public side: a notice is objected to and answered, the record is published (P16a)."""

from miaopu.demo.journey.http import Json, Person
from miaopu.demo.journey.world import World


async def object_and_answer(world: World) -> None:
    """Somebody without an account objects to the first shortlist; who did not release it looks and answers."""
    receipt, waiting = await _object(world, "shortlist", "听说有同学的成绩登记有误，请核实该学科名单的依据。")
    first = world.region.staff[0]
    taken = await first.act(f"/objections/{waiting['id']}", "take_up", waiting["version"])
    await first.act(
        f"/objections/{waiting['id']}",
        "dismiss",
        taken["version"],
        "已调取答卷、两次登分记录和分数线计算依据逐一核对，名单与依据一致，未发现登记错误。",
    )
    answered = await Person(first.http, "anybody").get(f"/public/objections/{receipt}")
    world.say(f"objection {answered['state']}")


async def correct_a_grade(world: World) -> None:
    """An objection to a final list is upheld by one person and put right by another: a new edition is on notice."""
    _, waiting = await _object(world, "final", "申诉：终评时一位专家的评分表漏计一项，请按评分表复核等次。")
    corrector, reviewer = world.region.staff[:2]
    path = f"/objections/{waiting['id']}"
    taken = await reviewer.act(path, "take_up", waiting["version"])
    await reviewer.act(path, "uphold", taken["version"], "经核对评分表，确有一项漏计，等次应予更正。")
    listed = await corrector.get(f"/disclosures/{waiting['disclosure_id']}")
    qualified = next(p for p in listed["evidence"]["people"] if p["grade"] == "qualified" and p["scores"])
    await corrector.post(
        "/evaluations/final/correct",
        {
            "objection_id": waiting["id"],
            "reason": "评分表漏计一项，复核后等次由合格更正为优秀",
            "changes": [{"number": qualified["number"], "outcome": "excellent"}],
        },
    )


async def _object(world: World, kind: str, text: str) -> tuple[str, Json]:
    """Raise an objection to the newest notice of a kind: its receipt, and how it waits in the region's office."""
    anybody = Person(world.region.office.http, "anybody")
    listed = (await anybody.get("/public/notices", kind=kind, running=True))["items"]
    raised = await anybody.post(f"/public/notices/{listed[0]['id']}/objections", {"text": text})
    waiting = (await world.region.office.get("/objections", state="open"))["items"]
    return raised["receipt"], waiting[0]


async def publish_record(world: World) -> None:
    """The region publishes the record of the selection as it stands."""
    made = await world.region.office.post("/records")
    checks = await world.region.office.get(f"/public/cycles/{world.plan.code}/record/checks")
    world.say(f"record {made['number']}: {len(checks['checks'])} checks, all agree: {checks['agrees']}")
