"""What the record store tells: statements have come, or one was voided."""

from uuid import UUID

from base import Event


class StatementsStored(Event, frozen=True):
    """Statements of one agent came in one transaction, or were voided in it.

    `subject` is the actor's key (agents.py), `activities` are the IRIs of the activities that are their objects, and
    `verbs` those of their verbs: not known (empty) of an event that was kept before events told them.
    """

    statement_ids: tuple[UUID, ...]
    activities: tuple[str, ...]
    verbs: tuple[str, ...] = ()


class PseudonymBegun(Event, frozen=True):
    """An agent is being replaced by a pseudonym, and there is more to do; `subject` is the pseudonym's UUID."""

    pseudonym: UUID
