"""Whom we believe about authorities: who sends a statement may be trusted to say who vouches for it."""

from msgspec import Struct

from lrs.standard.intake import Incoming
from lrs.standard.statements import Agent


class Trust(Struct, frozen=True):
    """Under which authority statements are stored: `own`, or with `keeps` the one that they name.

    An authority with an account at `home` is kept in no case: it would pass for one of this installation's.
    """

    own: Agent
    keeps: bool = False
    home: str | None = None

    def authority(self, incoming: Incoming) -> Agent:
        named = incoming.statement.authority
        if not self.keeps or named is None:
            return self.own
        homes = {one.account.home_page for one in (named, *(named.member or ())) if one.account is not None}
        return self.own if self.home in homes else named
