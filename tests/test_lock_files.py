from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = [line for line in text.splitlines() if "==" in line and not line.startswith(("#", " "))]
    assert packages
    assert all(line.endswith("\\") for line in packages)
    assert "://" not in text
