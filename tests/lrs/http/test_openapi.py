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


def test_statements_are_described_with_every_parameter_body_and_answer(paths: dict[str, Any]) -> None:
    described = paths["/xapi/statements"]
    filters = {one["name"] for one in described["get"]["parameters"] if one["in"] == "query"}
    assert filters >= {"statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "since"}
    assert filters >= {"until", "limit", "related_agents", "related_activities", "format", "attachments", "ascending"}
    assert described["get"]["responses"]["200"]["content"].keys() == {"application/json", "multipart/mixed"}
    for method in ("post", "put"):
        assert described[method]["requestBody"]["content"].keys() == {"application/json", "multipart/mixed"}
    assert described["post"]["responses"]["200"]["content"]["application/json"]["schema"]["type"] == "array"
    [named] = [one for one in described["put"]["parameters"] if one["in"] == "query"]
    assert (named["name"], named["required"]) == ("statementId", True)


@pytest.mark.parametrize("path", ["/xapi/activities/state", "/xapi/activities/profile", "/xapi/agents/profile"])
@pytest.mark.parametrize(
    ("method", "refusals"),
    [("get", {"404"}), ("head", {"404"}), ("put", {"409", "412"}), ("post", {"412"}), ("delete", {"412"})],
)
def test_documents_say_when_there_is_none_and_when_a_precondition_fails(
    paths: dict[str, Any], path: str, method: str, refusals: set[str]
) -> None:
    """Communication 2.2, 3.1."""
    answers = paths[path][method]["responses"].keys()
    assert answers & {"404", "409", "412"} == refusals


def test_every_route_says_how_it_refuses(paths: dict[str, Any]) -> None:
    for path, described in paths.items():
        for method, operation in described.items():
            if path != "/xapi/about":
                refused = {"400", "401", "403", "413", "429", "503"}
                assert refused <= operation["responses"].keys(), (path, method)
                assert all(
                    "application/problem+json" in operation["responses"][status]["content"] for status in refused
                )
