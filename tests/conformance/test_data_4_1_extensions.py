"""xAPI-Data 4.1: extensions."""

import pytest

from tests.conformance.verdicts import accept, refuse


class TestExtensions:
    """4.1."""

    @pytest.mark.parametrize("value", [None, "", {}, [], {"a": None}])
    def test_extensions_hold_anything(self, value: object) -> None:
        accept(result={"extensions": {"http://x.example/e": value}}, context={"extensions": {}})


class TestKeys:
    """4.1."""

    def test_extension_keys_are_iris(self) -> None:
        refuse("$.result.extensions.key", result={"extensions": {"key": 1}})
