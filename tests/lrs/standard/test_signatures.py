"""Signed statements (xAPI-Data 2.6, decision 0016)."""

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from msgspec import json

from lrs.standard.signatures import SIGNATURE_LIMIT_BYTES
from tests.lrs.attachments import MIXED, file_part, make_attachment, mixed, parts_of_answer
from tests.lrs.makers import AYGUN, FIRST, SECOND, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
OCTETS = "application/octet-stream"


@cache
def make_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The key of this name, the same for the whole run."""
    return rsa.generate_private_key(65537, bits)


def make_certificate(
    key: Any = None,
    *,
    issuer: str = "root",
    issuer_key: rsa.RSAPrivateKey | None = None,
    subject: str = "signer",
    authority: bool = False,
    below: int | None = None,
    valid: tuple[datetime, datetime] = (NOW - timedelta(days=1), NOW + timedelta(days=1)),
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key((key or make_key(subject)).public_key())
        .serial_number(1)
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.BasicConstraints(ca=authority, path_length=below), critical=True)
        .sign(issuer_key or make_key(issuer), hashes.SHA256())
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


ROOT = {"subject": "root", "issuer": "root", "authority": True}


def sign(
    statement: dict[str, Any],
    *,
    alg: str = "RS256",
    key: rsa.RSAPrivateKey | None = None,
    chain: Sequence[x509.Certificate] | None = None,
    payload: bytes | None = None,
    **header: Any,
) -> bytes:
    """The statement's signature."""
    if chain is not None:
        header["x5c"] = [base64.b64encode(each.public_bytes(Encoding.DER)).decode() for each in chain]
    signer: Any = OctKey.import_key("secret" * 8) if alg == "HS256" else RSAKey.import_key(key or make_key("signer"))
    registry = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    return jws.serialize_compact(
        {"alg": alg, **header}, payload or json.encode(statement), signer, registry=registry
    ).encode()


async def send(
    xapi: Xapi, statement: dict[str, Any], signature: bytes, *others: bytes, in_2_0: bool = False, **members: Any
) -> httpx.Response:
    """Store the statement with the signature, and with the files of its other attachments."""
    attachment = make_attachment(signature, **{"usageType": SIGNATURE, "contentType": OCTETS, **members})
    signed = {**statement, "attachments": [*statement.get("attachments", []), attachment]}
    version = {"X-Experience-API-Version": "2.0.0"} if in_2_0 else {}
    parts = [file_part(each) for each in (signature, *others)]
    return await xapi.request("POST", content=mixed(signed, *parts), headers={**MIXED, **version})


async def accept(xapi: Xapi, statement: dict[str, Any], signature: bytes, *others: bytes, in_2_0: bool = False) -> None:
    answer = await send(xapi, statement, signature, *others, in_2_0=in_2_0)
    assert answer.status_code == 200, answer.text


async def refuse(xapi: Xapi, statement: dict[str, Any], signature: bytes, says: str, **members: Any) -> None:
    answer = await send(xapi, statement, signature, **members)
    assert answer.status_code == 400, answer.text
    assert says in answer.json()["detail"]
    assert answer.json()["where"] == "$.attachments[0]"
    assert await xapi.ids() == []


STATEMENT = make_statement(id=FIRST, timestamp="2026-11-01T09:00:00Z", actor={**AYGUN, "name": "Aygün"})


