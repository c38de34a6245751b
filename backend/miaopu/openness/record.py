"""The whole public record, and what of it everybody may see (P16a)."""

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from sqlalchemy import select

from miaopu.core import clock
from miaopu.disclosures.models import Disclosure
from miaopu.openness import document as d
from miaopu.openness import gathering
from miaopu.openness.anonymity import small_groups
from miaopu.openness.pairs import Gathered, pairings
from miaopu.openness.verifying import check_line
from miaopu.people.acting import Tx
from miaopu.people.models import Unit
from miaopu.programme.models import Cycle, PlanVersion
from miaopu.programme.plan import Plan


@dataclass(frozen=True, slots=True)
class Said:
    """What lists by registration number say of a candidate: for each edition what it shows of the number, or None."""

    city: str
    subject: str
    lists: tuple[str | None, ...] = ()


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
    return d.sealed(withhold(complete, plan, listed, paired)), d.sealed(complete)


def withhold(
    complete: d.SelectionRecord, plan: Plan, listed: Sequence[Disclosure], paired: Sequence[Gathered]
) -> d.SelectionRecord:
    """The record without what public lists would let somebody link to a person.

    Where only few were left out of a shortlist, their rows go and the line still follows; any other small group takes
    the marks of its subject and city with it, and the pairs of the city, whose places are ranks.
    """
    smallest = complete.smallest_group
    said = _said(listed, plan)
    small = small_groups(said, smallest)
    lines, hidden = [], set()
    for line in complete.lines:
        few = {p.person for p in line.people if p.person in small}
        shorter = _without(plan, line, few, said)
        if shorter is None:
            hidden.add((line.city, line.subject))
        else:
            lines.append(shorter)
    cities = {city for city, _ in hidden} | {
        one.pairing.city for one in paired if small_groups(_taught(one, plan), smallest)
    }
    left_out = [
        d.Withheld(part="marks", city=line.city, subject=line.subject, people=len(line.people))
        for line in complete.lines
        if (line.city, line.subject) in hidden
    ]
    left_out += [
        d.Withheld(part="pairing", city=p.city, subject="", people=len(p.pairs))
        for p in complete.pairings
        if p.city in cities
    ]
    return complete.model_copy(
        update={
            "lines": tuple(lines),
            "verdicts": tuple(x for x in complete.verdicts if (x.city, x.subject) not in hidden),
            "pairings": tuple(p for p in complete.pairings if p.city not in cities),
            "withheld": tuple(left_out),
        }
    )


def _without(plan: Plan, line: d.Line, few: Set[str], said: Mapping[str, Said]) -> d.Line | None:
    """The line without these rows where they are those of who was left out and it follows without them; else None."""
    if not few:
        return line
    gone = {p.person for p in line.people if not p.inside}
    if few != gone or any(shown is not None for person in few for shown in said[person].lists):
        return None
    shorter = line.model_copy(
        update={"people": tuple(p for p in line.people if p.person not in few), "omitted": len(few)}
    )
    return shorter if check_line(plan, shorter).agrees else None


def _said(listed: Sequence[Disclosure], plan: Plan) -> dict[str, Said]:
    """What is said of each candidate, by pseudonym."""
    said: dict[str, Said] = {}
    numbers: dict[str, str] = {}
    for one in listed:
        if one.kind == "shortlist":
            for c in one.evidence["candidates"]:
                numbers[c["draw"]] = c["number"]
                said.setdefault(c["draw"], Said(one.evidence["city"], one.subject))
    for one in listed:
        if one.kind == "final" and "number" not in plan.public_lists.columns:
            continue
        shown = {line["number"]: line.get("outcome", "") for line in one.lines if line.get("number")}
        for person, of in said.items():
            if of.subject == one.subject:
                said[person] = replace(of, lists=(*of.lists, shown.get(numbers[person])))
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


def contents_of(record: d.SelectionRecord) -> str:
    """The digest of what a record says, whatever its number and time."""
    return d.digest_of(d.text_of(record.model_copy(update={"number": 0, "made_at": "", "seal": ""})))
