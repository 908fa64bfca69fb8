"""What is peculiar to the grade books of products, in one table."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec


class GradeBook(msgspec.Struct, frozen=True):
    """How a product takes what is said of grades.

    `takes_progress`: a score message without a score, before there is a grade, changes no grade and is no submission.
    `makes_columns`: a link without a column may be given one; otherwise its settings there say whether it is graded.
    """

    takes_progress: bool = True
    makes_columns: bool = True


_KNOWN: Mapping[str, GradeBook] = MappingProxyType(
    {
        # Anything but FullyGraded deletes the grade, also one that the teacher has typed in (4.5.6, seen by trial).
        "moodle": GradeBook(takes_progress=False, makes_columns=False),
        # Each message is a submission of its own, and counts as an attempt.
        "canvas": GradeBook(takes_progress=False),
    }
)
_UNKNOWN = GradeBook(takes_progress=False)


def grade_book_of(product: str | None) -> GradeBook:
    """By the product's family code (LTI 1.3 core §5.4.2, "tool_platform").

    One that we know nothing about is taken to keep to AGS 2.0; one that does not say what it is, is told grades alone.
    """
    return _UNKNOWN if product is None else _KNOWN.get(product.lower(), GradeBook())
