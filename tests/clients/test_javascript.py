"""TinCanJS and @xapi/xapi, as they are: each stores, reads, sends files, voids, and keeps documents."""

from pathlib import Path
from typing import Any

import pytest

from tests.clients.npm import find_modules, run
from tests.clients.served import Served

FOUND: dict[str, Any] = {
    "versions": ["2.0.0", "1.0.3"],
    "statement": {"id": True, "name": "Aygün Əliyeva", "display": "öyrəndi"},
    "found": 4,
    "file": "a file, Բարև",
    "gone": True,
    "voided": True,
    "state": {"page": 3},
    "states": ["bookmark"],
    "dropped": True,
    "activityProfile": {"wide": True},
    "agentProfile": {"wide": False},
    "activity": True,
}
"""What each of them tells of a record store that does everything right."""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return find_modules(tmp_path_factory.mktemp("npm"))


def test_tincanjs_works(served: Served, modules: Path) -> None:
    assert run("speak_tincanjs.cjs", modules, served) == FOUND


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_xapi_works(served: Served, modules: Path, version: str) -> None:
    assert run("speak_xapi.cjs", modules, served, VERSION=version) == {**FOUND, "stale": 412, "person": "Person"}
