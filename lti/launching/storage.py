"""Launches into a frame that keeps no cookie: the platform keeps our secrets, in a window of its own.

Such a window answers messages of scripts (1EdTech LTI Client Side postMessages 0.1 and LTI postMessage Storage 0.1),
and keeps what they put apart by their origin. So a value that comes back was put by a page of ours in this browser,
which is what a cookie would have proved.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, insert, select

from base import Unauthenticated, new_token, origin_of, token_hash
from lti.launching.framing import origins_of
from lti.launching.login import LoginRequest, start_login
from lti.refusals import COOKIES_BLOCKED
from lti.registering.platforms import platform
from lti.tables import lti_states, storage_frames
from people import SESSION_LIFETIME

_KEY_LENGTH = 32


class Store(msgspec.Struct, frozen=True):
    """One value that a platform's window keeps for us.

    `target` is the window: a frame beside ours by its name, or "_parent" (LTI OIDC Login with Client Side postMessages
    0.1, "lti_storage_target"). It is spoken to under the `origin` of the platform's authentication endpoint alone.
    """

    origin: str
    target: str
    key: str


class KeptFrame(msgspec.Struct, frozen=True):
    """Where the token of a frame's session is kept, and the origins of the platform that the frame belongs to."""

    store: Store
    origins: frozenset[str]


class Keep(msgspec.Struct, frozen=True):
    """Have the platform keep `value`, and go to `then`; where it cannot, `new_tab` leads there in a tab."""

    store: Store
    value: str
    then: str
    new_tab: str


class Prove(msgspec.Struct, frozen=True):
    """Get what the platform keeps, and send it with `state` and `id_token` to the launch again."""

    store: Store
    state: str
    id_token: str


class StorageAsked(Unauthenticated):
    """The browser sent no cookie; before anything goes on, a page of ours must ask the platform's window."""

    def __init__(self, step: Keep | Prove) -> None:
        super().__init__(COOKIES_BLOCKED)
        self.step = step


def start_kept_login(
    conn: Connection, asked: LoginRequest, target: str, *, new_tab: str, waymark_url: str, now: datetime
) -> Keep:
    """As `start_login`, for a browser whose secret is to be kept by the platform's window `target`."""
    secret = new_token()
    url = start_login(conn, asked, browser=secret, storage_target=target, waymark_url=waymark_url, now=now)
    return Keep(Store(origin_of(url), target, _key(token_hash(secret))), secret, url, new_tab)


def store_of_login(conn: Connection, state: str, *, now: datetime) -> Store | None:
    """Where the secret of the login is kept; None for a login that is kept by a cookie, spent, expired or unknown."""
    columns = lti_states.c.platform_id, lti_states.c.storage_target, lti_states.c.browser_hash
    mine = lti_states.c.state_hash == token_hash(state), lti_states.c.expires_at > now
    row = conn.execute(select(*columns).where(*mine, lti_states.c.storage_target.is_not(None))).first()
    return None if row is None else _store(conn, row.platform_id, row.storage_target, _key(row.browser_hash))


def keep_frame(conn: Connection, frame: str, platform_id: UUID, target: str, *, now: datetime) -> Store:
    """Where the token of the session in `frame` is kept, as long as a session may last."""
    row = {"frame": frame, "platform_id": platform_id, "target": target, "expires_at": now + SESSION_LIFETIME}
    conn.execute(insert(storage_frames).values(row))
    return _store(conn, platform_id, target, _key(frame))


def kept_frame(conn: Connection, frame: str, *, now: datetime) -> KeptFrame | None:
    """Where the token of the session in `frame` is kept; None where a cookie keeps it, or it is over."""
    alive = storage_frames.c.frame == frame, storage_frames.c.expires_at > now
    row = conn.execute(select(storage_frames).where(*alive)).first()
    if row is None:
        return None
    store = _store(conn, row.platform_id, row.target, _key(frame))
    return KeptFrame(store, frozenset(origins_of(conn, row.platform_id)))


def forget_storage_frames(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` frames whose sessions had ended by `before`; how many went."""
    over = select(storage_frames.c.frame).where(storage_frames.c.expires_at <= before).limit(limit)
    return conn.execute(delete(storage_frames).where(storage_frames.c.frame.in_(over))).rowcount


def _store(conn: Connection, platform_id: UUID, target: str, key: str) -> Store:
    return Store(origin_of(platform(conn, platform_id).auth_login_url), target, key)


def _key(name: str) -> str:
    return f"waymark-{name[:_KEY_LENGTH]}"
