"""What an LMS says of itself when it wants to be registered (IMS Dynamic Registration 1.0 §2.1, §3.4)."""

from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from base import Invalid, Response, msgid
from lti.standard.claims import LONGEST_URL, Message
from lti.standard.parsing import PRINTABLE, UNREADABLE, shown

_LONGEST_PRODUCT = 100
_MOST = 1000
_HTTP_OK = 200
# All of hosted Canvas is one issuer, whose configuration comes from the host that people sign in at.
_SHARED_ISSUERS = {
    "https://canvas.instructure.com": ("instructure.com", "canvaslms.com"),
    "https://canvas.beta.instructure.com": ("instructure.com", "canvaslms.com"),
    "https://canvas.test.instructure.com": ("instructure.com", "canvaslms.com"),
}
# A registration token is a JWT of the LMS: some thousand characters.
LONGEST_TOKEN = 8000

NOT_READABLE = msgid("Your learning platform sent nothing that Waymark can read as its description.")
OTHER_HOST = msgid(
    "Your learning platform calls itself %(issuer)s, and its description came from %(host)s. Waymark takes an address "
    "from its own host only, since people are known by it. Correct the address of the platform in its own settings, or "
    "ask for it to be connected by hand."
)
NOT_SAFE = msgid("Your learning platform names an address that begins with http://. Each must begin with https://.")

_Endpoint = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_URL, pattern=PRINTABLE)]
_Names = Annotated[tuple[str, ...], msgspec.Meta(max_length=_MOST)]


class RegistrationRefused(Invalid):
    """A registration that came to nothing, told to the people in front of it.

    `detail` is what the LMS itself said, shortened; it is shown as such and never trusted.
    """

    def __init__(self, message: str, *, detail: str | None = None, **values: str) -> None:
        super().__init__(message, values=values)
        self.detail = detail


class MessageSupport(msgspec.Struct, frozen=True):
    """A message that the LMS sends, and from which of its places."""

    type: str
    placements: _Names = ()


class PlatformConfiguration(msgspec.Struct, frozen=True):
    """The part of the description that is LTI's own."""

    product_family_code: str | None = None
    version: str | None = None
    messages_supported: Annotated[tuple[MessageSupport, ...], msgspec.Meta(max_length=_MOST)] = ()
    variables: _Names = ()


class OpenIdConfiguration(msgspec.Struct, frozen=True):
    """An LMS, as it describes itself; members that we do not use are passed over."""

    issuer: _Endpoint
    authorization_endpoint: _Endpoint
    token_endpoint: _Endpoint
    jwks_uri: _Endpoint
    registration_endpoint: _Endpoint
    authorization_server: str | None = None
    scopes_supported: _Names = ()
    claims_supported: _Names = ()
    platform: PlatformConfiguration = msgspec.field(
        name="https://purl.imsglobal.org/spec/lti-platform-configuration", default=PlatformConfiguration()
    )

    @property
    def urls(self) -> dict[str, str]:
        """Issuer and endpoints, named as a registration has them."""
        return {
            "issuer": self.issuer,
            "auth_login_url": self.authorization_endpoint,
            "token_url": self.token_endpoint,
            "jwks_url": self.jwks_uri,
        }

    @property
    def token_audience(self) -> str | None:
        """Whom assertions are for, where that is not the token endpoint (Dynamic Registration 1.0 §3.4).

        Only an address is taken: Canvas names a bare host here, and still asks for its token endpoint.
        """
        said = self.authorization_server or ""
        is_address = urlsplit(said).scheme in {"https", "http"} and len(said) <= LONGEST_URL
        return said if is_address and said != self.token_endpoint else None

    @property
    def product(self) -> str | None:
        return shown(self.platform.product_family_code, _LONGEST_PRODUCT)

    @property
    def product_version(self) -> str | None:
        return shown(self.platform.version, _LONGEST_PRODUCT)

    def sends(self, message: Message) -> bool:
        """Whether the LMS says that it sends this message; every LMS opens links, also one that lists nothing."""
        return message is Message.RESOURCE_LINK or message in {each.type for each in self.platform.messages_supported}

    def placements_of(self, message: Message) -> frozenset[str]:
        """From where the LMS can send this message."""
        found = (each.placements for each in self.platform.messages_supported if each.type == message)
        return frozenset(placement for placements in found for placement in placements)


def parse_configuration(response: Response, url: str) -> OpenIdConfiguration:
    """The LMS that answered at `url`. Raises RegistrationRefused for what is none, and for another host's issuer."""
    if response.status != _HTTP_OK:
        raise RegistrationRefused(NOT_READABLE, detail=f"{host_of(url)}: HTTP {response.status}")
    try:
        read = msgspec.json.decode(response.body, type=OpenIdConfiguration)
    except UNREADABLE as error:
        raise RegistrationRefused(NOT_READABLE, detail=shown(str(error), 300)) from error
    if not _is_its_own(read.issuer, url):
        raise RegistrationRefused(OTHER_HOST, issuer=read.issuer[:200], host=host_of(url))
    if url.startswith("https:") and not all(each.startswith("https:") for each in read.urls.values()):
        raise RegistrationRefused(NOT_SAFE)
    return read


def host_of(url: str) -> str:
    """Host and port of an address, as people read them; what is no address has none. Raises Invalid."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"https", "http"} or not parts.hostname or "@" in parts.netloc or not url.isprintable():
        raise Invalid("The address of the platform's description is no web address.", where="openid_configuration")
    return parts.netloc.lower().removesuffix(":443" if parts.scheme == "https" else ":80")


def _is_its_own(issuer: str, url: str) -> bool:
    """Whether who is at `url` may speak for `issuer` (Dynamic Registration 1.0 §3.4: their hosts must be one)."""
    host = host_of(url)
    try:
        if host_of(issuer) == host:
            return True
    except Invalid:
        return False
    domains = _SHARED_ISSUERS.get(issuer, ())
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)
