"""Counts of statements over HTTP: an extension of this store, apart from the resources that the standard has."""

from datetime import tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from litestar import route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from msgspec import Struct
from msgspec.structs import replace

from base import Database, Invalid
from lrs.browsing.counting import GROUPS_LIMIT, Count, CountedBy, count_statements
from lrs.browsing.selection import SELECTION_READERS, Selection
from lrs.http.caller import Asking, Caller
from lrs.http.openapi import BOOLEAN, INSTANT, IRI, TEXT, UUID, query, with_parameters
from lrs.log.parameters import Reader, read_parameters
from lrs.senders.credentials import Scope

_READ = (Scope.ALL, Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE)
_RULE = "counts"


class Counts(Struct, frozen=True):
    """What was counted by, and the counts: days in their order, else the most frequent first."""

    by: CountedBy
    counts: list[Count]


def _read_by(value: str, name: str) -> CountedBy:
    if value not in set(CountedBy):
        raise Invalid(f"{name} is {value!r}; it must be one of {', '.join(CountedBy)}.", rule=_RULE, where=name)
    return CountedBy(value)


def _read_zone(value: str, name: str) -> tzinfo:
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown; a path; a folder of zones
        raise Invalid(f"{name} is {value!r}; it must be like Asia/Tbilisi.", rule=_RULE, where=name) from None


def _read_limit(value: str, name: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value[:9]) <= GROUPS_LIMIT:
        raise Invalid(f"{name} is {value!r}; it must be 1 to {GROUPS_LIMIT}.", rule=_RULE, where=name)
    return int(value)


_READERS: Final[dict[str, Reader]] = {**SELECTION_READERS, "by": _read_by, "zone": _read_zone, "limit": _read_limit}

_DESCRIBED: Final = with_parameters(
    query(
        "by", "What to count by.", Schema(type=OpenAPIType.STRING, enum=[by.value for by in CountedBy]), required=True
    ),
    query("limit", "How many of the most frequent; days are all told.", Schema(type=OpenAPIType.INTEGER, minimum=1)),
    query("zone", "The time zone of days, such as Asia/Tbilisi; UTC without it.", TEXT),
    query("agent", "An agent or group, as JSON.", TEXT),
    query("verb", "The IRI of a verb.", IRI),
    query("activity", "The IRI of an activity.", IRI),
    query("registration", "A registration.", UUID),
    query("related_agents", "Find the agent in any place of a statement.", BOOLEAN),
    query("related_activities", "Find the activity in any place of a statement.", BOOLEAN),
    query("since", "Stored after this time.", INSTANT),
    query("until", "Stored by this time.", INSTANT),
    query("authority", "Stored under this authority, as the JSON of an agent.", TEXT),
)


@route("/extensions/counts", http_method=[HttpMethod.GET, HttpMethod.HEAD], operation_class=_DESCRIBED)
async def get_counts(request: Asking, db: NamedDependency[Database], caller: NamedDependency[Caller]) -> Counts:
    """How many statements there are by day, verb, activity or agent, among those that the filters choose."""
    caller.sender.require(*_READ)
    read: dict[str, Any] = read_parameters(request.query_params.multi_items(), _READERS, required=("by",), rule=_RULE)
    by, how = read.pop("by"), {name: read.pop(name) for name in ("limit", "zone") if name in read}
    selection = Selection(**read)
    if caller.authority is not None:
        selection = _own(selection, caller.authority)
    return Counts(by, await db.read(count_statements, selection, by=by, **how))


def _own(selection: Selection, authority: str) -> Selection:
    """Only what the caller has stored itself. Raises Invalid when it asks for another's."""
    if selection.authority not in {None, authority}:
        raise Invalid("authority must be your own, or left out: your scope reads no other.", where="authority")
    return replace(selection, authority=authority)


COUNT_HANDLERS = (get_counts,)
