"""Poppler's and qpdf's command-line tools: readers of PDF that are not ours."""

import shutil
import subprocess
from pathlib import Path

import pytest


def run_tool(*command: str | Path) -> str:
    """What the tool prints; the test is skipped, saying so, where it is not installed."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr
