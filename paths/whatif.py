"""What-if: what another version of a path would make of those who are on it, without a write."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from paths.catalogue import current_version
from paths.completion import Fulfilment, State, Verdict
from paths.concerned import EVERYONE, Among, Whom, concerned
from paths.register import Enrolment, fulfilments_of
from paths.requirements import ROOT, Group
from paths.rules import Rules
from paths.verdicts import judgements
from paths.versions import Difference, difference


class Outlook(StrEnum):
    """What would become of somebody.

    GAINS: the path is not complete, and would be. LOSES: it is, and would not be. BLOCKED: it would not be complete
    either, and something that they can open now would be locked. UNCHANGED: none of these.
    """

    GAINS = "gains"
    LOSES = "loses"
    BLOCKED = "blocked"
    UNCHANGED = "unchanged"


class Affected(msgspec.Struct, frozen=True):
    """Somebody for whom it would not be the same: the path's verdict now and then, and what would be `locked`."""

    enrolment: Enrolment
    outlook: Outlook
    before: Verdict
    after: Verdict
    locked: tuple[str, ...] = ()


class WhatIf(msgspec.Struct, frozen=True):
    """What would change in the path's current tree, for how many learners it was asked, and what became of them.

    `affected` are those for whom something would change, by their outlook, at most as many of each as were asked for.
    """

    difference: Difference
    learners: int
    counts: dict[Outlook, int]
    affected: tuple[Affected, ...]


def what_if(
    conn: Connection,
    path_id: UUID,
    tree: Group,
    *,
    fulfilments: Sequence[Fulfilment] = (),
    whom: Whom = Whom.EVERYBODY,
    among: Among = EVERYONE,
    limit: int | None = None,
    now: datetime,
) -> WhatIf:
    """What would become of those whom it is for (concerned.py) if they were judged by `tree`.

    `fulfilments` are recorded after those of the register, as publishing would; without any, the tree alone changes.
    At most `limit` are told of each outlook (None: all); the counts are of all.
    """
    asked = concerned(conn, path_id, whom, among, now=now)
    changed = Rules(tree, (*fulfilments_of(conn, path_id), *fulfilments), hash="")
    pairs = zip(asked, judgements(conn, asked, now=now), judgements(conn, asked, now=now, by=changed), strict=True)
    told = [_affected(enrolment, before.verdicts, after.verdicts) for enrolment, before, after in pairs]
    counts = Counter(each.outlook for each in told)
    return WhatIf(
        difference(current_version(conn, path_id).tree, tree),
        len(told),
        {outlook: counts[outlook] for outlook in Outlook},
        tuple(each for outlook in CHANGING for each in [one for one in told if one.outlook == outlook][:limit]),
    )


def _affected(enrolment: Enrolment, before: Mapping[str, Verdict], after: Mapping[str, Verdict]) -> Affected:
    locked = tuple(
        node
        for node, found in after.items()
        if found.state == State.LOCKED and node in before and before[node].state != State.LOCKED
    )
    return Affected(enrolment, _outlook(before[ROOT], after[ROOT], locked), before[ROOT], after[ROOT], locked)


def _outlook(before: Verdict, after: Verdict, locked: Sequence[str]) -> Outlook:
    match before.state == State.SATISFIED, after.state == State.SATISFIED:
        case False, True:
            return Outlook.GAINS
        case True, False:
            return Outlook.LOSES
        case False, False if locked:
            return Outlook.BLOCKED
        case _:
            return Outlook.UNCHANGED


CHANGING = (Outlook.LOSES, Outlook.BLOCKED, Outlook.GAINS)
"""The outlooks of those for whom something changes, the gravest first."""
