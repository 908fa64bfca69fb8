"""One database's ordeal: the service is started, loaded, killed, looked at, and so on; at last all is finished."""

import asyncio
import random
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Connection, update

from app.preparing import prepare
from app.settings import read_settings
from base import Database, FileStore
from base.events import pending_events
from lrs import Credential, add_credential
from tests.demo_lms import DemoLms, Person
from tests.journeys.catalogue import modules_of_the_path
from tests.journeys.learner import Learner, enrol_class
from tests.journeys.lms import lms_beside
from tests.journeys.sending import Ledger, Sender, make_statement
from tests.journeys.settled import until_all_is_heard
from tests.kills.checks import (
    file_faults,
    issuing_faults,
    replay_faults,
    standing_faults,
    state_faults,
    statement_faults,
)
from tests.running import LIBRARY, ROOT, WAYMARK, Service, environment_in, free_port, start
from tests.wire import Answer

SENDERS = 4
LEARNERS = 4
LARGEST_BATCH = 20
LARGEST_STATE = 20_000
LARGEST_FILE = 200_000
LOAD_SECONDS = (0.5, 3.0)


@dataclass
class Ordeal:
    """What is there throughout: where the service keeps its things, who uses it, and what was sent."""

    folder: Path
    environment: dict[str, str]
    chance: random.Random
    ledger: Ledger = field(default_factory=Ledger)
    people: list[Person] = field(default_factory=list)

    @property
    def needs_worker(self) -> bool:
        """On SQLite the worker runs inside the service."""
        return self.environment["WAYMARK_DATABASE_URL"].startswith("postgresql")


async def undergo(
    folder: Path, *, times: int, chance: random.Random, database_url: str | None = None, tell: Callable[[str], None]
) -> list[str]:
    """Kill the service `times` times and let it finish after that; returns every fault that was found."""
    ordeal = Ordeal(folder, environment_in(folder, free_port(), database_url), chance)
    await asyncio.to_thread(list, prepare(read_settings(ordeal.environment), LIBRARY))
    async with _database(ordeal) as db:
        credential = await db.write(add_credential, "client", ["all"], now=datetime.now(UTC))
    faults: list[str] = []
    async with lms_beside(ordeal.environment) as lms:
        for number in range(1, times + 1):
            seconds = chance.uniform(*LOAD_SECONDS)
            await _load_and_kill(ordeal, lms, credential, seconds)
            found = await _look(ordeal)
            tell(f"kill {number} of {times}, {seconds:.2f} s after the start of the load: {_described(ordeal, found)}")
            faults += found
        faults += await _finish(ordeal, lms)
    tell(f"after the last start: {_described(ordeal, faults)}")
    return faults


async def _load_and_kill(ordeal: Ordeal, lms: DemoLms, credential: Credential, seconds: float) -> None:
    new = enrol_class(lms, LEARNERS, first=1000 + len(ordeal.people))
    ordeal.people += new
    with _started(ordeal) as (service, kill):
        callers: list[Awaitable[None]] = [_send(ordeal, service, credential) for _ in range(SENDERS)]
        callers += [_learn(Learner(lms, person, content_url=service.content_url)) for person in new]
        load = asyncio.gather(*map(_until_gone, callers))
        await asyncio.wait([load], timeout=seconds)
        kill()
        await load


async def _until_gone(caller: Awaitable[None]) -> None:
    with suppress(ConnectionError):
        await caller


async def _send(ordeal: Ordeal, service: Service, credential: Credential) -> None:
    sender = Sender(service, credential.key, credential.secret, ordeal.ledger)
    state = str(uuid4())
    try:
        while True:
            answer = await _send_anything(ordeal.chance, sender, state)
            assert answer.status in {200, 204}, answer
    finally:
        sender.close()


async def _send_anything(chance: random.Random, sender: Sender, state: str) -> Answer:
    """One statement, a batch, some with a file, or the next content of the sender's own state."""
    batch = [make_statement(chance) for _ in range(chance.randint(2, LARGEST_BATCH))]
    match chance.randrange(6):
        case 0:
            return await sender.put(batch[0])
        case 1:
            return await sender.put_state(state, chance.randbytes(chance.randrange(LARGEST_STATE)))
        case 2:
            return await sender.post_with_file(batch[:3], chance.randbytes(chance.randrange(1, LARGEST_FILE)))
        case 3:
            return await sender.post(batch[:1])
    return await sender.post(batch)


async def _learn(learner: Learner) -> None:
    """The whole line once more, whatever of it was done before."""
    try:
        await learner.launch()
        for module in modules_of_the_path():
            await learner.finish(module)
        await learner.path_page()
    finally:
        learner.close()


async def _look(ordeal: Ordeal) -> list[str]:
    """The faults of the database while nothing runs; then leases of the dead run out, as they would in two minutes."""
    async with _database(ordeal) as db:
        faults = await _faults(ordeal, db)
        await db.write(_let_leases_run_out)
        return faults


async def _faults(ordeal: Ordeal, db: Database) -> list[str]:
    faults = await db.read(statement_faults, ordeal.ledger) + await db.read(standing_faults)
    faults += await db.read(file_faults, FileStore(ordeal.folder / "files"), ordeal.ledger)
    return faults + await db.read(state_faults, ordeal.ledger)


def _let_leases_run_out(conn: Connection) -> None:
    conn.execute(update(pending_events).values(due_at=datetime.now(UTC)))


async def _finish(ordeal: Ordeal, lms: DemoLms) -> list[str]:
    """The faults that are left once everyone could finish what they were at, and all of it was heard."""
    with _started(ordeal) as (service, kill):
        async with _database(ordeal) as db:
            await asyncio.gather(
                *(_learn(Learner(lms, each, content_url=service.content_url)) for each in ordeal.people)
            )
            await until_all_is_heard(db, seconds=60 + 3 * len(ordeal.people))
            faults = await _faults(ordeal, db)
            files = FileStore(ordeal.folder / "files")
            faults += await db.read(issuing_faults, files, learners=len(ordeal.people))
            faults += await db.write(replay_faults)
        kill()
    graded = {person for (_, person), entry in lms.grade_book.cells.items() if entry.score == 100}
    return faults + [f"the LMS has no full grade of {each.name}" for each in ordeal.people if each.id not in graded]


@contextmanager
def _started(ordeal: Ordeal) -> Iterator[tuple[Service, Callable[[], None]]]:
    """The service, and its worker where that is apart, and how to kill both; killed at the end in any case."""
    log = ordeal.folder / "log"
    service = start(ordeal.environment, log)
    worker: subprocess.Popen[bytes] | None = None
    if ordeal.needs_worker:
        with log.open("ab") as output:
            worker = subprocess.Popen(
                [WAYMARK, "worker"], env=ordeal.environment, stdout=output, stderr=output, cwd=ROOT
            )

    def kill() -> None:
        if worker is not None:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        service.kill()

    try:
        yield service, kill
    except AssertionError as error:
        error.add_note(f"The service's last words:\n{log.read_text()[-4000:]}")
        raise
    finally:
        kill()


@asynccontextmanager
async def _database(ordeal: Ordeal) -> AsyncIterator[Database]:
    db = await Database.open(ordeal.environment["WAYMARK_DATABASE_URL"])
    try:
        yield db
    finally:
        await db.close()


def _described(ordeal: Ordeal, faults: list[str]) -> str:
    requests = ordeal.ledger.requests
    return (
        f"{len(ordeal.ledger.acknowledged)} statements acknowledged, {sum(not each.acknowledged for each in requests)} "
        f"requests without an answer, {len(ordeal.people)} learners, {len(faults)} faults"
    )
