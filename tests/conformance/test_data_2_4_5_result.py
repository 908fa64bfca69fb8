"""xAPI-Data 2.4.5 and 4.6: results, and durations."""

import pytest

from base import Invalid
from tests.conformance.verdicts import accept, refuse


class TestResult:
    """2.4.5 and 4.6."""

    def test_scores_lie_in_their_ranges(self) -> None:
        accept(result={"score": {"scaled": -1, "raw": 3, "min": 0, "max": 3}})
        refuse("$.result.score.scaled", result={"score": {"scaled": 1.4}})
        refuse("$.result.score.scaled", result={"score": {"scaled": -1.01}})
        refuse("$.result.score.raw", result={"score": {"raw": 4, "max": 3}})
        refuse("$.result.score.raw", result={"score": {"raw": -1, "min": 0}})
        refuse("$.result.score.min", result={"score": {"min": 3, "max": 3}})

    def test_the_refusal_names_value_and_range(self) -> None:
        with pytest.raises(Invalid, match=r"scaled is 1\.4; it must lie between -1 and 1"):
            accept(result={"score": {"scaled": 1.4}})

    @pytest.mark.parametrize(
        "good", ["PT0S", "P1Y", "P3Y1M29DT4H35M59.14S", "PT16559.14S", "PT0.12567S", "P4W", "P1M", "PT1M", "P1DT12H"]
    )
    def test_durations_of_iso_8601_are_taken(self, good: str) -> None:
        accept(result={"duration": good})

    @pytest.mark.parametrize(
        "bad",
        ["", "P", "PT", "P1DT", "PA1H0M0S", "1H", "PT1.5H3M", "P1H", "PT1D", "P1S", "-P1D", "P1D2M", "P4W1D", "PT1٣S"],
    )
    def test_other_durations_are_refused(self, bad: str) -> None:
        refuse("$.result.duration", result={"duration": bad})
