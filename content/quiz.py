"""A quiz in two halves: its language-neutral structure with the right answers, and its words in one language."""

from typing import Annotated

from msgspec import Meta, Struct

from content.vocabulary import Id, Line

Options = Annotated[tuple[Id, ...], Meta(min_length=2, max_length=8, description="a list of 2 to 8 different ids")]
Pairs = Annotated[dict[Id, Id], Meta(min_length=2, max_length=8, description="2 to 8 pairs, option = target")]
OneId = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=1, description='a list of one option, like ["b"]')]
SomeIds = Annotated[tuple[Id, ...], Meta(min_length=1, max_length=8, description="a list of at least one option")]
Number = Annotated[float, Meta(ge=-1e12, le=1e12, description="a number")]
Tolerance = Annotated[float, Meta(ge=0, le=1e12, description="a number that is not negative")]


class _Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind"):
    id: Id

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The ids that need words in every language."""
        return ()

    @property
    def target_ids(self) -> tuple[str, ...]:
        """The ids of what options are matched with; they need words too."""
        return ()


class _Choice(_Question, frozen=True):
    options: Options

    @property
    def option_ids(self) -> tuple[str, ...]:
        return self.options

    def _check(self, right: tuple[str, ...]) -> None:
        _refuse_repeated("options", self.options)
        _refuse_repeated("right", right)
        if strange := [each for each in right if each not in self.options]:
            raise ValueError(f"right names {', '.join(strange)}, but options are {', '.join(self.options)}")


class Single(_Choice, frozen=True, tag="single"):
    """Choose the one right option."""

    right: OneId

    def __post_init__(self) -> None:
        self._check(self.right)


class Multiple(_Choice, frozen=True, tag="multiple"):
    """Choose all right options and no other."""

    right: SomeIds

    def __post_init__(self) -> None:
        self._check(self.right)


class Order(_Choice, frozen=True, tag="order"):
    """Put all options into the right order."""

    right: Options

    def __post_init__(self) -> None:
        self._check(self.right)
        if missing := [each for each in self.options if each not in self.right]:
            raise ValueError(f"right leaves out {', '.join(missing)}; an order names every option once")


class TrueFalse(_Question, frozen=True, tag="true-false"):
    """Say whether the sentence is true."""

    right: Annotated[bool, Meta(description="true or false")]


class Numeric(_Question, frozen=True, tag="numeric"):
    """Give a number; it is right within `tolerance` of `right`, ends included."""

    right: Number
    tolerance: Tolerance


class Match(_Question, frozen=True, tag="match"):
    """Match each option with its target. Several options may share a target.

    Both lists of ids are sorted, so that neither betrays by its order what belongs together.
    """

    pairs: Pairs

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(sorted(self.pairs))

    @property
    def target_ids(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.pairs.values())))


Question = Single | Multiple | TrueFalse | Numeric | Match | Order
_OneQuestion = Annotated[
    Question, Meta(description="a question whose kind is single, multiple, true-false, numeric, match or order")
]


class Quiz(Struct, frozen=True, forbid_unknown_fields=True):
    """The questions in the order in which they are asked, with the right answers: never sent to a learner."""

    questions: Annotated[tuple[_OneQuestion, ...], Meta(min_length=1, max_length=40, description="1 to 40 questions")]

    def __post_init__(self) -> None:
        _refuse_repeated("question ids", tuple(question.id for question in self.questions))


class QuestionText(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One question in one language: plain text, never markup."""

    text: Line
    feedback: Line
    options: dict[Id, Line] = {}
    targets: dict[Id, Line] = {}


class QuizText(Struct, frozen=True, forbid_unknown_fields=True):
    """The file `<language>/quiz.toml`: question id → its words."""

    questions: Annotated[dict[Id, QuestionText], Meta(description="the words of each question")]


def _refuse_repeated(what: str, ids: tuple[str, ...]) -> None:
    if repeated := sorted({each for each in ids if ids.count(each) > 1}):
        raise ValueError(f"{what} hold {', '.join(repeated)} more than once")
