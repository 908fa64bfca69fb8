"""A learner on the way from the LMS to the certificate, in a browser that only keeps cookies and follows forms."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit

from content import ModuleSource
from tests.demo_lms import DemoLms, Person
from tests.demo_lms.cast import Role
from tests.journeys.right_answers import right_fields
from tests.wire import Answer, Wire


class Stumbled(AssertionError):
    """The service answered a learner otherwise than the journey has it."""


class Learner:
    """One person with one connection to the service, coming from the first link of the LMS."""

    def __init__(self, lms: DemoLms, person: Person, *, content_url: str) -> None:
        self.lms = lms
        self.link = lms.links[0]
        self.person = person
        self._app, self._content = lms.tool_url, content_url
        self._wire = Wire(urlsplit(self._app).port or 80)
        self._browser_cookie = ""
        self._cookie = ""
        self._prefix = ""

    def close(self) -> None:
        self._wire.close()

    async def launch(self) -> str:
        """Arrive from the LMS; the page that the launch leads to."""
        return await self._page(await self.arrive())

    async def arrive(self) -> str:
        """The path that a launch leads to. The browser keeps the cookie that the first login asks it to keep."""
        form = self.lms.begin_launch(self.person, self.link, "iframe")
        sent_on = await self._post(self._app, "/lti/login", list(form.items()), 303, cookie=self._browser_cookie)
        if not self._browser_cookie:
            self._browser_cookie = _first_of(sent_on.headers["set-cookie"])
            sent_on = await self._ask("GET", sent_on.headers["location"], 303, cookie=self._browser_cookie)
        query = dict(parse_qsl(urlsplit(sent_on.headers["location"]).query))
        fields = list(self.lms.authorize(query, self.person).items())
        landed = await self._post(self._app, "/lti/launch", fields, 303, cookie=self._browser_cookie)
        self._cookie = _first_of(landed.headers["set-cookie"])
        target = urlsplit(landed.headers["location"]).path
        self._prefix = "/".join(target.split("/")[:3])
        return target

    async def path_page(self) -> str:
        return await self._page(self._prefix + self.link.target)

    async def finish(self, module: ModuleSource) -> str:
        """Open the module from the path, read it, answer every question rightly, see the result."""
        back = [("back", self.link.target)]
        opening = f"{self._prefix}/modules/{module.id}/open"
        opened = await self._post(self._app, opening, back, 303, cookie=self._cookie)
        address = opened.headers["location"]
        await self._ask("GET", address, 200)
        assert module.quiz is not None
        answers = right_fields(module.quiz)
        handed_in = await self._post(self._content, urlsplit(address).path + "quiz", answers, 303)
        return (await self._ask("GET", self._content + handed_in.headers["location"], 200)).body.decode()

    async def _page(self, target: str) -> str:
        return (await self._ask("GET", self._app + target, 200, cookie=self._cookie)).body.decode()

    async def _post(
        self, origin: str, target: str, fields: Sequence[tuple[str, str]], expected: int, *, cookie: str = ""
    ) -> Answer:
        return await self._ask("POST", origin + target, expected, cookie=cookie, body=urlencode(fields).encode())

    async def _ask(self, method: str, url: str, expected: int, *, cookie: str = "", body: bytes = b"") -> Answer:
        parts = urlsplit(url)
        headers = {"cookie": cookie} if cookie else {}
        if method == "POST":
            headers |= {"origin": f"{parts.scheme}://{parts.netloc}", "content-type": _FORM}
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = await self._wire.request(method, parts.netloc, target, headers, body)
        if answer.status != expected:
            raise Stumbled(f"{method} {target} gave {answer.status}, not {expected}: {answer.body[:500].decode()}")
        return answer


def enrol_class(lms: DemoLms, size: int, *, first: int = 100) -> list[Person]:
    """New learners in the LMS's course, known there by `first` and the numbers after it."""
    people = [Person(str(n), "Leyla", f"Quliyeva {n}", "az", Role.LEARNER) for n in range(first, first + size)]
    lms.grade_book.learners |= {person.id for person in people}
    return people


def _first_of(set_cookie: str) -> str:
    return set_cookie.partition(";")[0]


_FORM = "application/x-www-form-urlencoded"
