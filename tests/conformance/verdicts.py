"""Statements that the store takes and refuses; no database is needed to refuse one."""

from typing import Any

import pytest

from base import Invalid
from lrs import parse_statements
from tests.lrs.makers import AYGUN, FIRST, INTRO, body, make_statement

GROUP = {"objectType": "Group", "member": [AYGUN]}
POINTER = {"objectType": "StatementRef", "id": FIRST}
ATTACHMENT = {
    "usageType": "http://example.org/usage",
    "display": {"en": "A photograph"},
    "contentType": "image/jpeg",
    "length": 4,
    "sha2": "a" * 64,
    "fileUrl": "https://example.org/photo.jpg",
}


def accept(*, is_2_0: bool = False, **members: Any) -> None:
    parse_statements(body(make_statement(**members)), is_2_0=is_2_0)


def refuse(where: str, *, is_2_0: bool = False, **members: Any) -> None:
    """The statement is refused at this place, and the refusal says so."""
    with pytest.raises(Invalid) as refusal:
        accept(is_2_0=is_2_0, **members)
    assert refusal.value.where == where, refusal.value.message
    assert where in refusal.value.message
    assert refusal.value.rule


def sub_statement(**members: Any) -> dict[str, Any]:
    return {"objectType": "SubStatement", **make_statement(**members)}


def definition(**members: Any) -> dict[str, Any]:
    return {"object": {"id": INTRO, "definition": members}}
