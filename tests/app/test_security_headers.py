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
