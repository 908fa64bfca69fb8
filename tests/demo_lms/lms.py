"""A small LTI 1.3 platform: who is signed in, which launches are under way, and what its services may be used for."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from joserfc.jwk import RSAKey

from tests.demo_lms.cast import Person
from tests.demo_lms.course import Link
from tests.demo_lms.grade_book import GradeBook, LineItem
from tests.demo_lms.roster import Roster
from tests.demo_lms.tokens import Draft, Forge, new_key, signed
from tests.demo_lms.tools import Tool

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
SCOPES = (
    f"{AGS}scope/lineitem",
    f"{AGS}scope/lineitem.readonly",
    f"{AGS}scope/result.readonly",
    f"{AGS}scope/score",
    f"{NRPS}scope/contextmembership.readonly",
)
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
COURSE = {"id": "ctx-1", "label": "ECON-1", "title": "Local economic development", "type": ["CourseSection"]}
CLIENT_ID = "waymark-demo"
DEEP_LINKING = {
    "accept_types": ["ltiResourceLink", "link"],
    "accept_presentation_document_targets": ["iframe", "window", "embed"],
    "accept_multiple": True,
    "accept_lineitem": True,
    "auto_create": True,
}
"""What is taken back from a tool, unless a test says otherwise."""
DEPLOYMENT_ID = "1"


class Refused(Exception):
    """The platform does not go on; the text says why."""


class Hint(msgspec.Struct, frozen=True):
    """A launch that was begun: its login hint serves once, as Moodle's does. `settings` make it ask for activities."""

    person: Person
    link: Link
    document_target: str
    settings: dict[str, Any] | None = None


