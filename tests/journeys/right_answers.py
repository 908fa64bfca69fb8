"""The form that answers a quiz rightly, as a browser would send it."""

from collections.abc import Iterator

from content import Match, Multiple, Numeric, Order, Question, Quiz, Single, TrueFalse


def right_fields(quiz: Quiz) -> list[tuple[str, str]]:
    """Names and values for every question of `quiz`."""
    return [field for question in quiz.questions for field in _fields(question)]


def _fields(question: Question) -> Iterator[tuple[str, str]]:
    match question:
        case Single() | Multiple():
            yield from ((question.id, option) for option in question.right)
        case TrueFalse():
            yield question.id, str(question.right).lower()
        case Numeric():
            yield question.id, str(question.right)
        case Match():
            yield from ((f"{question.id}.{option}", target) for option, target in question.pairs.items())
        case Order():
            yield from ((f"{question.id}.{option}", str(place)) for place, option in enumerate(question.right, 1))
