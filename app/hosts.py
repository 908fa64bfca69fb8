"""The outermost layer: which of the two origins is asked for, before anything else looks at the request."""

from ipaddress import ip_address

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

from app.plain_answer import answer_plainly
from base import host_of, without_default_port

HEALTH_PATH = "/healthz"


class Hosts:
    """Sends a request to the app or to the content by its Host header; any other host gets 421 (RFC 9110, 15.5.20).

    `/healthz` answers a caller on this machine whatever host it names, since probes ask by address. The content address
    may hold `{package}` as its first label: then every host of that form serves content.
    """

    def __init__(self, *, app_url: str, content_url: str, app: ASGIApp, content: ASGIApp) -> None:
        self._app = app
        self._content = content
        self._app_host = host_of(app_url)
        self._content_host = host_of(content_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:  # the server's start and stop, which concern the app
            await self._app(scope, receive, send)
            return
        host = _asked_host(scope)
        if host == self._app_host or (scope["path"] == HEALTH_PATH and _from_this_machine(scope)):
            await self._app(scope, receive, send)
        elif self._is_content(host):
            await self._content(scope, receive, send)
        else:
            await answer_plainly(send, 421, "This server does not answer for the host that was asked for.")

    def _is_content(self, host: str) -> bool:
        label, _, rest = self._content_host.partition(".")
        if label == "{package}":
            return host.partition(".")[2] == rest
        return host == self._content_host


def _asked_host(scope: Scope) -> str:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    # Two Host headers are an attack on whoever reads the other one (RFC 9112, section 3.2).
    if len(hosts) != 1:
        return ""
    return without_default_port(hosts[0].decode("latin-1").lower(), scope["scheme"])


def _from_this_machine(scope: Scope) -> bool:
    client = scope["client"]
    try:
        return client is not None and ip_address(client[0]).is_loopback
    except ValueError:
        return False
