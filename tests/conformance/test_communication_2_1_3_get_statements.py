"""xAPI-Communication 2.1.3: GET statements."""

from datetime import timedelta

from tests.lrs.makers import (
    AYGUN,
    COMPLETED,
    DAVIT,
    FIRST,
    INTRO,
    SECOND,
    THIRD,
    VOIDED,
    make_reference,
    make_statement,
)
from tests.lrs.service import Xapi, agent_parameter
from tests.times import NOW

AT_NINE = "2026-11-22T09:00:00Z"


class TestGetOne:
    """2.1.3, statementId and voidedStatementId."""

    async def test_a_statement_is_found_by_its_id(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST, result={"score": {"scaled": 0.5}}))
        answer = await xapi.get(statementId=FIRST)
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.json() == {
            "id": FIRST,
            "actor": AYGUN,
            "verb": {"id": COMPLETED},
            "object": {"id": INTRO},
            "result": {"score": {"scaled": 0.5}},
            "stored": "2026-11-22T09:00:00.000000Z",
            "timestamp": "2026-11-22T09:00:00.000000Z",
            "version": "1.0.0",
            "authority": answer.json()["authority"],
        }

    async def test_last_modified_is_stored_to_the_second(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST))
        answer = await xapi.get(statementId=FIRST)
        assert answer.headers["Last-Modified"] == "Sun, 22 Nov 2026 09:00:00 GMT"

    async def test_an_unknown_one_is_missing(self, xapi: Xapi) -> None:
        assert (await xapi.get(statementId=FIRST)).status_code == 404

    async def test_a_voided_one_is_found_by_its_own_parameter_only(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST), make_reference(FIRST, verb=VOIDED, id=SECOND))
        assert (await xapi.get(statementId=FIRST)).status_code == 404
        assert (await xapi.get(voidedStatementId=FIRST)).json()["id"] == FIRST
        assert (await xapi.get(voidedStatementId=SECOND)).status_code == 404

    async def test_both_ids_or_another_parameter_beside_one_are_refused(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST))
        assert (await xapi.get(statementId=FIRST, voidedStatementId=FIRST)).status_code == 400
        for other in ({"agent": agent_parameter(AYGUN)}, {"verb": COMPLETED}, {"limit": 1}, {"ascending": "true"}):
            assert (await xapi.get(statementId=FIRST, **other)).status_code == 400, other

    async def test_format_and_attachments_may_stand_beside_an_id(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST))
        assert (await xapi.get(statementId=FIRST, format="ids", attachments="false")).status_code == 200


