"""Clients for JavaScript: a folder of modules, and running a script that needs them."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from tests.clients.served import Served

SCRIPTS = Path(__file__).parent
PACKAGES = ("@xapi/xapi@3.0.3", "tincanjs@0.50.0")
_SECONDS = 120


def find_modules(folder: Path) -> Path:
    """A folder of modules: WAYMARK_NPM_CLIENTS, or what npm installs into `folder`. Skips, saying what is missing."""
    if shutil.which("node") is None:
        pytest.skip("Node.js is missing, which the clients for JavaScript run in")
    if given := os.environ.get("WAYMARK_NPM_CLIENTS"):
        return Path(given)
    if shutil.which("npm") is None:
        pytest.skip("npm is missing, and WAYMARK_NPM_CLIENTS names no folder with node_modules")
    install = [
        "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock",
        "--prefix",
        str(folder),
    ]
    try:
        done = subprocess.run([*install, *PACKAGES], capture_output=True, text=True, check=False, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not install {', '.join(PACKAGES)} in {_SECONDS} s; is there a network?")
    if done.returncode:
        pytest.skip(f"npm cannot install {', '.join(PACKAGES)}: {done.stderr.strip()[-300:]}")
    return folder / "node_modules"


def run(script: str, modules: Path, served: Served, **others: str) -> dict[str, Any]:
    """What the script told of its dealings with the service."""
    given = {"ENDPOINT": served.endpoint, "KEY": served.key, "SECRET": served.secret, "NODE_PATH": str(modules)}
    done = subprocess.run(
        ["node", SCRIPTS / script],
        env={**os.environ, **given, **others},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.decode(done.stdout)
    return told
