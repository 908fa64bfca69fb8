"""What an enrolment is judged by: the tree that it is pinned to, and what fulfils its leaves."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from content import DeliveryMode, Finishing
from paths.judging.completion import LATEST, Fulfilment, in_force
from paths.register.catalogue import version
from paths.register.register import Enrolment, fulfilments_of
from paths.tables.paths import paths
from paths.tree.requirements import Group, SignPost, leaves, nodes


class Rules(msgspec.Struct, frozen=True):
    """All that decides a verdict besides facts and dates; `hash` is the SHA-256 of it in hex."""

    tree: Group
    fulfilments: Sequence[Fulfilment]
    hash: str
    time_zone: str = "UTC"

    @property
    def activities(self) -> set[str]:
        """What facts must be about to be of use."""
        return {rule.activity for rule in self.fulfilments}


def rules_of(conn: Connection, enrolments: Collection[Enrolment], *, known_at: datetime = LATEST) -> dict[UUID, Rules]:
    """By path version, the rules that the enrolments pinned to it are judged by, as far as they were known."""
    path_ids = {each.path_id for each in enrolments}
    fulfilments = {path_id: fulfilments_of(conn, path_id) for path_id in path_ids}
    named = select(paths.c.id, paths.c.time_zone).where(paths.c.id.in_(path_ids))
    zones = {row.id: row.time_zone for row in conn.execute(named)}
    return {
        each.id: _rules(each.tree, each.tree_hash, tuple(fulfilments[each.path_id]), zones[each.path_id], known_at)
        for each in (version(conn, version_id) for version_id in {each.version_id for each in enrolments})
    }


@lru_cache(1000)
def _rules(
    tree: Group, tree_hash: str, fulfilments: tuple[Fulfilment, ...], time_zone: str, known_at: datetime
) -> Rules:
    rules = in_force(fulfilments, known_at)
    read = [
        (
            rule.requirement,
            rule.activity,
            _spelled(rule),
            [*sorted(rule.authorities), *rule.trusted],
            rule.counts_from,
            rule.counts_until,
        )
        for leaf in leaves(tree)
        for rule in rules.get(leaf.id, ())
    ]
    said = (tree_hash, read, time_zone) if _has_dates(tree) else (tree_hash, read)
    return Rules(tree, fulfilments, hashlib.sha256(msgspec.json.encode(said)).hexdigest(), time_zone)


def _has_dates(tree: Group) -> bool:
    """Whether it matters where the path's days begin."""
    return any(node.when is not None for node in nodes(tree) if not isinstance(node, SignPost))


def _spelled(rule: Fulfilment) -> object:
    """What finishes it. The word of cmi5 stands alone where there is nothing else: as it did before there was."""
    word = rule.finishing.move_on
    if rule.delivery == DeliveryMode.ONLINE and rule.finishing == Finishing(move_on=word):
        return word
    return rule.delivery, rule.finishing