class TestFilters:
    """2.1.3, the other parameters."""

    async def test_newest_come_first_and_ascending_turns_it_round(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement(), make_statement(), make_statement())
        assert await xapi.ids() == ids[::-1]
        assert await xapi.ids(ascending="true") == ids

    async def test_an_agent_is_found_as_actor_object_and_member(self, xapi: Xapi) -> None:
        group = {"objectType": "Group", "member": [DAVIT, AYGUN]}
        ids = await xapi.stored(
            make_statement(), make_statement(actor=DAVIT, object=AYGUN), make_statement(actor=group)
        )
        await xapi.stored(make_statement(actor=DAVIT), make_statement(actor=DAVIT, context={"instructor": AYGUN}))
        assert await xapi.ids(agent=agent_parameter(AYGUN), ascending="true") == ids

    async def test_agents_are_equal_by_identifier_alone(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement())
        assert await xapi.ids(agent=agent_parameter({**AYGUN, "name": "somebody"})) == ids

    async def test_a_related_agent_is_found_in_every_place(self, xapi: Xapi) -> None:
        group = {"objectType": "Group", "member": [AYGUN]}
        inner = {"objectType": "SubStatement", **make_statement(actor=DAVIT, context={"instructor": AYGUN})}
        contexts = [{"instructor": AYGUN}, {"team": group}]
        sent = [make_statement(actor=DAVIT, context=context) for context in contexts]
        ids = await xapi.stored(*sent, make_statement(actor=DAVIT, object=inner), make_statement())
        await xapi.stored(make_statement(actor=DAVIT))
        agent = agent_parameter(AYGUN)
        assert await xapi.ids(agent=agent, related_agents="true", ascending="true") == ids
        assert await xapi.ids(agent=agent, related_agents="false") == ids[-1:]

    async def test_the_authority_is_a_related_agent(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement())
        authority = (await xapi.get(statementId=ids[0])).json()["authority"]
        assert await xapi.ids(agent=agent_parameter(authority), related_agents="true") == ids
        assert await xapi.ids(agent=agent_parameter(authority)) == []

    async def test_context_agents_and_groups_of_2_0_are_related_agents(self, xapi: Xapi) -> None:
        group = {"objectType": "Group", "member": [AYGUN]}
        contexts = [
            {"contextAgents": [{"objectType": "contextAgent", "agent": AYGUN}]},
            {
                "contextGroups": [
                    {"objectType": "contextGroup", "group": group, "relevantTypes": ["http://x.example/t"]}
                ]
            },
        ]
        sent = [make_statement(actor=DAVIT, context=context) for context in contexts]
        ids = await xapi.stored(*sent, headers={"X-Experience-API-Version": "2.0.0"})
        assert await xapi.ids(agent=agent_parameter(AYGUN), related_agents="true", ascending="true") == ids

    async def test_a_verb_is_found(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement(), make_statement(verb={"id": "http://example.org/failed"}))
        assert await xapi.ids(verb=COMPLETED) == ids[:1]

    async def test_an_activity_is_found_as_object(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement(), make_statement(object={"id": f"{INTRO}/../intro"}))
        assert await xapi.ids(activity=INTRO) == ids[:1]

    async def test_a_related_activity_is_found_in_context_and_sub_statement(self, xapi: Xapi) -> None:
        other = {"id": "https://ulc.example/modules/other"}
        inner = {"objectType": "SubStatement", **make_statement()}
        listed = [
            make_statement(object=other, context={"contextActivities": {name: [{"id": INTRO}]}})
            for name in ("parent", "grouping", "category", "other")
        ]
        ids = await xapi.stored(*listed, make_statement(object=inner), make_statement())
        await xapi.stored(make_statement(object=other))
        assert await xapi.ids(activity=INTRO, related_activities="true", ascending="true") == ids
        assert await xapi.ids(activity=INTRO) == ids[-1:]

    async def test_a_registration_is_found(self, xapi: Xapi) -> None:
        ids = await xapi.stored(
            make_statement(context={"registration": THIRD.upper()}), make_statement(context={"registration": FIRST})
        )
        assert await xapi.ids(registration=THIRD) == ids[:1]

    async def test_filters_apply_together(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement(), make_statement(actor=DAVIT), make_statement(object=DAVIT))
        assert await xapi.ids(agent=agent_parameter(AYGUN), activity=INTRO, verb=COMPLETED) == ids[:1]

    async def test_since_is_exclusive_and_until_inclusive(self, xapi: Xapi) -> None:
        ids = []
        for minutes in range(3):
            xapi.clock.now = NOW + timedelta(minutes=minutes)
            ids += await xapi.stored(make_statement())
        assert await xapi.ids(since="2026-11-22T09:01:00Z") == ids[2:]
        assert await xapi.ids(until="2026-11-22T13:01:00+04:00", ascending="true") == ids[:2]
        assert await xapi.ids(since=AT_NINE, until="2026-11-22T09:01:30Z") == ids[1:2]

    async def test_a_name_that_no_statement_has_finds_nothing(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement())
        assert (await xapi.get(verb="http://example.org/never")).json() == {"statements": [], "more": ""}

    async def test_an_unknown_repeated_or_miswritten_parameter_is_refused(self, xapi: Xapi) -> None:
        refused: list[tuple[str, str]] = [
            ("StatementId", FIRST),
            ("unknown", "1"),
            ("statementId", "no uuid"),
            ("statementId", FIRST.replace("-", "")),
            ("agent", "no json"),
            ("agent", '{"mbox":"aygun@example.org"}'),
            ("agent", '{"objectType":"Group","member":[{"mbox":"mailto:a@example.org"}]}'),
            ("verb", "no iri"),
            ("activity", "no iri"),
            ("registration", "no uuid"),
            ("related_agents", "True"),
            ("ascending", "1"),
            ("since", "yesterday"),
            ("since", "2026-11-22T09:00:00-00:00"),
            ("limit", "-1"),
            ("limit", "ten"),
            ("format", "full"),
            ("attachments", "yes"),
            ("more", "!"),
        ]
        for name, value in refused:
            answer = await xapi.get(**{name: value})
            assert answer.status_code == 400, (name, value)
            assert answer.json()["detail"].startswith(name), answer.json()["detail"]
        twice = await xapi.request("GET", params=[("limit", "1"), ("limit", "1")])
        assert twice.status_code == 400
