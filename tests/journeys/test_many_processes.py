"""On PostgreSQL the worker is a process of its own, and the line is the same."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from base import Database
from tests.demo_lms.cast import AYGUN
from tests.journeys.catalogue import modules_of_the_path
from tests.journeys.learner import Learner
from tests.journeys.lms import lms_beside
from tests.journeys.settled import until_all_is_heard
from tests.postgresql import postgresql
from tests.running import LIBRARY, ROOT, WAYMARK, environment_in, free_port, running


@contextmanager
def worker(environment: dict[str, str], log: Path) -> Iterator[None]:
    """`waymark worker` until the block ends."""
    with log.open("ab") as output:
        process = subprocess.Popen([WAYMARK, "worker"], env=environment, stdout=output, stderr=output, cwd=ROOT)
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


async def test_a_learner_goes_from_launch_to_grade_and_certificate(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with postgresql() as database_url:
        environment = environment_in(tmp_path, free_port(), database_url)
        with running(environment, log, "--prepare", str(LIBRARY)) as service, worker(environment, log):
            db = await Database.open(database_url)
            async with lms_beside(environment) as lms:
                learner = Learner(lms, AYGUN, content_url=service.content_url)
                await learner.launch()
                for module in modules_of_the_path():
                    await learner.finish(module)
                page = await learner.path_page()
                learner.close()  # or the service would, while this waits
                await until_all_is_heard(db, seconds=60)
                page_later = await learner.path_page()
                learner.close()
                grades = [entry.score for entry in lms.grade_book.cells.values()]
            await db.close()
    assert "3 addımdan 3" in page
    assert ".pdf" in page_later
    assert grades == [100.0]
    assert "Traceback" not in log.read_text()
