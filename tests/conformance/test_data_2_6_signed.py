"""xAPI-Data 2.6: signed statements."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from msgspec import json

from tests.lrs.attachments import MIXED, file_part, make_attachment, mixed, parts_of_answer
from tests.lrs.makers import FIRST, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STATEMENT = make_statement(id=FIRST, result={"score": {"scaled": 0.5}, "duration": "PT1.12S"})


def certificate(key: rsa.RSAPrivateKey) -> str:
    """A certificate of the key by itself, as it stands in x5c."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Signer")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = builder.not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=1))
    return base64.b64encode(made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)).decode()


def sign(payload: object, *, algorithm: str = "RS256", x5c: list[str] | None = None) -> bytes:
    """The signature of `payload` in compact serialization."""
    header = {"alg": algorithm, **({} if x5c is None else {"x5c": x5c})}
    key: Any = RSAKey.import_key(KEY) if algorithm.startswith("RS") else OctKey.generate_key(256)
    signed = jws.serialize_compact(header, json.encode(payload), key, algorithms=[algorithm])
    return signed.encode()


def signed(statement: dict[str, Any], signature: bytes, **members: Any) -> bytes:
    """A request with the statement and its signature."""
    attachment = {
        **make_attachment(signature, usageType=SIGNATURE, contentType="application/octet-stream"),
        **members,
    }
    part = file_part(signature, Content_Type="application/octet-stream")
    return mixed({**statement, "attachments": [*statement.get("attachments", []), attachment]}, part)


async def status_of(xapi: Xapi, content: bytes) -> int:
    return (await xapi.request("POST", content=content, headers=MIXED)).status_code


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
async def test_a_signature_of_the_statement_is_taken_and_given_back(xapi: Xapi, algorithm: str) -> None:
    signature = sign(STATEMENT, algorithm=algorithm)
    assert await status_of(xapi, signed(STATEMENT, signature)) == 200
    _, (headers, data) = parts_of_answer(await xapi.get(statementId=FIRST, attachments="true"))
    assert data == signature
    assert headers["X-Experience-API-Hash"] == hashlib.sha256(signature).hexdigest()


async def test_a_signature_verifies_by_the_certificate_that_it_brings(xapi: Xapi) -> None:
    assert await status_of(xapi, signed(STATEMENT, sign(STATEMENT, x5c=[certificate(OTHER_KEY)]))) == 400
    assert await status_of(xapi, signed(STATEMENT, sign(STATEMENT, x5c=["no certificate"]))) == 400
    assert await xapi.ids() == []
    assert await status_of(xapi, signed(STATEMENT, sign(STATEMENT, x5c=[certificate(KEY)]))) == 200


async def test_other_algorithms_are_refused(xapi: Xapi) -> None:
    assert await status_of(xapi, signed(STATEMENT, sign(STATEMENT, algorithm="HS256"))) == 400
    head, payload, _ = sign(STATEMENT).split(b".")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")
    assert await status_of(xapi, signed(STATEMENT, b".".join([none, payload, b""]))) == 400
    assert await status_of(xapi, signed(STATEMENT, b".".join([head, payload, b""]))) == 400


@pytest.mark.parametrize("bad", [b"no signature", b"", b"a.b.c", b"a.b", b"\xff\xfe.\x00.x"])
async def test_what_is_no_signature_is_refused(xapi: Xapi, bad: bytes) -> None:
    assert await status_of(xapi, signed(STATEMENT, bad)) == 400


async def test_another_content_type_is_refused(xapi: Xapi) -> None:
    assert await status_of(xapi, signed(STATEMENT, sign(STATEMENT), contentType="application/json")) == 400


async def test_what_was_signed_is_this_statement(xapi: Xapi) -> None:
    for other in (make_statement(id=FIRST), {**STATEMENT, "result": {"success": True}}, {"no": "statement"}, "text"):
        assert await status_of(xapi, signed(STATEMENT, sign(other))) == 400, other


async def test_what_was_signed_may_be_written_otherwise(xapi: Xapi) -> None:
    """The statements are logically equivalent: order, what the store sets, and what is below 0.01 s do not count."""
    duration = {"score": {"scaled": 5e-1}, "duration": "PT1.129S"}
    otherwise = dict(reversed({**STATEMENT, "result": duration, "stored": "2026-11-22T09:00:00Z"}.items()))
    assert await status_of(xapi, signed(STATEMENT, sign(otherwise))) == 200


async def test_a_signature_that_is_only_elsewhere_cannot_be_judged_and_is_refused(xapi: Xapi) -> None:
    members = {"usageType": SIGNATURE, "contentType": "application/octet-stream", "fileUrl": "https://example.org/s"}
    assert (await xapi.post({**STATEMENT, "attachments": [make_attachment(b"x", **members)]})).status_code == 400


async def test_the_refusal_says_why(xapi: Xapi) -> None:
    answer = await xapi.request("POST", content=signed(STATEMENT, b"no signature"), headers=MIXED)
    assert "signature" in answer.json()["detail"]
