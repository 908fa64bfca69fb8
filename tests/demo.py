"""`make demo`: Waymark, and beside it a small LMS to launch from; everything it keeps is in the folder demo-data."""

import asyncio
import os
import signal
import subprocess
import sys
from typing import Any

import httpx

from tests.demo_lms.app import application
from tests.demo_lms.course import links_of_library
from tests.demo_lms.lms import DemoLms
from tests.demo_lms.serving import server
from tests.running import LIBRARY, ROOT, WAYMARK, command, environment_in

FOLDER = ROOT / "demo-data"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    port = int(os.environ.get("WAYMARK_PORT", "8000"))
    environment = environment_in(FOLDER, port)
    service = subprocess.Popen([WAYMARK, "serve", "--prepare", str(LIBRARY)], env=environment, cwd=ROOT)
    lms = DemoLms(
        f"http://lms.localhost:{os.environ.get('DEMO_LMS_PORT', '8080')}",
        environment["WAYMARK_URL"],
        links_of_library(LIBRARY),
        lambda: _keys_of(environment["WAYMARK_URL"]),
    )
    try:
        asyncio.run(_serve(service, environment, lms))
    finally:
        service.terminate()
        service.wait(timeout=30)


async def _serve(service: subprocess.Popen[bytes], environment: dict[str, str], lms: DemoLms) -> None:
    running = server(application(lms), int(lms.url.rpartition(":")[2]))
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, running.stop)
    serving = asyncio.create_task(running.serve())
    await _until_ready(service, environment["WAYMARK_URL"])
    await asyncio.to_thread(command, environment, "platform", "add", *registration_options(lms))
    print(f"\nThe demo LMS is at {lms.url}\nSign in there as a learner, open the path, and see the grade book after.\n")  # noqa: T201 (a command's output)
    sys.stdout.flush()
    await serving


def registration_options(lms: DemoLms) -> list[str]:
    """The options of `waymark platform add` that register this LMS."""
    told = lms.registration
    names = ("issuer", "client_id", "name", "auth_login_url", "token_url", "jwks_url")
    options = [f"--{name.replace('_', '-')}={told[name]}" for name in names]
    return [*options, *(f"--deployment={deployment}" for deployment in told["deployment_ids"])]


async def _keys_of(url: str) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=10) as client:
        keys: dict[str, Any] = (await client.get(f"{url}/lti/jwks")).raise_for_status().json()
        return keys


async def _until_ready(service: subprocess.Popen[bytes], url: str) -> None:
    async with httpx.AsyncClient() as client:
        while service.poll() is None:
            try:
                if (await client.get(f"{url}/readyz")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.1)
    raise SystemExit("Waymark ended before it was ready; see above.")


if __name__ == "__main__":
    main()
