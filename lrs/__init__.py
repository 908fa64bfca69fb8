"""The record store: xAPI statements are validated, kept as they came, and found again."""

from lrs import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from lrs.agents import account_key, agent_key
from lrs.events import StatementsStored
from lrs.statements import (
    VOIDED,
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Attachment,
    Context,
    ContextActivities,
    ContextAgent,
    ContextGroup,
    InteractionComponent,
    Result,
    Score,
    Statement,
    StatementRef,
    Stored,
    SubStatement,
    Verb,
)

__all__ = [
    "VOIDED",
    "Account",
    "Activity",
    "ActivityDefinition",
    "Agent",
    "Attachment",
    "Context",
    "ContextActivities",
    "ContextAgent",
    "ContextGroup",
    "InteractionComponent",
    "Result",
    "Score",
    "Statement",
    "StatementRef",
    "StatementsStored",
    "Stored",
    "SubStatement",
    "Verb",
    "account_key",
    "agent_key",
]
