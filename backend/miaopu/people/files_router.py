"""The one path by which files arrive; they leave through the things that claimed them."""

import uuid
from typing import Annotated

from fastapi import File, Request, UploadFile
from pydantic import BaseModel

from miaopu.core import files
from miaopu.core.door import Door
from miaopu.core.room import Room
from miaopu.people.acting import Writing, needs
from miaopu.people.permissions import Permission

router = Room(prefix="/files", tags=["files"], route_class=Door)


class FileKept(BaseModel):
    """A file that arrived: its id is what a thing claims it by."""

    id: uuid.UUID
    name: str
    size: int
    content_type: str
    sha256: str


@router.post("", operation_id="files_upload", status_code=201, **needs(Permission.FILE_UPLOAD))
async def upload(request: Request, tx: Writing, file: Annotated[UploadFile, File()]) -> FileKept:
    """Keep a file (PDF, PNG, JPEG, xlsx, CSV), unclaimed."""
    state = request.app.state
    kept = await files.save(tx.session, state.files, file, state.settings, tx.actor.account_id)
    return FileKept.model_validate(kept, from_attributes=True)
