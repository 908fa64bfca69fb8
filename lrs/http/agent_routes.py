"""The agents resource of xAPI over HTTP (Communication 2.4)."""

from litestar import MediaType, Response, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from msgspec import json

from base import Database
from lrs.http.caller import Asking, Caller
from lrs.http.openapi import TEXT, query, with_parameters
from lrs.http.tagged_answers import tagged_answer
from lrs.log.parameters import read_parameters, read_single_agent
from lrs.log.persons import person_of
from lrs.senders.credentials import Scope

_READ = (
    Scope.ALL,
    Scope.ALL_READ,
    Scope.STATEMENTS_READ,
    Scope.STATEMENTS_READ_MINE,
    Scope.PROFILE,
    Scope.AGENTS_PROFILE,
)
_AGENT = query("agent", "The agent who is meant, as JSON.", TEXT, required=True)


@route("/agents", http_method=[HttpMethod.GET, HttpMethod.HEAD], operation_class=with_parameters(_AGENT))
async def get_agent(request: Asking, db: NamedDependency[Database], caller: NamedDependency[Caller]) -> Response[bytes]:
    """The agent as a Person: its identifier, and the names under which statements speak of it."""
    caller.sender.require(*_READ)
    pairs = request.query_params.multi_items()
    agent = read_parameters(pairs, {"agent": read_single_agent}, required=["agent"], rule="Communication 2.4")["agent"]
    caller.sender.check_document(agent=agent)
    person = await db.read(person_of, agent, authority=caller.authority)
    return tagged_answer(request, json.encode(person), MediaType.JSON)


AGENT_HANDLERS = (get_agent,)
