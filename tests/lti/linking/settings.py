"""What platforms say that they take back, for tests to change."""

from typing import Any

from lti.standard.claims import DeepLinkingSettings

RETURN = "https://lms.example/return?course=1&key=a%2Bb"


def settings(**changed: Any) -> DeepLinkingSettings:
    own: dict[str, Any] = {
        "deep_link_return_url": RETURN,
        "accept_types": ("ltiResourceLink",),
        "accept_presentation_document_targets": ("iframe", "window", "embed"),
        "accept_multiple": True,
        "accept_lineitem": True,
        "data": 'csrf:é\u0000" <&>',
    }
    return DeepLinkingSettings(**(own | changed))
