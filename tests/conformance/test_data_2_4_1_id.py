"""xAPI-Data 2.4.1 and 4.4: ids of statements, and UUIDs."""

import pytest

from tests.conformance.verdicts import accept, refuse
from tests.lrs.makers import FIRST


class TestId:
    """2.4.1 and 4.4."""

    @pytest.mark.parametrize("bad", ["", "1", f"{{{FIRST}}}", FIRST[:-1], f"{FIRST[:-1]}G", FIRST.replace("-", "")])
    def test_ids_are_uuids_in_their_one_form(self, bad: str) -> None:
        refuse("$.id", id=bad)
        refuse("$.context.registration", context={"registration": bad})
        refuse("$.object.id", object={"objectType": "StatementRef", "id": bad})
        refuse("$.context.statement.id", context={"statement": {"objectType": "StatementRef", "id": bad}})

    def test_upper_case_is_a_uuid_too(self) -> None:
        accept(id=FIRST.upper())
