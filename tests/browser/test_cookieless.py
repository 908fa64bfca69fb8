"""Learning inside an LMS where the browser keeps less than it used to: partitioned cookies only, or none at all."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import OpenBrowser, Shoot, running_lms
from tests.browser.learner import arrive, downloaded, pass_module, sign_in_to_lms, tool_frame
from tests.running import LIBRARY, Service, command, environment_in, free_port, running

pytestmark = pytest.mark.browser

PATH = "Pathways for Economic Growth"
MODULES = ("pathway-for-economic-growth", "listening-to-your-community", "local-economy-in-data")
NO_COOKIES = "127.0.0.1,lms.localhost"
KEPT = "Object.entries(localStorage).filter(([key]) => key.startsWith('lti ')).map(([, value]) => value)"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of its own, on whose paths nobody has learned anything yet."""
    folder = tmp_path_factory.mktemp("town")
    with running(environment_in(folder, free_port()), folder / "output", "--prepare", str(LIBRARY)) as service:
        yield service


@pytest.fixture(scope="module")
def school(town: Service) -> Iterator[str]:
    """The address of an LMS that is registered there."""
    with running_lms(town) as lms:
        add_platform(town, lms)
        yield lms


def add_platform(service: Service, lms: str) -> None:
    addresses = {"auth-login-url": f"{lms}/auth", "token-url": f"{lms}/token", "jwks-url": f"{lms}/jwks"}
    named = {"name": "Demo LMS", "issuer": lms, "client-id": "waymark-demo", "deployment": "1", **addresses}
    command(service.environment, "platform", "add", *(part for n, v in named.items() for part in (f"--{n}", v)))


@pytest.fixture(scope="module")
def partitioned_cookie_site() -> Iterator[str]:
    """A page on the app's site that sets a partitioned cookie, and says whether it came back."""

    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came = "probe=1" in self.headers.get("Cookie", "")
            self.send_response(200)
            self.send_header("Set-Cookie", "probe=1; SameSite=None; Secure; Partitioned; Path=/")
            self.end_headers()
            self.wfile.write(b"it came" if came else b"it did not come")

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Probe)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("cookieless", "comes"), [("", "it came"), (NO_COOKIES, "it did not come")])
def test_what_these_browsers_keep_in_a_frame_is_as_said(
    cookieless: str, comes: str, school: str, partitioned_cookie_site: str, open_browser: OpenBrowser
) -> None:
    page = open_browser(cookieless=cookieless).new_page()
    page.goto(school)
    for _ in range(2):
        page.evaluate(
            """url => new Promise(done => {
                const frame = document.createElement("iframe");
                frame.onload = done; frame.src = url; document.body.append(frame);
            })""",
            partitioned_cookie_site,
        )
    assert page.main_frame.child_frames[1].inner_text("body") == comes
    page.goto(partitioned_cookie_site)
    page.reload()
    assert page.inner_text("body") == "it came"  # in a tab of its own every browser keeps it


def open_link(page: Page, school: str, storage: str = "") -> None:
    """Open the path's activity, in an LMS that keeps values for tools as `storage` says."""
    page.goto(school)
    address = page.get_by_role("link", name=PATH).first.get_attribute("href")
    page.goto(f"{school}{address}{'?storage=' if storage else ''}{storage}")


def launched(page: Page, school: str, name: str, storage: str = "") -> Frame:
    sign_in_to_lms(page, school, name)
    open_link(page, school, storage)
    return tool_frame(page)


def reload(frame: Frame) -> None:
    with frame.expect_navigation():
        frame.evaluate("location.reload()")
    arrive(frame, "**/f/**/paths/*")


def cookies_of_ours(context: BrowserContext) -> list[str]:
    return [each["name"] for each in context.cookies() if each.get("name", "").startswith("waymark")]


def test_a_partitioned_cookie_is_used_where_the_browser_keeps_it_whatever_the_platform_offers(
    school: str, open_browser: OpenBrowser
) -> None:
    context = open_browser("en")
    page = context.new_page()
    frame = launched(page, school, "Олена", "parent")
    expect(frame.locator(".card.next")).to_be_visible()
    assert page.evaluate(KEPT) == []
    assert "waymark-frame" in cookies_of_ours(context)


@pytest.mark.parametrize(("storage", "done"), [("parent", 1), ("frame", 3)])
def test_without_any_cookie_the_platform_keeps_the_session_of_the_frame(
    storage: str, done: int, school: str, open_browser: OpenBrowser, town: Service, tmp_path: Path, shoot: Shoot
) -> None:
    context = open_browser("az-AZ", cookieless=NO_COOKIES)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    frame = launched(page, school, "Aygün", storage)
    assert "İqtisadi artım yolları" in frame.inner_text("h1")
    shoot(page, f"path-without-cookies-{storage}")
    for slug in MODULES[progress_in(frame) : done]:
        pass_module(frame, slug)
    assert f"3 addımdan {done}" in frame.inner_text("main")
    reload(frame)
    assert f"3 addımdan {done}" in frame.inner_text("main")
    assert cookies_of_ours(context) == []
    secrets = page.evaluate(KEPT)
    assert len(secrets) == 2
    assert not any(secret in url for secret in secrets for url in asked)
    assert not any(secret in town.output.read_text() for secret in secrets)
    if storage == "frame":
        for _ in range(60):
            if frame.locator('a[href$=".pdf"]').count():
                break
            page.wait_for_timeout(500)
            reload(frame)
        assert downloaded(page, frame, tmp_path).read_bytes().startswith(b"%PDF-")
        with page.expect_download():  # also where the browser itself went there
            frame.evaluate("location.assign(document.querySelector('a[href$=\".pdf\"]').href)")
        expect(frame.get_by_role("main")).to_contain_text(f"3 addımdan {done}", timeout=20_000)


