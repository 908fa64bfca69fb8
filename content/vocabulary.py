"""The small typed words of the library format; a `Meta.description` says what would pass: the cure that authors see."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from base import LANGUAGES, msgid


class Status(StrEnum):
    """Where a module stands in its life. Only a draft may be unfinished."""

    DRAFT = "draft"
    PILOT = "pilot"
    LIVE = "live"
    RETIRED = "retired"


class MoveOn(StrEnum):
    """What finishes an assignable unit (cmi5 13.1.4, `moveOn`)."""

    PASSED = "Passed"
    COMPLETED = "Completed"
    COMPLETED_AND_PASSED = "CompletedAndPassed"
    COMPLETED_OR_PASSED = "CompletedOrPassed"
    NOT_APPLICABLE = "NotApplicable"


Language = Annotated[
    str, Meta(pattern=rf"\A({'|'.join(LANGUAGES)})\Z", description=f"one of the languages {', '.join(LANGUAGES)}")
]
Slug = Annotated[
    str,
    Meta(
        pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
        max_length=80,
        description=msgid("lower-case words and digits joined by '-'"),
    ),
]
Id = Annotated[
    str,
    Meta(
        pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
        max_length=40,
        description=msgid("a short id: lower-case, digits and '-'"),
    ),
]
Line = Annotated[
    str,
    Meta(
        pattern=r"\A(?=\S)[^\x00-\x1f\x7f-\x9f]*(?<=\S)\Z",
        max_length=600,
        description=msgid("one line of plain text, at most 600 characters, no space at either end"),
    ),
]
Iri = Annotated[
    str,
    Meta(
        pattern=r"\Ahttps?://[^\s<>\"{}|\\^`\x00-\x1f]+\Z",
        max_length=400,
        description=msgid("an absolute https:// IRI"),
    ),
]
Minutes = Annotated[int, Meta(ge=1, le=600, description="whole minutes, 1 to 600")]
CreditPoints = Annotated[float, Meta(gt=0, le=1000, description=msgid("a number above 0 and up to 1000"))]
Scaled = Annotated[float, Meta(ge=0, le=1, description=msgid("a number from 0 to 1"))]
Goal = Annotated[int, Meta(ge=1, le=17, description="the number of a Sustainable Development Goal, 1 to 17")]
Sha256 = Annotated[
    str, Meta(pattern=r"\A[0-9a-f]{64}\Z", description="64 hexadecimal digits, as `waymark check --stamp` writes them")
]
