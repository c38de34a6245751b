"""The plan document: every number, list, window and reading of a cycle, as validated data.

The plan of 2024 ships as `plans/nmg-2024.toml`; another year or region is another file and no code changes.
Errors name the key of the document that is wrong. The parts of the document live in the `plan_…` files beside this
one.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, model_validator

from miaopu.programme.caps import cells, crossing
from miaopu.programme.plan_accounts import Appraisal, Summaries
from miaopu.programme.plan_base import Named, Part, StageCode, Two
from miaopu.programme.plan_choosing import (
    Application,
    Choices,
    City,
    Cutoff,
    Eligibility,
    Interview,
    Mentors,
    Pairing,
    Region,
    Subject,
    Totals,
    University,
    WrittenTest,
)
from miaopu.programme.plan_contacts import Contacts, Leaving, MentorChange
from miaopu.programme.plan_feedback import Feedback
from miaopu.programme.plan_outside import Outside, SchoolHours
from miaopu.programme.plan_personal import Retention
from miaopu.programme.plan_public import Consents, Numbering, Oversight, PublicLists, StageWindow, Supervision, Tracking
from miaopu.programme.plan_reminders import Reminders
from miaopu.programme.plan_training import Certificates, Evaluations, Growth, Training
from miaopu.programme.plan_year import Returning
from miaopu.programme.working_days import Calendar, is_working_day

__all__ = ["Plan", "PlanError", "PlanFault", "StageCode", "check_plan_file", "load_plan"]


class Plan(Part):
    """A cycle's plan. Attribute names follow the document's keys."""

    code: str = Field(pattern=r"^[a-z0-9-]{3,64}$")
    year: int = Field(ge=2000, le=2200)
    title: Two
    region: Region
    timezone: str
    starts_on: date
    ends_on: date
    places: int = Field(ge=1)
    subjects: tuple[Subject, ...] = Field(min_length=1)
    cities: tuple[City, ...] = Field(min_length=1)
    universities: tuple[University, ...] = Field(min_length=1)
    # Whose working days the plan's periods are counted in, and what the region itself adds to them.
    calendar: Calendar = "CN"
    holidays: tuple[date, ...] = ()
    make_up_days: tuple[date, ...] = ()
    eligibility: Eligibility
    application: Application = Application()
    choices: Choices
    mentors: Mentors
    written_test: WrittenTest
    cutoff: Cutoff
    interview: Interview
    totals: Totals
    pairing: Pairing
    oversight: Oversight = Oversight()
    training: Training
    growth: Growth
    outside: Outside = Outside()
    school_hours: SchoolHours = SchoolHours()
    leaving: Leaving
    feedback: Feedback = Feedback()
    contacts: Contacts = Contacts()
    mentor_change: MentorChange = MentorChange()
    evaluations: Evaluations
    certificates: Certificates
    returning: Returning = Returning()
    supervision: Supervision = Supervision()
    summaries: Summaries = Summaries()
    appraisal: Appraisal = Appraisal()
    tracking: Tracking
    public_lists: PublicLists
    consents: Consents
    retention: Retention = Retention()
    numbering: Numbering
    reminders: Reminders = Reminders()
    stages: tuple[StageWindow, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        faults: list[str] = []
        subjects = [s.code for s in self.subjects]
        cities = [c.code for c in self.cities]
        faults += _repeated(self)
        total = sum(c.places for c in self.cities)
        if total != self.places:
            faults.append(f"places: is {self.places}, the cities' places add up to {total}")
        for i, university in enumerate(self.universities):
            if university.city not in cities:
                faults.append(f"universities[{i}].city: unknown city {university.city}")
            faults += [
                f"universities[{i}].subjects: unknown subject {code}"
                for code in university.subjects
                if code not in subjects
            ]
        faults += [
            f"eligibility.subjects_without_exam: unknown subject {code}"
            for code in self.eligibility.subjects_without_exam
            if code not in subjects
        ]
        faults += _cap_faults(self)
        known_parts = {part.code for part in self.written_test.parts}
        faults += [f"cutoff.ladder: unknown part {code}" for code in self.cutoff.ladder if code not in known_parts]
        missing = [code.value for code in StageCode if code not in {s.code for s in self.stages}]
        faults += [f"stages: {code} is missing" for code in missing]
        both = sorted(set(self.holidays) & set(self.make_up_days))
        faults += [f"make_up_days: {day} is a holiday too" for day in both]
        if self.starts_on >= self.ends_on:
            faults.append("ends_on: must be after starts_on")
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            faults.append(f"timezone: unknown {self.timezone}")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def stage(self, code: StageCode) -> StageWindow:
        """The window of a stage as the document gives it (local dates, both inclusive)."""
        return next(s for s in self.stages if s.code is code)

    @property
    def zone(self) -> ZoneInfo:
        """The local time of the region."""
        return ZoneInfo(self.timezone)

    def opens_at(self, code: StageCode) -> datetime:
        """The first moment of a stage."""
        return self.midnight(self.stage(code).opens_on)

    def closes_at(self, code: StageCode) -> datetime:
        """The first moment after a stage: midnight at the end of its last day ("before April" is 31 March)."""
        return self.midnight(self.stage(code).closes_on + timedelta(days=1))

    def midnight(self, day: date) -> datetime:
        """The beginning of a local day, aware."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone)

    def local_day(self, moment: datetime) -> date:
        """The local date of a moment."""
        return moment.astimezone(self.zone).date()

    def is_working_day(self, day: date) -> bool:
        """A working day of the country (调休 among them), unless the plan itself names the day otherwise."""
        if day in self.make_up_days or day in self.holidays:
            return day in self.make_up_days
        return is_working_day(self.calendar, day)

    def working_days_after(self, moment: datetime, days: int) -> datetime:
        """The end of the `days`-th working day after the local day of `moment`."""
        day, left = self.local_day(moment), days
        while left > 0:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return self.midnight(day + timedelta(days=1))

    def number(self, pattern: str, *, serial: int, city: str = "", subject: str = "") -> str:
        """A number by one of the patterns of `numbering`; a city stands there by the middle of its division's code."""
        division = self.city(city).division[2:4] if city else ""
        return pattern.format(year=self.year, city=division, subject=subject, serial=serial)

    def subject_name(self, code: str) -> str:
        """What a subject is called in the titles of notices; empty for what is of no subject."""
        return next((one.zh for one in self.subjects if one.code == code), "")

    def city(self, code: str) -> City:
        """A city by its code. Raises StopIteration for an unknown one."""
        return next(c for c in self.cities if c.code == code)


