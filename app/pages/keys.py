"""The keys that sign what Waymark says, for administrators and auditors."""

from datetime import datetime

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from app.key_keeping import rotate
from app.page import page, see_other
from app.visit import Visit, acts
from base import (
    POLICIES,
    Database,
    KeyPurpose,
    KeyRing,
    Missing,
    Standing,
    list_public_keys,
    msgid,
    standings,
    waiting_key,
)
from people import Action

_REASON = msgid("rotated on the page of keys")


class PurposeView(msgspec.Struct, frozen=True):
    """The keys of one purpose, and what rotating them now would do.

    `waiting` tells that a successor is published already, so that another would change nothing.
    """

    purpose: KeyPurpose
    keys: list[Standing]
    waiting: bool
    would_be_used_from: datetime
    would_be_published_until: datetime | None


@get("/admin/keys", opt=acts(Action.VIEW_KEYS))
async def keys_page(
    visit: NamedDependency[Visit], db: NamedDependency[Database], keys: NamedDependency[KeyRing]
) -> Response[str]:
    purposes = await db.read(purpose_views, now=visit.now)
    return page("keys.html", visit, purposes=purposes, makes_keys=keys.makes_keys)


@post("/admin/keys/{purpose:str}/rotate", opt=acts(Action.ROTATE_KEYS))
async def rotate_keys(
    purpose: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    keys: NamedDependency[KeyRing],
) -> Redirect:
    if purpose not in set(KeyPurpose):
        raise Missing(f"There are no keys for {purpose!r}.")
    await rotate(db, keys, KeyPurpose(purpose), at_once=False, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, "/admin/keys")


def purpose_views(conn: Connection, *, now: datetime) -> list[PurposeView]:
    """Every purpose with its keys, the newest first."""
    keys = list_public_keys(conn)
    found = standings(keys, now=now)
    return [
        PurposeView(
            purpose,
            [each for each in found if each.key.purpose is purpose],
            waiting_key(keys, purpose, now=now) is not None,
            now + policy.wait,
            None if policy.kept_for is None else now + policy.wait + policy.kept_for,
        )
        for purpose, policy in POLICIES.items()
    ]
