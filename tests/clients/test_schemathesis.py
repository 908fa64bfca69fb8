"""Schemathesis draws requests from the OpenAPI document: none may make the service fail."""

import subprocess
import sys
from pathlib import Path

from tests.clients.served import Served

TOOL = Path(sys.executable).parent / "schemathesis"
SECONDS = 240


def test_no_request_of_the_document_makes_the_service_fail(served: Served, tmp_path: Path) -> None:
    _run(served, tmp_path, "--checks", "not_a_server_error", "--exclude-path-regex", "^/xapi/", "--max-examples", "3")


def test_the_record_store_answers_as_its_document_says(served: Served, tmp_path: Path) -> None:
    checks = "not_a_server_error,status_code_conformance,content_type_conformance"
    _run(served, tmp_path, "--checks", checks, "--include-path-regex", "^/xapi/", "--max-examples", "8")


def _run(served: Served, folder: Path, *options: str) -> None:
    url = served.service.url
    key_and_secret = f"{served.key}:{served.secret}"
    usual = ("--url", url, "-a", key_and_secret, "--seed", "1", "--no-color", "--request-timeout", "60")
    asked = [str(TOOL), "run", f"{url}/schema/openapi.json", *usual, *options]
    done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
