"""How a statement is refused: the place in it, what stands there, what would pass, and the rule."""

from collections.abc import Iterable
from typing import NoReturn

import msgspec

from base import Invalid
from lrs.standard.forms import is_iri, is_language_tag
from lrs.standard.statements import Extensions, LanguageMap

_SHOWN_CHARACTERS = 100


def refuse(at: str, value: object, must: str, rule: str) -> NoReturn:
    """Raise Invalid for the `value` that stands at the JSON path `at`; `must` says what would pass."""
    shown = msgspec.json.encode(value).decode()
    if len(shown) > _SHOWN_CHARACTERS:
        shown = f"{shown[:_SHOWN_CHARACTERS]}…"
    raise Invalid(f"{at} is {shown}; it must {must} ({rule}).", rule=rule, where=at)


def check_iri(value: str, at: str, rule: str = "xAPI-Data 4.3") -> None:
    if not is_iri(value):
        refuse(at, value, "be an IRI with a scheme", rule)


def check_iris(values: Iterable[str], at: str) -> None:
    for index, value in enumerate(values):
        check_iri(value, f"{at}[{index}]")


def check_language(value: str, at: str, rule: str = "xAPI-Data 4.2") -> None:
    if not is_language_tag(value):
        refuse(at, value, "be a language tag of RFC 5646, such as en or az-Latn-AZ", rule)


def check_language_map(value: LanguageMap | None, at: str) -> None:
    for tag in value or ():
        check_language(tag, f"{at}.{tag}")


def check_extensions(value: Extensions | None, at: str) -> None:
    """Each key is an IRI; the values may be anything (xAPI-Data 4.1)."""
    for key in value or ():
        check_iri(key, f"{at}.{key}", "xAPI-Data 4.1")
