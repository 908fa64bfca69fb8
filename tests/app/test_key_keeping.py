"""Keys as a running installation keeps them: settled at the start, rotated when due, refused where one is lacking."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.key_keeping import give_up, rotate, rotate_due_keys, settle_keys
from base import (
    POLICIES,
    Conflict,
    Database,
    KeyPurpose,
    KeyRing,
    KeyState,
    Unavailable,
    list_public_keys,
    standings,
)
from tests.times import NOW

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Node:
    """One node's ring, over the test's database."""

    ring: KeyRing
    db: Database

    async def states(self, purpose: KeyPurpose, now: datetime) -> list[KeyState]:
        keys = await self.db.read(list_public_keys)
        return [each.state for each in standings(keys, now=now) if each.key.purpose is purpose]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "keys"
    KeyRing.open(folder, None, now=NOW)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "keys"))


@pytest.fixture
def node(folder: Path, db: Database, runner: asyncio.Runner) -> Node:
    """A node that was started once."""
    ring = KeyRing.open(folder, None, now=NOW)
    runner.run(settle_keys(db, ring, now=NOW))
    return Node(ring, db)


async def test_a_start_publishes_the_keys_once_and_they_are_in_use(node: Node) -> None:
    before = await node.db.read(list_public_keys)
    await settle_keys(node.db, node.ring, now=NOW + DAY)
    assert await node.db.read(list_public_keys) == before
    assert {key.purpose for key in before} == set(KeyPurpose)
    assert await node.states(KeyPurpose.LTI, NOW) == [KeyState.IN_USE]


async def test_a_node_with_keys_of_its_own_does_not_start_and_publishes_none(node: Node, tmp_path: Path) -> None:
    stranger = KeyRing.open(tmp_path / "other-node", None, now=NOW)
    before = await node.db.read(list_public_keys)
    with pytest.raises(Unavailable, match="copy it from the node that makes the keys"):
        await settle_keys(node.db, stranger, now=NOW)
    assert await node.db.read(list_public_keys) == before


async def test_the_worker_rotates_each_key_once_in_good_time(node: Node) -> None:
    policy = POLICIES[KeyPurpose.LTI]
    due = NOW + policy.use_for - policy.wait
    await rotate_due_keys(node.db, node.ring, now=due - DAY)
    assert await node.states(KeyPurpose.LTI, due) == [KeyState.IN_USE]
    await rotate_due_keys(node.db, node.ring, now=due)
    await rotate_due_keys(node.db, node.ring, now=due + timedelta(minutes=10))
    assert await node.states(KeyPurpose.LTI, due + DAY) == [KeyState.PUBLISHED, KeyState.IN_USE]
    assert await node.states(KeyPurpose.LTI, due + policy.wait) == [KeyState.IN_USE, KeyState.RETIRED]


async def test_platforms_see_a_new_key_a_day_before_it_signs(node: Node) -> None:
    old = node.ring.lti_key().kid
    await rotate(node.db, node.ring, KeyPurpose.LTI, at_once=False, by=None, reason="a drill", now=NOW)
    assert [key["kid"] == old for key in node.ring.lti_public_keys()] == [True, False]
    node.ring.follow(await node.db.read(list_public_keys), now=NOW + timedelta(hours=24))
    assert node.ring.lti_key().kid == old
    node.ring.follow(await node.db.read(list_public_keys), now=NOW + 2 * DAY)
    assert node.ring.lti_key().kid != old


async def test_a_second_rotation_waits_for_the_first_or_lets_it_take_over_now(node: Node) -> None:
    await rotate(node.db, node.ring, KeyPurpose.BADGES, at_once=False, by=None, reason="a drill", now=NOW)
    with pytest.raises(Conflict, match="--now"):
        await rotate(node.db, node.ring, KeyPurpose.BADGES, at_once=False, by=None, reason="again", now=NOW)
    assert len(await node.states(KeyPurpose.BADGES, NOW)) == 2
    later = NOW + timedelta(hours=1)
    await rotate(node.db, node.ring, KeyPurpose.BADGES, at_once=True, by=None, reason="now", now=later)
    assert await node.states(KeyPurpose.BADGES, later) == [KeyState.IN_USE, KeyState.RETIRED]


async def test_a_compromised_key_is_replaced_and_forgotten_by_platforms_at_once(node: Node) -> None:
    lost = str(node.ring.lti_key().kid)
    await give_up(node.db, node.ring, lost, reason="stolen", now=NOW + DAY)
    (published,) = node.ring.lti_public_keys()
    assert published["kid"] == node.ring.lti_key().kid != lost
    assert await node.states(KeyPurpose.LTI, NOW + DAY) == [KeyState.IN_USE, KeyState.COMPROMISED]


async def test_giving_up_a_key_that_signs_no_more_makes_no_other(node: Node) -> None:
    old = str(node.ring.lti_key().kid)
    await rotate(node.db, node.ring, KeyPurpose.LTI, at_once=True, by=None, reason="a drill", now=NOW + DAY)
    await give_up(node.db, node.ring, old, reason="an old backup was stolen", now=NOW + 2 * DAY)
    assert await node.states(KeyPurpose.LTI, NOW + 2 * DAY) == [KeyState.IN_USE, KeyState.COMPROMISED]


async def test_an_installation_whose_keys_are_lost_gives_them_up_and_goes_on(node: Node, tmp_path: Path) -> None:
    lost = await node.db.read(list_public_keys)
    new = KeyRing.open(tmp_path / "new", None, now=NOW + DAY)
    for key in lost:
        await give_up(node.db, new, key.id, reason="the disk is gone", now=NOW + DAY)
    await settle_keys(node.db, new, now=NOW + DAY)
    assert new.lti_key().kid not in {key.id for key in lost}
    new.document_signer()
