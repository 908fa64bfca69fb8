"""What an LMS says of itself, read with suspicion."""

import json
from typing import Any

import pytest

from base import Invalid, Response
from lti.registering.configuration import (
    NOT_READABLE,
    NOT_SAFE,
    OTHER_HOST,
    OpenIdConfiguration,
    RegistrationRefused,
    host_of,
    parse_configuration,
)
from lti.standard.claims import Message
from tests.lti.registering.stand_in import PLATFORM, OtherLms

LMS = "https://lms.example"
ABOUT = f"{LMS}/openid-configuration"


def read(url: str = ABOUT, /, **changed: Any) -> OpenIdConfiguration:
    return parse_configuration(Response(200, {}, json.dumps(OtherLms(LMS, **changed).described).encode()), url)


def test_an_lms_is_read_with_what_it_supports() -> None:
    said = {"product_family_code": "moodle", "version": "4.5", "messages_supported": [
        {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea", "RichTextEditor"]}]}  # fmt: skip
    lms = read(**{PLATFORM: said}, scopes_supported=["s"], another_member={"x": 1})
    assert (lms.product, lms.product_version, lms.scopes_supported) == ("moodle", "4.5", ("s",))
    assert [message for message in Message if lms.sends(message)] == [Message.RESOURCE_LINK, Message.DEEP_LINKING]
    assert lms.placements_of(Message.DEEP_LINKING) == {"ContentArea", "RichTextEditor"}


@pytest.mark.parametrize(
    ("issuer", "url"),
    [
        (f"{LMS}/moodle", ABOUT),
        (LMS, "https://LMS.example:443/openid-configuration"),
        ("https://canvas.instructure.com", "https://sso.canvaslms.com/api/lti/security/openid-configuration"),
        ("https://canvas.instructure.com", "https://school.instructure.com/api/lti/security/openid-configuration"),
    ],
)
def test_an_issuer_fits_the_host_that_speaks_for_it(issuer: str, url: str) -> None:
    assert read(url, issuer=issuer).issuer == issuer


@pytest.mark.parametrize(
    ("issuer", "url"),
    [
        ("https://other.example", ABOUT),
        ("https://lms.example.evil.example", ABOUT),
        ("https://evil.example/lms.example", ABOUT),
        ("https://lms.example:8443", ABOUT),
        ("https://lms.example@evil.example", ABOUT),
        ("lms.example", ABOUT),
        ("https://canvas.instructure.com", "https://canvas.school.example/api/lti/security/openid-configuration"),
        ("https://canvas.instructure.com", "https://evilinstructure.com/openid-configuration"),
        ("https://sso.canvaslms.com", "https://school.instructure.com/openid-configuration"),
    ],
)
def test_nobody_speaks_for_the_issuer_of_another_host(issuer: str, url: str) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        read(url, issuer=issuer)
    assert refused.value.text == OTHER_HOST


@pytest.mark.parametrize("member", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_an_endpoint_without_tls_is_refused(member: str) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        read(**{member: "http://lms.example/x"})
    assert refused.value.text == NOT_SAFE


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": None},
        {"token_endpoint": ""},
        {"jwks_uri": f"{LMS}/{'x' * 2000}"},
        {"jwks_uri": f"{LMS}/\r\nx"},
        {"scopes_supported": ["s"] * 1001},
        {PLATFORM: {"messages_supported": [{"type": 1}]}},
    ],
)
def test_what_breaks_the_shape_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        read(**changed)
    assert refused.value.text == NOT_READABLE


@pytest.mark.parametrize(("status", "body"), [(404, b"{}"), (200, b"<html>"), (200, b"\xff"), (200, b"[" * 100_000)])
def test_what_is_no_description_is_refused(status: int, body: bytes) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        parse_configuration(Response(status, {}, body), ABOUT)
    assert refused.value.text == NOT_READABLE


def test_a_product_is_kept_as_one_short_line() -> None:
    lms = read(**{PLATFORM: {"product_family_code": "moo\ndle\x00", "version": "<b>4</b>" * 100}})
    assert lms.product == "moo dle"
    assert len(lms.product_version or "") == 100


@pytest.mark.parametrize(
    "url", ["lms.example", "ftp://lms.example", "https://u:p@lms.example", "https://lms:x", "https://[::1"]
)
def test_what_is_no_web_address_has_no_host(url: str) -> None:
    with pytest.raises(Invalid):
        host_of(url)
