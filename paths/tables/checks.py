"""What is kept of the checks by which completion proves itself every night."""

from sqlalchemy import Column, Index, Integer, Table, TypedColumns, Uuid

from base import Instant, Serial, metadata


class SelfCheckColumns(TypedColumns):
    """One row is one check: so many people were replayed, and of so many something was stored otherwise.

    The next one goes on after the person `upto`, so that in time everybody is checked.
    """

    seq = Column(Serial, primary_key=True)
    at = Column(Instant, nullable=False)
    checked = Column(Integer, nullable=False)
    differing = Column(Integer, nullable=False)
    upto = Column(Uuid, nullable=False)


self_checks = Table("self_checks", metadata, SelfCheckColumns)
Index("ix_self_checks_at", self_checks.c.at)
