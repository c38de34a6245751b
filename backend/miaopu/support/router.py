"""Paths of support."""

from typing import ClassVar

from fastapi import Request

from miaopu.core.door import Unkept
from miaopu.core.room import Room
from miaopu.people import tokens
from miaopu.people.acting import Writing, needs
from miaopu.people.permissions import Permission
from miaopu.people.schemas import Done
from miaopu.support import service
from miaopu.support.service import SupportForm, SupportGranted


class Stopping(Unkept):
    """The one write that a support token may make."""

    for_support: ClassVar[bool] = True


begin_look = Room(tags=["support"], route_class=Unkept)
end_look = Room(tags=["support"], route_class=Stopping)


@begin_look.post("/support", operation_id="support_begin", status_code=201, **needs(Permission.SUPPORT_ACT))
async def begin(request: Request, tx: Writing, form: SupportForm) -> SupportGranted:
    """Look at the platform as somebody in reach does: reading only, for some minutes, told to that person."""
    minutes: int = request.app.state.settings.support_minutes
    look, actor, name, unit_name = await service.begin(tx, form, minutes)
    lifetime = minutes * 60
    return SupportGranted(
        id=look.id,
        access_token=tokens.issue(request.app.state.keys, actor, tx.actor.sign_in_id or look.id, lifetime=lifetime),
        expires_in=lifetime,
        name=name,
        role=actor.role,
        unit_name=unit_name,
    )


@end_look.post("/support/end", operation_id="support_end", **needs(Permission.SELF))
async def end(tx: Writing) -> Done:
    """Stop looking; asked with the token of the look."""
    await service.end(tx)
    return Done()
