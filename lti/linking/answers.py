"""What the picker tells the platform: signed by us, and posted there by the browser (Deep Linking 2.0 §4.5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc import jws

from base import KeyRing, new_token
from lti.linking.items import ContentItem
from lti.linking.pickings import Picking
from lti.standard.claims import DEEP_LINKING, LTI

ANSWER_LIFE = timedelta(minutes=5)


class Trouble(msgspec.Struct, frozen=True):
    """Why nothing comes back: words for whoever sees the course next, and for the platform's log."""

    message: str
    log: str


class Answer(msgspec.Struct, frozen=True):
    """A form with the one field JWT, for the address."""

    address: str
    token: str


def answer_of(
    picking: Picking, items: Sequence[ContentItem], keys: KeyRing, *, trouble: Trouble | None = None, now: datetime
) -> Answer:
    """The platform's answer to its deep linking request; no items where nothing was chosen.

    `data` goes back as it came, and only where it came.
    """
    assert picking.settings is not None  # a link of its own is answered by nobody
    told = (
        {} if trouble is None else {f"{DEEP_LINKING}errormsg": trouble.message, f"{DEEP_LINKING}errorlog": trouble.log}
    )
    data = picking.settings.data
    claims: dict[str, Any] = {
        "iss": picking.platform.client_id,
        "aud": picking.platform.issuer,
        "iat": int(now.timestamp()),
        "exp": int((now + ANSWER_LIFE).timestamp()),
        "nonce": new_token(),
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": picking.deployment_id,
        f"{DEEP_LINKING}content_items": items,
        **({} if data is msgspec.UNSET else {f"{DEEP_LINKING}data": data}),
        **told,
    }
    key = keys.lti_key()
    header = {"typ": "JWT", "alg": "RS256", "kid": key.kid}
    return Answer(
        picking.settings.deep_link_return_url, jws.serialize_compact(header, msgspec.json.encode(claims), key)
    )
