"""Connecting an LMS as two administrators do it: one makes a link, the other pastes it, the first approves."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import OpenBrowser, Shoot
from tests.browser.learner import sign_in_to_lms, tool_frame
from tests.running import ROOT, Service, command, free_port

pytestmark = pytest.mark.browser

PATH = "Pathways for Economic Growth"


@pytest.fixture(scope="module")
def unconnected_lms(service: Service) -> Iterator[str]:
    """The address of a demo LMS that Waymark has never heard of."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.demo_lms", "--port", str(port), "--tool", service.url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"demo LMS is at" in process.stdout.readline()
    yield f"http://lms.localhost:{port}"
    process.terminate()
    process.wait()
    process.stdout.close()


def test_an_lms_is_connected_by_one_pasted_link(
    unconnected_lms: str, service: Service, open_browser: OpenBrowser, shoot: Shoot
) -> None:
    admin = open_browser().new_page()
    admin.goto(command(service.environment, "admin-link").strip())
    admin.get_by_role("main").get_by_role("button").click()
    link = make_link(admin, service.url, shoot)

    lms = open_browser().new_page()
    sign_in_to_lms(lms, unconnected_lms, "Anahit")
    connect(lms, unconnected_lms, link, shoot)
    lms.get_by_role("button", name="Activate").click()
    expect(lms.get_by_role("main")).to_contain_text("Active")

    learner = open_browser("az-AZ").new_page()
    sign_in_to_lms(learner, unconnected_lms, "Aygün")
    refused = opened_activity(learner, unconnected_lms)
    expect(refused.locator("main")).to_be_visible()
    assert "/f/" not in refused.url

    approve(admin, service.url, shoot)
    opened_activity(learner, unconnected_lms)
    assert "İqtisadi artım yolları" in tool_frame(learner).inner_text("h1")

    admin.reload()
    expect(admin.get_by_role("main")).to_contain_text("Local economic development")
    admin.get_by_role("button", name="Test it now").click()
    expect(admin.get_by_text("works", exact=True)).to_have_count(5)
    shoot(admin, "platform-tested")


def make_link(admin: Page, url: str, shoot: Shoot) -> str:
    admin.goto(f"{url}/admin/platforms")
    admin.get_by_role("main").get_by_label("Name").fill("Academy of the Ministry")
    admin.get_by_role("button", name="Make a link").click()
    admin.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    admin.get_by_role("button", name="Copy").click()
    expect(admin.get_by_role("button", name="Copied")).to_be_visible()
    copied: str = admin.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"{url}/lti/register\?invitation=[\w-]+", copied)
    shoot(admin, "platform-link")
    return copied


def connect(lms: Page, address: str, link: str, shoot: Shoot) -> None:
    lms.goto(f"{address}/tools")
    lms.get_by_label("Tool URL").fill(link)
    lms.get_by_role("button", name="Add LTI Advantage").click()
    frame = inner_frame(lms)
    expect(frame.locator("h1")).to_have_text("Connect Waymark")
    shoot(lms, "lms-registration")
    frame.get_by_role("button", name="Connect").click()
    expect(frame.locator("main")).to_contain_text("an administrator of Waymark approves it")
    frame.get_by_role("button", name="Close and go back").click()
    lms.wait_for_url(f"{address}/tools")
    expect(lms.get_by_role("main")).to_contain_text("Pending")


def approve(admin: Page, url: str, shoot: Shoot) -> None:
    admin.goto(f"{url}/admin/platforms")
    admin.get_by_role("link", name="Academy of the Ministry").click()
    expect(admin.get_by_role("main")).to_contain_text("moodle 4.5.6 (demo)")
    shoot(admin, "platform-pending")
    admin.get_by_role("button", name="Approve it").click()
    expect(admin.get_by_role("main")).to_contain_text("connected")


def opened_activity(page: Page, address: str) -> Frame:
    """The frame of the activity, wherever its launch has led."""
    page.goto(address)
    page.get_by_role("link", name=PATH).first.click()
    frame = inner_frame(page)
    frame.wait_for_url(re.compile(r"^http://127\.0\.0\.1:"))
    return frame


def inner_frame(page: Page) -> Frame:
    page.wait_for_selector("iframe")
    return page.main_frame.child_frames[0]


def test_a_link_is_used_up_and_says_so_in_the_lms(
    unconnected_lms: str, service: Service, open_browser: OpenBrowser
) -> None:
    page = open_browser("ka-GE", width=390, height=844).new_page()
    page.goto(f"{service.url}/lti/register?invitation=used-long-ago&openid_configuration={unconnected_lms}/x")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
