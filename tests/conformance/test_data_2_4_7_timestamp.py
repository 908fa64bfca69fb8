"""xAPI-Data 2.4.7 and 4.5: timestamps."""

import pytest

from tests.conformance.verdicts import accept, refuse, sub_statement


class TestTimestamp:
    """2.4.7 and 4.5."""

    @pytest.mark.parametrize(
        "good",
        [
            "2026-11-22T09:00:00Z",
            "2026-11-22T09:00:00.123456789+04:00",
            "2026-11-22T09:00:00+00:00",
            "2030-01-01T00:00:00-05:00",
        ],
    )
    def test_rfc_3339_is_taken(self, good: str) -> None:
        accept(timestamp=good)

    @pytest.mark.parametrize(
        "bad",
        [
            "",
            "yesterday",
            "01/011/2015",
            "2026-11-22",
            "2026-13-22T09:00:00Z",
            "2026-11-22T09:00:00-00:00",
            "2026-11-22T09:00:00-0000",
            "2026-11-22T09:00:00-00",
        ],
    )
    def test_other_forms_and_unknown_zones_are_refused(self, bad: str) -> None:
        refuse("$.timestamp", timestamp=bad)
        refuse("$.object.timestamp", object=sub_statement(timestamp=bad))
