"""SQLite: reader threads, and one writer thread whose waiting jobs share a transaction (group commit)."""

import asyncio
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from sqlite3 import Connection as DriverConnection
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import URL, Connection, Engine, event

from base.errors import Unavailable

T = TypeVar("T")

BATCH_LIMIT = 200
READER_THREADS = 4
BUSY_TIMEOUT_SECONDS = 15
SWITCH_SECONDS = 0.0005
"""After how long a busy thread of Python lets another go on.

By default 5 ms, which the writer would wait each time SQLite returns to it while requests are being read: a
transaction of ten commands then waits for 50 ms, and half as much is posted in a second.
"""


@dataclass(frozen=True)
class _Job:
    call: Callable[[Connection], Any]
    future: Future[Any] = field(default_factory=Future)


class SqliteEngine:
    """Runs functions in read transactions of many threads and in write transactions of one.

    A writer of its own, first in first out, because SQLite admits one at a time: those who queue here wait fairly,
    while those who meet its lock sleep and starve. No job is answered before its transaction is on disk.
    """

    def __init__(self, url: URL, options: dict[str, Any]) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self._readers = _engine(url, options, begin="BEGIN", writable=False)
        self._writer = _engine(url, options, begin="BEGIN IMMEDIATE", writable=True)
        self._threads = ThreadPoolExecutor(READER_THREADS, thread_name_prefix="sqlite-reader")
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._writing = _connect(self._writer)
        self._thread = threading.Thread(target=self._write_until_closed, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def read(self, call: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, call)

    async def write(self, call: Callable[[Connection], T]) -> T:
        job = _Job(call)
        self._jobs.put(job)
        result: T = await asyncio.wrap_future(job.future)
        return result

    async def close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)
        self._writing.close()
        self._threads.shutdown()
        self._readers.dispose()
        self._writer.dispose()

    def _read(self, call: Callable[[Connection], T]) -> T:
        with self._readers.begin() as conn:
            return call(conn)

    def _write_until_closed(self) -> None:
        closing = False
        while not closing and (job := self._jobs.get()) is not None:
            batch, closing = self._waiting_with(job)
            try:
                _run_batch(self._writing, batch)
            except BaseException as error:  # noqa: BLE001 (the writer outlives all, or whoever comes later waits for ever)
                _refuse(batch, error)

    def _waiting_with(self, job: _Job) -> tuple[list[_Job], bool]:
        batch = [job]
        while len(batch) < BATCH_LIMIT:
            try:
                waiting = self._jobs.get_nowait()
            except Empty:
                break
            if waiting is None:
                return batch, True
            batch.append(waiting)
        return batch, False


def _run_batch(conn: Connection, batch: list[_Job]) -> None:
    """Run the jobs in one transaction, a savepoint each, and answer them once it is on disk."""
    running = [job for job in batch if job.future.set_running_or_notify_cancel()]
    answers: list[tuple[_Job, Any]] = []
    with conn.begin():
        answers.extend((job, answer) for job in running if (answer := _run_job(conn, job)) is not _FAILED)
    for job, answer in answers:
        job.future.set_result(answer)


_FAILED = object()


def _run_job(conn: Connection, job: _Job) -> Any:
    """The job's result, or `_FAILED` when it raised: then its savepoint is undone and its future has the error."""
    conn.exec_driver_sql("SAVEPOINT job")
    try:
        result = job.call(conn)
    except BaseException as error:
        driver = conn.connection.driver_connection
        assert isinstance(driver, DriverConnection)
        if not driver.in_transaction:
            # SQLite undoes the whole transaction on a full disk or an I/O error (sqlite.org/lang_transaction).
            if isinstance(error, sa.exc.DBAPIError):
                raise
            raise sa.exc.OperationalError(None, None, Exception(repr(error))) from error
        conn.exec_driver_sql("ROLLBACK TO job")
        conn.exec_driver_sql("RELEASE job")
        job.future.set_exception(error)
        return _FAILED
    conn.exec_driver_sql("RELEASE job")
    return result


def _refuse(jobs: list[_Job], error: BaseException) -> None:
    told = error.orig if isinstance(error, sa.exc.DBAPIError) else repr(error)
    for job in jobs:
        if not job.future.done():
            refusal = Unavailable(f"The database could not store this ({told}); nothing of it was kept. Try again.")
            refusal.__cause__ = error
            job.future.set_exception(refusal)


def _connect(engine: Engine) -> Connection:
    """The writer's connection, the file being in write-ahead mode. Raises Unavailable.

    The mode is kept in the file. Changing it does not wait for others as writing does, so two that open a new file
    at once may meet.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            conn = engine.connect()
        except sa.exc.OperationalError as error:
            if time.monotonic() > deadline:
                raise Unavailable(f"The database cannot be opened ({error.orig}).") from error
            time.sleep(0.05)
        else:
            return conn


def _engine(url: URL, options: dict[str, Any], *, begin: str, writable: bool) -> Engine:
    engine = sa.create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_SECONDS},
        poolclass=sa.QueuePool,
        pool_size=READER_THREADS,
        hide_parameters=True,  # errors are logged, and names and addresses are no business of logs
        execution_options=options,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DriverConnection, _record: object) -> None:
        # We say BEGIN ourselves: the driver's own begins late and plain, and then two writers fail instead of waiting.
        connection.isolation_level = None
        for pragma in _WRITER_PRAGMAS if writable else _READER_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin_explicitly(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine


_PRAGMAS = ("synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY")
_WRITER_PRAGMAS = (*_PRAGMAS, "cache_size=-65536", "journal_mode=WAL")
_READER_PRAGMAS = (*_PRAGMAS, "cache_size=-8192", "query_only=ON")
"""In KiB. A reader's holds the upper pages of all indexes; what is below, the system keeps once for all of them."""
