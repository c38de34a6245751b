"""The journey's training year: plans, sessions, growth logs, initial and mid-term (P9–P11, P17, P22, P23)."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

from miaopu.demo.journey.http import Json, Person, each
from miaopu.demo.journey.world import Mentor, World
from miaopu.programme.plan import StageCode

DID = (
    "学习指定书目第三章并做读书笔记",
    "参加组会，汇报上周阅读的文献",
    "在实验室学习仪器操作，完成一次测量",
    "讨论课题设计，确定变量与对照",
)
LEARNED = (
    "知道了怎样记录实验条件，才能让别人重复",
    "明白了一个结论需要哪些证据",
    "学会用图表示数据的误差",
    "发现自己的假设太宽，需要收窄",
)
AIMS = "学会提出可以检验的问题，并用一年时间认真回答其中一个。"


class Year:
    """The students in training, by mentor, as the API lists them."""

    def __init__(self, world: World, enrolments: list[Json]) -> None:
        self.world = world
        self.students: dict[str, Person] = {s.registration: s.person for s in world.students}
        self.mentors: dict[str, Mentor] = {m.nomination: m for m in world.mentors}
        self.by_mentor: dict[str, list[Json]] = defaultdict(list)
        for enrolment in enrolments:
            self.by_mentor[enrolment["mentor_id"]].append(enrolment)

    def person(self, enrolment: Json) -> Person:
        """The student."""
        return self.students[enrolment["registration_id"]]

    def mentor(self, enrolment: Json) -> Person:
        """The mentor."""
        found = self.mentors[enrolment["mentor_id"]].person
        assert found is not None
        return found

    def without(self, gone: set[str]) -> "Year":
        """Those who are left when some have gone."""
        return Year(self.world, [e for group in self.by_mentor.values() for e in group if e["id"] not in gone])

    @property
    def enrolments(self) -> list[Json]:
        """All of them."""
        return [e for group in self.by_mentor.values() for e in group]


async def begin(world: World) -> Year:
    """Training plans: drafted, confirmed by the university, agreed by student and guide teacher."""
    await world.go(world.plan.closes_at(StageCode.PAIRING) + timedelta(hours=10))
    year = Year(world, await world.region.office.all("/enrolments", state="active"))
    steps = [
        {"activity": a.code, "title": a.zh, "month": min(12, world.plan.opens_at(StageCode.TRAINING).month + 1 + n)}
        for n, a in enumerate(world.plan.training.activities)
    ]
    teachers = {t.name: t for school in world.schools.values() for t in school.teachers}
    done: list[str] = []

    async def one(enrolment: Json) -> None:
        mentor, student = year.mentor(enrolment), year.person(enrolment)
        body: Json = {
            "enrolment_id": enrolment["id"],
            "topic": _topic(enrolment),
            "aims": "学会提出可检验的问题",
            "steps": steps,
        }
        made = await mentor.post("/training-plans", body)
        path = f"/training-plans/{made['id']}"
        moved = await mentor.act(path, "propose", made["version"])
        done.append(path)
        # Some wait for their university or their family for a while, as they do.
        if len(done) % 9 == 0:
            return
        university = world.universities[year.mentors[enrolment["mentor_id"]].university]
        moved = await university.office.act(path, "confirm", moved["version"])
        moved = await student.post(f"{path}/agree", {"version": moved["version"]})
        teacher = teachers.get(enrolment.get("guide_teacher_name") or "")
        if teacher is not None and moved["state"] == "confirmed":
            await teacher.post(f"{path}/agree", {"version": moved["version"]})

    await each(year.enrolments, one)
    return year


def _topic(enrolment: Json) -> str:
    topics = {
        "mathematics": "校园最短路径与图着色",
        "physics": "太阳能电池板倾角与发电量",
        "chemistry": "本地水样硬度的测定与软化",
        "biology": "土壤水分对羊草幼苗生长的影响",
        "computing": "蒙汉双语短文本分类",
    }
    return topics.get(str(enrolment["subject"]), "身边现象的定量研究")


async def train(world: World, year: Year, until: datetime) -> None:
    """Sessions twice a month and a little more, with their logs, up to a moment."""
    moment = world.trained_until or world.plan.closes_at(StageCode.PAIRING) + timedelta(days=3, hours=9)
    while moment < until:
        await world.go(moment + timedelta(hours=6))
        await each(list(year.by_mentor), lambda key, at=moment: _session(year, key, at))  # type: ignore[misc]
        moment += timedelta(days=13)
    world.trained_until = moment


async def _session(year: Year, mentor_id: str, at: datetime) -> None:
    mentor = year.mentors[mentor_id]
    draw = random.Random(f"{mentor_id} {at}")
    given_by = mentor.team if mentor.team and draw.random() < 0.2 else mentor.person
    assert given_by is not None
    activity = draw.choice(year.world.plan.training.activities)
    group = year.by_mentor[mentor_id]
    attendance = [
        {"enrolment_id": e["id"], "mode": draw.choices(("face_to_face", "remote", "absent"), (88, 8, 4))[0]}
        for e in group
    ]
    made = await given_by.post(
        "/sessions",
        {
            "mentor_id": mentor_id,
            "starts_at": at.isoformat(),
            "minutes": 120,
            "activity": activity.code,
            "title": f"{activity.zh}：{_topic(group[0])}",
            "place": "实验楼 305",
            "on_campus": draw.random() < 0.75,
            "attendance": attendance,
        },
    )
    for n, (enrolment, line) in enumerate(zip(group, attendance, strict=True)):
        # Nearly everybody writes; some logs are still missing, and the mentor will chase them.
        if line["mode"] == "absent" or draw.random() < 0.06:
            continue
        student = year.person(enrolment)
        log = await student.post(
            "/growth-logs",
            {
                "session_id": made["id"],
                "did": draw.choice(DID),
                "learned": draw.choice(LEARNED),
                "next_steps": "下次之前读完一篇相关文献",
            },
        )
        path = f"/growth-logs/{log['id']}"
        reviewer = mentor.person
        assert reviewer is not None
        if draw.random() < 0.07:
            log = await reviewer.act(path, "return_for_changes", log["version"], "请写清实验条件和数据")
            edited = await student.patch(path, {"version": log["version"], "learned": "补充：温度 22 ℃，重复测量三次"})
            log = await student.act(path, "submit", edited["version"])
        if n % 5 != 4 or draw.random() < 0.6:
            await reviewer.act(path, "accept", log["version"])


async def evaluate_initially(world: World, year: Year) -> None:
    """The mentors' opinions on the first months (P22)."""
    await world.day(StageCode.INITIAL_EVALUATION, 3)
    fields = [f.code for f in world.plan.evaluations.initial.fields]

    async def one(enrolment: Json) -> None:
        mentor = year.mentor(enrolment)
        body: Json = {
            "enrolment_id": enrolment["id"],
            "opinions": dict.fromkeys(fields, "进入状态较快，选题合适，按计划推进。"),
        }
        made = await mentor.put("/evaluations/initial", body)
        await mentor.act(f"/evaluations/initial/{made['id']}", "submit", made["version"])

    half = len(year.enrolments) // 2
    await each(year.enrolments[:half], one)
    await world.reached(StageCode.INITIAL_EVALUATION)
    await each(year.enrolments[half:], one)


