"""xAPI-Data 2.4.9: authority."""

from tests.conformance.verdicts import GROUP, accept, refuse
from tests.lrs.makers import AYGUN, DAVIT


class TestAuthority:
    """2.4.9."""

    def test_an_agent_or_two_members_for_oauth(self) -> None:
        accept(authority=AYGUN)
        accept(authority={"objectType": "Group", "member": [AYGUN, DAVIT]})
        for bad in (GROUP, {"objectType": "Group", "member": [AYGUN, DAVIT, AYGUN]}, {**AYGUN, "objectType": "Group"}):
            refuse("$.authority", authority=bad)
