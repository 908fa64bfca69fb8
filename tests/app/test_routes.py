"""Every route of the composed service says who may use it, and every role meets what the table says."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from app.hosts import Hosts
from base import BY_PROOF, PUBLIC
from people import Action, Person, Role, open_session
from people.permissions import PERMISSIONS
from tests.app.conftest import APP, CONTENT, Service

PROOF, NO_ACTION = BY_PROOF["action"], PUBLIC["action"]


def _composed(asgi: object) -> Litestar:
    """The framework's app inside what is wrapped around it."""
    while not isinstance(asgi, Litestar):
        asgi = vars(asgi)["_app"]
    return asgi


def _handlers(service: Service) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Origin, path and handler of every route; what the framework answers to OPTIONS is none of ours."""
    hosts = service.site.asgi
    assert isinstance(hosts, Hosts)
    for origin, asgi in ((APP, hosts._app), (CONTENT, hosts._content)):
        for route in _composed(asgi).routes:
            assert isinstance(route, HTTPRoute), route.path
            for handler in route.route_handlers:
                if handler.http_methods != {"OPTIONS"}:
                    yield origin, route.path, handler


async def test_every_route_declares_who_may_use_it(service: Service) -> None:
    found = list(_handlers(service))
    assert len(found) > 30
    known = {*Action, PROOF, NO_ACTION}
    undeclared = [path for _, path, handler in found if handler.opt.get("action", "undeclared") not in known]
    assert undeclared == []


async def test_every_role_may_what_the_table_says_and_nothing_else(service: Service) -> None:
    asked = 0
    surprises = []
    for role in (None, *Role):
        person = None if role is None else await service.add(*({role} - {Role.LEARNER}))
        for origin, path, handler in _handlers(service):
            action = handler.opt["action"]
            if not isinstance(action, Action):
                continue
            token = None if person is None else await _session_of(service, person)
            for method in sorted(handler.http_methods):
                told = await _ask(service, origin + _filled(path), method, token)
                expected = _expected(role, action)
                asked += 1
                if told != expected and not (expected is None and told not in {401, action}):
                    surprises.append((role, method, path, told))
    assert surprises == []
    assert asked > 100


async def test_what_asks_for_a_proof_does_nothing_without_one(service: Service) -> None:
    for origin, path, handler in _handlers(service):
        if handler.opt["action"] == PROOF:
            for method in handler.http_methods:
                answer = await service.browser.request(method, origin + _filled(path))
                assert answer.status_code in {400, 401, 403}, (method, path)


async def _session_of(service: Service, person: Person) -> str:
    """A session of its own for every request, since some routes end sessions."""
    return await service.db.write(open_session, person.id, frame=None, now=datetime.now(UTC))


def _expected(role: Role | None, action: Action) -> int | Action | None:
    """401 for nobody, the action that was refused, or None where the role may."""
    if role is None:
        return HTTPStatus.UNAUTHORIZED
    return None if {role, Role.LEARNER} & set(PERMISSIONS[action]) else action


def _filled(path: str) -> str:
    """The path with something of the right kind in every place."""
    samples = {"uuid": str(uuid4()), "int": "1"}
    return re.sub(r"{(\w+)(?::(\w+))?}", lambda place: samples.get(place[2] or "", "x"), path)


async def _ask(service: Service, address: str, method: str, token: str | None) -> int | str:
    """The status; of a refusal by the table, the action that it names."""
    cookies = {} if token is None else {"cookie": f"waymark={token}"}
    headers = {"accept": "application/json", "origin": APP, **cookies}
    answer = await service.browser.request(method, address, headers=headers)
    if answer.status_code == HTTPStatus.FORBIDDEN and method != "HEAD":
        rule: str | None = answer.json().get("rule")
        return rule or HTTPStatus.FORBIDDEN
    return answer.status_code
