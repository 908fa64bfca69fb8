from pathlib import Path

import pytest

from base import DocumentKey, KeyRing
from tests.times import NOW


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of a real authority, made once for all tests: three keys take a while."""
    folder: Path = tmp_path_factory.mktemp("keys")
    KeyRing.open(folder, None, now=NOW)
    return folder


@pytest.fixture(scope="session")
def document_key(keys_folder: Path) -> DocumentKey:
    return KeyRing.open(keys_folder, None, now=NOW).document_signer()