class TestWhatIsSigned:
    @pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
    async def test_a_signature_is_taken_and_given_back(self, xapi: Xapi, alg: str) -> None:
        signature = sign(STATEMENT, alg=alg)
        await accept(xapi, STATEMENT, signature)
        [_, file] = parts_of_answer(await xapi.get(attachments="true"))
        assert file == file_part(signature, Content_Type=OCTETS)

    async def test_it_may_be_written_in_another_way(self, xapi: Xapi) -> None:
        other = {**dict(reversed(STATEMENT.items())), "timestamp": "2026-11-01T13:00:00+04:00"}
        await accept(xapi, STATEMENT, sign(STATEMENT, payload=json.format(json.encode(other))))

    @pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
    async def test_durations_count_to_a_hundredth_of_a_second(self, xapi: Xapi, version: str) -> None:
        in_2_0 = version == "2.0.0"
        sent = {**STATEMENT, "result": {"duration": "PT1.239S"}}
        await accept(xapi, sent, sign({**sent, "result": {"duration": "PT1.231S"}}), in_2_0=in_2_0)
        other = {**sent, "id": SECOND}
        answer = await send(xapi, other, sign({**other, "result": {"duration": "PT1.24S"}}), in_2_0=in_2_0)
        assert answer.status_code == 400

    async def test_a_statement_of_2_0_is_signed_whole(self, xapi: Xapi) -> None:
        agents = [{"objectType": "contextAgent", "agent": AYGUN, "relevantTypes": ["http://example.org/type"]}]
        sent = {**STATEMENT, "context": {"contextAgents": agents}}
        await accept(xapi, sent, sign(sent), in_2_0=True)
        answer = await send(xapi, {**sent, "id": SECOND}, sign({**STATEMENT, "id": SECOND}), in_2_0=True)
        assert answer.status_code == 400

    async def test_its_other_attachments_are_signed_and_other_signatures_are_not(self, xapi: Xapi) -> None:
        sent = {**STATEMENT, "attachments": [make_attachment(b"essay")]}
        first = sign(sent)
        counted = make_attachment(first, usageType=SIGNATURE, contentType=OCTETS)
        both = {**sent, "attachments": [*sent["attachments"], counted]}
        await accept(xapi, both, sign(sent, alg="RS512"), first, b"essay")

    async def test_what_the_store_sets_may_be_left_out(self, xapi: Xapi) -> None:
        unnamed = {name: value for name, value in STATEMENT.items() if name not in {"id", "timestamp"}}
        await accept(xapi, STATEMENT, sign(unnamed))

    @pytest.mark.parametrize(
        "change",
        [
            {"id": SECOND},
            {"verb": {"id": "http://example.org/failed"}},
            {"timestamp": "2026-11-01T09:00:01Z"},
            {"result": {"success": True}},
            {"attachments": [make_attachment(b"essay", fileUrl="http://example.org/essay")]},
        ],
    )
    async def test_another_statement_is_not_this_one(self, xapi: Xapi, change: dict[str, Any]) -> None:
        await refuse(xapi, STATEMENT, sign({**STATEMENT, **change}), "another statement")

    async def test_what_is_no_statement_cannot_be_signed(self, xapi: Xapi) -> None:
        await refuse(xapi, STATEMENT, sign(STATEMENT, payload=b"{'actor'}"), "no statement")
        await refuse(xapi, STATEMENT, sign(STATEMENT, payload=b"{}"), "no statement")


class TestForm:
    @pytest.mark.parametrize("signature", [b"", b"x", b"a.b.c", b"\xff.\xff.\xff", b"e30.e30.e30", b"." * 5])
    async def test_what_is_no_jws_is_refused(self, xapi: Xapi, signature: bytes) -> None:
        await refuse(xapi, STATEMENT, signature, "signature")

    async def test_json_serialization_is_refused(self, xapi: Xapi) -> None:
        header, payload, signed = sign(STATEMENT).decode().split(".")
        whole = json.encode({"protected": header, "payload": payload, "signature": signed})
        await refuse(xapi, STATEMENT, whole, "compact serialization")

    async def test_other_algorithms_are_refused(self, xapi: Xapi) -> None:
        await refuse(xapi, STATEMENT, sign(STATEMENT, alg="HS256"), "HS256")
        none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=") + b"." + sign(STATEMENT).split(b".")[1] + b"."
        await refuse(xapi, STATEMENT, none, "signature")

    async def test_a_signature_of_nothing_is_refused(self, xapi: Xapi) -> None:
        await refuse(xapi, STATEMENT, sign(STATEMENT).rpartition(b".")[0] + b".", "third segment")

    async def test_its_type_is_octet_stream(self, xapi: Xapi) -> None:
        await refuse(xapi, STATEMENT, sign(STATEMENT), "application/octet-stream", contentType="text/plain")

    async def test_it_comes_with_its_statement(self, xapi: Xapi) -> None:
        signature = make_attachment(b"x", usageType=SIGNATURE, contentType=OCTETS, fileUrl="http://example.org/s")
        answer = await xapi.post({**STATEMENT, "attachments": [signature]})
        assert answer.status_code == 400
        assert "must come with the statement" in answer.json()["detail"]

    async def test_it_has_its_limit(self, xapi: Xapi) -> None:
        await refuse(xapi, STATEMENT, b"x" * (SIGNATURE_LIMIT_BYTES + 1), str(SIGNATURE_LIMIT_BYTES))


