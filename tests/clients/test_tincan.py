"""The `tincan` package for Python, as it is: it stores, reads, voids, and keeps documents.

Left out is what it cannot do with a store that keeps to the standard: it knows no version after 1.0.3, so `about` fails
on the first store of 2.0; it writes booleans as "True"; and it makes no profile, which takes If-None-Match.
"""

import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from tincan import Activity, Agent, RemoteLRS, Statement, StatementRef, Verb
from tincan.documents import ActivityProfileDocument, AgentProfileDocument, StateDocument

from tests.clients.served import Served

AYGUN = Agent(name="Aygün Əliyeva", mbox="mailto:aygun@example.org")
COURSE = Activity(id="http://example.org/course/öyrən")
Call = Callable[..., Any]
VOIDED = Verb(id="http://adlnet.gov/expapi/verbs/voided")


@pytest.fixture
def lrs(served: Served) -> RemoteLRS:
    return RemoteLRS(endpoint=served.endpoint, username=served.key, password=served.secret)


def make_statement(verb: str) -> Statement:
    return Statement(actor=AYGUN, verb=Verb(id=verb, display={"az": "öyrəndi"}), object=COURSE)


def any_verb() -> str:
    return f"http://example.org/verbs/{uuid.uuid4()}"


def done(answer: Any) -> Any:
    """What the client made of an answer that succeeded."""
    assert answer.success, (answer.response.status, answer.data)
    return answer.content


def test_it_saves_a_statement_and_reads_it_back(lrs: RemoteLRS) -> None:
    saved = done(lrs.save_statement(make_statement(any_verb())))
    got = done(lrs.retrieve_statement(saved.id))
    assert got.actor.name == "Aygün Əliyeva"
    assert got.verb.display == {"az": "öyrəndi"}
    assert got.object.id == COURSE.id
    assert got.stored is not None
    assert got.authority.account.name.startswith("credential:")


def test_it_saves_several_queries_them_and_follows_more(lrs: RemoteLRS) -> None:
    verb = any_verb()
    saved = done(lrs.save_statements([make_statement(verb) for _ in range(5)]))
    query = {"verb": Verb(id=verb), "agent": AYGUN, "activity": COURSE, "limit": 2}
    page = done(lrs.query_statements(query))
    found = list(page.statements)
    while page.more:
        page = done(lrs.more_statements(page))
        found += page.statements
    assert [each.id for each in found] == [each.id for each in reversed(saved)]


def test_what_it_voids_is_found_as_voided_only(lrs: RemoteLRS) -> None:
    saved = done(lrs.save_statement(make_statement(any_verb())))
    done(lrs.save_statement(Statement(actor=AYGUN, verb=VOIDED, object=StatementRef(id=saved.id))))
    assert lrs.retrieve_statement(saved.id).response.status == 404
    assert done(lrs.retrieve_voided_statement(saved.id)).id == saved.id


def test_it_saves_reads_lists_and_clears_states(lrs: RemoteLRS) -> None:
    activity = Activity(id=f"http://example.org/{uuid.uuid4()}")
    state = StateDocument(id="bookmark", activity=activity, agent=AYGUN, content="page 3", content_type="text/plain")
    assert lrs.save_state(state).success
    assert done(lrs.retrieve_state(activity, AYGUN, "bookmark")).content == b"page 3"
    assert done(lrs.retrieve_state_ids(activity, AYGUN)) == ["bookmark"]
    assert lrs.clear_state(activity, AYGUN).success
    assert lrs.retrieve_state(activity, AYGUN, "bookmark").response.status == 404


def test_it_changes_and_deletes_profiles_whose_etag_it_has(served: Served, lrs: RemoteLRS) -> None:
    """1.0.3 demands a precondition of whoever puts a profile (Communication 3.1)."""
    activity = Activity(id=f"http://example.org/{uuid.uuid4()}")
    agent = Agent(account={"homePage": "http://example.org", "name": str(uuid.uuid4())})
    of_activity: tuple[Any, ...] = (
        ActivityProfileDocument(id="layout", activity=activity, content="new"),
        lrs.save_activity_profile,
        lambda: lrs.retrieve_activity_profile(activity, "layout"),
        lrs.delete_activity_profile,
    )
    of_agent: tuple[Any, ...] = (
        AgentProfileDocument(id="layout", agent=agent, content="new"),
        lrs.save_agent_profile,
        lambda: lrs.retrieve_agent_profile(agent, "layout"),
        lrs.delete_agent_profile,
    )
    _change_and_delete(served, "activities/profile", {"activityId": activity.id}, *of_activity)
    _change_and_delete(served, "agents/profile", {"agent": agent.to_json()}, *of_agent)


def _change_and_delete(
    served: Served, path: str, context: dict[str, str], document: Any, save: Call, read: Call, delete: Call
) -> None:
    assert save(document).response.status == 400
    made = httpx.post(
        f"{served.endpoint}{path}",
        params={**context, "profileId": "layout"},
        content=b"old",
        headers={"X-Experience-API-Version": "1.0.3", "Content-Type": "application/octet-stream"},
        auth=(served.key, served.secret),
    )
    document.etag = made.headers["ETag"]
    assert save(document).success
    assert done(read()).content == b"new"
    document.etag = read().response.getheader("ETag")
    assert delete(document).success
    assert read().response.status == 404


def test_it_is_told_of_refusals(lrs: RemoteLRS) -> None:
    refused = lrs.save_statement(make_statement("no iri"))
    assert refused.response.status == 400
    assert "verb.id" in refused.data
