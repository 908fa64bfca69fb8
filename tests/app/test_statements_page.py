"""The statements of the record store, as administrators and auditors find and read them."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest
from msgspec import json

from app.pages import statements as browser
from app.settings import Settings
from base import Errand, FileStore
from base.jobs import work_once
from lrs import Account, Agent, parse_statements, replacing_under_way, store_statements
from lrs.standard.intake import AttachedFile
from people import Role
from tests.app.conftest import Service
from tests.lrs.makers import (
    AYGUN,
    COMPLETED,
    DAVIT,
    FIRST,
    INTRO,
    SECOND,
    THIRD,
    VOIDED,
    body,
    make_reference,
    make_statement,
)

LMS = Agent(name="Portal", account=Account(home_page="https://lms.example.org", name="portal"))
NAMED = {**AYGUN, "name": "<script>alert(1)</script> Aygün"}
PASSED = {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"en": "passed", "uk": "склала"}}


def now() -> datetime:
    return datetime.now(UTC)


def seen(html: str) -> str:
    """What a person reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def store(service: Service, *made: dict[str, Any], files: tuple[AttachedFile, ...] = ()) -> None:
    incoming = parse_statements(body(*made), files_follow=bool(files))
    sent = [type(one)(one.statement, one.members, one.version, files) for one in incoming]
    await service.db.write(store_statements, sent, authority=LMS, now=now(), voids_any=True)


async def auditing(service: Service, *made: dict[str, Any]) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    if made:
        await store(service, *made)


async def test_statements_are_listed_newest_first_in_words(service: Service) -> None:
    result = {"score": {"scaled": 0.95}, "success": True}
    await auditing(service, make_statement(id=FIRST, actor=NAMED, verb=PASSED, result=result), make_reference(FIRST))
    html = (await service.get("/admin/statements")).text
    assert "<script>alert" not in html
    read = seen(html)
    assert "<script>alert(1)</script> Aygün passed https://ulc.example/modules/intro passed 95% Portal" in read
    assert read.index("another statement") < read.index("alert(1)")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("agent=mailto:aygun@example.org", {FIRST}),
        ("agent=aygun@example.org&related_agents=1", {FIRST, SECOND}),
        (f"agent={quote(json.encode(DAVIT).decode())}", {SECOND}),
        (f"verb={quote(COMPLETED)}", {FIRST}),
        (f"activity={quote(INTRO)}&since=2026-01-01", {FIRST, SECOND}),
        (f"activity={quote(INTRO)}&until=2020-01-01", set()),
        (f"registration={UUID(int=5)}", {SECOND}),
        ("agent=nobody@example.org", set()),
    ],
)
async def test_a_filter_finds_what_it_says_and_stays_in_the_address(
    service: Service, query: str, found: set[str]
) -> None:
    context = {"registration": str(UUID(int=5)), "instructor": AYGUN}
    await auditing(
        service, make_statement(id=FIRST), make_statement(id=SECOND, actor=DAVIT, verb=PASSED, context=context)
    )
    html = (await service.get(f"/admin/statements?{query}")).text
    assert {each for each in (FIRST, SECOND) if f"/admin/statements/{each}" in html} == found
    assert ("There are no such statements" in html) == (not found)
    field = query.partition("=")[0]
    assert re.search(rf'name="{field}"[^>]*value="[^"]+"', html)


async def test_a_persons_own_statements_are_found_by_their_id(service: Service) -> None:
    auditor = await service.add(Role.AUDITOR)
    await service.sign_in(auditor)
    own = {"account": {"homePage": auditor.opaque.home_page, "name": auditor.opaque.name}}
    await store(service, make_statement(id=FIRST, actor=own), make_statement(id=SECOND))
    html = (await service.get(f"/admin/statements?agent={auditor.id}")).text
    assert (FIRST in html, SECOND in html) == (True, False)


@pytest.mark.parametrize("query", ["agent=nobody", "registration=1", "since=soon", "until=9999-99-99"])
async def test_a_filter_that_cannot_be_one_is_told_beside_its_field(service: Service, query: str) -> None:
    await auditing(service, make_statement())
    answer = await service.get(f"/admin/statements?{query}")
    assert (answer.status_code, "Nothing was looked for" in answer.text) == (400, True)
    field = query.partition("=")[0]
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-fault"' in answer.text


@pytest.mark.parametrize("position", ["-1", "0", str(2**63), "x"])
async def test_a_position_that_is_none_is_refused(service: Service, position: str) -> None:
    await auditing(service)
    assert (await service.get(f"/admin/statements?position={position}")).status_code == 400


async def test_older_statements_are_on_the_next_page_also_while_new_ones_come(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "PAGE_ROWS", 2)
    await auditing(service, *(make_statement(id=each) for each in (FIRST, SECOND, THIRD)))
    first = (await service.get("/admin/statements?activity=" + quote(INTRO))).text
    older = re.search(r'href="(/admin/statements\?[^"]*position=[^"]*)"', first)
    assert older
    await store(service, make_statement())
    second = (await service.get(unescape(older[1]))).text
    shown = [
        [each for each in (THIRD, SECOND, FIRST) if f"/admin/statements/{each}" in html] for html in (first, second)
    ]
    assert shown == [[THIRD, SECOND], [FIRST]]


