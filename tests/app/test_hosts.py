import pytest

from app.hosts import Hosts
from tests.app.asgi import Echo, ask

APP = Echo("app")
CONTENT = Echo("content")
HOSTS = Hosts(app_url="https://waymark.example", content_url="https://content.example:8443", app=APP, content=CONTENT)
PACKAGES = Hosts(app_url="https://waymark.example", content_url="https://{package}.c.example", app=APP, content=CONTENT)


@pytest.mark.parametrize(
    ("url", "served"),
    [
        ("https://waymark.example/paths", "app"),
        ("https://WAYMARK.example/paths", "app"),
        ("https://waymark.example:443/paths", "app"),
        ("https://content.example:8443/s/x/", "content"),
    ],
)
async def test_a_request_goes_where_its_host_says(url: str, served: str) -> None:
    assert (await ask(HOSTS, url)).text == served


@pytest.mark.parametrize(
    "url", ["https://evil.example/", "https://content.example/s/x/", "https://waymark.example.evil.example/"]
)
async def test_any_other_host_is_misdirected(url: str) -> None:
    answer = await ask(HOSTS, url)
    assert answer.status_code == 421
    assert answer.text == "This server does not answer for the host that was asked for.\n"


async def test_two_host_headers_are_misdirected() -> None:
    scope = {
        "type": "http", "scheme": "https", "path": "/", "client": None,
        "headers": [(b"host", b"waymark.example"), (b"host", b"waymark.example")],
    }  # fmt: skip
    sent = []

    async def send(message: object) -> None:
        sent.append(message)

    await HOSTS(scope, None, send)  # type: ignore[arg-type]  # only what is read of a scope
    assert sent[0]["status"] == 421  # type: ignore[index]  # a message is a mapping


async def test_each_package_has_a_host_of_its_own() -> None:
    assert (await ask(PACKAGES, "https://p1.c.example/")).text == "content"
    assert (await ask(PACKAGES, "https://c.example/")).status_code == 421
    assert (await ask(PACKAGES, "https://a.b.c.example/")).status_code == 421


async def test_health_answers_a_probe_from_this_machine_under_any_host() -> None:
    assert (await ask(HOSTS, "http://10.0.0.5:8000/healthz", client=("127.0.0.1", 1))).text == "app"
    assert (await ask(HOSTS, "http://10.0.0.5:8000/healthz", client=("10.0.0.9", 1))).status_code == 421
    assert (await ask(HOSTS, "http://10.0.0.5:8000/paths", client=("127.0.0.1", 1))).status_code == 421
