"""Whose work a person signed off: what must be judged anew when it turns out that they held another position then."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Connection, select

from lrs import account_key, account_of_key
from paths.tables.paths import facts
from people import Account, owners_of, tenures_of


def signed_by(conn: Connection, person_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """By learner as they are now, the activities that one of the persons signed off."""
    held = [tenure.account for own in tenures_of(conn, person_ids).values() for tenure in own if tenure.end is None]
    agents = {account_key(account.home_page, account.name) for account in held}
    signed = select(facts.c.agent, facts.c.activity).where(facts.c.by.in_(agents)).distinct()
    learners: dict[Account, set[str]] = defaultdict(set)
    for row in conn.execute(signed):
        if named := account_of_key(row.agent):
            learners[Account(*named)].add(row.activity)
    found: dict[UUID, set[str]] = defaultdict(set)
    for account, person_id in owners_of(conn, learners).items():
        found[person_id] |= learners[account]
    return dict(found)
