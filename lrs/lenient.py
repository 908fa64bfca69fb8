"""Lenient mode: what it mended in what a credential sent, for those who look after that credential."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, insert

from lrs.credential_tables import mendings


class Mended(Struct, frozen=True):
    """One fault that was mended: where it stood, what was wrong, and what was done about it.

    `index` says in which statement of the request it stood.
    """

    place: str
    fault: str
    cure: str
    index: int = 0


def record_mended(
    conn: Connection, statement_ids: Sequence[UUID], credential: str, mended: Sequence[Mended], now: datetime
) -> None:
    """Keep what was mended for the credential of this key; a fault outside `statement_ids` was a document's."""
    rows = [
        {
            "credential": credential,
            "statement_id": statement_ids[one.index] if one.index < len(statement_ids) else None,
            "place": one.place,
            "fault": one.fault,
            "cure": one.cure,
            "mended_at": now,
        }
        for one in mended
    ]
    if rows:
        conn.execute(insert(mendings), rows)
