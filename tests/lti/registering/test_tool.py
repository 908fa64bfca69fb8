"""What Waymark asks for when it is registered."""

import json
from typing import Any

import pytest

from base import LANGUAGES, Response
from lti.registering.configuration import parse_configuration
from lti.registering.tool import TOOL_CONFIGURATION, canvas_configuration, registration_request
from lti.standard.claims import LINE_ITEM_SCOPE, MEMBERS_SCOPE, RESULT_SCOPE, SCORE_SCOPE
from tests.lti.registering.stand_in import PLATFORM, OtherLms

LMS = "https://lms.example"
URL = "https://waymark.example:8443"


def asked(**described: Any) -> dict[str, Any]:
    body = json.dumps(OtherLms(LMS, **described).described).encode()
    return registration_request(parse_configuration(Response(200, {}, body), LMS), URL)


def test_only_scopes_that_the_lms_supports_are_asked_for() -> None:
    supported = [SCORE_SCOPE, "https://purl.imsglobal.org/spec/lti-ts/scope/toolsetting", MEMBERS_SCOPE]
    assert asked(scopes_supported=supported)["scope"] == f"{SCORE_SCOPE} {MEMBERS_SCOPE}"


def test_an_lms_that_lists_no_scopes_is_asked_for_all_that_we_use() -> None:
    assert asked()["scope"] == f"{LINE_ITEM_SCOPE} {SCORE_SCOPE} {RESULT_SCOPE} {MEMBERS_SCOPE}"


def test_names_are_asked_for_and_mail_addresses_never() -> None:
    tool = asked(claims_supported=["sub", "name", "email", "picture", "given_name"])[TOOL_CONFIGURATION]
    assert tool["claims"] == ["sub", "name", "given_name"]
    assert "email" not in asked()[TOOL_CONFIGURATION]["claims"]


def test_the_domain_has_the_port_of_the_launch_address_as_moodle_wants() -> None:
    tool = asked()[TOOL_CONFIGURATION]
    assert (tool["domain"], tool["target_link_uri"]) == ("waymark.example:8443", f"{URL}/lti/launch")


def test_submission_review_is_offered_where_the_lms_sends_it() -> None:
    sends = {"messages_supported": [{"type": "LtiDeepLinkingRequest"}, {"type": "LtiSubmissionReviewRequest"}]}
    kinds = [each["type"] for each in asked(**{PLATFORM: sends})[TOOL_CONFIGURATION]["messages"]]
    assert kinds == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest"]
    assert [each["type"] for each in asked()[TOOL_CONFIGURATION]["messages"]] == ["LtiResourceLinkRequest"]


def test_every_message_has_a_label_in_each_language_and_an_icon() -> None:
    messages = asked()[TOOL_CONFIGURATION]["messages"]
    for message in messages:
        assert all(message["label" if language == "en" else f"label#{language}"] for language in LANGUAGES)
        assert message["icon_uri"] == f"{URL}/static/waymark.svg"


def test_canvas_gets_claims_of_its_own_and_places_for_choosing() -> None:
    canvas = {
        "product_family_code": "canvas",
        "messages_supported": [
            {"type": "LtiResourceLinkRequest", "placements": ["course_navigation"]},
            {
                "type": "LtiDeepLinkingRequest",
                "placements": ["link_selection", "editor_button", "assignment_selection"],
            },
        ],
    }
    tool = asked(**{PLATFORM: canvas})[TOOL_CONFIGURATION]
    assert tool["https://canvas.instructure.com/lti/privacy_level"] == "name_only"
    assert tool["https://canvas.instructure.com/lti/tool_id"] == "waymark"
    choosing = next(each for each in tool["messages"] if each["type"] == "LtiDeepLinkingRequest")
    assert choosing["placements"] == ["assignment_selection", "link_selection"]
    assert not any("canvas" in name for name in asked()[TOOL_CONFIGURATION])


@pytest.mark.parametrize(
    ("variables", "asked_for"),
    [
        (["ResourceLink.id.history", "User.id"], {"resource_link_id_history": "$ResourceLink.id.history"}),
        (["User.id"], {}),
    ],
)
def test_custom_variables_that_the_lms_does_not_know_are_not_asked_for(
    variables: list[str], asked_for: dict[str, str]
) -> None:
    assert asked(**{PLATFORM: {"variables": variables}})[TOOL_CONFIGURATION]["custom_parameters"] == asked_for


def test_the_json_for_canvas_names_every_address_and_scope() -> None:
    said = canvas_configuration(URL)
    assert (said["oidc_initiation_url"], said["target_link_uri"]) == (f"{URL}/lti/login", f"{URL}/lti/launch")
    assert said["public_jwk_url"] == f"{URL}/lti/jwks"
    assert said["scopes"] == [LINE_ITEM_SCOPE, SCORE_SCOPE, RESULT_SCOPE, MEMBERS_SCOPE]
    extension = said["extensions"][0]
    assert (extension["platform"], extension["privacy_level"]) == ("canvas.instructure.com", "name_only")
    assert [each["placement"] for each in extension["settings"]["placements"]] == [
        "assignment_selection",
        "link_selection",
    ]
    assert {each["message_type"] for each in extension["settings"]["placements"]} == {"LtiDeepLinkingRequest"}