async def test_voided_statements_are_found_apart_and_say_what_voided_them(service: Service) -> None:
    await auditing(
        service,
        make_statement(id=FIRST, actor=NAMED),
        make_statement(id=SECOND),
        make_reference(FIRST, verb=VOIDED, id=THIRD),
    )
    usual = (await service.get("/admin/statements")).text
    voided = (await service.get("/admin/statements?voided=1&agent=mailto:aygun@example.org")).text
    assert [each in usual for each in (SECOND, THIRD)] == [True, True]
    assert [f'/admin/statements/{each}">' in voided for each in (FIRST, SECOND, THIRD)] == [True, False, False]
    one = seen((await service.get(f"/admin/statements/{FIRST}")).text)
    assert "This statement was voided" in one
    assert "voids it" in one
    other = (await service.get(f"/admin/statements/{THIRD}")).text
    assert f"/admin/statements/{FIRST}" in other


async def test_a_statement_is_shown_as_it_is_stored(service: Service) -> None:
    await auditing(service)
    sent = body(make_statement(id=FIRST, actor=NAMED, result={"score": {"raw": 77}})).replace(b"77", b"1.50")
    await service.db.write(store_statements, parse_statements(sent), authority=LMS, now=now())
    html = (await service.get(f"/admin/statements/{FIRST}")).text
    assert "<script>alert" not in html
    assert "1.50" in html
    link = re.search(rf'<a [^>]*href="{re.escape(INTRO)}"|<a [^>]*href="http://adlnet[^"]*"[^>]*>', html)
    assert link
    assert 'rel="noreferrer noopener"' in link[0]
    raw = await service.get(f"/admin/statements/{FIRST}/statement.json")
    assert json.decode(raw.content)["result"] == {"score": {"raw": 1.5}}
    assert b"1.50" in raw.content
    assert raw.headers["content-disposition"].startswith("attachment")
    assert (await service.get(f"/admin/statements/{SECOND}")).status_code == 404


async def test_no_link_leads_to_an_iri_that_is_no_web_address(service: Service) -> None:
    await auditing(service, make_statement(id=FIRST, object={"id": "javascript:alert(1)"}))
    for path in ("/admin/statements", f"/admin/statements/{FIRST}"):
        assert 'href="javascript' not in (await service.get(path)).text


async def test_a_file_is_downloaded_and_never_shown(service: Service, settings: Settings) -> None:
    page = b"<script>alert(1)</script>"
    kept = FileStore(settings.files).put(page)
    attachment = {
        "usageType": "https://example.org/page",
        "display": {"en": "Page"},
        "contentType": "text/html",
        "length": len(page),
        "sha2": kept,
    }
    await service.sign_in(await service.add(Role.AUDITOR))
    await store(
        service, make_statement(id=FIRST, attachments=[attachment]), files=(AttachedFile(kept, "text/html", kept),)
    )
    address = f"/admin/statements/{FIRST}/files/{kept}"
    assert address in (await service.get(f"/admin/statements/{FIRST}")).text
    told = await service.get(address)
    assert told.content == page
    assert told.headers["content-type"] == "application/octet-stream"
    assert told.headers["content-disposition"].startswith("attachment")
    assert told.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert (await service.get(f"/admin/statements/{FIRST}/files/{'0' * 64}")).status_code == 404


async def test_an_administrator_makes_an_agent_pseudonymous_by_reason_and_word(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    await store(service, make_statement(id=FIRST, actor=NAMED), make_statement(id=SECOND, actor=DAVIT, object=AYGUN))
    form = (await service.get("/admin/statements/pseudonymise?agents=aygun@example.org")).text
    word = re.search(r"Type ([0-9a-f]{8}) to confirm", form)
    assert word
    assert "Statements of their own 1 Statements about them 1" in seen(form)
    entered = {"agents": "aygun@example.org", "reason": "they asked", "typed": word[1]}
    for missing in ("reason", "typed"):
        refused = await service.send("/admin/statements/pseudonymise", **(entered | {missing: ""}))
        assert (refused.status_code, f'href="#{missing}"' in refused.text) == (400, True)
    assert await service.db.read(replacing_under_way) == []
    done = (await service.send("/admin/statements/pseudonymise", **entered)).text
    assert "It is under way" in done
    (work,) = await service.db.read(replacing_under_way)
    assert work.pseudonym.name in done
    errands = {each.name: each for each in service.site.subscriptions if isinstance(each, Errand)}
    while await work_once(service.db, errands, clock=lambda: now() + timedelta(seconds=1)):
        pass
    assert "Nothing in the record store names this agent" in seen(
        (await service.get("/admin/statements/pseudonymise?agents=aygun@example.org")).text
    )
    assert "Aygün" not in (await service.get(f"/admin/statements/{FIRST}")).text


async def test_an_auditor_reads_and_changes_nothing(service: Service) -> None:
    await auditing(service, make_statement(id=FIRST))
    assert "pseudonymise" not in (await service.get("/admin/statements?agent=aygun@example.org")).text
    assert (await service.get("/admin/statements/pseudonymise")).status_code == 403
