"""A course fills a path, as an administrator does it: from one learner's launch to everybody of the course."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenBrowser, Shoot
from tests.browser.learner import sign_in_to_lms, tool_frame
from tests.running import ROOT, Service, command, free_port

pytestmark = pytest.mark.browser

PATH = "Pathways for Economic Growth"
SLUG = "pathways-for-economic-growth"


@pytest.fixture(scope="module")
def school(service: Service) -> Iterator[str]:
    """The address of a connected LMS whose course has three learners."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.demo_lms", "--port", str(port), "--tool", service.url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert b"demo LMS is at" in process.stdout.readline()
    url = f"http://lms.localhost:{port}"
    told = {"issuer": url, "auth-login-url": f"{url}/auth", "token-url": f"{url}/token", "jwks-url": f"{url}/jwks"}
    options = [f"--{name}={value}" for name, value in told.items()]
    named = ["--name=School", "--client-id=waymark-demo", "--deployment=1"]
    command(service.environment, "platform", "add", *named, *options)
    yield url
    process.terminate()
    process.wait()
    process.stdout.close()


def test_course_fills_a_path_after_an_administrator_has_looked_at_its_members(
    school: str, service: Service, open_browser: OpenBrowser, shoot: Shoot
) -> None:
    learner = open_browser("az-AZ").new_page()
    sign_in_to_lms(learner, school, "Aygün")
    learner.get_by_role("link", name=PATH).click()
    tool_frame(learner)

    admin = open_browser().new_page()
    admin.goto(command(service.environment, "admin-link").strip())
    admin.get_by_role("main").get_by_role("button").click()
    admin.goto(f"{service.url}/admin/rosters")
    admin.get_by_role("link", name="Fill a path from a course").click()
    admin.get_by_label("Course").select_option(label="Local economic development – School")
    admin.get_by_label("Path", exact=True).select_option(SLUG)
    admin.get_by_label("Reason").fill("agreed with the school")
    admin.get_by_role("button", name="Look at the members first").click()

    # The page loads itself again until the worker has asked the LMS.
    main = admin.get_by_role("main")
    expect(main).to_contain_text("What would happen")
    expect(main).to_contain_text(re.compile(r"To be enrolled\s*2"))
    expect(main).to_contain_text(re.compile(r"On the path already\s*1"))
    expect(main).to_contain_text("ნინო ბერიძე")
    shoot(admin, "roster-tried")
    admin.get_by_label("Reason").first.fill("agreed with the school")
    admin.get_by_role("button", name="Fill the path").first.click()
    expect(main).to_contain_text(re.compile(r"On the path already\s*3"))
    shoot(admin, "roster-filled")

    admin.goto(f"{service.url}/paths/{SLUG}/enrolments?text=Олена")
    expect(main).to_contain_text("Олена Коваль")
    expect(main).to_contain_text("from a learning platform")
    listed = command(service.environment, "roster", "list")
    assert re.search(r"Local economic development \(School\) fills \S+  taken: 3", listed)
