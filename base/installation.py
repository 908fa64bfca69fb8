"""The installation's own IRI: the home page of the accounts that Waymark names people by."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, Connection, Integer, Named, Table, TypedColumns, select

from base.columns import Instant, metadata, upsert
from base.errors import Unavailable


class InstallationColumns(TypedColumns):
    """The one row says who this installation is. Its IRI stands in stored statements, so it is written once."""

    id = Column(Integer, primary_key=True, autoincrement=False)
    iri: Named[str]
    settled_at = Column(Instant, nullable=False)


installation = Table("installation", metadata, InstallationColumns, CheckConstraint("id = 1", name="one_row"))


def settle_installation(conn: Connection, iri: str, *, now: datetime) -> str:
    """The installation's IRI: `iri`, without a slash at its end, when none is stored yet, else the stored one."""
    conn.execute(upsert(conn, installation).values(id=1, iri=iri.rstrip("/"), settled_at=now).on_conflict_do_nothing())
    return installation_iri(conn)


def installation_iri(conn: Connection) -> str:
    """The IRI under which this installation speaks, with no slash at its end. Raises Unavailable while unsettled."""
    iri: str | None = conn.scalar(select(installation.c.iri))
    if iri is None:
        raise Unavailable(
            "This installation has no IRI yet, so nobody can be named in it; "
            "`waymark serve` stores WAYMARK_URL as its IRI at the first start."
        )
    return iri
