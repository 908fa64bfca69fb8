import csv
from datetime import UTC, datetime
from io import StringIO

from msgspec import json

from base import Asked as AskedDecisions
from base import decisions
from lrs import Account, Agent, list_forwardings, list_pulls, parse_statements, store_statements
from people import Role
from tests.app.conftest import Service
from tests.lrs.makers import COMPLETED, make_statement

STORES = "/admin/stores"
COUNTS = "/admin/statements/counts"
ENTERED = {
    "name": "Ministry",
    "endpoint": "https://lrs.example/xapi",
    "key": "k",
    "secret": "s3cret",
    "reason": "Agreed",
}
ELSEWHERE = Agent(name="LMS", account=Account(home_page="http://127.0.0.1:8000", name="credential:lms"))


async def fill(service: Service) -> None:
    sent = [make_statement(actor={"name": "=1+1", "mbox": "mailto:a@example.org"}), make_statement(verb={"id": "x:y"})]
    incoming = parse_statements(json.encode(sent))
    await service.db.write(store_statements, incoming, authority=ELSEWHERE, now=datetime(2026, 11, 22, 9, tzinfo=UTC))


async def test_store_is_added_paused_resumed_tried_again_and_removed_each_with_a_reason(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert "No store gets statements yet." in (await service.get(STORES)).text
    added = await service.send(f"{STORES}/to/new", **ENTERED, verb=COMPLETED)
    assert added.status_code == 303, added.text
    address = added.headers["location"]
    page = (await service.get(address)).text
    for shown in ("Ministry", "https://lrs.example/xapi/", COMPLETED, "Works"):
        assert shown in page
    assert "s3cret" not in page
    assert (await service.send(address, act="pause", reason=" ")).status_code == 400
    for act, shown in (("pause", "Paused"), ("resume", "Works"), ("retry", "Works")):
        assert (await service.send(address, act=act, reason="A drill")).headers["location"] == address
        assert shown in (await service.get(address)).text
    assert (await service.send(address, act="explode", reason="x")).status_code == 400
    assert (await service.send(address, act="remove", reason="Ended")).headers["location"] == STORES
    assert (await service.get(address)).status_code == 404
    assert await service.db.read(list_forwardings) == []
    found = await service.db.read(decisions, AskedDecisions(), following=None, limit=50)
    acts = {one.act: one.reason for one in found if one.act.startswith("forwarding.")}
    assert acts == {
        "forwarding.add": "Agreed",
        "forwarding.pause": "A drill",
        "forwarding.resume": "A drill",
        "forwarding.retry": "A drill",
        "forwarding.remove": "Ended",
    }


async def test_store_to_take_from_is_added_with_its_trust(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    added = await service.send(f"{STORES}/from/new", **ENTERED, keeps_authority="yes", related="yes")
    assert "As the store says" in (await service.get(added.headers["location"])).text
    (pull,) = await service.db.read(list_pulls)
    assert pull.filters == {"related_agents": "true", "related_activities": "true"}
    assert (await service.send(added.headers["location"], act="remove", reason="Ended")).status_code == 303
    assert await service.db.read(list_pulls) == []


async def test_form_that_cannot_be_saved_keeps_what_was_entered_but_for_the_secret(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    for wrong in ({"endpoint": "lrs"}, {"secret": ""}, {"verb": "x"}, {"reason": ""}, {"agent": "{"}, {"name": ""}):
        answer = await service.send(f"{STORES}/to/new", **(ENTERED | wrong))
        assert answer.status_code == 400, wrong
        assert "Nothing was saved yet" in answer.text
        assert "s3cret" not in answer.text
        assert f'href="#{next(iter(wrong))}"' in answer.text
    assert (await service.get(f"{STORES}/around/new")).status_code == 404


async def test_auditor_sees_stores_and_counts_and_changes_and_takes_nothing(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    assert "Send to a store" not in (await service.get(STORES)).text
    assert (await service.get(f"{COUNTS}?by=verb")).status_code == 200
    for address in (f"{STORES}/to/new", "/admin/statements/export.csv", "/admin/statements/export.jsonl"):
        assert (await service.get(address)).status_code == 403
    assert (await service.send(f"{STORES}/to/new", **ENTERED)).status_code == 403


async def test_counts_are_shown_by_what_is_asked(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    await fill(service)
    assert COMPLETED in (await service.get(f"{COUNTS}?by=verb")).text
    assert "2026-11-22" in (await service.get(f"{COUNTS}?by=day&since=2026-11-22&until=2026-11-22")).text
    assert "There are no such statements." in (await service.get(f"{COUNTS}?by=day&since=2026-11-23")).text
    assert (await service.get(f"{COUNTS}?by=day&since=x")).status_code == 400
    assert (await service.get(f"{COUNTS}?by=verb&verb=x")).status_code == 400


async def test_statements_are_downloaded_as_lines_and_as_a_table_without_formulas(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    await fill(service)
    lines = (await service.get(f"/admin/statements/export.jsonl?verb={COMPLETED}")).content.splitlines()
    assert [json.decode(line)["verb"]["id"] for line in lines] == [COMPLETED]
    table = await service.get("/admin/statements/export.csv?columns=actor.name,verb.id")
    assert table.headers["content-disposition"] == 'attachment; filename="statements.csv"'
    rows = list(csv.reader(StringIO(table.content.decode("utf-8-sig"), newline="")))
    assert rows == [["actor.name", "verb.id"], ["'=1+1", COMPLETED], ["", "x:y"]]
    assert (await service.get("/admin/statements/export.csv?columns=[")).status_code == 400
