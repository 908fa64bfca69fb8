"""xAPI statements as values: 1.0.3 (xAPI-Data 2.4) and 2.0 (IEEE 9274.1.1). rules.py has what types cannot say."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct, field

LanguageMap = dict[str, str]
Extensions = dict[str, Any]

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
"""The reserved verb that voids the statement its object refers to (xAPI-Data 2.3.2)."""


class Part(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, forbid_unknown_fields=True, gc=False):
    """What every part of a statement keeps: names in camel case, no unknown members, absent members not written.

    Parts form trees, so the collector of cycles need not follow the thousands of a batch.
    """


class Account(Part, frozen=True):
    """An account on a system (2.4.2.4)."""

    home_page: str
    name: str


class Agent(Part, frozen=True):
    """An Agent or, with `object_type` "Group", a Group and its members (2.4.2.1, 2.4.2.2).

    One type for both, because senders may leave "objectType" out for an Agent.
    """

    # A factory, so that the member is always written: an object without objectType would be an Activity.
    object_type: Literal["Agent", "Group"] = field(default_factory=lambda: "Agent")
    name: str | None = None
    mbox: str | None = None
    mbox_sha1sum: str | None = field(default=None, name="mbox_sha1sum")
    openid: str | None = None
    account: Account | None = None
    member: tuple["Agent", ...] | None = None


class Verb(Part, frozen=True):
    """What was done (2.4.3)."""

    id: str
    display: LanguageMap | None = None


class InteractionComponent(Part, frozen=True):
    """One choice, step, source or target of an interaction (2.4.4.1)."""

    id: str
    description: LanguageMap | None = None


InteractionType = Literal[
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
]


class ActivityDefinition(Part, frozen=True):
    """What is said about an activity (2.4.4.1)."""

    name: LanguageMap | None = None
    description: LanguageMap | None = None
    type: str | None = None
    more_info: str | None = None
    interaction_type: InteractionType | None = None
    correct_responses_pattern: tuple[str, ...] | None = None
    choices: tuple[InteractionComponent, ...] | None = None
    scale: tuple[InteractionComponent, ...] | None = None
    source: tuple[InteractionComponent, ...] | None = None
    target: tuple[InteractionComponent, ...] | None = None
    steps: tuple[InteractionComponent, ...] | None = None
    extensions: Extensions | None = None


class Activity(Part, frozen=True, tag_field="objectType", tag="Activity"):
    """Something that can be done (2.4.4.1)."""

    id: str
    definition: ActivityDefinition | None = None


class StatementRef(Part, frozen=True, tag_field="objectType", tag="StatementRef"):
    """A pointer to another statement, stored here or not (2.4.4.3)."""

    id: UUID


class Score(Part, frozen=True):
    """`scaled` is from -1 to 1; `raw` lies between `min` and `max` (2.4.5.1)."""

    scaled: float | None = None
    raw: float | None = None
    min: float | None = None
    max: float | None = None


class Result(Part, frozen=True):
    """What came of it (2.4.5); `duration` is ISO 8601."""

    score: Score | None = None
    success: bool | None = None
    completion: bool | None = None
    response: str | None = None
    duration: str | None = None
    extensions: Extensions | None = None


class ContextActivities(Part, frozen=True):
    """The activities it belongs to (2.4.6.2)."""

    parent: tuple[Activity, ...] | None = None
    grouping: tuple[Activity, ...] | None = None
    category: tuple[Activity, ...] | None = None
    other: tuple[Activity, ...] | None = None


class ContextAgent(Part, frozen=True):
    """An agent who had a part in it (xAPI 2.0, 4.2.2.7)."""

    object_type: Literal["contextAgent"]
    agent: Agent
    relevant_types: tuple[str, ...] | None = None


class ContextGroup(Part, frozen=True):
    """A group that had a part in it (xAPI 2.0, 4.2.2.7)."""

    object_type: Literal["contextGroup"]
    group: Agent
    relevant_types: tuple[str, ...] | None = None


class Context(Part, frozen=True):
    """What it happened in (2.4.6)."""

    registration: UUID | None = None
    instructor: Agent | None = None
    team: Agent | None = None
    context_activities: ContextActivities | None = None
    context_agents: tuple[ContextAgent, ...] | None = None
    context_groups: tuple[ContextGroup, ...] | None = None
    revision: str | None = None
    platform: str | None = None
    language: str | None = None
    statement: StatementRef | None = None
    extensions: Extensions | None = None


class Attachment(Part, frozen=True):
    """A file that belongs to it (2.4.11); `length` is in bytes."""

    usage_type: str
    display: LanguageMap
    content_type: str
    length: int
    sha2: str
    description: LanguageMap | None = None
    file_url: str | None = None


class SubStatement(Part, frozen=True, tag_field="objectType", tag="SubStatement"):
    """A statement that is spoken of and not made (2.4.4.3)."""

    actor: Agent
    verb: Verb
    object: Activity | Agent | StatementRef
    result: Result | None = None
    context: Context | None = None
    timestamp: datetime | None = None
    attachments: tuple[Attachment, ...] | None = None


class Statement(Part, frozen=True):
    """One statement (2.4). `stored` and `authority` are the store's to set; a `timestamp` without a zone is UTC."""

    actor: Agent
    verb: Verb
    object: Activity | Agent | StatementRef | SubStatement
    id: UUID | None = None
    result: Result | None = None
    context: Context | None = None
    timestamp: datetime | None = None
    stored: datetime | None = None
    authority: Agent | None = None
    version: str | None = None
    attachments: tuple[Attachment, ...] | None = None


class Stored(Struct, frozen=True):
    """A statement as the store has it: `raw` is its JSON as it is given back, `authority` the key of its authority.

    `seq` is its place in the order of storing; `timestamp` is when it happened, aware and never absent. `voided_at` is
    when it was known to be voided, None while it stands.
    """

    id: UUID
    seq: int
    stored: datetime
    timestamp: datetime
    voided_at: datetime | None
    authority: str
    statement: Statement
    raw: bytes

    @property
    def voided(self) -> bool:
        return self.voided_at is not None