class TestCertificates:
    async def test_a_chain_up_to_any_root_is_taken(self, xapi: Xapi) -> None:
        middle = {"subject": "middle", "issuer": "root", "authority": True, "below": 0}
        chain = [make_certificate(issuer="middle"), make_certificate(**middle), make_certificate(**ROOT)]  # type: ignore[arg-type]  # mixed values
        await accept(xapi, STATEMENT, sign(STATEMENT, chain=chain))

    async def test_one_certificate_is_a_chain(self, xapi: Xapi) -> None:
        await accept(xapi, STATEMENT, sign(STATEMENT, chain=[make_certificate()]))

    async def test_another_key_does_not_sign(self, xapi: Xapi) -> None:
        signature = sign(STATEMENT, key=make_key("other"), chain=[make_certificate()])
        await refuse(xapi, STATEMENT, signature, "does not verify")

    async def test_a_certificate_that_the_next_did_not_issue(self, xapi: Xapi) -> None:
        root = make_certificate(**ROOT)  # type: ignore[arg-type]  # mixed values
        forged = make_certificate(issuer_key=make_key("other"))
        await refuse(xapi, STATEMENT, sign(STATEMENT, chain=[forged, root]), "did not issue")
        elsewhere = make_certificate(issuer="another root")
        await refuse(xapi, STATEMENT, sign(STATEMENT, chain=[elsewhere, root]), "did not issue")

    async def test_a_certificate_that_may_not_issue(self, xapi: Xapi) -> None:
        root = make_certificate(subject="root", issuer="root")
        await refuse(xapi, STATEMENT, sign(STATEMENT, chain=[make_certificate(), root]), "may not issue")
        middle = make_certificate(subject="middle", authority=True)
        root = make_certificate(subject="root", issuer="root", authority=True, below=0)
        chain = [make_certificate(issuer="middle"), middle, root]
        await refuse(xapi, STATEMENT, sign(STATEMENT, chain=chain), "x5c[2], that may not issue")

    async def test_certificates_were_valid_at_some_moment_since(self, xapi: Xapi) -> None:
        happened = datetime.fromisoformat("2026-11-01T09:00:00+00:00")
        then = make_certificate(valid=(happened - timedelta(days=9), happened + timedelta(days=1)))
        await accept(xapi, STATEMENT, sign(STATEMENT, chain=[then]))
        for start, end in ((-9, -1), (30, 40)):
            never = make_certificate(valid=(happened + timedelta(days=start), happened + timedelta(days=end)))
            other = {**STATEMENT, "id": SECOND}
            answer = await send(xapi, other, sign(other, chain=[never]))
            assert answer.status_code == 400
            assert "never all valid" in answer.json()["detail"]

    async def test_keys_are_rsa_and_long_enough(self, xapi: Xapi) -> None:
        for key in (make_key("short", 1024), ec.generate_private_key(ec.SECP256R1())):
            await refuse(xapi, STATEMENT, sign(STATEMENT, chain=[make_certificate(key)]), "2048 bits")

    @pytest.mark.parametrize("x5c", [[], ["!"], ["eA=="], ["eA=="] * 11])
    async def test_what_is_no_chain_is_refused(self, xapi: Xapi, x5c: list[str]) -> None:
        await refuse(xapi, STATEMENT, sign(STATEMENT, x5c=x5c), "x5c")
