"""Who said what an organisation was."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from base import Missing
from people.dated import in_force
from people.organisation_tables import organisation_states


class Said(NamedTuple):
    """When we heard what the register says, from whom, and why; `by` is None for the operator and for rules."""

    at: datetime
    by: UUID | None
    reason: str


def said_of_organisation(conn: Connection, organisation_id: UUID, *, as_of: datetime) -> Said:
    """Who said what `organisation` gives for `as_of`. Raises Missing as that does."""
    newest = in_force(organisation_states, "organisation_id", as_of=as_of)
    said = select(organisation_states).where(newest, organisation_states.c.organisation_id == organisation_id)
    row = conn.execute(said).one_or_none()
    if row is None:
        raise Missing(f"There is no organisation {organisation_id} at that time.")
    return Said(row.at, row.by, row.reason)