@dataclass
class DemoLms:
    """The whole platform, for browsers and servers at `url`, connected with the tool at `tool_url`."""

    url: str
    tool_url: str
    links: tuple[Link, ...]
    fetch_tool_keys: Callable[[], Awaitable[dict[str, Any]]]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    forge: Forge | None = None
    client_id: str = CLIENT_ID
    deployment_id: str = DEPLOYMENT_ID
    sessions: dict[str, Person] = field(default_factory=dict)
    hints: dict[str, Hint] = field(default_factory=dict)
    access_tokens: dict[str, tuple[frozenset[str], datetime]] = field(default_factory=dict)
    spent_assertions: set[str] = field(default_factory=set)
    product: str = "moodle"  # whose manners its grade book has
    page_size: int | None = None
    withheld: frozenset[str] = frozenset()  # scopes that no token is given for
    filters_columns: bool = True
    deep_linking: dict[str, Any] = field(default_factory=lambda: dict(DEEP_LINKING))
    deep_linking_asked: set[str] = field(default_factory=set)

    key: RSAKey = field(default_factory=new_key)
    tools: list[Tool] = field(default_factory=list)
    spent_registrations: set[str] = field(default_factory=set)
    roster: Roster = field(default_factory=Roster)

    def __post_init__(self) -> None:
        self.grade_book = GradeBook(self.links)

    @property
    def registration(self) -> dict[str, Any]:
        """What the tool must be told of this platform, named as `lti.add_platform` has it."""
        return {
            "issuer": self.url,
            "client_id": self.client_id,
            "name": "Demo LMS",
            "auth_login_url": f"{self.url}/auth",
            "token_url": f"{self.url}/token",
            "jwks_url": f"{self.url}/jwks",
            "deployment_ids": (self.deployment_id,),
        }

    def rotate_key(self) -> None:
        """From now on messages are signed with a key that no tool has seen."""
        self.key = new_key()

    def link(self, link_id: str) -> Link | None:
        return next((link for link in self.links if link.id == link_id), None)

    def add(self, link: Link, column: LineItem | None = None) -> None:
        """One more activity in the course; it is graded in a column of its own, where there is one."""
        self.links = (*self.links, link)
        if column is not None:
            self.grade_book.columns[link.id] = column

    def sign_in(self, person: Person) -> str:
        """The value of the session cookie."""
        session = secrets.token_urlsafe(16)
        self.sessions[session] = person
        return session

    def begin_launch(self, person: Person, link: Link, document_target: str) -> dict[str, str]:
        """What the browser posts to the tool's login address."""
        return self._begin(Hint(person, link, document_target))

    def begin_deep_linking(self, person: Person) -> dict[str, str]:
        """What the browser posts to the tool's login address, so that the person chooses activities there."""
        data = secrets.token_urlsafe(16)
        self.deep_linking_asked.add(data)
        settings = {"deep_link_return_url": f"{self.url}/add/return?course=1", **self.deep_linking, "data": data}
        return self._begin(Hint(person, Link("", "", "", "/lti/launch", graded=False), "iframe", settings))

    def _begin(self, begun: Hint) -> dict[str, str]:
        hint = secrets.token_urlsafe(16)
        self.hints[hint] = begun
        return {
            "iss": self.url,
            "target_link_uri": f"{self.tool_url}{begun.link.target}",
            "login_hint": begun.person.id,
            "lti_message_hint": hint,
            "client_id": self.client_id,
            "lti_deployment_id": self.deployment_id,
        }

    def authorize(self, asked: dict[str, str], person: Person | None) -> dict[str, str]:
        """What the browser posts to the tool's launch address (OpenID Connect, implicit flow by form post)."""
        fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
        expected = {**fixed, "client_id": self.client_id, "redirect_uri": f"{self.tool_url}/lti/launch"}
        for name, value in expected.items():
            if asked.get(name) != value:
                raise Refused(f"{name} is {asked.get(name)!r}; {value!r} is registered.")
        if not asked.get("nonce") or not asked.get("state"):
            raise Refused("state or nonce is missing.")
        hint = self.hints.pop(asked.get("lti_message_hint", ""), None)
        if hint is None:
            raise Refused("This launch was already used. Open the activity again.")
        if person is None or person != hint.person or asked.get("login_hint") != person.id:
            raise Refused("You are not signed in as the person who opened this activity.")
        draft = self._draft(hint, asked["nonce"])
        return {"id_token": (self.forge or signed)(draft), "state": asked["state"]}

    def _draft(self, hint: Hint, nonce: str) -> Draft:
        issued = int(self.clock().timestamp())
        person = hint.person
        claims = {
            "iss": self.url,
            "aud": self.client_id,
            "sub": person.id,
            "iat": issued,
            "exp": issued + 60,  # as Moodle has it
            "nonce": nonce,
            "name": person.name,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "email": f"person{person.id}@lms.example",
            **{f"{LTI}{name}": value for name, value in self._message(hint).items()},
            f"{NRPS}claim/namesroleservice": {
                "context_memberships_url": f"{self.url}/members",
                "service_versions": ["2.0"],
            },
        }
        if hint.settings is not None:
            claims[f"{DL}deep_linking_settings"] = hint.settings
        if hint.link.graded:
            claims[f"{AGS}claim/endpoint"] = {
                "scope": [scope for scope in SCOPES if scope.startswith(AGS)],
                "lineitems": f"{self.url}/lineitems?course=1",
                "lineitem": f"{self.url}/lineitems/{hint.link.id}?course=1",
            }
        return Draft({"typ": "JWT", "alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def _message(self, hint: Hint) -> dict[str, Any]:
        link = hint.link
        if hint.settings is None:
            kind: dict[str, Any] = {
                "message_type": "LtiResourceLinkRequest",
                "resource_link": {"id": link.id, "title": link.title},
            }
        else:
            kind = {"message_type": "LtiDeepLinkingRequest"}
        return {
            **kind,
            "version": "1.3.0",
            "deployment_id": self.deployment_id,
            "target_link_uri": f"{self.tool_url}{link.target}",
            "context": COURSE,
            "roles": [f"{MEMBERSHIP}{hint.person.role}"],
            "custom": link.custom,
            "launch_presentation": {
                "document_target": hint.document_target,
                "locale": hint.person.locale,
                "return_url": f"{self.url}/",
            },
            "tool_platform": {"guid": "demo-lms", "name": "Demo LMS", "product_family_code": self.product},
        }

    def grant(self, scopes: frozenset[str]) -> str:
        """An access token for an hour."""
        token = secrets.token_urlsafe(24)
        self.access_tokens[token] = (scopes, self.clock() + timedelta(hours=1))
        return token

    def permits(self, token: str, scope: str) -> bool:
        scopes, expires_at = self.access_tokens.get(token, (frozenset[str](), self.clock()))
        return scope in scopes and self.clock() < expires_at
