"""How a quiz is sent by a plain HTML form: one field a question, or one for each of its options."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from content import Match, Multiple, Numeric, Order, Question
from modules.marking import ITEM_DELIMITER, PAIR_DELIMITER

Fields = Mapping[str, Sequence[str]]
"""What a form sent: the values of each named field.

`q1` holds the option (single), the options (multiple), `true` or `false`, or the number; for match and order there is
`q1.OPTION`, holding the id of its target, or its place from 1.
"""

_AMBIGUOUS = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
_NUMBER = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,12})?")


class Fault(StrEnum):
    """What a learner may have done wrong in the form, to be said in their language beside the question."""

    UNANSWERED = "unanswered"
    NOT_A_NUMBER = "not a number"
    TWO_READINGS = "1,500 may be 1500 or 1.5"
    PLACE_TAKEN_TWICE = "two options have the same place"


def response_of(question: Question, fields: Fields) -> str | Fault:
    """The answer to `question` in `fields` as an xAPI response, or what must be mended.

    Whether the options exist is left to `marking.judge`: a form of ours cannot send others.
    """
    match question:
        case Multiple():
            return ITEM_DELIMITER.join(fields.get(question.id, ())) or Fault.UNANSWERED
        case Match():
            targets = _per_option(question, fields)
            pairs = (f"{option}{PAIR_DELIMITER}{target}" for option, target in targets.items())
            return ITEM_DELIMITER.join(pairs) if all(targets.values()) else Fault.UNANSWERED
        case Order():
            return _order(_per_option(question, fields))
        case Numeric():
            return _number(_only(fields, question.id))
        case _:
            return _only(fields, question.id) or Fault.UNANSWERED


def _only(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _per_option(question: Match | Order, fields: Fields) -> dict[str, str]:
    return {option: _only(fields, f"{question.id}.{option}") for option in question.option_ids}


def _order(places: dict[str, str]) -> str | Fault:
    if not set(places.values()) <= {str(place) for place in range(1, len(places) + 1)}:
        return Fault.UNANSWERED
    if len(set(places.values())) < len(places):
        return Fault.PLACE_TAKEN_TWICE
    return ITEM_DELIMITER.join(sorted(places, key=lambda option: int(places[option])))


def _number(text: str) -> str | Fault:
    """The number as people write it: with a comma or a point, and spaces between thousands."""
    plain = re.sub(r"\s", "", text).replace("\N{MINUS SIGN}", "-").removeprefix("+")
    if not plain:
        return Fault.UNANSWERED
    if _AMBIGUOUS.fullmatch(plain):
        return Fault.TWO_READINGS
    return plain.replace(",", ".") if _NUMBER.fullmatch(plain) else Fault.NOT_A_NUMBER
