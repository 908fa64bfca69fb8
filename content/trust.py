"""Whose word counts for a module beside Waymark's own, and for what kinds of facts."""

from typing import Annotated, Final, TypeAlias

from msgspec import Meta, Struct

EVERY_KIND: Final = "*"
"""All kinds that another authority's word is enough for without being named; modules/kinds.py has the table."""

AuthorityKey = Annotated[
    str,
    Meta(
        pattern=r"\A(account::\S+::[^\x00-\x1f]+|mbox::mailto:\S+@\S+|mbox_sha1sum::[0-9a-f]{40}|openid::\S+)\Z",
        max_length=600,
        description="the key of an authority as the statement browser shows it, such as account::https://lms.example::lms",
    ),
]
KindWord = Annotated[
    str,
    Meta(
        pattern=r"\A([a-z]+( [a-z]+)*|\*)\Z",
        max_length=40,
        description='the name of a kind of facts, such as "passed" or "signed off", or "*"',
    ),
]
TrustTable: TypeAlias = dict[
    AuthorityKey,
    Annotated[tuple[KindWord, ...], Meta(min_length=1, max_length=20, description="a list of kinds of facts")],
]
"""The table `[trusted]` of `module.toml`: by authority, the kinds of facts that it is believed about."""


class Trusted(Struct, frozen=True, order=True):
    """`authority` (an agent key) is believed about `kinds`.

    EVERY_KIND stands for the kinds that any trusted authority may vouch for. The others, which a person decides, it
    vouches for only where they are named: a sign-off, attendance, a review, a contribution, a waiver.
    """

    authority: str
    kinds: tuple[str, ...]


def trust_in(table: TrustTable) -> tuple[Trusted, ...]:
    """The table as the register keeps it: one form, in whatever order it was written."""
    return tuple(sorted(Trusted(authority, tuple(sorted(set(kinds)))) for authority, kinds in table.items()))
