"""What the files of a library say, as frozen values, and the canonical form by which a module version is known."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from base import msgid
from content.finishing import Delivery, DeliveryMode, Finishing
from content.quiz import Quiz, QuizText
from content.trust import TrustTable
from content.vocabulary import CreditPoints, Goal, Iri, Language, Line, Minutes, MoveOn, Scaled, Sha256, Slug, Status

Words = Annotated[tuple[Line, ...], Meta(max_length=20, description="a list of at most 20 short texts")]


class Skills(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a module trains: the craft, and the ways of working with people."""

    hard: Words = ()
    soft: Words = ()


Texts = Annotated[dict[Language, Line], Meta(description=msgid("a text for each language"))]


class ModuleSpec(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The file `module.toml`: everything about a module that is the same in all languages, and its titles.

    `move_on` and `mastery` are what finishes it online; without them it is taken in its other `deliveries` only. Any
    one of them fulfils it.
    """

    id: Annotated[UUID, Meta(description="a UUID that no other module has, and that never changes")]
    activity: Iri
    status: Annotated[Status, Meta(description=msgid("draft, pilot, live or retired"))]
    minutes: Minutes
    source_language: Language
    mastery: Scaled | None = None
    move_on: Annotated[MoveOn, Meta(description=f"one of {', '.join(MoveOn)}")] | None = None
    topics: Words
    skills: Annotated[Skills, Meta(description="the lists hard and soft")]
    sdgs: Annotated[tuple[Goal, ...], Meta(max_length=17, description="a list of goals, each 1 to 17")]
    audience: Annotated[tuple[Slug, ...], Meta(max_length=20, description="a list of roles, like project-manager")]
    provider: Line
    licence: Line
    title: Texts
    summary: Texts
    quiz: Quiz | None = None
    trusted: TrustTable = {}
    credits: CreditPoints | None = None
    deliveries: Annotated[tuple[Delivery, ...], Meta(max_length=20, description="a list of ways of taking it")] = ()

    @property
    def has_quiz(self) -> bool:
        return self.quiz is not None

    @property
    def ways(self) -> tuple[Delivery, ...]:
        """All ways of taking it, online first."""
        return self.deliveries if self.move_on is None else (online(self.move_on), *self.deliveries)


def online(move_on: MoveOn) -> Delivery:
    """The way of taking a module in our own player."""
    return Delivery(DeliveryMode.ONLINE, Finishing(move_on=move_on))


class TranslationStamp(Struct, frozen=True, forbid_unknown_fields=True):
    """The file `meta.toml`: which source texts a translation was made from, as SHA-256 of the source files."""

    index_source: Sha256
    quiz_source: Sha256 | None = None


class ModuleSource(ModuleSpec, frozen=True, kw_only=True):
    """A whole module as its folder holds it. `texts` and `quiz_texts` are by language; a draft may have neither."""

    slug: Slug
    texts: dict[Language, str]
    quiz_texts: dict[Language, QuizText]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the module can be taken, the source first."""
        return tuple(sorted(self.texts, key=lambda language: (language != self.source_language, language)))

    @property
    def version_hash(self) -> str:
        """SHA-256 (hex) of the canonical form: equal exactly when everything that a learner could meet is equal."""
        return sha256(canonical_json(self)).hexdigest()


class PathFile(Struct, frozen=True):
    """A path as its TOML file says it, not yet judged: the tree is the business of `paths`."""

    file: str
    toml: dict[str, Any]


def canonical_json(module: ModuleSource) -> bytes:
    """The one JSON form of a module: keys sorted, defaults left out. `module_from_json` reads it back.

    So neither the order of fields in our code nor a new optional field makes a new version of an old module.
    """
    return msgspec.json.encode(module, order="sorted")


def module_from_json(document: bytes) -> ModuleSource:
    return msgspec.json.decode(document, type=ModuleSource)
