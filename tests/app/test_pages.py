import re
from datetime import UTC, datetime
from html import unescape

import pytest
from litestar.routes import HTTPRoute

from app.pages import APP_PAGES, CONTENT_PAGES
from content import Match, Multiple, Numeric, Order, Question, Single, TrueFalse, read_library
from people import Role, open_session
from tests.app.conftest import APP, CONTENT, LIBRARY, Service
from tests.app.visits import FRAME

PATH = "/paths/pathways-for-economic-growth"
MODULES = {module.slug: module for module in read_library(LIBRARY).modules}
FIRST = MODULES["pathway-for-economic-growth"]
SECOND = MODULES["listening-to-your-community"]


def _seen(html: str) -> str:
    """What a person reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


def _right(question: Question) -> dict[str, str | list[str]]:
    match question:
        case Single() | Multiple():
            return {question.id: list(question.right)}
        case TrueFalse():
            return {question.id: str(question.right).lower()}
        case Numeric():
            return {question.id: str(question.right)}
        case Match():
            return {f"{question.id}.{option}": target for option, target in question.pairs.items()}
        case Order():
            return {f"{question.id}.{option}": str(place) for place, option in enumerate(question.right, 1)}


@pytest.mark.usefixtures("library")
async def test_a_learner_begins_a_path_takes_a_module_and_sees_the_verdict_at_once(service: Service) -> None:
    assert (await service.sign_in(await service.add(), to=PATH)).headers["location"] == PATH
    assert "Begin this path" in _seen((await service.get(PATH)).text)
    assert (await service.send(f"{PATH}/enrol")).headers["location"] == PATH
    page = (await service.get(PATH)).text
    assert "0 of 3 done" in _seen(page)
    assert f"Next step {FIRST.title['en']}" in _seen(page)

    opened = await service.send(f"/modules/{FIRST.id}/open", back=PATH)
    assert opened.status_code == 303
    player = opened.headers["location"]
    assert player.startswith(f"{CONTENT}/s/")
    assert f"<h1>{FIRST.title['en']}</h1>" in (await service.get(player)).text

    assert FIRST.quiz is not None
    faulty = await service.send(f"{player}quiz", **_right(FIRST.quiz.questions[0]))
    assert faulty.status_code == 422
    assert "This question is not answered yet." in _seen(faulty.text)
    assert "checked" in faulty.text

    answers: dict[str, str | list[str]] = {}
    for question in FIRST.quiz.questions:
        answers |= _right(question)
    assert (await service.send(f"{player}quiz", **answers)).headers["location"].endswith("/result")
    result = (await service.get(f"{player}result")).text
    assert "Passed" in _seen(result)
    assert f'href="http://127.0.0.1:8000{PATH}"' in result
    assert "1 of 3 done" in _seen((await service.get(PATH)).text)
    assert "1 of 3 done" in _seen((await service.get("/")).text)


@pytest.mark.usefixtures("library")
async def test_what_is_locked_cannot_be_opened_by_its_address(service: Service) -> None:
    await service.sign_in(await service.add())
    assert (await service.send(f"/modules/{SECOND.id}/open", back=PATH)).status_code == 403
    await service.send(f"{PATH}/enrol")
    refused = await service.send(f"/modules/{SECOND.id}/open", back=PATH)
    assert refused.status_code == 403
    assert FIRST.title["en"] in _seen(refused.text)


async def test_a_link_is_spent_by_its_button_and_not_by_being_looked_at(service: Service) -> None:
    from_mail = await service.sign_in(await service.add())
    assert from_mail.status_code == 303
    cookie = from_mail.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    again = await service.send(str(from_mail.request.url.path))
    assert again.status_code == 401
    assert "ask for a new sign-in link" in _seen(again.text)


async def test_nobody_sees_a_learners_page_without_signing_in(service: Service) -> None:
    for path in (PATH, "/paths", "/admin/platforms", "/certificates/x.pdf"):
        assert (await service.get(path)).status_code == 401
    assert "Open Waymark from your learning platform" in _seen((await service.get("/")).text)


async def test_signing_out_closes_the_session_for_good(service: Service) -> None:
    await service.sign_in(await service.add())
    cookies = dict(service.browser.cookies)
    await service.send("/sign-out")
    service.browser.cookies.update(cookies)
    assert (await service.get(PATH)).status_code == 401


@pytest.mark.usefixtures("library")
async def test_a_form_from_another_site_is_refused(service: Service) -> None:
    await service.sign_in(await service.add())
    sent = await service.browser.post(f"{PATH}/enrol", headers={"origin": "https://evil.example"})
    assert sent.status_code == 403
    assert "Begin this path" in _seen((await service.get(PATH)).text)


@pytest.mark.usefixtures("library")
async def test_a_person_keeps_the_language_that_they_choose(service: Service) -> None:
    await service.sign_in(await service.add(language="en"))
    assert (await service.send("/language", language="ka", back=PATH)).headers["location"] == PATH
    service.browser.cookies.delete("waymark-language")
    assert '<html lang="ka">' in (await service.get(PATH, **{"accept-language": "uk"})).text


async def test_somebody_unknown_is_spoken_to_as_their_browser_asks(service: Service) -> None:
    assert '<html lang="uk">' in (await service.get("/", **{"accept-language": "de, uk;q=0.8, en;q=0.1"})).text
    await service.send("/language", language="az")
    assert '<html lang="az">' in (await service.get("/", **{"accept-language": "uk"})).text
    assert (await service.send("/language", language="xx")).status_code == 400


async def test_an_administrator_connects_a_platform_and_sees_every_fault_at_once(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    form = {
        "name": "Academy",
        "issuer": "https://lms.example",
        "client_id": "7",
        "deployment_ids": "1 2",
        "auth_login_url": "https://lms.example/auth",
        "token_url": "https://lms.example/token",
        "jwks_url": "https://lms.example/jwks",
    }
    faulty = await service.send("/admin/platforms", **(form | {"issuer": "lms", "name": " "}))
    assert faulty.status_code == 400
    assert "Name: this is empty." in _seen(faulty.text)
    assert "Issuer (platform ID): this is not a full web address." in _seen(faulty.text)
    assert 'value="https://lms.example/auth"' in faulty.text
    assert (await service.send("/admin/platforms", **form)).status_code == 303
    assert "1 platform" in _seen((await service.get("/admin/platforms")).text)
    taken = await service.send(
        "/admin/platforms", **(form | {"client_id": "8", "jwks_url": "https://evil.example/jwks"})
    )
    assert taken.status_code == 400
    assert "already connected with another address" in _seen(taken.text)


async def test_an_auditor_sees_platforms_and_cannot_connect_one(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    assert "Connect a platform" not in (await service.get("/admin/platforms")).text
    assert (await service.send("/admin/platforms", name="x")).status_code == 403


async def test_a_learner_sees_no_pages_of_administrators(service: Service) -> None:
    await service.sign_in(await service.add())
    assert "/admin/" not in (await service.get("/")).text
    assert (await service.get("/admin/platforms")).status_code == 403
    assert (await service.get("/admin/deliveries")).status_code == 403


@pytest.mark.usefixtures("library")
async def test_inside_a_frame_its_own_cookie_counts_and_every_link_stays_inside(service: Service) -> None:
    person, prefix = await service.add(), f"/f/{FRAME}"
    token = await service.db.write(open_session, person.id, frame=FRAME, now=datetime.now(UTC))
    service.browser.cookies.set("waymark-frame", token, domain="127.0.0.1", path=prefix)
    assert (await service.send(f"{prefix}{PATH}/enrol")).headers["location"] == f"{prefix}{PATH}"
    page = await service.get(f"{prefix}{PATH}")
    assert "0 of 3 done" in _seen(page.text)
    assert not re.findall(rf'(?:href|action)="/(?!f/{FRAME}/|static/)', page.text)
    assert "x-frame-options" not in page.headers
    opened = await service.send(f"{prefix}/modules/{FIRST.id}/open", back=PATH)
    result = await service.send(f"{opened.headers['location']}leave")
    assert result.headers["location"] == f"http://127.0.0.1:8000{prefix}{PATH}"


async def test_a_session_of_one_frame_opens_neither_another_nor_the_page_outside(service: Service) -> None:
    person = await service.add()
    token = await service.db.write(open_session, person.id, frame=FRAME, now=datetime.now(UTC))
    for path, cookie in ((f"/f/{'x' * 22}{PATH}", "waymark-frame"), (PATH, "waymark"), (PATH, "waymark-frame")):
        answer = await service.get(path, cookie=f"{cookie}={token}")
        assert answer.status_code == 401
        assert "Go to my learning" not in answer.text


@pytest.mark.usefixtures("library")
async def test_the_way_out_of_a_frame_signs_in_once_in_a_tab(service: Service) -> None:
    await service.sign_in(await service.add())
    page = (await service.send("/new-tab", back=PATH)).text
    address = unescape(re.findall(r'href="(http://127.0.0.1:8000/sign-in/[^"]+)"', page)[0])
    service.browser.cookies.clear()
    assert (await service.send(address)).headers["location"] == PATH
    assert (await service.get(PATH)).status_code == 200


async def test_the_content_origin_serves_modules_only_and_the_app_none(service: Service) -> None:
    assert (await service.get(f"{CONTENT}/paths")).status_code == 404
    assert (await service.get("/s/unknown/")).status_code == 404
    unknown = await service.get(f"{CONTENT}/s/unknown/")
    assert unknown.status_code == 404
    assert "frame-ancestors" in unknown.headers["content-security-policy"]


async def test_a_number_that_nobody_was_given_verifies_nothing(service: Service) -> None:
    assert (await service.get("/verify?number=7K3M-9Q2X W4TB")).headers["location"] == "/verify/7K3M9Q2XW4TB"
    assert (await service.get("/verify/7K3M9Q2XW4TB")).status_code == 404


async def test_whoever_guesses_names_on_a_certificate_is_slowed_down(service: Service) -> None:
    tries = [(await service.send("/verify/7K3M9Q2XW4TB", name=f"A{n}")).status_code for n in range(11)]
    assert tries == [404] * 10 + [429]


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
async def test_machines_are_told_errors_as_json(service: Service, accept: str) -> None:
    answer = await service.get(PATH, accept=accept)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Basic realm="Waymark"'
    assert answer.json()["status"] == 401
    assert answer.json()["detail"].startswith("Nobody is signed in.")


async def test_static_files_are_kept_by_browsers_and_named_by_their_content(service: Service) -> None:
    style = re.findall(r'href="(/static/waymark.css\?v=[0-9a-f]{12})"', (await service.get("/")).text)[0]
    for origin in ("", CONTENT):
        answer = await service.get(f"{origin}{style}")
        assert answer.headers["content-type"].startswith("text/css")
        assert "immutable" in answer.headers["cache-control"]


async def test_a_method_that_no_page_declares_is_open_to_nobody(service: Service) -> None:
    assert (await service.browser.request("OPTIONS", "/paths")).status_code == 403
    assert (await service.browser.request("DELETE", "/paths", headers={"origin": APP})).status_code == 405


def test_every_page_declares_who_may_use_it() -> None:
    for router in (APP_PAGES[0], CONTENT_PAGES[0]):
        routes = [route for route in router.routes if isinstance(route, HTTPRoute)]
        assert routes
        for handler in [handler for route in routes for handler in route.route_handlers]:
            assert "action" in handler.opt or handler.http_methods == {"OPTIONS"}, handler
