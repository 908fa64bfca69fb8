"""The short form of `make kill-test`: two kills on SQLite."""

import random
from pathlib import Path

import pytest

from tests.kills.ordeal import undergo


@pytest.mark.slow
async def test_killed_under_load_it_loses_nothing_acknowledged_and_certifies_once(tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    told: list[str] = []
    faults = await undergo(tmp_path, times=2, chance=random.Random(seed), tell=told.append)
    assert faults == [], (seed, told)
