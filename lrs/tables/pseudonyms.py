"""Which agents are being made pseudonymous, and what stands for agents in the hashes of statements."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, LargeBinary, String, Table, TypedColumns, Uuid

from base import Instant, metadata


class PseudonymColumns(TypedColumns):
    """One row is one identifier that is being replaced everywhere: its number in lrs_names, and the pseudonym's UUID.

    There is a row only as long as the work is under way, so that it goes on after a break with the same pseudonym.
    `drops` says that the words of the agent's own statements go, too.
    """

    name = Column(BigInteger, ForeignKey("lrs_names.id"), primary_key=True, autoincrement=False)
    pseudonym = Column(Uuid, nullable=False)
    drops = Column(Boolean, nullable=False)
    begun_at = Column(Instant, nullable=False)


pseudonyms = Table("lrs_pseudonyms", metadata, PseudonymColumns)


class CommitmentColumns(TypedColumns):
    """One row stands for what a statement says at `place` when the statement is hashed as evidence (evidence.py).

    `commitment` is the SHA-256, in hex, of the salt and the JSON of what stands there; without its salt it tells
    nothing and stands all the same.
    """

    statement_id = Column(Uuid, primary_key=True)
    place = Column(String, primary_key=True)
    commitment = Column(String(64), nullable=False)
    salt = Column(LargeBinary, nullable=True)


commitments = Table("lrs_commitments", metadata, CommitmentColumns)
