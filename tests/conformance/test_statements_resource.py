"""xAPI-Communication 2.1, 3 and 4: the statements resource over HTTP, one test a requirement."""

import base64
from datetime import timedelta

from msgspec import json

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
from tests.lrs.service import STATEMENTS, Xapi, agent_parameter
from tests.times import NOW

AT_NINE = "2026-11-22T09:00:00Z"


class TestPut:
    """2.1.1."""

    async def test_a_statement_is_stored_under_the_parameters_id(self, xapi: Xapi) -> None:
        answer = await xapi.put(FIRST, make_statement())
        assert (answer.status_code, answer.content) == (204, b"")
        assert await xapi.ids() == [FIRST]

    async def test_without_the_parameter_it_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.request("PUT", content=body(make_statement()))
        assert answer.status_code == 400

    async def test_another_id_in_the_statement_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.put(FIRST, make_statement(id=SECOND))
        assert (answer.status_code, answer.json()["where"]) == (400, "$.id")

    async def test_the_id_is_compared_without_case(self, xapi: Xapi) -> None:
        assert (await xapi.put(FIRST.upper(), make_statement(id=FIRST))).status_code == 204
        assert await xapi.ids() == [FIRST]

    async def test_a_list_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.request("PUT", content=b"[%b]" % body(make_statement()), params={"statementId": FIRST})
        assert answer.status_code == 400

    async def test_an_equal_statement_changes_nothing(self, xapi: Xapi) -> None:
        await xapi.put(FIRST, make_statement())
        assert (await xapi.put(FIRST, make_statement())).status_code == 204
        assert await xapi.ids() == [FIRST]

    async def test_a_different_statement_is_a_conflict(self, xapi: Xapi) -> None:
        await xapi.put(FIRST, make_statement())
        answer = await xapi.put(FIRST, make_statement(actor=DAVIT))
        assert answer.status_code == 409
        assert FIRST in answer.json()["detail"]


class TestPost:
    """2.1.2."""

    async def test_one_statement_is_answered_with_its_id_in_a_list(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(id=FIRST))
        assert (answer.status_code, answer.json()) == (200, [FIRST])

    async def test_a_list_is_answered_with_the_ids_in_its_order(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(id=SECOND), make_statement(id=FIRST))
        assert answer.json() == [SECOND, FIRST]

    async def test_a_batch_with_one_bad_statement_stores_nothing(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(), make_statement(verb={"id": "no iri"}))
        assert (answer.status_code, answer.json()["where"]) == (400, "$[1].verb.id")
        assert await xapi.ids() == []

    async def test_two_statements_with_one_id_are_refused(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(id=FIRST), make_statement(id=FIRST))
        assert answer.status_code == 400
        assert await xapi.ids() == []

    async def test_a_parameter_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(), params={"statementId": FIRST})
        assert answer.status_code == 400

    async def test_another_content_type_is_refused(self, xapi: Xapi) -> None:
        for kind in ("text/plain", "multipart/form-data; boundary=x", "multipart/mixed; boundary=x", None):
            answer = await xapi.post(make_statement(), headers={"Content-Type": kind})
            assert answer.status_code == 400, kind

    async def test_json_with_a_charset_is_taken(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(), headers={"Content-Type": "application/json; charset=utf-8"})
        assert answer.status_code == 200

    async def test_what_is_no_json_is_refused(self, xapi: Xapi) -> None:
        for content in (b"", b"{", b'"', b"\xff", b'{"actor": "\xff"}', b"null", b"3", b"[3]", b"[null]"):
            answer = await xapi.request("POST", content=content)
            assert answer.status_code == 400, content

    async def test_a_body_above_the_limit_is_too_large(self, xapi: Xapi) -> None:
        answer = await xapi.request("POST", content=b" " * (4 * 1024 * 1024 + 1))
        assert answer.status_code == 413

    async def test_more_statements_than_the_limit_are_too_many(self, xapi: Xapi) -> None:
        answer = await xapi.request("POST", content=b"[%b]" % b",".join([b"{}"] * 1001))
        assert answer.status_code == 413
        assert "1000" in answer.json()["detail"]

    async def test_nesting_beyond_the_limit_is_too_deep(self, xapi: Xapi) -> None:
        for depth in (40, 100_000):
            deep = b"[" * depth + b"]" * depth
            sent = body(make_statement(result={"extensions": {"http://x.example/e": 0}})).replace(b":0", b":" + deep)
            assert (await xapi.request("POST", content=sent)).status_code == 413, depth


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
            ("attachments", "true"),
            ("more", "!"),
        ]
        for name, value in refused:
            answer = await xapi.get(**{name: value})
            assert answer.status_code == 400, (name, value)
            assert answer.json()["detail"].startswith(name), answer.json()["detail"]
        twice = await xapi.request("GET", params=[("limit", "1"), ("limit", "1")])
        assert twice.status_code == 400


