"""Reads of the inbox: one's own, nobody else's."""

from sqlalchemy import select

from miaopu.core.read import Rows, as_page, kept
from miaopu.notices.models import Notice
from miaopu.people.queries import ME


@kept
def inbox(unread_only: bool) -> Rows:
    """The reader's lines, newest first."""
    rows = select(
        Notice.id,
        Notice.kind,
        Notice.thing_type,
        Notice.thing_id,
        Notice.title,
        Notice.reason,
        Notice.created_at,
        Notice.read_at,
    ).where(Notice.account_id == ME)
    if unread_only:
        rows = rows.where(Notice.read_at.is_(None))
    return as_page(rows, Notice.created_at.desc(), Notice.id.desc())