def _cap_faults(plan: Plan) -> list[str]:
    """Caps that name what the plan does not have, hold nothing, or cross another: their key and a sentence."""
    offered = {u.code: u.subjects for u in plan.universities}
    subjects = {s.code for s in plan.subjects}
    faults: list[str] = []
    sets = {}
    for i, cap in enumerate(plan.pairing.caps):
        key = f"pairing.caps[{i}]"
        faults += [f"{key}.universities: unknown university {code}" for code in cap.universities if code not in offered]
        faults += [f"{key}.subjects: unknown subject {code}" for code in cap.subjects if code not in subjects]
        sets[key] = cells(cap.universities, cap.subjects, offered)
        if not sets[key]:
            faults.append(f"{key}: no university offers such a subject")
    if sets and not plan.choices.same_city_only:
        # A city's places are counted by where students are from, a cap by where their mentors are: the two cross.
        faults.append("pairing.caps: cross the places of the cities when mentors of other cities can be chosen")
    for city in plan.cities:
        here = {code: taught for code, taught in offered.items() if _lies_in(plan, code, city.code)}
        sets[f"cities.{city.code}"] = cells((), (), here)
    faults += [
        f"{first}: crosses {second}; where caps are not nested there may be no stable pairing "
        "(Biró, Fleiner, Irving & Manlove 2010)"
        for first, second in crossing(sets)
    ]
    return faults


def _lies_in(plan: Plan, university: str, city: str) -> bool:
    return any(u.code == university and u.city == city for u in plan.universities)


def _repeated(part: Part, above: str = "") -> list[str]:
    """Codes that stand twice in one list, anywhere in the document: records would not know which is meant."""
    found: list[str] = []
    for name in type(part).model_fields:
        value, key = getattr(part, name), f"{above}{name}"
        if isinstance(value, Part):
            found += _repeated(value, f"{key}.")
        elif isinstance(value, tuple):
            codes = Counter(str(item.code if isinstance(item, Named) else item) for item in value)
            found += [f"{key}: {code} stands twice" for code, times in codes.items() if times > 1]
    return found


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One fault of a document: the key (`cities[1].places`), a code and a sentence."""

    key: str
    code: str
    message: str


class PlanError(Exception):
    """A document that is no plan; `errors` lists every fault."""

    def __init__(self, errors: list[PlanFault]) -> None:
        super().__init__("; ".join(f"{e.key}: {e.message}" for e in errors))
        self.errors = errors


def load_plan(text: str) -> Plan:
    """The plan of a TOML text. Raises PlanError with every key that is wrong."""
    try:
        return Plan.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise PlanError([PlanFault("toml", "toml", str(wrong))]) from wrong
    except ValidationError as wrong:
        raise PlanError(_faults(wrong)) from wrong


def _faults(wrong: ValidationError) -> list[PlanFault]:
    found: list[PlanFault] = []
    for error in wrong.errors():
        key = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error["loc"]).lstrip(".")
        if error["type"] == "value_error":
            for line in str(error.get("ctx", {}).get("error", error["msg"])).splitlines():
                own, _, message = line.partition(": ")
                found.append(PlanFault(f"{key}.{own}".lstrip(".") if message else key, "value", message or line))
        else:
            found.append(PlanFault(key, error["type"], error["msg"]))
    return found


def check_plan_file(path: Path) -> list[PlanFault]:
    """The faults of a file: an empty list for a plan (`miaopu plan check FILE`)."""
    try:
        load_plan(path.read_text("utf-8"))
    except PlanError as wrong:
        return wrong.errors
    return []
