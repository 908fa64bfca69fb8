from typing import Any

import pytest
from litestar import Litestar
from litestar.di import Provide

from lrs.routes import XAPI_ROUTES


def _nothing() -> Provide:
    """What no route is given here, since none is called."""
    return Provide(lambda: None, sync_to_thread=False)


@pytest.fixture(scope="module")
def paths() -> dict[str, Any]:
    app = Litestar(XAPI_ROUTES, dependencies={name: _nothing() for name in ("db", "now", "files")})
    described: dict[str, Any] = app.openapi_schema.to_schema()["paths"]
    return described


@pytest.mark.parametrize(
    ("path", "required", "optional"),
    [
        ("/xapi/activities/state", {"activityId", "agent"}, {"registration", "stateId", "since"}),
        ("/xapi/activities/profile", {"activityId"}, {"profileId", "since"}),
        ("/xapi/agents/profile", {"agent"}, {"profileId", "since"}),
        ("/xapi/agents", {"agent"}, set()),
        ("/xapi/activities", {"activityId"}, set()),
    ],
)
def test_reading_is_described_with_each_parameter(
    paths: dict[str, Any], path: str, required: set[str], optional: set[str]
) -> None:
    for method in ["get", "head"]:
        parameters = [one for one in paths[path][method]["parameters"] if one["in"] == "query"]
        assert {one["name"] for one in parameters if one["required"]} == required
        assert {one["name"] for one in parameters if not one["required"]} == optional


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/xapi/activities/state", "stateId"),
        ("/xapi/activities/profile", "profileId"),
        ("/xapi/agents/profile", "profileId"),
    ],
)
@pytest.mark.parametrize("method", ["put", "post"])
def test_writing_a_document_is_described_with_its_id_preconditions_and_body(
    paths: dict[str, Any], path: str, name: str, method: str
) -> None:
    operation = paths[path][method]
    required = {one["name"] for one in operation["parameters"] if one["required"]}
    assert {name, "X-Experience-API-Version"} <= required
    assert {"If-Match", "If-None-Match"} <= {one["name"] for one in operation["parameters"]}
    assert "*/*" in operation["requestBody"]["content"]
