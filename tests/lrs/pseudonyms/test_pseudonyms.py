"""An agent is made pseudonymous everywhere, and everything else stays as it was."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import json
from sqlalchemy import Connection, select, text

from base import Invalid, Missing, metadata, settle_installation
from lrs import (
    Account,
    Agent,
    Replacing,
    Step,
    account_key,
    agent_key,
    begin_replacing,
    commit_to_evidence,
    evidence_digests,
    parse_statements,
    replace_next,
    replacing_under_way,
    store_statements,
    whereabouts,
)
from lrs.documents.document_content import Content
from lrs.documents.documents import DocumentContext, Kind, put_document
from lrs.log.parameters import Query
from lrs.log.query import find_statements
from lrs.standard.intake import AttachedFile
from lrs.standard.preconditions import Preconditions
from lrs.standard.signatures import SIGNATURE
from lrs.tables.statements import postings, statements
from tests.lrs.makers import AYGUN, DAVIT, FIRST, INTRO, LMS, SECOND, THIRD, body, make_reference, make_statement
from tests.times import NOW

IRI = "http://waymark.test"
ADDRESS = "aygun@example.org"
HASH = hashlib.sha1(b"mailto:aygun@example.org", usedforsecurity=False).hexdigest()
HASHED = {"objectType": "Agent", "mbox_sha1sum": HASH, "name": "Aygün Əliyeva"}
ACCOUNT = {"objectType": "Agent", "account": {"homePage": "https://lms.example.org", "name": "aygun-77"}}
OTHERS = {"objectType": "Group", "member": [DAVIT, {**AYGUN, "name": "Aygün Əliyeva"}]}
AGENT = Agent(mbox=f"mailto:{ADDRESS}")
SAME = Agent(account=Account(home_page="https://lms.example.org", name="aygun-77"))
PERSONAL = (ADDRESS, HASH, "aygun-77", "Əliyeva")

Run = Callable[..., Any]


def _store(conn: Connection, *made: dict[str, Any], authority: Agent = LMS) -> list[UUID]:
    return store_statements(conn, parse_statements(body(*made), is_2_0=True), authority=authority, now=NOW)


def _everywhere() -> list[dict[str, Any]]:
    """A statement for each place in which an agent can stand, and two of somebody else."""
    inner = {"objectType": "SubStatement", **make_statement(actor=ACCOUNT, object=AYGUN)}
    named = {"objectType": "Group", "mbox": "mailto:group@example.org", "member": [HASHED]}
    context = {
        "instructor": AYGUN,
        "team": OTHERS,
        "contextAgents": [{"objectType": "contextAgent", "agent": HASHED}],
        "contextGroups": [{"objectType": "contextGroup", "group": named}],
    }
    return [
        make_statement(id=FIRST, actor={**AYGUN, "name": "Aygün Əliyeva"}, result={"score": {"raw": 1.50}}),
        make_statement(id=SECOND, actor=OTHERS),
        make_statement(actor=DAVIT, object=HASHED),
        make_statement(actor=DAVIT, object=inner),
        make_statement(actor=DAVIT, context=context, version="2.0.0"),
        make_statement(actor=DAVIT),
        make_reference(FIRST),
    ]


def _replace(conn: Connection, *agents: Agent, drops: bool = False, limit: int = 2) -> tuple[Replacing, list[Step]]:
    work = begin_replacing(conn, agents, drops=drops, now=NOW)
    steps = [replace_next(conn, work, limit=limit)]
    while not steps[-1].is_last:
        steps.append(replace_next(conn, work, limit=limit))
    return work, steps


def _tables_with(conn: Connection, words: str) -> set[str]:
    """The tables in which the words stand somewhere."""
    found = set()
    for table in metadata.sorted_tables:
        values = (value for row in conn.execute(select(table)) for value in row)
        if any(words in (each.decode(errors="replace") if isinstance(each, bytes) else str(each)) for each in values):
            found.add(table.name)
    return found


def _log(conn: Connection) -> list[tuple[Any, ...]]:
    columns = (statements.c.seq, statements.c.id, statements.c.stored, statements.c.voided)
    return [tuple(row) for row in conn.execute(select(*columns).order_by(statements.c.seq))]


def _payload(conn: Connection, statement_id: str) -> dict[str, Any]:
    raw = conn.scalars(select(statements.c.payload).where(statements.c.id == UUID(statement_id))).one()
    return json.decode(raw, type=dict[str, Any])


@pytest.fixture(autouse=True)
def settled(write: Run) -> None:
    write(settle_installation, IRI, now=NOW)


def test_nothing_tells_any_more_who_it_was(write: Run, read: Run) -> None:
    write(_store, *_everywhere())
    write(
        put_document,
        DocumentContext(Kind.AGENT_PROFILE, agent=agent_key(AGENT)),
        "bookmark",
        Content("text/plain", b"Aygun read page 7"),
        preconditions=Preconditions(),
        is_2_0=True,
        now=NOW,
    )
    assert all(read(_tables_with, each) for each in PERSONAL)
    write(_replace, AGENT, SAME)
    assert [each for each in (*PERSONAL, "Aygun read page 7") if read(_tables_with, each)] == []
    assert read(replacing_under_way) == []


def test_ids_order_times_and_all_other_values_stay(write: Run, read: Run) -> None:
    write(_store, *_everywhere())
    before, other = read(_log), read(_payload, FIRST)
    work, _ = write(_replace, AGENT, SAME)
    assert read(_log) == before
    pseudonym = {"homePage": IRI, "name": work.pseudonym.name}
    assert read(_payload, FIRST) == {**other, "actor": {"objectType": "Agent", "account": pseudonym}}
    group = {"objectType": "Group", "member": [DAVIT, {"objectType": "Agent", "account": pseudonym}]}
    assert read(_payload, SECOND)["actor"] == group


def test_the_pseudonym_finds_what_the_agent_found_and_others_find_the_same(write: Run, read: Run) -> None:
    write(_store, *_everywhere())
    for related, number in ((False, 5), (True, 6)):  # the statement about the first is found as the first is
        found = read(find_statements, Query(agent=agent_key(AGENT), related_agents=related))
        hashed = read(find_statements, Query(agent=f"mbox_sha1sum::{HASH}", related_agents=related))
        inner = read(find_statements, Query(agent=agent_key(SAME), related_agents=related))
        assert len({*found.statements, *hashed.statements, *inner.statements}) == (4 if not related else 6), number
    davit = len(read(find_statements, Query(agent=account_key("https://lms.example.org", "davit"))).statements)
    work, _ = write(_replace, AGENT, SAME)
    assert len(read(find_statements, Query(agent=work.pseudonym_key)).statements) == 4
    assert len(read(find_statements, Query(agent=work.pseudonym_key, related_agents=True)).statements) == 6
    assert read(find_statements, Query(agent=agent_key(AGENT), related_agents=True)).statements == []
    again = read(find_statements, Query(agent=account_key("https://lms.example.org", "davit"))).statements
    assert len(again) == davit


def test_a_group_without_an_identifier_is_found_by_its_new_members(write: Run, read: Run) -> None:
    write(
        _store, make_statement(id=FIRST, actor=OTHERS), make_statement(id=SECOND, actor=OTHERS), make_reference(FIRST)
    )
    write(_replace, AGENT, limit=1)
    group = json.decode(json.encode(read(_payload, FIRST)["actor"]), type=Agent)
    assert len(read(find_statements, Query(agent=agent_key(group))).statements) == 3


def test_two_identifiers_of_one_agent_in_like_groups_become_one_group(write: Run, read: Run) -> None:
    write(
        _store,
        make_statement(id=FIRST, actor={"objectType": "Group", "member": [DAVIT, AYGUN]}),
        make_statement(id=SECOND, actor={"objectType": "Group", "member": [DAVIT, ACCOUNT]}),
    )
    write(_replace, AGENT, SAME)
    assert read(_payload, FIRST)["actor"] == read(_payload, SECOND)["actor"]
    group = json.decode(json.encode(read(_payload, FIRST)["actor"]), type=Agent)
    assert len(read(find_statements, Query(agent=agent_key(group))).statements) == 2


def test_a_hash_alone_finds_the_address(write: Run, read: Run) -> None:
    write(_store, *_everywhere())
    write(_replace, Agent(mbox_sha1sum=HASH))
    assert read(_tables_with, ADDRESS) == set()


def test_it_goes_on_after_a_break_with_the_same_pseudonym(write: Run, read: Run) -> None:
    write(_store, *_everywhere())
    work = write(begin_replacing, [AGENT, SAME], drops=False, now=NOW)
    write(replace_next, work, limit=2)
    assert read(replacing_under_way) == [work]
    again, _ = write(_replace, AGENT)
    assert again == work
    assert [each for each in PERSONAL if read(_tables_with, each)] == []
    named = {agent_key(AGENT), agent_key(SAME)}
    assert not named & set(read(lambda conn: conn.scalars(text("SELECT name FROM lrs_names")).all()))


def test_what_arrives_meanwhile_is_replaced_too(write: Run, read: Run) -> None:
    write(_store, *_everywhere())
    work = write(begin_replacing, [AGENT], drops=False, now=NOW)
    write(replace_next, work, limit=100)
    write(_store, make_statement(id=THIRD))
    while not write(replace_next, work).is_last:
        pass
    assert read(_payload, THIRD)["actor"]["account"]["name"] == work.pseudonym.name


def test_an_authority_is_replaced(write: Run, read: Run) -> None:
    write(_store, make_statement(id=FIRST, actor=DAVIT), authority=AGENT)
    work, _ = write(_replace, AGENT)
    assert len(read(find_statements, Query(), authority=work.pseudonym_key).statements) == 1
    assert read(_payload, FIRST)["authority"]["account"]["name"] == work.pseudonym.name


def test_nobody_is_made_pseudonymous_twice(write: Run) -> None:
    write(_store, *_everywhere())
    work, _ = write(_replace, AGENT)
    with pytest.raises(Missing):
        write(begin_replacing, [AGENT], drops=False, now=NOW)
    with pytest.raises(Invalid, match="a pseudonym already"):
        write(begin_replacing, [Agent(account=work.pseudonym)], drops=False, now=NOW)


def test_dropping_takes_the_words_of_the_agents_own_statements_only(write: Run, read: Run) -> None:
    kept, other = "https://example.org/progress", "https://example.org/notes"
    said = {"response": "my life", "extensions": {kept: 40, other: "my notes"}, "success": True}
    write(
        _store,
        make_statement(id=FIRST, result=said, context={"extensions": {other: "more"}, "language": "az"}),
        make_statement(id=SECOND, actor=DAVIT, result=said, context={"instructor": AYGUN}),
    )
    work = write(begin_replacing, [AGENT], drops=True, now=NOW)
    while not write(replace_next, work, keeps=[kept]).is_last:
        pass
    own = read(_payload, FIRST)
    assert own["result"] == {"extensions": {kept: 40}, "success": True}
    assert own["context"] == {"language": "az"}
    assert read(_payload, SECOND)["result"] == said


def test_files_go_that_sign_what_a_statement_was_and_none_that_another_needs(write: Run, read: Run) -> None:
    signing = {
        "usageType": SIGNATURE,
        "display": {"en": "Signature"},
        "contentType": "application/octet-stream",
        "length": 3,
        "sha2": "a" * 64,
    }
    paper = {**signing, "usageType": "https://example.org/paper", "sha2": "b" * 64}
    shared = {**signing, "sha2": "c" * 64}
    first = parse_statements(body(make_statement(id=FIRST, attachments=[signing, paper, shared])), files_follow=True)
    other = parse_statements(body(make_statement(actor=DAVIT, attachments=[shared])), files_follow=True)
    for (one,), hashes in ((first, "abc"), (other, "c")):
        files = tuple(AttachedFile(each * 64, "text/plain", each * 64) for each in hashes)
        write(store_statements, [type(one)(one.statement, one.members, one.version, files)], authority=LMS, now=NOW)
    told = read(whereabouts, [AGENT])
    assert (told.actor, told.signed, told.files) == (1, 1, 3)
    _, steps = write(_replace, AGENT)
    assert [each for step in steps for each in step.files] == ["a" * 64]


def test_the_dry_run_counts_by_place_verb_and_day(write: Run, read: Run) -> None:
    write(_store, *_everywhere())
    told = read(whereabouts, [AGENT, SAME])
    assert (told.actor, told.object, told.related, told.referring, told.documents) == (2, 1, 2, 1, 0)
    assert (told.statements, told.names, len(told.identifiers)) == (5, ("Aygün Əliyeva",), 3)
    assert [(each.name, each.statements) for each in told.by_day] == [(NOW.date().isoformat(), 5)]
    assert [each.statements for each in told.by_verb] == [5]


def test_evidence_holds_when_its_agents_are_replaced_and_words_dropped(write: Run, read: Run) -> None:
    ids = write(_store, *_everywhere(), make_statement(result={"response": "my life"}))
    before = write(commit_to_evidence, ids)
    assert len(set(before.values())) == len(ids)
    assert write(commit_to_evidence, ids) == before
    write(_replace, AGENT, SAME, drops=True)
    assert read(evidence_digests, ids) == before
    salts = "SELECT count(*) FROM lrs_commitments WHERE salt IS NULL"
    assert read(lambda conn: conn.scalar(text(salts))) == 1 + 1 + 1 + 2 + 4 + 2  # places of the agent, and one answer


@pytest.mark.parametrize("change", [{"verb": {"id": INTRO}}, {"actor": DAVIT}, {"result": {"response": "no"}}])
def test_evidence_does_not_hold_when_anything_was_changed_otherwise(
    write: Run, read: Run, change: dict[str, Any]
) -> None:
    (one,) = write(_store, make_statement(id=FIRST))
    before = write(commit_to_evidence, [one])
    payload = json.encode({**read(_payload, FIRST), **change})
    write(lambda conn: conn.execute(statements.update().values(payload=payload)))
    assert read(evidence_digests, [one]) != before


def test_two_thousand_statements_are_replaced_in_small_transactions(write: Run, read: Run) -> None:
    for start in range(0, 2000, 500):
        many = [make_statement(id=str(UUID(int=start + n + 1))) for n in range(500)]
        write(store_statements, parse_statements(body(*many)), authority=LMS, now=NOW + timedelta(seconds=start))
    work = write(begin_replacing, [AGENT], drops=False, now=NOW)
    steps = 1
    while not write(replace_next, work).is_last:
        steps += 1
    assert steps == 11
    left = select(postings.c.name).distinct()
    assert read(lambda conn: len(conn.execute(left).all())) == 4  # verb, activity, authority and pseudonym
