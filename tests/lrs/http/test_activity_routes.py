from typing import Any

import pytest

from tests.lrs.makers import INTRO, make_statement
from tests.lrs.service import Xapi

ACTIVITIES = "/xapi/activities"


def about(definition: dict[str, Any], activity: str = INTRO) -> dict[str, Any]:
    return make_statement(object={"id": activity, "definition": definition})


async def test_an_activity_nobody_spoke_of_is_an_activity(xapi: Xapi) -> None:
    answer = await xapi.get(ACTIVITIES, activityId="http://example.org/unheard/../of")
    assert answer.status_code == 200
    assert answer.json() == {"objectType": "Activity", "id": "http://example.org/unheard/../of"}


async def test_the_definition_is_gathered_from_several_statements(xapi: Xapi) -> None:
    await xapi.stored(about({"name": {"en-US": "meeting"}, "type": "http://example.org/meeting"}))
    await xapi.stored(about({"name": {"fr-FR": "réunion"}}), make_statement())
    assert (await xapi.get(ACTIVITIES, activityId=INTRO)).json() == {
        "objectType": "Activity",
        "id": INTRO,
        "definition": {"name": {"en-US": "meeting", "fr-FR": "réunion"}, "type": "http://example.org/meeting"},
    }


async def test_the_digits_of_a_definition_come_back(xapi: Xapi) -> None:
    raw = b'{"extensions":{"http://example.org/x":1.10}}'
    statement = b'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"http://example.org/v"},"object":{"id":"%b","definition":%b}}'
    assert (await xapi.request("POST", content=statement % (INTRO.encode(), raw))).status_code == 200
    assert (await xapi.get(ACTIVITIES, activityId=INTRO)).content.endswith(b'"definition":' + raw + b"}")


async def test_who_may_not_define_changes_no_definition(xapi: Xapi) -> None:
    await xapi.stored(about({"name": {"en": "Intro"}}))
    await xapi.sign_on("statements/write", "statements/read")
    await xapi.stored(about({"name": {"en": "Changed"}}))
    definition = (await xapi.get(ACTIVITIES, activityId=INTRO)).json()["definition"]
    assert definition == {"name": {"en": "Intro"}}


async def test_iris_that_look_alike_are_different_activities(xapi: Xapi) -> None:
    await xapi.stored(about({"name": {"en": "Short"}}, "http://example.com/x"))
    await xapi.stored(about({"name": {"en": "Long"}}, "http://example.com/path/../x"))
    answer = await xapi.get(ACTIVITIES, activityId="http://example.com/path/../x")
    assert answer.json()["definition"] == {"name": {"en": "Long"}}


@pytest.mark.parametrize(
    "params", [{}, {"activityId": "intro"}, {"activityid": INTRO}, {"activityId": INTRO, "agent": "{}"}]
)
async def test_the_activity_is_required_and_alone(xapi: Xapi, params: dict[str, str]) -> None:
    assert (await xapi.get(ACTIVITIES, **params)).status_code == 400


async def test_an_activity_that_did_not_change_is_not_sent_again(xapi: Xapi) -> None:
    await xapi.stored(about({"name": {"en": "Intro"}}))
    etag = (await xapi.get(ACTIVITIES, activityId=INTRO)).headers["ETag"]
    same = await xapi.get(ACTIVITIES, headers={"If-None-Match": etag}, activityId=INTRO)
    assert (same.status_code, same.content) == (304, b"")
    await xapi.stored(about({"name": {"az": "Giriş"}}))
    assert (await xapi.get(ACTIVITIES, headers={"If-None-Match": etag}, activityId=INTRO)).status_code == 200


async def test_head_answers_as_get_without_the_activity(xapi: Xapi) -> None:
    got = await xapi.get(ACTIVITIES, activityId=INTRO)
    head = await xapi.request("HEAD", ACTIVITIES, params={"activityId": INTRO})
    assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", got.headers["ETag"])


@pytest.mark.parametrize(("scope", "status"), [("all/read", 200), ("define", 200), ("state", 403)])
async def test_reading_activities_needs_a_scope(xapi: Xapi, scope: str, status: int) -> None:
    await xapi.sign_on(scope)
    assert (await xapi.get(ACTIVITIES, activityId=INTRO)).status_code == status
