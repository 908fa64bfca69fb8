"""Content with a session token: the documents of its own learner, registration and activity, and no others."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from lrs import Agent
from lrs.senders.session_tokens import make_session_token
from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, ask, stored
from tests.lrs.makers import DAVIT, FIRST, INTRO, SECOND
from tests.lrs.service import Xapi, agent_parameter
from tests.times import NOW

OTHER = "https://ulc.example/modules/other"


async def _token(xapi: Xapi) -> dict[str, str | None]:
    token = await xapi.db.write(
        make_session_token,
        actor=Agent(mbox="mailto:aygun@example.org"),
        registration=UUID(FIRST),
        activity=INTRO,
        until=NOW + timedelta(hours=1),
        now=NOW,
    )
    return {"Authorization": f"Basic {token}"}


@pytest.mark.parametrize(
    ("path", "own", "foreign"),
    [
        (
            STATE,
            {"registration": FIRST},
            [
                {},
                {"registration": SECOND},
                {"registration": FIRST, "activityId": OTHER},
                {"registration": FIRST, "agent": agent_parameter(DAVIT)},
            ],
        ),
        (AGENT_PROFILE, {}, [{"agent": agent_parameter(DAVIT)}]),
        (ACTIVITY_PROFILE, {}, [{"activityId": OTHER}]),
    ],
)
async def test_a_session_reaches_its_own_documents_alone(
    xapi: Xapi, path: str, own: dict[str, Any], foreign: list[dict[str, Any]]
) -> None:
    token = await _token(xapi)
    for params in [own, *foreign]:
        await stored(xapi, path, {"kept": True}, **params)
    for method in ["GET", "HEAD", "POST", "DELETE"]:
        for params in foreign:
            assert (await ask(xapi, method, path, {}, headers=token, **params)).status_code == 403
    for params in foreign:
        assert (await ask(xapi, "GET", path, **params)).json() == {"kept": True}
    assert (await ask(xapi, "GET", path, headers=token, **own)).json() == {"kept": True}


@pytest.mark.parametrize(("path", "own"), [(STATE, {"registration": FIRST}), (AGENT_PROFILE, {})])
async def test_a_session_changes_states_and_the_profile_of_its_learner(
    xapi: Xapi, path: str, own: dict[str, Any]
) -> None:
    token = await _token(xapi)
    await stored(xapi, path, {"kept": True}, **own)
    assert (await ask(xapi, "POST", path, {"page": 7}, headers=token, **own)).status_code == 204
    assert (await ask(xapi, "GET", path, headers=token, **own)).json() == {"kept": True, "page": 7}
    assert (await ask(xapi, "DELETE", path, headers=token, **own)).status_code == 204
    assert (await ask(xapi, "GET", path, headers=token, **own)).status_code == 404


@pytest.mark.parametrize(
    ("path", "read_only"),
    [
        (ACTIVITY_PROFILE, {}),  # which all learners of the activity share
        (STATE, {"registration": FIRST, "stateId": "LMS.LaunchData"}),  # cmi5 10.2.1
    ],
)
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_a_session_reads_the_launch_data_and_its_activitys_profile_and_changes_neither(
    xapi: Xapi, path: str, read_only: dict[str, Any], method: str
) -> None:
    token = await _token(xapi)
    await stored(xapi, path, {"moveOn": "Passed"}, **read_only)
    refused = await ask(xapi, method, path, {"moveOn": "NotApplicable"}, headers=token, **read_only)
    assert refused.status_code == 403
    assert "may read" in refused.json()["detail"]
    assert (await ask(xapi, "GET", path, headers=token, **read_only)).json() == {"moveOn": "Passed"}


async def test_a_session_clears_states_one_by_one_so_that_its_launch_data_stays(xapi: Xapi) -> None:
    token = await _token(xapi)
    await stored(xapi, STATE, {}, registration=FIRST)
    assert (await ask(xapi, "DELETE", STATE, stateId=None, registration=FIRST, headers=token)).status_code == 403
    assert (await ask(xapi, "GET", STATE, registration=FIRST)).status_code == 200
    assert (await ask(xapi, "DELETE", STATE, registration=FIRST, headers=token)).status_code == 204
    assert (await ask(xapi, "GET", STATE, registration=FIRST)).status_code == 404


async def test_a_session_asks_for_its_own_learner_alone(xapi: Xapi) -> None:
    token = await _token(xapi)
    own = agent_parameter({"mbox": "mailto:aygun@example.org"})
    assert (await xapi.get("/xapi/agents", headers=token, agent=own)).status_code == 200
    assert (await xapi.get("/xapi/agents", headers=token, agent=agent_parameter(DAVIT))).status_code == 403
