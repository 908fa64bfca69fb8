"""The claims of a launch that we use, of the many that a platform may send (LTI 1.3 core §5.3, AGS 2.0, NRPS 2.0)."""

from enum import StrEnum
from typing import Annotated, Any

import msgspec

from lti.standard.parsing import PRINTABLE

LONGEST_URL = 2000
LONGEST_ISSUER = 400  # it becomes the home page of accounts
LONGEST_ID = 255
"""Of client ids, deployment ids, subjects and resource links (LTI 1.3 core §3.1.3, §5.3.5; OpenID Connect Core §2)."""

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"

LINE_ITEM_SCOPE = f"{AGS}scope/lineitem"
LINE_ITEM_READ_SCOPE = f"{AGS}scope/lineitem.readonly"
RESULT_SCOPE = f"{AGS}scope/result.readonly"
SCORE_SCOPE = f"{AGS}scope/score"
MEMBERS_SCOPE = f"{NRPS}scope/contextmembership.readonly"

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_ID, pattern=PRINTABLE)]
Subject = Annotated[str, msgspec.Meta(max_length=LONGEST_ID, pattern=PRINTABLE)]
Url = Annotated[str, msgspec.Meta(max_length=LONGEST_URL, pattern=PRINTABLE)]


class Message(StrEnum):
    """What a platform may send somebody here for."""

    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"
    SUBMISSION_REVIEW = "LtiSubmissionReviewRequest"


class ResourceLink(msgspec.Struct, frozen=True):
    """A link in a course."""

    id: Id
    title: str | None = None


class Context(msgspec.Struct, frozen=True):
    """A course, as its platform knows it."""

    id: Id
    label: str | None = None
    title: str | None = None
    type: tuple[str, ...] = ()


class Presentation(msgspec.Struct, frozen=True):
    document_target: str | None = None
    return_url: str | None = None
    locale: str | None = None


class ToolPlatform(msgspec.Struct, frozen=True):
    """The product that a platform runs on, for instance moodle."""

    guid: str | None = None
    name: str | None = None
    product_family_code: str | None = None
    version: str | None = None


class GradeService(msgspec.Struct, frozen=True):
    """The AGS endpoint claim (AGS 2.0, "LTI 1.3 integration"): what this link may do in the grade book."""

    scope: tuple[str, ...] = ()
    lineitem: Url | None = None
    lineitems: Url | None = None

    @property
    def takes_scores(self) -> bool:
        return self.lineitem is not None and SCORE_SCOPE in self.scope


class RosterService(msgspec.Struct, frozen=True):
    """The NRPS claim (NRPS 2.0 §3.6.1.1): where the members of this course are listed."""

    context_memberships_url: Url


class DeepLinkingSettings(msgspec.Struct, frozen=True):
    """What a platform takes back from the picker (Deep Linking 2.0 §4.4.1); `data` returns as it came."""

    deep_link_return_url: Url
    accept_types: tuple[str, ...]
    accept_presentation_document_targets: tuple[str, ...]
    accept_media_types: str | None = None
    accept_multiple: bool | str = False
    accept_lineitem: bool | str | None = None
    auto_create: bool | str = False
    title: str | None = None
    text: str | None = None
    data: str | msgspec.UnsetType = msgspec.UNSET


class ForUser(msgspec.Struct, frozen=True):
    """Whose submission is to be reviewed."""

    user_id: Subject


class Claims(msgspec.Struct, frozen=True):
    """One id_token."""

    iss: str
    aud: str | tuple[str, ...]
    exp: float
    iat: float
    nonce: str
    message_type: str = msgspec.field(name=f"{LTI}message_type")
    deployment_id: Id = msgspec.field(name=f"{LTI}deployment_id")
    # Only resource links must say it (Deep Linking 2.0 §4.4.2 lets it out).
    target_link_uri: str | None = msgspec.field(name=f"{LTI}target_link_uri", default=None)
    resource_link: ResourceLink | None = msgspec.field(name=f"{LTI}resource_link", default=None)
    context: Context | None = msgspec.field(name=f"{LTI}context", default=None)
    azp: str | None = None
    sub: Subject | None = None
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    locale: str | None = None
    roles: tuple[str, ...] = msgspec.field(name=f"{LTI}roles", default=())
    custom: dict[str, Any] | None = msgspec.field(name=f"{LTI}custom", default=None)
    launch_presentation: Presentation | None = msgspec.field(name=f"{LTI}launch_presentation", default=None)
    tool_platform: ToolPlatform | None = msgspec.field(name=f"{LTI}tool_platform", default=None)
    grade_service: GradeService | None = msgspec.field(name=f"{AGS}claim/endpoint", default=None)
    roster_service: RosterService | None = msgspec.field(name=f"{NRPS}claim/namesroleservice", default=None)
    deep_linking: DeepLinkingSettings | None = msgspec.field(name=f"{DEEP_LINKING}deep_linking_settings", default=None)
    for_user: ForUser | None = msgspec.field(name=f"{LTI}for_user", default=None)
