"""IMS Dynamic Registration 1.0: an LMS connects itself by the link of an invitation."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from base import Database, Outward
from base.audit import audit_rows
from lti import (
    InvitationRefused,
    PlatformStatus,
    RegistrationOffer,
    RegistrationRefused,
    add_platform,
    approve_platform,
    disable_platform,
    list_deployments,
    list_platforms,
    open_invitations,
    register_platform,
    withdraw_platform_invitation,
)
from lti.registering.dynamic import NO_CLIENT, NOT_ALLOWED, NOT_REACHED, OUT_OF_ORDER, PRIVATE, REFUSED, TAKEN
from lti.registering.invitations import INVITATION_OVER, INVITATION_USED, NO_INVITATION
from tests.demo_lms import DemoLms
from tests.demo_lms.registering import TOOL
from tests.lti.conftest import Network
from tests.lti.registering.conftest import Invite, Register, offer_of
from tests.lti.registering.stand_in import OtherLms
from tests.lti.waymark import URL
from tests.times import NOW

WHY: dict[str, Any] = {"by": None, "reason": "test", "now": NOW}


def offer_to(other: OtherLms, token: str, registration_token: str = "") -> RegistrationOffer:
    return RegistrationOffer(token, f"{other.url}/about", registration_token)


def test_an_lms_registers_itself_and_waits_for_approval_with_product_and_version(
    lms: DemoLms, invite: Invite, register: Register, read: Callable[..., Any]
) -> None:
    registered = register(offer_of(lms, invite()))
    tool = lms.tools[0]
    assert registered.status is PlatformStatus.PENDING
    assert (registered.issuer, registered.client_id, registered.name) == (lms.url, tool.client_id, "City Moodle")
    assert (registered.product, registered.product_version) == ("moodle", "4.5.6 (demo)")
    assert registered.auth_login_url == f"{lms.url}/auth"
    assert [(each.deployment_id, each.approved) for each in read(list_deployments, registered.id)] == [("2", False)]
    assert read(open_invitations, now=NOW) == []
    acts = read(lambda conn: sorted(conn.scalars(select(audit_rows.c.act))))
    assert acts == ["platform.invite", "platform.register"]


def test_moodle_is_told_our_addresses_and_a_domain_that_fits_the_launch_url(
    lms: DemoLms, invite: Invite, register: Register
) -> None:
    register(offer_of(lms, invite()))
    request = lms.tools[0].request
    assert request["redirect_uris"] == [f"{URL}/lti/launch"]
    assert (request["initiate_login_uri"], request["jwks_uri"]) == (f"{URL}/lti/login", f"{URL}/lti/jwks")
    assert (request[TOOL]["domain"], request[TOOL]["target_link_uri"]) == ("waymark.example", f"{URL}/lti/launch")
    assert "email" not in request[TOOL]["claims"]
    assert [each["type"] for each in request[TOOL]["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]


def test_a_link_serves_once(lms: DemoLms, invite: Invite, register: Register) -> None:
    token = invite()
    register(offer_of(lms, token))
    with pytest.raises(InvitationRefused, match="works once") as refused:
        register(offer_of(lms, token))
    assert refused.value.text == INVITATION_USED
    assert len(lms.tools) == 1


def test_of_two_that_use_one_link_at_once_only_one_is_registered(
    runner: asyncio.Runner, db: Database, outward: Outward, lms: DemoLms, invite: Invite
) -> None:
    token = invite()

    async def both() -> list[Any]:
        offers = [offer_of(lms, token), offer_of(lms, token)]
        asked = [register_platform(db, outward, offer, waymark_url=URL, now=NOW) for offer in offers]
        return await asyncio.gather(*asked, return_exceptions=True)

    assert sorted(type(each).__name__ for each in runner.run(both())) == ["InvitationRefused", "Platform"]
    assert len(lms.tools) == 1


def test_a_link_ends_after_a_week_and_when_it_is_withdrawn(
    lms: DemoLms, invite: Invite, register: Register, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    token = invite()
    with pytest.raises(InvitationRefused) as over:
        register(offer_of(lms, token), timedelta(days=7))
    assert over.value.text == INVITATION_OVER
    write(withdraw_platform_invitation, read(open_invitations, now=NOW)[0].id, **WHY)
    with pytest.raises(InvitationRefused):
        register(offer_of(lms, token))
    assert lms.tools == []


def test_nobody_is_asked_for_a_link_that_is_not_ours(
    lms: DemoLms, network: Network, invite: Invite, register: Register
) -> None:
    invite()
    with pytest.raises(InvitationRefused) as unknown:
        register(offer_of(lms, "guessed"))
    assert unknown.value.text == NO_INVITATION
    assert network.asked == []


def test_a_refused_registration_leaves_the_link_as_good_as_before(
    lms: DemoLms, invite: Invite, register: Register
) -> None:
    token = invite()
    without = RegistrationOffer(token, f"{lms.url}/openid-configuration")
    with pytest.raises(RegistrationRefused) as refused:
        register(without)
    assert refused.value.text == NOT_ALLOWED
    assert refused.value.detail == "HTTP 401 missing_registration_token"
    assert register(offer_of(lms, token)).status is PlatformStatus.PENDING


def test_a_token_of_moodle_that_expired_after_an_hour_is_told_as_such(
    lms: DemoLms, clock: Any, invite: Invite, register: Register
) -> None:
    offer = offer_of(lms, invite())
    clock.now += timedelta(hours=1, seconds=1)
    with pytest.raises(RegistrationRefused) as refused:
        register(offer)
    assert refused.value.text == NOT_ALLOWED


def test_the_registration_token_may_be_absent(other: OtherLms, invite: Invite, register: Register) -> None:
    assert register(offer_to(other, invite())).client_id == "c-1"
    assert [(path, said) for path, said, _ in other.asked] == [("/about", None), ("/clients", None)]


def test_canvas_gets_its_token_also_where_it_is_asked_to_describe_itself(
    other: OtherLms, invite: Invite, register: Register
) -> None:
    register(offer_to(other, invite(), "t-1"))
    assert [(path, said) for path, said, _ in other.asked] == [("/about", "Bearer t-1"), ("/clients", "Bearer t-1")]


@pytest.mark.parametrize(
    ("status", "answer", "text", "detail"),
    [
        (422, b'{"errors": ["redirect_uris is missing", {"field": "scope", "message": "unknown"}]}', REFUSED,
         "HTTP 422 redirect_uris is missing; field: scope; unknown"),
        (422, b'{"errors": {"messages": [{"message": "no such placement"}]}}', REFUSED,
         "HTTP 422 messages: no such placement"),
        (400, b'{"error": "invalid_client_metadata", "error_description": "jwks_uri"}', REFUSED,
         "HTTP 400 invalid_client_metadata; jwks_uri"),
        (400, b"domain_targetlinkuri_mismatch", REFUSED, "HTTP 400 domain_targetlinkuri_mismatch"),
        (404, b"<html><style>b {}</style><h1>Not&nbsp;here</h1><script>alert(1)</script></html>", REFUSED,
         "HTTP 404 Not&nbsp;here"),
        (403, b"", NOT_ALLOWED, "HTTP 403"),
        (500, b"\xff\xfe broken", OUT_OF_ORDER, "HTTP 500 \ufffd\ufffd broken"),
        (302, b"", OUT_OF_ORDER, "HTTP 302"),
        (200, b"<html>Welcome</html>", NO_CLIENT, None),
        (200, b'{"client_id": ""}', NO_CLIENT, None),
    ],
)  # fmt: skip
def test_every_shape_of_refusal_is_told_in_one_line(
    status: int,
    answer: bytes,
    text: str,
    detail: str | None,
    other: OtherLms,
    invite: Invite,
    register: Register,
    read: Callable[..., Any],
) -> None:
    other.status, other.answer = status, answer
    with pytest.raises(RegistrationRefused) as refused:
        register(offer_to(other, invite()))
    assert (refused.value.text, refused.value.detail) == (text, detail)
    assert read(list_platforms) == []
    assert len(read(open_invitations, now=NOW)) == 1


def test_an_answer_without_end_is_cut(other: OtherLms, invite: Invite, register: Register) -> None:
    other.status, other.answer = 400, json.dumps({"errors": ["x" * 500] * 100}).encode()
    with pytest.raises(RegistrationRefused) as refused:
        register(offer_to(other, invite()))
    assert len(refused.value.detail or "") == 300


def test_numbers_for_ids_are_taken_as_texts(
    other: OtherLms, invite: Invite, register: Register, read: Callable[..., Any]
) -> None:
    other.answer = json.dumps({"client_id": 10000000000001, TOOL: {"deployment_id": 7}}).encode()
    registered = register(offer_to(other, invite()))
    assert registered.client_id == "10000000000001"
    assert [each.deployment_id for each in read(list_deployments, registered.id)] == ["7"]


def test_brightspace_is_asked_for_tokens_under_the_name_of_its_authorization_server(
    other: OtherLms, invite: Invite, register: Register
) -> None:
    other.described["authorization_server"] = "https://api.brightspace.example/auth/token"
    assert register(offer_to(other, invite())).token_audience == "https://api.brightspace.example/auth/token"


def test_a_host_that_canvas_names_as_its_authorization_server_is_no_audience(
    other: OtherLms, invite: Invite, register: Register
) -> None:
    other.described["authorization_server"] = "canvas.instructure.com"
    assert register(offer_to(other, invite())).token_audience is None


def test_a_stranger_cannot_register_under_an_issuer_that_is_connected(
    other: OtherLms, invite: Invite, register: Register, read: Callable[..., Any], write: Callable[..., Any]
) -> None:
    invite_token = invite()
    known = write(
        add_platform, issuer=other.url, client_id="c-1", name="Moodle", auth_login_url=f"{other.url}/auth?tenant=7",
        token_url=f"{other.url}/token", jwks_url=f"{other.url}/their-own-keys", deployment_ids=("1",), **WHY,
    )  # fmt: skip
    with pytest.raises(RegistrationRefused) as refused:
        register(offer_to(other, invite_token))
    assert refused.value.text == TAKEN
    assert [path for path, _, _ in other.asked] == ["/about"]
    assert read(list_platforms) == [known]


def test_moodle_registering_again_under_its_client_id_stays_what_it_was(
    other: OtherLms, invite: Invite, register: Register, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    first = register(offer_to(other, invite()))
    write(approve_platform, first.id, **WHY)
    other.described["https://purl.imsglobal.org/spec/lti-platform-configuration"] = {"version": "5.0"}
    again = register(offer_to(other, invite()))
    assert (again.id, again.status, again.product_version) == (first.id, PlatformStatus.APPROVED, "5.0")
    write(disable_platform, first.id, **WHY)
    assert register(offer_to(other, invite())).status is PlatformStatus.DISABLED
    assert len(read(list_platforms)) == 1


def test_moodle_making_a_new_client_of_the_same_address_is_a_second_one_that_waits(
    other: OtherLms, invite: Invite, register: Register, read: Callable[..., Any]
) -> None:
    first = register(offer_to(other, invite()))
    other.answer = b'{"client_id": "c-2"}'
    second = register(offer_to(other, invite()))
    assert (second.issuer, second.status) == (first.issuer, PlatformStatus.PENDING)
    assert len(read(list_platforms)) == 2


@pytest.mark.parametrize("host", ["10.0.0.7", "169.254.169.254", "[::1]", "127.0.0.1", "lms.localhost.:80"])
def test_an_address_of_a_private_network_is_not_asked(host: str, invite: Invite, register: Register) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        register(RegistrationOffer(invite(), f"http://{host}/openid-configuration"))
    assert refused.value.text == PRIVATE


def test_a_registration_endpoint_in_a_private_network_is_not_asked(
    other: OtherLms, invite: Invite, register: Register
) -> None:
    other.described["registration_endpoint"] = "https://169.254.169.254/clients"
    with pytest.raises(RegistrationRefused) as refused:
        register(offer_to(other, invite()))
    assert refused.value.text == PRIVATE


def test_an_lms_that_does_not_answer_is_told_as_such(invite: Invite, register: Register) -> None:
    with pytest.raises(RegistrationRefused) as refused:
        register(RegistrationOffer(invite(), "https://nothing-here.invalid/openid-configuration"))
    assert refused.value.text == NOT_REACHED
    assert refused.value.values == {"host": "nothing-here.invalid"}
