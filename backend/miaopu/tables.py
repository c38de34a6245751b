"""Every room's tables, in the order of the rooms: for migrations and for `alembic check`."""

from miaopu.core import audit, door, throttle
from miaopu.core.db import Base
from miaopu.notices import models as notices
from miaopu.people import models as people
from miaopu.programme import models as programme

ROOMS = (audit, door, throttle, people, notices, programme)
metadata = Base.metadata
