"""What is kept of invitations that lead onto a path."""

from sqlalchemy import Column, ForeignKey, Table, TypedColumns, Uuid

from base import metadata


class InvitedPathColumns(TypedColumns):
    """One row says that whoever accepts an invitation is enrolled on a path; the key keeps that it is one path."""

    invitation_id = Column(Uuid, ForeignKey("invitations.id"), primary_key=True)
    path_id = Column(Uuid, ForeignKey("paths.id"), nullable=False)


invited_paths = Table("invited_paths", metadata, InvitedPathColumns)
