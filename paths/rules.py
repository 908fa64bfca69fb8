"""What an enrolment is judged by: the tree that it is pinned to, and what fulfils its leaves."""

import hashlib
from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from content import DeliveryMode, Finishing
from paths.catalogue import PathVersion, version
from paths.completion import Fulfilment, in_force
from paths.register import Enrolment, fulfilments_of
from paths.requirements import Group, leaves


class Rules(msgspec.Struct, frozen=True):
    """All that decides a verdict besides facts and dates; `hash` is the SHA-256 of it in hex."""

    tree: Group
    fulfilments: Sequence[Fulfilment]
    hash: str

    @property
    def activities(self) -> set[str]:
        """What facts must be about to be of use."""
        return {rule.activity for rule in self.fulfilments}


def rules_of(conn: Connection, enrolments: Collection[Enrolment]) -> dict[UUID, Rules]:
    """By path version, the rules that the enrolments pinned to it are judged by."""
    fulfilments = {path_id: fulfilments_of(conn, path_id) for path_id in {each.path_id for each in enrolments}}
    return {
        version_id: _rules(version(conn, version_id), fulfilments[path_id])
        for version_id, path_id in {each.version_id: each.path_id for each in enrolments}.items()
    }


def _rules(pinned: PathVersion, fulfilments: Sequence[Fulfilment]) -> Rules:
    rules = in_force(fulfilments)
    read = [
        (
            rule.requirement,
            rule.activity,
            _spelled(rule),
            [*sorted(rule.authorities), *rule.trusted],
            rule.counts_from,
            rule.counts_until,
        )
        for leaf in leaves(pinned.tree)
        for rule in rules.get(leaf.id, ())
    ]
    found = hashlib.sha256(msgspec.json.encode((pinned.tree_hash, read))).hexdigest()
    return Rules(pinned.tree, fulfilments, found)


def _spelled(rule: Fulfilment) -> object:
    """What finishes it. The word of cmi5 stands alone where there is nothing else: as it did before there was."""
    word = rule.finishing.move_on
    if rule.delivery == DeliveryMode.ONLINE and rule.finishing == Finishing(move_on=word):
        return word
    return rule.delivery, rule.finishing
