"""Whom a path is for: rules over what people do, need and belong to. Pure; paths/audience_rules.py acts on them."""

from collections.abc import Iterable
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from base import msgid
from content import Slug
from people import OrganisationKind, profiles

Country: TypeAlias = Annotated[
    str, Meta(pattern=r"\A[A-Z]{2}\Z", description=msgid("a code of ISO 3166-1, such as AM"))
]
Need: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60, description=msgid("a topic in small letters"))]


class Audience(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whoever has all that it names. The kind and the country are asked of one and the same organisation."""

    position: Slug | None = None
    organisation_kind: OrganisationKind | None = None
    country: Country | None = None
    need: Need | None = None

    @property
    def is_everybody(self) -> bool:
        """Whether it names nothing; such a rule is for nobody, since it was hardly meant."""
        return self == Audience()


def is_for(audience: Iterable[Audience], profile: profiles.Profile) -> bool:
    """Whether one of the rules is about somebody with this profile."""
    return any(_fits(each, profile) for each in audience)


def _fits(rule: Audience, profile: profiles.Profile) -> bool:
    return (
        not rule.is_everybody
        and (rule.position is None or rule.position in profile.positions)
        and (rule.need is None or rule.need in profile.needs)
        and (
            (rule.organisation_kind is None and rule.country is None)
            or any(
                rule.organisation_kind in {None, each.kind} and rule.country in {None, each.country}
                for each in profile.belongings
            )
        )
    )
