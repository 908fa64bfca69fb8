"""A person's browser: it keeps cookies, follows redirects when told, and posts the forms that pages hold."""

import html
import re
from collections.abc import Mapping

import httpx
from litestar.types import ASGIApp

from tests.demo_lms import Link, Person
from tests.demo_lms.lms import DemoLms


def unknown_host(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError(f"nothing is at {request.url.host}")


class Browser:
    """One browser profile, with one person signed in at the LMS. Neither server is reached over a network."""

    def __init__(self, lms: DemoLms, apps: Mapping[str, ASGIApp], *, keeps_cookies: bool = True) -> None:
        self.lms = lms
        self._keeps_cookies = keeps_cookies
        self.client = httpx.AsyncClient(
            transport=httpx.MockTransport(unknown_host),
            mounts={url: httpx.ASGITransport(app) for url, app in apps.items()},  # type: ignore[arg-type] # one ASGI, two spellings
        )

    async def get(self, url: str) -> httpx.Response:
        return await self._send("GET", url)

    async def post(self, url: str, fields: Mapping[str, str]) -> httpx.Response:
        return await self._send("POST", url, fields)

    async def sign_in(self, person: Person) -> None:
        await self.post(f"{self.lms.url}/sign-in", {"person": person.id})

    async def open_link(self, link: Link) -> httpx.Response:
        """As far as the tool's answer to the login: a redirect to the platform, or a refusal."""
        return await self.log_in(await self.form(f"{self.lms.url}/links/{link.id}/launch"))

    async def log_in(self, fields: Mapping[str, str]) -> httpx.Response:
        answer = await self.post(f"{self.lms.tool_url}/lti/login", fields)
        while answer.is_redirect and answer.headers["location"].startswith(self.lms.tool_url):
            answer = await self.get(answer.headers["location"])
        return answer

    async def authorized(self, link: Link) -> dict[str, str]:
        """The fields that the platform makes the browser post to the tool's launch address."""
        answer = await self.open_link(link)
        return await self.form(answer.headers["location"])

    async def deliver(self, fields: Mapping[str, str]) -> httpx.Response:
        return await self.post(f"{self.lms.tool_url}/lti/launch", fields)

    async def launch(self, link: Link) -> httpx.Response:
        return await self.deliver(await self.authorized(link))

    async def form(self, url: str) -> dict[str, str]:
        page = (await self.get(url)).text
        fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
        assert fields, page
        return {name: html.unescape(value) for name, value in fields}

    async def _send(self, method: str, url: str, fields: Mapping[str, str] | None = None) -> httpx.Response:
        answer = await self.client.request(method, url, data=fields)
        if not self._keeps_cookies and url.startswith(self.lms.tool_url):
            self.client.cookies.delete("waymark-lti", path="/lti")
        return answer
