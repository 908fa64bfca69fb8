import json

import httpx

from tests.app.conftest import Service


async def test_the_service_says_that_it_lives_and_can_serve(service: Service) -> None:
    assert (await service.get("/healthz")).json() == {"status": "alive"}
    assert (await service.get("/readyz")).json() == {"status": "ready"}


async def test_metrics_count_answers_and_name_nobody(service: Service) -> None:
    await service.get("/paths/no-such-path")
    metrics = (await service.get("/metrics")).text
    assert 'waymark_requests_total{origin="app",status="4xx"}' in metrics
    assert "waymark_set_aside_events 0.0" in metrics
    assert "no-such-path" not in metrics


async def test_the_schema_is_json_and_loads_nothing_from_elsewhere(service: Service) -> None:
    for address in ("/schema", "/schema/openapi.json"):
        schema: httpx.Response = await service.get(address)
        assert "/xapi/statements" in json.loads(schema.text)["paths"]
