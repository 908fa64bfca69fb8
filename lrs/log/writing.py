"""Many requests in one transaction: while one is under way, the posts that come gather for the next (group commit)."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from base import Database, Unavailable
from lrs.log.posts import Post
from lrs.log.store import store_posts

POST_LIMIT: Final = 64
STATEMENT_LIMIT: Final = 1000
"""How much one transaction takes at most, besides its first post; what waits beyond that goes with the next."""


class _Waiting(Struct, frozen=True):
    post: Post
    now: datetime
    answer: asyncio.Future[list[UUID]]


class StatementWriter:
    """The way into the log for all requests of a process; each is answered once its statements are on disk.

    One transaction is under way at a time, so that what comes meanwhile shares the next one's commit, its look-ups and,
    on PostgreSQL, its turn with the log's lock.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: deque[_Waiting] = deque()
        self._work: asyncio.Task[None] | None = None

    async def store(self, post: Post, *, now: datetime) -> list[UUID]:
        """The ids of the post's statements in their order; the outcomes and errors are those of `store_statements`.

        Who is cancelled while waiting may still find the statements stored.
        """
        answer: asyncio.Future[list[UUID]] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(post, now, answer))
        if self._work is None:
            self._work = asyncio.create_task(self._store_all())
        return await answer

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                await self._store_batch(self._next_batch())
        finally:
            self._work = None

    def _next_batch(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].post.incoming)
        while self._waiting and len(batch) < POST_LIMIT:
            size += len(self._waiting[0].post.incoming)
            if size > STATEMENT_LIMIT:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _store_batch(self, batch: list[_Waiting]) -> None:
        """Store the posts in one transaction; when that fails for a reason nobody expected, each in one of its own.

        Unless the connection is gone: then it may have been stored, and statements without ids would be there twice.
        """
        posts, now = [one.post for one in batch], max(one.now for one in batch)
        outcomes: Sequence[list[UUID] | Exception]
        try:
            outcomes = await self._db.write(store_posts, posts, now=now)
        except Exception as error:  # noqa: BLE001 (whoever waits is told, and the next are served)
            if len(batch) > 1 and not isinstance(error, Unavailable):
                for one in batch:
                    await self._store_batch([one])
                return
            outcomes = [error] * len(batch)
        for one, outcome in zip(batch, outcomes, strict=True):
            _answer(one, outcome)


def _answer(waiting: _Waiting, outcome: list[UUID] | Exception) -> None:
    if waiting.answer.done():
        return
    if isinstance(outcome, Exception):
        waiting.answer.set_exception(outcome)
    else:
        waiting.answer.set_result(outcome)
