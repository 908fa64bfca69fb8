"""A learner arrives from their LMS and sees the path: login, launch and page, against their least work."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar.types import ASGIApp

from base import KeySets, Outward
from bench.load import SLICE_SECONDS, Caller
from bench.measuring import Row, measure
from bench.pages import page_alone
from bench.place import open_place, prepared
from lti.launching.launch import verify_launch
from lti.launching.login import parse_login, spend_login, start_login
from people import Account, Person, open_session, person_of_account
from tests.demo_lms import AYGUN, DemoLms
from tests.journeys.lms import lms_beside

BAR = 1 / 2.2
"""The whole takes at most 2.2 times as long as verifying the token and making the page alone."""

_BROWSER = "waymark-lti=kept-since-the-first-login"


async def arrival(_call: Caller, folder: Path) -> Row:
    """Server time alone, one after the other: no wire between, and what the LMS does is not counted."""
    place = await prepared(folder / "ours")
    settings = place.settings
    async with open_place(place) as site, lms_beside(place.environment) as lms:
        arriving = Arriving(site.asgi, lms, settings.url)
        await arriving.once()  # from now on the learner is known and on the path
        now = datetime.now(UTC)
        asked = parse_login(lms.begin_launch(AYGUN, lms.links[0], "iframe"))
        url = await site.db.write(start_login, asked, browser="bench", waymark_url=settings.url, now=now)
        returned = lms.authorize(dict(parse_qsl(urlsplit(url).query)), AYGUN)
        login = await site.db.write(spend_login, returned["state"], now=now)
        learner = await site.db.read(person_of_account, Account(lms.url, AYGUN.id))
        assert login is not None
        assert isinstance(learner, Person)
        session = await site.db.write(open_session, learner.id, frame=None, now=now)
        outward = Outward(settings.private_hosts)
        key_sets = KeySets(outward)

        async def least() -> float:
            began, done = time.perf_counter(), 0
            while time.perf_counter() < began + SLICE_SECONDS:
                await verify_launch(returned["id_token"], login, key_sets, waymark_url=settings.url, now=now)
                assert "<h1>" in await site.db.read(page_alone, session)
                done += 1
            return done / (time.perf_counter() - began)

        try:
            return await measure(
                "arrival",
                arriving.rate,
                least,
                unit="arrivals/s",
                bar=BAR,
                sizes="one returning learner, SQLite; three requests against verifying the token and making the page",
            )
        finally:
            await outward.close()


class Arriving:
    """Somebody who comes from the first link of the LMS again and again, in one browser."""

    def __init__(self, app: ASGIApp, lms: DemoLms, url: str) -> None:
        self._app, self._lms, self._url = app, lms, url
        self._seconds = 0.0

    async def rate(self) -> float:
        """Arrivals a second of the server's own time."""
        self._seconds, done = 0.0, 0
        while self._seconds < SLICE_SECONDS:
            await self.once()
            done += 1
        return done / self._seconds

    async def once(self) -> None:
        begun = self._lms.begin_launch(AYGUN, self._lms.links[0], "iframe")
        _, sent_on, _ = await self._ask("POST", "/lti/login", _BROWSER, begun)
        returned = self._lms.authorize(dict(parse_qsl(urlsplit(sent_on["location"]).query)), AYGUN)
        _, landed, _ = await self._ask("POST", "/lti/launch", _BROWSER, returned)
        page = urlsplit(landed["location"]).path
        status, _, body = await self._ask("GET", page, landed["set-cookie"].partition(";")[0])
        assert status == 200
        assert b"<h1>" in body

    async def _ask(
        self, method: str, path: str, cookie: str, form: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        body = urlencode(form or {}).encode()
        came: list[Any] = []

        async def send(message: Any) -> None:
            came.append(message)

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        scope = self._scope(method, path, cookie, body)
        began = time.perf_counter()
        await self._app(scope, receive, send)
        self._seconds += time.perf_counter() - began
        start = came[0]
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], headers, b"".join(each["body"] for each in came if each["type"] == "http.response.body")

    def _scope(self, method: str, path: str, cookie: str, body: bytes) -> Any:
        host = urlsplit(self._url).netloc.encode()
        headers = [(b"host", host), (b"cookie", cookie.encode()), (b"accept", b"text/html")]
        if method == "POST":
            form = (b"content-type", b"application/x-www-form-urlencoded")
            headers += [form, (b"content-length", str(len(body)).encode()), (b"origin", self._lms.url.encode())]
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 50000),
            "server": ("127.0.0.1", 80),
            "state": {},
        }
