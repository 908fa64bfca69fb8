"""The signed answer, read by joserfc and by the code of two platforms that others wrote."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws
from joserfc.jwk import KeySet

from base import KeyRing
from lti import Picking, Placement, Platform, Trouble, acceptance_of, answer_of, content_item
from lti.linking import ContentItem
from paths import Linkable
from tests.lti.linking.settings import RETURN, settings
from tests.lti.peers.lti1p3platform_peer import Lti1p3Platform
from tests.lti.peers.open_edx import OpenEdx
from tests.lti.peers.peer import CLIENT_ID, DEPLOYMENT_ID, Learner, Peer
from tests.times import NOW

LMS = "https://lms.example"
URL = "https://waymark.example"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
ID = UUID("7b0a3a52-95a8-4c4e-9d38-6f6a4b5f2f11")
PLATFORM = Platform(ID, LMS, CLIENT_ID, "LMS", f"{LMS}/auth", f"{LMS}/token", f"{LMS}/jwks")
GROWTH = Linkable(ID, "growth", None, "Growth", "From an idea to a project.", opens=NOW, due=NOW)


def picking_with(**changed: Any) -> Picking:
    return Picking(ID, PLATFORM, DEPLOYMENT_ID, "Economics", settings(**changed), None)


def growth_graded(picking: Picking) -> ContentItem:
    assert picking.settings is not None
    return content_item(Placement(GROWTH, "Growth", points=100), acceptance_of(picking.settings), URL)


def told(token: str, keys: KeyRing) -> dict[str, Any]:
    """What the token says, once the signature has been checked by our published keys."""
    published = KeySet.import_key_set({"keys": keys.lti_public_keys()})
    verified = jws.deserialize_compact(token, published, ["RS256"])
    claims: dict[str, Any] = msgspec.json.decode(verified.payload)
    return claims


def test_answer_is_from_our_client_to_the_issuer_and_lives_minutes(keys: KeyRing) -> None:
    picking = picking_with()
    answer = answer_of(picking, [growth_graded(picking)], keys, now=NOW)
    claims = told(answer.token, keys)
    assert answer.address == RETURN
    assert (claims["iss"], claims["aud"], claims["iat"]) == (CLIENT_ID, LMS, int(NOW.timestamp()))
    assert claims["exp"] - claims["iat"] == 300
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert (claims[f"{LTI}version"], claims[f"{LTI}deployment_id"]) == ("1.3.0", DEPLOYMENT_ID)
    assert [item["title"] for item in claims[f"{DL}content_items"]] == ["Growth"]


def test_each_answer_has_a_nonce_of_its_own(keys: KeyRing) -> None:
    nonces = {told(answer_of(picking_with(), [], keys, now=NOW).token, keys)["nonce"] for _ in range(3)}
    assert len(nonces) == 3


@pytest.mark.parametrize("data", ["", "csrf:1", 'é"<&>\u0000 \n', "x" * 5000])
def test_data_goes_back_exactly_as_it_came(data: str, keys: KeyRing) -> None:
    assert told(answer_of(picking_with(data=data), [], keys, now=NOW).token, keys)[f"{DL}data"] == data


def test_data_that_did_not_come_does_not_go_back(keys: KeyRing) -> None:
    claims = told(answer_of(picking_with(data=msgspec.UNSET), [], keys, now=NOW).token, keys)
    assert f"{DL}data" not in claims


def test_nothing_chosen_is_an_empty_list(keys: KeyRing) -> None:
    claims = told(answer_of(picking_with(), [], keys, now=NOW).token, keys)
    assert claims[f"{DL}content_items"] == []
    assert not {f"{DL}errormsg", f"{DL}errorlog"} & claims.keys()


def test_trouble_is_told_to_people_and_to_the_log(keys: KeyRing) -> None:
    trouble = Trouble("Nothing can be chosen here.", "accept_types has no ltiResourceLink")
    claims = told(answer_of(picking_with(), [], keys, trouble=trouble, now=NOW).token, keys)
    assert (claims[f"{DL}errormsg"], claims[f"{DL}errorlog"]) == (trouble.message, trouble.log)


@pytest.fixture(scope="module")
def peer_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(params=["Open edX", "lti1p3platform"])
def peer(request: pytest.FixtureRequest, keys: KeyRing, peer_key: rsa.RSAPrivateKey) -> Peer:
    if request.param == "Open edX":
        return OpenEdx(LMS, URL, peer_key, keys.lti_key().public_key)
    return Lti1p3Platform(LMS, URL, peer_key, keys.lti_public_keys())


def test_platforms_by_others_take_the_answer(peer: Peer, keys: KeyRing) -> None:
    peer.begin(Learner("2", "Anahit"), "/lti/launch", picking=True)
    picking = picking_with()
    # They read the clock of the machine.
    answer = answer_of(picking, [growth_graded(picking)], keys, now=datetime.now(UTC))
    (item,) = peer.picked(answer.token)
    assert (item["url"], item["lineItem"]["scoreMaximum"]) == (f"{URL}/paths/{ID}", 100)
