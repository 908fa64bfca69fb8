"""Paths with any tree, whatever the file form can say: published with the same requirements, then given the tree."""

from collections.abc import Iterable, Mapping
from itertools import cycle

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from content import Finishing
from paths.judging.completion import Fulfilment
from paths.tables.paths import fulfilments, path_versions
from paths.tree.requirements import Group, canonical, leaves, tree_hash
from tests.paths.makers import leaf
from tests.paths.world import SLUGS, publish


def publish_tree(
    conn: Connection,
    tree: Group,
    *,
    modules: Mapping[str, str] | None = None,
    finishing: Mapping[str, Finishing] | None = None,
) -> None:
    """The path "growth" has `tree`; a leaf is fulfilled by its module of `modules`, or by the next of three in turn.

    What finishes a leaf's module stands in `finishing`, and else in the module. The modules are published already.
    """
    by_leaf = {found.id: slug for found, slug in zip(leaves(tree), cycle(SLUGS), strict=False)} | dict(modules or {})
    publish(conn, *(leaf(id_, slug) for id_, slug in by_leaf.items()))
    conn.execute(update(path_versions).values(tree=canonical(tree), tree_hash=tree_hash(tree)))
    for id_, rule in (finishing or {}).items():
        said = {"finishing": msgspec.json.encode(rule)}
        conn.execute(update(fulfilments).where(fulfilments.c.requirement == id_).values(said))


def publish_rules(conn: Connection, tree: Group, rules: Iterable[Fulfilment]) -> None:
    """The path "growth" has `tree`, and what fulfils its leaves stands in the register as `rules` say."""
    publish(conn, leaf("any", SLUGS[0]))
    conn.execute(update(path_versions).values(tree=canonical(tree), tree_hash=tree_hash(tree)))
    like = {name: value for name, value in conn.execute(select(fulfilments)).one()._mapping.items() if name != "seq"}
    conn.execute(delete(fulfilments))
    for rule in rules:
        own = {
            "requirement": rule.requirement,
            "activity": rule.activity,
            "delivery": rule.delivery.value,
            "finishing": msgspec.json.encode(rule.finishing),
            "counts_from": rule.counts_from,
            "counts_until": rule.counts_until,
            "recorded_at": rule.recorded_at,
        }
        conn.execute(insert(fulfilments).values(like | own))
