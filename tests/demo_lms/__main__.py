"""`python -m tests.demo_lms --port 8080 --tool http://127.0.0.1:8000`: an LMS to try Waymark from."""

import argparse
import asyncio
import signal
from pathlib import Path
from typing import Any

import httpx

from tests.demo_lms.app import application
from tests.demo_lms.course import links_of_library
from tests.demo_lms.lms import DemoLms
from tests.demo_lms.serving import server

LIBRARY = Path(__file__).parents[2] / "content" / "library"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.demo_lms", description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--tool", default="http://127.0.0.1:8000", help="the address of Waymark")
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.port, chosen.tool.rstrip("/")))


async def _serve(port: int, tool_url: str) -> None:
    async def fetch_tool_keys() -> Any:
        async with httpx.AsyncClient(timeout=10) as client:
            return (await client.get(f"{tool_url}/lti/jwks")).raise_for_status().json()

    links = links_of_library(LIBRARY)
    lms = DemoLms(f"http://lms.localhost:{port}", tool_url, links, fetch_tool_keys)
    running = server(application(lms), port)
    loop = asyncio.get_running_loop()
    for stop in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(stop, running.stop)
    registration = (f"  {name}: {value}" for name, value in lms.registration.items())
    print("\n".join([f"The demo LMS is at {lms.url}", *registration]), flush=True)  # noqa: T201 (a command's output)
    await running.serve()


main()
