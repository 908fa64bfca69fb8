"""Where the store keeps what it has heard of activities."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Named, Table, TypedColumns

from base import Instant, metadata


class ActivityColumns(TypedColumns):
    """One row is the canonical definition of one activity: JSON, merged from all that was heard (xAPI-Data 2.4.4.1).

    `heard` is the SHA-256 of the definition that last changed it, so that one that is sent again and again, with
    every statement of a course, is passed over unread.
    """

    activity = Column(BigInteger, ForeignKey("lrs_names.id"), primary_key=True, autoincrement=False)
    heard = Column(LargeBinary(32), nullable=False)
    definition: Named[bytes]
    updated = Column(Instant, nullable=False)


activities = Table("lrs_activities", metadata, ActivityColumns)