class TestPaging:
    """xAPI-Data 2.5."""

    async def test_more_leads_through_all_pages_while_statements_come(self, xapi: Xapi) -> None:
        ids = await xapi.stored(*(make_statement() for _ in range(5)))
        await xapi.stored(make_statement(verb={"id": "http://example.org/failed"}))
        page = (await xapi.get(limit=2, verb=COMPLETED)).json()
        seen = [one["id"] for one in page["statements"]]
        while page["more"]:
            await xapi.stored(make_statement())
            xapi.clock.now += timedelta(days=1)
            page = (await xapi.get(page["more"])).json()
            assert len(page["statements"]) <= 2
            seen += [one["id"] for one in page["statements"]]
        assert seen == ids[::-1]

    async def test_more_keeps_agent_format_and_order(self, xapi: Xapi) -> None:
        actor = {"name": "Ayg\u00fcn & co", "mbox": "mailto:a+b@example.org"}
        ids = await xapi.stored(*(make_statement(actor=actor) for _ in range(3)))
        page = (await xapi.get(agent=agent_parameter(actor), limit=2, ascending="true", format="ids")).json()
        second = (await xapi.get(page["more"])).json()
        assert [one["id"] for one in second["statements"]] == ids[2:]
        assert second["statements"][0]["actor"] == {"mbox": "mailto:a+b@example.org"}
        assert second["more"] == ""

    async def test_limit_0_gives_as_many_as_the_store_gives(self, xapi: Xapi) -> None:
        await xapi.stored(*(make_statement() for _ in range(201)))
        page = (await xapi.get(limit=0)).json()
        assert len(page["statements"]) == 200
        assert len((await xapi.get(page["more"])).json()["statements"]) == 1

    async def test_a_forged_more_is_refused(self, xapi: Xapi) -> None:
        for forged in (
            {"position": 10**30},
            {"position": 0},
            {"limit": -1},
            {"since": "2026-11-22T09:00:00"},
            {"x": 1},
        ):
            token = base64.urlsafe_b64encode(json.encode(forged)).decode()
            assert (await xapi.get(more=token)).status_code == 400, forged
        token = base64.urlsafe_b64encode(b'{"position":4611686018427387904}').decode()
        assert (await xapi.get(more=token)).status_code == 200

    async def test_more_stands_alone(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(), make_statement())
        more = (await xapi.get(limit=1)).json()["more"]
        assert (await xapi.get(f"{more}&limit=1")).status_code == 400


