"""A path page over HTTP, against the same queries and the same rendering alone."""

import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from app.page import render
from app.pages.paths import map_below
from app.visit import Visit, session_cookie
from base import has_due_effects
from bench.learners import add_learner
from bench.load import SLICE_SECONDS, Caller, Requests
from bench.measuring import Row, measure
from bench.place import open_place, prepared
from certificates import certificates_of
from paths import path_view, subjects_of
from people import Person, grants_of, may_have_been_invited, open_session, session_of
from tests.demo_lms import links_of_library
from tests.running import LIBRARY

CONNECTIONS = 4
BAR = 0.5
PAGE = links_of_library(LIBRARY)[0].target


async def path_page(call: Caller, folder: Path) -> Row:
    place = await prepared(folder / "ours")
    async with open_place(place) as site:
        learner = await site.db.write(add_learner, finished=1)
        token = await site.db.write(open_session, learner.id, frame=None, now=datetime.now(UTC))
        port = place.settings.port
        head = f"GET {PAGE} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncookie: {session_cookie(place.settings.url)}={token}"
        pages = Requests(port, CONNECTIONS, 200, (f"{head}\r\n\r\n".encode(),))
        return await measure(
            "path page",
            lambda: call(pages),
            lambda: site.db.read(_alone, token),
            unit="pages/s",
            bar=BAR,
            sizes=f"{CONNECTIONS} connections, SQLite, one of three modules done; the floor in one thread",
        )


def _alone(conn: Connection, token: str) -> float:
    """Pages a second, one after the other on one connection."""
    began, done = time.perf_counter(), 0
    while time.perf_counter() < began + SLICE_SECONDS:
        assert "<h1>" in page_alone(conn, token)
        done += 1
    return done / (time.perf_counter() - began)


def page_alone(conn: Connection, token: str) -> str:
    now = datetime.now(UTC)
    learner = session_of(conn, token, frame=None, now=now)
    assert isinstance(learner, Person)
    visit = Visit(learner, grants_of(conn, learner.id), learner.language, None, PAGE, now)
    assert not has_due_effects(conn, now=now, subjects=subjects_of(conn, learner.id))
    view = path_view(conn, learner, PAGE.rpartition("/")[2], language=visit.language, now=now)
    mine = [each for each in certificates_of(conn, learner.id) if each.path_id == view.id]
    invited = may_have_been_invited(conn, learner.id, now=now)
    values = {"view": view, "certificates": mine, "ask_if_invited": invited, "has_map": True, "drawn": map_below(view)}
    return render("path.html", visit, **values)
