"""What Waymark says of itself to those who connect it: by a registration, as JSON for Canvas, or to copy by hand."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from base import LANGUAGES, msgid, words_for
from lti.registering.configuration import OpenIdConfiguration
from lti.standard.claims import LINE_ITEM_SCOPE, MEMBERS_SCOPE, RESULT_SCOPE, SCORE_SCOPE, Message

NAME = "Waymark"
ABOUT = msgid(
    "Learning paths of short modules. People take them in their own language, and results come back to the course."
)
LABELS: Mapping[Message, str] = {
    Message.RESOURCE_LINK: msgid("Open a learning path"),
    Message.DEEP_LINKING: msgid("Choose a learning path or module"),
    Message.SUBMISSION_REVIEW: msgid("See what a learner has done"),
}
SCOPES = (LINE_ITEM_SCOPE, SCORE_SCOPE, RESULT_SCOPE, MEMBERS_SCOPE)
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "locale")
"""No mail address: a person is known by issuer and subject, and what is not needed is not asked for."""

CUSTOM = {"resource_link_id_history": "$ResourceLink.id.history", "context_id_history": "$Context.id.history"}
"""Of which links and courses this one is a copy (LTI 1.3 core, appendix D): so copies of a course still lead on."""

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_CANVAS = "https://canvas.instructure.com/lti"
_CANVAS_PRIVACY = "name_only"
_CANVAS_TOOL = "waymark"
# Where teachers choose content: the standard's own place, then Canvas's for assignments and for modules of a course.
_PLACEMENTS = ("ContentArea", "assignment_selection", "link_selection")


class ToolAddresses(msgspec.Struct, frozen=True):
    """The addresses that an LMS must know of us."""

    login: str
    launch: str
    keys: str
    icon: str
    domain: str


def addresses_of(waymark_url: str) -> ToolAddresses:
    """Where this installation takes logins and launches, and shows its keys; `domain` has its port, if it needs one."""
    return ToolAddresses(
        login=f"{waymark_url}/lti/login",
        launch=f"{waymark_url}/lti/launch",
        keys=f"{waymark_url}/lti/jwks",
        icon=f"{waymark_url}/static/waymark.svg",
        domain=urlsplit(waymark_url).netloc,
    )


def registration_request(configuration: OpenIdConfiguration, waymark_url: str) -> dict[str, Any]:
    """The client that Waymark wants to be there (Dynamic Registration 1.0 §3.5; RFC 7591 §2).

    Only scopes, claims, messages and variables that the LMS says it knows are asked for; one that lists none of a kind
    is asked for all that we use.
    """
    ours = addresses_of(waymark_url)
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": ours.login,
        "redirect_uris": [ours.launch],
        "client_name": NAME,
        "client_uri": waymark_url,
        "jwks_uri": ours.keys,
        "logo_uri": ours.icon,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(_known(SCOPES, configuration.scopes_supported)),
        TOOL_CONFIGURATION: _tool(configuration, ours),
    }


def canvas_configuration(waymark_url: str) -> dict[str, Any]:
    """The JSON that Canvas takes by address where a developer key is made by hand."""
    ours = addresses_of(waymark_url)
    placements = [
        {
            "placement": placement,
            "message_type": Message.DEEP_LINKING,
            "target_link_uri": ours.launch,
            "text": NAME,
            "icon_url": ours.icon,
            "enabled": True,
        }
        for placement in _PLACEMENTS[1:]
    ]
    settings = {"text": NAME, "icon_url": ours.icon, "placements": placements}
    extension = {
        "platform": "canvas.instructure.com",
        "domain": ours.domain,
        "tool_id": _CANVAS_TOOL,
        "privacy_level": _CANVAS_PRIVACY,
        "settings": settings,
    }
    return {
        "title": NAME,
        "description": ABOUT,
        "target_link_uri": ours.launch,
        "oidc_initiation_url": ours.login,
        "redirect_uris": [ours.launch],
        "public_jwk_url": ours.keys,
        "scopes": list(SCOPES),
        "custom_fields": CUSTOM,
        "extensions": [extension],
    }


def _tool(configuration: OpenIdConfiguration, ours: ToolAddresses) -> dict[str, Any]:
    variables = _known((value.removeprefix("$") for value in CUSTOM.values()), configuration.platform.variables)
    tool = {
        "domain": ours.domain,
        "target_link_uri": ours.launch,
        **_in_all_languages("description", ABOUT),
        "custom_parameters": {name: value for name, value in CUSTOM.items() if value.removeprefix("$") in variables},
        "claims": _known(CLAIMS, configuration.claims_supported),
        "messages": [_message(each, configuration, ours) for each in Message if configuration.sends(each)],
    }
    if configuration.product == "canvas":
        tool |= {f"{_CANVAS}/privacy_level": _CANVAS_PRIVACY, f"{_CANVAS}/tool_id": _CANVAS_TOOL}
    return tool


def _message(message: Message, configuration: OpenIdConfiguration, ours: ToolAddresses) -> dict[str, Any]:
    said: dict[str, Any] = {
        "type": message,
        "target_link_uri": ours.launch,
        "icon_uri": ours.icon,
        **_in_all_languages("label", LABELS[message]),
    }
    supported = configuration.placements_of(message)
    placements = [each for each in _PLACEMENTS if each in supported]
    if message is Message.DEEP_LINKING and placements:
        said["placements"] = placements
    return said


def _in_all_languages(member: str, text: str) -> dict[str, str]:
    """The member in English, and tagged with each other language (RFC 7591 §2.2)."""
    said = {f"{member}#{language}": words_for(language).text(text) for language in LANGUAGES if language != "en"}
    return {member: text, **said}


def _known(wanted: Iterable[str], supported: Collection[str]) -> list[str]:
    return [each for each in wanted if not supported or each in supported]
