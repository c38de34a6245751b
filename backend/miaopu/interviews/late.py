"""A turn for who came onto the shortlist after the groups were drawn, by an upheld objection (P16, P16a)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from miaopu.core import audit
from miaopu.core.audit import Act
from miaopu.core.db import new_id
from miaopu.interviews.grouping import timetable
from miaopu.interviews.models import Panel, Slot
from miaopu.people.acting import Tx
from miaopu.registrations.models import Registration


def add_late(
    tx: Tx,
    late: Mapping[str, Registration],
    panels: Mapping[str, Panel],
    drawn: Sequence[Slot],
    barred: Mapping[str, set[str]],
) -> list[str]:
    """Each comes last before the panel with the fewest turns that may hear them; returns whom no panel may hear.

    Args:
        late: the newcomers by pseudonym; of equals the one with the smaller pseudonym comes first.
        panels, barred: by panel's name, and by pseudonym the panels that may not.
    """
    turns = {name: [s for s in drawn if s.panel_id == panel.id] for name, panel in panels.items()}
    stuck = []
    for key, registration in sorted(late.items()):
        free = sorted((len(turns[name]), name) for name in panels if name not in barred.get(key, ()))
        if not free:
            stuck.append(key)
            continue
        panel, before = panels[free[0][1]], turns[free[0][1]]
        last = max((s.starts_at for s in before), default=None)
        since = last + timedelta(minutes=panel.minutes_each) if last else panel.starts_at
        slot = Slot(
            id=new_id(),
            registration_id=registration.id,
            panel_id=panel.id,
            position=max((s.position for s in before), default=0) + 1,
            starts_at=timetable(since, panel.minutes_each, panel.pauses(), 1)[0],
            given="late",
        )
        tx.session.add(slot)
        audit.note(tx.session, slot, Act("interview.assign"))
        before.append(slot)
    return stuck
