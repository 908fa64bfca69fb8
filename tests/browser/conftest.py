"""Chromium, the service and the demo LMS, each as a process of its own, as people meet them."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.running import LIBRARY, ROOT, Service, environment_in, free_port, start

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SHOTS = os.environ.get("WAYMARK_SCREENSHOTS")
"""Where to keep a picture of each page, for the README and for looking at."""

OpenBrowser = Callable[..., BrowserContext]
Shoot = Callable[[Page, str], None]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """`waymark serve --prepare` on SQLite, on ports of its own."""
    folder = tmp_path_factory.mktemp("service")
    running = start(environment_in(folder, free_port()), folder / "output", "--prepare", str(LIBRARY))
    yield running
    running.stop()
    assert "Traceback" not in running.output.read_text()


@pytest.fixture(scope="session")
def admin_link(service: Service) -> str:
    """The one-time link that the first start printed."""
    found = re.search(r"http\S+/sign-in/\S+", service.output.read_text())
    assert found
    return found[0]


@pytest.fixture(scope="session")
def lms(service: Service) -> Iterator[str]:
    """The address of a demo LMS that launches from another site."""
    with running_lms(service) as address:
        yield address


@contextmanager
def running_lms(service: Service) -> Iterator[str]:
    """A demo LMS, connected with this service, until the block ends; its address."""
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


@pytest.fixture(scope="session")
def open_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBrowser]:
    """A new profile of Chromium that blocks third-party cookies, in a language and size of one's choice.

    `cookieless` names a site and another in whose frames it keeps no cookie at all.
    """
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's chromium to run the browser tests")
    opened: list[BrowserContext] = []
    with sync_playwright() as playwright:

        def open_profile(
            language: str = "en", *, width: int = 1280, height: int = 800, cookieless: str = "", scripts: bool = True
        ) -> BrowserContext:
            folder = tmp_path_factory.mktemp("profile")
            (folder / "Default").mkdir()
            # 1 blocks third-party cookies; no command-line flag does so any more.
            # 2 lets a site keep none within another, not even a partitioned one: "127.0.0.1,lms.localhost".
            exceptions = {"cookies": {cookieless: {"setting": 2}}} if cookieless else {}
            profile = {"cookie_controls_mode": 1, "content_settings": {"exceptions": exceptions}}
            preferences = {"profile": profile}
            (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
            opened.append(
                playwright.chromium.launch_persistent_context(
                    folder,
                    executable_path=CHROMIUM,
                    args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
                    viewport={"width": width, "height": height},
                    locale=language,
                    accept_downloads=True,
                    java_script_enabled=scripts,
                )
            )
            opened[-1].set_default_timeout(30_000)
            return opened[-1]

        yield open_profile
        for context in opened:
            context.close()


@pytest.fixture(scope="session")
def shoot() -> Shoot:
    """Keep a picture of the page under this name, where WAYMARK_SCREENSHOTS names a folder."""

    def keep(page: Page, name: str) -> None:
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}.png")

    return keep
