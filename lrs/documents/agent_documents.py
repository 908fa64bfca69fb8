"""The documents that name one agent, for whoever takes along or erases what is known of somebody."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from lrs.documents.documents import DocumentContext, Kind
from lrs.log.names import number_of
from lrs.tables.documents import documents
from lrs.tables.statements import names


class AgentDocument(Struct, frozen=True):
    """One document without its content, which `find_document` gives for this context and name."""

    context: DocumentContext
    name: str
    content_type: str
    size_bytes: int
    updated: datetime


def documents_of_agent(conn: Connection, agent_key: str) -> list[AgentDocument]:
    """The states and profiles of the agent with this key, in the order of change."""
    activity, registration, name = names.alias(), names.alias(), names.alias()
    size = func.length(documents.c.content)
    rows = conn.execute(
        select(
            documents.c.kind,
            activity.c.name.label("activity"),
            registration.c.name.label("registration"),
            name.c.name.label("name"),
            documents.c.content_type,
            size.label("size"),
            documents.c.updated,
        )
        .join(name, name.c.id == documents.c.name)
        .outerjoin(activity, activity.c.id == documents.c.activity)
        .outerjoin(registration, registration.c.id == documents.c.registration)
        .where(documents.c.agent == number_of(conn, agent_key))
        .order_by(documents.c.updated, name.c.name)
    )
    return [
        AgentDocument(
            DocumentContext(
                Kind(row.kind), row.activity, agent_key, None if row.registration is None else UUID(row.registration)
            ),
            row.name,
            row.content_type,
            row.size,
            row.updated,
        )
        for row in rows
    ]


def delete_documents_of_agent(conn: Connection, agent_key: str) -> int:
    """How many documents the agent had, of which there are none now; a second time it has none."""
    return conn.execute(delete(documents).where(documents.c.agent == number_of(conn, agent_key))).rowcount
