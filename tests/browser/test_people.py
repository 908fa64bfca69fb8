"""Signing in, being linked and being found, as people do it: with a real mail server and a real OpenID provider."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenBrowser, Shoot
from tests.browser.learner import sign_in_to_lms, tool_frame
from tests.demo_lms import server
from tests.messages.post_office import PostOffice, open_post_office
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, application
from tests.running import LIBRARY, ROOT, Service, command, environment_in, free_port, start

pytestmark = pytest.mark.browser

AYGUN = "aygun@town.example"
PATH = "Pathways for Economic Growth"
WAIT_SECONDS = 30


@pytest.fixture(scope="module")
def beside() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop in a thread of its own, for the servers of other people."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="module")
def office(beside: asyncio.AbstractEventLoop) -> Iterator[PostOffice]:
    """The mail server of the town."""
    opening = open_post_office()
    yield asyncio.run_coroutine_threadsafe(opening.__aenter__(), beside).result(WAIT_SECONDS)
    asyncio.run_coroutine_threadsafe(opening.__aexit__(None, None, None), beside).result(WAIT_SECONDS)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(beside: asyncio.AbstractEventLoop, port: int) -> Iterator[OpenIdProvider]:
    """The ministry's sign-in, which knows Aygün too."""
    own_port = free_port()
    there = OpenIdProvider(f"http://127.0.0.1:{own_port}", f"http://127.0.0.1:{port}/sign-in/from/ministry")
    serving = server(application(there), own_port)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # on loopback, without TLS
        served = asyncio.run_coroutine_threadsafe(serving.serve(), beside)
        yield there
        beside.call_soon_threadsafe(serving.stop)
        served.result(WAIT_SECONDS)


