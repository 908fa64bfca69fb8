"""The activities resource of xAPI over HTTP (Communication 2.5)."""

from typing import Any

from litestar import MediaType, Response, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from msgspec import Raw, json

from base import Database
from lrs.http.caller import Asking, Caller
from lrs.http.openapi import IRI, query, with_parameters
from lrs.http.tagged_answers import tagged_answer
from lrs.log.defining import definition_of
from lrs.log.parameters import read_iri, read_parameters
from lrs.senders.credentials import Scope

_READ = (
    Scope.ALL,
    Scope.ALL_READ,
    Scope.STATEMENTS_READ,
    Scope.STATEMENTS_READ_MINE,
    Scope.DEFINE,
    Scope.PROFILE,
    Scope.ACTIVITIES_PROFILE,
)
_ACTIVITY = query("activityId", "The activity that is meant.", IRI, required=True)


@route("/activities", http_method=[HttpMethod.GET, HttpMethod.HEAD], operation_class=with_parameters(_ACTIVITY))
async def get_activity(
    request: Asking, db: NamedDependency[Database], caller: NamedDependency[Caller]
) -> Response[bytes]:
    """The activity with all that is known of it; one that nobody spoke of is an activity too."""
    caller.sender.require(*_READ)
    pairs = request.query_params.multi_items()
    activity = read_parameters(pairs, {"activityId": read_iri}, required=["activityId"], rule="Communication 2.5")[
        "activityId"
    ]
    definition = await db.read(definition_of, activity)
    whole: dict[str, Any] = {"objectType": "Activity", "id": activity}
    if definition is not None:
        whole["definition"] = Raw(definition)
    return tagged_answer(request, json.encode(whole), MediaType.JSON)


ACTIVITY_HANDLERS = (get_activity,)
