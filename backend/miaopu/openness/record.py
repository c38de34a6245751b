"""The whole public record, and what of it everybody may see (P16a)."""

import hashlib
import json
from collections.abc import Hashable, Sequence

from sqlalchemy import select

from miaopu.core import clock
from miaopu.disclosures.models import Disclosure
from miaopu.openness import document as d
from miaopu.openness import gathering
from miaopu.openness.anonymity import small_groups
from miaopu.openness.pairs import Gathered, pairings
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.programme.models import Cycle, PlanVersion
from miaopu.programme.plan import Plan


async def compiled(tx: Tx, cycle: Cycle, plan: Plan, number: int) -> tuple[d.SelectionRecord, d.SelectionRecord]:
    """The record for everybody, and the complete one."""
    listed = list(
        await tx.session.scalars(
            select(Disclosure)
            .where(Disclosure.cycle_id == cycle.id, Disclosure.kind.in_(("shortlist", "selected", "final")))
            .order_by(Disclosure.kind, Disclosure.city_id, Disclosure.subject, Disclosure.edition)
        )
    )
    standing = [one for one in listed if one.state == "standing"]
    source = await tx.session.scalar(
        select(PlanVersion.source).where(PlanVersion.cycle_id == cycle.id, PlanVersion.number == cycle.plan_version)
    )
    paired = await pairings(tx, cycle)
    cities = {unit.id: unit.code for unit in await tx.session.scalars(select(Unit).where(Unit.kind == "city"))}
    complete = d.SelectionRecord(
        format=d.FORMAT,
        cycle=cycle.code,
        title=cycle.title,
        number=number,
        made_at=clock.now().astimezone(plan.zone).isoformat(timespec="seconds"),
        smallest_group=plan.public_lists.smallest_group,
        plan=d.PlanPart(digest=cycle.plan_digest, source=source or ""),
        seating=tuple(await gathering.seating(tx, cycle)),
        lines=tuple(gathering.lines([one for one in standing if one.kind == "shortlist"])),
        verdicts=tuple(gathering.verdicts([one for one in standing if one.kind == "selected"])),
        pairings=tuple(one.pairing for one in paired),
        notices=tuple(
            d.Notice(
                kind="shortlist" if one.kind == "shortlist" else "selected",
                city=cities[one.city_id] if one.city_id else "",
                subject=one.subject,
                edition=one.edition,
                evidence_digest=one.evidence_digest,
                reason=one.reason,
            )
            for one in listed
            if one.kind != "final"
        ),
        withheld=(),
    )
    return withhold(complete, plan, listed, paired), complete


def withhold(
    complete: d.SelectionRecord, plan: Plan, listed: Sequence[Disclosure], paired: Sequence[Gathered]
) -> d.SelectionRecord:
    """The record without what public lists would let somebody link to a person."""
    smallest = complete.smallest_group
    said = _said(listed, plan)
    small = small_groups(said, smallest)
    groups = {(words[0], words[1]) for person, words in said.items() if person in small}
    left_out = [d.Withheld(part="marks", city=city, subject=subject, people=sum(
        words[:2] == (city, subject) for words in said.values()
    )) for city, subject in sorted(groups)]  # fmt: skip
    hidden = {city for city, _ in groups} | {
        one.pairing.city for one in paired if small_groups(_taught(one, plan), smallest)
    }
    left_out += [
        d.Withheld(part="pairing", city=p.city, subject="", people=len(p.pairs))
        for p in complete.pairings
        if p.city in hidden
    ]
    return complete.model_copy(
        update={
            "lines": tuple(x for x in complete.lines if (x.city, x.subject) not in groups),
            "verdicts": tuple(x for x in complete.verdicts if (x.city, x.subject) not in groups),
            "pairings": tuple(p for p in complete.pairings if p.city not in hidden),
            "withheld": tuple(left_out),
        }
    )


def _said(listed: Sequence[Disclosure], plan: Plan) -> dict[str, tuple[Hashable, ...]]:
    """What lists by registration number say of each candidate: city, subject, and on which editions the number is."""
    said: dict[str, tuple[Hashable, ...]] = {}
    numbers: dict[str, str] = {}
    for one in listed:
        if one.kind == "shortlist":
            for c in one.evidence["candidates"]:
                numbers[c["number"]] = c["draw"]
                said.setdefault(c["draw"], (one.evidence["city"], one.subject))
    for one in listed:
        if one.kind == "final" and "number" not in plan.public_lists.columns:
            continue
        shown = {line["number"]: line.get("outcome", "") for line in one.lines if line.get("number")}
        for number, person in numbers.items():
            if one.kind == "final" or said[person][1] == one.subject:
                said[person] = (*said[person], (one.kind, str(one.id), shown.get(number)))
    return said


def _taught(one: Gathered, plan: Plan) -> dict[str, Hashable]:
    """What a final list with such columns would say of each student's mentor."""
    columns = plan.public_lists.columns
    subjects = {s.person: s.subject for s in one.pairing.students}
    if not {"university", "mentor"} & set(columns):
        return {}
    return {
        person: (
            subjects.get(person),
            university if "university" in columns else None,
            mentor if "mentor" in columns else None,
        )
        for person, (mentor, university) in one.mentors.items()
    }


def text_of(record: d.SelectionRecord) -> str:
    """The file: canonical JSON, a line for each part, so that two versions can be compared by eye."""
    return json.dumps(record.model_dump(mode="json", exclude_defaults=False), ensure_ascii=False, indent=1) + "\n"


def digest_of(text: str) -> str:
    """SHA-256 (hex) of a file's bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def contents_of(record: d.SelectionRecord) -> str:
    """The digest of what a record says, whatever its number and time."""
    return digest_of(text_of(record.model_copy(update={"number": 0, "made_at": ""})))