async def evaluate_midway(world: World, year: Year) -> Year:
    """Report sessions; two fail, one of them objects and is heard; the city confirms, the region files (P23)."""
    await world.day(StageCode.MIDTERM_EVALUATION, 2)
    day = world.plan.stage(StageCode.MIDTERM_EVALUATION).opens_on.isoformat()
    midterm = world.plan.evaluations.midterm
    failing = {e["id"] for e in year.enrolments[4:6]}
    made: dict[str, Json] = {}

    async def report(enrolment: Json) -> None:
        passed = enrolment["id"] not in failing
        mentor = year.mentor(enrolment)
        body: Json = {
            "enrolment_id": enrolment["id"],
            "passed": passed,
            "reported_on": day,
            "opinion": "汇报清楚，能回答提问。" if passed else "多次缺席，课题没有进展。",
            "judgements": {
                d.code: {
                    "level": midterm.levels[1 if passed else -1].code,
                    "reason": "按计划推进，记录完整。" if passed else "多次缺席，没有阶段成果。",
                }
                for d in midterm.dimensions
            },
            "questions": "问：样本量是否足够？答：将再补充一轮采样。" if passed else "",
            "second_half": "完成数据采集，写出初稿。",
            "reason": "" if passed else "缺席次数多，未能完成阶段任务",
        }
        found = await mentor.put("/evaluations/midterm", body)
        path = f"/evaluations/midterm/{found['id']}"
        made[enrolment["id"]] = await mentor.act(path, "submit", found["version"])

    await each(year.enrolments, report)
    await world.reached(StageCode.MIDTERM_EVALUATION)

    async def confirm(enrolment: Json) -> None:
        path = f"/evaluations/midterm/{made[enrolment['id']]['id']}"
        city = next(c for c in world.cities.values() if c.id == enrolment["city_id"])
        moved = await city.office.act(path, "confirm", made[enrolment["id"]]["version"])
        record = await city.office.get(path)
        made[enrolment["id"]] = {**moved, "until": record["objection_until"], "version": record["version"]}

    await each(year.enrolments, confirm)
    heard = next(e for e in year.enrolments if e["id"] in failing)
    await _object(world, year, heard, made)
    ends = [datetime.fromisoformat(m["until"]) for m in made.values() if m["until"]]
    await world.go(max(ends) + timedelta(hours=1))
    there = {e["city_id"] for e in year.enrolments}
    for city in [c for c in world.cities.values() if c.id in there]:
        body = {"words": "各学科汇报按计划完成，多数课题进入数据采集阶段；提出的问题均已明确负责人和期限。"}
        summed = await city.office.post("/midterm-summaries", body)
        await world.region.office.act(f"/midterm-summaries/{summed['id']}", "file", summed["version"])
    return year.without({key for key in failing if key != heard["id"]})


async def _object(world: World, year: Year, enrolment: Json, made: dict[str, Json]) -> None:
    path = f"/evaluations/midterm/{made[enrolment['id']]['id']}"
    student = year.person(enrolment)
    moved = await student.act(path, "object", made[enrolment["id"]]["version"], "缺席因住院，已补交材料")
    city = next(c for c in world.cities.values() if c.id == enrolment["city_id"])
    shown = await city.office.get(path)
    moved = await city.office.act(path, "uphold_objection", shown["version"], "住院证明属实，同意继续培养")
    shown = await city.office.get(path)
    made[enrolment["id"]] = {**moved, "until": shown["objection_until"], "version": shown["version"]}
