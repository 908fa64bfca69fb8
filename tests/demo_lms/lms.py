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
from tests.demo_lms.grade_book import GradeBook
from tests.demo_lms.tokens import Draft, Forge, new_key, signed

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
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
DEPLOYMENT_ID = "1"


class Refused(Exception):
    """The platform does not go on; the text says why."""


class Hint(msgspec.Struct, frozen=True):
    """A launch that was begun: its login hint serves once, as Moodle's does."""

    person: Person
    link: Link
    document_target: str


@dataclass
class DemoLms:
    """The whole platform, for browsers and servers at `url`, connected with the tool at `tool_url`."""

    url: str
    tool_url: str
    links: tuple[Link, ...]
    fetch_tool_keys: Callable[[], Awaitable[dict[str, Any]]]
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    forge: Forge | None = None
    sessions: dict[str, Person] = field(default_factory=dict)
    hints: dict[str, Hint] = field(default_factory=dict)
    access_tokens: dict[str, tuple[frozenset[str], datetime]] = field(default_factory=dict)
    spent_assertions: set[str] = field(default_factory=set)

    key: RSAKey = field(default_factory=new_key)

    def __post_init__(self) -> None:
        self.grade_book = GradeBook(self.links)

    @property
    def registration(self) -> dict[str, Any]:
        """What the tool must be told of this platform, named as `lti.add_platform` has it."""
        return {
            "issuer": self.url,
            "client_id": CLIENT_ID,
            "name": "Demo LMS",
            "auth_login_url": f"{self.url}/auth",
            "token_url": f"{self.url}/token",
            "jwks_url": f"{self.url}/jwks",
            "deployment_ids": (DEPLOYMENT_ID,),
        }

    def rotate_key(self) -> None:
        """From now on messages are signed with a key that no tool has seen."""
        self.key = new_key()

    def link(self, link_id: str) -> Link | None:
        return next((link for link in self.links if link.id == link_id), None)

    def sign_in(self, person: Person) -> str:
        """The value of the session cookie."""
        session = secrets.token_urlsafe(16)
        self.sessions[session] = person
        return session

    def begin_launch(self, person: Person, link: Link, document_target: str) -> dict[str, str]:
        """What the browser posts to the tool's login address."""
        hint = secrets.token_urlsafe(16)
        self.hints[hint] = Hint(person, link, document_target)
        return {
            "iss": self.url,
            "target_link_uri": f"{self.tool_url}{link.target}",
            "login_hint": person.id,
            "lti_message_hint": hint,
            "client_id": CLIENT_ID,
            "lti_deployment_id": DEPLOYMENT_ID,
        }

    def authorize(self, asked: dict[str, str], person: Person | None) -> dict[str, str]:
        """What the browser posts to the tool's launch address (OpenID Connect, implicit flow by form post)."""
        fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
        expected = {**fixed, "client_id": CLIENT_ID, "redirect_uri": f"{self.tool_url}/lti/launch"}
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
            "aud": CLIENT_ID,
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
        if hint.link.graded:
            claims[f"{AGS}claim/endpoint"] = {
                "scope": [scope for scope in SCOPES if scope.startswith(AGS)],
                "lineitems": f"{self.url}/lineitems?course=1",
                "lineitem": f"{self.url}/lineitems/{hint.link.id}?course=1",
            }
        return Draft({"typ": "JWT", "alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def _message(self, hint: Hint) -> dict[str, Any]:
        link = hint.link
        return {
            "version": "1.3.0",
            "message_type": "LtiResourceLinkRequest",
            "deployment_id": DEPLOYMENT_ID,
            "target_link_uri": f"{self.tool_url}{link.target}",
            "resource_link": {"id": link.id, "title": link.title},
            "context": COURSE,
            "roles": [f"{MEMBERSHIP}{hint.person.role}"],
            "custom": link.custom,
            "launch_presentation": {
                "document_target": hint.document_target,
                "locale": hint.person.locale,
                "return_url": f"{self.url}/",
            },
            "tool_platform": {"guid": "demo-lms", "name": "Demo LMS", "product_family_code": "demo-lms"},
        }

    def grant(self, scopes: frozenset[str]) -> str:
        """An access token for an hour."""
        token = secrets.token_urlsafe(24)
        self.access_tokens[token] = (scopes, self.clock() + timedelta(hours=1))
        return token

    def permits(self, token: str, scope: str) -> bool:
        scopes, expires_at = self.access_tokens.get(token, (frozenset[str](), self.clock()))
        return scope in scopes and self.clock() < expires_at
