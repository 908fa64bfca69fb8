"""How often something may be tried: buckets of tries in the database, so that all nodes count together."""

from datetime import datetime, timedelta
from math import ceil

import msgspec
from sqlalchemy import BigInteger, Connection, case, delete, literal, select, type_coerce

from base import Instant, TooMany, token_hash, upsert
from people.sign_in_tables import rates

_MICROSECOND = timedelta(microseconds=1)


class Rate(msgspec.Struct, frozen=True):
    """Up to `burst` tries at once; each comes back after `every`."""

    name: str
    burst: int
    every: timedelta


def take_try(conn: Connection, rate: Rate, whose: str, *, now: datetime) -> None:
    """One try of `whose` is used up. Raises TooMany, using up nothing, when none is left.

    A bucket is one instant, when it will be full again (the generic cell rate algorithm, ITU-T I.371): a try moves it
    on by `every`, and may while it lies less than a whole burst ahead. It is one statement, so two nodes never both
    take the last try.
    """
    key = token_hash(f"{rate.name} {whose}")
    begun = case((rates.c.full_at > now, rates.c.full_at), else_=literal(now, Instant))
    later = type_coerce(begun, BigInteger) + rate.every // _MICROSECOND
    taken = conn.execute(
        upsert(conn, rates)
        .values(key=key, full_at=now + rate.every)
        .on_conflict_do_update(
            index_elements=["key"],
            set_={"full_at": type_coerce(later, Instant)},
            where=rates.c.full_at <= now + rate.every * (rate.burst - 1),
        )
        .returning(rates.c.key)
    )
    if taken.first() is None:
        full: datetime = conn.execute(select(rates.c.full_at).where(rates.c.key == key)).scalar_one()
        wait = ceil((full - now - rate.every * (rate.burst - 1)).total_seconds())
        raise TooMany(
            f"That was tried {rate.burst} times in a short time. Try again in {wait} seconds.",
            retry_after_seconds=max(wait, 1),
        )


def forget_full_buckets(conn: Connection, *, now: datetime, limit: int) -> int:
    """Delete up to `limit` rows that say nothing any more; returns how many went."""
    full = select(rates.c.key).where(rates.c.full_at <= now).limit(limit)
    return conn.execute(delete(rates).where(rates.c.key.in_(full), rates.c.full_at <= now)).rowcount
