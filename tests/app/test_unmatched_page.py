"""Statements for people and modules that nobody knows, as administrators find them."""

import asyncio
import re
from datetime import UTC, datetime
from html import unescape

from click.testing import CliRunner

from app.cli import main
from app.settings import Settings
from base import apply_effects
from lrs import Account, Activity, Agent, Statement, Verb, record_statement
from modules import VerbIri
from people import Role
from tests.app.conftest import Service


async def _hear(service: Service, actor: Agent, activity: str) -> None:
    now = datetime.now(UTC)
    passed = Statement(actor=actor, verb=Verb(id=VerbIri.PASSED.value), object=Activity(id=activity))
    await service.db.write(record_statement, passed, now=now)
    while await service.db.write(apply_effects, now=now):
        pass


def _account(name: str) -> Agent:
    return Agent(account=Account(home_page="https://lms.example", name=name))


async def test_names_that_nobody_knows_are_listed_with_what_to_do(service: Service) -> None:
    await _hear(service, _account("4711"), "https://x.example/course/7")
    await _hear(service, Agent(mbox="mailto:nino@town.example"), "https://x.example/course/7")
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    people = (await service.get("/admin/unmatched")).text
    for told in ("4711", "https://lms.example", "mbox::mailto:nino@town.example", "only accounts are matched"):
        assert told in people
    assert "/admin/statements/" in people
    modules = (await service.get("/admin/unmatched?kind=activity")).text
    assert "https://x.example/course/7" in modules
    assert "4711" not in modules


async def test_the_list_goes_on_over_pages(service: Service) -> None:
    for n in range(52):
        await _hear(service, _account(f"learner-{n:02}"), "https://x.example/course/7")
    await service.sign_in(await service.add(Role.AUDITOR))
    first = (await service.get("/admin/unmatched")).text
    assert "learner-51" in first
    assert "learner-01" not in first
    following = unescape(re.findall(r'href="(/admin/unmatched\?[^"]*before=[^"]+)"', first)[0])
    second = (await service.get(following)).text
    assert "learner-01" in second
    assert "learner-02" not in second
    assert (await service.get("/admin/unmatched?before=x_y")).status_code == 400


async def test_it_is_open_to_those_who_read_the_whole_network(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    assert "Everything that was heard is matched" in (await service.get("/admin/unmatched")).text
    await service.sign_in(await service.add(Role.COORDINATOR))
    assert (await service.get("/admin/unmatched")).status_code == 403


async def test_the_command_lists_the_same(service: Service, settings: Settings) -> None:
    await _hear(service, _account("4711"), "https://x.example/course/7")
    told = await asyncio.to_thread(_run, settings)
    assert "agent account::https://lms.example::4711" in told
    assert "activity https://x.example/course/7" in told
    assert "2 unmatched" in told
    assert "4711" not in await asyncio.to_thread(_run, settings, "--kind", "activity")


def _run(settings: Settings, *options: str) -> str:
    environment = {
        "WAYMARK_DATABASE_URL": settings.database_url,
        "WAYMARK_URL": settings.url,
        "WAYMARK_CONTENT_URL": settings.content_url,
    }
    found = CliRunner().invoke(main, ["unmatched", *options], env=environment, catch_exceptions=False)
    assert found.exit_code == 0
    return found.output
