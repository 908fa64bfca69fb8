"""Signed statements: a JSON Web Signature that came as an attachment fits its statement (xAPI-Data 2.6)."""

import base64
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NoReturn

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry
from msgspec.structs import replace

from base import Invalid
from lrs.standard.comparing import aware, is_same
from lrs.standard.decoding import decode_statement
from lrs.standard.statements import Attachment, Statement

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
"""The usageType of an attachment that signs its statement."""

SIGNATURE_LIMIT_BYTES = 1024 * 1024

_RULE = "xAPI-Data 2.6"
_ALGORITHMS: Final = ("RS256", "RS384", "RS512")
_SMALLEST_KEY_BITS = 2048
_LONGEST_CHAIN = 10


class _Registry(JWSRegistry):
    max_header_length = 128 * 1024  # a chain of certificates stands in it
    max_payload_length = SIGNATURE_LIMIT_BYTES


# Signers may add header members of their own; only "crit" ones must be understood (RFC 7515, 4.1.11).
_REGISTRY = _Registry(algorithms=list(_ALGORITHMS), strict_check_header=False)


class _Header(msgspec.Struct, frozen=True):
    alg: str
    x5c: tuple[str, ...] | None = None


def is_signature(attachment: Attachment) -> bool:
    return attachment.usage_type == SIGNATURE


def check_signature(statement: Statement, signature: bytes, at: str, *, now: datetime) -> None:
    """Raise Invalid unless the signature is one of this statement as it was before it was signed.

    With certificates in its header (x5c, RFC 7515, 4.1.6) it verifies by the key of the first, each is issued by the
    next, and there was a moment between the statement's timestamp and `now` at which all were valid. Whom the last one
    belongs to is not asked: the standard calls this a way to catch mistakes, not a security measure. Without
    certificates nothing can be verified but the form and what was signed.
    """
    try:
        compact = jws.extract_compact(signature.strip(), registry=_REGISTRY)
        _REGISTRY.check_header(compact.headers())
        header = msgspec.convert(compact.headers(), _Header)
    except (JoseError, ValueError, RecursionError) as error:
        _refuse(at, f"is no JSON Web Signature in compact serialization ({error})")
    if not compact.segments["signature"]:
        _refuse(at, "has nothing in its third segment, where it should sign")
    if header.alg not in _ALGORITHMS:
        _refuse(at, f"is made with {header.alg}; it must be {', '.join(_ALGORITHMS[:2])} or {_ALGORITHMS[2]}")
    _check_payload(statement, compact.payload, at)
    if header.x5c is not None:
        chain = _chain(header.x5c, at)
        _check_verifies(signature.strip(), chain[0], at)
        _check_issued(chain, at)
        _check_valid(chain, aware(statement.timestamp or now), now, at)


def _refuse(at: str, fault: str) -> NoReturn:
    raise Invalid(f"The signature of {at} {fault} ({_RULE}).", rule=_RULE, where=at)


def _check_payload(statement: Statement, payload: bytes, at: str) -> None:
    """What was signed is logically the same statement (2.3.1), without the signatures."""
    try:
        signed, _ = decode_statement(payload)
    except Invalid as refusal:
        _refuse(at, f"signs what is no statement: {refusal.message}")
    signed, received = _unsigned(signed), _unsigned(statement)
    ids = {signed.id, received.id} - {None}
    if len(ids) > 1 or not is_same(signed, received):
        _refuse(at, "signs another statement than the one it came with; sign it as it is sent, all but the signature")


def _unsigned(statement: Statement) -> Statement:
    others = tuple(one for one in statement.attachments or () if not is_signature(one))
    return replace(statement, attachments=others or None)


def _chain(x5c: Sequence[str], at: str) -> list[x509.Certificate]:
    if not 1 <= len(x5c) <= _LONGEST_CHAIN:
        _refuse(at, f"has {len(x5c)} certificates in x5c; it must have 1 to {_LONGEST_CHAIN}")
    try:
        return [x509.load_der_x509_certificate(base64.b64decode(each, validate=True)) for each in x5c]
    except ValueError as error:
        _refuse(at, f"has no certificates in x5c, each DER in base64 ({error})")


def _check_verifies(signature: bytes, certificate: x509.Certificate, at: str) -> None:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or key.key_size < _SMALLEST_KEY_BITS:
        _refuse(at, f"has a certificate whose key is not RSA of {_SMALLEST_KEY_BITS} bits or more (RFC 7518, 3.3)")
    try:
        jws.deserialize_compact(signature, RSAKey.import_key(key), registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        _refuse(at, f"does not verify by the key of its first certificate ({error})")


def _check_issued(chain: Sequence[x509.Certificate], at: str) -> None:
    for place, (issued, issuer) in enumerate(pairwise(chain)):
        if not _may_issue(issuer, below=place):
            _refuse(
                at, f"has a certificate, x5c[{place + 1}], that may not issue the one before it (RFC 5280, 4.2.1.9)"
            )
        try:
            issued.verify_directly_issued_by(issuer)
        except (InvalidSignature, ValueError, TypeError) as error:
            _refuse(
                at, f"has a certificate, x5c[{place}], that the next one did not issue ({error or 'its signature'})"
            )


def _may_issue(issuer: x509.Certificate, *, below: int) -> bool:
    """Whether it is an authority, with `below` other authorities under it."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and (constraints.path_length is None or below <= constraints.path_length)


def _check_valid(chain: Sequence[x509.Certificate], since: datetime, until: datetime, at: str) -> None:
    first = max(since, *(each.not_valid_before_utc for each in chain))
    last = min(max(since, until), *(each.not_valid_after_utc for each in chain))
    if first > last:
        _refuse(at, "has certificates that were never all valid between the statement's timestamp and now")