@pytest.mark.parametrize(("cookieless", "storage"), [("", ""), (NO_COOKIES, "parent")])
def test_two_learners_in_two_tabs_of_one_browser_never_mix(
    cookieless: str, storage: str, school: str, open_browser: OpenBrowser
) -> None:
    context = open_browser("en", cookieless=cookieless)
    first, second = context.new_page(), context.new_page()
    nino = launched(first, school, "ნინო", storage)
    second.goto(f"{school}/sign-in")  # the first tab's page stays open, whoever signs in now
    second.get_by_role("button", name="Олена").click()
    expect(second.get_by_role("button", name="Sign out")).to_be_visible()
    open_link(second, school, storage)
    olena = tool_frame(second)
    languages = [frame.locator("html").get_attribute("lang") for frame in (nino, olena)]
    assert languages == ["ka", "uk"]
    done = [progress_in(nino), progress_in(olena)]
    first.bring_to_front()  # a page that nobody looks at is not drawn, so that its frame would keep its height
    pass_module(nino, next_module(nino))
    assert progress_in(nino) == done[0] + 1
    for frame in (nino, olena):
        frame.page.bring_to_front()
        reload(frame)
    assert [progress_in(nino), progress_in(olena)] == [done[0] + 1, done[1]]
    assert [frame.locator("html").get_attribute("lang") for frame in (nino, olena)] == languages


def progress_in(frame: Frame) -> int:
    """How many steps the path page says are done."""
    return frame.locator(".segments .full").count()


def next_module(frame: Frame) -> str:
    return MODULES[progress_in(frame)]


@pytest.mark.parametrize("storage", ["", "silent", "full", "missing", "impostor"])
def test_where_the_platform_keeps_nothing_a_new_tab_goes_on(
    storage: str, school: str, open_browser: OpenBrowser, shoot: Shoot
) -> None:
    page = open_browser("en", width=390, height=844, cookieless=NO_COOKIES).new_page()
    sign_in_to_lms(page, school, "ნინო")
    open_link(page, school, storage)
    frame = page.main_frame.child_frames[0]
    if storage:
        expect(frame.get_by_role("alert")).to_contain_text("did not answer", timeout=20_000)
    shoot(page, f"new-tab-{storage or 'no-storage'}")
    assert page.evaluate(KEPT) == []
    if storage == "impostor":
        impostor = page.frame(name="impostor")
        assert impostor is not None
        assert impostor.evaluate("pretended")  # it answered, and was not believed
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new tab").click()
    opened.value.wait_for_url("**/paths/*")
    assert opened.value.locator("html").get_attribute("lang") == "ka"
    assert "/f/" in opened.value.url


def test_without_scripts_a_new_tab_goes_on(school: str, open_browser: OpenBrowser) -> None:
    page = open_browser("en", cookieless=NO_COOKIES, scripts=False).new_page()
    sign_in_to_lms(page, school, "ნინო")
    open_link(page, school, "parent")
    frame = page.frame_locator("iframe").first
    frame.get_by_role("button", name="Go on").click()  # what the LMS's own script does otherwise
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new tab").click()
    opened.value.get_by_role("button", name="Go on").click()
    opened.value.wait_for_url("**/paths/*")
    assert opened.value.locator("html").get_attribute("lang") == "ka"


def test_way_out_of_a_frame_and_forms_with_faults_work_without_cookies(school: str, open_browser: OpenBrowser) -> None:
    page = open_browser("en", cookieless=NO_COOKIES).new_page()
    frame = launched(page, school, "Олена", "frame")
    frame.locator('form[action$="/new-tab"] button').click()
    with page.expect_popup() as opened:
        frame.locator(".actions a.button").click()
    opened.value.get_by_role("main").get_by_role("button").click()
    opened.value.wait_for_url("**/paths/*")
    assert "/f/" not in opened.value.url
    assert opened.value.locator("html").get_attribute("lang") == "uk"


def test_frame_whose_token_the_platform_has_lost_says_how_to_go_on(school: str, open_browser: OpenBrowser) -> None:
    page = open_browser("en", cookieless=NO_COOKIES).new_page()
    frame = launched(page, school, "Олена", "parent")
    page.evaluate("localStorage.clear()")
    frame.evaluate("location.reload()")
    expect(frame.get_by_role("alert")).to_contain_text("Open the page again from your learning platform")
