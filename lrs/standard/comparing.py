"""Whether two statements are the same statement (xAPI-Data 2.3.1, Statement Comparison Requirements)."""

import re
from datetime import UTC, datetime
from typing import TypeVar

from msgspec import json
from msgspec.structs import replace

from lrs.standard.statements import (
    Activity,
    Agent,
    Context,
    ContextActivities,
    Result,
    Statement,
    StatementRef,
    SubStatement,
    Verb,
)

Act = TypeVar("Act", Statement, SubStatement)


def is_same(sent: Statement, stored: Statement) -> bool:
    """Whether a statement that was sent again says the same as the stored one, whose id it has.

    Ignored are the members that the store sets, timestamp and version too where the sender left them to it, and what
    is not part of a statement: a verb's display, an activity's definition, the order of a group's members, how a
    timestamp is written, and the case of a mailbox's domain, of a hash and of a language tag. A duration
    is a string, without what it says below a hundredth of a second (4.6).
    """
    left_to_the_store = {name: None for name in ("timestamp", "version") if getattr(sent, name) is None}
    return _essence(sent) == _essence(replace(stored, **left_to_the_store))


def _essence(statement: Statement) -> bytes:
    bare = replace(_bare(statement), id=None, stored=None, authority=None)
    return json.encode(bare, order="deterministic")


def _bare(act: Act) -> Act:
    return replace(
        act,
        actor=_bare_agent(act.actor),
        verb=Verb(id=act.verb.id),
        object=_bare_object(act.object),
        result=None if act.result is None else _bare_result(act.result),
        context=None if act.context is None else _bare_context(act.context),
        timestamp=None if act.timestamp is None else aware(act.timestamp),
    )


def _bare_result(result: Result) -> Result:
    return replace(result, duration=result.duration and _BELOW_HUNDREDTHS.sub(r"\1", result.duration))


_BELOW_HUNDREDTHS = re.compile(r"(?<=[.,])(\d\d)\d+(?=S$)")


def aware(instant: datetime) -> datetime:
    """The instant in UTC; one without a zone is taken as UTC (xAPI-Data 4.5 wants the zone and does not demand it).

    What its zone puts before the year 1 or after 9999 is the first or the last instant that there is.
    """
    if instant.tzinfo is None:
        return instant.replace(tzinfo=UTC)
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if instant.year == 1 else datetime.max.replace(tzinfo=UTC)


def _bare_object(
    target: Activity | Agent | StatementRef | SubStatement,
) -> Activity | Agent | StatementRef | SubStatement:
    match target:
        case Activity():
            return _bare_activity(target)
        case Agent():
            return _bare_agent(target)
        case SubStatement():
            return _bare(target)
        case StatementRef():
            return target


def _bare_activity(activity: Activity) -> Activity:
    return Activity(id=activity.id)


def _bare_agent(agent: Agent) -> Agent:
    members = None if agent.member is None else map(_bare_agent, agent.member)
    return replace(
        agent,
        mbox=agent.mbox and _with_lower_domain(agent.mbox),
        mbox_sha1sum=agent.mbox_sha1sum and agent.mbox_sha1sum.lower(),
        member=None if members is None else tuple(sorted(members, key=json.encode)),
    )


def _with_lower_domain(mbox: str) -> str:
    """The domain of an address is the same in any case, what stands before it may not be (2.3.1)."""
    name, at, domain = mbox.rpartition("@")
    return f"{name}{at}{domain.lower()}"


def _bare_context(context: Context) -> Context:
    listed = context.context_activities
    return replace(
        context,
        instructor=None if context.instructor is None else _bare_agent(context.instructor),
        team=None if context.team is None else _bare_agent(context.team),
        context_activities=None if listed is None else _bare_activities(listed),
        language=context.language and context.language.lower(),
        context_agents=context.context_agents
        and tuple(replace(a, agent=_bare_agent(a.agent)) for a in context.context_agents),
        context_groups=context.context_groups
        and tuple(replace(g, group=_bare_agent(g.group)) for g in context.context_groups),
    )


def _bare_activities(listed: ContextActivities) -> ContextActivities:
    return ContextActivities(
        **{
            name: None if activities is None else tuple(map(_bare_activity, activities))
            for name in ("parent", "grouping", "category", "other")
            for activities in (getattr(listed, name),)
        }
    )
