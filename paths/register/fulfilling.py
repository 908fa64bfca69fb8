"""The dated list of what fulfils the requirements of a path: which modules those are, and recording what changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, insert, select

from content import DeliveryMode
from modules import Module
from paths.tables.paths import fulfilments

Key: TypeAlias = tuple[str, str, str]
"""Requirement, activity and delivery: of each, the last row of the register is the state."""

BESIDE = -1
"""The place of what somebody accepted beside what the author names (authoring/accepting.py): nothing opens it."""


def fulfilling_modules(conn: Connection, path_id: UUID) -> dict[str, tuple[UUID, ...]]:
    """By requirement, the modules whose evidence counts on, in the author's order."""
    rows = [
        row for row in newest_fulfilments(conn, path_id).values() if row.counts_until is None and row.place != BESIDE
    ]
    found: dict[str, dict[UUID, None]] = {}
    for row in sorted(rows, key=lambda row: (row.requirement, row.place, row.seq)):
        found.setdefault(row.requirement, {})[row.module_id] = None
    return {requirement: tuple(modules) for requirement, modules in found.items()}


def record_fulfilments(
    conn: Connection,
    path_id: UUID,
    wanted: Mapping[str, Sequence[Module]],
    *,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> bool:
    """Records that the modules `wanted` fulfil each requirement, where that differs from the register; says if it did.

    What a module that is no longer named showed until now still counts, and so does what was accepted beside it.
    Requirements that are not `wanted` are left alone: those pinned to an earlier version still have them.
    """
    rows = rows_to_record(conn, path_id, wanted, now=now)
    for row in rows:
        conn.execute(insert(fulfilments).values(**row, path_id=path_id, by=by, reason=reason))
    return bool(rows)


def rows_to_record(
    conn: Connection, path_id: UUID, wanted: Mapping[str, Sequence[Module]], *, now: datetime
) -> list[dict[str, Any]]:
    """What `record_fulfilments` would write: what differs from the register."""
    newest = newest_fulfilments(conn, path_id)
    rules = {key: rule for requirement, each in wanted.items() for key, rule in _rules(requirement, each).items()}
    rows = [rule for key, rule in rules.items() if key not in newest or _differs(newest[key], rule)]
    rows += [
        {**{name: getattr(row, name) for name in _KEPT}, "counts_until": now}
        for key, row in newest.items()
        if key not in rules and row.requirement in wanted and row.counts_until is None and row.place != BESIDE
    ]
    return [{**row, "recorded_at": now} for row in rows]


_SAID = ("module_id", "finishing", "authorities", "place", "counts_from", "counts_until")
_KEPT = ("requirement", "activity", "delivery", "module_id", "finishing", "authorities", "place", "counts_from")


def _rules(requirement: str, modules: Sequence[Module]) -> dict[Key, dict[str, Any]]:
    """The rows that say so, each way of taking each module in its place."""
    rules: dict[Key, dict[str, Any]] = {}
    for module in modules:
        for way in module.ways:
            activity, delivery = way.activity or module.activity, DeliveryMode(way.mode).value
            row = {
                "requirement": requirement,
                "activity": activity,
                "delivery": delivery,
                "module_id": module.id,
                "finishing": msgspec.json.encode(way.finishing),
                "authorities": msgspec.json.encode(module.trusted),
                "place": len(rules),
                "counts_from": None,
                "counts_until": None,
            }
            rules.setdefault((requirement, activity, delivery), row)
    return rules


def _differs(row: Row[Any], rule: Mapping[str, Any]) -> bool:
    return any(getattr(row, name) != rule[name] for name in _SAID)


def newest_fulfilments(conn: Connection, path_id: UUID) -> dict[Key, Row[Any]]:
    """By key, what is recorded now."""
    rows = conn.execute(select(fulfilments).where(fulfilments.c.path_id == path_id).order_by(fulfilments.c.seq))
    return {(row.requirement, row.activity, row.delivery): row for row in rows}
