"""What somebody is shown of whom nothing is kept: a path, by an address that says so itself and ends by itself."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from base import KeyPurpose, KeyRing, Unauthenticated, msgid

PREVIEW_LIFE = timedelta(hours=12)  # as long as a session lasts

_LABEL = b"waymark: previews of paths"
_OVER = msgid("This preview is over. Go back to your learning platform and open the link again.")


class Unkept(StrEnum):
    """Why nothing is kept: the platform does not say who it is, or made them up to see what students see."""

    ANONYMOUS = "anonymous"
    TEST_STUDENT = "test-student"


class Preview(msgspec.Struct, frozen=True):
    """A path, shown in `language`, or in that of the browser where None, until `ends_at`."""

    path: str
    why: Unkept
    language: str | None
    ends_at: datetime


def preview_address(keys: KeyRing, preview: Preview) -> str:
    """The page of the preview, behind a frame's prefix. It is signed, since it shows what is for learners only."""
    said = urlsafe_b64encode(msgspec.json.encode(preview)).rstrip(b"=")
    return f"/preview/{said.decode()}.{_seal(keys, said)}"


def open_preview(keys: KeyRing, token: str, *, now: datetime) -> Preview:
    """What the address of a preview leads to. Raises Unauthenticated when we did not make it, or it is over."""
    said, _, seal = token.partition(".")
    if not token.isascii() or not hmac.compare_digest(seal, _seal(keys, said.encode())):
        raise Unauthenticated(_OVER)
    try:
        preview = msgspec.json.decode(urlsafe_b64decode(said + "=="), type=Preview)
    except (msgspec.MsgspecError, NoBase64) as error:
        raise Unauthenticated(_OVER) from error
    if now >= preview.ends_at:
        raise Unauthenticated(_OVER)
    return preview


def _seal(keys: KeyRing, said: bytes) -> str:
    _, key = keys.derived_key(KeyPurpose.WEBHOOKS, _LABEL)
    return urlsafe_b64encode(hmac.digest(key, said, "sha256")).rstrip(b"=").decode()