class TestReferences:
    """2.1.4, Filter Conditions for StatementRefs."""

    async def test_a_statement_is_found_by_what_its_target_says(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST, context={"registration": THIRD}))
        await xapi.stored(make_reference(FIRST, id=SECOND))
        both = [SECOND, FIRST]
        for filters in ({"agent": agent_parameter(AYGUN)}, {"activity": INTRO}, {"registration": THIRD}):
            assert await xapi.ids(**filters) == both, filters
        assert await xapi.ids(verb=COMPLETED) == both
        assert await xapi.ids(verb="http://example.org/confirmed") == [SECOND]

    async def test_the_rule_holds_along_a_chain_whichever_comes_first(self, xapi: Xapi) -> None:
        chain = [make_statement(id=FIRST), make_reference(FIRST, id=SECOND), make_reference(SECOND, id=THIRD)]
        for one in reversed(chain):
            await xapi.stored(one)
        assert await xapi.ids(agent=agent_parameter(AYGUN), ascending="true") == [THIRD, SECOND, FIRST]

    async def test_the_statement_that_voids_is_found_by_its_voided_target(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        await xapi.stored(make_reference(FIRST, verb=VOIDED, id=SECOND))
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == [SECOND]

    async def test_time_applies_to_the_statement_that_refers(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        xapi.clock.now = NOW + timedelta(minutes=5)
        await xapi.stored(make_reference(FIRST, id=SECOND))
        assert await xapi.ids(agent=agent_parameter(AYGUN), since=AT_NINE) == [SECOND]
        assert await xapi.ids(agent=agent_parameter(AYGUN), until=AT_NINE) == [FIRST]

    async def test_a_reference_in_context_or_sub_statement_does_not_count(self, xapi: Xapi) -> None:
        pointer = {"objectType": "StatementRef", "id": FIRST}
        inner = {"objectType": "SubStatement", **make_statement(actor=DAVIT, object=pointer)}
        await xapi.stored(make_statement(id=FIRST))
        other = make_statement(actor=DAVIT, object={"id": "http://example.org/x"}, context={"statement": pointer})
        await xapi.stored(make_statement(actor=DAVIT, object=inner), other)
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == [FIRST]


class TestHeaders:
    """2.1.3 and 3.3."""

    async def test_the_answer_names_the_latest_version_of_the_family(self, xapi: Xapi) -> None:
        for asked, answered in (("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.9", "1.0.3"), ("2.0.0", "2.0.0")):
            for path in (STATEMENTS, f"{STATEMENTS}?unknown=1"):
                answer = await xapi.get(path, headers={"X-Experience-API-Version": asked})
                assert answer.headers["X-Experience-API-Version"] == answered, (asked, path)

    async def test_a_request_of_no_or_another_version_is_refused(self, xapi: Xapi) -> None:
        for asked in (None, "", "0.95", "1.1.0", "1.0.x", "3.0.0", "2.1.0"):
            answer = await xapi.get(headers={"X-Experience-API-Version": asked})
            assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (400, "0.95"), asked

    async def test_a_1_0_request_gets_no_members_of_2_0_in(self, xapi: Xapi) -> None:
        context = {"contextAgents": [{"objectType": "contextAgent", "agent": AYGUN}]}
        assert (await xapi.post(make_statement(context=context))).status_code == 400

    async def test_a_statement_without_version_has_that_of_the_request(self, xapi: Xapi) -> None:
        await xapi.put(FIRST, make_statement(), headers={"X-Experience-API-Version": "2.0.0"})
        assert (await xapi.get(statementId=FIRST)).json()["version"] == "2.0.0"

    async def test_every_answer_says_through_when_it_is_consistent(self, xapi: Xapi) -> None:
        xapi.clock.now = NOW + timedelta(milliseconds=750)
        for path in (STATEMENTS, f"{STATEMENTS}?statementId={FIRST}", f"{STATEMENTS}?unknown=1"):
            assert (await xapi.get(path)).headers["X-Experience-API-Consistent-Through"] == AT_NINE

    async def test_head_answers_as_get_without_a_body(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST))
        got, head = [await xapi.request(method, params={"statementId": FIRST}) for method in ("GET", "HEAD")]
        assert (head.status_code, head.content) == (200, b"")
        same = ("Content-Type", "Content-Length", "Last-Modified", "X-Experience-API-Version")
        assert [head.headers[name] for name in same] == [got.headers[name] for name in same]

    async def test_delete_is_not_allowed(self, xapi: Xapi) -> None:
        assert (await xapi.request("DELETE")).status_code == 405


class TestAbout:
    """2.8."""

    async def test_it_names_the_versions_to_anyone(self, xapi: Xapi) -> None:
        headers = {"X-Experience-API-Version": None}
        answer = await xapi.request("GET", "/xapi/about", headers=headers, auth=("nobody", "nothing"))
        assert answer.status_code == 200
        assert answer.json()["version"] == ["2.0.0", "1.0.3"]
        assert answer.headers["X-Experience-API-Version"] == "2.0.0"


class TestCredentials:
    """4.0."""

    async def test_without_valid_credentials_nothing_is_answered(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST))
        for method in ("GET", "HEAD", "POST", "PUT"):
            answer = await xapi.request(method, content=b"no json", auth=("somebody", "something"))
            assert answer.status_code == 401, method
            assert answer.headers["WWW-Authenticate"].startswith("Basic")

    async def test_a_header_that_is_no_basic_authentication_is_refused(self, xapi: Xapi) -> None:
        for header in ("Basic", "Basic !", "Basic bm9jb2xvbg==", "Bearer x", "Basic /w=="):
            nobody = Xapi(xapi.db)
            answer = await nobody.request("GET", headers={"Authorization": header})
            assert answer.status_code == 401, header

    async def test_scopes_let_read_or_write_or_both(self, xapi: Xapi) -> None:
        allowed = {
            "all": (200, 200),
            "all/read": (200, 403),
            "statements/read": (200, 403),
            "statements/read/mine": (200, 403),
            "statements/write": (403, 200),
            "state": (403, 403),
            "define": (403, 403),
            "profile": (403, 403),
        }
        for scope, expected in allowed.items():
            await xapi.sign_on(scope)
            got, posted = await xapi.get(), await xapi.post(make_statement())
            assert (got.status_code, posted.status_code) == expected, scope

    async def test_read_mine_gives_only_what_the_same_credential_stored(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        await xapi.sign_on("statements/write", "statements/read/mine", name="Other")
        await xapi.stored(make_statement(id=SECOND))
        assert await xapi.ids() == await xapi.ids(verb=COMPLETED) == [SECOND]
        assert (await xapi.get(statementId=FIRST)).status_code == 404
        assert (await xapi.get(statementId=SECOND)).status_code == 200

    async def test_the_authority_is_the_credentials_whatever_is_sent(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST, authority=DAVIT))
        authority = (await xapi.get(statementId=FIRST)).json()["authority"]
        assert authority["name"] == "LMS"
        assert authority["account"]["homePage"] == "http://waymark.test"
