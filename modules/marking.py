"""How an answer is judged. A response is always a string in xAPI's own format for its kind of interaction.

So what a form sends, what is stored, what stands in a statement and what is judged are one thing (xAPI 2.4.4.1,
"Interaction Activities": response patterns; the delimiters are those of SCORM 2004).
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from base import Invalid
from content import Match, Multiple, Numeric, Order, Question, Single, TrueFalse

InteractionType = Literal["choice", "sequencing", "true-false", "numeric", "matching"]

ITEM_DELIMITER = "[,]"
PAIR_DELIMITER = "[.]"

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")


class Answer(msgspec.Struct, frozen=True):
    """A response, in xAPI's format, and whether it is right."""

    response: str
    correct: bool


class Score(msgspec.Struct, frozen=True):
    """How many of all questions were answered rightly; each weighs the same."""

    right: int
    of: int

    @property
    def scaled(self) -> float:
        """From 0 to 1, not rounded: a rounded score could reach a mastery that the answers did not."""
        return self.right / self.of


def judge(question: Question, response: str) -> bool:
    """Whether `response` is right: wholly, for there are no parts of a point.

    Raises Invalid for a response that the question does not allow; unlike a wrong one it comes from no form of ours.
    """
    match question:
        case Single():
            return _known(question, [response], question.options) == list(question.right)
        case Multiple():
            return set(_known(question, _items(response), question.options)) == set(question.right)
        case Order():
            return _each_once(question, _items(response), question.options) == list(question.right)
        case TrueFalse():
            return _known(question, [response], ("true", "false")) == [str(question.right).lower()]
        case Numeric():
            return abs(_number(question, response) - Decimal(str(question.right))) <= Decimal(str(question.tolerance))
        case Match():
            return _pairs(question, response) == question.pairs


def interaction_type(question: Question) -> InteractionType:
    """The question's kind in xAPI's words (2.4.4.1, interactionType)."""
    match question:
        case Single() | Multiple():
            return "choice"
        case Order():
            return "sequencing"
        case TrueFalse():
            return "true-false"
        case Numeric():
            return "numeric"
        case Match():
            return "matching"


def _items(response: str) -> list[str]:
    return response.split(ITEM_DELIMITER)


def _known(question: Question, chosen: list[str], allowed: Sequence[str]) -> list[str]:
    if len(set(chosen)) < len(chosen) or not set(chosen) <= set(allowed):
        raise _strange(question, ITEM_DELIMITER.join(chosen), f"different ones of {', '.join(allowed)}")
    return chosen


def _each_once(question: Question, chosen: list[str], allowed: Sequence[str]) -> list[str]:
    if len(_known(question, chosen, allowed)) < len(allowed):
        raise _strange(question, ITEM_DELIMITER.join(chosen), f"each of {', '.join(allowed)} once")
    return chosen


def _number(question: Question, response: str) -> Decimal:
    # Decimal, because in binary 0.4 lies outside a tolerance of 0.1 around 0.3. ASCII digits and a bounded
    # length only, because Decimal would also read "NaN" and "1e999999".
    if not _NUMBER.fullmatch(response):
        raise _strange(question, response, "a number such as 12.5")
    return Decimal(response)


def _pairs(question: Match, response: str) -> dict[str, str]:
    parts = [item.split(PAIR_DELIMITER) for item in _items(response)]
    if any(len(part) != 2 or part[1] not in question.target_ids for part in parts):  # noqa: PLR2004 (a pair)
        raise _strange(question, response, f"option{PAIR_DELIMITER}target, the targets being {question.target_ids}")
    _each_once(question, [part[0] for part in parts], question.option_ids)
    return {option: target for option, target in parts}  # noqa: C416 (dict() cannot see that each part is a pair)


def _strange(question: Question, response: str, would_pass: str) -> Invalid:
    return Invalid(
        f"The answer to {question.id} is {response[:80]!r}; it must be {would_pass}.",
        rule="xAPI 2.4.4.1 interaction responses",
        where=question.id,
    )
