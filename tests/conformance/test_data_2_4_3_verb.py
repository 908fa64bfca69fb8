"""xAPI-Data 2.4.3 and 4.2: verbs, and language maps."""

from tests.conformance.verdicts import accept, refuse
from tests.lrs.makers import INTRO


class TestVerb:
    """2.4.3 and 4.2."""

    def test_display_is_a_language_map(self) -> None:
        accept(
            verb={
                "id": INTRO,
                "display": {"en-US": "x", "az-Latn": "x", "i-klingon": "x", "x-own": "x", "sr-Latn-RS": ""},
            }
        )
        for bad in ("a-long-language-tag-x", "12", "", "en_US", "en-", "english1", "e"):
            refuse(f"$.verb.display.{bad}", verb={"id": INTRO, "display": {bad: "x"}})

    def test_display_holds_strings(self) -> None:
        refuse("$.verb.display[...]", verb={"id": INTRO, "display": {"en": 1}})
