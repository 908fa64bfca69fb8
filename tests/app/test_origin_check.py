import pytest

from app.origin_check import OriginCheck
from tests.app.asgi import Echo, ask

GUARDED = OriginCheck(Echo("app"), origin="https://waymark.example", open_to_sites=("/lti/",))
COOKIE = {"cookie": "__Host-waymark=x"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/paths", COOKIE | {"origin": "https://evil.example"}, 200),
        ("POST", "/language", COOKIE | {"origin": "https://waymark.example"}, 200),
        ("POST", "/language", COOKIE | {"origin": "https://evil.example"}, 403),
        ("POST", "/language", COOKIE | {"origin": "null"}, 403),
        ("POST", "/language", COOKIE | {"origin": "https://waymark.example.evil.example"}, 403),
        ("POST", "/language", COOKIE, 403),
        ("POST", "/language", {"origin": "https://evil.example"}, 403),
        ("POST", "/xapi/statements", {}, 200),
        ("POST", "/lti/launch", COOKIE | {"origin": "https://lms.example"}, 200),
        ("PUT", "/paths", COOKIE, 403),
        ("DELETE", "/paths", COOKIE | {"origin": "https://evil.example"}, 403),
    ],
)
async def test_what_changes_something_must_come_from_our_own_pages(
    method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await ask(GUARDED, f"https://waymark.example{path}", method=method, headers=headers)
    assert answer.status_code == status
