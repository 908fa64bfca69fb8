"""What the log of statements has promised to those who read it."""

from sqlalchemy import Column, SmallInteger, Table, TypedColumns

from base import Instant, metadata

LOG_LOCK = "lrs statements"
"""Whoever adds to the log holds it to the end of the transaction, so that statements appear in the order of `seq`."""


class LogColumns(TypedColumns):
    """The one row says up to when the log is complete: no statement is stored at `promised` or before it any more.

    There is no row until somebody is promised something (watermark.py).
    """

    id = Column(SmallInteger, primary_key=True, autoincrement=False)
    promised = Column(Instant, nullable=False)


log = Table("lrs_log", metadata, LogColumns)
