"""Whose file it is and who reads it: what every part of a student's file leans on."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from miaopu.core.problem import Language, say
from miaopu.core.read import Sql
from miaopu.nominations.letters import day
from miaopu.people.acting import Reads
from miaopu.programme.plan import Plan
from miaopu.reports.file_schemas import Fact, FilePart, PartCode, Text

ALL = 1000
OF = frozenset({"enrolment"})


@dataclass(frozen=True, slots=True)
class About:
    """Whose file, who reads it, and in which language."""

    reads: Reads
    plan: Plan
    language: Language
    enrolment: dict[str, Any]

    @property
    def id(self) -> uuid.UUID:
        """The enrolment."""
        return uuid.UUID(self.enrolment["id"])

    def say(self, key: str, **params: object) -> str:
        """Words of the file."""
        return say(self.language, f"file.{key}", params)

    def word(self, table: str, code: Any) -> str:
        """A code in words."""
        return self.say(f"{table}.{code}") if code not in (None, "") else ""

    def day(self, value: str | None) -> str:
        """A moment as a local day."""
        return day(self.plan.local_day(datetime.fromisoformat(value)), self.language) if value else ""

    def named(self, listed: Any, code: Any) -> str:
        """A code of the plan by its name there."""
        found = next((one for one in listed if one.code == code), None)
        return (found.en if self.language == "en" else found.zh) if found else str(code or "")

    def facts(self, **given: Any) -> list[Fact]:
        """Labelled facts; what is empty is left out."""
        return [Fact(label=self.say(f"label.{name}"), value=str(v)) for name, v in given.items() if v not in (None, "")]

    def texts(self, **given: Any) -> list[Text]:
        """Labelled paragraphs; what is empty is left out."""
        return [Text(label=self.say(f"label.{name}"), text=str(text)) for name, text in given.items() if text]

    def part(self, code: PartCode, **more: Any) -> FilePart:
        """A part with its title."""
        return FilePart(code=code, title=self.say(f"part.{code}"), **more)

    async def record(self, sql: Sql, id_: Any) -> dict[str, Any] | None:
        """One record, where the reader sees it."""
        text = await self.reads.text(sql, id=uuid.UUID(str(id_)))
        found: dict[str, Any] | None = json.loads(text) if text else None
        return found

    async def all(self, sql: Sql) -> list[dict[str, Any]]:
        """All lines of this student in a list."""
        text = await self.reads.text(sql, page=1, size=ALL, enrolment=self.id)
        items: list[dict[str, Any]] = json.loads(text or '{"items": []}')["items"]
        return items

    async def one(self, page: Sql, record: Sql) -> dict[str, Any] | None:
        """The one record of a kind that a student has."""
        found = await self.all(page)
        return await self.record(record, found[0]["id"]) if found else None
