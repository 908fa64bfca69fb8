"""What is read from a published key set, and for how long; fetching is tested by launches."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from joserfc.jwk import ECKey, RSAKey

from base import Response
from base.key_sets import life_of, parse_key_set
from base.tokens import TokenHeader, TokenRefused

RSA = RSAKey.generate_key(2048)
WEAK_MODULUS = {"kty": "RSA", "kid": "weak", "e": "AQAB", "n": "x" * 171}  # 1,024 bits


def jwk(**members: Any) -> dict[str, Any]:
    return {**RSA.as_dict(private=False), **members}


def published(*jwks: object) -> Response:
    return Response(200, {}, msgspec.json.encode({"keys": jwks}))


@pytest.mark.parametrize(
    ("members", "header", "fits"),
    [
        ({"kid": "1"}, TokenHeader("RS256", "1"), True),
        ({"kid": "1"}, TokenHeader("RS256", "2"), False),
        ({"kid": "1"}, TokenHeader("RS256"), True),
        ({"kid": "1"}, TokenHeader("RS512", "1"), True),
        ({"kid": "1", "alg": "RS256"}, TokenHeader("RS512", "1"), False),
        ({"kid": "1"}, TokenHeader("ES256", "1"), False),
    ],
)
def test_key_fits_by_its_kid_and_what_it_may_sign_with(
    members: dict[str, Any], header: TokenHeader, *, fits: bool
) -> None:
    (key,) = parse_key_set(published(jwk(**members)))
    assert key.fits(header) is fits


def test_keys_that_cannot_serve_are_left_out() -> None:
    curve = ECKey.generate_key("P-256", {"kid": "curve"}).as_dict(private=False)
    useless: list[Any] = [
        WEAK_MODULUS,
        jwk(kid="encryption", use="enc"),
        {"kty": "oct", "k": "c2VjcmV0", "kid": "secret"},
        {"kty": "RSA", "kid": "no numbers"},
        {"kty": "RSA", "kid": "odd numbers", "n": 7, "e": ["AQAB"]},
        {"kty": "EC", "kid": "no curve", "crv": "P-1", "x": "AA", "y": "AA"},
        {"kty": ["RSA"], "kid": "odd type"},
        {},
    ]
    keys = parse_key_set(published(*useless, jwk(kid="good", x5c="not a chain"), curve))
    assert [key.kid for key in keys] == ["good", "curve"]


@pytest.mark.parametrize(
    "response",
    [
        Response(200, {}, b""),
        Response(200, {}, b"<html>"),
        Response(200, {}, b"[]"),
        Response(200, {}, b'{"keys": 7}'),
        Response(200, {}, b'{"keys": ["a"]}'),
        Response(503, {}, b'{"keys": []}'),
        Response(302, {}, b'{"keys": []}'),
        published(*({} for _ in range(51))),
    ],
)
def test_answer_that_is_no_key_set_is_refused(response: Response) -> None:
    with pytest.raises(TokenRefused):
        parse_key_set(response)


@pytest.mark.parametrize(
    ("cache_control", "life"),
    [
        (None, timedelta(hours=1)),
        ("public, max-age=7200", timedelta(hours=2)),
        ("max-age=0", timedelta(minutes=5)),
        ("max-age=999999999", timedelta(hours=24)),
        ("max-age=soon", timedelta(hours=1)),
    ],
)
def test_key_set_lives_as_its_max_age_says_within_bounds(cache_control: str | None, life: timedelta) -> None:
    headers = {} if cache_control is None else {"cache-control": cache_control}
    assert life_of(Response(200, headers, b"")) == life
