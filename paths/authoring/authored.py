"""The forms of what authors write of a path: the same in its TOML file, in the editor and in an export."""

from collections.abc import Iterator
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta

from base import LANGUAGES, msgid
from content import CreditPoints, Finishing, Id, Iri, Language, Line, Slug, Status
from paths.register.audience import Audience
from paths.tree.requirements import When

Threshold = Annotated[float, Meta(gt=0, le=1, description=msgid("a number above 0 and up to 1"))]
Count = Annotated[int, Meta(ge=1, le=500, description=msgid("how many are needed, 1 or more"))]
GroupKind: TypeAlias = Literal["all", "n-of", "credits", "team"]
Texts: TypeAlias = dict[Language, Line]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One `[[tree.items]]`, known by which of these it names.

    `module`: a requirement; what finishes one of the modules `also` fulfils it too. `kind`: a group with its `items`.
    `path`: the whole of another path. `url`: a sign-post. `credits` are what a requirement brings, where its module
    does not say it, and what a group of the kind credits needs.
    """

    id: Id
    module: Slug | None = None
    also: tuple[Slug, ...] = ()
    optional: bool = False
    after: tuple[Id, ...] = ()
    min_score: Threshold | None = None
    asks: Finishing | None = None
    credits: CreditPoints | None = None
    when: When | None = None
    path: Slug | None = None
    url: Iri | None = None
    kind: GroupKind | None = None
    n: Count | None = None
    at_least: Count | None = None
    positions: tuple[Slug, ...] = ()
    title: Texts = {}
    items: tuple["Item", ...] = ()


class Root(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`[tree]`: what the whole path asks for."""

    kind: GroupKind
    n: Count | None = None
    credits: CreditPoints | None = None
    at_least: Count | None = None
    positions: tuple[Slug, ...] = ()
    when: When | None = None
    items: tuple[Item, ...] = ()


class PathSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A path as its file says it. `recertification` is the path by which what has run out is shown anew."""

    id: UUID
    slug: Slug
    activity: Iri
    status: Status
    role: Slug
    time_zone: Line
    title: Texts
    summary: Texts
    recertification: Slug | None = None
    audience: Annotated[tuple[Audience, ...], Meta(max_length=50, description=msgid("a list of rules"))] = ()
    tree: Root

    @property
    def modules(self) -> dict[str, tuple[str, ...]]:
        """By requirement of its own, the slugs of the modules that fulfil it, first the one that is opened."""
        return {item.id: (item.module, *item.also) for item in self.items if item.module is not None}

    @property
    def titles(self) -> dict[str, Texts]:
        """By id, what its own groups and sign-posts are called."""
        return {item.id: item.title for item in self.items if item.kind is not None or item.url is not None}

    @property
    def nested(self) -> dict[str, str]:
        """By id, the slugs of the paths that are taken in whole."""
        return {item.id: item.path for item in self.items if item.path is not None}

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item, in the author's order, a group before its items."""
        return tuple(_all_items(self.tree))

    @property
    def languages_needed(self) -> set[str]:
        """In what languages its titles must be given: a draft's may come later."""
        return {"en"} if self.status == Status.DRAFT else {*LANGUAGES}


def _all_items(group: Root | Item) -> Iterator[Item]:
    for item in group.items:
        yield item
        yield from _all_items(item)
