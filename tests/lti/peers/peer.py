"""An LTI platform by others, behind the few addresses that a tool's server asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from litestar import Litestar, Request, Response, get, post
from litestar.di import NamedDependency, Provide

from tests.demo_lms.lms import AGS
from tests.demo_lms.services import SCORE_TYPE

CLIENT_ID = "waymark-at-a-peer"
DEPLOYMENT_ID = "d-1"
LINK_ID = "link-1"


@dataclass(frozen=True)
class Learner:
    """Somebody whom the platform sends."""

    id: str
    name: str


class Peer(Protocol):
    """What the code of others does for this platform; everything that is signed or checked is theirs."""

    url: str

    def begin(self, learner: Learner, target: str, *, picking: bool = False) -> Mapping[str, str]:
        """What the browser takes to the tool's login address."""

    def answer(self, asked: dict[str, str]) -> Mapping[str, str]:
        """State and id_token, once the tool's authorization request has been checked."""

    def keys(self) -> Any:
        """The platform's key set."""

    def grant(self, form: dict[str, Any]) -> Any:
        """An access token, once the tool's assertion has been checked."""

    def permits(self, token: str, scope: str) -> bool:
        """Whether the token is ours and holds the scope."""

    def picked(self, jwt: str) -> list[dict[str, Any]]:
        """The content items of a deep linking response, once it has been checked."""


def registration(peer: Peer) -> dict[str, Any]:
    """What the tool must be told of this platform, named as `lti.add_platform` has it."""
    return {
        "issuer": peer.url,
        "client_id": CLIENT_ID,
        "name": "A peer",
        "auth_login_url": f"{peer.url}/auth",
        "token_url": f"{peer.url}/token",
        "jwks_url": f"{peer.url}/jwks",
        "deployment_ids": (DEPLOYMENT_ID,),
    }


@dataclass
class Posted:
    """The scores that came with a token that the peer granted for them."""

    scores: list[dict[str, Any]] = field(default_factory=list)


@get("/jwks")
async def jwks(peer: NamedDependency[Any]) -> Any:
    return peer.keys()


@post("/token", status_code=200)
async def token(request: Request[Any, Any, Any], peer: NamedDependency[Any]) -> Any:
    return peer.grant(dict((await request.form()).items()))


@post("/lineitems/1/scores", status_code=200)
async def scores(
    request: Request[Any, Any, Any], peer: NamedDependency[Any], posted: NamedDependency[Posted]
) -> Response[Any]:
    kind, _, sent = request.headers.get("authorization", "").partition(" ")
    if kind != "Bearer" or not peer.permits(sent, f"{AGS}scope/score"):
        return Response([], status_code=401)
    if request.headers.get("content-type") != SCORE_TYPE:
        return Response([], status_code=415)
    posted.scores.append(await request.json())
    return Response([])


def application(peer: Peer, posted: Posted) -> Litestar:
    """The platform's server."""
    given: dict[str, object] = {"peer": peer, "posted": posted}
    return Litestar(
        [jwks, token, scores],
        dependencies={name: _give(value) for name, value in given.items()},
        openapi_config=None,
    )


def _give(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)
