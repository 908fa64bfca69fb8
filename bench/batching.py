"""A hundred statements in a request, by 4 callers, against the bare driver inserting the same rows, a batch at a time.

Ours is all of the service: HTTP, parsing, the rules, names, events. The floor has its rows ready but for their
sequences and ids, and inserts them in this process: statements, postings, and an event for each actor of facts.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec
from sqlalchemy import Connection, func, select

from bench.bare import bare_sqlite, inserts
from bench.load import SLICE_SECONDS, Caller, Requests
from bench.measuring import Row, measure
from bench.place import Place, open_place
from bench.posting import Pair, on_postgresql, on_sqlite
from bench.seed import Seed, in_database, seed
from bench.seeding import batch_of, seed_log
from bench.statements import request_of
from lrs import StatementsStored
from lrs.standard.intake import Facet
from lrs.tables.statements import names, postings, statements
from modules import FACT_VERBS

SIZE = 100
BATCHES = 40
CONNECTIONS = 4
BAR = 0.5

Insert = Callable[["Rows"], Awaitable[None]]


class Template(msgspec.Struct, frozen=True):
    """The rows of one batch as our store left them, without sequences and ids."""

    statements: list[tuple[int, int, bytes]]
    postings: list[list[tuple[int, int]]]
    events: list[tuple[Any, ...]]


class Rows(msgspec.Struct, frozen=True):
    """The rows of one batch, ready for the driver."""

    statements: list[tuple[Any, ...]]
    postings: list[tuple[int, int, int]]
    events: list[tuple[Any, ...]]


async def batch_on_sqlite(call: Caller, folder: Path) -> Row:
    async with on_sqlite(folder) as pair:
        conn = bare_sqlite(folder / "bare" / "waymark.db")
        try:
            return await _measured(call, pair, lambda rows: asyncio.to_thread(_insert, conn, rows))
        finally:
            conn.close()


async def batch_on_postgresql(call: Caller, folder: Path) -> Row:
    async with on_postgresql(folder) as pair:
        conn = await asyncpg.connect(pair.bare.settings.database_url)  # type: ignore[no-untyped-call] # asyncpg has no types
        sql = inserts(lambda number: f"${number}")

        async def insert(rows: Rows) -> None:
            async with conn.transaction():
                for text, values in zip(sql, (rows.statements, rows.postings, rows.events), strict=True):
                    await conn.executemany(text, values)

        try:
            return await _measured(call, pair, insert)
        finally:
            await conn.close()


async def _measured(call: Caller, pair: Pair, insert: Insert) -> Row:
    our_seed, bare_seed = await in_database(pair.ours, _seed), await in_database(pair.bare, _seed)
    seqs = count(bare_seed.last_seq + 1)
    turns = cycle(await in_database(pair.bare, _templates))
    async with open_place(pair.ours):
        return await measure(
            f"batch of {SIZE}, {pair.kind}",
            lambda: post_batches(call, pair.ours, our_seed),
            lambda: _insert_for_a_slice(insert, (_rows(next(turns), seqs) for _ in count())),
            unit="statements/s",
            bar=BAR,
            sizes=f"{CONNECTIONS} connections, {bare_seed.last_seq} stored",
        )


async def post_batches(call: Caller, place: Place, seed: Seed) -> float:
    """How many statements a second the service takes in batches."""
    requests = tuple(request_of(place.settings.port, seed.credential, batch_of(turn, SIZE)) for turn in range(BATCHES))
    return SIZE * await call(Requests(place.settings.port, CONNECTIONS, 200, requests))


async def _insert_for_a_slice(insert: Insert, batches: Iterator[Rows]) -> float:
    began = time.perf_counter()
    for done in count(1):
        await insert(next(batches))
        if time.perf_counter() - began >= SLICE_SECONDS:
            return SIZE * done / (time.perf_counter() - began)
    raise AssertionError


def _seed(conn: Connection) -> Seed:
    """The batches once, so that all names have their numbers."""
    seeded = seed(conn)
    seed_log(conn, 0, BATCHES, size=SIZE)
    return msgspec.structs.replace(seeded, last_seq=conn.scalars(select(func.max(statements.c.seq))).one())


def _templates(conn: Connection) -> list[Template]:
    columns = (statements.c.seq, statements.c.stored, statements.c.authority, statements.c.payload)
    stored = conn.execute(select(*columns).order_by(statements.c.seq.desc()).limit(BATCHES * SIZE)).all()
    found: dict[int, list[tuple[int, int]]] = {row.seq: [] for row in stored}
    for facet, name, seq in conn.execute(select(postings).where(postings.c.seq.in_(found))):
        found[seq].append((facet, name))
    of_facts = set(conn.scalars(select(names.c.id).where(names.c.name.in_(FACT_VERBS))))
    return [_template(stored[start : start + SIZE], found, of_facts) for start in range(0, len(stored), SIZE)]


def _template(rows: Any, found: dict[int, list[tuple[int, int]]], of_facts: Collection[int]) -> Template:
    stored = int(rows[0].stored.timestamp() * 1_000_000)
    posted = [dict(found[row.seq]) for row in rows]
    actors = {named[Facet.AGENT] for named in posted if named[Facet.VERB] in of_facts}
    heard = StatementsStored("x" * 60, statement_ids=(uuid4(),), activities=("x" * 44,), verbs=("x" * 37,))
    event = ("paths.fold", heard.subject, msgspec.json.encode(heard), stored, 0)
    return Template(
        [(stored, row.authority, row.payload) for row in rows], [found[row.seq] for row in rows], [event] * len(actors)
    )


def _rows(template: Template, seqs: Iterator[int]) -> Rows:
    """As `template`, under new sequences and ids."""
    new = [next(seqs) for _ in template.statements]
    return Rows(
        [
            (seq, uuid4(), stored, authority, False, payload)
            for seq, (stored, authority, payload) in zip(new, template.statements, strict=True)
        ],
        sorted((facet, name, seq) for seq, named in zip(new, template.postings, strict=True) for facet, name in named),
        template.events,
    )


def _insert(conn: sqlite3.Connection, rows: Rows) -> None:
    conn.execute("BEGIN IMMEDIATE")
    for text, values in zip(inserts(lambda _: "?"), (rows.statements, rows.postings, rows.events), strict=True):
        conn.executemany(text, values)
    conn.execute("COMMIT")
