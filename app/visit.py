"""Who asks for a page: found once for a request, before its handler runs, and checked against the route's action."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from sqlalchemy import Connection

from app.frames import frame_of, prefix_of
from app.languages import LANGUAGE_COOKIE, asked_language
from base import PUBLIC, Database, Forbidden, Unauthenticated
from lti import KeptFrame, kept_frame
from people import (
    SEEN_EVERY,
    Action,
    Grant,
    Person,
    Place,
    Session,
    find_session,
    grants_of,
    holder_of,
    may,
    may_somewhere,
    note_seen,
    person,
    require,
    require_somewhere,
)

__all__ = ["PUBLIC", "Visit", "acts", "permit", "provide_visit", "session_cookie", "visit_of"]

FRAME_COOKIE = "waymark-frame"
FRAME_HEADER = "waymark-session"
"""Brings the token of a frame's session where the browser keeps no cookie there; only scripts of ours can send it."""


class KeptElsewhere(Unauthenticated):
    """The browser keeps no cookie in this frame; a script of ours must get the session's token from its platform."""

    def __init__(self, kept: KeptFrame) -> None:
        super().__init__("The session of this frame is kept by its learning platform, which a script asks for it.")
        self.kept = kept


class Visit(msgspec.Struct, frozen=True):
    """One request for a page: by whom, in which language, in which frame, for which path, and when."""

    person: Person | None
    grants: frozenset[Grant]
    language: str
    frame: str | None
    path: str
    now: datetime
    session: Session | None = None

    @property
    def somebody(self) -> Person:
        """The person who asks. Raises Unauthenticated when nobody is signed in."""
        if self.person is None:
            raise Unauthenticated("Nobody is signed in. Open Waymark from your learning platform or by a sign-in link.")
        return self.person

    @property
    def person_id(self) -> UUID:
        return self.somebody.id

    def may(self, action: Action, where: Place | None = None) -> bool:
        """Whether the person may do the action there, or anywhere at all; templates show what may be done by it."""
        return may_somewhere(self.grants, action) if where is None else may(self.grants, action, where)

    def require(self, action: Action, where: Place) -> None:
        """Raises Forbidden unless the person may do the action there: for handlers, once they know where it is."""
        require(self.grants, action, where)

    def url(self, path: str) -> str:
        """The address of one of our pages, inside the visit's frame where there is one."""
        return prefix_of(self.frame) + path


def acts(action: Action) -> dict[str, Any]:
    """The `opt` of a route that only those may use who may do `action` somewhere; its handler asks where."""
    return {"action": action}


async def permit(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of all pages: finds the visit and keeps it with the request.

    Raises KeptElsewhere where the session must be fetched first; Unauthenticated or Forbidden where the route's action
    asks for more than the visitor may. A route that declares neither an action nor PUBLIC is open to nobody.
    """
    visit = await _visit(connection)
    connection.scope["state"]["visit"] = visit
    if "action" not in handler.opt:
        raise Forbidden("Nobody may do this here: the address has no declared action.")
    action = handler.opt["action"]
    if action is not None:
        _ = visit.somebody
        require_somewhere(visit.grants, action)


def visit_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Visit:
    """The visit that `permit` has found; for a request that never reached a route, one by nobody."""
    found: Visit | None = connection.scope.get("state", {}).get("visit")
    return found or _visit_by_nobody(connection)


async def provide_visit(request: ASGIConnection[Any, Any, Any, Any]) -> Visit:
    return visit_of(request)


def session_cookie(url: str) -> str:
    """The name of the cookie outside frames for an app at `url`.

    The prefix binds it to this very host (RFC 6265bis, section 4.1.3.2) and demands Secure, which not every browser
    accepts on the http of a try-out.
    """
    return "__Host-waymark" if url.startswith("https://") else "waymark"


async def _visit(connection: ASGIConnection[Any, Any, Any, Any]) -> Visit:
    nobody = _visit_by_nobody(connection)
    state = connection.app.state
    db: Database = state.db
    token = _token(connection, nobody.frame, session_cookie(state.settings.url))
    if token is None:
        await _look_elsewhere(connection, db, nobody)
        return nobody
    visit = await db.read(_signed_in, nobody, token)
    if visit.session is not None and visit.now - visit.session.seen_at >= SEEN_EVERY:
        await db.write(note_seen, visit.session.id, now=visit.now)
    return visit


def _token(connection: ASGIConnection[Any, Any, Any, Any], frame: str | None, cookie: str) -> str | None:
    if frame is None:
        return connection.cookies.get(cookie)
    return connection.headers.get(FRAME_HEADER) or connection.cookies.get(FRAME_COOKIE)


async def _look_elsewhere(connection: ASGIConnection[Any, Any, Any, Any], db: Database, nobody: Visit) -> None:
    """Raises KeptElsewhere in a frame that never keeps a cookie; the page that answers it asks the platform."""
    if nobody.frame is None:
        return
    kept = await db.read(kept_frame, nobody.frame, now=nobody.now)
    if kept is not None:
        connection.scope["state"]["visit"] = nobody
        raise KeptElsewhere(kept)


def _signed_in(conn: Connection, visit: Visit, token: str) -> Visit:
    session = find_session(conn, token, frame=visit.frame, now=visit.now)
    if session is None:
        return visit
    who = person(conn, holder_of(conn, session.person_id))
    return msgspec.structs.replace(
        visit, person=who, grants=grants_of(conn, who.id), language=who.language, session=session
    )


def _visit_by_nobody(connection: ASGIConnection[Any, Any, Any, Any]) -> Visit:
    scope = connection.scope
    return Visit(
        person=None,
        grants=frozenset(),
        language=asked_language(connection.cookies.get(LANGUAGE_COOKIE), connection.headers.get("accept-language", "")),
        frame=frame_of(scope),
        path=scope["path"],
        now=datetime.now(UTC),
    )
