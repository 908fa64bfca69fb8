"""Whose work a person signed off: what must be judged anew when it turns out that they held another position then."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, select

from lrs import account_key, account_of_key
from paths.tables import facts
from people import Account, accounts_of, owners_of


def signed_by(conn: Connection, person_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """By learner as they are now, the activities that one of the persons signed off."""
    agents = {account_key(one.home_page, one.name) for each in person_ids for one in accounts_of(conn, each)}
    signed = select(facts.c.agent, facts.c.activity).where(facts.c.by.in_(agents)).distinct()
    learners: dict[Account, set[str]] = defaultdict(set)
    for row in conn.execute(signed):
        if named := account_of_key(row.agent):
            learners[Account(*named)].add(row.activity)
    found: dict[UUID, set[str]] = defaultdict(set)
    for account, person_id in owners_of(conn, learners).items():
        found[person_id] |= learners[account]
    return dict(found)