@pytest.fixture(scope="module")
def town(
    office: PostOffice, provider: OpenIdProvider, port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """The service as a town runs it: mail goes out, and the ministry signs people in."""
    folder = tmp_path_factory.mktemp("town")
    (folder / "oidc.toml").write_text(
        f'[[providers]]\nid = "ministry"\nname = "the Ministry"\nissuer = "{provider.url}"\n'
        f'client_id = "{CLIENT_ID}"\nclient_secret = "{CLIENT_SECRET}"\n'
    )
    environment = environment_in(folder, port) | {
        "WAYMARK_SMTP_URL": f"smtp://127.0.0.1:{office.port}",
        "WAYMARK_MAIL_FROM": "Waymark <learn@town.example>",
        "WAYMARK_OIDC": str(folder / "oidc.toml"),
    }
    running = start(environment, folder / "output", "--prepare", str(LIBRARY))
    yield running
    running.stop()
    assert "Traceback" not in running.output.read_text()


@pytest.fixture(scope="module")
def administrator(town: Service, open_browser: OpenBrowser) -> Page:
    """Signed in by the link that the first start printed; Gyumri is registered."""
    found = re.search(r"http\S+/sign-in/\S+", town.output.read_text())
    assert found
    page = open_browser().new_page()
    page.goto(found[0])
    page.get_by_role("main").get_by_role("button").click()
    page.goto(f"{town.url}/organisations/new")
    page.locator('[name="name"]').fill("Gyumri")
    page.locator('[name="country"]').select_option("AM")
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gyumri")
    return page


@pytest.fixture(scope="module")
def aygun(
    town: Service, administrator: Page, office: PostOffice, open_browser: OpenBrowser, shoot: Shoot
) -> BrowserContext:
    """Invited by mail, come in by the link on a phone, and named."""
    administrator.locator('[name="address"]').fill(AYGUN)
    administrator.get_by_role("button", name="Make an invitation").click()
    expect(administrator.get_by_role("main")).to_contain_text(AYGUN)
    phone = open_browser(width=390, height=844)
    page = phone.new_page()
    page.goto(link_in(next_mail(office, 0), "/invitations/"))
    shoot(page, "people-invitation")
    page.get_by_role("button", name="Accept the invitation").click()
    page.get_by_label("Your name").fill("Aygün Əliyeva")
    shoot(page, "people-name")
    page.get_by_role("button", name="Keep my name").click()
    page.goto(f"{town.url}/memberships")
    expect(page.get_by_role("main")).to_contain_text("Gyumri")
    shoot(page, "people-memberships")
    return phone


def next_mail(office: PostOffice, already: int) -> EmailMessage:
    """The mail that comes after `already` many."""
    deadline = time.monotonic() + WAIT_SECONDS
    while len(office.taken) <= already and time.monotonic() < deadline:
        time.sleep(0.05)
    return office.mails[already]


def words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def link_in(mail: EmailMessage, path: str) -> str:
    found = re.search(rf"http://\S+{path}\S+", words_of(mail))
    assert found, words_of(mail)
    return found[0]


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


def test_somebody_signs_in_by_a_link_that_was_mailed(
    town: Service, aygun: BrowserContext, office: PostOffice, shoot: Shoot
) -> None:
    page = aygun.new_page()
    page.goto(town.url)
    sign_out(page)
    page.goto(f"{town.url}/sign-in?to=/memberships")
    shoot(page, "people-ways-in")
    already = len(office.taken)
    page.get_by_label("Your mail address").fill(" Aygun@Town.example ")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    shoot(page, "people-link-sent")
    link = link_in(next_mail(office, already), "/sign-in/")
    page.goto(link)
    shoot(page, "people-link-opened")
    page.get_by_role("main").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.goto(f"{town.url}/memberships")
    expect(page.get_by_role("main")).to_contain_text("Gyumri")
    page.goto(link)
    page.get_by_role("main").get_by_role("button", name="Continue").click()
    expect(page.get_by_role("main")).to_contain_text("used")
    shoot(page, "people-link-used")


def test_both_accounts_of_somebody_become_one_and_part_again(
    town: Service, aygun: BrowserContext, office: PostOffice, open_browser: OpenBrowser, shoot: Shoot
) -> None:
    assert aygun
    page = open_browser(width=390, height=844).new_page()
    page.goto(f"{town.url}/sign-in?to=/memberships")
    page.get_by_role("link", name="Sign in with the Ministry").click()
    page.get_by_role("button", name="Aygün Əliyeva").click()
    expect(page).to_have_url(f"{town.url}/memberships")
    expect(page.get_by_role("main")).not_to_contain_text("Gyumri")

    page.goto(f"{town.url}/accounts")
    shoot(page, "people-accounts-before")
    already = len(office.taken)
    page.get_by_label("Your mail address").fill(AYGUN)
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter your code")
    code = re.search(r"\b\d{4} ?\d{4}\b", words_of(next_mail(office, already)))
    assert code
    page.get_by_label("Code").fill(code[0])
    shoot(page, "people-code")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(f"{town.url}/accounts")
    shoot(page, "people-accounts-linked")
    page.goto(f"{town.url}/memberships")
    expect(page.get_by_role("main")).to_contain_text("Gyumri")
    page.goto(f"{town.url}/sessions")
    expect(page.get_by_role("button", name="End this session").first).to_be_visible()
    shoot(page, "people-sessions")

    page.goto(f"{town.url}/accounts")
    page.get_by_role("link", name="Unlink").first.click()
    shoot(page, "people-unlink")
    page.get_by_role("button", name="Unlink").click()
    page.goto(f"{town.url}/memberships")
    expect(page.get_by_role("main")).not_to_contain_text("Gyumri")


def test_administrators_see_what_was_sent_and_every_list(
    town: Service, aygun: BrowserContext, administrator: Page, shoot: Shoot
) -> None:
    assert aygun
    for width in (1280, 390):
        administrator.set_viewport_size({"width": width, "height": 844})
        for name, address in (
            ("mail", "/admin/mail"),
            ("people", "/people"),
            ("organisations", "/organisations"),
            ("audit", "/admin/audit"),
        ):
            administrator.goto(f"{town.url}{address}")
            assert administrator.evaluate("document.documentElement.scrollWidth") <= width
            shoot(administrator, f"people-{name}-{width}")
    administrator.goto(f"{town.url}/admin/mail")
    expect(administrator.get_by_role("row")).not_to_have_count(1)
    expect(administrator.get_by_role("main")).not_to_contain_text(AYGUN)
    administrator.goto(f"{town.url}/people")
    administrator.get_by_role("link", name="Name", exact=True).click()
    expect(administrator.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")
    with administrator.expect_download() as download:
        administrator.get_by_role("link", name="Download as CSV").click()
    assert "Aygün Əliyeva" in Path(download.value.path()).read_text("utf-8-sig")


@pytest.fixture(scope="module")
def lms(town: Service) -> Iterator[str]:
    """The demo LMS, connected at the command line."""
    own_port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.demo_lms", "--port", str(own_port), "--tool", town.url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"demo LMS is at" in process.stdout.readline()
    url = f"http://lms.localhost:{own_port}"
    addresses = ("--auth-login-url", f"{url}/auth", "--token-url", f"{url}/token", "--jwks-url", f"{url}/jwks")
    who = ("--name", "Demo LMS", "--issuer", url, "--client-id", "waymark-demo", "--deployment", "1")
    command(town.environment, "platform", "add", *who, *addresses)
    yield url
    process.terminate()
    process.wait()
    process.stdout.close()


def test_somebody_on_an_imported_list_is_asked_in_the_lms_if_they_were_invited(
    town: Service, administrator: Page, lms: str, open_browser: OpenBrowser, tmp_path: Path, shoot: Shoot
) -> None:
    assert administrator
    staff = tmp_path / "staff.csv"
    staff.write_text("Full name;Mail;Organisation\nНіно Беридзе;nino@gyumri.example;Gyumri\n")
    command(town.environment, "people", "import", str(staff))
    page = open_browser().new_page()
    sign_in_to_lms(page, lms, "ნინო")
    page.get_by_role("link", name=PATH).first.click()
    frame = tool_frame(page)
    shoot(page, "people-asked-in-lms")
    link = frame.locator('a[href$="/accounts"]').first
    expect(link).to_be_visible()
    link.click()
    frame.wait_for_url("**/f/**/accounts")
    expect(frame.locator("main")).to_contain_text(lms)
    shoot(page, "people-accounts-in-lms")


def test_the_frame_in_the_lms_and_a_tab_of_its_own_are_linked_in_one_browser(
    town: Service, lms: str, open_browser: OpenBrowser, shoot: Shoot
) -> None:
    browser = open_browser()
    outside = browser.new_page()
    outside.goto(f"{town.url}/sign-in")
    outside.get_by_role("link", name="Sign in with the Ministry").click()
    outside.get_by_role("button", name="Levan Beridze").click()
    expect(outside.get_by_role("button", name="Sign out")).to_be_visible()
    page = browser.new_page()
    sign_in_to_lms(page, lms, "Anahit")
    page.get_by_role("link", name=PATH).first.click()
    frame = tool_frame(page)
    frame.get_by_role("link", name="Your accounts", exact=True).click()
    frame.get_by_role("button", name="Link both accounts").click()
    frame.get_by_text("This offer is good").wait_for()
    shoot(page, "people-offer")
    with browser.expect_page() as opened:
        frame.get_by_role("button", name="Open in a new tab").first.click()
    tab = opened.value
    expect(tab.get_by_role("heading", level=1)).to_have_text("Are both of these you?")
    for name in ("Levan Beridze", "Anahit Sargsyan"):
        expect(tab.get_by_role("main")).to_contain_text(name)
    shoot(tab, "people-join")
    tab.get_by_role("button", name="Yes, link both accounts").click()
    expect(tab).to_have_url(f"{town.url}/accounts")
    expect(tab.get_by_role("main")).to_contain_text(lms)
    shoot(tab, "people-joined")
    tab.get_by_role("link", name="Unlink").first.click()
    tab.get_by_role("button", name="Unlink").click()
    tab.goto(f"{town.url}/accounts")
    expect(tab.get_by_role("link", name="Unlink")).to_have_count(0)
