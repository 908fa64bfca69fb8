"""What stands before any claim is read: headers and signatures, however they are mangled."""

from base64 import urlsafe_b64encode

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, Key, RSAKey

from base.tokens import TokenHeader, TokenRefused, read_header, verified_payload


def token_with_header(header: bytes) -> str:
    return f"{urlsafe_b64encode(header).rstrip(b'=').decode()}.e30.c2ln"


@pytest.mark.parametrize(
    "header",
    [
        b"[]",
        b'["alg"]',
        b'"alg"',
        b"7",
        b"null",
        b"{}",
        b'{"alg": null}',
        b'{"alg": 7}',
        b'{"alg": ["RS256"]}',
        b'{"alg": "RS256", "kid": 7}',
        b'{"alg": "RS256", "kid": {"a": 1}}',
        b'{"alg": "none"}',
        b'{"alg": "HS256"}',
        b'{"alg": "PS256"}',
        b'{"alg": "rs256"}',
        b'{"alg": "RS256", "b64": false, "crit": "b64"}',
        b"\xff\xfe",
        b"[" * 3000,
    ],
)
def test_header_that_we_do_not_take_is_refused(header: bytes) -> None:
    with pytest.raises(TokenRefused):
        read_header(token_with_header(header))


@pytest.mark.parametrize("token", ["", "a.b", "....", "é.é.é", "a.b.c.d", "x" * 65537])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenRefused):
        read_header(token)


@pytest.mark.parametrize(("key", "alg"), [(RSAKey.generate_key(2048), "RS256"), (ECKey.generate_key("P-256"), "ES256")])
def test_payload_is_had_when_the_signature_verifies(key: Key, alg: str) -> None:
    token = jws.serialize_compact({"alg": alg}, b'{"a": 1}', key)
    assert verified_payload(token, read_header(token), key) == b'{"a": 1}'
    head, _, signature = token.split(".")
    with pytest.raises(TokenRefused):
        verified_payload(f"{head}.e30.{signature}", TokenHeader(alg), key)


def test_key_of_another_type_than_the_algorithm_is_refused() -> None:
    key = ECKey.generate_key("P-256")
    token = jws.serialize_compact({"alg": "ES256"}, b"{}", key)
    with pytest.raises(TokenRefused) as refused:
        verified_payload(token, TokenHeader("RS256"), key)
    assert refused.value.message == "a key of type EC does not sign with 'RS256'"


def test_key_of_another_curve_than_the_algorithm_is_refused() -> None:
    token = jws.serialize_compact({"alg": "ES256"}, b"{}", ECKey.generate_key("P-256"))
    with pytest.raises(TokenRefused):
        verified_payload(token, TokenHeader("ES256"), ECKey.generate_key("P-384"))


def test_critical_header_member_that_we_do_not_know_is_refused() -> None:
    key = RSAKey.generate_key(2048)
    registry = jws.JWSRegistry(strict_check_header=False)
    token = jws.serialize_compact({"alg": "RS256"}, b"{}", key, registry=registry)
    _, payload, signature = token.split(".")
    critical = token_with_header(b'{"alg": "RS256", "crit": ["x-own"], "x-own": 1}').split(".")[0]
    with pytest.raises(TokenRefused):
        verified_payload(f"{critical}.{payload}.{signature}", TokenHeader("RS256"), key)
