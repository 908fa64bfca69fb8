"""What goes to other record stores next, and how far it came: a cursor over the log for each (decision 14)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, json
from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, or_, select, update

from base import new_uuid, upsert
from lrs.browsing.selection import EVERYTHING, Chosen, Selection, Stretch, last_seq, walk
from lrs.exchange.delivering import Refused, Settled
from lrs.exchange.forwarding import BATCH
from lrs.exchange.other_stores import LEASE, next_try
from lrs.log.references import CHAIN_LIMIT
from lrs.standard.intake import AttachedFile
from lrs.tables.attachments import attachments
from lrs.tables.exchange import forwarding_refusals, forwardings, pulls
from lrs.tables.statements import references, statements

BATCH_BYTES: Final = 900_000
"""What one request holds at most, of one statement alone more: many servers refuse a body of over a megabyte."""

_ERROR_CHARACTERS: Final = 2000


class Delivery(Struct, frozen=True):
    """Statements that one worker may send to one store until its lease ends; `again` are those refused before.

    Once all are settled, the forwarding stands at `through`. `files` are those of attachments, by sequence.
    """

    id: UUID
    endpoint: str
    version: str
    secret: bytes
    lease: UUID
    statements: Sequence[Chosen]
    through: int
    again: bool
    files: Mapping[int, Sequence[AttachedFile]]


def has_due_delivery(conn: Connection, *, now: datetime) -> bool:
    """Whether `claim_delivery` would find something to look at."""
    return conn.execute(_due(conn, now)).first() is not None


def claim_delivery(conn: Connection, *, now: datetime) -> Delivery | None:
    """The next statements for a store, leased to the caller; None when no store waits.

    Where none of the log's next statements is selected there is nothing to send: the forwarding then already stands
    behind them.
    """
    row = conn.execute(_due(conn, now).with_for_update(skip_locked=True, of=forwardings)).first()
    if row is None:
        return None
    lease = new_uuid()
    again = _refused_before(conn, row)
    stretch = Stretch(again, row.position) if again else _next(conn, row)
    if stretch.statements:
        conn.execute(_of(row.id).values(lease=lease, leased_until=now + LEASE))
    else:
        conn.execute(_of(row.id).values(position=stretch.through))
    files = _files(conn, [one.seq for one in stretch.statements])
    kept = (row.id, row.endpoint, row.version, row.secret)
    return Delivery(*kept, lease, stretch.statements, stretch.through, bool(again), files)


def record_delivery(conn: Connection, delivery: Delivery, settled: Settled, *, now: datetime) -> bool:
    """Keep how far a delivery came, once; False when its lease was over and another worker has taken the store."""
    row = conn.execute(
        select(forwardings)
        .where(forwardings.c.id == delivery.id, forwardings.c.lease == delivery.lease)
        .with_for_update()
    ).first()
    if row is None:
        return False
    done = delivery.statements[: settled.count]
    if delivery.again:
        gone = forwarding_refusals.c.seq.in_([one.seq for one in done])
        conn.execute(delete(forwarding_refusals).where(forwarding_refusals.c.forwarding == delivery.id, gone))
    _keep_refused(conn, delivery.id, settled.refused, now)
    accepted = settled.count - len(settled.refused)
    conn.execute(
        _of(delivery.id).values(
            lease=None,
            leased_until=None,
            position=row.position if delivery.again else _position(delivery, settled, row.position),
            accepted=row.accepted + accepted,
            last_success_at=now if accepted else row.last_success_at,
            **_progress(row, settled, now),
        )
    )
    return True


def _position(delivery: Delivery, settled: Settled, before: int) -> int:
    """Where the forwarding stands: behind the last statement that is settled with all that follows it from earlier."""
    if settled.count == len(delivery.statements):
        return delivery.through
    reached = position = before
    for one, following in pairwise(delivery.statements[: settled.count + 1]):
        reached = max(reached, one.seq)
        if following.seq > reached:
            position = reached
    return position


def _progress(row: Row[Any], settled: Settled, now: datetime) -> dict[str, object]:
    if settled.trouble is None:
        return {"attempts": 0, "error": None, "due_at": now, "batch": min(row.batch * 2, BATCH)}
    attempts = (0 if settled.count else row.attempts) + 1
    return {
        "attempts": attempts,
        "error": str(settled.trouble)[:_ERROR_CHARACTERS],
        "due_at": next_try(attempts, settled.trouble, now=now),
        "batch": max(row.batch // 2, 1) if settled.trouble.smaller else row.batch,
    }


def _keep_refused(conn: Connection, forwarding_id: UUID, refused: Iterable[Refused], now: datetime) -> None:
    rows = [
        {
            "forwarding": forwarding_id,
            "seq": one.statement.seq,
            "statement_id": one.statement.id,
            "status": one.refusal.status,
            "error": one.refusal.error[:_ERROR_CHARACTERS],
            "refused_at": now,
            "again": False,
        }
        for one in refused
    ]
    if rows:
        new = upsert(conn, forwarding_refusals)
        told = {name: new.excluded[name] for name in ("status", "error", "refused_at", "again")}
        conn.execute(new.on_conflict_do_update(index_elements=["forwarding", "seq"], set_=told), rows)


def _next(conn: Connection, row: Row[Any]) -> Stretch:
    selection = json.decode(row.selection, type=Selection)
    not_from = list(conn.scalars(select(pulls.c.id).where(pulls.c.endpoint == row.endpoint)))
    stretch = walk(conn, selection, after=row.position, limit=row.batch, limit_bytes=BATCH_BYTES, not_from=not_from)
    if selection == EVERYTHING or not stretch.statements:
        return stretch
    return Stretch(list(_with_earlier_referrers(conn, stretch.statements)), stretch.through)


def _with_earlier_referrers(conn: Connection, chosen: Sequence[Chosen]) -> Iterator[Chosen]:
    """Each statement, then those about it that came before it and were not selected then: a voiding, say.

    They became findable by what their target says only when it came (Communication 2.1.4).
    """
    by_target: dict[UUID, list[Chosen]] = {}
    sent = {one.id for one in chosen}
    frontier = {one.id: one.seq for one in chosen}
    for _ in range(CHAIN_LIMIT):
        rows = conn.execute(_REFERRERS.where(references.c.target.in_(frontier))) if frontier else ()
        earlier = [(Chosen(seq, id_, raw), target) for seq, id_, raw, target in rows if seq < frontier[target]]
        new = [(one, target) for one, target in earlier if one.id not in sent]
        for one, target in new:
            by_target.setdefault(target, []).append(one)
        sent |= {one.id for one, _ in new}
        frontier = {one.id: frontier[target] for one, target in new}
    for one in chosen:
        yield from _chain(one, by_target)


def _chain(one: Chosen, by_target: dict[UUID, list[Chosen]]) -> Iterator[Chosen]:
    yield one
    for referrer in by_target.pop(one.id, ()):
        yield from _chain(referrer, by_target)


_REFERRERS: Select[*tuple[Any, ...]] = select(
    statements.c.seq, statements.c.id, statements.c.payload, references.c.target
).join_from(references, statements, statements.c.seq == references.c.seq)


def _refused_before(conn: Connection, row: Row[Any]) -> list[Chosen]:
    """What was refused and is to be sent again, up to a batch."""
    rows = conn.execute(
        select(statements.c.seq, statements.c.id, statements.c.payload)
        .join_from(forwarding_refusals, statements, statements.c.seq == forwarding_refusals.c.seq)
        .where(forwarding_refusals.c.forwarding == row.id, forwarding_refusals.c.again.is_(True))
        .order_by(statements.c.seq)
        .limit(row.batch)
    )
    return [Chosen(*each) for each in rows]


def _files(conn: Connection, seqs: Collection[int]) -> dict[int, list[AttachedFile]]:
    found: dict[int, list[AttachedFile]] = {}
    if seqs:
        columns = (attachments.c.seq, attachments.c.sha2, attachments.c.content_type, attachments.c.file)
        for seq, *file in conn.execute(select(*columns).where(attachments.c.seq.in_(seqs)).order_by(*columns[:2])):
            found.setdefault(seq, []).append(AttachedFile(*file))
    return found


def _due(conn: Connection, now: datetime) -> Select[*tuple[Any, ...]]:
    refused = exists().where(
        forwarding_refusals.c.forwarding == forwardings.c.id, forwarding_refusals.c.again.is_(True)
    )
    free: ColumnElement[bool] = or_(forwardings.c.leased_until.is_(None), forwardings.c.leased_until < now)
    return (
        select(forwardings)
        .where(
            forwardings.c.paused_at.is_(None),
            forwardings.c.due_at <= now,
            free,
            or_(forwardings.c.position < last_seq(conn), refused),
        )
        .order_by(forwardings.c.due_at)
        .limit(1)
    )


def _of(forwarding_id: UUID) -> Any:
    return update(forwardings).where(forwardings.c.id == forwarding_id)
