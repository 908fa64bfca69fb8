from litestar.types import Receive, Scope, Send

from app.frames import Frames
from app.security_headers import SecurityHeaders
from tests.app.asgi import Echo, ask

FRAME = "Qm9vay1vZi1mcmFtZXM"


async def _framers() -> list[str]:
    return ["https://lms.example", "http://lms.localhost:8010", "https://evil.example; script-src *"]


def _guarded(inner: Echo) -> Frames:
    return Frames(
        SecurityHeaders(inner, framers=_framers, framed_paths=("/lti/",), form_targets=("https://content.example",))
    )


def _directives(policy: str) -> dict[str, str]:
    return dict(directive.split(" ", 1) for directive in policy.split("; "))


async def test_a_page_of_its_own_refuses_foreign_frames() -> None:
    headers = (await ask(_guarded(Echo("app")), "https://waymark.example/paths")).headers
    assert _directives(headers["content-security-policy"])["frame-ancestors"] == "'self'"
    assert headers["x-frame-options"] == "SAMEORIGIN"


async def test_a_framed_page_names_the_registered_platforms_and_nothing_that_is_no_origin() -> None:
    for path in (f"/f/{FRAME}/paths", "/lti/launch"):
        headers = (await ask(_guarded(Echo("app")), f"https://waymark.example{path}")).headers
        ancestors = _directives(headers["content-security-policy"])["frame-ancestors"]
        assert ancestors == "'self' https://lms.example http://lms.localhost:8010"
        assert "x-frame-options" not in headers


async def test_window_that_an_lms_opened_keeps_its_opener_and_a_page_of_its_own_has_none() -> None:
    for path in (f"/f/{FRAME}/pick/x", "/lti/launch"):
        headers = (await ask(_guarded(Echo("app")), f"https://waymark.example{path}")).headers
        assert "cross-origin-opener-policy" not in headers
    headers = (await ask(_guarded(Echo("app")), "https://waymark.example/paths")).headers
    assert headers["cross-origin-opener-policy"] == "same-origin-allow-popups"


async def test_forms_may_lead_to_the_content_origin_and_scripts_come_from_our_own_only() -> None:
    headers = (await ask(_guarded(Echo("app")), "https://waymark.example/paths")).headers
    directives = _directives(headers["content-security-policy"])
    assert directives["form-action"] == "'self' https://content.example"
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_a_policy_that_the_app_has_set_itself_stands() -> None:
    inner = Echo("app", headers=((b"Content-Security-Policy", b"sandbox"),))
    headers = (await ask(_guarded(inner), "https://waymark.example/paths")).headers
    assert headers.get_list("content-security-policy") == ["sandbox"]
    assert headers["x-content-type-options"] == "nosniff"


async def test_a_redirect_shows_nothing_and_asks_nobody_who_may_frame_it() -> None:
    async def framers() -> list[str]:
        raise AssertionError("asked for a redirect")

    async def redirect(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", b"/")]})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    answer = await ask(
        Frames(SecurityHeaders(redirect, framers=framers, framed_paths=("/lti/",))),
        "https://waymark.example/lti/launch",
    )
    assert answer.headers["content-security-policy"] == "default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"
