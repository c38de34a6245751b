"""What the inbox answers."""

import uuid
from datetime import datetime

from pydantic import BaseModel

from miaopu.core.read import PageOf


class NoticeItem(BaseModel):
    """`kind` is `<thing>.<action>`; the client has the words for it."""

    id: uuid.UUID
    kind: str
    thing_type: str
    thing_id: uuid.UUID | None
    title: str
    reason: str | None
    created_at: datetime
    read_at: datetime | None


class NoticePage(PageOf):
    items: list[NoticeItem]


class Marked(BaseModel):
    """How many lines were marked as read."""

    marked: int
