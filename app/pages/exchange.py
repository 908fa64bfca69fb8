"""Other record stores that get statements from here or give some, for administrators."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.visit import Visit, acts
from base import Database, Invalid, KeyRing, Missing
from lrs import (
    Forwarding,
    ForwardingRefusal,
    NewStore,
    Pull,
    PullRefusal,
    XapiVersion,
    add_forwarding,
    add_pull,
    forwarding_refusals_of,
    list_forwardings,
    list_pulls,
    parse_selection,
    pause_forwarding,
    pause_pull,
    pull_refusals_of,
    remove_forwarding,
    remove_pull,
    resume_forwarding,
    resume_pull,
    retry_forwarding,
    retry_pull,
)
from people import Action

Entry = Annotated[str, msgspec.Meta(max_length=4000)]
_STORES = "/admin/stores"
_FILTERS = ("agent", "verb", "activity", "registration")


class Direction(StrEnum):
    """Whether statements go to a store or come from it, as it stands in addresses."""

    TO = "to"
    FROM = "from"


class StoreForm(msgspec.Struct, frozen=True):
    """What an administrator enters of another store; a box that is not ticked is not sent."""

    name: Entry = ""
    endpoint: Entry = ""
    version: Entry = XapiVersion.V1_0_3
    key: Entry = ""
    secret: Entry = ""
    agent: Entry = ""
    verb: Entry = ""
    activity: Entry = ""
    registration: Entry = ""
    related: Entry = ""
    from_now: Entry = ""
    keeps_authority: Entry = ""
    reason: Entry = ""

    def store(self) -> NewStore:
        return NewStore(self.name, self.endpoint, self.secret.strip(), self.key.strip(), self.version)

    def filters(self) -> dict[str, str]:
        """The filters that were filled in, as parameters of the standard."""
        found = {name: value for name in _FILTERS if (value := getattr(self, name).strip())}
        related = {"related_agents": "true", "related_activities": "true"} if self.related else {}
        return found | related


class Decision(msgspec.Struct, frozen=True):
    """What is to be done with a store, and why."""

    act: Annotated[str, msgspec.Meta(max_length=20)] = ""
    reason: Annotated[str, msgspec.Meta(max_length=4000)] = ""


@get(_STORES, opt=acts(Action.VIEW_STORES))
async def stores_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    forwardings, pulls = await db.read(_stores)
    return page("other_stores.html", visit, forwardings=forwardings, pulls=pulls)


@get(f"{_STORES}/{{direction:str}}/new", opt=acts(Action.MANAGE_STORES))
async def new_store_page(direction: FromPath[str], visit: NamedDependency[Visit]) -> Response[str]:
    return _form_page(visit, _direction(direction), StoreForm(), {})


@post(f"{_STORES}/{{direction:str}}/new", opt=acts(Action.MANAGE_STORES))
async def add_store(
    direction: FromPath[str],
    data: URLEncodedBody[StoreForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    keys: NamedDependency[KeyRing],
) -> Response[str] | Redirect:
    way = _direction(direction)
    add = _add_forwarding if way is Direction.TO else _add_pull
    faults = {} if data.reason.strip() else {"reason": "missing"}
    try:
        if not faults:
            added = await db.write(add, keys, data, visit)
            return see_other(visit, f"{_STORES}/{way}/{added}")
    except Invalid as fault:
        faults = {fault.where or "endpoint": "wrong"}
    return _form_page(visit, way, data, faults)


@get(f"{_STORES}/{{direction:str}}/{{store_id:uuid}}", opt=acts(Action.VIEW_STORES))
async def store_page(
    direction: FromPath[str],
    store_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str]:
    return await _store_page(visit, db, _direction(direction), store_id, fault="")


@post(f"{_STORES}/{{direction:str}}/{{store_id:uuid}}", opt=acts(Action.MANAGE_STORES))
async def decide_on_store(
    direction: FromPath[str],
    store_id: FromPath[UUID],
    data: URLEncodedBody[Decision],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    way = _direction(direction)
    act = _ACTS.get((way, data.act))
    if act is None:
        raise Invalid(f"act is {data.act!r}; it must be pause, resume, retry or remove.", where="act")
    if not data.reason.strip():
        return await _store_page(visit, db, way, store_id, fault=data.act)
    await db.write(act, store_id, by=visit.person_id, reason=data.reason.strip(), now=visit.now)
    return see_other(visit, _STORES if data.act == "remove" else f"{_STORES}/{way}/{store_id}")


EXCHANGE_PAGES = (stores_page, new_store_page, add_store, store_page, decide_on_store)

_ACTS: Mapping[tuple[Direction, str], Callable[..., None]] = {
    (Direction.TO, "pause"): pause_forwarding,
    (Direction.TO, "resume"): resume_forwarding,
    (Direction.TO, "retry"): retry_forwarding,
    (Direction.TO, "remove"): remove_forwarding,
    (Direction.FROM, "pause"): pause_pull,
    (Direction.FROM, "resume"): resume_pull,
    (Direction.FROM, "retry"): retry_pull,
    (Direction.FROM, "remove"): remove_pull,
}


def _direction(value: str) -> Direction:
    if value not in set(Direction):
        raise Missing(f"There are no stores {value!r}; there are those that statements go to, and come from.")
    return Direction(value)


def _add_forwarding(conn: Connection, ring: KeyRing, form: StoreForm, visit: Visit) -> UUID:
    selection = parse_selection(form.filters().items())
    decided: dict[str, Any] = {"by": visit.person_id, "reason": form.reason.strip(), "now": visit.now}
    return add_forwarding(conn, ring, form.store(), selection=selection, from_now=bool(form.from_now), **decided)


def _add_pull(conn: Connection, ring: KeyRing, form: StoreForm, visit: Visit) -> UUID:
    decided: dict[str, Any] = {"by": visit.person_id, "reason": form.reason.strip(), "now": visit.now}
    keeps = bool(form.keeps_authority)
    return add_pull(conn, ring, form.store(), filters=form.filters(), keeps_authority=keeps, **decided)


def _stores(conn: Connection) -> tuple[list[Forwarding], list[Pull]]:
    return list_forwardings(conn), list_pulls(conn)


def _store(
    conn: Connection, way: Direction, store_id: UUID
) -> tuple[Forwarding | Pull, list[ForwardingRefusal] | list[PullRefusal]]:
    found: list[Forwarding] | list[Pull] = list_forwardings(conn) if way is Direction.TO else list_pulls(conn)
    for store in found:
        if store.id == store_id:
            refusals = forwarding_refusals_of if way is Direction.TO else pull_refusals_of
            return store, refusals(conn, store_id)
    raise Missing("There is no such store; it may have been removed.")


async def _store_page(visit: Visit, db: Database, way: Direction, store_id: UUID, *, fault: str) -> Response[str]:
    store, refusals = await db.read(_store, way, store_id)
    status = HTTP_400_BAD_REQUEST if fault else 200
    return page(
        "other_store.html",
        visit,
        status=status,
        direction=way,
        store=store,
        filters=_filters_of(store),
        refusals=refusals,
        fault=fault,
    )


def _filters_of(store: Forwarding | Pull) -> dict[str, str]:
    """What was chosen, by the standard's names."""
    if isinstance(store, Pull):
        return dict(store.filters)
    chosen: dict[str, Any] = msgspec.to_builtins(store.selection)
    return {name: str(value) for name, value in chosen.items()}


def _form_page(visit: Visit, way: Direction, form: StoreForm, faults: Mapping[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else 200
    versions = [(version.value, version.value) for version in XapiVersion]
    return page(
        "other_store_form.html", visit, status=status, direction=way, form=form, faults=faults, versions=versions
    )
