"""What is kept of names that no fact could be counted by."""

from sqlalchemy import Column, Index, String, Table, TypedColumns, Uuid

from base import Instant, metadata


class UnmatchedColumns(TypedColumns):
    """One row is the key of an agent whom nobody owned, or the IRI of an activity that no module had, when first heard.

    `statement_id` is the statement that named it first, stored at `known_at`. A name may have become known since: who
    reads the list asks again (paths/keeping/unmatched.py), and so no row is ever missing.
    """

    kind = Column(String, primary_key=True)
    name = Column(String, primary_key=True)
    statement_id = Column(Uuid, nullable=False)
    known_at = Column(Instant, nullable=False)


unmatched = Table("unmatched", metadata, UnmatchedColumns)
Index("ix_unmatched_known_at", unmatched.c.kind, unmatched.c.known_at, unmatched.c.name)
