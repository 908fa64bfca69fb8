"""Open edX as a platform: the code of `lti-consumer-xblock`, which signs its launches and checks its tools."""

import warnings
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings

from tests.lti.peers.peer import CLIENT_ID, DEPLOYMENT_ID, LINK_ID, Learner

if not settings.configured:
    settings.configure(
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}, PLATFORM_NAME="Open edX"
    )
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # theirs: cgi, pkg_resources
    from lti_consumer.data import Lti1p3LaunchData
    from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer


class OpenEdx:
    """One course of an Open edX with this tool in it."""

    def __init__(self, url: str, tool_url: str, key: RSAPrivateKey, tool_key: RSAPublicKey) -> None:
        self.url = url
        self._tool_url = tool_url
        self._key = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self._tool_key = tool_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        self._consumer = self._fresh(tool_url)

    def begin(self, learner: Learner, target: str, *, picking: bool = False) -> Mapping[str, str]:
        consumer = self._consumer = self._fresh(f"{self._tool_url}{target}")
        consumer.set_user_data(learner.id, "instructor" if picking else "student", full_name=learner.name)
        consumer.set_resource_link_claim(LINK_ID)
        consumer.set_context_claim("course-v1:ulc+growth", context_title="Growth")
        consumer.set_launch_presentation_claim(document_target="iframe", return_url=f"{self.url}/course")
        consumer.enable_ags(f"{self.url}/lineitems", f"{self.url}/lineitems/1")
        consumer.enable_nrps(f"{self.url}/members")
        if picking:
            consumer.enable_deep_linking(f"{self._tool_url}/lti/launch", f"{self.url}/picked")
        message = "LtiDeepLinkingRequest" if picking else "LtiResourceLinkRequest"
        launch = Lti1p3LaunchData(
            user_id=1,
            user_role="student",
            config_id="c",
            resource_link_id=LINK_ID,
            external_user_id=learner.id,
            message_type=message,
        )
        return {"url": str(consumer.prepare_preflight_url(launch))}

    def answer(self, asked: dict[str, str]) -> Mapping[str, str]:
        answered: dict[str, str] = self._consumer.generate_launch_request(asked)
        return answered

    def keys(self) -> Any:
        return self._consumer.get_public_keyset()

    def grant(self, form: dict[str, Any]) -> Any:
        return self._consumer.access_token(form)

    def permits(self, token: str, scope: str) -> bool:
        return bool(self._consumer.check_token(token, [scope]))

    def picked(self, jwt: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self._consumer.check_and_decode_deep_linking_token(jwt)
        return items

    def _fresh(self, launch_url: str) -> Any:
        return LtiAdvantageConsumer(
            iss=self.url,
            lti_oidc_url=f"{self._tool_url}/lti/login",
            lti_launch_url=launch_url,
            client_id=CLIENT_ID,
            deployment_id=DEPLOYMENT_ID,
            rsa_key=self._key,
            rsa_key_id="edx-1",
            redirect_uris=[f"{self._tool_url}/lti/launch"],
            tool_key=self._tool_key,
        )
