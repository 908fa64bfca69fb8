"""A launch, login and all, against verifying its token alone."""

import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from base import KeySets, Outward
from bench.load import SLICE_SECONDS, Caller, Launches
from bench.measuring import Row, measure
from bench.place import open_place, prepared
from lti.launching.launch import verify_launch
from lti.launching.login import parse_login, spend_login, start_login
from tests.demo_lms import AYGUN
from tests.journeys.lms import lms_beside

CONNECTIONS = 8


async def launch(call: Caller, folder: Path) -> Row:
    place = await prepared(folder / "ours")
    settings = place.settings
    async with open_place(place) as site, lms_beside(place.environment) as lms:
        now = datetime.now(UTC)
        asked = parse_login(lms.begin_launch(AYGUN, lms.links[0], "iframe"))
        url = await site.db.write(start_login, asked, browser="bench", waymark_url=settings.url, now=now)
        returned = lms.authorize(dict(parse_qsl(urlsplit(url).query)), AYGUN)
        login = await site.db.write(spend_login, returned["state"], now=now)
        assert login is not None
        outward = Outward(settings.private_hosts)
        key_sets = KeySets(outward)

        async def verified() -> float:
            began, done = time.perf_counter(), 0
            while time.perf_counter() < began + SLICE_SECONDS:
                await verify_launch(returned["id_token"], login, key_sets, waymark_url=settings.url, now=now)
                done += 1
            return done / (time.perf_counter() - began)

        launches = Launches(settings.url, lms.url, lms.key.as_dict(private=True), lms.links[0], CONNECTIONS)
        try:
            return await measure(
                "launch",
                lambda: call(launches),
                verified,
                unit="launches/s",
                bar=None,
                sizes=f"{CONNECTIONS} returning learners, SQLite, two requests and three transactions each",
            )
        finally:
            await outward.close()
