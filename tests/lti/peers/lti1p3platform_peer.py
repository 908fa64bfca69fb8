"""The platform of `lti1p3platform`: a registration of one tool, and what its makers left to fill in."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from lti1p3platform.ltiplatform import LTI1P3PlatformConfAbstract
from lti1p3platform.message_launch import LTIAdvantageMessageLaunchAbstract
from lti1p3platform.oidc_login import OIDCLoginAbstract
from lti1p3platform.registration import Registration
from lti1p3platform.request import Request

from tests.lti.peers.peer import CLIENT_ID, DEPLOYMENT_ID, LINK_ID, Learner

_ROLES = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class _Conf(LTI1P3PlatformConfAbstract):  # type: ignore[misc] # untyped
    def init_platform_config(self, **kwargs: Any) -> None:
        self._registration = kwargs["registration"]

    def get_registration_by_params(self, **_kwargs: Any) -> Registration:
        raise AssertionError("the registration is there from the start")


class _Asked(Request):  # type: ignore[misc] # untyped
    def build_metadata(self, request: Any) -> Any:
        return {"method": "GET", "get_data": request, "form_data": {}, "headers": {}, "path": "/auth"}


class _Login(OIDCLoginAbstract):  # type: ignore[misc] # untyped
    def set_lti_message_hint(self, **kwargs: Any) -> None:
        self._lti_message_hint = kwargs["hint"]

    def get_redirect(self, url: str) -> str:
        return url


class _Launch(LTIAdvantageMessageLaunchAbstract):  # type: ignore[misc] # untyped
    def render_launch_form(self, launch_data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        return launch_data


class Lti1p3Platform:
    """One course with this tool in it."""

    def __init__(self, url: str, tool_url: str, key: RSAPrivateKey, tool_keys: list[dict[str, Any]]) -> None:
        self.url = url
        self._tool_url = tool_url
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        registration = Registration()
        registration.set_iss(url).set_client_id(CLIENT_ID).set_deployment_id(DEPLOYMENT_ID)
        registration.set_oidc_login_url(f"{tool_url}/lti/login").set_deeplink_launch_url(f"{tool_url}/lti/launch")
        registration.set_platform_public_key(public).set_platform_private_key(private)
        registration.set_tool_key_set({"keys": tool_keys})
        self._registration = registration
        self._conf = _Conf(registration=registration)
        self._learner = Learner("", "")
        self._picking = False

    def begin(self, learner: Learner, target: str, *, picking: bool = False) -> Mapping[str, str]:
        self._learner, self._picking = learner, picking
        self._registration.set_launch_url(f"{self._tool_url}{target}")
        login = _Login({}, self._conf)
        login.set_lti_message_hint(hint=LINK_ID)
        if picking:
            login.set_deeplinking_launch_url()
        return {"url": str(login.initiate_login(learner.id))}

    def answer(self, asked: dict[str, str]) -> Mapping[str, str]:
        launch = _Launch(_Asked(asked), self._conf)
        role = "Instructor" if self._picking else "Learner"
        launch.set_user_data(self._learner.id, [f"{_ROLES}{role}"], full_name=self._learner.name)
        launch.set_resource_link_claim(LINK_ID)
        launch.set_launch_context_claim("ctx-1", context_title="Growth")
        launch.set_launch_presentation_claim("iframe", f"{self.url}/course")
        launch.set_ags(f"{self.url}/lineitems", f"{self.url}/lineitems/1")
        launch.set_nrps(f"{self.url}/members")
        if self._picking:
            launch.set_dl(f"{self.url}/picked", accept_types={"ltiResourceLink"})
        answered: dict[str, str] = launch.lti_launch()
        return answered

    def keys(self) -> Any:
        return self._conf.get_jwks()

    def grant(self, form: dict[str, Any]) -> Any:
        return self._conf.get_access_token(form)

    def permits(self, token: str, scope: str) -> bool:
        return bool(self._conf.validate_token(token, [scope]))

    def picked(self, jwt: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._conf.validate_deeplinking_resp({"JWT": jwt})
        return items


def query_of(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))
