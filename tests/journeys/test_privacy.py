"""Nothing personal reaches the log on a whole journey, and the command line forgets whoever went it."""

import asyncio
import json
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import httpx
from sqlalchemy import Connection, select

from base import Database
from people import Account, add_address, person_of_account, verify_address
from people.tables import accounts, persons
from tests.demo_lms import Person
from tests.demo_lms.cast import Role
from tests.journeys.catalogue import modules_of_the_path
from tests.journeys.learner import Learner
from tests.journeys.lms import lms_beside
from tests.running import LIBRARY, ROOT, WAYMARK, environment_in, free_port, running

LMS_ID = "lms-user-8842177"
SOMEBODY = Person(LMS_ID, "Zümrüdxanım", "Qırxlarova", "az", Role.LEARNER)
ADDRESS = "zumrud.qirxlarova@xirdalan.example"
STRANGER = "qonaq@xirdalan.example"
PERSONAL = ("Zümrüdxanım", "Z\\u00fcm", "Z\\xfcm", "Qırxlarova", "xirdalan", LMS_ID)


async def test_nothing_personal_is_logged_on_the_way_to_a_certificate_and_out_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    environment = environment_in(tmp_path, free_port()) | {
        "WAYMARK_SMTP_URL": f"smtp://127.0.0.1:{free_port()}",  # nobody listens there, so that every mail fails
        "WAYMARK_MAIL_FROM": "Waymark <learn@waymark.example>",
    }
    with running(environment, log, "--prepare", str(LIBRARY)) as service:
        db = await Database.open(environment["WAYMARK_DATABASE_URL"])
        async with lms_beside(environment) as lms, httpx.AsyncClient(base_url=service.url) as browser:
            learner = Learner(lms, SOMEBODY, content_url=service.content_url)
            await learner.launch()
            person_id = await db.write(_prove_address, lms.url)
            for address in (ADDRESS, STRANGER, f"{STRANGER}, {ADDRESS}"):
                await browser.post("/sign-in", data={"address": address}, headers={"origin": service.url})
            for module in modules_of_the_path():
                await learner.finish(module)
            await _until_certified(learner)
            learner.close()
        exported = _run(environment, log, "privacy", "export", str(person_id), f"--to={tmp_path / 'person.zip'}")
        forgotten = _run(environment, log, "privacy", "erase", str(person_id), f"--confirm={person_id.hex[:8]}")
        kept = _run(environment, log, "privacy", "retain", "--dry-run")
        replayed = _run(environment, log, "replay", "--all", "--check")
        _run(environment, log, "audit", "verify")
        left = await db.read(_who_is_left)
        await db.close()
    with ZipFile(tmp_path / "person.zip") as archive:
        assert len(archive.read("statements.jsonl").splitlines()) == exported["statements"] > 0
    assert kept["applied"] is False
    assert forgotten["done"] is True
    assert forgotten["erased"]["certificates"] == forgotten["erased"]["grade_lines"] == 1
    assert replayed == {"replayed": 1, "differences": []}
    assert [each for each in PERSONAL if each in left] == []
    assert not [file for file in (tmp_path / "files").rglob("*") if file.is_file()]
    logged = log.read_text()
    assert "delivery failed" in logged  # as every mail did
    assert [each for each in PERSONAL if each.casefold() in logged.casefold()] == []


def _run(environment: Mapping[str, str], log: Path, *arguments: str) -> Any:
    """What the command answers as JSON; what it writes on standard error goes to the log."""
    with log.open("ab") as output:
        command = [str(WAYMARK), *arguments, "--json"]
        done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=output, check=False)
    assert done.returncode == 0, log.read_text()
    return json.loads(done.stdout)


def _prove_address(conn: Connection, lms_url: str) -> UUID:
    """The learner's id, once they have proven a mail address."""
    person = person_of_account(conn, Account(lms_url, LMS_ID))
    assert person is not None
    address = add_address(conn, person.id, ADDRESS, now=datetime.now(UTC))
    verify_address(conn, address.id, now=datetime.now(UTC))
    return person.id


async def _until_certified(learner: Learner) -> None:
    deadline = time.monotonic() + 60
    while ".pdf" not in await learner.path_page():
        assert time.monotonic() < deadline, "no certificate after a minute"
        await asyncio.sleep(0.5)


def _who_is_left(conn: Connection) -> str:
    """All names and accounts of the register in one text."""
    names = conn.scalars(select(persons.c.full_name)).all()
    return "\n".join([*map(str, names), *conn.scalars(select(accounts.c.name))])
