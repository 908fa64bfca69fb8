import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from base import KeyRing
from people import Role
from tests.app.conftest import Service

PAGE = "/admin/keys"


@pytest.fixture
def keys(keys: Path, tmp_path: Path) -> Path:
    """Keys of its own for each test, since these tests replace them."""
    KeyRing.open(keys, None, now=datetime.now(UTC))
    return Path(shutil.copytree(keys, tmp_path / "own-keys"))


async def test_an_administrator_sees_the_keys_and_what_replacing_one_does_before_doing_it(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    before = (await service.get(PAGE)).text
    assert before.count("In use") == 5
    assert (before.count("Replace the key"), before.count("Replace the root of trust early")) == (4, 1)
    assert "A new key is published now and signs from" in before
    replaced = await service.send(f"{PAGE}/lti/rotate")
    assert (replaced.status_code, replaced.headers["location"]) == (303, PAGE)
    after = (await service.get(PAGE)).text
    assert after.count("Published, not used yet") == 1
    assert after.count("Replace the key") == 3
    assert len((await service.get("/lti/jwks")).json()["keys"]) == 2


async def test_replacing_a_key_that_has_a_successor_already_is_refused_with_its_date(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    await service.send(f"{PAGE}/webhooks/rotate")
    again = await service.send(f"{PAGE}/webhooks/rotate")
    assert again.status_code == 409
    assert (await service.send(f"{PAGE}/spells/rotate")).status_code == 404


async def test_an_auditor_sees_the_keys_and_replaces_none(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    page = (await service.get(PAGE)).text
    assert "In use" in page
    assert "Replace the key" not in page
    assert (await service.send(f"{PAGE}/lti/rotate")).status_code == 403


async def test_a_learner_sees_no_keys(service: Service) -> None:
    await service.sign_in(await service.add())
    assert (await service.get(PAGE)).status_code == 403
