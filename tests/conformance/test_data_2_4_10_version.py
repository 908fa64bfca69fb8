"""xAPI-Data 2.4.10: version."""

import pytest

from tests.conformance.verdicts import accept, refuse


class TestVersion:
    """2.4.10."""

    @pytest.mark.parametrize("good", ["1.0", "1.0.0", "1.0.9"])
    def test_all_of_1_0_are_taken_by_both_versions(self, good: str) -> None:
        accept(version=good)
        accept(version=good, is_2_0=True)

    def test_2_0_is_taken_where_it_is_spoken(self) -> None:
        accept(version="2.0.0", is_2_0=True)
        refuse("$.version", version="2.0.0")

    @pytest.mark.parametrize("bad", ["0.9.9", "1.1.0", "1", "1.0.", "1.0.x", "latest", "", "3.0.0"])
    def test_others_are_refused(self, bad: str) -> None:
        refuse("$.version", version=bad)
        refuse("$.version", version=bad, is_2_0=True)
