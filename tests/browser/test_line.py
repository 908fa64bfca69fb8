"""The main job, as people do it: from the first sign-in to a grade in the LMS and a certificate that is verified."""

import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import SHOTS, OpenBrowser, Shoot
from tests.browser.learner import (
    MODULES,
    arrive,
    downloaded,
    fill_in,
    open_next,
    pass_module,
    sign_in_to_lms,
    tool_frame,
)
from tests.running import Service, command

pytestmark = pytest.mark.browser

PATH = "Pathways for Economic Growth"


@pytest.fixture(scope="module")
def registered(service: Service, lms: str, admin_link: str, open_browser: OpenBrowser, shoot: Shoot) -> str:
    """The LMS, connected by an administrator on the page for it."""
    page = open_browser().new_page()
    page.goto(admin_link)
    page.get_by_role("main").get_by_role("button").click()
    page.goto(f"{service.url}/admin/platforms/new")
    for name, value in {
        "name": "Demo LMS",
        "issuer": lms,
        "client_id": "waymark-demo",
        "deployment_ids": "1",
        "auth_login_url": f"{lms}/auth",
        "token_url": f"{lms}/token",
        "jwks_url": f"{lms}/jwks",
    }.items():
        page.locator(f'[name="{name}"]').fill(value)
    shoot(page, "admin-platform-form")
    page.get_by_role("main").get_by_role("button", name=re.compile("Connect|Add|Save|Register")).last.click()
    expect(page.get_by_role("main")).to_contain_text(lms)
    page.goto(f"{service.url}/admin/platforms")
    expect(page.get_by_role("main")).to_contain_text(lms)
    shoot(page, "admin-platforms")
    assert lms in command(service.environment, "platform", "list")
    return lms


@pytest.fixture(scope="module")
def plain_cookie_site() -> Iterator[str]:
    """A page on the app's site that sets a cookie as tools used to, and says whether it came back."""

    class Probe(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came = "plain=1" in self.headers.get("Cookie", "")
            self.send_response(200)
            self.send_header("Set-Cookie", "plain=1; SameSite=None; Secure; Path=/")
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


def test_third_party_cookies_are_truly_blocked_here(
    lms: str, plain_cookie_site: str, open_browser: OpenBrowser
) -> None:
    page = open_browser().new_page()
    page.goto(lms)
    for _ in range(2):
        page.evaluate(
            """url => new Promise(done => {
                const frame = document.createElement("iframe");
                frame.onload = done; frame.src = url; document.body.append(frame);
            })""",
            plain_cookie_site,
        )
    assert [frame.inner_text("body") for frame in page.main_frame.child_frames] == ["it did not come"] * 2


@pytest.fixture(scope="module")
def aygun(registered: str, open_browser: OpenBrowser) -> BrowserContext:
    return open_browser("az-AZ")


def test_the_whole_line_from_launch_to_grade_and_certificate(
    registered: str, aygun: BrowserContext, service: Service, tmp_path: Path, open_browser: OpenBrowser, shoot: Shoot
) -> None:
    page = aygun.new_page()
    sign_in_to_lms(page, registered, "Aygün")
    shoot(page, "lms-course")
    page.get_by_role("link", name=PATH).first.click()
    frame = tool_frame(page)
    assert "İqtisadi artım yolları" in frame.inner_text("h1")
    assert "3 addımdan 0" in frame.inner_text("main")
    shoot(page, "path-in-lms")

    fail_then_pass(page, frame, "pathway-for-economic-growth", shoot)
    assert "3 addımdan 1" in frame.inner_text("main")
    shoot(page, "path-one-done")
    pass_module(frame, "listening-to-your-community")
    pass_module(frame, "local-economy-in-data")
    assert "3 addımdan 3" in frame.inner_text("main")

    frame = reload_until(page, lambda: tool_frame(page).locator('a[href$=".pdf"]').count() > 0)
    shoot(page, "path-completed")
    certificate = downloaded(page, frame, tmp_path)
    assert_signed_and_tamper_evident(certificate, tmp_path)
    if SHOTS:
        shutil.copy(certificate, SHOTS)

    address = frame.locator('a[href*="/verify/"]').get_attribute("href") or ""
    stranger = open_browser("en").new_page()
    stranger.goto(f"{service.url}/verify/{address.rpartition('/')[2]}")
    expect(stranger.get_by_role("main")).to_contain_text("İqtisadi artım yolları")
    shoot(stranger, "verify")

    page.goto(f"{registered}/grades")
    reload_until(page, lambda: "100 of 100" in page.inner_text("table"))
    expect(page.get_by_role("row", name="Aygün")).to_contain_text("100 of 100")
    shoot(page, "lms-grades")


def fail_then_pass(page: Page, frame: Frame, slug: str, shoot: Shoot) -> None:
    open_next(frame)
    for rightly, name in ((False, "module-not-passed"), (True, "module-passed")):
        frame.locator("article.prose").wait_for()
        shoot(page, "module-text")
        frame.locator(".actions a.button").click()
        arrive(frame, "**/quiz")
        shoot(page, "module-quiz")
        fill_in(frame, MODULES[slug], rightly=rightly)
        frame.locator("form.questions button").click()
        arrive(frame, "**/result")
        expect(frame.locator("h1")).to_be_in_viewport()
        shoot(page, name)
        if not rightly:
            frame.locator(".actions button").first.click()
    frame.locator(".actions a.button").click()
    arrive(frame, "**/f/**/paths/*")


def reload_until(page: Page, seen: Callable[[], bool]) -> Frame:
    """Reload until something that is worked out in the background shows; returns the innermost frame then."""
    for _ in range(60):
        if seen():
            break
        page.wait_for_timeout(500)
        page.reload()
    return page.frames[-1]


def assert_signed_and_tamper_evident(file: Path, folder: Path) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("no pdfsig on this machine: install Debian's poppler-utils")
    assert "Signature is Valid" in pdfsig(file)
    altered = bytearray(file.read_bytes())
    altered[len(altered) // 3] ^= 1
    forged = folder / "forged.pdf"
    forged.write_bytes(altered)
    assert "Signature is Valid" not in pdfsig(forged)


def pdfsig(file: Path) -> str:
    return subprocess.run(["pdfsig", str(file)], capture_output=True, text=True, check=False).stdout
