"""A Moodle that runs somewhere, as people's browsers and its own pages see it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

CONFIGURED = 1
"""Moodle's word for a tool that an administrator has let in; by itself a registration waits."""


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send if somebody pressed its first button."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects the forms of a page as a browser fills them from the start."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None
        self._textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(found.get("action", "")))
        if not self.forms or (tag != "option" and "name" not in found) or "disabled" in found:
            return
        fields = self.forms[-1].fields
        match tag:
            case "input" if found.get("type") in {"checkbox", "radio"}:
                if "checked" in found:
                    fields[found["name"]] = found.get("value", "on")
            case "input" | "button" if found.get("type") not in {"submit", "button", "image", "file"}:
                fields[found["name"]] = found.get("value", "")
            case "select":
                self._select = found["name"]
            case "option" if self._select and ("selected" in found or self._select not in fields):
                fields[self._select] = found.get("value", "")
            case "textarea":
                self._textarea = found["name"]
                fields[self._textarea] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        if tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea and self.forms:
            self.forms[-1].fields[self._textarea] += data


def forms_of(page: httpx.Response) -> list[Form]:
    """The forms of a page, in its order, with whole addresses."""
    parser = _Forms()
    parser.feed(page.text)
    for form in parser.forms:
        form.action = urljoin(str(page.url), form.action)
    return parser.forms


class Browser:
    """It keeps cookies, follows redirects where told, and sends forms."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(timeout=60, event_hooks={"response": [self._trust_here]})

    def _trust_here(self, _response: httpx.Response) -> None:
        """Send cookies marked Secure to this machine without TLS too, as browsers do."""
        for cookie in self.client.cookies.jar:
            cookie.secure = False

    def close(self) -> None:
        self.client.close()

    def get(self, address: str) -> httpx.Response:
        """The page at an address, of its own site where that begins with a slash."""
        return self.client.get(urljoin(self.url, address), follow_redirects=True)

    def send(self, form: Form, *, follow: bool = True, **changed: str) -> httpx.Response:
        """What comes of a form with some fields changed."""
        return self.post(form.action, {**form.fields, **changed}, follow=follow)

    def post(self, address: str, fields: Mapping[str, Any], *, follow: bool = True) -> httpx.Response:
        """What comes of sending fields to an address, from a page of its own origin."""
        parts = urlsplit(urljoin(self.url, address))
        origin = {"origin": f"{parts.scheme}://{parts.netloc}"}
        return self.client.post(parts.geturl(), data=fields, headers=origin, follow_redirects=follow)


class Visitor(Browser):
    """A browser with somebody signed in at the Moodle."""

    def __init__(self, url: str, name: str, password: str) -> None:
        super().__init__(url)
        form = next(each for each in forms_of(self.get("/login/index.php")) if "logintoken" in each.fields)
        answer = self.send(form, username=name, password=password)
        assert "loginerrors" not in answer.text, f"{name} is not let in to {url}"

    def launch(self, address: str) -> httpx.Response:
        """Open the tool at one of the Moodle's addresses: where it lets this browser in, with no redirect followed."""
        (login,) = forms_of(self.get(address))
        (authorized,) = forms_of(self.send(login))
        return self.send(authorized, follow=False)

    def call(self, function: str, arguments: Mapping[str, Any]) -> Any:
        """What a function answers that the Moodle's own pages call."""
        page = self.get("/my/").text
        found = re.search(r'"sesskey":"(\w+)"', page)
        assert found, page
        asked = [{"index": 0, "methodname": function, "args": arguments}]
        (answer,) = self.client.post(f"{self.url}/lib/ajax/service.php?sesskey={found[1]}", json=asked).json()
        assert not answer["error"], answer
        return answer["data"]

    def sesskey(self) -> str:
        """What Moodle wants with whatever changes something."""
        found = re.search(r'"sesskey":"(\w+)"', self.get("/my/").text)
        assert found
        return found[1]

    def tools(self) -> list[dict[str, Any]]:
        """The tools that are registered."""
        found: list[dict[str, Any]] = self.call("mod_lti_get_tool_types", {})
        return found

    def add_activity(self, course: str, tool: str, name: str, custom: str) -> str:
        """Put a link to a tool into a course, with custom parameters; its id as a course module."""
        page = self.get(f"/course/modedit.php?add=lti&course={course}&section=0&typeid={tool}")
        form = next(each for each in forms_of(page) if "modulename" in each.fields)
        changed = {"name": name, "typeid": tool, "instructorcustomparameters": custom, "submitbutton2": "Save"}
        saved = self.post(form.action, {**form.fields, **changed})
        (cmid,) = re.findall(rf'/mod/lti/view\.php\?id=(\d+)"(?:(?!/a>).)*{re.escape(name)}', saved.text, re.DOTALL)[:1]
        return str(cmid)
