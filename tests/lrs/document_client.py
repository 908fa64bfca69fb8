"""Asking the three resources of documents, each with parameters that name a document there."""

from collections.abc import Mapping
from typing import Any

import httpx
from msgspec import json

from tests.lrs.makers import AYGUN, INTRO
from tests.lrs.service import Xapi, agent_parameter

STATE = "/xapi/activities/state"
ACTIVITY_PROFILE = "/xapi/activities/profile"
AGENT_PROFILE = "/xapi/agents/profile"

NAMED: dict[str, dict[str, Any]] = {
    STATE: {"activityId": INTRO, "agent": agent_parameter(AYGUN), "stateId": "bookmark"},
    ACTIVITY_PROFILE: {"activityId": INTRO, "profileId": "bookmark"},
    AGENT_PROFILE: {"agent": agent_parameter(AYGUN), "profileId": "bookmark"},
}
"""Parameters that name one document of each resource."""

ID_NAME = {STATE: "stateId", ACTIVITY_PROFILE: "profileId", AGENT_PROFILE: "profileId"}

NEW = {"If-None-Match": "*"}


def without_id(path: str) -> dict[str, str]:
    return {name: value for name, value in NAMED[path].items() if name != ID_NAME[path]}


async def ask(
    xapi: Xapi,
    method: str,
    path: str,
    content: object = b"",
    *,
    headers: Mapping[str, str | None] | None = None,
    **params: Any,
) -> httpx.Response:
    """A request about one document; content that is not bytes goes as JSON, a parameter given as None is left out."""
    body = content if isinstance(content, bytes) else json.encode(content)
    asked = {name: value for name, value in {**NAMED[path], **params}.items() if value is not None}
    return await xapi.request(method, path, content=body, params=asked, headers=headers)


async def stored(xapi: Xapi, path: str, content: object, **params: Any) -> str:
    """The ETag of a document that is posted now."""
    answer = await ask(xapi, "POST", path, content, **params)
    assert answer.status_code == 204, answer.text
    return answer.headers["ETag"]
